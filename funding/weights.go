package funding

import (
	"math"
	"math/big"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp/funding/internal/exact"
)

// weights are the needs of the areas as whole numbers of any common unit: small,
// or big where they do not fit.
type weights struct {
	small []int64
	bits  int // that no weight has more than
	big   []*big.Int
}

// small returns weights of 64 bits.
func small(values []int64) weights { return weights{small: values, bits: width(values)} }

// at returns the weight of area i, which is written to z if it is small.
func (w weights) at(i int, z *big.Int) *big.Int {
	if w.big != nil {
		return w.big[i]
	}
	return z.SetInt64(w.small[i])
}

func (w weights) len() int { return max(len(w.small), len(w.big)) }

// sum returns the sum of the weights, which lies in s.
func (w weights) sum(s *sum) *big.Int {
	s.reset()
	for i := range w.len() {
		s.add(w, i)
	}
	return s.value()
}

// A sum adds up weights of any size, in 64 bits for as long as they suffice.
type sum struct {
	small       int64
	large, term big.Int // what did not fit, and memory
}

func (s *sum) reset() {
	s.small = 0
	s.large.SetInt64(0)
}

func (s *sum) add(w weights, i int) {
	switch {
	case w.big != nil:
		s.large.Add(&s.large, w.big[i])
	case s.small <= math.MaxInt64-w.small[i]:
		s.small += w.small[i]
	default:
		s.value()
		s.small = w.small[i]
	}
}

// value returns the sum so far. It is valid until the sum is changed.
func (s *sum) value() *big.Int {
	s.large.Add(&s.large, s.term.SetInt64(s.small))
	s.small = 0
	return &s.large
}

// scratch is memory for numbers of any size, which one step after another uses.
type scratch struct {
	a, b, c, d big.Int
	quotient   exact.Quotient
}

// pick returns the weights of some areas, in memory.
func (w weights) pick(areas []int32, memory *weights) weights {
	return weights{small: picked(w.small, areas, &memory.small), bits: w.bits, big: picked(w.big, areas, &memory.big)}
}

// clone returns w with numbers of its own.
func (w weights) clone() weights {
	w.small = slices.Clone(w.small)
	if w.big != nil {
		numbers := make([]*big.Int, len(w.big))
		for i, n := range w.big {
			numbers[i] = new(big.Int).Set(n)
		}
		w.big = numbers
	}
	return w
}

// picked returns the values at some places, in memory; nil stays nil.
func picked[T any](values []T, at []int32, memory *[]T) []T {
	if values == nil {
		return nil
	}
	*memory = resize(*memory, len(at))
	for j, i := range at {
		(*memory)[j] = values[i]
	}
	return *memory
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
