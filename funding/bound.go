package funding

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// bounding is working memory for bounds.
type bounding struct {
	basis      basis
	floor, cap limit
}

// basis is what bounds are computed from.
type basis struct {
	areas   *area.Table
	total   sp.Money
	people  *area.Column
	opening sums // empty without
	work    work // for the distance from target
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

// A limit is a bound of each area, of which several rules take the strictest.
type limit struct {
	rounding rounding
	values   []int64
	unset    bool // no rule has spoken yet
}

func (l *limit) take(i int, v int64) {
	if l.unset {
		l.values[i] = v
		return
	}
	l.values[i] = l.rounding.stricter(l.values[i], v)
}

// amounts returns a bound of each area in minor units. It lies in l.
func amounts(l *limit, in *basis, b Bound, r rounding) ([]int64, error) {
	l.rounding, l.unset, l.values = r, true, resize(l.values, in.areas.Len())
	for _, rule := range [...]struct {
		set  bool
		fill func(*basis, Bound, *limit) error
	}{
		{b.Growth != "", growth},
		{b.Pace != nil, pace},
		{b.PerHead != "", perHead},
		{b.OfFlat != "", ofFlat},
		{!b.Amount.IsZero(), flatAmount},
		{b.Column != "", ofColumn},
	} {
		if !rule.set {
			continue
		}
		if err := rule.fill(in, b, l); err != nil {
			return nil, err
		}
		l.unset = false
	}
	return l.values, nil
}

func growth(in *basis, b Bound, l *limit) error {
	g, err := growthFactor(b.Growth)
	if err != nil {
		return err
	}
	return in.grown(l, func(int) int64 { return g })
}

// grown takes as the bound of each area what it had times a factor of nine decimals;
// one that had nothing has no bound.
func (in *basis) grown(l *limit, factor func(i int) int64) error {
	none := l.rounding.none(in.total)
	for i, was := range in.opening.minor {
		bound, ok := none, true
		if !in.opening.lacks(i) {
			bound, ok = scaled(was, factor(i), exact.Nano, l.rounding)
		}
		if !ok {
			return outOfRange(in, i)
		}
		l.take(i, bound)
	}
	return nil
}

// part takes v x num / den, rounded, as the bound of an area.
func (in *basis) part(i int, v, num int64, den uint64, l *limit) error {
	bound, ok := scaled(v, num, den, l.rounding)
	if !ok {
		return outOfRange(in, i)
	}
	l.take(i, bound)
	return nil
}

func outOfRange(in *basis, i int) error {
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

func pace(in *basis, b Bound, l *limit) error {
	points, growths := make([]*big.Rat, len(b.Pace)), make([]*big.Rat, len(b.Pace))
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
		points[k] = big.NewRat(d, exact.Pow10(places))
		if k > 0 && points[k].Cmp(points[k-1]) < 0 {
			return invalid("pace", "must have its distances in rising order")
		}
	}
	if len(b.Pace) == 0 {
		return invalid("pace", "must have a point")
	}
	before := distances(in.opening.minor, targets(in.work))
	return in.grown(l, func(i int) int64 { return growthAt(before(i), points, growths) })
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

func perHead(in *basis, b Bound, l *limit) error {
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
			if err := in.part(i, n, rate, den.Uint64(), l); err != nil {
				return err
			}
			continue
		}
		bound, ok := divided(new(big.Int).Mul(big.NewInt(n), big.NewInt(rate)), den, l.rounding)
		if !ok {
			return outOfRange(in, i)
		}
		l.take(i, bound)
	}
	return nil
}

func ofFlat(in *basis, b Bound, l *limit) error {
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
		bound, ok := divided(amount.Mul(big.NewInt(n), num), den, l.rounding)
		if !ok {
			return outOfRange(in, i)
		}
		l.take(i, bound)
	}
	return nil
}

func flatAmount(in *basis, b Bound, l *limit) error {
	if !in.total.IsZero() && b.Amount.Currency() != in.total.Currency() {
		return invalid("bound", "must be in the currency of the total")
	}
	for i := range in.areas.Len() {
		l.take(i, b.Amount.Minor())
	}
	return nil
}

func ofColumn(in *basis, b Bound, l *limit) error {
	bounds, err := money(in.areas, b.Column, in.total.Currency())
	if err != nil {
		return err
	}
	for i, v := range bounds.minor {
		l.take(i, v)
	}
	return nil
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
