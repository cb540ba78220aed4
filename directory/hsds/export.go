package hsds

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Standard is what records are written for.
type Standard int8

// The standards. Fields that are empty are left out, as Open Referral UK asks.
const (
	HSDS3 Standard = iota // HSDS 3.1, with extra fields under "sp_extra" and others that begin with "sp_", so that nothing is lost on the way back
	ORUK3                 // Open Referral UK 3.0: its fields alone
)

// An Exporter writes a directory in the form of a standard. What must not be told
// is not: places are written as [directory.Place.Public] has them, services at a place that is
// not shown in full without their Extra fields, and confidential telephone numbers are left out. A fact that could not be read is written as its
// feed wrote it, so that whoever reads it next does not take it for none; links
// that are no links are not.
//
// Fields that a standard requires and the directory does not know are left out
// rather than invented, but for required texts, which are empty.
type Exporter struct {
	c             directory.Catalogue
	standard      Standard
	organisations map[directory.ID]*directory.Organisation
	places        map[directory.ID]*directory.Place
	venues        map[directory.ID][]*directory.Venue
	services      map[directory.ID]*directory.Service
	all           map[directory.ID]*directory.Place // with what must not be told
	named         map[string]int                    // venues by what their feed calls them
}

// NewExporter returns an exporter of c, which must not be changed as long as the
// exporter is used.
func NewExporter(c directory.Catalogue, s Standard) *Exporter {
	x := &Exporter{
		c: c, standard: s, organisations: make(map[directory.ID]*directory.Organisation, len(c.Organisations)),
		places: make(map[directory.ID]*directory.Place, len(c.Places)), venues: make(map[directory.ID][]*directory.Venue, len(c.Services)),
		services: make(map[directory.ID]*directory.Service, len(c.Services)), named: make(map[string]int, len(c.Venues)),
		all: make(map[directory.ID]*directory.Place, len(c.Places)),
	}
	for i := range c.Organisations {
		x.organisations[c.Organisations[i].ID] = &c.Organisations[i]
	}
	for i := range c.Places {
		public := c.Places[i].Public()
		x.places[public.ID], x.all[public.ID] = &public, &c.Places[i]
	}
	for i := range c.Venues {
		x.venues[c.Venues[i].Service] = append(x.venues[c.Venues[i].Service], &c.Venues[i])
		x.named[c.Venues[i].Provenance.SourceID]++
	}
	for i := range c.Services {
		x.services[c.Services[i].ID] = &c.Services[i]
	}
	return x
}

// Service returns a service in full, as the API answers for one of them. The
// error is [sp.ErrNotFound] if there is none.
func (x *Exporter) Service(id directory.ID) ([]byte, error) {
	s := x.services[id]
	if s == nil {
		return nil, fmt.Errorf("hsds: export service %s: %w", id, sp.ErrNotFound)
	}
	return x.marshal(x.service(s, true))
}

// Page returns a page of the list of services, 1 for the first, with the envelope
// of the API. Its records hold what belongs to a service and its organisation, not
// lists of parts: ask for each service in full. A page beyond the last is empty; a
// size below 1 is 100.
func (x *Exporter) Page(number, size int) ([]byte, error) {
	if size < 1 {
		size = 100
	}
	total := len(x.c.Services)
	pages := max(1, (total+size-1)/size)
	from := min(total, max(0, number-1)*size)
	to := min(total, from+size)
	contents := make([]fields, 0, to-from)
	for i := from; i < to; i++ {
		contents = append(contents, x.service(&x.c.Services[i], false))
	}
	return x.marshal(fields{
		"total_items": total, "total_pages": pages, "page_number": number, "size": to - from,
		"first_page": number == 1, "last_page": number >= pages, "empty": from == to, "contents": contents,
	})
}

// WriteJSON writes the whole directory as one document: lists of services in full,
// and of the organisations, locations and services at locations that none of them
// holds, and terms with those that they are kinds of.
func (x *Exporter) WriteJSON(w io.Writer) error {
	all := fields{}
	provided, housed := map[directory.ID]bool{}, map[directory.ID]bool{} // organisations and places that are nested
	list := make([]fields, len(x.c.Services))
	for i := range x.c.Services {
		s := &x.c.Services[i]
		list[i] = x.service(s, true)
		provided[s.Organisation] = true
		for _, v := range x.venues[s.ID] {
			housed[v.Place] = true
		}
	}
	all["services"] = list
	var organisations, locations []fields
	for i := range x.c.Organisations {
		if o := &x.c.Organisations[i]; !provided[o.ID] {
			organisations = append(organisations, x.organisation(o))
		}
	}
	for i := range x.c.Places {
		if p := x.places[x.c.Places[i].ID]; !housed[p.ID] {
			locations = append(locations, x.location(p))
		}
	}
	all.list("organizations", organisations)
	all.list("locations", locations)
	all.list("service_at_locations", x.orphans())
	all.list("taxonomy_terms", x.terms())
	data, err := x.marshal(all)
	if err != nil {
		return err
	}
	if _, err := w.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("hsds: export: %w", err)
	}
	return nil
}

// orphans returns the venues of services that the directory does not have.
func (x *Exporter) orphans() []fields {
	var found []fields
	for i := range x.c.Venues {
		if v := &x.c.Venues[i]; x.services[v.Service] == nil {
			f := x.venue(v)
			f["service_id"] = x.sourceOf(v.Service)
			found = append(found, f)
		}
	}
	return found
}

func (x *Exporter) marshal(f fields) ([]byte, error) {
	data, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("hsds: export: %w", err)
	}
	return data, nil
}

// fields are those of an object, without those that say nothing.
type fields map[string]any

func (f fields) text(name, value string) {
	if value != "" {
		f[name] = value
	}
}

func (f fields) list(name string, items []fields) {
	if len(items) > 0 {
		f[name] = items
	}
}

// source returns what a feed calls a record, with the marks by which an importer told
// it from others of that name.
func source(id directory.ID, p directory.Provenance) string {
	own := directory.NewID(p.Feed, p.SourceID)
	if mark, ok := strings.CutPrefix(string(id), string(own)); ok && p.SourceID != "" && (mark == "" || mark[0] == '~') {
		return p.SourceID + mark
	}
	_, after, _ := strings.Cut(string(id), "/")
	if plain, err := url.PathUnescape(after); err == nil {
		return plain
	}
	return after
}

// provenance writes what the feed called a record that is written under another
// identifier.
func (x *Exporter) provenance(f fields, p directory.Provenance) {
	if x.standard == HSDS3 && f["id"] != p.SourceID {
		f.text("sp_source", p.SourceID)
	}
}

func (x *Exporter) sourceOf(id directory.ID) string {
	switch {
	case id == "":
		return ""
	case x.organisations[id] != nil:
		return source(id, x.organisations[id].Provenance)
	case x.places[id] != nil:
		return source(id, x.places[id].Provenance)
	case x.services[id] != nil:
		return source(id, x.services[id].Provenance)
	}
	return source(id, directory.Provenance{})
}
