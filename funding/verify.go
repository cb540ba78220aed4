package funding

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/socialprescribing/sp"
)

// verify reports where the numbers of a file contradict each other.
func (f *file) verify(a *Areas) {
	l := f.layout
	complete := l.Rows == 0 || a.Len() == l.Rows
	if !complete {
		f.report(sp.Note, -1, "", "incomplete", fmt.Sprintf("%d of the %d areas", a.Len(), l.Rows))
	}
	for _, name := range l.Ranks {
		c, inRange := a.numbers[name], true
		for i, rank := range c.values {
			if !c.isUnknown(i) && (rank < 1 || rank > int64(a.ranked)) {
				f.report(sp.Warning, i, name, "rank-out-of-range", fmt.Sprintf("not from 1 to %d", a.ranked))
				inRange = false
			}
		}
		if complete && inRange && c.unknown == nil {
			f.verifyOrder(name, c.values)
		}
	}
	for _, name := range sortedKeys(l.Deciles) {
		decile, rank := a.numbers[name], a.numbers[l.Deciles[name]]
		for i, d := range decile.values {
			if !decile.isUnknown(i) && !rank.isUnknown(i) && d != (10*rank.values[i]+int64(a.ranked)-1)/int64(a.ranked) {
				f.report(sp.Warning, i, name, "decile-contradicts-rank", "does not follow from "+l.Deciles[name])
			}
		}
	}
	f.verifyBands(a)
	if complete {
		f.verifyWeighted(a)
	}
}

// verifyOrder reports the first rank that is not one more than the number of
// areas with a lower one. Those behind it are often wrong by the same mistake.
func (f *file) verifyOrder(name string, ranks []int64) {
	areas := make([]int, len(ranks)+1) // with each rank
	for _, rank := range ranks {
		areas[rank]++
	}
	lower := 0
	for rank, n := range areas {
		if n > 0 && rank != lower+1 {
			f.report(sp.Warning, slices.Index(ranks, int64(rank)), name, "rank-out-of-order", fmt.Sprintf("the areas with a lower rank than %d number %d", rank, lower))
			return
		}
		lower += n
	}
}

// verifyBands checks that the bands of each row add up to its population.
func (f *file) verifyBands(a *Areas) {
	population := a.numbers[f.layout.Population]
	for i := range f.rows {
		if len(f.layout.Bands) == 0 || population.isUnknown(i) {
			continue
		}
		var sum int64
		known := true
		for _, name := range f.layout.Bands {
			c := a.numbers[name]
			sum += c.values[i]
			known = known && !c.isUnknown(i)
		}
		if known && sum != population.values[i] {
			f.report(sp.Warning, i, f.layout.Population, "bands-do-not-add-up", fmt.Sprintf("bands add up to %d more", sum-population.values[i]))
		}
	}
}

// verifyWeighted checks that each weighted population adds up to the population,
// within what six published decimals of each row can be out.
func (f *file) verifyWeighted(a *Areas) {
	if len(f.layout.Weighted) == 0 {
		return
	}
	people := a.numbers[f.layout.Population].sum()
	for _, name := range f.layout.Weighted {
		c := a.numbers[name]
		if c.unknown != nil {
			continue // reported row by row
		}
		off := new(big.Rat).Sub(c.sum(), people)
		limit := big.NewRat(int64(a.Len()), 100_000)
		if off.Abs(off).Cmp(limit) > 0 {
			f.report(sp.Warning, -1, name, "weighted-population-off", "adds up to "+c.sum().FloatString(2)+" and the population to "+people.FloatString(2))
		}
	}
}

// sum returns the exact sum of the known numbers.
func (c *column) sum() *big.Rat {
	sum := new(big.Int)
	for i, v := range c.values {
		if !c.isUnknown(i) {
			sum.Add(sum, big.NewInt(v))
		}
	}
	return new(big.Rat).SetFrac(sum, big.NewInt(pow10(c.places)))
}
