package funding

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Factor multiplies the need of each area by an index. One of the fields below
// Column says how the index follows from the column; if none is set, the column
// is the index itself, as for market forces or sparsity. It cannot be if the
// [Layout] of its file calls it ranks or deciles, as the least deprived would get
// most. An index is an exact decimal; only where a rule divides it is rounded, as
// the field says, and the rounded number is the index.
//
// Numbers are decimals in strings. A multiplier or weight is not negative. A
// gradient may be, down to where the index would fall below nothing: with a
// DecileGradient of "-1" the most deprived tenth gets nothing.
type Factor struct {
	Name   string `json:"name,omitempty"` // for explanations; empty for the name of the column
	Column string `json:"column,omitempty"`

	// Table gives a multiplier for each value that the column has.
	Table map[string]string `json:"table,omitempty"`
	// DecileGradient raises the index from 1 for decile 10 to 1 + DecileGradient
	// for decile 1, in thousandths rounded down.
	DecileGradient string `json:"decileGradient,omitempty"`
	// RankGradient raises it from 1 for the least deprived rank to 1 + RankGradient
	// for rank 1, rounded to nine decimals.
	RankGradient string `json:"rankGradient,omitempty"`
	// ScoreGradient is the slope of the index: 1 + ScoreGradient x the column.
	ScoreGradient string `json:"scoreGradient,omitempty"`
	// Core20 is the multiplier of the most deprived 20 % of areas by rank (NHS
	// England, Core20PLUS5). It is 1 for the others.
	Core20 string `json:"core20,omitempty"`
	// AgeSex gives a weight for each head by the column that counts them, such as
	// a band of age. The index is the mean over the population, to nine decimals.
	AgeSex map[string]string `json:"ageSex,omitempty"`
	// AboveMinimum gives a weight for each column of need per head. The index is
	// their weighted sum, each less the lowest that any area has (DCLG, Local
	// Government Finance Report 2008/09, relative needs formulae).
	AboveMinimum map[string]string `json:"aboveMinimum,omitempty"`
}

func (f Factor) name() string {
	if f.Name != "" {
		return f.Name
	}
	return f.Column
}

// clone returns f with maps of its own.
func (f Factor) clone() Factor {
	f.Table, f.AgeSex, f.AboveMinimum = maps.Clone(f.Table), maps.Clone(f.AgeSex), maps.Clone(f.AboveMinimum)
	return f
}

func (f Factor) invalid(rule string) error { return invalid(named("factor", f.name()), rule) }

// number reads a decimal of the factor.
func (f Factor) number(s string) (v int64, places int, err error) {
	v, places, ok := parseNumber(s)
	if !ok || places > 14 {
		return 0, 0, f.invalid("must have decimal numbers of at most 14 places, such as 0.5")
	}
	return v, places, nil
}

// index evaluates the factor for all areas.
func (f Factor) index(a *Areas) (index, error) {
	rules := 0
	for _, set := range []bool{f.Table != nil, f.DecileGradient != "", f.RankGradient != "", f.ScoreGradient != "", f.Core20 != "", f.AgeSex != nil, f.AboveMinimum != nil} {
		if set {
			rules++
		}
	}
	switch {
	case rules > 1:
		return index{}, f.invalid("must have one rule only")
	case f.AgeSex != nil:
		return f.ageSex(a)
	case f.AboveMinimum != nil:
		return f.aboveMinimum(a)
	}
	if f.Column == "" {
		return index{}, fmt.Errorf("funding: %s: column without a name: %w", named("factor", f.Name), sp.ErrNotFound)
	}
	c, err := a.known(f.Column)
	if err != nil {
		return index{}, err
	}
	if rules == 0 && c.ordinal {
		return index{}, f.invalid("must have a rule, such as a gradient, as column " + f.Column + " holds places in an order, of which 1 is the most deprived")
	}
	rule, err := f.rule(a, c)
	if err != nil {
		return index{}, err
	}
	if c.distinct != nil {
		x := index{distinct: make([]int64, len(c.distinct)), keys: c.keys}
		for k, v := range c.distinct {
			if x.distinct[k] = rule(v); x.distinct[k] < 0 {
				return index{}, f.refused(a, c, v)
			}
		}
		x.bits = width(x.distinct)
		return x, nil
	}
	x := index{values: make([]int64, len(c.values))}
	for i, v := range c.values {
		if x.values[i] = rule(v); x.values[i] < 0 {
			return index{}, f.refused(a, c, v)
		}
	}
	x.bits = width(x.values)
	return x, nil
}

// refused is the error of the first area with a value that the factor has no
// index for, or a negative one.
func (f Factor) refused(a *Areas, c *column, value int64) error {
	return invalid(a.codes[slices.Index(c.values, value)], fmt.Sprintf("must have a number in column %s for which factor %s has a multiplier that is not negative", f.Column, f.name()))
}

// outside is what a rule returns for a value that it has no multiplier for.
const outside = -1

// rule returns the multiplier as a function of the value in the column.
func (f Factor) rule(a *Areas, c *column) (func(v int64) int64, error) {
	unit, ranked := pow10(c.places), int64(a.ranked)
	switch {
	case f.Table != nil:
		table, err := f.table(c)
		return func(v int64) int64 {
			if m, ok := table[v]; ok {
				return m
			}
			return outside
		}, err
	case f.DecileGradient != "":
		g, places, err := f.number(f.DecileGradient)
		return func(v int64) int64 {
			if v%unit != 0 || v < unit || v > 10*unit {
				return outside
			}
			n := big.NewInt(g)
			n.Mul(n, big.NewInt(1000*(10-v/unit)))
			n.Div(n, new(big.Int).Mul(big.NewInt(9), big.NewInt(pow10(places)))) // rounds down, below zero too
			return fitting(n.Add(n, big.NewInt(1000)))
		}, err
	case f.RankGradient != "":
		g, places, err := f.number(f.RankGradient)
		return func(v int64) int64 {
			if v%unit != 0 || v < unit || v > ranked*unit {
				return outside
			}
			n := new(big.Int).Mul(big.NewInt(g), big.NewInt(ranked-v/unit))
			n = roundQuo(n.Mul(n, big.NewInt(nano)), new(big.Int).Mul(big.NewInt(max(ranked-1, 1)), big.NewInt(pow10(places))))
			return fitting(n.Add(n, big.NewInt(nano)))
		}, err
	case f.ScoreGradient != "":
		k, places, err := f.number(f.ScoreGradient)
		one := new(big.Int).Mul(big.NewInt(unit), big.NewInt(pow10(places)))
		return func(v int64) int64 {
			n := new(big.Int).Mul(big.NewInt(k), big.NewInt(v))
			return fitting(n.Add(n, one))
		}, err
	case f.Core20 != "":
		m, places, err := f.number(f.Core20)
		return func(v int64) int64 {
			switch {
			case v%unit != 0 || v < unit || v > ranked*unit:
				return outside
			case v/unit*5 <= ranked:
				return m
			default:
				return pow10(places)
			}
		}, err
	default:
		return func(v int64) int64 { return v }, nil
	}
}

// nano is one in units of nine decimals.
const nano = 1_000_000_000

// table returns the multipliers by value of the column, in a common unit.
func (f Factor) table(c *column) (map[int64]int64, error) {
	most := 0
	for _, multiplier := range f.Table {
		_, places, err := f.number(multiplier)
		if err != nil {
			return nil, err
		}
		most = max(most, places)
	}
	table := make(map[int64]int64, len(f.Table))
	for value, multiplier := range f.Table {
		v, vp, ok := parseNumber(value)
		if !ok {
			return nil, f.invalid("must have decimal numbers of at most 18 digits for the values of its table")
		}
		if vp > c.places {
			continue // more decimals than any value of the column has
		}
		if v, ok = multiplied(v, pow10(c.places-vp)); !ok {
			continue // beyond any value that the column can have
		}
		m, mp, err := f.number(multiplier)
		if err != nil {
			return nil, err
		}
		if m, ok = multiplied(m, pow10(most-mp)); !ok {
			return nil, f.invalid("must have multipliers of fewer digits")
		}
		table[v] = m
	}
	return table, nil
}

// ageSex returns the mean weight of a head in each area.
func (f Factor) ageSex(a *Areas) (index, error) {
	people, err := a.natural(a.population)
	if err != nil {
		return index{}, err
	}
	sums, places, err := f.weighted(a, f.AgeSex, false)
	if err != nil {
		return index{}, err
	}
	x := index{values: make([]int64, a.Len())}
	scale := new(big.Int).Mul(big.NewInt(nano), big.NewInt(pow10(people.places)))
	for i, sum := range sums {
		if people.values[i] == 0 {
			if sum.Sign() > 0 {
				return index{}, invalid(a.codes[i], "must have a population to take the mean of factor "+f.name()+" over")
			}
			continue
		}
		den := new(big.Int).Mul(big.NewInt(people.values[i]), places)
		if x.values[i] = fitting(roundQuo(sum.Mul(sum, scale), den)); x.values[i] < 0 {
			return index{}, invalid(a.codes[i], "must have an index in range in factor "+f.name())
		}
	}
	x.bits = width(x.values)
	return x, nil
}

// aboveMinimum returns the weighted sum of the columns less their minima.
func (f Factor) aboveMinimum(a *Areas) (index, error) {
	sums, _, err := f.weighted(a, f.AboveMinimum, true)
	if err != nil {
		return index{}, err
	}
	x := index{values: make([]int64, a.Len())}
	for i, sum := range sums {
		if x.values[i] = fitting(sum); x.values[i] < 0 {
			return index{}, invalid(a.codes[i], "must have an index in range in factor "+f.name())
		}
	}
	x.bits = width(x.values)
	return x, nil
}

// weighted returns the weighted sum of columns in each area and the unit that it
// is in; less the minimum of each column, or of columns that are not negative.
func (f Factor) weighted(a *Areas, by map[string]string, lessMinimum bool) (sums []*big.Int, unit *big.Int, err error) {
	most := 0
	for _, name := range sortedKeys(by) {
		c, err := a.known(name)
		if err == nil && !lessMinimum {
			c, err = a.natural(name)
		}
		if err != nil {
			return nil, nil, err
		}
		weight, places, err := f.number(by[name])
		if err != nil {
			return nil, nil, err
		}
		if weight < 0 {
			return nil, nil, f.invalid("must have weights that are not negative")
		}
		most = max(most, places+c.places)
	}
	unit = new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(most)), nil)
	sums = make([]*big.Int, a.Len())
	for i := range sums {
		sums[i] = new(big.Int)
	}
	for _, name := range sortedKeys(by) {
		c, err := a.known(name)
		if err != nil {
			return nil, nil, err
		}
		w, places, err := f.number(by[name])
		if err != nil {
			return nil, nil, err
		}
		weight := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(most-places-c.places)), nil)
		weight.Mul(weight, big.NewInt(w))
		var from int64
		if lessMinimum {
			from = c.lowest
		}
		part := new(big.Int)
		for i, v := range c.values {
			part.Sub(big.NewInt(v), big.NewInt(from))
			sums[i].Add(sums[i], part.Mul(part, weight))
		}
	}
	return sums, unit, nil
}
