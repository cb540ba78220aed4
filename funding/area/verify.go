package area

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// A finding is what is odd about a number, with a stable code.
type finding struct{ code, detail string }

// odd returns what the meaning of a column does not allow about a value.
func (c *Column) odd(v int64) finding {
	switch c.Kind {
	case Number, Score, Money, Group, Label:
		return finding{}
	case Count, Band, Weighted, Rank, Decile, Share:
	}
	unit := exact.Pow10(c.Places)
	switch {
	case v < 0:
		return finding{"negative", "negative number"}
	case c.Kind.whole() && v%unit != 0:
		return finding{"not-whole", "not a whole number"}
	case c.Kind == Rank && (v < unit || v/unit > int64(c.Of)):
		return finding{"rank-out-of-range", fmt.Sprintf("not from 1 to %d", c.Of)}
	case c.Kind == Decile && (v < unit || v > 10*unit):
		return finding{"decile-out-of-range", "not from 1 to 10"}
	case c.Kind == Share && v > unit:
		return finding{"share-out-of-range", "not from 0 to 1"}
	}
	return finding{}
}

// verify reports where the numbers of a file contradict each other.
func (s *source) verify(t *Table) {
	rows := s.layout.Rows
	complete := rows == 0 || t.Len() == rows
	if !complete {
		s.report(sp.Note, -1, "", "incomplete", fmt.Sprintf("%d of the %d areas", t.Len(), rows))
	}
	for _, f := range s.layout.Fields {
		c := t.numbers[f.as()]
		switch {
		case f.Meaning.Kind == Rank && complete && c.unknown == nil && c.Of == t.Len():
			s.verifyOrder(f.Name, c)
		case f.Meaning.Kind == Decile && f.From != "":
			s.verifyDecile(f, c, t.numbers[f.From])
		}
	}
	s.verifyBands(t)
	if complete {
		s.verifyWeighted(t)
	}
	for _, code := range t.Totals() {
		s.report(sp.Warning, t.places[code], "", "total-row", "has as many people as other rows together and may be their total: leave it out, or it gets money beside them")
	}
}

// verifyOrder reports the first rank that is not one more than the number of
// areas with a lower one. Those behind it are often wrong by the same mistake.
func (s *source) verifyOrder(field string, c *Column) {
	unit := exact.Pow10(c.Places)
	areas := make([]int, c.Of+1) // with each rank
	for _, rank := range c.Values {
		areas[rank/unit]++
	}
	lower := 0
	for rank, n := range areas {
		if n > 0 && rank != lower+1 {
			s.report(sp.Warning, slices.Index(c.Values, int64(rank)*unit), field, "rank-out-of-order", fmt.Sprintf("the areas with a lower rank than %d number %d", rank, lower))
			return
		}
		lower += n
	}
}

// verifyDecile checks that a decile follows from its rank.
func (s *source) verifyDecile(f Field, decile, rank *Column) {
	of := int64(rank.Of)
	for i, d := range decile.Values {
		want := (10*(rank.Values[i]/exact.Pow10(rank.Places)) + of - 1) / of
		if decile.Worst != rank.Worst {
			want = 11 - want
		}
		if decile.Known(i) && rank.Known(i) && d/exact.Pow10(decile.Places) != want {
			s.report(sp.Warning, i, f.Name, "decile-contradicts-rank", "does not follow from "+f.From)
		}
	}
}

// verifyBands checks that the bands of each row add up to its population.
func (s *source) verifyBands(t *Table) {
	bands := s.layout.names(Band)
	population := t.numbers[t.population]
	if len(bands) == 0 || population == nil {
		return
	}
	field, _ := s.layout.field(t.population)
	for i := range s.rows {
		sum, known := new(big.Rat), population.Known(i)
		for _, name := range bands {
			c := t.numbers[name]
			sum.Add(sum, big.NewRat(c.Values[i], exact.Pow10(c.Places)))
			known = known && c.Known(i)
		}
		off := sum.Sub(sum, big.NewRat(population.Values[i], exact.Pow10(population.Places)))
		if known && off.Sign() != 0 {
			s.report(sp.Warning, i, field.Name, "bands-do-not-add-up", "bands add up to "+off.FloatString(0)+" more")
		}
	}
}

// verifyWeighted checks that each weighted population adds up to the population,
// within what six published decimals of each row can be out.
func (s *source) verifyWeighted(t *Table) {
	for _, name := range s.layout.names(Weighted) {
		c, people := t.numbers[name], t.numbers[t.population]
		if c.unknown != nil || people == nil || people.unknown != nil {
			continue // reported row by row
		}
		off := new(big.Rat).Sub(c.Sum(), people.Sum())
		limit := big.NewRat(int64(t.Len()), 100_000)
		if off.Abs(off).Cmp(limit) > 0 {
			field, _ := s.layout.field(name)
			s.report(sp.Warning, -1, field.Name, "weighted-population-off", "adds up to "+c.Sum().FloatString(2)+" and the population to "+people.Sum().FloatString(2))
		}
	}
}
