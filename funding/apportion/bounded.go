package apportion

import (
	"fmt"
	"math"
	"math/big"

	"github.com/socialprescribing/sp"
)

// An InfeasibleError says that no division respects the floors and caps, and by
// how much. It is [sp.ErrInvalid].
type InfeasibleError struct {
	ID    string // the party whose floor is above its cap; empty if the sums are at fault
	Total int64
	Floor int64 // what the floors add up to, or the floor of the party
	Cap   int64 // the most that the caps let in, or the cap of the party
}

// By returns by how many units the floors pass the total, or the total passes
// the caps, or the floor of one party its cap.
func (e *InfeasibleError) By() int64 {
	switch {
	case e.ID != "":
		return e.Floor - e.Cap
	case e.Floor > e.Total:
		return e.Floor - e.Total
	default:
		return e.Total - e.Cap
	}
}

// Error says which side is at fault: "apportion: floors add up to 120, 20 more than the total of 100".
func (e *InfeasibleError) Error() string {
	switch {
	case e.ID != "":
		return fmt.Sprintf("apportion: %s: floor of %d is %d above its cap of %d", e.ID, e.Floor, e.By(), e.Cap)
	case e.Floor > e.Total:
		return fmt.Sprintf("apportion: floors add up to %d, %d more than the total of %d", e.Floor, e.By(), e.Total)
	default:
		return fmt.Sprintf("apportion: caps let in %d, %d less than the total of %d", e.Cap, e.By(), e.Total)
	}
}

// Unwrap returns [sp.ErrInvalid].
func (e *InfeasibleError) Unwrap() error { return sp.ErrInvalid }

// A side says where a share stands against its bounds.
type side int8

const (
	within side = iota
	below
	above
)

// Bounded divides total in proportion to weights, with no share below its floor
// or above its cap: each share is clamp(lambda x weight, floor, cap) with the one
// lambda that makes them add up, and those that touch no bound are rounded by
// largest remainder. Nil floors are zero, and nil caps are none. A party without
// weight gets its floor.
//
// With a negative total the bounds are negative too: a floor of -500 and a cap
// of -100 take back from 100 to 500.
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
		return d.BoundedBig(dst, total, toBig(weights), floors, caps)
	}
	low, high, err := d.bounds(total, floors, caps, func(i int) bool { return weights[i] > 0 })
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
	if len(d.free) > 0 {
		d.hamilton(d.out, uint64(d.rest), d.freeWeight, left, d.free)
	}
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
	low, high, err := d.bounds(total, floors, caps, func(i int) bool { return weights[i].Sign() > 0 })
	if err != nil {
		return nil, err
	}
	dst = resize(dst, len(weights))
	d.pegBig(dst, magnitude(total), weights, low, high, sum)

	free, left := make([]*big.Int, len(d.free)), new(big.Int)
	for j, i := range d.free {
		free[j] = weights[i]
		left.Add(left, weights[i])
	}
	d.out = resize(d.out, len(d.free))
	if len(d.free) > 0 {
		d.hamiltonBig(d.out, uint64(d.rest), free, left, d.free)
	}
	d.scatter(dst, total)
	return dst, nil
}

// Free returns the parties whose share touched neither floor nor cap in the last
// call of Bounded, by their place among the IDs, and what they shared. Lambda is
// that amount over the sum of their weights. It is valid until the next call.
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

// bounds returns the floors and caps of magnitudes, one for each party and caps
// at most the total, and checks that they can be met.
func (d *Divider) bounds(total int64, floors, caps []int64, weighted func(int) bool) (low, high []int64, err error) {
	if floors != nil && len(floors) != len(d.ids) || caps != nil && len(caps) != len(d.ids) {
		return nil, nil, invalid("bounds", "must be one for each party, or nil")
	}
	if total < 0 {
		floors, caps = negated(caps), negated(floors)
	}
	amount := int64(magnitude(total))
	low, high = resize(d.low, len(d.ids)), resize(d.high, len(d.ids))
	d.low, d.high = low, high
	var lowSum, highSum uint64
	for i := range d.ids {
		var floor int64
		limit := int64(math.MaxInt64)
		if floors != nil {
			floor = floors[i]
		}
		if caps != nil {
			limit = caps[i]
		}
		if floor < 0 || limit < 0 {
			return nil, nil, invalid(d.ids[i], "must have bounds with the sign of the total")
		}
		if floor > limit {
			e := &InfeasibleError{ID: d.ids[i], Total: total, Floor: floor, Cap: limit}
			if total < 0 {
				e.Floor, e.Cap = -limit, -floor
			}
			return nil, nil, e
		}
		low[i], high[i] = floor, max(floor, min(limit, amount))
		lowSum = saturated(lowSum, floor)
		if weighted(i) {
			highSum = saturated(highSum, limit)
		} else {
			highSum = saturated(highSum, floor)
		}
	}
	if lowSum > uint64(amount) || highSum < uint64(amount) {
		e := &InfeasibleError{Total: total, Floor: int64(lowSum), Cap: int64(highSum)}
		if total < 0 {
			e.Floor, e.Cap = -e.Cap, -e.Floor
		}
		return nil, nil, e
	}
	return low, high, nil
}

// saturated adds b to a, up to the largest 64-bit number.
func saturated(a uint64, b int64) uint64 { return min(a+uint64(b), math.MaxInt64) }

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

// peg finds the parties that stay at a bound, writes their shares, and leaves
// the others in d.free with what they share in d.rest. In each pass it divides
// what is left; if the shares below their floors lack more than those above
// their caps have too much, lambda can only fall and the former stay at their
// floors, and otherwise the latter at their caps.
//
// The sums are at most total x sum, below 2^127: floors add up to no more than
// the total, and weights to the sum.
func (d *Divider) peg(dst []int64, total uint64, weights, low, high []int64, free uint64) {
	d.free, d.sides = resize(d.free, len(dst)), resize(d.sides, len(dst))
	kept := d.free[:0]
	rest := total
	for i, w := range weights {
		if w == 0 {
			dst[i] = low[i]
			rest -= uint64(low[i])
			continue
		}
		kept = append(kept, int32(i))
	}
	for len(kept) > 0 {
		var lack, excess u128
		pegged := false
		for _, i := range kept {
			d.sides[i] = within
			share, floor := product(uint64(weights[i]), rest), product(uint64(low[i]), free)
			if share.less(floor) {
				lack = lack.plus(floor.minus(share))
				d.sides[i], pegged = below, true
			} else if limit := product(uint64(high[i]), free); limit.less(share) {
				excess = excess.plus(share.minus(limit))
				d.sides[i], pegged = above, true
			}
		}
		if !pegged {
			break
		}
		stay, bound := below, low
		if lack.less(excess) {
			stay, bound = above, high
		}
		next := kept[:0]
		for _, i := range kept {
			if d.sides[i] != stay {
				next = append(next, i)
				continue
			}
			dst[i] = bound[i]
			free -= uint64(weights[i])
			rest -= uint64(bound[i])
		}
		kept = next
	}
	d.free, d.rest = kept, int64(rest)
}

// pegBig is peg for weights of any size.
func (d *Divider) pegBig(dst []int64, total uint64, weights []*big.Int, low, high []int64, sum *big.Int) {
	d.free, d.sides = resize(d.free, len(dst)), resize(d.sides, len(dst))
	kept := d.free[:0]
	free, rest := new(big.Int).Set(sum), new(big.Int).SetUint64(total)
	for i, w := range weights {
		if w.Sign() == 0 {
			dst[i] = low[i]
			rest.Sub(rest, big.NewInt(low[i]))
			continue
		}
		kept = append(kept, int32(i))
	}
	for len(kept) > 0 {
		lack, excess := new(big.Int), new(big.Int)
		share, bound := new(big.Int), new(big.Int)
		for _, i := range kept {
			d.sides[i] = within
			share.Mul(weights[i], rest)
			if bound.Mul(big.NewInt(low[i]), free); share.Cmp(bound) < 0 {
				lack.Add(lack, bound.Sub(bound, share))
				d.sides[i] = below
			} else if bound.Mul(big.NewInt(high[i]), free); share.Cmp(bound) > 0 {
				excess.Add(excess, share.Sub(share, bound))
				d.sides[i] = above
			}
		}
		if lack.Sign() == 0 && excess.Sign() == 0 {
			break
		}
		stay, to := below, low
		if lack.Cmp(excess) < 0 {
			stay, to = above, high
		}
		next := kept[:0]
		for _, i := range kept {
			if d.sides[i] != stay {
				next = append(next, i)
				continue
			}
			dst[i] = to[i]
			free.Sub(free, weights[i])
			rest.Sub(rest, big.NewInt(to[i]))
		}
		kept = next
	}
	d.free, d.rest = kept, rest.Int64()
}
