package importer

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// add reads a part into its owner, and returns the number of the part among
// those of its kind. It is not placed if the owner has no place for its kind.
func (w *owner) add(kind table, o *Object) (n int, placed bool) {
	switch {
	case kind == tablePhones && w.phones != nil:
		n := len(*w.phones)
		if phone := o.phone(); !isEmpty(phone) {
			*w.phones = append(*w.phones, phone)
		}
		return n, true
	case (kind == tableSchedules || kind == tableRegular) && w.schedules != nil:
		var modes *directory.Truths[directory.Mode]
		if w.service != nil {
			modes = &w.service.Delivery
		}
		o.weekly = kind == tableRegular
		*w.schedules = append(*w.schedules, o.schedule(modes))
		return len(*w.schedules) - 1, true
	case kind == tableHolidays && w.schedules != nil:
		*w.schedules = o.holiday(*w.schedules)
		return 0, true
	case kind == tableContacts && w.contacts != nil:
		*w.contacts = append(*w.contacts, o.contact())
		return len(*w.contacts) - 1, true
	case kind == tableLanguages && w.languages != nil:
		if tag := o.language(); tag != "" {
			*w.languages = set(o, *w.languages, tag, sp.Yes)
		}
		return len(*w.languages), true
	case kind == tableAreas && w.area != nil:
		o.area(w.area)
		return strings.Count(w.area.Text, "\n"), true
	case w.service != nil:
		return w.addToService(kind, o)
	case w.place != nil:
		return w.addToPlace(kind, o)
	case kind == tableIdentifiers && w.org != nil:
		w.org.Identifiers = append(w.org.Identifiers, o.organisationIdentifier())
		return len(w.org.Identifiers) - 1, true
	}
	return 0, false
}

func (w *owner) addToService(kind table, o *Object) (n int, placed bool) {
	s := w.service
	switch kind {
	case tableCosts:
		s.Cost.Prices = append(s.Cost.Prices, o.price())
		return len(s.Cost.Prices) - 1, true
	case tableLinks:
		if w.part != "" {
			return 0, w.part == tableEligibility && o.criterion(&s.Eligibility)
		}
		o.attribute(&s.Facts)
		return len(s.Topics), true
	case tableAttributes, tableTaxonomyRows:
		o.attribute(&s.Facts)
		return len(s.Topics), true
	case tableEligibility:
		o.eligibilityRow(&s.Facts)
		return 0, true
	case tableCapacities:
		wait := s.Capacity.WaitDays // which an attribute states
		if (s.Capacity != directory.Capacity{WaitDays: wait}) {
			return 0, false
		}
		s.Capacity = o.capacityOf()
		s.Capacity.WaitDays = wait
		return 0, true
	default:
		return 0, false
	}
}

func (w *owner) addToPlace(kind table, o *Object) (n int, placed bool) {
	p := w.place
	switch kind {
	case tableAddresses:
		p.Shown = p.Shown.Stricter(o.shown())
		kind := o.kindOfAddress()
		first := p.Address.IsZero()
		if !first {
			o.report(sp.Note, "location_id", "second-address", "the location has an address already; the physical one is used, or the first, and the other is kept as it is")
			if isForLetters(kind) || !w.postal() {
				return 1, true
			}
			w.forget(p.Address)
		}
		p.Address = o.address(p.Kind, true)
		return 0, true
	case tableAccess:
		o.accessOf(p)
		return 0, true
	case tableAttributes:
		facts := directory.Facts{Access: p.Access}
		o.attribute(&facts, "access")
		if p.Access = facts.Access; o.record.secret {
			p.Shown = o.secret("link_type")
		}
		return 0, true
	default:
		return 0, false
	}
}

// before returns where the part stands that says the same as the last one of its kind,
// which is taken out; -1 if none does.
func (w *owner) before(kind table) int {
	switch {
	case kind == tablePhones && w.phones != nil:
		return repeated(w.phones, func(p directory.Phone) string { return p.ID })
	case (kind == tableSchedules || kind == tableRegular) && w.schedules != nil:
		return repeated(w.schedules, func(s directory.Schedule) string { return s.ID })
	case kind == tableContacts && w.contacts != nil:
		return repeated(w.contacts, func(c directory.Contact) string { return c.ID })
	case kind == tableCosts && w.service != nil:
		return repeated(&w.service.Cost.Prices, func(p directory.Price) string { return p.ID })
	}
	return -1
}

func repeated[T any](all *[]T, id func(T) string) int {
	last := len(*all) - 1
	if last < 1 || id((*all)[last]) == "" {
		return -1
	}
	for i := range last {
		if id((*all)[i]) == id((*all)[last]) && reflect.DeepEqual((*all)[i], (*all)[last]) {
			*all = (*all)[:last]
			return i
		}
	}
	return -1
}

// typeOfFirst is where the kind of an address is kept that is none to go to.
const typeOfFirst = "addresses[0].address_type"

// postal reports whether the address that a place has is one for letters only.
func (w *owner) postal() bool { return isForLetters(string(inCell((*w.extra)[typeOfFirst]))) }

// forget keeps an address among the extra fields, which another takes the place of.
func (w *owner) forget(a directory.Address) {
	kept := directory.Extra{"address_type": (*w.extra)[typeOfFirst]}
	delete(*w.extra, typeOfFirst)
	if data, err := json.Marshal(a); err == nil {
		kept["address"] = data
	}
	*w.extra = merged(*w.extra, kept, "addresses."+a.ID+".")
}
