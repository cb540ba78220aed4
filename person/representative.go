package person

import (
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// An Authority is the right by which somebody speaks for a person. The list is
// open.
type Authority string

// The authorities that are met most often. Others are codes of the scheme.
const (
	ParentalResponsibility Authority = "parental-responsibility"
	PowerOfAttorney        Authority = "power-of-attorney" // lasting, for health and welfare
	Deputy                 Authority = "deputy"            // appointed by a court
	Advocate               Authority = "advocate"
	FamilyCarer            Authority = "family-carer"
)

// A Representative speaks for a person, or has to be involved.
type Representative struct {
	Person    ID                `json:"person,omitempty"` // if they have a record of their own
	Name      sp.Personal[Name] `json:"name,omitzero"`
	Contacts  []Contact         `json:"contacts,omitempty"`
	Authority Authority         `json:"authority"`
	Decides   sp.Truth          `json:"decides,omitzero"` // may agree and refuse in the person's place
	During    sp.Period         `json:"during,omitzero"`  // the zero Period is without limit
}

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (r Representative) Format(f fmt.State, _ rune) { r.Name.Format(f, 'v') }

// Reach returns the contacts of the representative that may safely be used
// through c, the best first. It is empty where safety is unknown. The person's
// own [Person.Channels] do not apply to their representatives.
func (r Representative) Reach(c Channel) []Contact { return reach(r.Contacts, sp.Unknown, c, moment{}) }

// ReachAt is [Representative.Reach] at a moment; see [Person.ReachAt].
func (r Representative) ReachAt(c Channel, at time.Time, calendar sp.Calendar) []Contact {
	return reach(r.Contacts, sp.Unknown, c, momentOf(at, calendar))
}

// Decided reports whether somebody else decides for p on a day; on the zero day,
// whether anybody ever does.
func (p Person) Decided(on sp.Date) sp.Truth {
	answer := sp.No
	for _, r := range p.Representatives {
		if on.IsZero() || r.During.Contains(on) {
			answer = answer.Or(r.Decides)
		}
	}
	return answer
}

// guarded reports whether somebody else must agree on a day. Of whoever is not of full
// age, or may not be, it is unknown until somebody is known to decide, or the person is
// found competent or not.
func (p Person) guarded(on sp.Date) sp.Truth {
	age, known := AgeOn(p.Born.Reveal(), on).Lookup()
	adult, answer := known && age >= fullAge, p.Decided(on)
	switch {
	case adult || answer == sp.Yes:
		return answer
	case known && p.Competent.Known():
		return p.Competent.Not()
	case p.Competent == sp.Yes:
		return sp.No
	}
	return sp.Unknown
}

// asks reports whether somebody may have to be found who decides for p, on a day or
// later: p is not known to be of full age, was not found competent, and has nobody who
// decides without an end.
func (p Person) asks(on sp.Date) bool {
	age, known := AgeOn(p.Born.Reveal(), on).Lookup()
	if known && age >= fullAge || p.Competent == sp.Yes {
		return false
	}
	return !slices.ContainsFunc(p.Representatives, func(r Representative) bool {
		return r.Decides == sp.Yes && r.During.End.IsZero() && r.During.Start <= on
	})
}
