package disclosure

import (
	"fmt"
	"math"
	"strconv"

	"github.com/socialprescribing/sp"
)

// A Policy is a publisher's rule for counts of people: which are not shown, and how the
// others are. It ages, so it is a value with its source.
type Policy struct {
	Name   string
	Source string

	// Counts from SmallFrom to SmallTo are small: they are not shown, and no reader
	// must be able to work them out.
	SmallFrom, SmallTo int64

	RoundTo  int64 // other counts are rounded to the nearest multiple, a half up; 0 or 1 shows them as they are
	Midpoint int64 // if not 0, replaces all of the above: a count is rounded up to a multiple of it and shown as the middle of its band
}

// HES returns the rule of NHS England for secondary care data below the national level:
// 0 is shown, 1 to 7 are not, others are rounded to the nearest 5. Totals are computed
// and then rounded, so they need not add up. It is the default of this library.
//
// Source: NHS Digital, Hospital Episode Statistics analysis guide, September 2018.
func HES() Policy {
	return Policy{Name: "HES", Source: "NHS Digital, HES analysis guide, September 2018", SmallFrom: 1, SmallTo: 7, RoundTo: 5}
}

// MHSDS returns the rule in the style of the Mental Health Services Data Set: 0 is
// shown, 1 to 4 are not, others are rounded to the nearest 5.
//
// Source: NHS Digital, Mental Health Statistics; its wording was not at hand.
func MHSDS() Policy {
	return Policy{Name: "MHSDS", Source: "NHS Digital, Mental Health Statistics", SmallFrom: 1, SmallTo: 4, RoundTo: 5}
}

// Midpoint6 returns the rule of OpenSAFELY: every count but 0 is rounded up to a
// multiple of six less three, so that 1 to 6 are 3.
//
// Source: OpenSAFELY documentation, midpoint 6 rounding.
func Midpoint6() Policy {
	return Policy{Name: "midpoint 6", Source: "OpenSAFELY, updated disclosure control", SmallFrom: 1, SmallTo: 6, Midpoint: 6}
}

// Threshold5 returns the older rule of thumb: 1 to 4 are not shown, others are as they
// are, with as much secondary suppression as that takes.
//
// Source: ONS, disclosure control guidance for tables of health statistics.
func Threshold5() Policy {
	return Policy{Name: "threshold 5", Source: "ONS, disclosure control for health statistics", SmallFrom: 1, SmallTo: 4}
}

// Threshold10 returns the rule of research environments: nothing below ten is shown, 0
// included, with as much secondary suppression as that takes.
//
// Source: UK Longitudinal Linkage Collaboration, guidebook on statistical disclosure
// control.
func Threshold10() Policy {
	return Policy{Name: "threshold 10", Source: "UK LLC, guidebook", SmallFrom: 0, SmallTo: 9}
}

// A Cell is a count as the public sees it.
type Cell struct {
	Count sp.Known[int64] // as shown, perhaps rounded; unknown if it is not
}

// String returns the count, or "*" if it is not shown.
func (c Cell) String() string {
	if n, ok := lookup(c.Count); ok {
		return strconv.FormatInt(n, 10)
	}
	return "*"
}

func lookup(k sp.Known[int64]) (int64, bool) { return k.Or(0), !k.IsZero() }

// A Range is what a reader knows of a count: the least and the most that it can be.
type Range struct{ Low, High int64 }

// Open is the upper end of a range that has none.
const Open = math.MaxInt64 / 4

// Contains reports whether n lies in r.
func (r Range) Contains(n int64) bool { return r.Low <= n && n <= r.High }

// String returns "1 to 7", or "8 or more" for a range without end.
func (r Range) String() string {
	if r.High >= Open {
		return fmt.Sprintf("%d or more", r.Low)
	}
	return fmt.Sprintf("%d to %d", r.Low, r.High)
}

// Small reports whether a count is small: one that no reader must be able to work
// out.
func (p Policy) Small(n int64) bool { return p.SmallFrom <= n && n <= p.SmallTo }

// Show returns a count as the policy shows it by itself, without regard to the table
// around it. A negative count is not shown.
func (p Policy) Show(n int64) Cell {
	switch {
	case n < 0:
		return Cell{}
	case p.Midpoint > 0:
		if n == 0 {
			return Cell{sp.Know(int64(0))}
		}
		return Cell{sp.Know((n+p.Midpoint-1)/p.Midpoint*p.Midpoint - p.Midpoint/2)}
	case p.Small(n):
		return Cell{}
	case p.RoundTo > 1:
		return Cell{sp.Know((2*n + p.RoundTo) / (2 * p.RoundTo) * p.RoundTo)}
	}
	return Cell{sp.Know(n)}
}

// Reveals returns what a reader of the policy knows of a count that is shown as
// [Policy.Show] shows it.
func (p Policy) Reveals(n int64) Range {
	switch c, shown := lookup(p.Show(n).Count); {
	case !shown:
		return Range{p.SmallFrom, p.SmallTo}
	case p.Midpoint > 0:
		if c == 0 {
			return Range{}
		}
		return Range{c + p.Midpoint/2 - p.Midpoint + 1, c + p.Midpoint/2}
	case p.RoundTo > 1:
		r := Range{c - p.RoundTo/2, c + (p.RoundTo-1)/2}
		if n > p.SmallTo {
			r.Low = max(r.Low, p.SmallTo+1)
		} else {
			r.High = min(r.High, p.SmallFrom-1) // shown, and below what is small: 0
		}
		r.Low = max(0, r.Low)
		return r
	default:
		return Range{n, n}
	}
}

// hidden returns what a reader knows of a count that was left out to protect others:
// that it is none of those which are always shown.
func (p Policy) hidden() Range {
	if p.SmallFrom > 0 {
		return Range{1, Open}
	}
	return Range{0, Open}
}

// check fails unless p is a rule that can be applied.
func (p Policy) check() error {
	e := &sp.InvalidError{Subject: "disclosure: policy " + p.Name}
	e.Check(p.Name != "" && p.Source != "", "name", sp.Missing, "and source must be given")
	e.Check(p.SmallFrom == 0 || p.SmallFrom == 1, "smallFrom", sp.NotListed, "must be 0 or 1")
	e.Check(p.SmallTo >= 2 && p.SmallTo <= 1000, "smallTo", sp.OutOfRange, "must be from 2 to 1000")
	e.Check(p.RoundTo >= 0 && p.RoundTo <= 1000, "roundTo", sp.OutOfRange, "must be from 0 to 1000")
	e.Check(p.Midpoint == 0 || p.Midpoint >= 3 && p.Midpoint <= 1000, "midpoint", sp.OutOfRange, "must be 0 or from 3 to 1000")
	return e.Err()
}
