package inequality

import (
	"cmp"
	"math"
	"slices"
)

// A Decomposition splits Theil's T of a population into groups. Between plus
// Within is T, up to rounding.
type Decomposition[G cmp.Ordered] struct {
	Between float64    // nats: T if everybody had the mean of their group
	Within  float64    // nats: the T of each group, weighted by what the group holds
	Groups  []Group[G] // in order of label
}

// A Group is one part of a [Decomposition].
type Group[G cmp.Ordered] struct {
	Label      G
	Population float64 // share of the whole, from 0 to 1
	Held       float64 // share of the total, from 0 to 1
	Theil      float64 // nats, within the group; 0 if it holds nothing
}

// TheilBy splits Theil's T of values over the groups that label names, one
// label for each item: how much of the imbalance lies between boards? Columns
// and errors are those of [NewDistribution]. It takes O(n log n).
//
// Source: Theil 1967; Shorrocks 1980, doi 10.2307/1913126.
func TheilBy[G cmp.Ordered](values, population []float64, label []G) (Decomposition[G], error) {
	var none Decomposition[G]
	if err := checkLength("label", len(label), len(values)); err != nil {
		return none, err
	}
	whole, err := NewDistribution(values, population)
	if err != nil {
		return none, err
	}
	members := make(map[G][]item)
	for i, v := range values {
		members[label[i]] = append(members[label[i]], item{v, weight(population, i)})
	}
	var d Decomposition[G]
	for g, items := range members {
		var people, total float64
		for _, it := range items {
			people += it.population
			total += float64(it.value * it.population)
		}
		part := Group[G]{Label: g, Population: people / whole.population, Held: total / whole.total}
		if total > 0 {
			part.Theil = theil(items, people, total)
		}
		d.Groups = append(d.Groups, part)
	}
	slices.SortFunc(d.Groups, func(a, b Group[G]) int { return cmp.Compare(a.Label, b.Label) })
	for _, g := range d.Groups {
		if g.Held > 0 {
			d.Between += float64(g.Held * math.Log(g.Held/g.Population))
			d.Within += float64(g.Held * g.Theil)
		}
	}
	d.Between = max(0, d.Between)
	return d, nil
}
