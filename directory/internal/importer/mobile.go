package importer

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// ReadMobileLibraries reads a folder of the timetables of British mobile
// libraries as LibrariesHacked publishes them: one CSV file for each authority
// and organisations.csv about the authorities. Every stop becomes a place, and
// a venue of its library's one service, with its own schedule. Stops have no
// identifiers, so theirs are made of what they consist of; two rows that differ
// in the number of their route alone are reported and both kept.
//
// Public libraries lend without charge (Public Libraries and Museums Act 1964,
// section 8), but these files say nothing about cost, so it stays unknown.
func ReadMobileLibraries(ctx context.Context, fsys fs.FS, o directory.ImportOptions) (directory.Catalogue, []sp.Issue, error) {
	im := newImporter(ctx, o, "mobile-libraries")
	mo := mobile{importer: im, organisations: map[string]directory.ID{}, stops: map[string]bool{}}
	if has(fsys, "organisations.csv") {
		if err := im.table(fsys, "organisations.csv", []string{"authority"}, mo.organisation); err != nil {
			return directory.Catalogue{}, nil, err
		}
	}
	files, err := fs.Glob(fsys, "*.csv")
	if err != nil {
		return directory.Catalogue{}, nil, fmt.Errorf("import: read mobile libraries: %w", err)
	}
	if len(files) == 0 {
		return directory.Catalogue{}, nil, fmt.Errorf("import: read mobile libraries: no CSV file: %w", fs.ErrNotExist)
	}
	for _, name := range files {
		if name == "organisations.csv" {
			continue
		}
		if err := im.table(fsys, name, []string{"organisation", "stop", "geox", "geoy", "frequency", "start"}, mo.stop); err != nil {
			return directory.Catalogue{}, nil, err
		}
	}
	im.progress()
	return im.catalogue, im.issues, nil
}

type mobile struct {
	*importer
	organisations map[string]directory.ID
	stops         map[string]bool // by all that tells one from another but the route
}

func (mo *mobile) organisation(r *row) {
	name := r.text("authority")
	if name == "" {
		mo.report(sp.Error, "", "authority", "missing-name", "an authority without a name cannot be referred to")
		return
	}
	id := mo.id(name)
	if !mo.first("organisation", id, name, r.hash()) {
		return
	}
	o := directory.Organisation{
		ID: id, Name: name, Email: r.text("email"), Website: r.text("website"),
		Clocks: directory.Clocks{Seen: mo.options.Fetched}, Provenance: mo.provenance(name, r.hash()),
	}
	if code := r.text("code"); code != "" {
		o.Identifiers = []directory.Identifier{{Scheme: "GSS", Kind: "local authority", Value: code}}
	}
	o.Extra = r.extra()
	mo.organisations[name] = id
	mo.catalogue.Organisations = append(mo.catalogue.Organisations, o)
}

// library returns the ID of the service of an organisation, which is made when
// its first stop is read.
func (mo *mobile) library(organisation string) directory.ID {
	source := organisation + " mobile library"
	id := mo.id(source)
	if !mo.first("service", id, source, "") {
		return id
	}
	owner, ok := mo.organisations[organisation]
	if !ok {
		mo.report(sp.Warning, source, "organisation", "dangling-reference", "organisations.csv does not have it")
	}
	s := directory.Service{ID: id, Organisation: owner, Name: organisation + " mobile library", Provenance: mo.provenance(source, "")}
	s.Delivery = directory.Truths[directory.Mode]{directory.InPerson: sp.Yes}
	s.Clocks.Seen = mo.options.Fetched
	mo.catalogue.Services = append(mo.catalogue.Services, s)
	return id
}

func (mo *mobile) stop(r *row) {
	organisation := r.text("organisation")
	if organisation == "" {
		organisation = strings.TrimSuffix(path.Base(mo.file), path.Ext(mo.file))
		mo.report(sp.Warning, "", "organisation", "missing-name", "the name of the file stands in")
	}
	service := mo.library(organisation)
	same := []string{organisation}
	for _, column := range []string{"mobile", "community", "stop", "day", "arrival", "departure", "frequency", "start"} {
		same = append(same, r.text(column))
	}
	source := hashOf([]byte(strings.Join(append(same, r.text("route"), r.text("address"), r.text("postcode"), r.text("geox"), r.text("geoy")), "\x00")))[:16]
	id := mo.id(source)
	if !mo.first("place", id, source, "") {
		mo.report(sp.Note, source, "", "duplicate-row", "the same stop stands in the file twice")
		return
	}
	if key := strings.Join(same, "\x00"); mo.stops[key] {
		mo.report(sp.Note, source, "route", "duplicate-stop", "another stop differs in its route, address or place alone; both are kept")
	} else {
		mo.stops[key] = true
	}
	provenance := mo.provenance(source, r.hash())
	name := r.text("stop")
	if name == "" {
		mo.report(sp.Warning, source, "stop", "missing-name", "has no name")
	}
	if community := r.text("community"); community != "" {
		name += ", " + community
	}
	p := directory.Place{
		ID: id, Kind: directory.Physical, Name: name, Point: mo.point(source, r.text("geoy"), r.text("geox")),
		Clocks: directory.Clocks{Seen: mo.options.Fetched}, Provenance: provenance,
	}
	if p.Point.IsZero() {
		r.keep("geox", "geoy")
	}
	p.Address = directory.Address{Country: "GB", Postcode: mo.stopPostcode(source, r.text("postcode"))}
	if address := r.text("address"); address != "" {
		p.Address.Lines = []string{address}
	}
	v := directory.Venue{
		ID: directory.VenueID(service, id), Service: service, Place: id, Provenance: provenance,
		Schedules: []directory.Schedule{mo.schedule(source, r)},
	}
	r.keep("mobile", "route", "day")
	v.Extra = r.extra()
	mo.catalogue.Places = append(mo.catalogue.Places, p)
	mo.catalogue.Venues = append(mo.catalogue.Venues, v)
}

func (mo *mobile) stopPostcode(source, text string) string {
	if text == "" {
		mo.report(sp.Note, source, "postcode", "no-postcode", "the place can be found by its coordinates only")
	}
	return mo.postcode(source, "postcode", text)
}

func (mo *mobile) schedule(source string, r *row) directory.Schedule {
	s := directory.Schedule{
		Raw: r.text("frequency"), Zone: mo.options.Zone,
		Start: mo.date(source, "start", r.text("start")), Until: mo.date(source, "end", r.text("end")),
		Opens: mo.clock(source, "arrival", r.text("arrival")), Closes: mo.clock(source, "departure", r.text("departure")),
	}
	rule, err := directory.ParseRule(s.Raw)
	if err != nil {
		mo.report(sp.Warning, source, "frequency", "bad-rule", "is not a rule that is understood")
	}
	s.Rule = rule
	for column, read := range map[string]bool{
		"start": !s.Start.IsZero(), "end": !s.Until.IsZero(), "arrival": !s.Opens.IsZero(), "departure": !s.Closes.IsZero(),
	} {
		if !read {
			r.keep(column)
		}
	}
	mo.hours(source, "departure", s)
	if day := r.text("day"); day != "" && !s.Start.IsZero() && !strings.EqualFold(day, s.Start.Weekday().String()) {
		mo.report(sp.Note, source, "day", "start-off-day", "the first day is no "+weekday(day)+"; the rule is counted from it as it is")
	}
	return s
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
