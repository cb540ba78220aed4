package apportion

import (
	"math"
	"math/big"

	"github.com/socialprescribing/sp"
)

// Bounded divides total in proportion to weights, with no share below its floor
// or above its cap: each share is clamp(lambda x weight, floor, cap) with the one
// lambda that makes them add up, and those that touch no bound are rounded by
// largest remainder. Nil floors are zero, and nil caps are none. A party without
// weight gets its floor.
//
// With a negative total the bounds are negative too, and floors and caps change
// places: a floor of -500 and a cap of -100 take back from 100 to 500, nil floors
// are none, nil caps are zero, and a party without weight gets its cap.
//
// The result minimises the sum of (share - target)^2 / target over the shares
// that respect the bounds, the target being the share without bounds; this is
// the pace-of-change problem. If there is none, the error is an
// [*InfeasibleError]. Each pass is linear, and there are few: two for England.
func (d *Divider) Bounded(dst []int64, total int64, weights, floors, caps []int64) ([]int64, error) {
	if err := d.check(total, len(weights), Hamilton); err != nil {
		return nil, err
	}
	sum, err := d.sum(weights)
	if err != nil {
		return nil, err
	}
	if sum.hi != 0 {
		return d.BoundedBig(dst, total, d.large.of(weights), floors, caps)
	}
	low, high, err := d.bounds(total, weights, floors, caps)
	if err != nil {
		return nil, err
	}
	dst = resize(dst, len(weights))
	d.peg(dst, magnitude(total), weights, low, high, sum.lo)

	d.freeWeight, d.out = resize(d.freeWeight, len(d.free)), resize(d.out, len(d.free))
	var left uint64
	for j, i := range d.free {
		d.freeWeight[j] = weights[i]
		left += uint64(weights[i])
	}
	d.hamilton(d.out, uint64(d.rest), d.freeWeight, left, d.free)
	d.scatter(dst, total)
	return dst, nil
}

// BoundedBig is [Divider.Bounded] for weights beyond 64 bits.
func (d *Divider) BoundedBig(dst []int64, total int64, weights []*big.Int, floors, caps []int64) ([]int64, error) {
	if err := d.check(total, len(weights), Hamilton); err != nil {
		return nil, err
	}
	sum, err := d.sumBig(weights)
	if err != nil {
		return nil, err
	}
	l := &d.large
	l.signs = resize(l.signs, len(weights))
	for i, w := range weights {
		l.signs[i] = int64(w.Sign())
	}
	low, high, err := d.bounds(total, l.signs, floors, caps)
	if err != nil {
		return nil, err
	}
	dst = resize(dst, len(weights))
	d.pegBig(dst, magnitude(total), weights, low, high, sum)

	l.free = resize(l.free, len(d.free))
	left := l.left.SetInt64(0)
	for j, i := range d.free {
		l.free[j] = weights[i]
		left.Add(left, weights[i])
	}
	d.out = resize(d.out, len(d.free))
	d.hamiltonBig(d.out, uint64(d.rest), l.free, left, d.free)
	d.scatter(dst, total)
	return dst, nil
}

// Free returns the parties whose share touched neither floor nor cap in the last
// call of Bounded, by their place among the IDs, and what they shared. Lambda is
// that amount over the sum of their weights. The slice is valid until the next
// call.
func (d *Divider) Free() (parties []int32, amount int64) { return d.free, d.rest }

// scatter puts the shares of the free parties in their places, and restores the
// sign of a negative total.
func (d *Divider) scatter(dst []int64, total int64) {
	for j, i := range d.free {
		dst[i] = d.out[j]
	}
	if total < 0 {
		negate(dst)
		d.rest = -d.rest
	}
}

// bounds returns the floors and caps of magnitudes, one for each party, and
// checks that they can be met by parties of these weights.
func (d *Divider) bounds(total int64, weights, floors, caps []int64) (low, high []int64, err error) {
	if floors != nil && len(floors) != len(d.ids) || caps != nil && len(caps) != len(d.ids) {
		return nil, nil, invalid("bounds", sp.Inconsistent, "must be one for each party, or nil")
	}
	low, high = floors, caps
	if total < 0 {
		low, high = negated(caps), negated(floors)
	}
	if low == nil {
		d.low = resize(d.low, len(d.ids)) // all zero, as nothing writes to it
		low = d.low
	}
	if high == nil {
		d.high = resize(d.high, len(d.ids))
		for i := range d.high {
			d.high[i] = math.MaxInt64
		}
		high = d.high
	}
	var lowSum, highSum u128
	var sign int64
	for i, w := range weights {
		floor, limit := low[i], high[i]
		sign |= floor | limit | (limit - floor)
		lowSum = lowSum.plus(u128{0, uint64(floor)})
		if w == 0 {
			limit = floor
		}
		highSum = highSum.plus(u128{0, uint64(limit)})
	}
	if sign < 0 {
		return nil, nil, d.misplaced(total, low, high)
	}
	amount := u128{0, magnitude(total)}
	if amount.less(lowSum) || highSum.less(amount) {
		e := &InfeasibleError{Total: total, Floor: lowSum.saturated(), Cap: highSum.saturated()}
		if total < 0 {
			e.Floor, e.Cap = -e.Cap, -e.Floor
		}
		return nil, nil, e
	}
	return low, high, nil
}

// misplaced returns the error of the first party whose bounds are negative or
// the wrong way round.
func (d *Divider) misplaced(total int64, low, high []int64) error {
	for i, floor := range low {
		switch {
		case floor < 0 || high[i] < 0:
			return invalid(d.ids[i], sp.OutOfRange, "must have bounds with the sign of the total")
		case floor > high[i] && total < 0:
			return &InfeasibleError{ID: d.ids[i], Total: total, Floor: -high[i], Cap: -floor}
		case floor > high[i]:
			return &InfeasibleError{ID: d.ids[i], Total: total, Floor: floor, Cap: high[i]}
		}
	}
	return nil
}

func negated(values []int64) []int64 {
	if values == nil {
		return nil
	}
	out := make([]int64, len(values))
	for i, v := range values {
		out[i] = -v
	}
	return out
}
