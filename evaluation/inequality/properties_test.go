package inequality_test

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/evaluation/inequality"
)

// world draws values with ties and zeros, and populations with zeros, that have something.
func world(t *rapid.T) (values, population []float64) {
	n := rapid.IntRange(1, 30).Draw(t, "n")
	values = make([]float64, n)
	population = make([]float64, n)
	for i := range values {
		values[i] = float64(rapid.IntRange(0, 20).Draw(t, "value")) / 4
		population[i] = float64(rapid.IntRange(0, 5).Draw(t, "population"))
	}
	values[0], population[0] = 1, 1
	return values, population
}

// measures returns every measure that zeros leave defined.
func measures(t require.TestingT, d *inequality.Distribution) []float64 {
	half, err := d.Atkinson(.5)
	require.NoError(t, err)
	two, err := d.Atkinson(2)
	require.NoError(t, err)
	return []float64{d.Gini(), d.Hoover(), d.Theil(), half, two, d.Lorenz(.4)}
}

func TestEveryIndexOfADistributionKeepsItsLaws(t *testing.T) {
	near := cmpopts.EquateApprox(0, 1e-9)
	rapid.Check(t, func(t *rapid.T) {
		values, population := world(t)
		v0, p0 := slices.Clone(values), slices.Clone(population)
		d, err := inequality.NewDistribution(values, population)
		require.NoError(t, err)
		want := measures(t, d)
		for _, m := range want[:5] {
			require.GreaterOrEqual(t, m, 0.0)
		}
		require.LessOrEqual(t, d.Gini(), 1.0)
		require.LessOrEqual(t, d.Hoover(), d.Gini()+1e-12, "the Hoover index is the greatest height under the Lorenz curve")

		scaled, replicated := make([]float64, len(values)), append(slices.Clone(values), values...)
		for i, v := range values {
			scaled[i] = 7 * v
		}
		d2, err := inequality.NewDistribution(scaled, population)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, measures(t, d2), near), "a change of unit changes nothing")
		d3, err := inequality.NewDistribution(replicated, append(slices.Clone(population), population...))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, measures(t, d3), near), "a population twice as large changes nothing")

		order := rapid.Permutation(upTo(len(values))).Draw(t, "order")
		v4, p4 := make([]float64, len(values)), make([]float64, len(values))
		for i, o := range order {
			v4[i], p4[i] = values[int(o)-1], population[int(o)-1]
		}
		d4, err := inequality.NewDistribution(v4, p4)
		require.NoError(t, err)
		require.Equal(t, want, measures(t, d4), "order changes nothing, not even the last bit")

		d5, err := inequality.NewDistribution(append(slices.Clone(values), 99), append(slices.Clone(population), 0))
		require.NoError(t, err)
		require.Equal(t, want, measures(t, d5), "an area without people changes nothing")
		require.Equal(t, v0, values)
		require.Equal(t, p0, population)
	})
}

func TestADistributionWhereAllHaveTheSameIsEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, population := world(t)
		same := rapid.SampledFrom([]float64{.1, 1, 17.7, 1e-9, 3e12}).Draw(t, "value")
		values, position := make([]float64, len(population)), make([]float64, len(population))
		for i := range values {
			values[i], position[i] = same, float64(rapid.IntRange(1, 5).Draw(t, "position"))
			population[i] *= .3
		}
		d, err := inequality.NewDistribution(values, population)
		require.NoError(t, err)
		l, err := d.MLD()
		require.NoError(t, err)
		for _, m := range append(measures(t, d)[:5], l) {
			require.InDelta(t, 0, m, 1e-14)
		}
		palma, err := d.Palma()
		require.NoError(t, err)
		require.InDelta(t, .25, palma, 1e-14)
		ratio, err := d.Ratio2020()
		require.NoError(t, err)
		require.InDelta(t, 1, ratio, 1e-14)

		r, err := inequality.Rank(position, population)
		require.NoError(t, err)
		c, err := r.Concentration(values)
		require.NoError(t, err)
		require.InDelta(t, 0, c.Index, 1e-14)
		if g, err := r.Gradient(values); err == nil {
			rii, err := g.RII()
			require.NoError(t, err)
			require.InDelta(t, 1, rii, 1e-12)
		}
	})
}

func TestConcentrationDependsNeitherOnTheUnitNorOnTheSizeOfThePopulation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, population := world(t)
		position, scaled := make([]float64, len(values)), make([]float64, len(values))
		for i, v := range values {
			position[i], scaled[i] = float64(rapid.IntRange(1, 5).Draw(t, "position")), 7*v
		}
		twice := func(s []float64) []float64 { return append(slices.Clone(s), s...) }
		r, err := inequality.Rank(position, population)
		require.NoError(t, err)
		c, err := r.Concentration(values)
		require.NoError(t, err)
		unit, err := r.Concentration(scaled)
		require.NoError(t, err)
		require.InDelta(t, c.Index, unit.Index, 1e-12)
		r, err = inequality.Rank(twice(position), twice(population))
		require.NoError(t, err)
		size, err := r.Concentration(twice(values))
		require.NoError(t, err)
		require.InDelta(t, c.Index, size.Index, 1e-12)
	})
}

// slowGini is the mean absolute difference over twice the mean, pair by pair.
func slowGini(values, population []float64) float64 {
	var difference, people, total float64
	for i, v := range values {
		people += population[i]
		total += population[i] * v
		for j, w := range values {
			difference += population[i] * population[j] * math.Abs(v-w)
		}
	}
	return difference / (2 * people * total)
}

func TestGiniIsTheMeanDifferenceOfAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, population := world(t)
		d, err := inequality.NewDistribution(values, population)
		require.NoError(t, err)
		require.InDelta(t, slowGini(values, population), d.Gini(), 1e-12)
	})
}

func TestConcentrationByOneselfIsGini(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, population := world(t)
		d, err := inequality.NewDistribution(values, population)
		require.NoError(t, err)
		r, err := inequality.Rank(values, population)
		require.NoError(t, err)
		c, err := r.Concentration(values)
		require.NoError(t, err)
		require.InDelta(t, d.Gini(), c.Index, 1e-12)
		require.InDelta(t, d.Mean(), c.Mean, 1e-12)
	})
}

// slowConcentration finds the mean rank of each item by counting everybody.
func slowConcentration(position, population, values []float64) (index, slope float64) {
	var people, total, cov, variance float64
	for i := range values {
		people += population[i]
		total += population[i] * values[i]
	}
	for i := range values {
		var rank float64
		for j := range values {
			switch {
			case position[j] < position[i]:
				rank += population[j]
			case position[j] == position[i]:
				rank += population[j] / 2
			}
		}
		rank = rank/people - .5
		cov += population[i] / people * rank * (values[i] - total/people)
		variance += population[i] / people * rank * rank
	}
	return 2 * cov / (total / people), cov / variance
}

func TestConcentrationAndSlopeAreWhatCountingGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, population := world(t)
		position := make([]float64, len(values))
		amounts := make([]int64, len(values))
		perHead := make([]float64, len(values))
		for i := range position {
			position[i] = float64(rapid.IntRange(-3, 3).Draw(t, "position"))
			if population[i] > 0 {
				amounts[i] = int64(values[i] * 4)
				perHead[i] = float64(amounts[i]) / population[i]
			}
		}
		r, err := inequality.Rank(position, population)
		require.NoError(t, err)
		index, slope := slowConcentration(position, population, values)
		c, err := r.Concentration(values)
		require.NoError(t, err)
		require.InDelta(t, index, c.Index, 1e-12)
		if g, err := r.Gradient(values); err == nil {
			require.InDelta(t, slope, g.SII(), 1e-9)
			require.InDelta(t, c.Mean, (g.Top+g.Bottom)/2, 1e-9, "the line goes through the middle")
		}
		ofAmounts, err := r.ConcentrationOf(amounts)
		require.NoError(t, err)
		ofHeads, err := r.Concentration(perHead)
		require.NoError(t, err)
		require.InDelta(t, ofHeads.Index, ofAmounts, 1e-12)
		se, err := r.ConcentrationError(values)
		require.NoError(t, err)
		require.GreaterOrEqual(t, se, 0.0)
	})
}

func TestTheilIsWhatLiesBetweenAndWithinGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, population := world(t)
		label := make([]int, len(values))
		for i := range label {
			label[i] = rapid.IntRange(0, 4).Draw(t, "label")
		}
		split, err := inequality.TheilBy(values, population, label)
		require.NoError(t, err)
		d, err := inequality.NewDistribution(values, population)
		require.NoError(t, err)
		require.InDelta(t, d.Theil(), split.Between+split.Within, 1e-12)
		var people, held float64
		for _, g := range split.Groups {
			people += g.Population
			held += g.Held
		}
		require.InDelta(t, 1, people, 1e-12)
		require.InDelta(t, 1, held, 1e-12)
	})
}

// Many items are sorted in another way than few, and come out in the same order.
func TestManyItemsMeasureAsTheSameInParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, step := rapid.IntRange(500, 700).Draw(t, "n"), rapid.SampledFrom([]float64{0, 1, .1, 1e-9, 1e9}).Draw(t, "step")
		few := rapid.IntRange(1, 3000).Draw(t, "different values")
		values, population := make([]float64, n), make([]float64, n)
		for i := range n {
			values[i] = 1 + step*float64(i*7919%few)
			population[i] = float64(1 + i*104729%13)
		}
		values[0] = math.Copysign(0, -1)
		d, err := inequality.NewDistribution(values, population)
		require.NoError(t, err)
		require.InDelta(t, slowGini(values, population), d.Gini(), 1e-10)

		slices.Reverse(values)
		slices.Reverse(population)
		reversed, err := inequality.NewDistribution(values, population)
		require.NoError(t, err)
		require.Equal(t, measures(t, d), measures(t, reversed), "to the last bit")

		require.NoError(t, reversed.Reset(upTo(3), nil))
		require.NoError(t, reversed.Reset(values, population), "memory is used again")
		require.Equal(t, measures(t, d), measures(t, reversed))
	})
}

// Whatever the numbers, a measure is in its range or an error.
func FuzzMeasures(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	seed := make([]byte, 0, 64)
	for _, v := range []float64{1e300, 1e-300, 5e-324, 1, 0, 1e308} {
		seed = binary.LittleEndian.AppendUint64(seed, math.Float64bits(v))
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		var columns [2][]float64
		for i := 0; i+16 <= len(data); i += 16 {
			for c := range columns {
				columns[c] = append(columns[c], math.Float64frombits(binary.LittleEndian.Uint64(data[i+8*c:])))
			}
		}
		values, population := columns[0], columns[1]
		inRange := func(v, high float64, name string) {
			if !(v >= 0 && v <= high) {
				t.Errorf("%s of %v weighted %v is %v", name, values, population, v)
			}
		}
		if d, err := inequality.NewDistribution(values, population); err == nil {
			inRange(d.Gini(), 1+1e-9, "gini")
			inRange(d.Hoover(), 1+1e-9, "hoover")
			inRange(d.Theil(), math.MaxFloat64, "theil")
			inRange(d.Lorenz(.3), 1, "lorenz")
			for _, e := range []float64{.5, 1, 2, 50} {
				a, err := d.Atkinson(e)
				require.NoError(t, err)
				inRange(a, 1, "atkinson")
			}
			if p, err := d.Palma(); err == nil {
				inRange(p, math.MaxFloat64, "palma")
			}
			if l, err := d.MLD(); err == nil {
				inRange(l, math.MaxFloat64, "mld")
			}
		}
		if r, err := inequality.Rank(values, population); err == nil {
			if c, err := r.Concentration(population); err == nil {
				inRange(math.Abs(c.Index), 1+1e-9, "concentration")
			}
			if g, err := r.Gradient(values); err == nil && math.IsNaN(g.SII()) {
				t.Errorf("slope index of %v weighted %v is not a number", values, population)
			}
		}
	})
}
