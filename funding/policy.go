package funding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/funding/apportion"
)

// A Policy says how money is divided: by which need, rounded by which method,
// through which levels, and within which bounds. It is data and can be stored.
// The zero Policy is equal money for each person, to the penny.
type Policy struct {
	Name    string           `json:"name,omitempty"`
	Formula Formula          `json:"formula,omitzero"`
	Method  apportion.Method `json:"method,omitzero"` // which rule of rounding gives out the left-over pennies
	// Levels are columns of groups, the largest first, such as region and ICB. The
	// total is divided among the groups of the first, what each gets among its
	// groups of the second, and so on to the areas, so that every subtotal is
	// rounded as the method says. With [apportion.Cascade] one running total goes
	// through all levels. Without levels, subtotals are what the areas add up to.
	Levels []string `json:"levels,omitempty"`

	// Opening is a column of the money that each area had before, for Growth and Pace.
	// An area for which it is nothing or not known, such as a new practice, has no
	// opening amount: growth and pace set it no limit, and the other bounds do.
	Opening string `json:"opening,omitempty"`
	Floor   Bound  `json:"floor,omitzero"` // no area gets less
	Cap     Bound  `json:"cap,omitzero"`   // no area gets more
	// Bounds are floors and caps for the groups of some of the Levels: boards between 1
	// and 6 % more, and each practice not below what it had. What a group gets is
	// clamp(lambda x need, floor, cap) among those of its parent, within what its own
	// groups and areas leave room for.
	Bounds []LevelBound `json:"bounds,omitempty"`
	// Damped pays for the floor by scaling down what others gain above theirs:
	// floor + alpha x max(0, target - floor) with one alpha for all, as in the local
	// government settlement of England. It needs a Floor and allows no Cap. Otherwise
	// shares above the floor are scaled as a whole: see [apportion.Divider.Bounded].
	Damped bool `json:"damped,omitempty"`
}

// A Bound is a limit to what an area gets. Where several fields are set, the
// strictest holds. Floors are rounded up to a penny and caps down. A field that is
// empty, or an Amount of nothing, sets no limit; a cap that lets an area have
// nothing is a PerHead of "0".
type Bound struct {
	Growth  string   `json:"growth,omitempty"`  // on the opening amount, where there is one: "0.01" is one per cent more, "-0.05" five less
	Pace    []Pace   `json:"pace,omitempty"`    // growth that depends on the distance from target
	PerHead string   `json:"perHead,omitempty"` // money for each of the population: "12.50"
	OfFlat  string   `json:"ofFlat,omitempty"`  // part of what the same money for each person would be: "0.9"
	Amount  sp.Money `json:"amount,omitzero"`   // the same for each area; zero is no limit
	Column  string   `json:"column,omitempty"`  // a column of sums of money
}

// Pace is a point of a pace-of-change policy: the growth of an area at a distance
// from target, which is (opening - target) / target, so that -0.05 is five per
// cent below. Between two points growth follows a straight line, rounded to nine
// decimals, and beyond the outer points it stays; points stand in rising order,
// and two at one distance are a step.
type Pace struct {
	Distance string `json:"distance"`
	Growth   string `json:"growth"`
}

// isZero reports whether b sets no limit.
func (b Bound) isZero() bool {
	return b.Growth == "" && b.Pace == nil && b.PerHead == "" && b.OfFlat == "" && b.Amount.IsZero() && b.Column == ""
}

// ParsePolicy reads a policy written as JSON, with the names of the fields in
// lower camel case: {"formula": {"factors": [{"column": "imd_decile", "decileGradient": 0.5}]}}.
// Numbers may be written as numbers or as text: 0.5 is "0.5". The error is an [*sp.InvalidError] that lists every field that is wrong by its path,
// such as "formula.factors[0].column": one that does not exist, stands there twice, is
// null where a value belongs, or cannot be read. See package decode.
func ParsePolicy(data []byte) (Policy, error) {
	p, err := decode.JSON[Policy](quoteNumbers(data), decode.Options{Subject: "policy", Bytes: 16 << 20})
	if err != nil {
		return Policy{}, fmt.Errorf("funding: %w", err)
	}
	return p, nil
}

// clone returns p with slices and maps of its own.
func (p Policy) clone() Policy {
	p.Formula.Factors = cloned(p.Formula.Factors, Factor.clone)
	p.Formula.Programmes = cloned(p.Formula.Programmes, func(part Programme) Programme {
		part.Factors = cloned(part.Factors, Factor.clone)
		return part
	})
	p.Levels = slices.Clone(p.Levels)
	p.Bounds = cloned(p.Bounds, func(b LevelBound) LevelBound {
		b.Floor.Pace, b.Cap.Pace = slices.Clone(b.Floor.Pace), slices.Clone(b.Cap.Pace)
		return b
	})
	p.Floor.Pace, p.Cap.Pace = slices.Clone(p.Floor.Pace), slices.Clone(p.Cap.Pace)
	return p
}

// cloned returns a clone of each value.
func cloned[T any](values []T, clone func(T) T) []T {
	out := slices.Clone(values)
	for i, v := range out {
		out[i] = clone(v)
	}
	return out
}

// rule describes how the money is rounded and through which levels.
func (p Policy) rule() string {
	switch {
	case len(p.Levels) == 0:
		return p.Method.String() + " over all areas"
	case p.Method == apportion.Cascade:
		return "cascade through " + strings.Join(p.Levels, ", ")
	default:
		return p.Method.String() + " top down by " + strings.Join(p.Levels, ", ")
	}
}

func (p Policy) bounded() bool { return !p.Floor.isZero() || !p.Cap.isZero() }

// check finds contradictions between the fields.
func (p Policy) check(total sp.Money) error {
	bounded := p.bounded() || len(p.Bounds) > 0
	growing := p.Floor.grows() || p.Cap.grows() || slices.ContainsFunc(p.Bounds, func(b LevelBound) bool { return b.Floor.grows() || b.Cap.grows() })
	var e *sp.InvalidError
	for _, rule := range [...]struct {
		kept  bool
		field string
		code  sp.Fault
		text  string
	}{
		{!bounded || p.Method == apportion.Hamilton, "method", sp.Inconsistent, "must be hamilton where there are bounds"},
		{!bounded || total.Sign() >= 0, "total", sp.OutOfRange, "must not be negative where there are bounds"},
		{!p.Damped || !p.Floor.isZero(), "floor", sp.Missing, "must be set where gains are damped"},
		{!p.Damped || len(p.Bounds) == 0, "bounds", sp.Inconsistent, "must not be set where gains are damped"},
		{!p.Damped || p.Cap.isZero(), "cap", sp.Inconsistent, "must not be set where gains are damped"},
		{!growing || p.Opening != "", "opening", sp.Missing, "must be a column where bounds depend on growth"},
	} {
		if !rule.kept { // an error takes memory only where there is one
			e = cmp.Or(e, &sp.InvalidError{Subject: named("policy", p.Name)})
			e.Check(false, rule.field, rule.code, rule.text)
		}
	}
	for k, level := range p.Levels {
		if slices.Contains(p.Levels[:k], level) {
			e = cmp.Or(e, &sp.InvalidError{Subject: named("policy", p.Name)})
			e.Check(false, "levels", sp.Duplicate, fmt.Sprintf("must not have %q twice", level))
		}
	}
	for k, b := range p.Bounds {
		twice := slices.ContainsFunc(p.Bounds[:k], func(o LevelBound) bool { return o.Level == b.Level })
		if known := slices.Contains(p.Levels, b.Level); !known || twice {
			e = cmp.Or(e, &sp.InvalidError{Subject: named("policy", p.Name)})
			e.Check(known, fmt.Sprintf("bounds[%d].level", k), sp.NotListed, fmt.Sprintf("must be one of the levels, which %q is not", b.Level))
			e.Check(!twice, fmt.Sprintf("bounds[%d].level", k), sp.Duplicate, fmt.Sprintf("must not be %q twice", b.Level))
		}
	}
	if e == nil {
		return nil
	}
	return e.Err()
}

// grows reports whether b depends on what there was before.
func (b Bound) grows() bool { return b.Growth != "" || b.Pace != nil }
