package funding

import (
	"math"
	"math/big"
	"math/bits"
	"slices"
)

// weights are the needs of the areas as whole numbers of any common unit: small,
// or big where they do not fit.
type weights struct {
	small []int64
	bits  int // that no small weight has more than
	big   []*big.Int
}

// small returns weights of 64 bits.
func small(values []int64) weights { return weights{small: values, bits: width(values)} }

// at returns the weight of area i.
func (w weights) at(i int) *big.Int {
	if w.big != nil {
		return w.big[i]
	}
	return big.NewInt(w.small[i])
}

func (w weights) len() int { return max(len(w.small), len(w.big)) }

// sum returns the sum of the weights.
func (w weights) sum() *big.Int {
	var total sum
	for i := range w.len() {
		total.add(w, i)
	}
	return total.value()
}

// A sum adds up weights of any size, in 64 bits for as long as they suffice.
type sum struct {
	small int64
	big   *big.Int // nil for nothing
}

func (s *sum) add(w weights, i int) {
	if w.big == nil && s.small <= math.MaxInt64-w.small[i] {
		s.small += w.small[i]
		return
	}
	total := s.value()
	*s = sum{big: total.Add(total, w.at(i))}
}

func (s *sum) value() *big.Int {
	total := big.NewInt(s.small)
	if s.big != nil {
		total.Add(total, s.big)
	}
	return total
}

// pick returns the weights of some areas.
func (w weights) pick(areas []int32) weights {
	return weights{small: picked(w.small, areas), bits: w.bits, big: picked(w.big, areas)}
}

func (w weights) clone() weights {
	return weights{small: slices.Clone(w.small), bits: w.bits, big: slices.Clone(w.big)}
}

// picked returns the values at some places; nil stays nil.
func picked[T any](values []T, at []int32) []T {
	if values == nil {
		return nil
	}
	out := make([]T, len(at))
	for j, i := range at {
		out[j] = values[i]
	}
	return out
}

// multipliers are what a factor multiplies each area by, in units that all share.
type multipliers struct {
	values   []int64
	distinct []int64 // or else the few values that there are, and which each area has
	keys     []uint8
	bits     int // that none has more than
}

func (x multipliers) at(i int) int64 {
	if x.keys != nil {
		return x.distinct[x.keys[i]]
	}
	return x.values[i]
}

// multiply writes w x multipliers to dst. The products fit.
func (x multipliers) multiply(dst, w []int64) {
	dst = dst[:len(w)]
	if x.keys == nil {
		for i, v := range w {
			dst[i] = v * x.values[i]
		}
		return
	}
	var table [256]int64
	copy(table[:], x.distinct)
	keys := x.keys[:len(w)]
	for i, v := range w {
		dst[i] = v * table[keys[i]]
	}
}

// width returns how many bits the largest of values has; none is negative.
func width(values []int64) int {
	var all int64
	for _, v := range values {
		all |= v
	}
	return bits.Len64(uint64(all))
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// add adds more, if there is any, to dst.
func add(dst, more []int64) {
	for i, v := range more {
		dst[i] += v
	}
}
