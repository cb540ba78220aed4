package hsds

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// service returns a service; in full, with all that belongs to it.
func (x *Exporter) service(s *directory.Service, full bool) fields {
	id := source(s.ID, s.Provenance)
	f := fields{"id": id, "name": s.Name}
	f.text("organization_id", x.sourceOf(s.Organisation))
	f.text("description", s.Description)
	f.text("url", s.URL)
	f.text("email", s.Email)
	if slices.Contains([]directory.Status{directory.Active, directory.Inactive, directory.Defunct, directory.TemporarilyClosed}, s.Status) || x.standard == HSDS3 {
		f.text("status", string(s.Status))
	}
	f.text("alert", s.Alert)
	if !s.Freshness.Assured.IsZero() {
		f["assured_date"] = s.Freshness.Assured.String()
	}
	if !s.Freshness.Modified.IsZero() {
		f["last_modified"] = s.Freshness.Modified.Format(time.RFC3339Nano)
	}
	ages(f, s.Eligibility.Ages)
	if x.standard == ORUK3 {
		f.text("fees", s.Cost.Text)
	} else {
		f.text("fees_description", s.Cost.Text)
		f.text("alternate_name", s.AlternateName)
		f.text("application_process", s.Apply)
		f.text("eligibility_description", s.Eligibility.Text)
	}
	if o := x.organisations[s.Organisation]; o != nil {
		f["organization"] = x.organisation(o)
	}
	if full {
		x.partsOf(f, s, id)
	}
	x.provenance(f, s.Provenance)
	x.fill(f, extraOf(s.Extra, s.Phones, s.Contacts), x.somewhereSecret(s))
	for _, field := range secrecy {
		if x.standard == HSDS3 && s.Extra[field] != nil {
			f[field] = true
		}
	}
	if s.Eligibility.Ages.Incomplete {
		x.incomplete(f, s.Extra)
	} else if e := s.Eligibility; x.standard == HSDS3 && e.Ages == (directory.Ages{}) && strings.Contains(strings.ToLower(e.Text), "age") {
		f["sp_ages_incomplete"] = true // the words are not to be read again: fields said that the ages are unknown
	}
	return f
}

// incomplete writes what the feed wrote of ages that could not be read. Without it,
// the end that could be read would say that there is no other.
func (x *Exporter) incomplete(f fields, extra directory.Extra) {
	unread := false
	for _, name := range []string{"minimum_age", "maximum_age"} {
		years, err := decimal.NewFromString(strings.Trim(string(extra[name]), `"`))
		if f[name] == nil && (isUnread(extra[name]) || err == nil && years.IsZero()) {
			f[name], unread = extra[name], true
		}
	}
	switch {
	case x.standard == HSDS3:
		f["sp_ages_incomplete"] = true
	case !unread:
		delete(f, "minimum_age")
		delete(f, "maximum_age")
	}
}

func (x *Exporter) partsOf(f fields, s *directory.Service, id string) {
	f.list("schedules", x.schedules(s.Schedules))
	f.list("cost_options", prices(s.Cost.Prices))
	f.list("languages", languages(id, s.Languages))
	f.list("service_areas", x.areas(id, s.Area))
	f.list("attributes", x.attributes(id, s.Facts))
	f.list("contacts", x.contacts(s.Contacts))
	if x.standard == HSDS3 {
		f.list("phones", phones(s.Phones))
		f.list("capacities", capacities(id, s.Capacity))
	}
	var at []fields
	for _, v := range x.venues[s.ID] {
		at = append(at, x.venue(v))
	}
	f.list("service_at_locations", at)
}

func (x *Exporter) venue(v *directory.Venue) fields {
	id := v.Provenance.SourceID
	if id == "" || x.named[id] > 1 {
		id = x.sourceOf(v.Service) + "@" + x.sourceOf(v.Place)
	}
	f := fields{"id": id, "location_id": x.sourceOf(v.Place)}
	if p := x.places[v.Place]; p != nil {
		f["location"] = x.location(p)
	}
	if x.standard == HSDS3 {
		f.text("description", v.Description)
		f.list("service_areas", x.areas(id, v.Area))
		f.list("phones", phones(v.Phones))
		f.list("contacts", x.contacts(v.Contacts))
		f.list("schedules", x.schedules(v.Schedules))
	}
	x.provenance(f, v.Provenance)
	x.fill(f, extraOf(v.Extra, v.Phones, v.Contacts), x.isSecret(v.Place))
	return f
}

func (x *Exporter) organisation(o *directory.Organisation) fields {
	f := fields{"id": source(o.ID, o.Provenance), "name": o.Name, "description": o.Description}
	f.text("email", o.Email)
	f.text("website", o.Website)
	f.text("parent_organization_id", x.sourceOf(o.Parent))
	var identifiers []fields
	for i, n := range o.Identifiers {
		p := fields{"id": fmt.Sprintf("%s-identifier-%d", f["id"], i+1), "identifier_type": n.Kind, "identifier": n.Value}
		p.text("identifier_scheme", n.Scheme)
		identifiers = append(identifiers, p)
	}
	f.list("organization_identifiers", identifiers)
	if x.standard == HSDS3 {
		f.text("alternate_name", o.AlternateName)
		f.list("phones", phones(o.Phones))
		f.list("contacts", x.contacts(o.Contacts))
		if !o.Freshness.Modified.IsZero() {
			f["last_modified"] = o.Freshness.Modified.Format(time.RFC3339Nano)
		}
	}
	x.provenance(f, o.Provenance)
	x.fill(f, extraOf(o.Extra, o.Phones, o.Contacts), false)
	return f
}

func (x *Exporter) location(p *directory.Place) fields {
	all := x.all[p.ID]
	id := source(p.ID, p.Provenance)
	f := fields{"id": id}
	f.text("location_type", string(p.Kind))
	f.text("name", p.Name)
	f.text("description", p.Description)
	if !p.Point.IsZero() {
		f["latitude"], f["longitude"] = p.Point.Lat, p.Point.Lon
		if x.standard == HSDS3 {
			f.text("sp_precision", string(p.Precision))
		}
	}
	if len(p.Identifiers) > 0 {
		f.text("external_identifier", p.Identifiers[0].Value)
		f.text("external_identifier_type", p.Identifiers[0].Scheme)
	}
	if len(p.Identifiers) > 1 && x.standard == HSDS3 {
		if more, err := json.Marshal(p.Identifiers[1:]); err == nil { // they hold nothing that JSON cannot
			f["sp_identifiers"] = string(more)
		}
	}
	if a := p.Address; !a.IsZero() {
		f["addresses"] = []fields{address(id, a, p.Kind)}
	}
	if p.AccessText != "" {
		f["accessibility"] = []fields{{"id": id + "-access-1", "description": p.AccessText}}
	}
	f.list("attributes", x.attributes(id, directory.Facts{Access: p.Access}))
	switch p.Shown {
	case directory.ShownInFull:
	case directory.ShownDistrict:
		f["mask_exact_address"] = true
	default:
		f["confidential"] = true
	}
	if x.standard == HSDS3 {
		f.text("organization_id", x.sourceOf(p.Organisation))
		f.text("alternate_name", p.AlternateName)
		f.text("transportation", p.Transit)
		f.list("languages", languages(id, p.Languages))
		f.list("phones", phones(p.Phones))
		f.list("contacts", x.contacts(p.Contacts))
		f.list("schedules", x.schedules(p.Schedules))
	}
	x.provenance(f, p.Provenance)
	x.fill(f, extraOf(p.Extra, all.Phones, p.Contacts), false) // which has none if it is secret
	return f
}

// isSecret reports whether a place is not told to everybody in full.
func (x *Exporter) isSecret(place directory.ID) bool {
	p := x.places[place]
	return p != nil && p.Shown != directory.ShownInFull
}

// secrecy are the fields by which a service says that it must not be found.
var secrecy = []string{"confidential", "mask_exact_address"}

// somewhereSecret reports whether a service happens at such a place, or says so itself: its
// extra fields may tell where that is.
func (x *Exporter) somewhereSecret(s *directory.Service) bool {
	return slices.ContainsFunc(secrecy, func(field string) bool { return s.Extra[field] != nil }) ||
		slices.ContainsFunc(x.venues[s.ID], func(v *directory.Venue) bool { return x.isSecret(v.Place) })
}

// address has every field that the standards require of one, even if it is empty.
func address(place string, a directory.Address, kind directory.PlaceKind) fields {
	id := a.ID
	if id == "" {
		id = place + "-address"
	}
	f := fields{"id": id, "address_1": "", "city": a.City, "state_province": a.Region, "postal_code": a.Postcode, "country": a.Country, "address_type": "physical"}
	if kind == directory.Postal {
		f["address_type"] = "postal"
	}
	if len(a.Lines) > 0 {
		f["address_1"] = a.Lines[0]
		f.text("address_2", strings.Join(a.Lines[1:], ", "))
	}
	f.text("attention", a.Attention.Reveal())
	return f
}

func validity(f fields, p sp.Period) {
	if !p.Start.IsZero() {
		f["valid_from"] = p.Start.String()
	}
	if !p.End.IsZero() {
		f["valid_to"] = p.End.Add(-1).String()
	}
}

func prices(all []directory.Price) []fields {
	var found []fields
	for _, p := range all {
		f := fields{"id": p.ID}
		f.text("option", p.Name)
		f.text("amount_description", p.Per)
		if amount, ok := p.Amount.Lookup(); ok {
			f["amount"] = rawNumber(amount.Decimal())
			f.text("currency", string(amount.Currency()))
		}
		validity(f, p.Valid)
		if p.Unclear {
			f["sp_unclear"] = true
		}
		found = append(found, f)
	}
	return found
}

// rawNumber writes a decimal as a number of JSON, digit by digit.
type rawNumber decimal.Decimal

// MarshalJSON implements json.Marshaler.
func (n rawNumber) MarshalJSON() ([]byte, error) { return []byte(decimal.Decimal(n).String()), nil }

// ages writes completed months as years, of which the last are whole only where all of
// that year is meant.
func ages(f fields, a directory.Ages) {
	twelve := decimal.NewFromInt(12)
	if from, ok := a.From.Lookup(); ok {
		f["minimum_age"] = rawNumber(decimal.NewFromInt(int64(from)).DivRound(twelve, 8).RoundFloor(4))
	}
	before, ok := a.Before.Lookup()
	switch {
	case !ok:
	case before%12 == 0 && before-12 >= a.From.Or(0):
		f["maximum_age"] = rawNumber(decimal.NewFromInt(int64(before/12 - 1)))
	case before%12 == 1:
		f["maximum_age"] = rawNumber(decimal.New(100*int64(before/12)+1, -2))
	default:
		years := decimal.NewFromInt(int64(before-1)).DivRound(twelve, 8).RoundCeil(4)
		f["maximum_age"] = rawNumber(years)
	}
}

func phones(all []directory.Phone) []fields {
	var found []fields
	for _, p := range all {
		if p.Confidential {
			continue
		}
		f := fields{"id": p.ID, "number": p.Number}
		f.text("type", p.Kind)
		f.text("description", p.Note)
		if n := decimalOf(p.Extension); n != nil {
			f["extension"] = n
		} else {
			f.text("extension", p.Extension)
		}
		found = append(found, f)
	}
	return found
}

func (x *Exporter) contacts(all []directory.Contact) []fields {
	var found []fields
	for _, c := range all {
		f := fields{"id": c.ID}
		f.text("name", c.Name.Reveal())
		f.text("title", c.Title)
		if x.standard == HSDS3 {
			f.text("email", c.Email)
			f.list("phones", phones(c.Phones))
		}
		found = append(found, f)
	}
	return found
}

// isTag is the form of a tag of BCP 47, which begins with a code of two or three letters.
var isTag = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{1,8})*$`)

func languages(id string, all directory.Truths[directory.Language]) []fields {
	var found []fields
	for _, tag := range slices.Sorted(maps.Keys(all)) {
		if all[tag] == sp.Yes {
			f := fields{"id": id + "-language-" + string(tag), "name": string(tag)}
			if isTag.MatchString(string(tag)) {
				f["code"] = string(tag)
			}
			found = append(found, f)
		}
	}
	return found
}

// areas writes the areas that are served: those that can be told from words first.
func (x *Exporter) areas(id string, a directory.ServiceArea) []fields {
	var found []fields
	add := func(more fields) { found = append(found, more) }
	if len(a.Postcodes) > 0 {
		add(fields{"extent": strings.Join(a.Postcodes, ","), "extent_type": "text"})
	}
	for _, shape := range a.Shapes {
		if extent, err := shape.MarshalJSON(); err == nil {
			add(fields{"extent": string(extent), "extent_type": "geojson"})
		}
	}
	for _, area := range a.Areas {
		add(fields{"uri": "http://statistics.data.gov.uk/id/statistical-geography/" + area.Code})
	}
	switch {
	case a.Incomplete: // words, or a shape, that say more
		more := fields{}
		more.text("name", a.Text)
		if x.standard == HSDS3 {
			more["sp_incomplete"] = true
		} else if a.Text == "" {
			more["extent_type"] = "text" // and no extent
		}
		if a.Text != "" || len(found) > 0 || x.standard == HSDS3 {
			add(more)
		}
	case a.Text != "" && len(found) > 0:
		found[0]["name"] = a.Text
	case a.Text != "":
		add(fields{"name": a.Text})
	}
	for i := range found {
		found[i]["id"] = fmt.Sprintf("%s-area-%d", id, i+1)
	}
	return found
}

func capacities(id string, c directory.Capacity) []fields {
	if c == (directory.Capacity{WaitDays: c.WaitDays}) {
		return nil
	}
	f := fields{"id": id + "-capacity"}
	if c.Unit != "" {
		f["unit"] = fields{"id": id + "-unit", "name": c.Unit}
	}
	if n, ok := c.Available.Lookup(); ok {
		f["available"] = n
	}
	if n, ok := c.Maximum.Lookup(); ok {
		f["maximum"] = n
	}
	if !c.Updated.IsZero() {
		f["updated"] = c.Updated.Format(time.RFC3339Nano)
	}
	return []fields{f}
}
