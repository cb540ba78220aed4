package apportion

import (
	"math/big"
	"math/bits"
)

// cascade gives each party, in the order of IDs, what the running total rounded
// down rises by.
func (d *Divider) cascade(dst []int64, total uint64, weights []int64, sum uint64) {
	var running, before uint64
	for _, i := range d.order {
		running += uint64(weights[i])
		hi, lo := bits.Mul64(total, running)
		q, _ := bits.Div64(hi, lo, sum)
		dst[i] = int64(q - before)
		before = q
	}
}

// cascadeBig is cascade for weights of any size.
func (d *Divider) cascadeBig(dst []int64, total uint64, weights []*big.Int, sum *big.Int) {
	l := &d.large
	running, q, t := l.left.SetInt64(0), &l.quotient, l.total.SetUint64(total)
	var before uint64
	for _, i := range d.order {
		running.Add(running, weights[i])
		q.QuoRem(l.product.Mul(t, running), sum, &l.rest)
		dst[i] = int64(q.Uint64() - before)
		before = q.Uint64()
	}
}
