package apportion

import "math/big"

// HamiltonPlain divides by 128-bit arithmetic whatever the size of the numbers,
// so that a test can hold it beside the fast one.
func HamiltonPlain(ids []string, total uint64, weights []int64) []int64 {
	d, err := New(ids)
	if err != nil {
		panic(err)
	}
	sum, err := d.sum(weights)
	if err != nil {
		panic(err)
	}
	dst := make([]int64, len(weights))
	d.remainders = make([]uint64, len(weights))
	shift := max(new(big.Int).SetUint64(sum.lo).BitLen(), bucketBits) - bucketBits
	used := d.quotients(dst, total, weights, sum.lo, shift)
	d.award(dst, int(total-used), shift, nil)
	return dst
}

// Quotients returns the whole parts of the exact shares and the remainders, by the fast
// arithmetic or by that of 128 bits.
func Quotients(total uint64, weights []int64, fast bool) (whole []int64, remainders []uint64) {
	var sum uint64
	for _, w := range weights {
		sum += uint64(w)
	}
	d := &Divider{remainders: make([]uint64, len(weights))}
	whole = make([]int64, len(weights))
	if fast {
		d.quotientsFast(whole, total, weights, sum, 0)
	} else {
		d.quotients(whole, total, weights, sum, 0)
	}
	return whole, d.remainders
}

// ToBig returns weights as big numbers.
func ToBig(weights []int64) []*big.Int { return new(large).of(weights) }
