// Package retention says for how long a record about a person has to be kept.
//
// The periods are minimums. They begin when a record is used no more, and begin again when
// it is used once more, so what counts is the last use and not the day on which it was
// made. At their end somebody reviews whether the record is destroyed: no period destroys
// anything by itself. A legal hold, such as that of a public inquiry, wins over all of it.
//
//	due := retention.Standard().Due(retention.Record{Class: retention.SchemeRecord, LastUse: closed, Born: born})
//	fmt.Println(due.From, due.Action, due.Source)
//
// The periods are data, with their source; what is the choice of this library says so, and
// a scheme replaces any row.
package retention

import (
	"slices"

	"github.com/socialprescribing/sp"
)

// A Class is which rule holds for a record.
type Class string

// The classes of records that the rules tell apart.
const (
	AdultHealth    Class = "adult-health"
	ChildHealth    Class = "child-health"
	MentalHealth   Class = "mental-health"
	GPOfDead       Class = "gp-of-dead"
	SchemeRecord   Class = "scheme-record"      // of an adult, kept by a charity or a scheme
	ChildScheme    Class = "child-scheme"       // of a child
	PermissionPart Class = "permission-records" // what was agreed and told
)

// An Anchor is from which day a period runs.
type Anchor string

// The days from which a period can run.
const (
	LastUse  Anchor = "last-use"
	Death    Anchor = "death"
	Birthday Anchor = "birthday" // the one on which the person completes so many years
	WithIt   Anchor = "with-it"  // as long as the record that it explains
)

// A Rule is the period of one class.
type Rule struct {
	Class  Class
	Years  int
	Anchor Anchor
	Action string // "review": somebody decides
	Source string
	Ours   bool // the choice of this library, which no source decides
}

const nhsCode = "NHS England, Records Management Code of Practice, 2021, updated 7 August 2023"

// Policy is a list of rules, with its version.
type Policy struct {
	Version string
	Rules   []Rule
}

// Standard returns the rules of this package, as read in November 2026, for England.
func Standard() Policy {
	return Policy{"sp-2026-11", []Rule{
		{AdultHealth, 8, LastUse, "review", nhsCode, false},
		{ChildHealth, 25, Birthday, "review", nhsCode + "; the 26th birthday where it ended at 17", false},
		{MentalHealth, 20, LastUse, "review", nhsCode + "; or 10 years after death", false},
		{GPOfDead, 10, Death, "review", nhsCode, false},
		{SchemeRecord, 8, LastUse, "review", "by analogy with " + nhsCode, true},
		{ChildScheme, 25, Birthday, "review", "by analogy with " + nhsCode, true},
		{PermissionPart, 0, WithIt, "with the record", "as long as what it explains", true},
	}}
}

// A Record is what of a record a rule looks at.
type Record struct {
	Class   Class
	Born    sp.Date
	Died    sp.Date // zero is alive, as far as anybody knows
	LastUse sp.Date // when it was last used, also after it was closed and opened again
	Hold    string  // code of a legal hold; empty is none
	With    *Record // what a record with the anchor [WithIt] explains
}

// A Due says from which day a record may be reviewed.
type Due struct {
	From   sp.Date // zero is not known: then it is kept
	Hold   string  // what keeps it beyond that day
	Action string
	Source string
	Ours   bool
}

// Over reports whether the time to keep a record is over on a day: it is known, it has
// come, and nothing holds the record.
func (d Due) Over(on sp.Date) bool { return d.Hold == "" && !d.From.IsZero() && d.From <= on }

// Due returns from which day a record may be reviewed. A class that the policy does not
// have, and a day that nobody knows, keep it.
func (p Policy) Due(r Record) Due {
	i := slices.IndexFunc(p.Rules, func(x Rule) bool { return x.Class == r.Class })
	if i < 0 {
		return Due{Hold: r.Hold}
	}
	rule := p.Rules[i]
	d := Due{Hold: r.Hold, Action: rule.Action, Source: rule.Source, Ours: rule.Ours}
	switch rule.Anchor {
	case LastUse:
		d.From = after(r.LastUse, rule.Years)
		if ten := after(r.Died, mentalAfterDeath); r.Class == MentalHealth && !ten.IsZero() && ten < d.From {
			d.From = ten
		}
	case Death:
		d.From = after(r.Died, rule.Years)
	case Birthday:
		d.From = r.birthday(rule.Years)
	case WithIt:
		if r.With != nil && r.With.Class != r.Class {
			with := p.Due(*r.With)
			d.From = with.From
			if d.Hold == "" {
				d.Hold = with.Hold
			}
		}
	}
	return d
}

const (
	mentalAfterDeath = 10 // years
	late             = 17 // the age at which the last use adds a year
)

// birthday returns the birthday that ends the period of a child's record, one later where
// it was last used at 17. Whoever used it as an adult has it kept as an adult's is too.
func (r Record) birthday(years int) sp.Date {
	if r.Born.IsZero() || r.LastUse.IsZero() {
		return 0
	}
	switch {
	case r.LastUse >= after(r.Born, late+1): // it became an adult's
		return max(after(r.Born, years+1), after(r.LastUse, adultYears))
	case r.LastUse >= after(r.Born, late):
		return after(r.Born, years+1)
	}
	return after(r.Born, years)
}

const adultYears = 8

// after returns the same day so many years later; of 29 February, 1 March in a common year.
func after(d sp.Date, years int) sp.Date {
	if d.IsZero() {
		return 0
	}
	y, m, day := d.Civil()
	return sp.NewDate(y+years, m, day)
}
