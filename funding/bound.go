package funding

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/socialprescribing/sp"
)

// limits is what bounds are computed from.
type limits struct {
	areas    *Areas
	total    sp.Money
	people   *column
	opening  []int64              // in minor units; nil without
	distance func(i int) *big.Rat // from target; nil is infinitely far above
}

// A rounding says to which side a bound gives way.
type rounding int8

const (
	up   rounding = iota // floors, and the higher of two
	down                 // caps, and the lower of two
)

// amounts returns a bound of each area in minor units.
func (b Bound) amounts(in limits, r rounding) ([]int64, error) {
	var out []int64
	for _, rule := range []func(limits, rounding) ([]int64, error){b.growth, b.pace, b.perHead, b.ofFlat, b.amount, b.column} {
		more, err := rule(in, r)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = more
			continue
		}
		for i, v := range more {
			if r == up {
				out[i] = max(out[i], v)
			} else {
				out[i] = min(out[i], v)
			}
		}
	}
	return out, nil
}

func (b Bound) growth(in limits, r rounding) ([]int64, error) {
	if b.Growth == "" {
		return nil, nil
	}
	g, err := growthFactor(b.Growth)
	if err != nil {
		return nil, err
	}
	return in.each(r, big.NewInt(nano), func(i int) (v, num int64) { return in.opening[i], g })
}

// growthFactor returns 1 + growth in units of nine decimals.
func growthFactor(growth string) (int64, error) {
	g, places, ok := parseNumber(growth)
	if !ok || places > 9 || g < -pow10(places) || g > 1000*pow10(places) {
		return 0, invalid("growth", "must be a decimal number from -1 to 1000 of at most 9 places, such as 0.02 for 2 %")
	}
	return nano + g*pow10(9-places), nil
}

func (b Bound) pace(in limits, r rounding) ([]int64, error) {
	if b.Pace == nil {
		return nil, nil
	}
	distances, growths := make([]*big.Rat, len(b.Pace)), make([]*big.Rat, len(b.Pace))
	for k, p := range b.Pace {
		g, err := growthFactor(p.Growth)
		if err != nil {
			return nil, err
		}
		growths[k] = big.NewRat(g, 1)
		d, places, ok := parseNumber(p.Distance)
		if !ok {
			return nil, invalid("distance", "must be a decimal number")
		}
		distances[k] = big.NewRat(d, pow10(places))
		if k > 0 && distances[k].Cmp(distances[k-1]) < 0 {
			return nil, invalid("pace", "must have its distances in rising order")
		}
	}
	if len(b.Pace) == 0 {
		return nil, invalid("pace", "must have a point")
	}
	return in.each(r, big.NewInt(nano), func(i int) (v, num int64) {
		return in.opening[i], growthAt(in.distance(i), distances, growths)
	})
}

// growthAt returns 1 + growth at a distance from target.
func growthAt(at *big.Rat, distances, growths []*big.Rat) int64 {
	last := len(distances) - 1
	if at == nil || at.Cmp(distances[last]) >= 0 {
		return growths[last].Num().Int64()
	}
	k := 0
	for k <= last && at.Cmp(distances[k]) >= 0 {
		k++
	}
	if k == 0 {
		return growths[0].Num().Int64()
	}
	part := new(big.Rat).Sub(at, distances[k-1])
	part.Quo(part, new(big.Rat).Sub(distances[k], distances[k-1]))
	part.Mul(part, new(big.Rat).Sub(growths[k], growths[k-1]))
	part.Add(part, growths[k-1])
	return roundQuo(part.Num(), part.Denom()).Int64()
}

func (b Bound) perHead(in limits, r rounding) ([]int64, error) {
	if b.PerHead == "" {
		return nil, nil
	}
	rate, places, ok := parseNumber(b.PerHead)
	if !ok || rate < 0 {
		return nil, invalid("money per head", "must be a decimal number that is not negative")
	}
	shift := places + in.people.places - in.total.Currency().Digits()
	den := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(shift, 0))), nil)
	if shift < 0 {
		if rate, ok = multiplied(rate, pow10(-shift)); !ok {
			return nil, invalid("money per head", "must be within the range of money")
		}
	}
	return in.each(r, den, func(i int) (v, num int64) { return in.people.values[i], rate })
}

func (b Bound) ofFlat(in limits, r rounding) ([]int64, error) {
	if b.OfFlat == "" {
		return nil, nil
	}
	part, places, ok := parseNumber(b.OfFlat)
	if !ok || part < 0 {
		return nil, invalid("part of the flat amount", "must be a decimal number that is not negative")
	}
	everybody := small(in.people.values).sum()
	if everybody.Sign() == 0 {
		return nil, invalid("part of the flat amount", "must have a population")
	}
	num := new(big.Int).Mul(big.NewInt(part), big.NewInt(in.total.Minor()))
	den := everybody.Mul(everybody, big.NewInt(pow10(places)))
	if common := new(big.Int).GCD(nil, nil, num, den); common.Sign() > 0 {
		num.Quo(num, common)
		den.Quo(den, common)
	}
	out := make([]int64, len(in.people.values))
	amount := new(big.Int)
	for i, v := range in.people.values {
		if out[i], ok = divided(amount.Mul(big.NewInt(v), num), den, r); !ok {
			return nil, invalid(in.areas.codes[i], "must have a bound within the range of money")
		}
	}
	return out, nil
}

func (b Bound) amount(in limits, _ rounding) ([]int64, error) {
	if b.Amount.IsZero() {
		return nil, nil
	}
	if !in.total.IsZero() && b.Amount.Currency() != in.total.Currency() {
		return nil, invalid("bound", "must be in the currency of the total")
	}
	out := make([]int64, in.areas.Len())
	for i := range out {
		out[i] = b.Amount.Minor()
	}
	return out, nil
}

func (b Bound) column(in limits, _ rounding) ([]int64, error) {
	if b.Column == "" {
		return nil, nil
	}
	return in.areas.money(b.Column, in.total.Currency())
}

// each returns v x num / den of each area, rounded.
func (in limits) each(r rounding, den *big.Int, f func(i int) (v, num int64)) ([]int64, error) {
	out := make([]int64, in.areas.Len())
	for i := range out {
		v, num := f(i)
		var ok bool
		if out[i], ok = scaled(v, num, den, r); !ok {
			return nil, invalid(in.areas.codes[i], "must have a bound within the range of money")
		}
	}
	return out, nil
}

// scaled returns v x num / den, rounded, and whether it fits. None is negative.
func scaled(v, num int64, den *big.Int, r rounding) (int64, bool) {
	hi, lo := bits.Mul64(uint64(v), uint64(num))
	if !den.IsUint64() || hi >= den.Uint64() {
		return divided(new(big.Int).Mul(big.NewInt(v), big.NewInt(num)), den, r)
	}
	q, rest := bits.Div64(hi, lo, den.Uint64())
	if r == up && rest > 0 {
		q++
	}
	return int64(q), q <= math.MaxInt64
}

// divided returns a/b, rounded, and whether it fits.
func divided(a, b *big.Int, r rounding) (int64, bool) {
	q, rest := new(big.Int).QuoRem(a, b, new(big.Int))
	if r == up && rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64(), q.IsInt64()
}

// money returns a column of sums of money in minor units of a currency. A
// fraction of a minor unit is an error that names the area.
func (a *Areas) money(name string, currency sp.Currency) ([]int64, error) {
	c, err := a.natural(name)
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(c.values))
	shift := currency.Digits() - c.places
	for i, v := range c.values {
		if shift < 0 {
			if out[i] = v / pow10(-shift); v%pow10(-shift) != 0 {
				return nil, invalid(a.codes[i], "must have a whole number of minor units of money in column "+name)
			}
			continue
		}
		var ok bool
		if out[i], ok = multiplied(v, pow10(shift)); !ok {
			return nil, invalid(a.codes[i], "must be within the range of money in column "+name)
		}
	}
	return out, nil
}
