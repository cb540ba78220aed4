package funding

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// basis is what bounds are computed from.
type basis struct {
	areas    *area.Table
	total    sp.Money
	people   *area.Column
	opening  []int64              // in minor units; nil without
	unopened []bool               // areas without an opening amount; nil if there are none
	distance func(i int) *big.Rat // from target; nil is infinitely far above
}

// A rounding says to which side a bound gives way.
type rounding int8

const (
	up   rounding = iota // floors, and the higher of two
	down                 // caps, and the lower of two
)

// none returns the bound that bounds nothing.
func (r rounding) none(total sp.Money) int64 {
	if r == up {
		return 0
	}
	return max(total.Minor(), 0)
}

// stricter returns the bound of two that leaves less room.
func (r rounding) stricter(a, b int64) int64 {
	if r == up {
		return max(a, b)
	}
	return min(a, b)
}

// amounts returns a bound of each area in minor units.
func amounts(memory *[]int64, in basis, b Bound, r rounding) ([]int64, error) {
	var out []int64
	take := func(i int, v int64) {
		if out == nil {
			out = resize(*memory, in.areas.Len())
			*memory = out
			for k := range out {
				out[k] = math.MinInt64 // until its first rule
			}
		}
		if out[i] != math.MinInt64 {
			v = r.stricter(out[i], v)
		}
		out[i] = v
	}
	for _, rule := range [...]func(basis, Bound, rounding, func(int, int64)) error{growth, pace, perHead, ofFlat, flatAmount, ofColumn} {
		if err := rule(in, b, r, take); err != nil {
			return nil, err
		}
	}
	if out == nil {
		out = []int64{} // no areas
	}
	return out, nil
}

func growth(in basis, b Bound, r rounding, take func(int, int64)) error {
	if b.Growth == "" {
		return nil
	}
	g, err := growthFactor(b.Growth)
	if err != nil {
		return err
	}
	for i, was := range in.opening {
		if err := in.grown(i, was, g, r, take); err != nil {
			return err
		}
	}
	return nil
}

// grown takes the bound of an area that had an amount and may grow by a factor of
// nine decimals; one that had nothing has no bound.
func (in basis) grown(i int, was, factor int64, r rounding, take func(int, int64)) error {
	if in.unopened != nil && in.unopened[i] {
		take(i, r.none(in.total))
		return nil
	}
	return in.take(i, was, factor, exact.Nano, r, take)
}

// take takes v x num / den, rounded, as the bound of an area.
func (in basis) take(i int, v, num int64, den uint64, r rounding, take func(int, int64)) error {
	bound, ok := scaled(v, num, den, r)
	if !ok {
		return outOfRange(in, i)
	}
	take(i, bound)
	return nil
}

func outOfRange(in basis, i int) error {
	return invalid(in.areas.Codes()[i], "must have a bound within the range of money")
}

// growthFactor returns 1 + growth in units of nine decimals.
func growthFactor(growth string) (int64, error) {
	g, places, ok := exact.Parse(growth)
	if !ok || places > 9 || g < -exact.Pow10(places) || g > 1000*exact.Pow10(places) {
		return 0, invalid("growth", "must be a decimal number from -1 to 1000 of at most 9 places, such as 0.02 for 2 %")
	}
	return exact.Nano + g*exact.Pow10(9-places), nil
}

func pace(in basis, b Bound, r rounding, take func(int, int64)) error {
	if b.Pace == nil {
		return nil
	}
	distances, growths := make([]*big.Rat, len(b.Pace)), make([]*big.Rat, len(b.Pace))
	for k, p := range b.Pace {
		g, err := growthFactor(p.Growth)
		if err != nil {
			return err
		}
		growths[k] = big.NewRat(g, 1)
		d, places, ok := exact.Parse(p.Distance)
		if !ok {
			return invalid("distance", "must be a decimal number")
		}
		distances[k] = big.NewRat(d, exact.Pow10(places))
		if k > 0 && distances[k].Cmp(distances[k-1]) < 0 {
			return invalid("pace", "must have its distances in rising order")
		}
	}
	if len(b.Pace) == 0 {
		return invalid("pace", "must have a point")
	}
	for i, was := range in.opening {
		if err := in.grown(i, was, growthAt(in.distance(i), distances, growths), r, take); err != nil {
			return err
		}
	}
	return nil
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
	return exact.RoundQuo(part.Num(), part.Denom()).Int64()
}

func perHead(in basis, b Bound, r rounding, take func(int, int64)) error {
	if b.PerHead == "" {
		return nil
	}
	rate, places, ok := exact.Parse(b.PerHead)
	if !ok || rate < 0 {
		return invalid("money per head", "must be a decimal number that is not negative")
	}
	shift := places + in.people.Places - in.total.Currency().Digits()
	if shift < 0 {
		if rate, ok = exact.Mul(rate, exact.Pow10(-shift)); !ok {
			return invalid("money per head", "must be within the range of money")
		}
	}
	den := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(shift, 0))), nil)
	for i, n := range in.people.Values {
		if den.IsUint64() {
			if err := in.take(i, n, rate, den.Uint64(), r, take); err != nil {
				return err
			}
			continue
		}
		bound, ok := divided(new(big.Int).Mul(big.NewInt(n), big.NewInt(rate)), den, r)
		if !ok {
			return outOfRange(in, i)
		}
		take(i, bound)
	}
	return nil
}

func ofFlat(in basis, b Bound, r rounding, take func(int, int64)) error {
	if b.OfFlat == "" {
		return nil
	}
	part, places, ok := exact.Parse(b.OfFlat)
	if !ok || part < 0 {
		return invalid("part of the flat amount", "must be a decimal number that is not negative")
	}
	everybody := small(in.people.Values).sum()
	if everybody.Sign() == 0 {
		return invalid("part of the flat amount", "must have a population")
	}
	num := new(big.Int).Mul(big.NewInt(part), big.NewInt(in.total.Minor()))
	den := everybody.Mul(everybody, big.NewInt(exact.Pow10(places)))
	if common := new(big.Int).GCD(nil, nil, num, den); common.Sign() > 0 {
		num.Quo(num, common)
		den.Quo(den, common)
	}
	amount := new(big.Int)
	for i, n := range in.people.Values {
		bound, ok := divided(amount.Mul(big.NewInt(n), num), den, r)
		if !ok {
			return outOfRange(in, i)
		}
		take(i, bound)
	}
	return nil
}

func flatAmount(in basis, b Bound, _ rounding, take func(int, int64)) error {
	if b.Amount.IsZero() {
		return nil
	}
	if !in.total.IsZero() && b.Amount.Currency() != in.total.Currency() {
		return invalid("bound", "must be in the currency of the total")
	}
	for i := range in.areas.Len() {
		take(i, b.Amount.Minor())
	}
	return nil
}

func ofColumn(in basis, b Bound, _ rounding, take func(int, int64)) error {
	if b.Column == "" {
		return nil
	}
	bounds, err := money(in.areas, b.Column, in.total.Currency())
	for i, v := range bounds {
		take(i, v)
	}
	return err
}

// scaled returns v x num / den, rounded, and whether it fits. None is negative.
func scaled(v, num int64, den uint64, r rounding) (int64, bool) {
	hi, lo := bits.Mul64(uint64(v), uint64(num))
	if hi >= den {
		return 0, false
	}
	q, rest := bits.Div64(hi, lo, den)
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
