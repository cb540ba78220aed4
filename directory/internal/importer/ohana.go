package importer

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// ReadOhana reads a folder of CSV files in the form of the Ohana API, which is
// that of HSDS 1: organizations.csv, locations.csv, services.csv, and, where
// they are there, addresses.csv, phones.csv and taxonomy.csv. Rows refer to each
// other by ID; one that refers to nothing is reported. Postal addresses
// (mail_addresses.csv) and contacts are checked for that and not imported.
//
// It fails if services.csv is missing. Without options, amounts are in pounds;
// set Currency and Zone for a feed from elsewhere.
func ReadOhana(ctx context.Context, fsys fs.FS, o directory.ImportOptions) (directory.Catalogue, []sp.Issue, error) {
	im := newImporter(ctx, o, "ohana")
	oh := ohana{
		importer: im, organisations: map[string]int{}, places: map[string]int{},
		services: map[string]int{}, addressed: map[int]bool{}, topics: map[string]sp.Code{},
	}
	tables := []table{
		{"organizations.csv", []string{"id", "name"}, oh.organisation},
		{"taxonomy.csv", []string{"taxonomy_id", "name"}, oh.topic},
		{"locations.csv", []string{"id", "organization_id", "latitude", "longitude"}, oh.location},
		{"addresses.csv", []string{"location_id"}, oh.address},
		{"services.csv", []string{"id", "location_id", "name"}, oh.service},
		{"phones.csv", []string{"number"}, oh.phone},
		{"mail_addresses.csv", []string{"location_id"}, oh.mailAddress},
		{"contacts.csv", nil, oh.contact},
	}
	for _, t := range tables {
		if t.file != "services.csv" && !has(fsys, t.file) {
			continue
		}
		if err := im.table(fsys, t.file, t.required, t.each); err != nil {
			return directory.Catalogue{}, nil, err
		}
	}
	if err := oh.others(fsys, tables); err != nil {
		return directory.Catalogue{}, nil, err
	}
	im.progress()
	return im.catalogue, im.issues, nil
}

// A table is one file of the format, and what is done with its rows.
type table struct {
	file     string
	required []string
	each     func(*row)
}

// others reports the files that are not read, and the one of which only the
// references are.
func (oh *ohana) others(fsys fs.FS, tables []table) error {
	files, err := fs.Glob(fsys, "*.csv")
	if err != nil {
		return fmt.Errorf("import: read ohana: %w", err)
	}
	for _, name := range files {
		read := slices.ContainsFunc(tables, func(t table) bool { return t.file == name })
		if read && name != "mail_addresses.csv" {
			continue
		}
		oh.file, oh.line = name, 1
		oh.report(sp.Note, "", "", "not-imported", "there is no place for what this file holds")
	}
	return nil
}

// ohana joins the tables: the maps lead from a source ID to the record's place
// in the catalogue.
type ohana struct {
	*importer
	organisations, places, services map[string]int
	addressed                       map[int]bool // places that have an address
	topics                          map[string]sp.Code
	partly                          bool // whether it has been said that terms have more columns
}

// key reads the row's own ID. A row without one cannot be referred to, nor told
// from another on the next import, so its content stands in.
func (oh *ohana) key(r *row) string {
	id := r.text("id")
	if id == "" {
		id = "~" + r.hash()[:16]
		oh.report(sp.Warning, id, "id", "missing-id", "a hash of the row is used; it changes with the row")
	}
	return id
}

func (oh *ohana) organisation(r *row) {
	source := oh.key(r)
	id := oh.id(source)
	if !oh.first("organisation", id, source, r.hash()) {
		return
	}
	oh.organisations[source] = len(oh.catalogue.Organisations)
	oh.catalogue.Organisations = append(oh.catalogue.Organisations, directory.Organisation{
		ID: id, Name: oh.name(r, source), AlternateName: r.text("alternate_name"),
		Description: r.text("description"), Email: r.text("email"), Website: r.text("website"),
		Clocks: directory.Clocks{Seen: oh.options.Fetched}, Provenance: oh.provenance(source, r.hash()), Extra: r.extra(),
	})
}

func (oh *ohana) name(r *row, source string) string {
	name := r.text("name")
	if name == "" {
		oh.report(sp.Warning, source, "name", "missing-name", "has no name")
	}
	return name
}

func (oh *ohana) topic(r *row) {
	code := r.text("taxonomy_id")
	if code == "" {
		oh.report(sp.Error, "", "taxonomy_id", "missing-id", "a term without a code cannot be referred to")
		return
	}
	topic := sp.Code{System: oh.options.Feed + "/taxonomy", Code: code, Display: r.text("name")}
	if before, known := oh.topics[code]; known && before != topic {
		oh.report(sp.Error, code, "taxonomy_id", "duplicate-id", "another term has the same code and another name; the first is used")
		return
	}
	oh.topics[code] = topic
	if len(r.extra()) > 0 && !oh.partly {
		oh.partly = true
		oh.report(sp.Note, "", "", "not-imported", "of terms, the code and the name are used; there is no place for more")
	}
}

func (oh *ohana) location(r *row) {
	source := oh.key(r)
	id := oh.id(source)
	if !oh.first("place", id, source, r.hash()) {
		return
	}
	p := directory.Place{
		ID: id, Name: r.text("name"), AlternateName: r.text("alternate_name"), Description: r.text("description"),
		Organisation: oh.reference(oh.organisations, r, source, "organization_id"),
		Transit:      r.text("transportation"), AccessText: r.text("accessibility"),
		Point:  oh.point(source, r.text("latitude"), r.text("longitude")),
		Clocks: directory.Clocks{Seen: oh.options.Fetched}, Provenance: oh.provenance(source, r.hash()),
	}
	if p.Point.IsZero() {
		r.keep("latitude", "longitude")
	}
	p.Languages, p.Access = oh.languages(r)
	switch strings.ToLower(r.text("virtual")) {
	case "true":
		p.Kind = directory.Virtual
	case "false":
		p.Kind = directory.Physical
	default:
		r.keep("virtual")
	}
	p.Extra = r.extra()
	oh.places[source] = len(oh.catalogue.Places)
	oh.catalogue.Places = append(oh.catalogue.Places, p)
}

// reference reads the ID of a record that another refers to, and reports one
// that is not there.
func (oh *ohana) reference(records map[string]int, r *row, source, column string) directory.ID {
	target := r.text(column)
	if target == "" {
		return ""
	}
	if _, ok := records[target]; !ok {
		oh.report(sp.Warning, source, column, "dangling-reference", "refers to a record that is not there")
		return ""
	}
	return oh.id(target)
}

// languages reads a list of languages if it consists of names that are known.
// Anything else, such as "accommodations possible", stays in the row's extra fields.
func (oh *ohana) languages(r *row) (directory.Truths[directory.Language], directory.Truths[directory.Access]) {
	i, ok := r.columns["languages"]
	if !ok || i >= len(r.fields) || strings.TrimSpace(r.fields[i]) == "" {
		return nil, nil
	}
	languages := directory.Truths[directory.Language]{}
	var access directory.Truths[directory.Access]
	for name := range strings.SplitSeq(r.fields[i], ",") {
		tag, ok := languageOf(name)
		if !ok {
			return nil, nil
		}
		languages[tag] = sp.Yes
		if tag == "ase" || tag == "bfi" {
			access = directory.Truths[directory.Access]{directory.SignLanguage: sp.Yes}
		}
	}
	r.taken[i] = true
	return languages, access
}

func (oh *ohana) address(r *row) {
	source := r.text("id")
	i, ok := oh.target(oh.places, r, source, "location_id")
	if !ok {
		return
	}
	a := directory.Address{
		City: r.text("city"), Region: r.text("state_province"),
		Postcode: r.text("postal_code"), Country: strings.ToUpper(r.text("country")),
	}
	for _, column := range []string{"address_1", "address_2"} {
		if line := r.text(column); line != "" {
			a.Lines = append(a.Lines, line)
		}
	}
	oh.unused(source, r)
	if oh.addressed[i] {
		oh.report(sp.Warning, source, "location_id", "second-address", "the location has an address already; the first is used")
		return
	}
	oh.addressed[i] = true
	oh.catalogue.Places[i].Address = a
}

// target returns where the record stands that a row belongs to, and reports a
// row that belongs to none.
func (oh *ohana) target(records map[string]int, r *row, source, column string) (int, bool) {
	id := r.text(column)
	i, ok := records[id]
	if !ok {
		oh.report(sp.Error, source, column, "dangling-reference", "refers to a record that is not there")
	}
	return i, ok
}

func (oh *ohana) mailAddress(r *row) { oh.target(oh.places, r, r.text("id"), "location_id") }

// contact reports people that are left out: their names are nobody's search.
func (oh *ohana) contact(r *row) {
	oh.report(sp.Note, r.text("id"), "", "not-imported", "named people are not imported from this format")
}

func (oh *ohana) service(r *row) {
	source := oh.key(r)
	id := oh.id(source)
	if !oh.first("service", id, source, r.hash()) {
		return
	}
	s := directory.Service{
		ID: id, Name: oh.name(r, source), AlternateName: r.text("alternate_name"),
		URL: r.text("website"), Email: r.text("email"), Apply: r.text("application_process"),
		Description: oh.plain(source, "description", r.text("description")),
		Provenance:  oh.provenance(source, r.hash()),
	}
	if s.Description != r.text("description") {
		r.keep("description")
	}
	s.Status = directory.Status(strings.ToLower(r.text("status")))
	s.Eligibility = oh.eligibility(source, "eligibility", r.text("eligibility"))
	s.Cost = oh.cost(source, "fees", r.text("fees"))
	if s.Cost.Text != r.text("fees") {
		r.keep("fees")
	}
	s.Topics = oh.topicsOf(source, r.text("taxonomy_ids"))
	s.Languages, s.Access = oh.languages(r)
	s.Area.Text = r.text("service_areas")
	s.Clocks.Seen = oh.options.Fetched

	location := r.text("location_id")
	place := oh.reference(oh.places, r, source, "location_id")
	if location == "" {
		oh.report(sp.Warning, source, "location_id", "no-location", "happens nowhere: it is offered without a place")
	}
	if place != "" {
		at := &oh.catalogue.Places[oh.places[location]]
		s.Organisation = at.Organisation
		if at.Kind == directory.Physical {
			inPerson(&s)
		}
		oh.catalogue.Venues = append(oh.catalogue.Venues, directory.Venue{
			ID: directory.VenueID(id, place), Service: id, Place: place, Provenance: s.Provenance,
		})
	}
	s.Extra = r.extra()
	oh.services[source] = len(oh.catalogue.Services)
	oh.catalogue.Services = append(oh.catalogue.Services, s)
}

// topicsOf reads a comma-separated list of terms. Those that the taxonomy lacks
// are kept as they are.
func (oh *ohana) topicsOf(source, list string) []sp.Code {
	var topics []sp.Code
	for code := range strings.SplitSeq(list, ",") {
		code = strings.TrimSpace(code)
		if code == "" {
			continue
		}
		topic, ok := oh.topics[code]
		if !ok {
			oh.report(sp.Note, source, "taxonomy_ids", "unknown-term", "the taxonomy has no such term")
			topic = sp.Code{System: oh.options.Feed + "/taxonomy", Code: code}
		}
		topics = append(topics, topic)
	}
	return topics
}

func (oh *ohana) phone(r *row) {
	source := r.text("id")
	p := directory.Phone{
		Number: r.text("number"), Extension: r.text("extension"), Kind: r.text("number_type"), Note: r.text("department"),
	}
	contact := r.text("contact_id")
	service, location, organisation := r.text("service_id"), r.text("location_id"), r.text("organization_id")
	oh.unused(source, r)
	if !isNorthAmerican(p.Number) {
		oh.report(sp.Note, source, "number", "odd-phone", "is not a telephone number of ten digits; kept as written")
	}
	// The most particular owner has it; the others follow from that one.
	switch {
	case service != "":
		if i, ok := oh.target(oh.services, r, source, "service_id"); ok {
			addPhone(&oh.catalogue.Services[i].Phones, p)
		}
	case location != "":
		if i, ok := oh.target(oh.places, r, source, "location_id"); ok {
			addPhone(&oh.catalogue.Places[i].Phones, p)
		}
	case organisation != "":
		if i, ok := oh.target(oh.organisations, r, source, "organization_id"); ok {
			addPhone(&oh.catalogue.Organisations[i].Phones, p)
		}
	case contact == "":
		oh.report(sp.Error, source, "", "dangling-reference", "belongs to nobody")
	default:
		oh.report(sp.Note, source, "contact_id", "not-imported", "belongs to a person, and named people are not imported from this format")
	}
}

func addPhone(phones *[]directory.Phone, p directory.Phone) { *phones = append(*phones, p) }

// isNorthAmerican reports whether s is a number of ten digits, with or without
// the leading 1, such as "(443) 910-2640".
func isNorthAmerican(s string) bool {
	n := 0
	for _, c := range strings.TrimPrefix(strings.TrimPrefix(s, "+"), "1") {
		switch {
		case c >= '0' && c <= '9':
			n++
		case !strings.ContainsRune(" ()-.", c):
			return false
		}
	}
	return n == 10
}
