package assign

import (
	"fmt"

	"github.com/socialprescribing/sp"
)

// A RefutedError says which part of a result does not hold. It is [sp.ErrInvalid].
type RefutedError struct {
	Subject string // the ID of a request or a provider, or empty
	Rule    string // that is broken
}

// Error names the subject and the rule.
func (e *RefutedError) Error() string {
	if e.Subject == "" {
		return "assign: verify: " + e.Rule
	}
	return fmt.Sprintf("assign: verify: %s: %s", e.Subject, e.Rule)
}

// Is reports whether target is [sp.ErrInvalid].
func (e *RefutedError) Is(target error) bool { return target == sp.ErrInvalid }

func refuted(subject, rule string) error { return &RefutedError{subject, rule} }

// Verify checks a result against its problem without solving it, in one pass over the
// options, and returns nil or a [*RefutedError]. What holds then is this.
//
//   - It is feasible: every request is placed or refused, once; each placement is one
//     of its options and not forbidden, or where it is pinned; no part has more than its places.
//   - Who: of every prefix of the line, the most that can be placed are placed, and so the
//     most of all. For whoever is refused can only go to parts that had closed by then,
//     and those are full of requests before it which can only go there too.
//   - Where: no other placement of the same requests costs less, and none that costs as
//     much has a smaller sum of ties. For at the prices of the proof every request is where
//     it is best off, and what is left over costs nothing: linear programming duality.
//   - Households: where some need several places together, the same holds of all their arrangements,
//     unless the result says that it does not know ([Unproven]). For in each case that the proof tells apart
//     there are too few places, or nothing costs less at the prices of that case (see cases.go).
func Verify(p *Problem, r *Result) error {
	_, err := verify(p, r)
	return err
}

func verify(p *Problem, r *Result) (*checker, error) {
	g, err := p.under(r.Policy)
	if err != nil {
		return nil, err
	}
	c := &checker{g: g, r: r}
	for _, check := range []func() error{c.placements, c.parts, c.who, c.where, c.arrangement} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// A checker checks a result. It shares with the solver what a policy means, and nothing of how it is solved.
type checker struct {
	g      *graph // with open places first, without reserved places for those in open ones
	r      *Result
	at     []int32 // of rows
	closed []int32 // of parts
	price  []price
	left   []int32        // of parts: places that nobody has
	units  []int32        // of parts: places that households have
	proven map[int32]bool // rows whose refusal has a proof of its own, or is said not to be proven
}

// placements reads who is where.
func (c *checker) placements() error {
	g, n := c.g, len(c.g.p.rows)
	c.at = make([]int32, n)
	told := make([]bool, n)
	cost, score := int64(0), int64(0)
	read := func(id string) (int32, error) {
		i, ok := g.p.find(id)
		if !ok {
			return 0, refuted("", "a request is not of this problem")
		}
		if told[i] {
			return 0, refuted(id, "is told of twice")
		}
		told[i] = true
		return i, nil
	}
	last := ""
	for _, pl := range c.r.Placements {
		i, err := read(pl.Request)
		if err != nil {
			return err
		}
		if pl.Request <= last {
			return refuted(pl.Request, "stands out of order")
		}
		if last = pl.Request; g.rank[i] >= 0 {
			cost += int64(pl.Cost)
		}
		full, err := c.placement(i, pl)
		if err != nil {
			return err
		}
		score += full
	}
	last = ""
	for _, id := range c.r.Refused {
		i, err := read(id)
		if err != nil {
			return err
		}
		if g.rank[i] < 0 || id <= last {
			return refuted(id, "is pinned, or stands out of order")
		}
		c.at[i], last = -1, id
	}
	for i, ok := range told {
		if !ok {
			return refuted(g.p.rows[i].id, "is neither placed nor refused")
		}
	}
	if cost != c.r.Cost || score != c.r.Score {
		return refuted("", "the costs do not add up")
	}
	return nil
}

// placement reads where a row is, and returns what that adds to the score.
func (c *checker) placement(i int32, pl Placement) (score int64, err error) {
	g := c.g
	t, ok := g.find(PartRef{pl.Provider, pl.Part})
	if !ok {
		return 0, refuted(pl.Request, "is placed where no provider is")
	}
	own, _ := find(g.p.of(i), g.provider[t])
	full, may := g.arcTo(i, t)
	if !may && (g.pinned == nil || g.pinned[i] != t) {
		return 0, refuted(pl.Request, "is placed where it may not be")
	}
	if int(own.cost) != pl.Cost {
		return 0, refuted(pl.Request, "costs something else there")
	}
	c.at[i] = t
	return int64(full.cost), nil // 0 for who is pinned: they have no arcs
}

// find returns the part that a reference names.
func (g *graph) find(ref PartRef) (int32, bool) {
	j, ok := g.p.index[ref.Provider]
	if !ok || ref.Part < 0 || ref.Part >= int(g.parts.first[j+1]-g.parts.first[j]) {
		return 0, false
	}
	return g.parts.first[j] + int32(ref.Part), true
}

// parts reads the proof, and counts places.
func (c *checker) parts() error {
	g := c.g
	if len(c.r.Proof.Parts) != len(g.room) {
		return refuted("", "the proof does not have every part of every provider once")
	}
	c.closed, c.price = make([]int32, len(g.room)), make([]price, len(g.room))
	c.left, c.units = append([]int32(nil), g.room...), make([]int32, len(g.room))
	for i, t := range c.at {
		if t < 0 || g.rank[i] < 0 {
			continue
		}
		need := g.p.units(int32(i))
		if c.left[t] -= need; c.left[t] < 0 {
			return refuted(g.ref(t).Provider, "has fewer places")
		}
		if need > 1 {
			c.units[t] += need
		}
	}
	for t, s := range c.r.Proof.Parts {
		ref := g.ref(int32(t))
		if (PartRef{s.Provider, s.Part}) != ref {
			return refuted("", "the parts of the proof stand out of order")
		}
		if s.Closed < -1 || s.Closed > len(g.order) || s.Price > tooMuch || s.Tie > tooMuch || s.Price < 0 || s.Tie < -tooMuch {
			return refuted(ref.Provider, "has a number out of range in the proof")
		}
		c.price[t] = price{s.Price, s.Tie}
		if c.closed[t] = int32(s.Closed); s.Closed < 0 {
			c.closed[t] = open
		}
	}
	if g.policy.Precedence == OpenFirst {
		c.g = g.openOnly(func(i int32) bool { return c.at[i] >= 0 && g.part(c.at[i]).Group == "" })
	}
	return nil
}

// who checks that nobody who is refused could be placed without somebody before them losing their place.
func (c *checker) who() error {
	if err := c.households(); err != nil {
		return err
	}
	for i, t := range c.at {
		row, rank := int32(i), c.g.rank[i]
		if rank < 0 || c.proven[row] {
			continue
		}
		by := rank // by when the parts that it can go to must have closed
		if t >= 0 {
			if by = c.closed[t]; by == open {
				if err := c.reserved(row, t); err != nil {
					return err
				}
				continue
			}
			if rank >= by {
				return refuted(c.g.p.rows[i].id, "has a place that was not there any more for somebody before it")
			}
		}
		for _, a := range c.g.of(row) {
			if c.closed[a.to] > by && c.fits(row, a.to) {
				return refuted(c.g.p.rows[i].id, "could have gone to "+c.g.ref(a.to).Provider)
			}
		}
		if t >= 0 {
			if err := c.reserved(row, t); err != nil {
				return err
			}
		}
	}
	for t, closed := range c.closed {
		if closed != open && c.left[t] > 0 {
			return refuted(c.g.ref(int32(t)).Provider, "closed with places left")
		}
	}
	return nil
}

// fits reports whether a part has as many places as a row needs.
func (c *checker) fits(i, t int32) bool { return c.g.room[t] >= c.g.p.units(i) }

// reserved checks that a member of a group is in a reserved place only if no open one was
// to be had, where open places come first.
func (c *checker) reserved(i, t int32) error {
	if c.g.policy.Precedence != OpenFirst || c.g.part(t).Group == "" {
		return nil
	}
	for _, a := range c.g.of(i) {
		if c.g.part(a.to).Group == "" && c.closed[a.to] > c.g.rank[i] {
			return refuted(c.g.p.rows[i].id, "could have had an open place")
		}
	}
	return nil
}

// where checks that every row is best off where it is, at prices that only full parts have.
func (c *checker) where() error {
	for t, p := range c.price {
		none := p == price{}
		if p.less(price{}) || !none && c.left[t] > 0 {
			return refuted(c.g.ref(int32(t)).Provider, "has places left at a price, or a price below nothing")
		}
	}
	free := make([]bool, len(c.price)) // whether a single request can be there at all
	for t := range free {
		free[t] = c.g.room[t] > c.units[t]
	}
	for i, t := range c.at {
		row := int32(i)
		if t < 0 || c.g.rank[i] < 0 || c.g.p.units(row) > 1 {
			continue
		}
		own, _ := c.g.arcTo(row, t)
		hash := c.g.rowHash(row)
		worth := int64(own.cost) + c.price[t].cost
		for _, a := range c.g.of(row) {
			there := int64(a.cost) + c.price[a.to].cost
			if a.to == t || !free[a.to] || there > worth {
				continue
			}
			if there < worth || int64(tie(hash, c.g.partHash(a.to)))+c.price[a.to].tie < int64(tie(hash, c.g.partHash(t)))+c.price[t].tie {
				return refuted(c.g.p.rows[i].id, "would be better off at "+c.g.ref(a.to).Provider)
			}
		}
	}
	return nil
}
