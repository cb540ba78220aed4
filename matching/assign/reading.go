package assign

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Reading answers questions about a result: why here, why not there, why nowhere, and
// where places are missing. All it says follows from the proof, and nothing is guessed
// afterwards. It does not change, and may be used by several goroutines at once.
type Reading struct {
	*checker
	in      [][]int32 // of parts: the rows there
	reached []int32   // of parts: the refused row that one more place there would reach; -1 for none
	tight   []bool    // of parts: whether they are full of rows that can go nowhere else, and somebody is left out
}

// Read verifies a result and returns a [Reading] of it. It fails as [Verify] does.
func Read(p *Problem, r *Result) (*Reading, error) {
	c, err := verify(p, r)
	if err != nil {
		return nil, err
	}
	m := len(c.price)
	d := &Reading{checker: c, in: make([][]int32, m), reached: make([]int32, m), tight: make([]bool, m)}
	for i, t := range c.at {
		if t >= 0 && c.g.rank[i] >= 0 {
			d.in[t] = append(d.in[t], int32(i))
		}
	}
	for t := range d.reached {
		d.reached[t] = -1
	}
	for _, i := range c.g.order { // whoever comes first gets what they can reach
		if c.at[i] >= 0 {
			continue
		}
		if c.g.p.units(i) == 1 {
			for _, t := range d.around(i, stay, func(t int32) bool { return d.reached[t] >= 0 }) {
				d.reached[t] = i
			}
		}
		if !c.proven[i] {
			for _, t := range d.around(i, move, func(t int32) bool { return d.tight[t] }) {
				d.tight[t] = true
			}
		}
	}
	return d, nil
}

// A moving says whether households that have places may move.
type moving bool

const (
	stay moving = false
	move moving = true
)

// around returns the parts that a row can go to, those that rows there can go to, and so
// on, but none that are to be skipped. Households move or stay.
func (d *Reading) around(i int32, households moving, skip func(t int32) bool) []int32 {
	seen := map[int32]bool{}
	var found, next []int32
	look := func(i int32) {
		if d.g.p.units(i) > 1 && d.at[i] >= 0 && !bool(households) {
			return
		}
		for _, a := range d.options(i) {
			if !seen[a.to] && !skip(a.to) {
				seen[a.to] = true
				found, next = append(found, a.to), append(next, a.to)
			}
		}
	}
	look(i)
	for len(next) > 0 {
		t := next[len(next)-1]
		next = next[:len(next)-1]
		for _, q := range d.in[t] {
			look(q)
		}
	}
	slices.Sort(found)
	return found
}

// options are the parts where a row could be, a household only where there are as many places as it needs.
func (d *Reading) options(i int32) []arc {
	arcs := d.g.of(i)
	if d.g.p.units(i) == 1 {
		return arcs
	}
	return slices.DeleteFunc(slices.Clone(arcs), func(a arc) bool { return !d.fits(i, a.to) })
}

// A Term is a part of what a place costs a request. Terms add up to the score exactly.
type Term struct {
	What   TermKind `json:"what"`
	Amount int64    `json:"amount"`
}

// A TermKind says what a term is for.
type TermKind string

// The terms.
const (
	TermOption TermKind = "option" // what the option costs
	TermClass  TermKind = "class"  // what the weight of the class adds
	TermMove   TermKind = "move"   // for leaving a place that is held
	TermPart   TermKind = "part"   // what this part of the provider costs more
)

// An Explanation is why a request is where it is.
type Explanation struct {
	Request string     `json:"request"`
	Rank    int        `json:"rank"`  // in line, from 1 on; 0 if it is pinned
	Class   int        `json:"class"` // after ageing
	Placed  *Placement `json:"placed,omitempty"`
	Score   int64      `json:"score"` // of the place it has: what is added up over everybody and made least
	Terms   []Term     `json:"terms,omitempty"`

	// Choices are all places that it could have had, in order of score and price together.
	Choices []Choice `json:"choices"`
}

// A Choice is a place that a request could have: what that costs it, and what the place costs others.
type Choice struct {
	PartRef
	Score  int64 `json:"score"`
	Price  int64 `json:"price"`  // what one more place here would save others
	Closed bool  `json:"closed"` // it was full for good by the turn of this request, or of those there
}

// Explain returns why a request is where it is. It fails with [sp.ErrNotFound] if the problem
// has no such request.
func (d *Reading) Explain(request string) (Explanation, error) {
	i, ok := d.g.p.find(request)
	if !ok {
		return Explanation{}, fmt.Errorf("assign: explain %s: %w", shown(request), sp.ErrNotFound)
	}
	x := Explanation{Request: request, Rank: int(d.g.rank[i]) + 1, Class: d.g.policy.class(&d.g.p.rows[i]), Choices: []Choice{}}
	if pl, ok := d.r.Of(request); ok {
		x.Placed = &pl
	}
	if t := d.at[i]; t >= 0 && x.Rank > 0 {
		x.Terms = d.terms(i, t)
		for _, term := range x.Terms {
			x.Score += term.Amount
		}
	}
	for _, a := range d.g.of(i) {
		x.Choices = append(x.Choices, Choice{d.g.ref(a.to), int64(a.cost), d.price[a.to].cost, d.closed[a.to] != open})
	}
	slices.SortStableFunc(x.Choices, func(a, b Choice) int { return cmp.Compare(a.Score+a.Price, b.Score+b.Price) })
	return x, nil
}

// terms returns what the score of a row at a part is made of.
func (d *Reading) terms(i, t int32) []Term {
	g, j := d.g, d.g.provider[t]
	own, _ := find(g.p.of(i), j)
	terms := []Term{{TermOption, int64(own.cost)}}
	add := func(what TermKind, amount int64) {
		if amount != 0 {
			terms = append(terms, Term{what, amount})
		}
	}
	add(TermClass, int64(own.cost)*(g.policy.weight(g.policy.class(&g.p.rows[i]))-1))
	if held := g.p.rows[i].held; held >= 0 && held != j {
		add(TermMove, g.policy.movePenalty())
	}
	add(TermPart, int64(g.part(t).Cost))
	return terms
}
