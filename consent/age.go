package consent

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// A Nation is a part of the United Kingdom with a law of its own about young people.
type Nation string

// The nations of the United Kingdom.
const (
	England         Nation = "england"
	Wales           Nation = "wales"
	Scotland        Nation = "scotland"
	NorthernIreland Nation = "northern-ireland"
)

// A Decision is a question whose answer depends on how old somebody is.
type Decision string

// The decisions that depend on age.
const (
	AgreeToHelp Decision = "agree-to-help" // that somebody helps them; the age for treatment
	AgreeToTell Decision = "agree-to-tell" // that something about them is told to others

	UseDataRights    Decision = "use-data-rights"    // such as seeing their own record
	UseOnlineService Decision = "use-online-service" // offered to them, where it rests on their consent
	OptOutOfData     Decision = "opt-out"            // of research and planning
	CapacityLaw      Decision = "capacity-law"       // the law about adults who cannot decide applies
	ParentsRights    Decision = "parents-rights"     // end
	ProtectedAsChild Decision = "protected-as-child" // ends
	ProtectedAsAdult Decision = "protected-as-adult" // begins
	OfFullAge        Decision = "of-full-age"        // in law
)

// How an age counts.
type How string

// The ways in which an age counts for a decision.
const (
	Presumed How = "presumed" // from then on able, unless somebody finds otherwise; younger ones may be found able
	Fixed    How = "fixed"    // from then on, without a test
	Judged   How = "judged"   // whoever understands may; the age is a guide
	Ends     How = "ends"     // it holds until then
)

// An AgeRule says how old a person must be. Younger ones may be found able to decide:
// see [Finding].
type AgeRule struct {
	Nation   Nation
	Decision Decision
	From     int // completed years, reached at the start of the birthday; born on 29 February, on 1 March
	How      How
	During   sp.Period // when the rule holds; the zero Period is always
	Source   string
}

// AgeRules returns the ages of this package, as read in November 2026. Where the law
// states no age for telling, the age is that from which a capacity to decide is presumed.
// A scheme that reads the law otherwise, or when it changes, passes its own to a [Policy].
func AgeRules() []AgeRule { return slices.Clone(ageRules[:]) }

const (
	flra    = "Family Law Reform Act 1969, section 8(1)"
	mca     = "Mental Capacity Act 2005, sections 1(2) and 2(5)"
	mcaNI   = "Mental Capacity Act (Northern Ireland) 2016, section 1"
	alcs    = "Age of Legal Capacity (Scotland) Act 1991, section 1"
	dpa208  = "Data Protection Act 2018, section 208"
	icoSAR  = "ICO, subject access requests: 12 is a fair guide"
	online  = "UK GDPR, article 8; regulations may set 13 to 16"
	child18 = "GMC, 0-18 years; Working Together to Safeguard Children"
)

var ageRules = [...]AgeRule{
	{England, AgreeToHelp, 16, Presumed, sp.Period{}, flra},
	{England, AgreeToTell, 16, Presumed, sp.Period{}, mca},
	{England, UseDataRights, 12, Judged, sp.Period{}, icoSAR},
	{England, UseOnlineService, 13, Fixed, sp.Period{}, online},
	{England, OptOutOfData, 13, Fixed, sp.Period{}, "NHS England, national data opt-out operational policy guidance"},
	{England, CapacityLaw, 16, Fixed, sp.Period{}, mca},
	{England, ProtectedAsChild, 18, Ends, sp.Period{}, child18},
	{England, ProtectedAsAdult, 18, Fixed, sp.Period{}, "Care Act 2014, section 42"},
	{England, OfFullAge, 18, Fixed, sp.Period{}, "Family Law Reform Act 1969, section 1"},
	{Wales, AgreeToHelp, 16, Presumed, sp.Period{}, flra},
	{Wales, AgreeToTell, 16, Presumed, sp.Period{}, mca},
	{Wales, UseDataRights, 12, Judged, sp.Period{}, icoSAR},
	{Wales, UseOnlineService, 13, Fixed, sp.Period{}, online},
	{Wales, CapacityLaw, 16, Fixed, sp.Period{}, mca},
	{Wales, ProtectedAsAdult, 18, Fixed, sp.Period{}, "Social Services and Well-being (Wales) Act 2014, section 126"},
	{Wales, OfFullAge, 18, Fixed, sp.Period{}, "Family Law Reform Act 1969, section 1"},
	{Scotland, AgreeToHelp, 16, Presumed, sp.Period{}, alcs},
	{Scotland, AgreeToTell, 12, Presumed, sp.Period{}, dpa208 + "; GIRFEC practice guidance 4, annex D"},
	{Scotland, UseDataRights, 12, Presumed, sp.Period{}, dpa208},
	{Scotland, UseOnlineService, 13, Fixed, sp.Period{}, online},
	{Scotland, CapacityLaw, 16, Fixed, sp.Period{}, "Adults with Incapacity (Scotland) Act 2000, section 1(6)"},
	{Scotland, ParentsRights, 16, Ends, sp.Period{}, "Children (Scotland) Act 1995, section 1(2)"},
	{Scotland, ProtectedAsChild, 18, Ends, sp.Period{}, "National Guidance for Child Protection in Scotland 2021"},
	{Scotland, ProtectedAsAdult, 16, Fixed, sp.Period{}, "Adult Support and Protection (Scotland) Act 2007"},
	{NorthernIreland, AgreeToHelp, 16, Presumed, sp.Period{}, mcaNI},
	{NorthernIreland, AgreeToTell, 16, Presumed, sp.Period{}, mcaNI},
	{NorthernIreland, UseDataRights, 12, Judged, sp.Period{}, icoSAR},
	{NorthernIreland, UseOnlineService, 13, Fixed, sp.Period{}, online},
	{NorthernIreland, CapacityLaw, 16, Fixed, sp.Period{}, mcaNI},
}

// DecidesFrom returns the age, in completed years, from which a person is presumed to
// decide for themselves. Where the nation is not known it is the highest of all.
func DecidesFrom(n Nation, d Decision) int { return decidesFrom(ageRules[:], n, d, 0) }

// decidesFrom looks the age up in a list, as it holds on a day; on the zero day, in
// whichever period.
func decidesFrom(rules []AgeRule, n Nation, d Decision, on sp.Date) int {
	from := 0
	for i := range rules {
		r := &rules[i]
		if r.Decision != d || !on.IsZero() && !r.During.Contains(on) {
			continue
		}
		if r.Nation == n {
			return r.From
		}
		from = max(from, r.From)
	}
	return from
}

// A Birthday is a day on which a person reaches an age of a policy, so that another
// decides from then on, or something ends.
type Birthday struct {
	On       sp.Date
	Decision Decision
	Age      int
}

// BirthdaysWithin returns the ages that a person reaches from a day on and before another,
// so that somebody asks them in time what their parents had decided so far. It has none if
// it is not known when they were born.
func (p *Policy) BirthdaysWithin(born sp.Date, n Nation, days sp.Period) []Birthday {
	var all []Birthday
	for _, r := range p.Ages {
		if r.Nation != n || born.IsZero() {
			continue
		}
		on := birthday(born, r.From)
		if days.Contains(on) && r.During.Contains(on) {
			all = append(all, Birthday{on, r.Decision, r.From})
		}
	}
	slices.SortStableFunc(all, func(a, b Birthday) int { return int(a.On - b.On) })
	return all
}

// birthday returns the first day on which somebody has completed so many years, as
// AgeOn of package person counts.
func birthday(born sp.Date, years int) sp.Date {
	y, m, d := born.Civil()
	on := sp.NewDate(y+years, m, d) // 29 February of a common year is 1 March
	for age, known := person.AgeOn(born, on).Lookup(); known && age.Years() < years; age, known = person.AgeOn(born, on).Lookup() {
		on = on.Add(1)
	}
	return on
}
