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
	running, q := new(big.Int), new(big.Int)
	t := new(big.Int).SetUint64(total)
	var before uint64
	for _, i := range d.order {
		running.Add(running, weights[i])
		q.Quo(q.Mul(t, running), sum)
		dst[i] = int64(q.Uint64() - before)
		before = q.Uint64()
	}
}
