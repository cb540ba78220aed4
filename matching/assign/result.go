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

	// Unproven is nil where the proof is whole, as it always is without households.
	Unproven *Unproven `json:"unproven,omitempty"`

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
	Parts []PartProof `json:"parts"`

	// Households say why requests have no place that could go to parts which never closed: however
	// the households before them are arranged, there is none.
	Households []HouseholdProof `json:"households,omitempty"`

	// Arrangement says why no other arrangement of the households that have a place costs less.
	// nil is that the prices of the parts say so, without telling cases apart.
	Arrangement *Case `json:"arrangement,omitempty"`
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

// A HouseholdProof says why a request has no place, in an order of requests in line that holds households.
type HouseholdProof struct {
	Request string `json:"request"`
	Why     Case   `json:"why"`
}

// A Case is a step of a proof that tells cases apart. Either a household is at a part, or it is
// anywhere but there, and both are proven; or this case needs no telling apart.
type Case struct {
	Household string   `json:"household,omitempty"`
	At        *PartRef `json:"at,omitempty"`
	There     *Case    `json:"there,omitempty"`
	Elsewhere *Case    `json:"elsewhere,omitempty"`

	// Within are parts with fewer places than are needed by those who can go nowhere else.
	Within []PartRef `json:"within,omitempty"`

	// Prices are those at which nothing costs less than the result, as far as they are others
	// than those of Parts. They are in the proof of an arrangement alone.
	Prices []PartPrice `json:"prices,omitempty"`
}

// A PartPrice is what a place of a part costs others in one case, as in a [PartProof].
type PartPrice struct {
	PartRef
	Price int64 `json:"price,omitempty"`
	Tie   int64 `json:"tie,omitempty"`
}

// An Unproven is what a search among arrangements of households did not prove before it ended ([Options].Cases).
type Unproven struct {
	// Refused are requests for which no place was found, in order of their IDs. If there is one, it
	// is with another arrangement of the households before them.
	Refused []string `json:"refused,omitempty"`

	// Least is the score below which no placement of the same requests can be. The result is at
	// most its own score less this away from the best.
	Least int64 `json:"least"`
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

// result returns what has been found: who is where, at which prices, and when parts closed.
func (g *graph) result(at []int32, price []price, closed []int32) *Result {
	r := &Result{Policy: g.policy, Refused: []string{}}
	r.Placements = make([]Placement, 0, len(g.p.rows))
	for i := range g.p.rows {
		t := at[i]
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
		c := int(closed[t])
		if closed[t] == open {
			c = -1
		}
		r.Proof.Parts = append(r.Proof.Parts, PartProof{ref.Provider, ref.Part, price[t].cost, price[t].tie, c})
	}
	return r
}

// ref names a part.
func (g *graph) ref(t int32) PartRef {
	j := g.provider[t]
	return PartRef{g.p.providers[j].ID, int(t - g.parts.first[j])}
}
