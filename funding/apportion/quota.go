package apportion

import "github.com/socialprescribing/sp"

// maxQuota is the largest total that Quota accepts: it looks at every total on
// the way.
const maxQuota = 10_000_000

// quota gives units one by one to the largest w/(a+1) among the parties that
// have less than their exact share of the total so far.
func (d *Divider) quota(dst []int64, total uint64, s scale) error {
	if total > maxQuota {
		return invalid("total", sp.OutOfRange, "must be at most 10,000,000 units for the quota method")
	}
	d.remainders = resize(d.remainders, len(dst))
	release := d.remainders
	eligible := heap{items: d.parties(dst, s), before: func(i, j int32) bool {
		c := s.compare(int(i), uint64(dst[i]), int(j), uint64(dst[j]))
		return c > 0 || c == 0 && d.place(i) < d.place(j)
	}}
	d.waiting = resize(d.waiting, len(dst))
	waiting := heap{items: d.waiting[:0], before: func(i, j int32) bool { return release[i] < release[j] }}
	clear(dst)
	for i := range dst {
		if s.positive(i) {
			release[i] = 1
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
