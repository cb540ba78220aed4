package person

import (
	"encoding/json"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// wireVersion is the form in which people are stored. A new form gets a new
// number, and the decoder goes on reading the old ones. Form 1 had neither equality
// facts nor registration, interests and how they heard, which are unknown then. Before form 3
// what may be left with whoever answers was yes or no, at any time and with everybody alike.
const wireVersion = 3

// The wire types mirror the types that they store, with personal data in the
// open. They are the only place where it is.
type (
	wirePerson struct {
		Version         int                     `json:"v"`
		ID              ID                      `json:"id"`
		Erased          bool                    `json:"erased,omitempty"` // and nothing else is left
		Household       HouseholdID             `json:"household,omitempty"`
		Name            sp.Plain[Name]          `json:"name,omitzero"`
		Born            sp.Plain[sp.Date]       `json:"born,omitzero"`
		NHSNumber       sp.Plain[string]        `json:"nhsNumber,omitzero"`
		Address         sp.Plain[Address]       `json:"address,omitzero"`
		Contacts        []wireContact           `json:"contacts,omitempty"`
		Channels        map[Channel]sp.Truth    `json:"channels,omitempty"`
		Representatives []wireRepresentative    `json:"representatives,omitempty"`
		Competent       sp.Truth                `json:"competent,omitzero"`
		Circumstances   sp.Plain[Circumstances] `json:"circumstances,omitzero"`
		Equality        sp.Plain[Equality]      `json:"equality,omitzero"`
		Registration    sp.Plain[Registration]  `json:"registration,omitzero"`
		Heard           string                  `json:"heard,omitempty"`
	}
	wireContact struct {
		Value   sp.Plain[string]     `json:"value"`
		Safe    map[Channel]sp.Truth `json:"safe"`
		Times   []Window             `json:"times,omitempty"`
		Message Leave                `json:"message,omitempty"`
		Answers map[Answerer]Leave   `json:"answers,omitempty"`
		Review  sp.Date              `json:"review,omitzero"`
		Note    sp.Plain[string]     `json:"note,omitzero"`
	}
	wireRepresentative struct {
		Person    ID             `json:"person,omitempty"`
		Name      sp.Plain[Name] `json:"name,omitzero"`
		Contacts  []wireContact  `json:"contacts,omitempty"`
		Authority Authority      `json:"authority"`
		Decides   sp.Truth       `json:"decides,omitzero"`
		During    sp.Period      `json:"during,omitzero"`
	}
)

func plain[T any](p sp.Personal[T]) sp.Plain[T] { return sp.Plain[T]{Personal: p} }

// encode returns the stored form of p.
func (p Person) encode() ([]byte, error) {
	w := wirePerson{
		Version: wireVersion, ID: p.ID, Household: p.Household,
		Name: plain(p.Name), Born: plain(p.Born), NHSNumber: plain(p.NHSNumber.Personal), Address: plain(p.Address),
		Contacts: toWire(p.Contacts), Channels: p.Channels, Competent: p.Competent, Circumstances: plain(p.Circumstances),
		Equality: plain(p.Equality), Registration: plain(p.Registration), Heard: p.Heard,
	}
	for _, r := range p.Representatives {
		w.Representatives = append(w.Representatives, wireRepresentative{
			Person: r.Person, Name: plain(r.Name), Contacts: toWire(r.Contacts), Authority: r.Authority, Decides: r.Decides, During: r.During,
		})
	}
	return json.Marshal(w)
}

func toWire(contacts []Contact) (w []wireContact) {
	for _, c := range contacts {
		w = append(w, wireContact{plain(c.Value), c.Safe, c.Times, c.Message, c.Answers, c.Review, plain(c.Note)})
	}
	return w
}

// decode reads what encode writes. Its errors say what kind of fault there is
// and never quote what was read, as those of package json do.
func decode(body []byte) (Person, error) {
	var w struct {
		wirePerson
		NHSNumber sp.NHSNumber `json:"nhsNumber"` // checked as it is read
	}
	if err := store.Unmarshal(body, &w); err != nil {
		return Person{}, fmt.Errorf("body is not a person: %w", sp.ErrInvalid)
	}
	if w.Version < 1 || w.Version > wireVersion {
		return Person{}, fmt.Errorf("body has version %d, and this program knows those up to %d: %w", w.Version, wireVersion, sp.ErrInvalid)
	}
	if w.Erased {
		return Person{}, fmt.Errorf("was erased: %w", sp.ErrNotFound)
	}
	p := Person{
		ID: w.ID, Household: w.Household,
		Name: w.Name.Personal, Born: w.Born.Personal, NHSNumber: w.NHSNumber, Address: w.Address.Personal,
		Contacts: fromWire(w.Contacts), Channels: w.Channels, Competent: w.Competent, Circumstances: w.Circumstances.Personal,
		Equality: w.Equality.Personal, Registration: w.Registration.Personal, Heard: w.Heard,
	}
	for _, r := range w.Representatives {
		p.Representatives = append(p.Representatives, Representative{
			Person: r.Person, Name: r.Name.Personal, Contacts: fromWire(r.Contacts), Authority: r.Authority, Decides: r.Decides, During: r.During,
		})
	}
	return p, nil
}

func fromWire(w []wireContact) (contacts []Contact) {
	for _, c := range w {
		contacts = append(contacts, Contact{c.Value.Personal, c.Safe, c.Times, c.Message, c.Answers, c.Review, c.Note.Personal})
	}
	return contacts
}
