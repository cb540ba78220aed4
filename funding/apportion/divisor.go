package apportion

import "github.com/socialprescribing/sp"

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
	first := m == Adams || m == HuntingtonHill || m == Dean // which give the first unit by a quotient over nothing
	var parties, used uint64
	for i := range dst {
		units, more := s.share(i)
		if s.positive(i) {
			parties++
		}
		if more {
			units++
		}
		dst[i] = int64(units)
		used += units
	}
	if first && total < parties {
		return invalid("total", sp.OutOfRange, "must be at least one unit for each party with a weight, which "+m.String()+" gives first")
	}
	if used < total {
		d.give(dst, total-used, s)
	} else if used > total {
		d.take(dst, used-total, s)
	}
	return nil
}

// parties returns the parties with a weight. There is room for all in d.candidates.
func (d *Divider) parties(dst []int64, s scale) []int32 {
	d.candidates = resize(d.candidates, len(dst))[:0]
	for i := range dst {
		if s.positive(i) {
			d.candidates = append(d.candidates, int32(i))
		}
	}
	return d.candidates
}

// give gives k units to the largest quotients, one by one.
func (d *Divider) give(dst []int64, k uint64, s scale) {
	next := heap{items: d.parties(dst, s), before: func(i, j int32) bool {
		c := s.compare(int(i), uint64(dst[i]), int(j), uint64(dst[j]))
		return c > 0 || c == 0 && d.place(i) < d.place(j)
	}}
	next.order()
	for ; k > 0; k-- {
		dst[next.items[0]]++
		next.down(0)
	}
}

// take takes back the k units that were given for the smallest quotients.
func (d *Divider) take(dst []int64, k uint64, s scale) {
	next := heap{items: d.parties(dst, s), before: func(i, j int32) bool {
		if dst[i] == 0 || dst[j] == 0 {
			return dst[j] == 0 && dst[i] != 0
		}
		c := s.compare(int(i), uint64(dst[i])-1, int(j), uint64(dst[j])-1)
		return c < 0 || c == 0 && d.place(i) > d.place(j)
	}}
	next.order()
	for ; k > 0; k-- {
		dst[next.items[0]]--
		next.down(0)
	}
}
