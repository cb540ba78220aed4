package fhir

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// doNotContact is the detail of an order by which SDOHCC says that nobody may contact the
// person about it. It is written by every guide: whoever has their number from elsewhere
// would ring, and that can put somebody in danger.
var doNotContact = sp.Code{System: systemTemporary, Code: "contacting-subject-prohibited", Display: "Contacting Subject Prohibited"}

// channels are all ways by which somebody could contact a person.
var channels = []person.Channel{person.Phone, person.Text, person.Email, person.Letter}

// mayContact says whether a person may be contacted at all: No if each channel is ruled out,
// Yes if one is safe, and unknown otherwise.
func mayContact(p person.Person) sp.Truth {
	all := sp.No
	for _, c := range channels {
		switch p.May(c) {
		case sp.Yes:
			return sp.Yes
		case sp.Unknown:
			all = sp.Unknown
		case sp.No:
		}
	}
	return all
}

// contact writes that nobody may contact the person. What another has said of that stays,
// and is reported where it is otherwise here: the more careful one counts.
func (w *out) contact(may sp.Truth) {
	details := w.o.Get("orderDetail")
	switch said := contactIn(details); {
	case may == sp.No && said != sp.No:
		var all []resource.Value
		for _, one := range details.All() {
			all = append(all, one)
		}
		w.o.Set("orderDetail", resource.List(append(all, concept("", doNotContact))...))
	case may == sp.Yes && said == sp.No:
		w.lose(Loss{Path: "contact", Ours: "yes", Theirs: doNotContact.Code, Kind: Dropped, Severity: sp.Warning})
	}
}

// contactIn reads from the details of an order whether somebody may contact the person.
// That it says nothing permits nothing.
func contactIn(details resource.Value) sp.Truth {
	for _, one := range details.All() {
		if codeIn(one, doNotContact.System, doNotContact.Code) {
			return sp.No
		}
	}
	return sp.Unknown
}

// quiet rules out every channel of a person whom nobody may contact.
func quiet(p *person.Person) {
	p.Channels = make(map[person.Channel]sp.Truth, len(channels))
	for _, c := range channels {
		p.Channels[c] = sp.No
	}
}
