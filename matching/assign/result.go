package assign

import (
	"cmp"
	"slices"
)

// A Result says who is placed where, under which policy, and carries the proof.
type Result struct {
	Policy     Policy      `json:"policy"`
	Placements []Placement `json:"placements"` // in order of the requests' IDs
	Refused    []string    `json:"refused"`    // requests without a place, in order of their IDs
	Cost       int64       `json:"cost"`       // the sum of the costs of all placements that are not pinned, as the options have them
	Score      int64       `json:"score"`      // the same with the policy's weights and penalties, and what parts cost more: what is made least
	Proof      Proof       `json:"proof"`

	// Slow reports whether the auction ran out of bids, so that the slow exact solver took
	// over. The result is the same.
	Slow bool `json:"-"`
}

// A Placement is the place that a request has.
type Placement struct {
	Request  string `json:"request"`
	Provider string `json:"provider"`
	Part     int    `json:"part,omitempty"` // 0 is an open place, 1 the first of the provider's parts
	Cost     int    `json:"cost"`           // of the option; 0 where it is pinned to a provider that is none of them
}

// A Proof is what somebody needs beside the problem to see that nothing better exists: see [Verify].
type Proof struct {
	Parts      []PartProof      `json:"parts"`
	Households []HouseholdProof `json:"households,omitempty"`
}

// A PartProof is what the proof says of one part of a provider; part 0 is its open places.
type PartProof struct {
	Provider string `json:"provider"`
	Part     int    `json:"part,omitempty"`

	// Price is the most that one more place here would save, in units of cost, and Tie the same
	// in units of the tie-break. Both are 0 where a place is left over.
	Price int64 `json:"price,omitempty"`
	Tie   int64 `json:"tie,omitempty"`

	// Closed is the number of requests in line after which this part was full for good:
	// everybody in it came before, and can go nowhere but to parts that had closed by then.
	// -1 is never.
	Closed int `json:"closed"`
}

// A HouseholdProof says why a household has no place at a provider: in the parts within,
// too few places are left by those before it, who can go nowhere else.
type HouseholdProof struct {
	Request  string    `json:"request"`
	Provider string    `json:"provider"`
	Part     int       `json:"part,omitempty"`
	Within   []PartRef `json:"within"`
}

// A PartRef names a part of a provider: 0 is its open places, 1 the first of its Parts.
type PartRef struct {
	Provider string `json:"provider"`
	Part     int    `json:"part,omitempty"`
}

// Of returns the placement of a request, and false if it has none.
func (r *Result) Of(request string) (Placement, bool) {
	k, ok := slices.BinarySearchFunc(r.Placements, request, func(p Placement, id string) int { return cmp.Compare(p.Request, id) })
	if !ok {
		return Placement{}, false
	}
	return r.Placements[k], true
}

func (g *graph) result(f *filling, w *placing, slow bool) *Result {
	r := &Result{Policy: g.policy, Slow: slow, Refused: []string{}}
	r.Placements = make([]Placement, 0, len(w.rows)+len(g.p.rows)-len(g.order))
	for i := range g.p.rows {
		t := w.at[i]
		if t < 0 && g.pinned != nil {
			t = g.pinned[i]
		}
		if t < 0 {
			r.Refused = append(r.Refused, g.p.rows[i].id)
			continue
		}
		ref := g.ref(t)
		own, _ := find(g.p.of(int32(i)), g.provider[t])
		r.Placements = append(r.Placements, Placement{g.p.rows[i].id, ref.Provider, ref.Part, int(own.cost)})
		if g.rank[i] >= 0 {
			r.Cost += int64(own.cost)
			full, _ := g.arcTo(int32(i), t)
			r.Score += int64(full.cost)
		}
	}
	for t := range g.room {
		ref := g.ref(int32(t))
		c := int(f.closed[t])
		if f.closed[t] == open {
			c = -1
		}
		r.Proof.Parts = append(r.Proof.Parts, PartProof{ref.Provider, ref.Part, w.price[t].cost, w.price[t].tie, c})
	}
	for _, x := range f.refused {
		if w.at[x.row] >= 0 {
			continue
		}
		ref := g.ref(x.part)
		h := HouseholdProof{Request: g.p.rows[x.row].id, Provider: ref.Provider, Part: ref.Part}
		for _, t := range x.within {
			h.Within = append(h.Within, g.ref(t))
		}
		r.Proof.Households = append(r.Proof.Households, h)
	}
	return r
}

// ref names a part.
func (g *graph) ref(t int32) PartRef {
	j := g.provider[t]
	return PartRef{g.p.providers[j].ID, int(t - g.parts.first[j])}
}
