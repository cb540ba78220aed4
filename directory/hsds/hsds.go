// Package hsds reads directories of services in the form in which they are
// published: JSON of the Human Services Data Specification 3 (HSDS) and of its
// British profile Open Referral UK 3.
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
// [directory.ImportOptions] say what a feed does not say about itself: its name,
// which becomes part of every ID, who publishes it, and when it was fetched.
//
//	catalogue, issues, err := hsds.ReadJSON(ctx, file, "bay.json", directory.ImportOptions{Feed: "bay", Fetched: now})
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
//	eligibility-restricted  yes: only those groups; no: anybody
//	funded-until            a date
//	wait-days               whole days from being referred to the first session
//
// A value of "no:" before the fact denies it: "no:step-free".
//
// # Codes of issues
//
// A text that is not what the field is for, kept in Extra or as written:
// wrong-type, text-for-number, number-for-text, object-for-list, bad-date,
// bad-time, bad-clock, bad-age, bad-amount, bad-answer, bad-count, bad-period,
// bad-rule, bad-wait, bad-latitude, bad-longitude, future-date, odd-phone,
// odd-postcode.
//
// Repaired: bad-encoding, clock-offset, control-characters, markup,
// postcode-form, quoted-phone, short-clock.
//
// Missing: empty-attribute, empty-language, missing-id, missing-name,
// missing-column, missing-reference, no-coordinates, no-location, no-postcode,
// placeholder.
//
// Contradicting or repeated: closes-before-opens, contradicting-cost,
// contradicting-fact, contradicting-reference, duplicate-column, duplicate-id,
// duplicate-row, duplicate-stop, over-capacity, repeated-header, repeated-venue,
// second-address, several-capacities, start-off-day.
//
// Referring to what is not there: dangling-reference, unknown-term.
//
// Not used: bad-csv, empty-file, field-count, invalid-json, not-a-record,
// not-imported, too-deep, truncated, unknown-record.
package hsds

import (
	"context"
	"io"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/importer"
)

// ReadJSON reads records of HSDS 3 or Open Referral UK 3: one of them, an array,
// a page as the API sends it, or any number of these after each other, such as
// one a line. Records are services, organisations, services at locations and
// locations, each with all that is nested in it; where one is nested in many,
// it is imported once. Page counts are not believed, or even read. The
// identifiers of parts that are no records, such as schedules, are not kept.
//
// Control characters within strings, which some feeds send raw, become spaces.
// A record that is not JSON is reported, and so is one that does not end, after
// which reading goes on at the next line. Name is what issues call the input.
func ReadJSON(ctx context.Context, r io.Reader, name string, o directory.ImportOptions) (directory.Catalogue, []sp.Issue, error) {
	return importer.ReadJSON(ctx, r, name, o)
}
