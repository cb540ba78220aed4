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
	signs := make([]int64, len(weights))
	for i, w := range weights {
		signs[i] = int64(w.Sign())
	}
	low, high, err := d.bounds(total, signs, floors, caps)
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

// bounds returns the floors and caps of magnitudes, one for each party, and
// checks that they can be met by parties of these weights.
func (d *Divider) bounds(total int64, weights, floors, caps []int64) (low, high []int64, err error) {
	if floors != nil && len(floors) != len(d.ids) || caps != nil && len(caps) != len(d.ids) {
		return nil, nil, invalid("bounds", "must be one for each party, or nil")
	}
	low, high = floors, caps
	if total < 0 {
		low, high = negated(caps), negated(floors)
	}
	if low == nil {
		d.low = resize(d.low, len(d.ids))
		clear(d.low)
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
		sign |= floor | (limit - floor)
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
			return invalid(d.ids[i], "must have bounds with the sign of the total")
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

// peg finds the parties that stay at a bound, writes their shares, and leaves
// the others in d.free with what they share in d.rest. In each pass it divides
// what is left; if the shares below their floors lack more than those above
// their caps have too much, lambda can only fall and the former stay at their
// floors, and otherwise the latter at their caps.
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
	fast := total < fastTotal && free < fastSum
	for len(kept) > 0 {
		// Of those below their floors and above their caps: weights and bounds.
		var belowWeight, belowBound, aboveWeight, aboveBound uint64
		lambda := float64(rest) / float64(free)
		for _, i := range kept {
			w, floor, limit := weights[i], low[i], high[i]
			if fast {
				// The guess is at most one off, see fastTotal.
				if q := int64(float64(w) * lambda); q > floor && q < limit-1 {
					d.sides[i] = within
					continue
				}
			}
			d.sides[i] = against(product(uint64(w), rest), floor, limit, free)
			switch d.sides[i] {
			case within:
			case below:
				belowWeight, belowBound = belowWeight+uint64(w), belowBound+uint64(floor)
			case above:
				aboveWeight, aboveBound = aboveWeight+uint64(w), aboveBound+uint64(limit)
			}
		}
		if belowWeight == 0 && aboveWeight == 0 {
			break
		}
		// Both in units of 1/free, and below 2^127.
		lack := product(belowBound, free).minus(product(belowWeight, rest))
		excess := product(aboveWeight, rest).minus(product(aboveBound, free))
		stay, bound := below, low
		free, rest = free-belowWeight, rest-belowBound
		if lack.less(excess) {
			stay, bound = above, high
			free, rest = free+belowWeight-aboveWeight, rest+belowBound-aboveBound
		}
		next := 0 // without a branch, which no processor could foresee
		for _, i := range kept {
			dst[i] = bound[i] // those that do not stay are written again
			kept[next] = i
			if d.sides[i] != stay {
				next++
			}
		}
		kept = kept[:next]
	}
	d.free, d.rest = kept, int64(rest)
}

// against says where share/free stands against a floor and a cap.
func against(share u128, floor, limit int64, free uint64) side {
	switch {
	case share.less(product(uint64(floor), free)):
		return below
	case product(uint64(limit), free).less(share):
		return above
	default:
		return within
	}
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
