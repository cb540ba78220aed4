package consent

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
)

// An Authority is what lifts the duty of confidence, so that something may be told. There
// are four, and none stands for another. It is not the lawful basis under data protection,
// which is a [Basis]: either can change without the other.
type Authority string

// The authorities. The empty Authority is none: nothing is told.
const (
	Agreement Authority = "agreement" // whoever decides has said yes to this
	Implied   Authority = "implied"   // care, within what the person would reasonably expect
	Overrides Authority = "override"  // somebody's safety weighs more than the person's wish
	Statutory Authority = "statutory" // a law or a court compels
)

// A Basis is a lawful basis under the UK GDPR, by article. Empty parts are not known, and
// are to be asked of a data protection officer.
type Basis struct {
	Article6 string `json:"article6,omitempty"`
	Article9 string `json:"article9,omitempty"`
}

// IsConsent reports whether the basis is consent in the sense of data protection: where
// that is withdrawn, processing stops. Where an [Agreement] is withdrawn telling stops,
// and the record stays.
func (b Basis) IsConsent() bool { return b.Article6 == "6(1)(a)" }

// A Ground is why an override is taken. The list is a choice of this library; its entries
// have a source where one is named.
type Ground string

// The grounds on which an agreement can be overridden.
const (
	ChildHarm     Ground = "child-harm"    // a child suffers, or is likely to suffer, significant harm: Children Act 1989, section 47
	AdultAtRisk   Ground = "adult-at-risk" // has needs for care, is abused or neglected, and cannot protect themself: Care Act 2014, section 42
	OthersAtRisk  Ground = "others-at-risk"
	SeriousCrime  Ground = "serious-crime"
	DangerToLife  Ground = "danger-to-life" // the one ground that opens what no table opens
	BestInterests Ground = "best-interests" // lacks capacity: Mental Capacity Act 2005, section 4; not in Scotland
	Benefit       Ground = "benefit"        // lacks capacity: Adults with Incapacity (Scotland) Act 2000, section 1
	Coercion      Ground = "coercion-suspected"
)

// Valid reports whether g is a ground of this package, and one that the nation knows: in
// Scotland it is benefit, and elsewhere best interests.
func (g Ground) Valid(n Nation) bool {
	switch g {
	case ChildHarm, AdultAtRisk, OthersAtRisk, SeriousCrime, DangerToLife, Coercion:
		return true
	case BestInterests:
		return n != Scotland
	case Benefit:
		return n == Scotland
	}
	return false
}

// Principles is a set of the eight Caldicott principles, of which 1 is purpose, 2 only if
// needed, 3 the least, 4 need to know, 5 duties known, 6 lawful, 7 sharing matters too and
// 8 no surprises. Source: National Data Guardian, December 2020; the words are ours.
type Principles uint16

// principles returns the set of the numbers given.
func principles(numbers ...int) (s Principles) {
	for _, n := range numbers {
		s |= 1 << n
	}
	return s
}

// Has reports whether the set has a principle, from 1 to 8.
func (s Principles) Has(n int) bool { return s&(1<<n) != 0 }

// String lists the principles as "c1 c6".
func (s Principles) String() string { return list("c", uint(s)) }

// Rules is a set of the rules that the table and the decision follow, from 1 to 15:
//
//	 1  nothing is told unless a letter says so
//	 2  a referrer in health reads the row of the GP, and the bare status goes to every referrer
//	 3  a GP sees sensitive needs and flags of abuse by agreement only, never to be shown online
//	 4  a link worker is who holds the case today; any other breaks the glass
//	 5  a lead allocates, covers and supervises, and becomes the holder by taking the case
//	 6  a provider needs an agreement for its service, and may read what it recorded itself
//	 7  a guardian counts only while they decide; a source of harm never
//	 8  the person sees their own record; a flag, where somebody decided to tell them
//	 9  a school needs an agreement; for safeguarding only its designated lead
//	10  evaluation and commissioning count, and see nobody
//	11  research needs an agreement, or a gateway and the national data opt-out
//	12  who pays sees a pseudonym and attendance
//	13  an auditor sees the chain, and a person only for an inquiry on record
//	14  supervision from outside the team hears no identity
//	15  a duty opens the scope of its order; an override opens O, and more for a danger to life
type Rules uint32

// Has reports whether the set has a rule, from 1 to 15.
func (s Rules) Has(n int) bool { return s&(1<<n) != 0 }

// String lists the rules as "r4 r15".
func (s Rules) String() string { return list("r", uint(s)) }

func list(prefix string, set uint) string {
	var b strings.Builder
	for ; set != 0; set &= set - 1 {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(prefix + strconv.Itoa(bits.TrailingZeros(set)))
	}
	return b.String()
}

// A Duty is a law that compels somebody to tell. One whose start is not known has none,
// and compels nobody until an embedder says when it began.
type Duty struct {
	Code    string  // such as "sswbwa-128"
	Nation  Nation  // empty is all of the United Kingdom
	From    sp.Date // the first day; zero is not in force
	Source  string
	Summary string
}

// active reports whether the duty is in force in a nation on a day.
func (d Duty) active(n Nation, on sp.Date) bool {
	return !d.From.IsZero() && d.From <= on && (d.Nation == "" || d.Nation == n)
}

// CourtOrder and Coroner are duties by an order of their own. They hold everywhere,
// whatever the list of a policy says.
const (
	CourtOrder = "court-order"
	Coroner    = "coroner"
)

// StandardDuties returns the duties that ship with this package, as read in November
// 2026. Those of 2026 wait for regulations, and Scotland's states no day here: they are
// listed without a start, so that nobody acts on them by mistake.
func StandardDuties() []Duty {
	return []Duty{
		{"ca2004-16LA", England, 0, "Children Act 2004, section 16LA, by the Children's Wellbeing and Schools Act 2026, section 4", "bodies that safeguard children tell each other what bears on a child's welfare"},
		{"cpa2026-report", England, 0, "Crime and Policing Act 2026", "who works with children reports child sexual abuse to the police or the council"},
		{"sswbwa-128", Wales, sp.NewDate(2016, 4, 6), "Social Services and Well-being (Wales) Act 2014, section 128", "partners tell the council of an adult at risk"},
		{"sswbwa-130", Wales, sp.NewDate(2016, 4, 6), "Social Services and Well-being (Wales) Act 2014, section 130", "partners tell the council of a child at risk"},
		{"asp2007", Scotland, 0, "Adult Support and Protection (Scotland) Act 2007", "public bodies tell the council of an adult at risk"},
		{"careact-45", England, 0, "Care Act 2014, section 45", "a safeguarding adults board asks"},
	}
}
