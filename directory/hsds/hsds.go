// Package hsds reads directories of services in the form in which they are
// published: JSON of the Human Services Data Specification 3 (HSDS) and of its
// British profile Open Referral UK, 3 and 1.
//
// Real feeds are full of faults, the official example of the standard among
// them: its latitude is 100. So a reader takes what it can. It returns the
// catalogue and beside it one [sp.Issue] for each fault, with file, line, record
// and field, and what became of it:
//
//   - a Note: it was kept or repaired, and nothing was lost;
//   - a Warning: one fact could not be read and is unknown;
//   - an Error: the record could not be used.
//
// The error that a reader returns is for what is not about the data: the file
// cannot be opened, the context has ended. The same input gives the same result,
// and fields that package directory has no place for stay in the record's
// Extra. Nothing is concluded from free text, except that a text which consists
// of nothing but a set phrase, such as "None." under fees, is taken at its word.
//
// [feed.Options] say what a feed does not say about itself: its name,
// which becomes part of every ID, who publishes it, and when it was fetched.
//
//	catalogue, issues, err := hsds.ReadJSON(ctx, file, "bay.json", feed.Options{Feed: "bay", Fetched: now})
//	for _, issue := range issues {
//		fmt.Println(issue) // bay.json:1: L-1: latitude: lies outside -90 to 90 (bad-latitude, warning)
//	}
//	index := directory.NewIndex(catalogue.Offers())
//
// # Attributes
//
// HSDS has no fields for much of what matching asks, and leaves it to
// attributes, whose link type is free. These link types are understood; the
// fact is the attribute's value, or else the name of its taxonomy term. Terms of
// any other link type become topics, and what else such an attribute says stays
// in Extra.
//
//	delivery                in-person, online, telephone, home-visit
//	access                  step-free, hearing-loop ...; on a service or a location
//	referral-route          self, link-worker, professional
//	eligibility-group       women, carers ...
//	eligibility-excluded    women, carers ...; for whom it is not
//	eligibility-restricted  yes: only those groups; no: anybody
//	funded-until            a date
//	wait-days               whole days from being referred to the first session
//	activity                group, class, one-to-one, advice, befriending, volunteering, event
//	group-size              most people at one session
//	drop-in                 yes: people may come without arranging it; no: they may not
//	first-contact           who meets people when they come for the first time
//	intake-point            where or with whom people begin
//
// A value of "no:" before the fact denies it: "no:step-free"; "unknown:" says that it
// was told in two ways. Groups, days and waits cannot be denied.
//
// # What one record told twice means
//
// Feeds tell one record often: nested in others, in a list and in full. Tellings
// under one identifier complete each other; where they say different things, a
// fact is unknown, and both stay in Extra. Where they cannot be the same, since
// their names clash or their places lie apart, none of them is believed to be what
// others refer to: services are then offered without that place or provider, which
// is unknown and never the wrong one. [feed.DuplicatePolicy] and
// [feed.IDPolicy] say otherwise for feeds that are known to need it.
//
// # What cannot be read
//
// It is unknown, never for ever and never for everyone: a course whose end cannot
// be read is on no day a certain yes, and a highest age that cannot be read lets
// nobody in. What has one reading only is read, with a note. Texts are plain,
// without markup, however often it was escaped. Whatever an issue is about stays
// in Extra. The codes of issues are listed by package quality.
package hsds

import (
	"context"
	"io"
	"io/fs"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer"
)

// ReadJSON reads records of HSDS 3 or Open Referral UK: one of them, an array, a
// page as the API sends it, an object that holds lists of records by name, or records
// by their identifiers, or any number of these after each other, such as one a line. Records are services,
// organisations, services at locations and locations, each with all that is nested
// in it, and taxonomies; parts that stand by themselves, such as schedules, go to
// whom they name. Page counts are not believed, or even read.
//
// Control characters within strings, which some feeds send raw, become spaces.
// A record that is not JSON is reported, and so is one that does not end, after
// which reading goes on at the next line. Of a field that stands twice, the last is
// used. Names of fields may be in capitals, or have hyphens or nothing between their
// words, such as minimumAge. Issues of one kind are counted from the thousandth on.
// Name is what issues call the input, and tells what records are where nothing else
// does: organizations.json. It takes time that is linear in the input.
func ReadJSON(ctx context.Context, r io.Reader, name string, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	return importer.ReadJSON(ctx, r, name, o)
}

// ReadTables reads the tabular form of HSDS 3, 2 or 1: a folder of CSV files, or a
// zip archive as [archive/zip.Reader] opens it, named after what they hold, such as
// services.csv and schedules.csv, also in the singular or in .tsv. Rows refer to each other by identifiers; one that
// refers to nothing is reported. A service is of the organisation that it names;
// only in the oldest form, in which services name a location instead, it is else
// of that of its location. It fails if there is no table of services,
// organisations or locations.
func ReadTables(ctx context.Context, folder fs.FS, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	return importer.ReadTables(ctx, folder, o, "tables")
}

// ReadFiles reads the files of a folder whose names end in .json, .jsonl or
// .ndjson, in the order of their names, as one input: what one of them refers to
// may stand in another. It fails if there is none.
func ReadFiles(ctx context.Context, folder fs.FS, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	return importer.ReadFiles(ctx, folder, o)
}
