package assign

import (
	"cmp"
	"math/bits"
	"slices"
)

// A branch is the case that is looked at: where households are, and where they are not.
type branch struct {
	there map[int32]int32   // of rows: the part
	not   map[int32][]int32 // of rows: parts
	taken map[int32]int32   // of parts: places of those that are there
}

// may reports whether a row can be at a part in this case: a household cannot be where, beside
// those that are there, fewer places are left than it needs.
func (b *branch) may(g *graph, i, t int32) bool {
	if there, known := b.there[i]; known {
		return t == there
	}
	return g.room[t]-b.taken[t] >= g.p.units(i) && !slices.Contains(b.not[i], t)
}

// cases checks that every end of a proof holds, in the case that it is for.
func (c *checker) cases(proof *Case, holds func(b *branch, end *Case) bool) bool {
	b := &branch{map[int32]int32{}, map[int32][]int32{}, map[int32]int32{}}
	var walk func(n *Case) bool
	walk = func(n *Case) bool {
		if n.Household == "" {
			return n.At == nil && n.There == nil && n.Elsewhere == nil && holds(b, n)
		}
		i, known := c.g.p.find(n.Household)
		if !known || n.At == nil || n.There == nil || n.Elsewhere == nil || n.Within != nil || n.Prices != nil {
			return false
		}
		t, is := c.g.find(*n.At)
		if _, told := b.there[i]; told || !is || c.g.rank[i] < 0 || c.g.p.units(i) == 1 {
			return false
		}
		b.there[i] = t
		b.taken[t] += c.g.p.units(i)
		there := walk(n.There)
		delete(b.there, i)
		b.taken[t] -= c.g.p.units(i)
		b.not[i] = append(b.not[i], t)
		elsewhere := there && walk(n.Elsewhere)
		b.not[i] = b.not[i][:len(b.not[i])-1]
		return elsewhere
	}
	return walk(proof)
}

// households checks the proofs of refusals that have one of their own.
func (c *checker) households() error {
	c.proven = map[int32]bool{}
	last := int32(-1)
	for _, h := range c.r.Proof.Households {
		i, known := c.g.p.find(h.Request)
		if !known || c.at[i] >= 0 || c.g.rank[i] <= last {
			return refuted("", "a proof is of no request that is refused, or stands out of order")
		}
		last, c.proven[i] = c.g.rank[i], true
		if !c.cases(&h.Why, func(b *branch, end *Case) bool { return end.Prices == nil && c.tooFew(b, end.Within, i) }) {
			return refuted(h.Request, "could have had a place, with those before it elsewhere")
		}
	}
	if c.r.Unproven == nil {
		return nil
	}
	id := ""
	for _, next := range c.r.Unproven.Refused {
		i, known := c.g.p.find(next)
		if !known || c.at[i] >= 0 || c.g.rank[i] < 0 || c.proven[i] || next <= id {
			return refuted("", "what is not proven is no refusal, or stands out of order")
		}
		id, c.proven[i] = next, true
	}
	return nil
}

// tooFew reports whether, in a case, row i and the rows that are placed before it and can only go to some
// parts need more places than those have. Without a row, -1, all count that are placed.
func (c *checker) tooFew(b *branch, parts []PartRef, row int32) bool {
	within, room := map[int32]bool{}, int64(0)
	for _, ref := range parts {
		t, is := c.g.find(ref)
		if !is || within[t] {
			return false
		}
		within[t] = true
		room += int64(c.g.room[t])
	}
	for i, t := range c.at {
		i := int32(i)
		if c.g.rank[i] < 0 || i != row && (t < 0 || row >= 0 && c.g.rank[i] > c.g.rank[row]) {
			continue
		}
		stays := true
		for _, a := range c.g.of(i) {
			stays = stays && (within[a.to] || !b.may(c.g, i, a.to))
		}
		if stays {
			room -= int64(c.g.p.units(i))
		}
	}
	return room < 0
}

// arrangement checks that no arrangement of the households that are placed costs less, or
// what is said of that instead.
func (c *checker) arrangement() error {
	var score, tie int64
	for i, t := range c.at {
		if t >= 0 && c.g.rank[i] >= 0 {
			score, tie = score+c.cost(int32(i), t), tie+int64(c.g.tie(int32(i), t))
		}
	}
	least, ties := score, tie
	if u := c.r.Unproven; u != nil {
		if u.Least < 0 || u.Least > score {
			return refuted("", "says of itself that it is better than it is")
		}
		least, ties = u.Least, -tooMuch
	}
	proof := c.r.Proof.Arrangement
	if proof == nil {
		if !c.g.households() {
			return nil // see where
		}
		proof = &Case{}
	}
	if !c.cases(proof, func(b *branch, end *Case) bool {
		if end.Within != nil {
			return end.Prices == nil && c.tooFew(b, end.Within, -1)
		}
		return c.bound(b, end.Prices, least, ties)
	}) {
		return refuted("", "has no proof that no other arrangement of the households costs less")
	}
	return nil
}

func (c *checker) cost(i, t int32) int64 {
	a, _ := c.g.arcTo(i, t)
	return int64(a.cost)
}

// dearest is the most that a price may be in the proof of an arrangement.
const dearest = int64(1) << 52

// bound reports whether nothing in a case costs less than this. At any prices, what everybody
// costs at least where they are best off, less what all places are worth, is such a bound (Lagrange).
func (c *checker) bound(b *branch, prices []PartPrice, least, ties int64) bool {
	at := slices.Clone(c.price)
	last := int32(-1)
	for _, p := range prices {
		t, is := c.g.find(p.PartRef)
		if !is || t <= last {
			return false
		}
		last = t
		at[t] = price{p.Price, p.Tie}
	}
	var cost, tie wide
	for t, p := range at {
		if p.cost > dearest || p.tie > dearest || p.tie < -dearest || p.less(price{}) {
			return false
		}
		cost.add(-p.cost, int64(c.g.room[t]))
		tie.add(-p.tie, int64(c.g.room[t]))
	}
	for i, t := range c.at {
		if t < 0 || c.g.rank[i] < 0 {
			continue
		}
		best, somewhere := c.cheapest(b, int32(i), at)
		if !somewhere {
			return true // the case is none
		}
		cost.add(best.cost, 1)
		tie.add(best.tie, 1)
	}
	by := cost.compare(least)
	return by > 0 || by == 0 && tie.compare(ties) >= 0
}

// cheapest returns what a row costs at least in a case, with what its places are worth.
func (c *checker) cheapest(b *branch, i int32, at []price) (best price, somewhere bool) {
	need, hash := int64(c.g.p.units(i)), c.g.rowHash(i)
	for _, a := range c.g.of(i) {
		if somewhere && int64(a.cost) > best.cost {
			break
		}
		if !b.may(c.g, i, a.to) {
			continue
		}
		p := price{int64(a.cost) + need*at[a.to].cost, 0}
		if somewhere && p.cost > best.cost {
			continue
		}
		p.tie = int64(tie(hash, c.g.partHash(a.to))) + need*at[a.to].tie
		if !somewhere || p.less(best) {
			best, somewhere = p, true
		}
	}
	return best, somewhere
}

// A wide is a whole number of 128 bits.
type wide struct {
	high int64
	low  uint64
}

// add adds x times n, which is not below 0.
func (w *wide) add(x, n int64) {
	size := uint64(x)
	if x < 0 {
		size = -size
	}
	high, low := bits.Mul64(size, uint64(n))
	var carry uint64
	if x < 0 {
		w.low, carry = bits.Sub64(w.low, low, 0)
		w.high -= int64(high + carry)
		return
	}
	w.low, carry = bits.Add64(w.low, low, 0)
	w.high += int64(high + carry)
}

// compare compares with a number of 64 bits.
func (w *wide) compare(x int64) int {
	return cmp.Or(cmp.Compare(w.high, x>>63), cmp.Compare(w.low, uint64(x)))
}
