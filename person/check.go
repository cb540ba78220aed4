package person

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// oldest is more completed years than anybody has lived.
const oldest = 130

// Check reports what is wrong with p on a day, as a [*sp.InvalidError] that
// names fields and rules and repeats no value. That a fact is unknown is never wrong,
// not even who decides for a child: a person is received first, and asked then. See
// [Repository.Undecided].
func (p Person) Check(on sp.Date) error {
	e := &sp.InvalidError{Subject: p.String()}
	e.CheckPersonID(string(p.ID), "id")
	e.Check(!sp.ValidPersonID(p.ID) || !p.telling(string(p.ID)), "id", sp.Identifying, "must not contain the NHS number: events keep it for ever")
	if p.Household != "" {
		e.CheckPersonID(string(p.Household), "household")
	}
	e.Check(!sp.ValidPersonID(p.Household) || !p.telling(string(p.Household)), "household", sp.Identifying, "must not contain the NHS number: others share it")

	born := p.Born.Reveal()
	age := AgeOn(born, on).Or(0)
	e.Check(born.IsZero() || on.IsZero() || born <= on, "born", sp.Untimely, "must not lie in the future")
	e.Check(age.Years() <= oldest, "born", sp.Untimely, "must not lie more than 130 years back")

	checkContacts(e, "contacts", p.Contacts)
	for i, r := range p.Representatives {
		path := fmt.Sprintf("representatives[%d]", i)
		e.Check(r.Person != "" || !r.Name.IsZero(), path, sp.Missing, "needs a person or a name")
		e.Check(r.Person == "" || r.Person != p.ID, path+".person", sp.Inconsistent, "must be somebody else")
		if r.Person != "" {
			e.CheckPersonID(string(r.Person), path+".person")
		}
		e.Check(r.Authority != "", path+".authority", sp.Missing, "must say in what right they speak for the person")
		e.Check(readable(string(r.Authority)), path+".authority", sp.Malformed, readRule)
		e.Check(r.Name.Reveal().readable(), path+".name", sp.Malformed, readRule)
		e.Check(lasts(r.During), path+".during", sp.Inconsistent, "must end after it starts, within the years 1 to 9999")
		checkContacts(e, path+".contacts", r.Contacts)
	}
	e.Check(p.Name.Reveal().readable(), "name", sp.Malformed, readRule)
	e.Check(readable(keys(p.Channels)...), "channels", sp.Malformed, readRule)
	checkPlace(e, p.Address.Reveal())
	p.Circumstances.Reveal().check(e)
	p.Equality.Reveal().check(e)
	p.Registration.Reveal().check(e)
	e.Check(p.Heard == "" || onList(HeardOf(), p.Heard), "heard", sp.NotListed, `must be on the list of how people hear of a scheme, or have a namespace as in "bay:radio"`)
	return e.Err()
}

// telling reports whether an ID gives the person away, however its digits are
// grouped.
func (p Person) telling(id string) bool {
	number := p.NHSNumber.Reveal()
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, id)
	return number != "" && strings.Contains(digits, number)
}

func checkContacts(e *sp.InvalidError, path string, contacts []Contact) {
	for i, c := range contacts {
		path := fmt.Sprintf("%s[%d]", path, i)
		value := strings.TrimSpace(c.Value.Reveal())
		e.Check(value != "", path+".value", sp.Missing, "must not be empty")
		e.Check(readable(value, c.Note.Reveal()) && readable(keys(c.Safe)...), path, sp.Malformed, readRule)
		e.Check(len(c.Safe) > 0, path+".safe", sp.Missing, "must name a channel that it serves; unknown safety is allowed")
		if _, ok := c.Safe[Email]; ok {
			e.Check(strings.Contains(value, "@"), path+".value", sp.Malformed, "must be an e-mail address, with an @")
		}
		checkSafety(e, path, c)
		_, phone := c.Safe[Phone]
		_, text := c.Safe[Text]
		e.Check(!phone && !text || strings.ContainsAny(value, "0123456789"), path+".value", sp.Malformed, "must be a telephone number, with digits")
	}
}

// checkSafety notes what is wrong with the times of a contact, and with what may be left.
func checkSafety(e *sp.InvalidError, path string, c Contact) {
	for i, w := range c.Times {
		at := fmt.Sprintf("%s.times[%d]", path, i)
		e.Check(w.From >= 0 && w.From < w.Until && w.Until <= dayEnds, at, sp.OutOfRange, "must be from a time of the day until a later one; a night is two")
		for _, d := range w.Days {
			e.Check(d >= time.Sunday && d <= time.Saturday, at+".days", sp.OutOfRange, "must be from 0 for Sunday to 6")
		}
	}
	known := func(l Leave) bool { return l == "" || l == LeaveNothing || l == LeaveName || l == LeaveMessage }
	e.Check(known(c.Message), path+".message", sp.NotListed, "must be no, name-only or yes")
	for who, leave := range c.Answers {
		e.Check(sp.ValidCode(who), path+".answers", sp.Malformed, sp.CodeRule)
		e.Check(known(leave), path+".answers", sp.NotListed, "must be no, name-only or yes")
	}
	_, err := c.Review.MarshalText()
	e.Check(err == nil, path+".review", sp.OutOfRange, "must lie in the years 1 to 9999")
}

// dayEnds is 24:00.
const dayEnds directory.TimeOfDay = 24 * 60

func checkPlace(e *sp.InvalidError, a Address) {
	e.Check(readable(a.Lines...), "address.lines", sp.Malformed, readRule)
	for i, area := range a.Areas {
		e.Check(readable(area.Code), fmt.Sprintf("address.areas[%d]", i), sp.Malformed, readRule)
	}
	if a.Postcode != "" {
		parsed, err := geo.ParsePostcode(string(a.Postcode))
		e.Check(err == nil && parsed == a.Postcode, "address.postcode", sp.Malformed, "must be a full postcode, written as LA4 5AB")
	}
	if !a.Point.IsZero() {
		_, err := geo.NewPoint(a.Point.Lat, a.Point.Lon)
		e.Check(err == nil, "address.point", sp.Malformed, "must be a latitude from -90 to 90 and a longitude from -180 to 180")
	}
}

func (c Circumstances) check(e *sp.InvalidError) {
	const path = "circumstances."
	for i, tag := range c.Languages {
		e.Check(languageTag(string(tag)), fmt.Sprintf("%slanguages[%d]", path, i), sp.Malformed, `must be a tag of BCP 47, such as "en"`)
	}
	for i, a := range c.Adjustments {
		e.Check(a.Code != "", fmt.Sprintf("%sadjustments[%d]", path, i), sp.Missing, "must have a code")
		e.Check(readable(a.System, a.Version, a.Code, a.Display), fmt.Sprintf("%sadjustments[%d]", path, i), sp.Malformed, readRule)
	}
	e.Check(readable(string(c.Gender)), path+"gender", sp.Malformed, readRule)
	e.Check(readable(keys(c.Groups)...), path+"groups", sp.Malformed, readRule)
	e.Check(readable(keys(c.Access)...), path+"access", sp.Malformed, readRule)
	e.Check(readable(keys(c.Modes)...), path+"modes", sp.Malformed, readRule)
	farthest := float64(c.Transport.Distance.Or(0))
	e.Check(c.Transport.Minutes.Or(0) >= 0, path+"transport.minutes", sp.OutOfRange, "must not be negative")
	e.Check(farthest >= 0 && !math.IsInf(farthest, 1), path+"transport.distance", sp.OutOfRange, "must be a number that is not negative")
	ceiling := c.Ceiling.Or(sp.Money{})
	_, err := ceiling.MarshalText()
	e.Check(ceiling.Sign() >= 0, path+"ceiling", sp.OutOfRange, "must not be negative")
	e.Check(err == nil, path+"ceiling", sp.Malformed, "must have an ISO 4217 currency, such as GBP")
	checkInterests(e, c.Interests)
	e.Check(c.GroupSize.Or(1) >= 1, path+"groupSize", sp.OutOfRange, "must be 1 or more")
}

const readRule = "must be UTF-8, and not a redacted copy"

// readable reports whether texts can be stored without loss, and are not what
// personal data prints as.
func readable(texts ...string) bool {
	redacted := sp.Personal[string]{}.String()
	return !slices.ContainsFunc(texts, func(s string) bool { return !utf8.ValidString(s) || s == redacted })
}

func (n Name) readable() bool { return readable(n.Given, n.Family, n.Known, n.Pronouns) }

// keys returns the keys of a map of facts as texts.
func keys[K ~string](facts map[K]sp.Truth) []string {
	var texts []string
	for k := range facts {
		texts = append(texts, string(k))
	}
	return texts
}

// lasts reports whether a period holds a day and can be stored.
func lasts(p sp.Period) bool {
	q, err := sp.NewPeriod(p.Start, p.End)
	_, start := q.Start.MarshalText()
	_, end := q.End.MarshalText()
	return err == nil && start == nil && end == nil
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
