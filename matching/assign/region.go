package assign

import (
	"cmp"
	"slices"
)

// A Region is a set of providers that are full for good: everybody who has a place there can
// go nowhere else, and others who can go nowhere else are left out. All regions together are
// a map of missing capacity.
type Region struct {
	Providers []string `json:"providers"` // in order of ID
	Places    int      `json:"places"`
	LeftOut   []string `json:"leftOut"` // requests, in order of the line
	Price     int64    `json:"price"`   // the highest of a place in the region
}

// Regions returns the regions, those with the most requests left out first, and the requests
// that have no option at all, or none with as many places as they need together, in order of the line.
// A request whose refusal has a proof of its own is in neither ([Proof].Households).
func (d *Reading) Regions() (regions []Region, nowhere []string) {
	of := d.joined()
	at := map[int32]int{}
	for t := range d.tight {
		if !d.tight[t] {
			continue
		}
		top := of.top(int32(t))
		k, ok := at[top]
		if !ok {
			k = len(regions)
			at[top] = k
			regions = append(regions, Region{})
		}
		g := &regions[k]
		if id := d.g.ref(int32(t)).Provider; len(g.Providers) == 0 || g.Providers[len(g.Providers)-1] != id {
			g.Providers = append(g.Providers, id)
		}
		g.Places += int(d.g.room[t])
		g.Price = max(g.Price, d.price[t].cost)
	}
	for _, i := range d.g.order {
		if d.at[i] >= 0 || d.proven[i] {
			continue
		}
		if arcs := d.options(i); len(arcs) > 0 {
			g := &regions[at[of.top(arcs[0].to)]]
			g.LeftOut = append(g.LeftOut, d.g.p.rows[i].id)
		} else {
			nowhere = append(nowhere, d.g.p.rows[i].id)
		}
	}
	slices.SortStableFunc(regions, func(x, y Region) int { return cmp.Compare(len(y.LeftOut), len(x.LeftOut)) })
	return regions, nowhere
}

// joined joins the parts that one request can go to, of those that are refused or where refused ones could go.
func (d *Reading) joined() union {
	of := make(union, len(d.tight))
	for t := range of {
		of[t] = int32(t)
	}
	for i, t := range d.at {
		arcs := d.options(int32(i))
		if len(arcs) == 0 || d.proven[int32(i)] || t >= 0 && !d.tight[t] {
			continue
		}
		for _, a := range arcs[1:] {
			of[of.top(a.to)] = of.top(arcs[0].to)
		}
	}
	return of
}

// A union says for each part another one of the same set, and at last the one that stands for the set.
type union []int32

func (of union) top(t int32) int32 {
	for of[t] != t {
		of[t] = of[of[t]]
		t = of[t]
	}
	return t
}
