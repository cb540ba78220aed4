package apportion

import (
	"math/big"
	"math/bits"
	"slices"
)

// The remainders are sorted into buckets by their leading bits.
const (
	bucketBits = 12
	buckets    = 1 << bucketBits
)

// The limits of the fast arithmetic. A quotient below 2^50 computed in float64
// is at most one off: four roundings of 2^-53 each make less than 0.6. A
// remainder that is one divisor off fits in a signed 64-bit number if the
// divisor is below 2^62.
const (
	fastTotal = 1 << 50
	fastSum   = 1 << 62
)

// hamilton gives each party the whole part of its exact share and one unit more
// to the largest remainders. Where the parties are only some of the Divider's,
// at says which; otherwise it is nil.
func (d *Divider) hamilton(dst []int64, total uint64, weights []int64, sum uint64, at []int32) {
	d.remainders = resize(d.remainders, len(weights))
	clear(d.histogram[:])
	shift := max(bits.Len64(sum), bucketBits) - bucketBits
	var used uint64
	if total < fastTotal && sum < fastSum {
		used = d.quotientsFast(dst, total, weights, sum, shift)
	} else {
		used = d.quotients(dst, total, weights, sum, shift)
	}
	d.award(dst, int(total-used), shift, at)
}

// quotientsFast guesses each quotient in float64 and corrects it by the
// remainder, which is exact in arithmetic modulo 2^64.
func (d *Divider) quotientsFast(dst []int64, total uint64, weights []int64, sum uint64, shift int) (used uint64) {
	ratio := float64(total) / float64(sum)
	remainders, histogram := d.remainders[:len(weights)], &d.histogram
	dst = dst[:len(weights)]
	bucket := uint(shift) & 63
	for i, w := range weights {
		q := int64(float64(w) * ratio)
		r := int64(total*uint64(w) - uint64(q)*sum)
		if r < 0 {
			r += int64(sum)
			q--
		} else if r >= int64(sum) {
			r -= int64(sum)
			q++
		}
		dst[i] = q
		remainders[i] = uint64(r)
		used += uint64(q)
		histogram[uint64(r)>>bucket&(buckets-1)]++
	}
	return used
}

// quotients divides in 128 bits.
func (d *Divider) quotients(dst []int64, total uint64, weights []int64, sum uint64, shift int) (used uint64) {
	for i, w := range weights {
		hi, lo := bits.Mul64(total, uint64(w))
		q, r := bits.Div64(hi, lo, sum)
		dst[i] = int64(q)
		d.remainders[i] = r
		used += q
		d.histogram[r>>shift&(buckets-1)]++
	}
	return used
}

// award adds one unit to each of the k parties with the largest remainders. The
// histogram holds the remainders by their bits from shift upward.
func (d *Divider) award(dst []int64, k, shift int, at []int32) {
	d.settle(dst, d.awardAbove(dst, k, shift), shift, at)
}

// awardAbove adds one unit to each party that is surely among the k with the largest
// remainders. It leaves in d.candidates those of which the rest is taken, and returns
// how many that is.
func (d *Divider) awardAbove(dst []int64, k, shift int) int {
	d.candidates = d.candidates[:0]
	if k == 0 {
		return 0
	}
	bucket, k := d.threshold(k)
	low := uint64(bucket) << shift
	span := uint64(1)<<shift - 1 // low + span still fits where the divisor takes all 64 bits
	d.candidates = resize(d.candidates, int(d.histogram[bucket]))[:0]
	remainders := d.remainders[:len(dst)]
	for i := range dst {
		r := remainders[i]
		_, above := bits.Sub64(low+span, r, 0)
		dst[i] += int64(above)
		if r-low <= span {
			d.candidates = append(d.candidates, int32(i))
		}
	}
	return k
}

// threshold returns the bucket that holds the k-th largest remainder, and how
// many of the k lie in it.
func (d *Divider) threshold(k int) (bucket, left int) {
	for bucket = buckets - 1; int(d.histogram[bucket]) < k; bucket-- {
		k -= int(d.histogram[bucket])
	}
	return bucket, k
}

// settle adds one unit to each of the k candidates with the largest remainders.
// All agree in the bits from shift upward. Among equal remainders the lower ID
// comes first.
func (d *Divider) settle(dst []int64, k, shift int, at []int32) {
	k = d.narrow(dst, k, shift)
	if k < len(d.candidates) && d.rank != nil {
		// A true tie between parties that do not stand in the order of their IDs.
		last := uint64(len(d.ids))
		for _, i := range d.candidates {
			d.remainders[i] = last - uint64(d.party(i, at))
		}
		k = d.narrow(dst, k, bits.Len64(last))
	}
	for _, i := range d.candidates[:k] {
		dst[i]++
	}
}

// party returns where the party at i stands in the order of IDs; at is as in hamilton.
func (d *Divider) party(i int32, at []int32) int32 {
	if at != nil {
		i = at[i]
	}
	return d.place(i)
}

// narrow looks at the candidates by 12 bits of their remainders at a time, from
// shift downward. It adds one unit to each that is above the k-th largest, keeps
// those that could be equal to it, in their order, and returns how many of them
// are due. That is linear, whatever the remainders are.
func (d *Divider) narrow(dst []int64, k, shift int) int {
	for shift > 0 && k < len(d.candidates) {
		shift = max(shift-bucketBits, 0)
		clear(d.histogram[:])
		for _, i := range d.candidates {
			d.histogram[d.remainders[i]>>shift&(buckets-1)]++
		}
		var bucket int
		bucket, k = d.threshold(k)
		same := d.candidates[:0]
		for _, i := range d.candidates {
			switch b := int(d.remainders[i] >> shift & (buckets - 1)); {
			case b > bucket:
				dst[i]++
			case b == bucket:
				same = append(same, i)
			}
		}
		d.candidates = same
	}
	return k
}

// hamiltonBig is hamilton for weights of any size. It sorts by the leading 64 bits of
// the remainders, and settles by all of them.
func (d *Divider) hamiltonBig(dst []int64, total uint64, weights []*big.Int, sum *big.Int, at []int32) {
	l := &d.large
	remainders := l.remainders.Resize(len(weights), sum.BitLen())
	d.remainders = resize(d.remainders, len(weights))
	clear(d.histogram[:])
	beyond := max(sum.BitLen()-64, 0)
	shift := max(min(sum.BitLen(), 64), bucketBits) - bucketBits
	l.total.SetUint64(total)
	left := total
	for i, w := range weights {
		l.quotient.QuoRem(l.product.Mul(&l.total, w), sum, &l.rest)
		q, leading := l.quotient.Uint64(), l.product.Rsh(&l.rest, uint(beyond)).Uint64()
		dst[i] = int64(q)
		left -= q
		remainders[i].Set(&l.rest)
		d.remainders[i] = leading
		d.histogram[leading>>shift&(buckets-1)]++
	}
	k := d.awardAbove(dst, int(left), shift)
	slices.SortFunc(d.candidates, func(i, j int32) int {
		if c := remainders[j].Cmp(remainders[i]); c != 0 {
			return c
		}
		return int(d.party(i, at)) - int(d.party(j, at))
	})
	for _, i := range d.candidates[:k] {
		dst[i]++
	}
}
