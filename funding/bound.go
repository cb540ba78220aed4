package funding

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// A bounding computes bounds of the areas, one policy after another in memory that
// is kept.
type bounding struct {
	scratch
	areas      *area.Table
	money      *treasury
	people     *area.Column
	work       work // what the bounds depend on
	targeting  targeting
	points     []point
	rise, at   big.Int // of growth
	floor, cap limit

	floors, needed sum // for damping
	gains          exact.Vector
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
func (b *bounding) amounts(l *limit, rule Bound, r rounding) ([]int64, error) {
	l.rounding, l.unset, l.values = r, true, resize(l.values, b.areas.Len())
	for _, part := range [...]struct {
		set  bool
		fill func(*bounding, Bound, *limit) error
	}{
		{rule.Growth != "", (*bounding).growth},
		{rule.Pace != nil, (*bounding).pace},
		{rule.PerHead != "", (*bounding).perHead},
		{rule.OfFlat != "", (*bounding).ofFlat},
		{!rule.Amount.IsZero(), (*bounding).flatAmount},
		{rule.Column != "", (*bounding).ofColumn},
	} {
		if !part.set {
			continue
		}
		if err := part.fill(b, rule, l); err != nil {
			return nil, err
		}
		l.unset = false
	}
	return l.values, nil
}

func (b *bounding) growth(rule Bound, l *limit) error {
	g, err := growthFactor(rule.Growth)
	if err != nil {
		return err
	}
	return b.grown(l, func(int) int64 { return g })
}

// grown takes as the bound of each area what it had times a factor of nine decimals;
// one that had nothing has no bound.
func (b *bounding) grown(l *limit, factor func(i int) int64) error {
	none := l.rounding.none(b.work.total)
	for i, was := range b.work.opening.minor {
		bound, ok := none, true
		if !b.work.opening.lacks(i) {
			bound, ok = scaled(was, factor(i), exact.Nano, l.rounding)
		}
		if !ok {
			return b.outOfRange(i)
		}
		l.take(i, bound)
	}
	return nil
}

func (b *bounding) outOfRange(i int) error {
	return invalid(b.areas.Codes()[i], sp.OutOfRange, "must have a bound within the range of money")
}

// growthFactor returns 1 + growth in units of nine decimals.
func growthFactor(growth string) (int64, error) {
	g, places, ok := exact.Parse(growth)
	if !ok || places > 9 || g < -exact.Pow10(places) || g > 1000*exact.Pow10(places) {
		return 0, invalid("growth", sp.Malformed, "must be a decimal number from -1 to 1000 of at most 9 places, such as 0.02 for 2 %")
	}
	return exact.Nano + g*exact.Pow10(9-places), nil
}

func (b *bounding) perHead(rule Bound, l *limit) error {
	rate, places, ok := exact.Parse(rule.PerHead)
	if !ok || rate < 0 {
		return invalid("money per head", sp.Malformed, "must be a decimal number that is not negative")
	}
	shift := places + b.people.Places - b.work.total.Currency().Digits()
	if shift < 0 {
		if rate, ok = exact.Mul(rate, exact.Pow10(-shift)); !ok {
			return invalid("money per head", sp.OutOfRange, "must be within the range of money")
		}
	}
	if shift <= 18 {
		den := uint64(exact.Pow10(max(shift, 0)))
		for i, n := range b.people.Values {
			bound, ok := scaled(n, rate, den, l.rounding)
			if !ok {
				return b.outOfRange(i)
			}
			l.take(i, bound)
		}
		return nil
	}
	return b.ofPeople(l, b.c.SetInt64(rate), b.d.Mul(b.a.SetInt64(exact.Pow10(18)), b.b.SetInt64(exact.Pow10(shift-18))))
}

func (b *bounding) ofFlat(rule Bound, l *limit) error {
	part, places, ok := exact.Parse(rule.OfFlat)
	if !ok || part < 0 {
		return invalid("part of the flat amount", sp.Malformed, "must be a decimal number that is not negative")
	}
	everybody := weightsOf(b.people).sum(&b.needed)
	if everybody.Sign() == 0 {
		return invalid("part of the flat amount", sp.Missing, "must have a population")
	}
	num := b.c.Mul(b.a.SetInt64(part), b.b.SetInt64(b.work.total.Minor()))
	return b.ofPeople(l, num, b.d.Mul(everybody, b.a.SetInt64(exact.Pow10(places))))
}

// ofPeople takes the population x num / den, rounded, as the bound of each area.
func (b *bounding) ofPeople(l *limit, num, den *big.Int) error {
	rounded := b.quotient.Down
	if l.rounding == up {
		rounded = b.quotient.Up
	}
	for i, n := range b.people.Values {
		v := rounded(b.a.Mul(b.b.SetInt64(n), num), den)
		if !v.IsInt64() {
			return b.outOfRange(i)
		}
		l.take(i, v.Int64())
	}
	return nil
}

func (b *bounding) flatAmount(rule Bound, l *limit) error {
	if total := b.work.total; !total.IsZero() && rule.Amount.Currency() != total.Currency() {
		return invalid("bound", sp.Inconsistent, "must be in the currency of the total")
	}
	for i := range b.areas.Len() {
		l.take(i, rule.Amount.Minor())
	}
	return nil
}

func (b *bounding) ofColumn(rule Bound, l *limit) error {
	bounds, err := b.money.known(rule.Column, b.work.total.Currency())
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
