package person

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// oldest is more completed years than anybody has lived.
const oldest = 130

// Check reports what is wrong with p on a day, as a [*sp.InvalidError] that
// names fields and rules and repeats no value. A person under [GuardianAge] who
// is not found competent must have a representative who decides on that day.
func (p Person) Check(on sp.Date) error {
	e := &sp.InvalidError{Subject: p.String()}
	e.Check(p.ID != "" && len(p.ID) <= store.MaxName && readable(string(p.ID)), "id", "must have from 1 to 200 bytes of UTF-8")
	e.Check(!p.telling(), "id", "must not contain the NHS number: events keep it for ever")
	e.Check(len(p.Household) <= store.MaxName && readable(string(p.Household)), "household", "must have at most 200 bytes of UTF-8")

	born := p.Born.Reveal()
	age, known := AgeOn(born, on).Value()
	e.Check(born.IsZero() || on.IsZero() || born <= on, "born", "must not lie in the future")
	e.Check(age.Years() <= oldest, "born", "must not lie more than 130 years back")
	if known && age < GuardianAge && p.Competent != sp.Yes {
		e.Check(p.decided(on) == sp.Yes, "representatives", "must name somebody who decides for a person under 16, unless they are found competent")
	}

	checkContacts(e, "contacts", p.Contacts)
	for i, r := range p.Representatives {
		path := fmt.Sprintf("representatives[%d]", i)
		e.Check(r.Person != "" || !r.Name.IsZero(), path, "needs a person or a name")
		e.Check(r.Person == "" || r.Person != p.ID, path+".person", "must be somebody else")
		e.Check(r.Authority != "", path+".authority", "must say in what right they speak for the person")
		checkContacts(e, path+".contacts", r.Contacts)
	}
	name, address := p.Name.Reveal(), p.Address.Reveal()
	e.Check(readable(name.Given, name.Family, name.Known, name.Pronouns), "name", "must be UTF-8")
	e.Check(readable(address.Lines...), "address.lines", "must be UTF-8")
	checkPlace(e, address)
	p.Circumstances.Reveal().check(e)
	return e.Err()
}

// telling reports whether the ID gives the person away.
func (p Person) telling() bool {
	number := p.NHSNumber.Reveal()
	return number != "" && strings.Contains(string(p.ID), number)
}

func checkContacts(e *sp.InvalidError, path string, contacts []Contact) {
	for i, c := range contacts {
		path := fmt.Sprintf("%s[%d]", path, i)
		value := strings.TrimSpace(c.Value.Reveal())
		e.Check(value != "", path+".value", "must not be empty")
		e.Check(readable(value, c.Note.Reveal()), path, "must be UTF-8")
		e.Check(len(c.Safe) > 0, path+".safe", "must name a channel that it serves; unknown safety is allowed")
		if _, ok := c.Safe[Email]; ok {
			e.Check(strings.Contains(value, "@"), path+".value", "must be an e-mail address, with an @")
		}
		_, phone := c.Safe[Phone]
		_, text := c.Safe[Text]
		e.Check(!phone && !text || strings.ContainsAny(value, "0123456789"), path+".value", "must be a telephone number, with digits")
	}
}

func checkPlace(e *sp.InvalidError, a Address) {
	if a.Postcode != "" {
		parsed, err := sp.ParsePostcode(string(a.Postcode))
		e.Check(err == nil && parsed == a.Postcode, "address.postcode", "must be a full postcode, written as LA4 5AB")
	}
	if !a.Point.IsZero() {
		_, err := sp.NewPoint(a.Point.Lat, a.Point.Lon)
		e.Check(err == nil, "address.point", "must be a latitude from -90 to 90 and a longitude from -180 to 180")
	}
}

func (c Circumstances) check(e *sp.InvalidError) {
	const path = "circumstances."
	for i, tag := range c.Languages {
		e.Check(languageTag(tag), fmt.Sprintf("%slanguages[%d]", path, i), `must be a tag of BCP 47, such as "en"`)
	}
	for i, a := range c.Adjustments {
		e.Check(a.Code != "", fmt.Sprintf("%sadjustments[%d]", path, i), "must have a code")
	}
	farthest := float64(c.Transport.Distance.Or(0))
	e.Check(c.Transport.Minutes.Or(0) >= 0, path+"transport.minutes", "must not be negative")
	e.Check(farthest >= 0 && !math.IsInf(farthest, 1), path+"transport.distance", "must be a number that is not negative")
	e.Check(c.Ceiling.Or(sp.Money{}).Sign() >= 0, path+"ceiling", "must not be negative")
	e.Check(c.GroupSize.Or(1) >= 1, path+"groupSize", "must be 1 or more")
}

// readable reports whether texts can be stored without loss.
func readable(texts ...string) bool {
	return !slices.ContainsFunc(texts, func(s string) bool { return !utf8.ValidString(s) })
}

// languageTag reports whether s has the form of a language tag: subtags of one
// to eight letters and digits, the first of two or three letters.
func languageTag(s string) bool {
	for i, sub := range strings.Split(s, "-") {
		if sub == "" || len(sub) > 8 || i == 0 && (len(sub) < 2 || len(sub) > 3) {
			return false
		}
		for _, r := range sub {
			letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
			if !letter && (i == 0 || r < '0' || r > '9') {
				return false
			}
		}
	}
	return true
}
