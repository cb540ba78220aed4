package consent

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// A Standard is the test by which somebody was found able to decide or not.
type Standard string

// The tests of the nations, each for an age and a decision.
const (
	Gillick  Standard = "gillick" // under 16 in England, Wales and Northern Ireland: understands this decision
	MCA      Standard = "mca"     // from 16 in England and Wales: Mental Capacity Act 2005
	ALCS     Standard = "aldcs"   // under 16 in Scotland: Age of Legal Capacity (Scotland) Act 1991, section 2(4)
	AWI      Standard = "awi"     // from 16 in Scotland: Adults with Incapacity (Scotland) Act 2000
	MCANI    Standard = "mcani"   // from 16 in Northern Ireland: Mental Capacity Act (Northern Ireland) 2016
	Fraser   Standard = "fraser"  // contraception and sexual health alone
	youngest          = 16        // from which the laws about adults apply
)

// fits reports whether the standard is that of a nation and an age.
func (s Standard) fits(n Nation, age sp.Known[int]) bool {
	years, known := age.Lookup()
	adult := known && years >= youngest
	switch s {
	case Gillick, Fraser:
		return !adult && n != Scotland
	case MCA:
		return adult && (n == England || n == Wales)
	case ALCS:
		return !adult && n == Scotland
	case AWI:
		return adult && n == Scotland
	case MCANI:
		return adult && n == NorthernIreland
	}
	return false
}

// sexualHealth is the code of needs to which [Fraser] applies.
const sexualHealth = "sexual-health"

// A Finding says whether the person can decide this, by whoever found it. It is about a
// decision and a time, and no trait of the person: what its scope leaves out it says
// nothing about, and after its review it says nothing any more.
type Finding struct {
	ID         FindingID `json:"id"`
	Scope      Scope     `json:"scope"`
	Code       string    `json:"code,omitempty"` // of a need, where it is about that alone
	Result     sp.Truth  `json:"result"`         // Yes has, No lacks; unknown is partly, with support
	Standard   Standard  `json:"standard"`
	By         sp.Actor  `json:"by"`
	At         time.Time `json:"at"`
	Evidence   string    `json:"evidence,omitempty"` // ID of the sealed note
	Support    []string  `json:"support,omitempty"`  // codes of the help that was given first
	Review     sp.Date   `json:"review,omitzero"`    // from which it is to be found anew
	Supersedes FindingID `json:"supersedes,omitempty"`
}

// about reports whether the finding is about what is asked.
func (x *Finding) about(q *Ask, k Kind) bool {
	if x.Standard == Fraser && x.Code != sexualHealth {
		return false
	}
	return x.Scope.names(q, k) && (x.Code == "" || x.Code == q.Code)
}

// A Deciding says who decides whether something is told.
type Deciding struct {
	Self    sp.Truth  // Yes the person; No somebody else who is on file; unknown has to be asked first
	Why     string    // code: "age", "finding", "review-due", "born-unknown", "nobody-decides", "not-of-age"
	Finding FindingID // ID, where one decided it
	Test    Ground    // by which somebody else decides for an adult: [BestInterests], in Scotland [Benefit]
}

// Decides returns who decides about what is asked. A finding about this very decision
// comes before an age; it counts until its review, and while the law by which it was found
// is the one for this age. Then the age of the policy counts, from the start of the
// birthday. Where a birth date is not known, or nobody is on file who decides for a child,
// somebody has to be asked, and until then nothing is told outside the scheme.
func (p *Policy) Decides(f *File, q Ask) Deciding {
	k, _ := p.kind(&q)
	return p.decides(f, &q, k, sp.DateOf(f.when(q.At)))
}

func (p *Policy) decides(f *File, q *Ask, k Kind, on sp.Date) Deciding {
	age := ageOn(f.Born.Reveal(), on)
	years, known := age.Lookup()
	adult := known && years >= decidesFrom(p.Ages, f.Nation, AgreeToTell, on)
	if x := f.finding(q, k); x != nil {
		d := Deciding{Finding: x.ID, Why: "finding"}
		current := (x.Review.IsZero() || on < x.Review) && x.Standard.fits(f.Nation, age)
		switch {
		case current && x.Result == sp.Yes:
			d.Self = sp.Yes
			return d
		case current && x.Result == sp.No:
			d.Self = f.somebody(q, k, on)
			if known && years >= youngest { // in Scotland somebody decides before the law about adults applies
				d.Test = f.Nation.test()
			}
			return d
		case current, !adult && x.Result == sp.Yes: // to be found anew, before more is told
			d.Why = "review-due"
			return d
		}
	}
	switch {
	case !known:
		return Deciding{Why: "born-unknown"}
	case adult:
		return Deciding{Self: sp.Yes, Why: "age"}
	}
	d := Deciding{Self: f.somebody(q, k, on), Why: "not-of-age"}
	if d.Self == sp.Unknown {
		d.Why = "nobody-decides"
	}
	return d
}

// test returns by what others decide for somebody who cannot.
func (n Nation) test() Ground {
	if n == Scotland {
		return Benefit
	}
	return BestInterests
}

// finding returns the latest finding about what is asked.
func (f *File) finding(q *Ask, k Kind) (found *Finding) {
	at := f.when(q.At)
	for i := range f.Findings {
		x := &f.Findings[i]
		if x.At.After(at) || !x.about(q, k) {
			continue
		}
		if found == nil || !x.At.Before(found.At) {
			found = x
		}
	}
	return found
}

// somebody is No if somebody else may decide, and otherwise unknown.
func (f *File) somebody(q *Ask, k Kind, on sp.Date) sp.Truth {
	for i := range f.Deciders {
		if f.Deciders[i].holds(q.area(k), on) {
			return sp.No
		}
	}
	return sp.Unknown
}

// mayDecide reports whether an answer of somebody counts: the person where they decide
// themselves, and otherwise whoever holds the right.
func (f *File) mayDecide(by person.ID, as person.Authority, d Deciding, area Area, on sp.Date) bool {
	if d.Self == sp.Yes {
		return as == Themself && by == f.Person
	}
	if d.Self != sp.No {
		return false
	}
	for i := range f.Deciders {
		if x := &f.Deciders[i]; x.ID == by && x.Authority == as && x.holds(area, on) {
			return true
		}
	}
	return false
}

// An outcome is what the answers of all who decide come to.
type outcome struct {
	yes     *Choice
	reason  Reason // why there is none
	refused bool
}

// chosen returns what those who decide have chosen. Each has a voice, the latest; where
// one agrees and another refuses, nothing is agreed.
func (f *File) chosen(q *Ask, k Kind, d Deciding, on sp.Date, at time.Time) outcome {
	o := outcome{reason: NoAgreement}
	mixed := f.mixed() // otherwise nobody has said the opposite of anything
	for i := range f.Choices {
		c := &f.Choices[i]
		about := c.Scope.names(q, k) || c.Refused && c.Scope.touches(q, k)
		if about && !c.At.After(at) && (!mixed || !f.later(c, q, k, at)) {
			o.hear(c, f.mayDecide(c.By, c.As, d, q.area(k), on), at)
		}
	}
	switch {
	case o.refused && o.yes != nil:
		o.yes, o.reason = nil, Disputed
	case o.refused:
		o.reason = Refused
	}
	return o
}

// hear takes one choice into account, of somebody who may decide this or may not. Of
// several agreements it keeps the one that holds longest.
func (o *outcome) hear(c *Choice, may bool, at time.Time) {
	switch {
	case !may:
		if o.yes == nil && o.reason == NoAgreement {
			o.reason = NotTheirs
		}
	case !c.stands(at) && !c.Refused:
		o.lapsed(c, at)
	case !c.stands(at): // a refusal that was taken back says nothing
	case c.Refused:
		o.refused = true
	case o.yes == nil || c.outlasts(o.yes):
		o.yes = c
	}
}

// lapsed says why an agreement no longer holds, unless another was given as the reason.
func (o *outcome) lapsed(c *Choice, at time.Time) {
	if o.reason != NoAgreement && o.reason != NotTheirs {
		return
	}
	o.reason = Expired
	if !c.Withdrawn.IsZero() && !at.Before(c.Withdrawn) {
		o.reason = Withdrawn
	}
}

// outlasts reports whether c holds for longer than other, or without an end.
func (c *Choice) outlasts(other *Choice) bool {
	return c.Until.IsZero() || !other.Until.IsZero() && c.Until.After(other.Until)
}

// mixed reports whether there are both agreements and refusals.
func (f *File) mixed() bool {
	for i := range f.Choices {
		if f.Choices[i].Refused != f.Choices[0].Refused {
			return true
		}
	}
	return false
}

// later reports whether the same decider has said the opposite after c: a refusal ends
// every yes before it for good, and a yes ends a refusal. Of two at the same moment the
// refusal counts.
func (f *File) later(c *Choice, q *Ask, k Kind, at time.Time) bool {
	for i := range f.Choices {
		n := &f.Choices[i]
		if n.Refused == c.Refused || n.By != c.By || n.As != c.As || n.At.After(at) {
			continue
		}
		if n.Refused && !n.At.Before(c.At) && n.Scope.touches(q, k) || !n.Refused && n.At.After(c.At) && n.Scope.names(q, k) {
			return true
		}
	}
	return false
}

// when returns the time of a decision: a clock that went back stands still.
func (f *File) when(at time.Time) time.Time {
	if at.Before(f.Last) {
		return f.Last
	}
	return at
}

func ageOn(born, on sp.Date) sp.Known[int] {
	if age, known := person.AgeOn(born, on).Lookup(); known {
		return sp.Know(age.Years())
	}
	return sp.Known[int]{}
}
