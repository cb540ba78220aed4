package funding

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// index evaluates a factor for all areas. The result may lie in m.
func index(m *memory, t *area.Table, f Factor) (multipliers, error) {
	switch {
	case f.rules() > 1:
		return multipliers{}, f.invalid("must have one rule only")
	case f.AgeSex != nil:
		return ageSex(t, f)
	case f.AboveMinimum != nil:
		return aboveMinimum(t, f)
	case f.Column == "":
		return multipliers{}, fmt.Errorf("funding: %s: column without a name: %w", named("factor", f.Name), sp.ErrNotFound)
	}
	c, err := t.Column(f.Column)
	if err != nil {
		return multipliers{}, err
	}
	r, err := ruleOf(f, c)
	if err != nil {
		return multipliers{}, err
	}
	if c.Distinct != nil {
		x := multipliers{distinct: m.distinct[:len(c.Distinct)], keys: c.Keys}
		for k, v := range c.Distinct {
			if x.distinct[k] = r.of(v); x.distinct[k] < 0 {
				return multipliers{}, refused(t, f, c, v)
			}
		}
		x.bits = width(x.distinct)
		return x, nil
	}
	m.values = resize(m.values, len(c.Values))
	x := multipliers{values: m.values}
	for i, v := range c.Values {
		if x.values[i] = r.of(v); x.values[i] < 0 {
			return multipliers{}, refused(t, f, c, v)
		}
	}
	x.bits = width(x.values)
	return x, nil
}

// refused is the error of the first area with a value that the factor has no
// multiplier for, or a negative one.
func refused(t *area.Table, f Factor, c *area.Column, value int64) error {
	return invalid(t.Codes()[slices.Index(c.Values, value)], fmt.Sprintf("must have a number in column %s for which factor %s has a multiplier that is not negative", f.Column, f.name()))
}

// ageSex returns the mean weight of a head in each area.
func ageSex(t *area.Table, f Factor) (multipliers, error) {
	people, err := t.People("")
	if err != nil {
		return multipliers{}, err
	}
	sums, unit, err := weighted(t, f, f.AgeSex, false)
	if err != nil {
		return multipliers{}, err
	}
	scale := new(big.Int).Mul(big.NewInt(exact.Nano), big.NewInt(exact.Pow10(people.Places)))
	for i, sum := range sums {
		n := people.Values[i]
		if n == 0 && sum.Sign() > 0 {
			return multipliers{}, invalid(t.Codes()[i], "must have a population to take the mean of factor "+f.name()+" over")
		}
		if n > 0 {
			sums[i] = exact.RoundQuo(sum.Mul(sum, scale), new(big.Int).Mul(big.NewInt(n), unit))
		}
	}
	return inRange(t, f, sums)
}

// aboveMinimum returns the weighted sum of the columns less their minima.
func aboveMinimum(t *area.Table, f Factor) (multipliers, error) {
	sums, _, err := weighted(t, f, f.AboveMinimum, true)
	if err != nil {
		return multipliers{}, err
	}
	return inRange(t, f, sums)
}

// inRange returns the multipliers that fit 64 bits.
func inRange(t *area.Table, f Factor, exactly []*big.Int) (multipliers, error) {
	x := multipliers{values: make([]int64, len(exactly))}
	for i, n := range exactly {
		if x.values[i] = fitting(n); x.values[i] < 0 {
			return multipliers{}, invalid(t.Codes()[i], "must have an index in range in factor "+f.name())
		}
	}
	x.bits = width(x.values)
	return x, nil
}

// weighted returns the weighted sum of columns in each area and the unit that it
// is in; less the minimum of each column, or of columns that are not negative.
func weighted(t *area.Table, f Factor, by map[string]string, lessMinimum bool) (sums []*big.Int, unit *big.Int, err error) {
	type part struct {
		column *area.Column
		weight int64
		places int
	}
	var parts []part
	most := 0
	for _, name := range slices.Sorted(maps.Keys(by)) {
		c, err := t.Column(name)
		if err == nil && !lessMinimum {
			c, err = t.People(name)
		}
		if err != nil {
			return nil, nil, err
		}
		weight, places, err := decimalOf(f, by[name])
		if err != nil {
			return nil, nil, err
		}
		if weight < 0 {
			return nil, nil, f.invalid("must have weights that are not negative")
		}
		parts = append(parts, part{c, weight, places + c.Places})
		most = max(most, places+c.Places)
	}
	sums = make([]*big.Int, t.Len())
	for i := range sums {
		sums[i] = new(big.Int)
	}
	product := new(big.Int)
	for _, p := range parts {
		weight := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(most-p.places)), nil)
		weight.Mul(weight, big.NewInt(p.weight))
		var from int64
		if lessMinimum {
			from = p.column.Least
		}
		for i, v := range p.column.Values {
			product.Sub(big.NewInt(v), big.NewInt(from))
			sums[i].Add(sums[i], product.Mul(product, weight))
		}
	}
	return sums, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(most)), nil), nil
}
