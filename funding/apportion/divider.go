package apportion

import (
	"math"
	"math/big"
	"math/bits"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// A Divider divides totals among the parties that it was made for. It keeps
// working memory, so one Divider serves one goroutine at a time; [Divider.Clone]
// makes another.
type Divider struct {
	ids   []string
	rank  []int32 // place of each party in the order of IDs; nil if they stand in it
	order []int32 // the parties in the order of IDs

	remainders []uint64
	histogram  [buckets]int32
	candidates []int32

	// What the last call of Bounded left free.
	free []int32
	rest int64

	sides           []side
	low, high       []int64
	freeWeight, out []int64

	wide    wideScale
	waiting []int32 // parties that Quota gives nothing yet
	large   large
}

// large is working memory for weights beyond 64 bits.
type large struct {
	weights, remainders               exact.Vector
	free                              []*big.Int
	signs                             []int64
	total, sum, left, quotient, rest  big.Int
	product, bound, lack, excess, one big.Int
	scale                             bigScale
}

// New returns a Divider among ids. An ID that is empty or occurs twice is an
// error that names it.
func New(ids []string) (*Divider, error) {
	d := &Divider{ids: slices.Clone(ids)}
	order := make([]int32, len(ids))
	for i := range order {
		order[i] = int32(i)
	}
	inOrder := slices.IsSorted(ids)
	if !inOrder {
		slices.SortFunc(order, func(i, j int32) int { return strings.Compare(ids[i], ids[j]) })
		d.rank = make([]int32, len(ids))
	}
	d.order = order
	for place, i := range order {
		switch {
		case ids[i] == "":
			return nil, invalid("parties", sp.Missing, "must each have an ID")
		case place > 0 && ids[i] == ids[order[place-1]]:
			return nil, invalid(ids[i], sp.Duplicate, "must not occur twice")
		}
		if !inOrder {
			d.rank[i] = int32(place)
		}
	}
	return d, nil
}

// Clone returns a Divider among the same parties with working memory of its own.
func (d *Divider) Clone() *Divider { return &Divider{ids: d.ids, rank: d.rank, order: d.order} }

// IDs returns the parties. The caller must not change them.
func (d *Divider) IDs() []string { return d.ids }

// Divide divides total in proportion to weights, which stand in the order of
// the IDs that the Divider was made with. A party without weight gets nothing.
// A negative total, such as money that is taken back, is divided as the positive
// one and negated.
//
// The shares are written to dst, if it is large enough, and returned. A negative
// weight, a total with no weight to carry it, or one that is too small for the
// method are errors that name what is wrong. Hamilton and Cascade take linear
// time, the divisor methods n log n, and Quota total x log n: it accepts totals
// up to 10,000,000.
func (d *Divider) Divide(dst []int64, total int64, weights []int64, m Method) ([]int64, error) {
	if err := d.check(total, len(weights), m); err != nil {
		return nil, err
	}
	sum, err := d.sum(weights)
	if err != nil {
		return nil, err
	}
	if sum.hi != 0 {
		return d.DivideBig(dst, total, d.large.of(weights), m)
	}
	dst = resize(dst, len(weights))
	if total == 0 {
		clear(dst)
		return dst, nil
	}
	if sum.lo == 0 {
		return nil, invalid("weights", sp.OutOfRange, "must not all be zero where there is something to divide")
	}
	amount := magnitude(total)
	switch m {
	case Hamilton:
		d.hamilton(dst, amount, weights, sum.lo, nil)
	case Cascade:
		d.cascade(dst, amount, weights, sum.lo)
	default:
		d.wide = wideScale{weights: weights, sum: sum.lo, total: amount, method: m}
		err = d.divisor(dst, amount, &d.wide, m)
	}
	if err != nil {
		return nil, err
	}
	if total < 0 {
		negate(dst)
	}
	return dst, nil
}

// DivideBig is [Divider.Divide] for weights beyond 64 bits. Weights that fit
// give the same result as there.
func (d *Divider) DivideBig(dst []int64, total int64, weights []*big.Int, m Method) ([]int64, error) {
	if err := d.check(total, len(weights), m); err != nil {
		return nil, err
	}
	sum, err := d.sumBig(weights)
	if err != nil {
		return nil, err
	}
	dst = resize(dst, len(weights))
	if total == 0 {
		clear(dst)
		return dst, nil
	}
	if sum.Sign() == 0 {
		return nil, invalid("weights", sp.OutOfRange, "must not all be zero where there is something to divide")
	}
	amount := magnitude(total)
	switch m {
	case Hamilton:
		d.hamiltonBig(dst, amount, weights, sum, nil)
	case Cascade:
		d.cascadeBig(dst, amount, weights, sum)
	default:
		d.large.scale.set(weights, sum, amount, m)
		err = d.divisor(dst, amount, &d.large.scale, m)
	}
	if err != nil {
		return nil, err
	}
	if total < 0 {
		negate(dst)
	}
	return dst, nil
}

func (d *Divider) check(total int64, n int, m Method) error {
	if n != len(d.ids) {
		return invalid("weights", sp.Inconsistent, "must be one for each party")
	}
	if total == math.MinInt64 {
		return invalid("total", sp.OutOfRange, "must be above the smallest 64-bit number, which has no positive counterpart")
	}
	if int(m) >= len(methodNames) {
		return errMethod()
	}
	return nil
}

// sum adds up weights, and names the first that is negative.
func (d *Divider) sum(weights []int64) (u128, error) {
	var lo uint64
	var all int64 // every bit that any weight has
	for _, w := range weights {
		lo += uint64(w)
		all |= w
	}
	if all < 0 {
		i := slices.IndexFunc(weights, func(w int64) bool { return w < 0 })
		return u128{}, invalid(d.ids[i], sp.OutOfRange, "must not have a negative weight")
	}
	if bits.Len64(uint64(all))+bits.Len(uint(len(weights))) <= 64 {
		return u128{0, lo}, nil
	}
	var sum u128
	for _, w := range weights {
		sum = sum.plus(u128{0, uint64(w)})
	}
	return sum, nil
}

func (d *Divider) sumBig(weights []*big.Int) (*big.Int, error) {
	sum := d.large.sum.SetInt64(0)
	for i, w := range weights {
		if w == nil || w.Sign() < 0 {
			return nil, invalid(d.ids[i], sp.OutOfRange, "must have a weight that is not negative")
		}
		sum.Add(sum, w)
	}
	return sum, nil
}

// place returns where party i stands in the order of IDs.
func (d *Divider) place(i int32) int32 {
	if d.rank == nil {
		return i
	}
	return d.rank[i]
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func negate(shares []int64) {
	for i, s := range shares {
		shares[i] = -s
	}
}

// of returns weights as big numbers.
func (l *large) of(weights []int64) []*big.Int {
	out := l.weights.Resize(len(weights), 64)
	for i, w := range weights {
		out[i].SetInt64(w)
	}
	return out
}

// resize returns a slice of n elements, s itself if it has the room.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
