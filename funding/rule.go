package funding

import (
	"fmt"
	"maps"
	"math/big"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// outside is the multiplier of a value that a rule has none for.
const outside = -1

// A rule gives the multiplier of each value of a column.
type rule struct {
	kind   ruleKind
	number int64 // the gradient or multiplier of the factor
	places int   // its decimals
	unit   int64 // of the column
	ranks  int64 // of how many it is
	worst  area.End
	table  map[int64]int64
	memory *scratch
}

type ruleKind int8

const (
	itself ruleKind = iota
	byTable
	byDecile
	byRank
	byScore
	core20
)

// ruleOf returns the rule of a factor for a column, if the column is of a kind that
// the rule is for.
func ruleOf(f Factor, c *area.Column, m *scratch) (rule, error) {
	r := rule{unit: exact.Pow10(c.Places), ranks: int64(c.Of), worst: c.Worst, memory: m}
	var number string
	switch {
	case f.Table != nil:
		table, err := tableOf(f, c)
		r.kind, r.table = byTable, table
		return r, err
	case f.DecileGradient != "":
		r.kind, number = byDecile, f.DecileGradient
	case f.RankGradient != "":
		r.kind, number = byRank, f.RankGradient
	case f.ScoreGradient != "":
		r.kind, number = byScore, f.ScoreGradient
	case f.Core20 != "":
		if r.kind, number = core20, f.Core20; c.Kind == area.Decile {
			r.ranks = 10
		}
	}
	if err := suits(f, r.kind, c); err != nil || r.kind == itself {
		return r, err
	}
	var err error
	r.number, r.places, err = decimalOf(f, number)
	return r, err
}

// suits checks that a rule is one for what a column holds.
func suits(f Factor, k ruleKind, c *area.Column) error {
	ordinal := c.Kind == area.Rank || c.Kind == area.Decile
	switch {
	case k == itself && (ordinal || c.Kind == area.Score && c.Worst == area.Lowest):
		return f.invalid(sp.Inconsistent, fmt.Sprintf("must have a rule, such as a gradient, as column %s is a %v, of which the largest are the least deprived", f.Column, c.Kind))
	case k == byDecile && c.Kind != area.Decile && c.Kind != area.Number:
		return f.invalid(sp.Inconsistent, fmt.Sprintf("must have a column of deciles, and %s is a %v", f.Column, c.Kind))
	case k == core20 && !ordinal:
		return f.invalid(sp.Inconsistent, fmt.Sprintf("must have a column of ranks or deciles, and %s is a %v", f.Column, c.Kind))
	case k == byRank && c.Kind != area.Rank:
		return f.invalid(sp.Inconsistent, fmt.Sprintf("must have a column of ranks, of which it is known how many there are, and %s is a %v", f.Column, c.Kind))
	case k == byScore && ordinal:
		return f.invalid(sp.Inconsistent, fmt.Sprintf("must have a column of scores, and %s is a %v", f.Column, c.Kind))
	}
	return nil
}

// decimalOf reads a decimal of a factor.
func decimalOf(f Factor, s string) (v int64, places int, err error) {
	v, places, ok := exact.Parse(s)
	if !ok || places > 14 {
		return 0, 0, f.invalid(sp.Malformed, "must have decimal numbers of at most 14 places, such as 0.5")
	}
	return v, places, nil
}

// of returns the multiplier of a value, or a negative number if there is none.
func (r rule) of(v int64) int64 {
	switch r.kind {
	case byTable:
		if m, ok := r.table[v]; ok {
			return m
		}
		return outside
	case byDecile:
		return r.ofDecile(v)
	case byRank:
		return r.ofRank(v)
	case byScore:
		return r.ofScore(v)
	case core20:
		switch place := r.place(v, r.ranks); {
		case place == outside:
			return outside
		case place*5 <= r.ranks:
			return r.number
		default:
			return exact.Pow10(r.places)
		}
	case itself:
	}
	return v
}

// place returns a place in an order of n, counted from the most deprived.
func (r rule) place(v, n int64) int64 {
	if v%r.unit != 0 || v < r.unit || v/r.unit > n {
		return outside
	}
	if v /= r.unit; r.worst == area.Highest {
		v = n + 1 - v
	}
	return v
}

func (r rule) ofDecile(v int64) int64 {
	place := r.place(v, 10)
	if place == outside {
		return outside
	}
	part := 1000 * (10 - place)
	if r.number >= 0 && r.number < 1<<49 {
		return r.number*part/(9*exact.Pow10(r.places)) + 1000
	}
	m := r.memory
	n := m.quotient.Down(m.a.Mul(m.b.SetInt64(r.number), m.c.SetInt64(part)), m.d.Mul(m.b.SetInt64(9), m.c.SetInt64(exact.Pow10(r.places))))
	return fitting(n.Add(n, m.a.SetInt64(1000)))
}

func (r rule) ofRank(v int64) int64 {
	place := r.place(v, r.ranks)
	if place == outside {
		return outside
	}
	others := max(r.ranks-1, 1)
	if number, ok := exact.Mul(r.number, r.ranks-place); ok && number >= 0 && r.places <= 9 && others < 1e9 {
		den := uint64(others) * uint64(exact.Pow10(r.places)) // below 10^18
		hi, lo := bits.Mul64(uint64(number), exact.Nano)
		if hi < den {
			q, rest := bits.Div64(hi, lo, den)
			if 2*rest > den || 2*rest == den && q&1 == 1 {
				q++
			}
			if q < 1<<62 {
				return int64(q) + exact.Nano
			}
		}
	}
	m := r.memory
	m.a.Mul(m.b.SetInt64(r.number), m.c.SetInt64(r.ranks-place))
	n := m.quotient.Round(m.d.Mul(&m.a, m.c.SetInt64(exact.Nano)), m.a.Mul(m.b.SetInt64(others), m.c.SetInt64(exact.Pow10(r.places))))
	return fitting(n.Add(n, m.a.SetInt64(exact.Nano)))
}

func (r rule) ofScore(v int64) int64 {
	one, fits := exact.Mul(r.unit, exact.Pow10(r.places))
	if product, ok := exact.Mul(r.number, v); fits && ok && product < 1<<62 && one < 1<<62 {
		return max(product+one, outside)
	}
	m := r.memory
	n := m.a.Mul(m.b.SetInt64(r.number), m.c.SetInt64(v))
	return fitting(n.Add(n, m.d.Mul(m.b.SetInt64(r.unit), m.c.SetInt64(exact.Pow10(r.places)))))
}

// fitting returns n, or outside if it is negative or beyond 64 bits.
func fitting(n *big.Int) int64 {
	if !n.IsInt64() || n.Sign() < 0 {
		return outside
	}
	return n.Int64()
}

// tableOf returns the multipliers by value of the column, in a common unit. A value
// that stands there twice, written in two ways, is an error that names it.
func tableOf(f Factor, c *area.Column) (map[int64]int64, error) {
	most := 0
	values := slices.Sorted(maps.Keys(f.Table))
	for _, value := range values {
		_, places, err := decimalOf(f, f.Table[value])
		if err != nil {
			return nil, err
		}
		most = max(most, places)
	}
	type number struct {
		v      int64
		places int
	}
	seen := make(map[number]string, len(values))
	table := make(map[int64]int64, len(values))
	for _, value := range values {
		v, places, ok := exact.Parse(value)
		if !ok {
			return nil, f.invalid(sp.Malformed, "must have decimal numbers of at most 18 digits for the values of its table")
		}
		if other, twice := seen[number{v, places}]; twice {
			return nil, f.invalid(sp.Duplicate, fmt.Sprintf("must have one multiplier for each value of its table, and %q is the same as %q", value, other))
		}
		seen[number{v, places}] = value
		if places > c.Places {
			continue // more decimals than any value of the column has
		}
		if v, ok = exact.Mul(v, exact.Pow10(c.Places-places)); !ok {
			continue // beyond any value that the column can have
		}
		m, mp, err := decimalOf(f, f.Table[value])
		if err != nil {
			return nil, err
		}
		if table[v], ok = exact.Mul(m, exact.Pow10(most-mp)); !ok {
			return nil, f.invalid(sp.Malformed, "must have multipliers of fewer digits")
		}
	}
	return table, nil
}
