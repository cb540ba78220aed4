// Package hsds reads directories of services in the forms in which they are
// published: JSON of the Human Services Data Specification 3 (HSDS) and of its
// British profile Open Referral UK 3, folders of CSV in the older form that the
// Ohana API used, and timetables of British mobile libraries.
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
// [Options] say what a feed does not say about itself: its name, which becomes
// part of every ID, who publishes it, and when it was fetched.
//
//	catalogue, issues, err := hsds.ReadJSON(ctx, file, "bay.json", hsds.Options{Feed: "bay", Fetched: now})
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
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// Options describe the feed that is read. The zero Options are those of a feed
// named after its file, from the United Kingdom.
type Options struct {
	Feed      string      // short name, part of every ID; the name of the file if empty
	Publisher string      // who publishes it
	URL       string      // where it was fetched
	Licence   string      // under which it may be used
	Fetched   time.Time   // when; it is also when the records were last seen
	Zone      string      // IANA time zone of its wall clocks; Europe/London if empty
	Currency  sp.Currency // of amounts that name none; pounds if empty
	Progress  sp.Progress // is told how many records were read
}

// stride is how many records are read between two looks at the context.
const stride = 256

// An importer collects what is read.
type importer struct {
	ctx     context.Context
	options Options
	file    string // that is being read
	line    int    // of the record that is being read

	catalogue directory.Catalogue
	issues    []sp.Issue
	hashes    map[recordKey]string // of the records that are in the catalogue
	done      int
	scratch   []byte
}

// A recordKey tells records of different kinds with one ID apart.
type recordKey struct {
	kind string
	id   directory.ID
}

func newImporter(ctx context.Context, o Options, name string) *importer {
	if o.Feed == "" {
		o.Feed = strings.TrimSuffix(path.Base(name), path.Ext(name))
	}
	if o.Zone == "" {
		o.Zone = "Europe/London"
	}
	if o.Currency == "" {
		o.Currency = sp.GBP
	}
	return &importer{ctx: ctx, options: o, file: name, hashes: map[recordKey]string{}}
}

// step counts a record and fails if the context has ended.
func (im *importer) step() error {
	if im.done%stride == 0 {
		if err := im.ctx.Err(); err != nil {
			return fmt.Errorf("hsds: read %s: %w", im.file, err)
		}
		im.progress()
	}
	im.done++
	return nil
}

func (im *importer) progress() {
	if im.options.Progress != nil {
		im.options.Progress(im.done, 0)
	}
}

// report adds an issue of the record that is being read.
func (im *importer) report(s sp.Severity, record, field, code, detail string) {
	im.issues = append(im.issues, sp.Issue{
		Severity: s, File: im.file, Line: im.line, Record: record, Field: field, Code: code, Detail: detail,
	})
}

// id returns the ID of a record of this feed, and "" for no record.
func (im *importer) id(source string) directory.ID {
	if source == "" {
		return ""
	}
	return directory.NewID(im.options.Feed, source)
}

func (im *importer) provenance(source, hash string) directory.Provenance {
	return directory.Provenance{
		Feed: im.options.Feed, Publisher: im.options.Publisher, SourceID: source,
		URL: im.options.URL, Fetched: im.options.Fetched, Hash: hash, Licence: im.options.Licence,
	}
}

// first reports whether a record is the first with its ID. Another with the same
// content is normal where records are nested in others; with other content it
// is reported and not used.
func (im *importer) first(kind string, id directory.ID, source, hash string) bool {
	before, known := im.hashes[recordKey{kind, id}]
	switch {
	case !known:
		im.hashes[recordKey{kind, id}] = hash
		return true
	case before != hash:
		im.report(sp.Error, source, "id", "duplicate-id", "another "+kind+" of this feed has the same id and other content; the first is used")
	}
	return false
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
