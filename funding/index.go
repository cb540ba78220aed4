package funding

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
)

// index evaluates a factor for all areas. The result may lie in m.
func index(m *memory, t *area.Table, f Factor) (multipliers, error) {
	switch {
	case f.rules() > 1:
		return multipliers{}, f.invalid(sp.Inconsistent, "must have one rule only")
	case f.AgeSex != nil:
		return m.ageSex(t, f)
	case f.AboveMinimum != nil:
		return m.aboveMinimum(t, f)
	case f.Column == "":
		return multipliers{}, fmt.Errorf("funding: %s: column without a name: %w", named("factor", f.Name), sp.ErrNotFound)
	}
	c, err := t.Column(f.Column)
	if err != nil {
		return multipliers{}, err
	}
	r, err := ruleOf(f, c, &m.scratch)
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
	return invalid(t.Codes()[slices.Index(c.Values, value)], sp.Missing, fmt.Sprintf("must have a number in column %s for which factor %s has a multiplier that is not negative", f.Column, f.name()))
}

// ageSex returns the mean weight of a head in each area.
func (m *memory) ageSex(t *area.Table, f Factor) (multipliers, error) {
	people, err := t.People("")
	if err != nil {
		return multipliers{}, err
	}
	sums, places, err := m.weighted(t, f, f.AgeSex, false)
	if err != nil {
		return multipliers{}, err
	}
	// The sums are in units of so many decimals more than the mean.
	scale, unit := powerOf10(9+people.Places), powerOf10(places)
	for i, sum := range sums {
		n := people.Values[i]
		if n == 0 && sum.Sign() > 0 {
			return multipliers{}, invalid(t.Codes()[i], sp.Missing, "must have a population to take the mean of factor "+f.name()+" over")
		}
		if n > 0 {
			sum.Set(m.quotient.Round(m.a.Mul(sum, scale), m.b.Mul(m.c.SetInt64(n), unit)))
		}
	}
	return m.inRange(t, f, sums)
}

// aboveMinimum returns the weighted sum of the columns less their minima.
func (m *memory) aboveMinimum(t *area.Table, f Factor) (multipliers, error) {
	sums, _, err := m.weighted(t, f, f.AboveMinimum, true)
	if err != nil {
		return multipliers{}, err
	}
	return m.inRange(t, f, sums)
}

// inRange returns the multipliers that fit 64 bits.
func (m *memory) inRange(t *area.Table, f Factor, exactly []*big.Int) (multipliers, error) {
	m.values = resize(m.values, len(exactly))
	for i, n := range exactly {
		if m.values[i] = fitting(n); m.values[i] < 0 {
			return multipliers{}, invalid(t.Codes()[i], sp.OutOfRange, "must have an index in range in factor "+f.name())
		}
	}
	return multipliers{values: m.values, bits: width(m.values)}, nil
}

// A band is a column with the weight of what it counts.
type band struct {
	column *area.Column
	weight int64
	places int // of their product
}

// bands returns columns with their weights, and the decimals of the finest product.
func bands(t *area.Table, f Factor, by map[string]string, natural bool) (parts []band, most int, err error) {
	for _, name := range slices.Sorted(maps.Keys(by)) {
		c, err := t.Column(name)
		if err == nil && natural {
			c, err = t.People(name)
		}
		if err != nil {
			return nil, 0, err
		}
		weight, places, err := decimalOf(f, by[name])
		if err != nil {
			return nil, 0, err
		}
		if weight < 0 {
			return nil, 0, f.invalid(sp.OutOfRange, "must have weights that are not negative")
		}
		parts = append(parts, band{c, weight, places + c.Places})
		most = max(most, places+c.Places)
	}
	return parts, most, nil
}

// weighted returns the weighted sum of columns in each area and the decimals that it
// has; less the minimum of each column, or of columns that are not negative.
func (m *memory) weighted(t *area.Table, f Factor, by map[string]string, lessMinimum bool) (sums []*big.Int, places int, err error) {
	parts, most, err := bands(t, f, by, !lessMinimum)
	if err != nil {
		return nil, 0, err
	}
	const room = 192 // for sums as they are met; larger ones take memory of their own
	sums = m.sums.Resize(t.Len(), room)
	for _, sum := range sums {
		sum.SetInt64(0)
	}
	for _, p := range parts {
		weight := powerOf10(most - p.places)
		weight.Mul(weight, big.NewInt(p.weight))
		var from int64
		if lessMinimum {
			from = p.column.Least
		}
		for i, v := range p.column.Values {
			m.a.Sub(m.a.SetInt64(v), m.b.SetInt64(from))
			sums[i].Add(sums[i], m.c.Mul(&m.a, weight))
		}
	}
	return sums, most, nil
}

// powerOf10 returns 10^n.
func powerOf10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
