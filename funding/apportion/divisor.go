package apportion

import (
	"math/big"
	"math/bits"
)

// A scale knows the weights of the parties and answers, exactly, what the
// divisor methods ask about them. There are two, for two sizes of numbers.
type scale interface {
	// share returns the whole part of the exact share of party i, and whether
	// its quotient with that many units is above that of the exact divisor, so
	// that rounding by the method gives it one more.
	share(i int) (units uint64, more bool)
	// compare compares the quotient of party i with a units to that of j with b.
	compare(i int, a uint64, j int, b uint64) int
	// positive reports whether party i has a weight.
	positive(i int) bool
	// release returns the smallest total at which the exact share of party i is
	// more than a units.
	release(i int, a uint64) uint64
}

// divisor divides by a divisor method or by Quota. It starts from the shares
// rounded by the method, which is a right answer for the total that they add up
// to, and then gives or takes units one by one until that is the total asked for.
func (d *Divider) divisor(dst []int64, total uint64, s scale, m Method) error {
	if m == Quota {
		return d.quota(dst, total, s)
	}
	first := m == Adams || m == HuntingtonHill || m == Dean
	var parties, used uint64
	for i := range dst {
		units, more := s.share(i)
		if s.positive(i) {
			parties++
			if first && units == 0 {
				more = true
			}
		}
		if more {
			units++
		}
		dst[i] = int64(units)
		used += units
	}
	if first && total < parties {
		return invalid("total", "must be at least one unit for each party with a weight, which "+m.String()+" gives first")
	}
	if used < total {
		d.give(dst, total-used, s)
	} else if used > total {
		d.take(dst, used-total, s)
	}
	return nil
}

// give gives k units to the largest quotients, one by one.
func (d *Divider) give(dst []int64, k uint64, s scale) {
	next := heap{before: func(i, j int32) bool {
		c := s.compare(int(i), uint64(dst[i]), int(j), uint64(dst[j]))
		return c > 0 || c == 0 && d.place(i) < d.place(j)
	}}
	for i := range dst {
		if s.positive(i) {
			next.items = append(next.items, int32(i))
		}
	}
	next.order()
	for ; k > 0; k-- {
		dst[next.items[0]]++
		next.down(0)
	}
}

// take takes back the k units that were given for the smallest quotients.
func (d *Divider) take(dst []int64, k uint64, s scale) {
	next := heap{before: func(i, j int32) bool {
		if dst[i] == 0 || dst[j] == 0 {
			return dst[j] == 0 && dst[i] != 0
		}
		c := s.compare(int(i), uint64(dst[i])-1, int(j), uint64(dst[j])-1)
		return c < 0 || c == 0 && d.place(i) > d.place(j)
	}}
	for i := range dst {
		if dst[i] > 0 {
			next.items = append(next.items, int32(i))
		}
	}
	next.order()
	for ; k > 0; k-- {
		dst[next.items[0]]--
		next.down(0)
	}
}

// maxQuota is the largest total that Quota accepts: it looks at every total on
// the way.
const maxQuota = 10_000_000

// quota gives units one by one to the largest w/(a+1) among the parties that
// have less than their exact share of the total so far.
func (d *Divider) quota(dst []int64, total uint64, s scale) error {
	if total > maxQuota {
		return invalid("total", "must be at most 10,000,000 units for the quota method")
	}
	release := make([]uint64, len(dst))
	eligible := heap{before: func(i, j int32) bool {
		c := s.compare(int(i), uint64(dst[i]), int(j), uint64(dst[j]))
		return c > 0 || c == 0 && d.place(i) < d.place(j)
	}}
	waiting := heap{before: func(i, j int32) bool { return release[i] < release[j] }}
	clear(dst)
	for i := range dst {
		if s.positive(i) {
			release[i] = 1
			eligible.items = append(eligible.items, int32(i))
		}
	}
	eligible.order()
	for h := uint64(1); h <= total; h++ {
		for len(waiting.items) > 0 && release[waiting.items[0]] <= h {
			eligible.push(waiting.pop())
		}
		i := eligible.pop()
		dst[i]++
		release[i] = s.release(int(i), uint64(dst[i]))
		waiting.push(i)
	}
	return nil
}

// A heap holds parties with the first at the front.
type heap struct {
	items  []int32
	before func(i, j int32) bool
}

func (h *heap) order() {
	for i := len(h.items)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
}

func (h *heap) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(h.items) {
			return
		}
		if right := child + 1; right < len(h.items) && h.before(h.items[right], h.items[child]) {
			child = right
		}
		if !h.before(h.items[child], h.items[i]) {
			return
		}
		h.items[i], h.items[child] = h.items[child], h.items[i]
		i = child
	}
}

func (h *heap) push(item int32) {
	h.items = append(h.items, item)
	for i := len(h.items) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h.before(h.items[i], h.items[parent]) {
			return
		}
		h.items[i], h.items[parent] = h.items[parent], h.items[i]
		i = parent
	}
}

func (h *heap) pop() int32 {
	first := h.items[0]
	last := len(h.items) - 1
	h.items[0] = h.items[last]
	h.items = h.items[:last]
	h.down(0)
	return first
}

// wideScale compares quotients as fractions of 128-bit numbers, which 256 bits
// hold when they are cross-multiplied. The weights add up to less than 2^64.
type wideScale struct {
	weights    []int64
	sum, total uint64
	method     Method
}

// quotient returns w over the divisor of a units as a fraction; that of
// HuntingtonHill is squared and that of Webster and Dean are a half and twice as
// large, which no comparison notices.
func (s *wideScale) quotient(i int, a uint64) (num, den u128) {
	w := uint64(s.weights[i])
	switch s.method {
	case Webster:
		return u128{0, w}, u128{0, 2*a + 1}
	case Adams:
		return u128{0, w}, u128{0, a}
	case HuntingtonHill:
		return product(w, w), product(a, a+1)
	case Dean:
		return product(w, 2*a+1), product(a, a+1)
	default:
		return u128{0, w}, u128{0, a + 1}
	}
}

// divisor returns the quotient of a party at its exact share.
func (s *wideScale) divisor() (num, den u128) {
	switch s.method {
	case Webster:
		return u128{0, s.sum}, product(s.total, 2)
	case HuntingtonHill:
		return product(s.sum, s.sum), product(s.total, s.total)
	case Dean:
		return product(s.sum, 2), u128{0, s.total}
	default:
		return u128{0, s.sum}, u128{0, s.total}
	}
}

func (s *wideScale) share(i int) (uint64, bool) {
	hi, lo := bits.Mul64(s.total, uint64(s.weights[i]))
	units, _ := bits.Div64(hi, lo, s.sum)
	num, den := s.quotient(i, units)
	n, d := s.divisor()
	return units, compareProducts(num, d, n, den) > 0
}

func (s *wideScale) compare(i int, a uint64, j int, b uint64) int {
	n1, d1 := s.quotient(i, a)
	n2, d2 := s.quotient(j, b)
	return compareProducts(n1, d2, n2, d1)
}

func (s *wideScale) positive(i int) bool { return s.weights[i] > 0 }

func (s *wideScale) release(i int, a uint64) uint64 {
	hi, lo := bits.Mul64(a, s.sum)
	w := uint64(s.weights[i])
	if hi >= w {
		return ^uint64(0)
	}
	q, _ := bits.Div64(hi, lo, w)
	return q + 1
}

// compareProducts compares a x b with c x d in 256 bits.
func compareProducts(a, b, c, d u128) int {
	if a.hi|b.hi|c.hi|d.hi == 0 {
		x, y := product(a.lo, b.lo), product(c.lo, d.lo)
		switch {
		case x.less(y):
			return -1
		case y.less(x):
			return 1
		}
		return 0
	}
	x, y := cross(a, b), cross(c, d)
	for i := range x {
		if x[i] != y[i] {
			if x[i] < y[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// cross returns a x b, the highest 64 bits first.
func cross(a, b u128) [4]uint64 {
	low, high := product(a.lo, b.lo), product(a.hi, b.hi)
	mid1, mid2 := product(a.hi, b.lo), product(a.lo, b.hi)
	second, c1 := bits.Add64(low.hi, mid1.lo, 0)
	second, c2 := bits.Add64(second, mid2.lo, 0)
	third, c3 := bits.Add64(high.lo, mid1.hi, c1)
	third, c4 := bits.Add64(third, mid2.hi, c2)
	return [4]uint64{high.hi + c3 + c4, third, second, low.lo}
}

// bigScale is wideScale for weights of any size.
type bigScale struct {
	weights    []*big.Int
	sum, total *big.Int
	method     Method
}

func newBigScale(weights []*big.Int, sum *big.Int, total uint64, m Method) *bigScale {
	return &bigScale{weights: weights, sum: sum, total: new(big.Int).SetUint64(total), method: m}
}

func (s *bigScale) quotient(w *big.Int, a *big.Int) (num, den *big.Int) {
	one := big.NewInt(1)
	next := new(big.Int).Add(a, one)
	odd := new(big.Int).Add(a, next)
	switch s.method {
	case Webster:
		return w, odd
	case Adams:
		return w, a
	case HuntingtonHill:
		return new(big.Int).Mul(w, w), next.Mul(next, a)
	case Dean:
		return odd.Mul(odd, w), next.Mul(next, a)
	default:
		return w, next
	}
}

func (s *bigScale) divisor() (num, den *big.Int) {
	two := big.NewInt(2)
	switch s.method {
	case Webster:
		return s.sum, two.Mul(two, s.total)
	case HuntingtonHill:
		return new(big.Int).Mul(s.sum, s.sum), new(big.Int).Mul(s.total, s.total)
	case Dean:
		return two.Mul(two, s.sum), s.total
	default:
		return s.sum, s.total
	}
}

func (s *bigScale) share(i int) (uint64, bool) {
	units := new(big.Int).Mul(s.total, s.weights[i])
	units.Quo(units, s.sum)
	num, den := s.quotient(s.weights[i], units)
	n, d := s.divisor()
	return units.Uint64(), compareBig(num, d, n, den) > 0
}

func (s *bigScale) compare(i int, a uint64, j int, b uint64) int {
	n1, d1 := s.quotient(s.weights[i], new(big.Int).SetUint64(a))
	n2, d2 := s.quotient(s.weights[j], new(big.Int).SetUint64(b))
	return compareBig(n1, d2, n2, d1)
}

func (s *bigScale) positive(i int) bool { return s.weights[i].Sign() > 0 }

func (s *bigScale) release(i int, a uint64) uint64 {
	q := new(big.Int).SetUint64(a)
	q.Quo(q.Mul(q, s.sum), s.weights[i])
	if !q.IsUint64() || q.Uint64() == ^uint64(0) {
		return ^uint64(0)
	}
	return q.Uint64() + 1
}

func compareBig(a, b, c, d *big.Int) int {
	return new(big.Int).Mul(a, b).Cmp(new(big.Int).Mul(c, d))
}
