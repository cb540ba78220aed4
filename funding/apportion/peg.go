package apportion

import "math/big"

// A side says where a share stands against its bounds.
type side int8

const (
	within side = iota
	below
	above
)

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
	guess := total < fastTotal && free < fastSum
	for {
		// Of those below their floors and above their caps: weights and bounds.
		// Masks stand for branches that no processor could foresee.
		var belowWeight, belowBound, aboveWeight, aboveBound uint64
		lambda := float64(rest) / float64(free)
		for _, i := range kept {
			w, floor, limit := weights[i], low[i], high[i]
			// The guess is at most one off, see fastTotal, so that it decides
			// unless it is that close to a bound.
			q := int64(float64(w) * lambda)
			var isBelow, isAbove uint64
			if floor-q > 1 {
				isBelow = ^uint64(0)
			}
			if q-limit > 1 {
				isAbove = ^uint64(0)
			}
			if !guess || uint64(q-floor+1) <= 1 || uint64(limit-q+1) <= 2 {
				isBelow, isAbove = against(product(uint64(w), rest), floor, limit, free)
			}
			d.sides[i] = side(isBelow&uint64(below) | isAbove&uint64(above))
			belowWeight, belowBound = belowWeight+isBelow&uint64(w), belowBound+isBelow&uint64(floor)
			aboveWeight, aboveBound = aboveWeight+isAbove&uint64(w), aboveBound+isAbove&uint64(limit)
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

// against returns masks that say whether share/free is below a floor or above a
// cap.
func against(share u128, floor, limit int64, free uint64) (isBelow, isAbove uint64) {
	switch {
	case share.less(product(uint64(floor), free)):
		return ^uint64(0), 0
	case product(uint64(limit), free).less(share):
		return 0, ^uint64(0)
	default:
		return 0, 0
	}
}

// pegBig is peg for weights of any size. It uses the memory of their sum.
func (d *Divider) pegBig(dst []int64, total uint64, weights []*big.Int, low, high []int64, sum *big.Int) {
	d.free, d.sides = resize(d.free, len(dst)), resize(d.sides, len(dst))
	kept := d.free[:0]
	l := &d.large
	free, rest := sum, l.total.SetUint64(total) // the sum is needed no more
	share, bound := &l.product, &l.bound
	for i, w := range weights {
		if w.Sign() == 0 {
			dst[i] = low[i]
			rest.Sub(rest, bound.SetInt64(low[i]))
			continue
		}
		kept = append(kept, int32(i))
	}
	for {
		lack, excess := l.lack.SetInt64(0), l.excess.SetInt64(0)
		for _, i := range kept {
			d.sides[i] = within
			share.Mul(weights[i], rest)
			if bound.Mul(l.one.SetInt64(low[i]), free); share.Cmp(bound) < 0 {
				lack.Add(lack, bound.Sub(bound, share))
				d.sides[i] = below
			} else if bound.Mul(l.one.SetInt64(high[i]), free); share.Cmp(bound) > 0 {
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
			rest.Sub(rest, bound.SetInt64(to[i]))
		}
		kept = next
	}
	d.free, d.rest = kept, rest.Int64()
}
