package recheck

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
)

// A supposed is the case that is looked at: where each household may be.
type supposed map[string][]slot

// households checks the proofs of those who are refused though not all is closed where they could go.
func (c *checker) households() error {
	c.own = map[string]bool{}
	last := int64(-1)
	for _, h := range c.r.Proof.Households {
		rank, inLine := c.rank[h.Request]
		if _, placed := c.at[h.Request]; placed || !inLine || rank <= last {
			return errors.New("a proof is of nobody who is refused, or out of order")
		}
		last, c.own[h.Request] = rank, true
		before := c.before(rank)
		if !c.walk(&h.Why, c.everywhere(), map[slot]int64{}, func(may supposed, end *node) bool {
			return len(end.Prices) == 0 && c.tooFew(may, append(slices.Clone(before), h.Request), end.Within)
		}) {
			return fmt.Errorf("%s could have had a place", h.Request)
		}
	}
	if c.r.Unproven == nil {
		return nil
	}
	id := ""
	for _, next := range c.r.Unproven.Refused {
		_, inLine := c.rank[next]
		if _, placed := c.at[next]; placed || !inLine || c.own[next] || next <= id {
			return errors.New("what is not proven is no refusal, or out of order")
		}
		id, c.own[next] = next, true
	}
	return nil
}

// before returns who of those before a rank has a place.
func (c *checker) before(rank int64) (ids []string) {
	for id := range c.at {
		if r, inLine := c.rank[id]; inLine && r < rank {
			ids = append(ids, id)
		}
	}
	return ids
}

// everywhere lets everybody be wherever they could go, as far as there are as many places as they need.
func (c *checker) everywhere() supposed {
	may := supposed{}
	for k := range c.p.Requests {
		r := &c.p.Requests[k]
		for _, s := range c.of[r.ID] {
			if c.room[s] >= units(r) {
				may[r.ID] = append(may[r.ID], s)
			}
		}
	}
	return may
}

// walk goes through all cases. Where a household is at a part, nobody else can be there who needs
// more places than it leaves.
func (c *checker) walk(n *node, may supposed, taken map[slot]int64, holds func(supposed, *node) bool) bool {
	if n.Household == "" {
		return n.At == nil && n.There == nil && n.Elsewhere == nil && holds(c.narrowed(may, taken), n)
	}
	k := slices.IndexFunc(c.p.Requests, func(r request) bool { return r.ID == n.Household })
	if k < 0 || n.At == nil || n.There == nil || n.Elsewhere == nil || n.Within != nil || n.Prices != nil {
		return false
	}
	need := units(&c.p.Requests[k])
	_, inLine := c.rank[n.Household]
	if _, known := c.part[*n.At]; !known || !inLine || need == 1 || taken[slot{n.Household, -1}] > 0 {
		return false
	}
	there, elsewhere, more := maps.Clone(may), maps.Clone(may), maps.Clone(taken)
	more[*n.At] += need
	more[slot{n.Household, -1}] = need // which is there, and need not fit once more
	there[n.Household] = []slot{*n.At}
	elsewhere[n.Household] = slices.DeleteFunc(slices.Clone(may[n.Household]), func(s slot) bool { return s == *n.At })
	return c.walk(n.There, there, more, holds) && c.walk(n.Elsewhere, elsewhere, taken, holds)
}

// narrowed leaves everybody only where places are left beside those that are taken.
func (c *checker) narrowed(may supposed, taken map[slot]int64) supposed {
	narrow := supposed{}
	for k := range c.p.Requests {
		r := &c.p.Requests[k]
		for _, s := range may[r.ID] {
			if taken[slot{r.ID, -1}] > 0 || c.room[s]-taken[s] >= units(r) {
				narrow[r.ID] = append(narrow[r.ID], s)
			}
		}
	}
	return narrow
}

// tooFew reports whether those of some requests who can only be at some parts need more places than there are.
func (c *checker) tooFew(may supposed, ids []string, parts []slot) bool {
	room := int64(0)
	for k, s := range parts {
		if _, known := c.part[s]; !known || slices.Contains(parts[:k], s) {
			return false
		}
		room += c.room[s]
	}
	for k := range c.p.Requests {
		r := &c.p.Requests[k]
		if slices.Contains(ids, r.ID) && !slices.ContainsFunc(may[r.ID], func(s slot) bool { return !slices.Contains(parts, s) }) {
			room -= units(r)
		}
	}
	return room < 0
}

// arrangement checks that in no case anything costs less than the result, or than it says of itself.
func (c *checker) arrangement() error {
	score, ties := big.NewInt(c.r.Score), new(big.Int)
	alone := true
	var placed []string
	for k := range c.p.Requests {
		r := &c.p.Requests[k]
		if _, inLine := c.rank[r.ID]; !inLine {
			continue
		}
		alone = alone && units(r) == 1
		if s, is := c.at[r.ID]; is {
			placed = append(placed, r.ID)
			ties.Add(ties, big.NewInt(c.tie(r.ID, s)))
		}
	}
	if u := c.r.Unproven; u != nil {
		if u.Least < 0 || u.Least > c.r.Score {
			return errors.New("the result says of itself that it is better than it is")
		}
		score, ties = big.NewInt(u.Least), nil
	}
	proof := c.r.Proof.Arrangement
	if proof == nil {
		if alone {
			return nil
		}
		proof = &node{}
	}
	if !c.walk(proof, c.everywhere(), map[slot]int64{}, func(may supposed, end *node) bool {
		if end.Within != nil {
			return len(end.Prices) == 0 && c.tooFew(may, placed, end.Within)
		}
		return c.bound(may, placed, end, score, ties)
	}) {
		return errors.New("another arrangement of the households may cost less")
	}
	return nil
}

// bound reports whether what everybody costs where they are best off, less what all places are worth at the
// prices of a case, is no less than this.
func (c *checker) bound(may supposed, placed []string, end *node, score, ties *big.Int) bool {
	price := maps.Clone(c.price)
	last := -1
	for _, p := range end.Prices {
		k := slices.Index(c.slots, p.slot)
		if k <= last {
			return false
		}
		last, price[p.slot] = k, [2]int64{p.Price, p.Tie}
	}
	var sum [2]big.Int
	add := func(k int, x, n int64) {
		sum[k].Add(&sum[k], new(big.Int).Mul(big.NewInt(x), big.NewInt(n)))
	}
	const far = int64(1) << 52
	for s, p := range price {
		if p[0] < 0 || p[0] > far || p[1] < -far || p[1] > far || p[0] == 0 && p[1] < 0 {
			return false
		}
		add(0, -p[0], c.room[s])
		add(1, -p[1], c.room[s])
	}
	requests := map[string]*request{}
	for k := range c.p.Requests {
		requests[c.p.Requests[k].ID] = &c.p.Requests[k]
	}
	for _, id := range placed {
		need := units(requests[id])
		var best [2]int64
		for k, s := range may[id] {
			p := [2]int64{c.cost[id][s] + need*price[s][0], c.tie(id, s) + need*price[s][1]}
			if k == 0 || slices.Compare(p[:], best[:]) < 0 {
				best = p
			}
		}
		if len(may[id]) == 0 {
			return true // it is no case at all
		}
		add(0, best[0], 1)
		add(1, best[1], 1)
	}
	by := sum[0].Cmp(score)
	return by > 0 || by == 0 && (ties == nil || sum[1].Cmp(ties) >= 0)
}
