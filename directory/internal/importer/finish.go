package importer

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// Finish decides what can be decided only when everything was read, and returns
// the catalogue and the issues.
func (im *Importer) Finish() (directory.Catalogue, []sp.Issue) {
	im.decide()
	im.resolveReferences()
	im.attachWaiting()
	im.close()
	im.resolveTerms()
	im.resolveUnits()
	im.relateTerms()
	lost := im.separate()
	im.finishServices(lost, im.finishVenues(lost))
	im.finishPlaces(lost)
	im.finishOrganisations(lost)
	im.deriveIDs()
	im.progress()
	return im.catalogue, im.all()
}

// decide takes the records of which nothing told what they are: one that others
// name as their organisation is one.
func (im *Importer) decide() {
	if len(im.undecided) == 0 {
		return
	}
	named := map[directory.ID]recordKind{}
	for i := range im.catalogue.Services {
		named[im.catalogue.Services[i].Organisation] = organisations
	}
	for i := range im.catalogue.Places {
		named[im.catalogue.Places[i].Organisation] = organisations
	}
	for i := range im.catalogue.Organisations {
		named[im.catalogue.Organisations[i].Parent] = organisations
	}
	for i := range im.catalogue.Venues {
		named[im.catalogue.Venues[i].Place] = places
		named[im.catalogue.Venues[i].Service] = services
	}
	for _, w := range im.undecided {
		o := im.again(w)
		switch named[im.id(o.peek("id"))] {
		case organisations:
			im.organisation(o, true)
		case places:
			im.location(o, true)
		case services:
			im.service(o, "", true)
		default:
			im.report(sp.Error, o.peek("id"), "", "unknown-record", "has no field that tells whether it is a service, an organisation or a location")
		}
	}
	im.undecided = nil
}

// resolveTerms gives records the topics that they refer to by an identifier of
// which the term came later.
func (im *Importer) resolveTerms() {
	unknown := map[unresolved]bool{} // fields with a term that the input does not have
	whole := func(u unresolved) unresolved { return unresolved{key: u.key, field: u.field} }
	for _, u := range im.unresolved {
		e := im.records[u.key]
		t, ok := im.termOf(u.term)
		if !ok || e == nil || u.key.kind != services || len(e.variants) != 1 {
			im.file, im.line = u.file, u.line
			im.report(sp.Note, u.record, u.field, "unknown-term", "the input has no such term; an identifier alone is no topic")
			unknown[whole(u)] = true
			continue
		}
		s := &im.catalogue.Services[e.variants[0]]
		s.Topics = append(s.Topics, im.code(t))
	}
	for _, u := range im.unresolved {
		e := im.records[u.key]
		if unknown[whole(u)] || e == nil || len(e.variants) != 1 {
			continue
		}
		s := &im.catalogue.Services[e.variants[0]]
		if delete(s.Extra, u.field); len(s.Extra) == 0 {
			s.Extra = nil
		}
	}
	im.unresolved = nil
}

// separate gives each telling of a record that was told in ways that clash an ID
// of its own, and returns the IDs that nobody is to believe any more.
func (im *Importer) separate() map[recordKey]bool {
	lost := map[recordKey]bool{}
	for key, e := range im.records {
		if len(e.variants) < 2 {
			continue
		}
		lost[key] = true
		for n, i := range e.variants {
			if n > 0 && i == e.variants[n-1] {
				continue // one for which there was no room
			}
			switch key.kind {
			case organisations:
				o := &im.catalogue.Organisations[i]
				o.ID = apart(o.ID, o.Provenance)
			case services:
				s := &im.catalogue.Services[i]
				s.ID = apart(s.ID, s.Provenance)
			case places:
				p := &im.catalogue.Places[i]
				p.ID = apart(p.ID, p.Provenance)
			}
		}
	}
	return lost
}

func apart(id directory.ID, p directory.Provenance) directory.ID {
	return id + "~" + directory.ID(p.Hash[:8])
}

// beforeApart returns what a place was called that clashes with another.
func beforeApart(id directory.ID, lost map[recordKey]bool) directory.ID {
	if i := strings.LastIndexByte(string(id), '~'); i > 0 && lost[recordKey{places, id[:i]}] {
		return id[:i]
	}
	return id
}

// unlink forgets a reference that is not to be believed, and keeps what it said.
func unlink(id *directory.ID, extra *directory.Extra, field string) {
	*extra = merged(*extra, directory.Extra{field: quoted(string(*id))}, "")
	*id = ""
}

// finishVenues takes out the venues whose place or service nobody is to believe:
// the service then stands without a place, and what the venue said among its extra
// fields. It returns the places of each service, and reports venues that refer to
// records that the input does not have: these may stand in another file, so they
// are kept; without the service there is no offer.
func (im *Importer) finishVenues(lost map[recordKey]bool) map[directory.ID][]directory.ID {
	at := make(map[directory.ID][]directory.ID, len(im.catalogue.Venues))
	kept := im.catalogue.Venues[:0]
	for i, v := range im.catalogue.Venues {
		if shown := im.hiddenBy[v.Service]; shown != directory.ShownInFull {
			im.hidden[v.Place] = shown.Stricter(im.hidden[v.Place])
		}
		if lost[recordKey{places, v.Place}] || lost[recordKey{services, v.Service}] {
			im.keepVenue(v)
			continue
		}
		for _, of := range [...]struct {
			key    recordKey
			column string
		}{{recordKey{services, v.Service}, "service_id"}, {recordKey{places, v.Place}, "location_id"}} {
			if im.records[of.key] == nil {
				im.at(&entry{file: im.ofVenues[i].file, line: im.ofVenues[i].line}, func() {
					im.report(sp.Warning, v.Provenance.SourceID, of.column, "dangling-reference", "refers to a record that is not there")
				})
			}
		}
		kept = append(kept, v)
		at[v.Service] = append(at[v.Service], v.Place)
	}
	clear(im.catalogue.Venues[len(kept):])
	im.catalogue.Venues = kept
	return at
}

// keepVenue keeps what a venue said with the service that it was of.
func (im *Importer) keepVenue(v directory.Venue) {
	e := im.records[recordKey{services, v.Service}]
	if e == nil {
		return
	}
	called := v.Provenance.SourceID
	v.Provenance = directory.Provenance{SourceID: called} // the rest is not said by the feed, and changes with each import
	said, err := json.Marshal(v)
	if err != nil {
		return // it holds nothing that JSON cannot
	}
	for n, i := range e.variants {
		if n > 0 && i == e.variants[n-1] {
			continue
		}
		s := &im.catalogue.Services[i]
		s.Extra = merged(s.Extra, directory.Extra{"service_at_locations." + called: said}, "")
	}
}

func (im *Importer) finishServices(lost map[recordKey]bool, at map[directory.ID][]directory.ID) {
	all, kept := im.catalogue.Services, 0
	for i := range all {
		s, e := &all[i], im.ofServices[i]
		im.at(e, func() {
			if lost[recordKey{organisations, s.Organisation}] {
				unlink(&s.Organisation, &s.Extra, "organization_id")
			}
			if s.Name == "" && saysNothing(s) && len(at[s.ID]) == 0 {
				im.report(sp.Error, e.source, "name", "no-record", "is no service: beside an identifier it says nothing")
				return
			}
			s.Topics = distinct(s.Topics)
			im.findRunBy(s, e, lost)
			im.finishService(s, e, at[s.ID], lost)
			if kept != i { // they are large
				all[kept] = *s
			}
			kept++
		})
	}
	clear(all[kept:])
	im.catalogue.Services = all[:kept]
}

// findRunBy finds the organisation that a service names in words: by its identifier, or
// else the only one of that name.
func (im *Importer) findRunBy(s *directory.Service, e *entry, lost map[recordKey]bool) {
	by := im.runBy[e]
	if by == "" || s.Organisation != "" || isNullWord(by) {
		return
	}
	key := recordKey{organisations, im.id(by)}
	if im.records[key] == nil {
		key.id = im.organisationCalled(by)
	}
	if im.records[key] == nil || lost[key] {
		im.report(sp.Warning, e.source, "organization", "wrong-type", "is not an object, nor the identifier or the name of one organisation")
		return
	}
	s.Organisation = key.id
	im.report(sp.Note, e.source, "organization", "text-for-object", "was read as the identifier or the name of an organisation")
}

// organisationCalled returns the only organisation of a name, or "".
func (im *Importer) organisationCalled(name string) directory.ID {
	if im.byName == nil {
		im.byName = make(map[string]directory.ID, len(im.catalogue.Organisations))
		for i := range im.catalogue.Organisations {
			o := &im.catalogue.Organisations[i]
			called := folded(o.Name)
			if _, known := im.byName[called]; known || called == "" {
				im.byName[called] = "" // nobody knows which of them
				continue
			}
			im.byName[called] = o.ID
		}
	}
	return im.byName[folded(name)]
}

// saysNothing reports whether a service without a name says nothing by which
// anybody could find or use it.
func saysNothing(s *directory.Service) bool {
	return s.Description == "" && s.Email == "" && len(s.Phones) == 0 && len(s.Schedules) == 0 && len(s.Topics) == 0 && s.Organisation == ""
}

func (im *Importer) finishService(s *directory.Service, e *entry, at []directory.ID, lost map[recordKey]bool) {
	if s.Name == "" {
		im.report(sp.Warning, e.source, "name", "missing-name", "has no name")
	}
	for _, place := range at {
		p := im.records[recordKey{places, place}]
		if p == nil || len(p.variants) != 1 {
			continue
		}
		where := &im.catalogue.Places[p.variants[0]]
		if where.Kind == directory.Physical && !s.Delivery[directory.InPerson].Known() {
			if s.Delivery == nil {
				s.Delivery = directory.Truths[directory.Mode]{}
			}
			s.Delivery[directory.InPerson] = sp.Yes
		}
		if im.inherit && s.Organisation == "" && (im.runBy[e] == "" || isNullWord(im.runBy[e])) && !lost[recordKey{organisations, where.Organisation}] {
			s.Organisation = where.Organisation
		}
	}
	if len(at) == 0 && im.noPlace(s) {
		im.report(sp.Note, e.source, "location_id", "no-location", "names no place: it is offered without one")
	}
	if s.Organisation != "" && im.records[recordKey{organisations, s.Organisation}] == nil {
		im.report(sp.Note, e.source, "organization_id", "dangling-reference", "refers to an organisation that is not there")
	}
	im.charge(s, e.source)
	if s.DropIn == sp.Unknown {
		s.DropIn = dropIn(s)
	}
}

// distinct returns topics each once: feeds tell one as a term and as an attribute. Where
// one of them has words for it, these stay.
func distinct(topics []sp.Code) []sp.Code {
	if len(topics) < 2 {
		return topics
	}
	at := make(map[sp.Code]int, len(topics))
	kept := topics[:0]
	for _, t := range topics {
		key := sp.Code{System: t.System, Code: t.Code}
		if i, told := at[key]; told {
			kept[i].Display = cmp.Or(kept[i].Display, t.Display)
			continue
		}
		at[key] = len(kept)
		kept = append(kept, t)
	}
	clear(topics[len(kept):])
	return kept
}

// dropIn returns whether people may come without arranging it, where the hours of a
// service, or how to apply, are a set phrase that says so. Of both it is unknown.
func dropIn(s *directory.Service) sp.Truth {
	said := dropInOf(s.Apply)
	for i := range s.Schedules {
		switch more := dropInOf(s.Schedules[i].Text); {
		case !more.Known():
		case said.Known() && said != more:
			return sp.Unknown
		default:
			said = more
		}
	}
	return said
}

// noPlace reports whether a service that names no place does not say why.
func (im *Importer) noPlace(s *directory.Service) bool {
	for _, mode := range []directory.Mode{directory.Online, directory.Telephone, directory.HomeVisit} {
		if s.Delivery[mode] == sp.Yes {
			return false
		}
	}
	return true
}

func (im *Importer) finishPlaces(lost map[recordKey]bool) {
	for i := range im.catalogue.Places {
		p := &im.catalogue.Places[i]
		p.Shown = p.Shown.Stricter(im.hidden[beforeApart(p.ID, lost)])
		if lost[recordKey{organisations, p.Organisation}] {
			unlink(&p.Organisation, &p.Extra, "organization_id")
		}
		e := im.ofPlaces[i]
		if p.Organisation != "" && im.records[recordKey{organisations, p.Organisation}] == nil {
			im.at(e, func() {
				im.report(sp.Note, e.source, "organization_id", "dangling-reference", "refers to an organisation that is not there")
			})
		}
		if !p.Point.IsZero() || e.badPoint || p.Kind == directory.Virtual || p.Kind == directory.Postal {
			continue
		}
		im.at(e, func() {
			im.report(sp.Note, e.source, "latitude", "no-coordinates", "the place can be found by its address only")
		})
	}
}

func (im *Importer) finishOrganisations(lost map[recordKey]bool) {
	for i := range im.catalogue.Organisations {
		o := &im.catalogue.Organisations[i]
		if lost[recordKey{organisations, o.Parent}] {
			unlink(&o.Parent, &o.Extra, "parent_organization_id")
		}
		if e := im.ofOrganisations[i]; o.Name == "" {
			im.at(e, func() { im.report(sp.Warning, e.source, "name", "missing-name", "has no name") })
		}
	}
}
