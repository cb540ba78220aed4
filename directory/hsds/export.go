package hsds

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Standard is what records are written for.
type Standard int8

// The standards. Fields that are empty are left out, as Open Referral UK asks.
const (
	HSDS3 Standard = iota // HSDS 3.1, with extra fields under "sp_extra", so that nothing is lost on the way back
	ORUK3                 // Open Referral UK 3.0: its fields alone
)

// An Exporter writes a directory in the form of a standard. What must not be told
// is not: places are written as [directory.Place.Public] has them, and confidential
// telephone numbers are left out. A fact that could not be read is written as its
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
}

// NewExporter returns an exporter of c, which must not be changed as long as the
// exporter is used.
func NewExporter(c directory.Catalogue, s Standard) *Exporter {
	x := &Exporter{
		c: c, standard: s, organisations: make(map[directory.ID]*directory.Organisation, len(c.Organisations)),
		places: make(map[directory.ID]*directory.Place, len(c.Places)), venues: make(map[directory.ID][]*directory.Venue, len(c.Services)),
		services: make(map[directory.ID]*directory.Service, len(c.Services)),
	}
	for i := range c.Organisations {
		x.organisations[c.Organisations[i].ID] = &c.Organisations[i]
	}
	for i := range c.Places {
		public := c.Places[i].Public()
		x.places[public.ID] = &public
	}
	for i := range c.Venues {
		x.venues[c.Venues[i].Service] = append(x.venues[c.Venues[i].Service], &c.Venues[i])
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
// and of the organisations and locations that no service names.
func (x *Exporter) WriteJSON(w io.Writer) error {
	all := fields{}
	told := map[directory.ID]bool{}
	list := make([]fields, len(x.c.Services))
	for i := range x.c.Services {
		s := &x.c.Services[i]
		list[i] = x.service(s, true)
		told[s.Organisation] = true
		for _, v := range x.venues[s.ID] {
			told[v.Place] = true
		}
	}
	all["services"] = list
	var organisations, locations []fields
	for i := range x.c.Organisations {
		if o := &x.c.Organisations[i]; !told[o.ID] {
			organisations = append(organisations, x.organisation(o))
		}
	}
	for i := range x.c.Places {
		if p := x.places[x.c.Places[i].ID]; !told[p.ID] {
			locations = append(locations, x.location(p))
		}
	}
	all.list("organizations", organisations)
	all.list("locations", locations)
	data, err := x.marshal(all)
	if err != nil {
		return err
	}
	if _, err := w.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("hsds: export: %w", err)
	}
	return nil
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

// source returns what a feed calls a record.
func source(id directory.ID, p directory.Provenance) string {
	if p.SourceID != "" && directory.NewID(p.Feed, p.SourceID) == id {
		return p.SourceID
	}
	_, after, _ := strings.Cut(string(id), "/")
	return after
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

// notLinks are fields of which what could not be read is written nowhere: it may
// be a program.
var notLinks = map[string]bool{"url": true, "website": true, "email": true}

// fill writes what a feed wrote where a fact could not be read, for fields of the
// record itself and of its parts, such as "schedules[0].until".
func (x *Exporter) fill(f fields, extra directory.Extra, unreadable ...string) {
	for _, name := range unreadable {
		if raw, ok := extra[name]; ok && f[name] == nil && !notLinks[name] {
			f[name] = raw
		}
	}
	for _, list := range []string{"schedules", "cost_options", "capacities"} {
		parts, _ := f[list].([]fields)
		for i, part := range parts {
			for _, name := range ofParts[list] {
				if raw, ok := extra[fmt.Sprintf("%s[%d].%s", list, i, name)]; ok && part[name] == nil {
					part[name] = raw
				}
			}
		}
	}
	if x.standard == HSDS3 && len(extra) > 0 {
		f["sp_extra"] = extra
	}
}

// ofParts are the fields of parts that decide whether something happens, what it
// costs and whether there is room.
var ofParts = map[string][]string{
	"schedules": {
		"freq", "interval", "byday", "bymonthday", "bysetpos", "bymonth", "byweekno", "byyearday", "wkst", "dtstart", "until", "count",
		"valid_from", "valid_to",
	},
	"cost_options": {"amount", "valid_from", "valid_to"},
	"capacities":   {"available", "maximum"},
}
