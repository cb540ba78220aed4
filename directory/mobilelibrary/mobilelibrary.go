// Package mobilelibrary reads timetables of British mobile libraries: where a
// library on wheels stops, and when. For people who cannot travel it is often the
// one service that comes to them.
//
//	catalogue, issues, err := mobilelibrary.Read(ctx, os.DirFS("timetables"), feed.Options{Feed: "mobile", Fetched: now})
//
// What becomes of faults in a timetable, and the codes of issues, are explained
// in package hsds.
package mobilelibrary

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer"
)

// Read reads a folder of timetables as LibrariesHacked publishes them: one CSV
// file for each authority and organisations.csv about the authorities. Every stop
// becomes a place, and a venue of its library's one service, with its own
// schedule. Stops have no identifiers, so theirs are made of what they consist of;
// two rows that differ in the number of their route alone are reported and both kept.
//
// Public libraries lend without charge (Public Libraries and Museums Act 1964,
// section 8), but these files say nothing about cost, so it stays unknown.
func Read(ctx context.Context, folder fs.FS, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	r := reader{Importer: importer.New(ctx, o, "mobile-libraries"), told: map[string]bool{}, alike: map[[sha256.Size]byte]bool{}}
	if _, err := fs.Stat(folder, authorities); err == nil {
		if err := r.Rows(folder, authorities, []string{"authority"}, r.organisation); err != nil {
			return directory.Catalogue{}, nil, err
		}
	}
	files, err := fs.Glob(folder, "*.csv")
	if err != nil {
		return directory.Catalogue{}, nil, fmt.Errorf("mobilelibrary: read: %w", err)
	}
	if len(files) == 0 {
		return directory.Catalogue{}, nil, fmt.Errorf("mobilelibrary: read: no CSV file: %w", fs.ErrNotExist)
	}
	for _, name := range files {
		if name == authorities {
			continue
		}
		r.file = name
		if err := r.Rows(folder, name, []string{"organisation", "stop", "geox", "geoy", "frequency", "start"}, r.stop); err != nil {
			return directory.Catalogue{}, nil, err
		}
	}
	c, issues := r.Finish()
	return c, issues, nil
}

// authorities is the file about those who run the libraries.
const authorities = "organisations.csv"

type reader struct {
	*importer.Importer
	file  string
	told  map[string]bool            // libraries and stops
	alike map[[sha256.Size]byte]bool // what tells one stop from another, but for the route and the place
	same  []byte                     // room for it
	build importer.Builder
}

// first reports whether something is told for the first time.
func (r *reader) first(what string) bool {
	if r.told[what] {
		return false
	}
	r.told[what] = true
	return true
}

func (r *reader) organisation(row *importer.Row) {
	name := row.Text("authority")
	if name == "" {
		r.Report(sp.Error, "", "authority", "missing-name", "an authority without a name cannot be referred to")
		return
	}
	b := &r.build
	b.Reset()
	b.Text("id", name)
	b.Text("name", name)
	rest(b, row, "authority", "code")
	if code := row.Text("code"); code != "" {
		b.List("organization_identifiers", 1, func(int) {
			b.Text("identifier_scheme", "GSS")
			b.Text("identifier_type", "local authority")
			b.Text("identifier", code)
		})
	}
	r.Record("organizations", b.Record(r.Importer))
}

// rest adds the columns of a row that are none of those that were used.
func rest(b *importer.Builder, row *importer.Row, used ...string) {
	names, fields := row.Fields()
	for i, field := range fields {
		if field != "" && !slices.Contains(used, names[i]) {
			b.Text(names[i], field)
		}
	}
}

// library tells of the service of an organisation when its first stop is read,
// and returns what it is called.
func (r *reader) library(organisation string) string {
	name := organisation + " mobile library"
	if !r.first(name) {
		return name
	}
	b := &r.build
	b.Reset()
	b.Text("id", name)
	b.Text("name", name)
	b.Text("organization_id", organisation)
	r.Record("services", b.Record(r.Importer))
	return name
}

func (r *reader) stop(row *importer.Row) {
	if !timetabled(row) {
		r.Report(sp.Error, "", "", "no-record", "names neither a stop nor a time, so that it is no row of a timetable; nothing is made of it")
		return
	}
	organisation := row.Text("organisation")
	if organisation == "" {
		organisation = strings.TrimSuffix(path.Base(r.file), path.Ext(r.file))
		r.Report(sp.Warning, "", "organisation", "missing-name", "the name of the file stands in")
	}
	library := r.library(organisation)
	id, ok := r.identify(organisation, row)
	if !ok {
		return
	}
	b := &r.build
	b.Reset()
	b.Text("id", id)
	b.Text("service_id", library)
	rest(b, row, "organisation", "community", "stop", "address", "postcode", "geox", "geoy", "arrival", "departure", "frequency", "start", "end")
	b.Object("location", func() {
		b.Text("id", id)
		b.Text("location_type", "physical")
		b.Text("name", r.called(id, row))
		b.Text("latitude", row.Text("geoy"))
		b.Text("longitude", row.Text("geox"))
		b.Text("address_1", row.Text("address"))
		b.Text("postal_code", row.Text("postcode"))
		b.Text("country", "GB")
	})
	b.List("schedules", 1, func(int) { hours(b, row) })
	if row.Text("postcode") == "" {
		r.Report(sp.Note, id, "postcode", "no-postcode", "the place can be found by its coordinates only")
	}
	r.offDay(id, row)
	r.Record("service_at_locations", b.Record(r.Importer))
}

// timetabled reports whether a row says anything that only a timetable does.
func timetabled(row *importer.Row) bool {
	for _, column := range [...]string{"stop", "community", "geox", "geoy", "day", "arrival", "departure", "frequency", "start"} {
		if row.Text(column) != "" {
			return true
		}
	}
	return false
}

// identify makes the identifier of a stop. It is not ok if the stop was told before.
func (r *reader) identify(organisation string, row *importer.Row) (id string, ok bool) {
	same := append(r.same[:0], organisation...)
	for _, column := range [...]string{"mobile", "community", "stop", "day", "arrival", "departure", "frequency", "start"} {
		same = append(append(same, 0), row.Text(column)...)
	}
	key := sha256.Sum256(same)
	for _, column := range [...]string{"route", "address", "postcode", "geox", "geoy"} {
		same = append(append(same, 0), row.Text(column)...)
	}
	r.same = same
	sum := sha256.Sum256(same)
	id = hex.EncodeToString(sum[:8])
	if !r.first(id) {
		r.Report(sp.Note, id, "", "duplicate-row", "the same stop stands in the file twice")
		return id, false
	}
	if r.alike[key] {
		r.Report(sp.Note, id, "route", "duplicate-stop", "another stop differs in its route, address or place alone; both are kept")
	}
	r.alike[key] = true
	return id, true
}

// called returns what a stop is called.
func (r *reader) called(id string, row *importer.Row) string {
	name := row.Text("stop")
	if name == "" {
		r.Report(sp.Warning, id, "stop", "missing-name", "has no name")
	}
	if community := row.Text("community"); community != "" {
		name += ", " + community
	}
	return name
}

// hours writes when a library stops as a schedule of HSDS.
func hours(b *importer.Builder, row *importer.Row) {
	b.Text("dtstart", row.Text("start"))
	b.Text("until", row.Text("end"))
	b.Text("opens_at", row.Text("arrival"))
	b.Text("closes_at", row.Text("departure"))
	rule := strings.TrimPrefix(strings.ToUpper(row.Text("frequency")), "RRULE:")
	if rule == "" {
		rule = "FREQ=?" // so that a stop without a rule is not one day only
	}
	for part := range strings.SplitSeq(rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		b.Text(strings.ToLower(strings.TrimSpace(name)), value)
	}
}

// offDay reports a stop whose first day is not on its day of the week.
func (r *reader) offDay(id string, row *importer.Row) {
	day := row.Text("day")
	start, err := sp.ParseDate(row.Text("start"))
	if day != "" && err == nil && !strings.EqualFold(day, start.Weekday().String()) {
		r.Report(sp.Note, id, "day", "start-off-day", "the first day is no "+weekday(day)+"; the rule is counted from it as it is")
	}
}

// weekday returns s if it is the name of a day, so that nothing else is repeated.
func weekday(s string) string {
	for d := range 7 {
		if name := time.Weekday(d).String(); strings.EqualFold(s, name) {
			return name
		}
	}
	return "such day"
}
