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

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
)

func TestBadItemsAreNamed(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	distribution := func(values, population []float64) error {
		_, err := inequality.NewDistribution(values, population)
		return err
	}
	rank := func(position, population []float64) error {
		_, err := inequality.Rank(position, population)
		return err
	}
	three := ranking(t, upTo(3), nil)
	concentration := func(values []float64) error {
		_, err := three.Concentration(values)
		return err
	}
	gradient := func(values []float64) error {
		_, err := three.Gradient(values)
		return err
	}
	mld := func(values []float64) error {
		d, err := inequality.NewDistribution(values, nil)
		require.NoError(t, err)
		_, err = d.MLD()
		return err
	}
	_, negativeAmount := three.ConcentrationOf([]int64{3, 2, -1})
	_, negativeError := three.GradientError([]float64{1, -1, 0})
	for name, c := range map[string]struct {
		err    error
		index  int
		column string
	}{
		"a value that is not a number":       {distribution([]float64{1, nan, 3}, nil), 1, "value"},
		"an infinite value":                  {distribution([]float64{1, 2, inf}, nil), 2, "value"},
		"a negative value":                   {distribution([]float64{-1, 2, 3}, nil), 0, "value"},
		"a negative population":              {distribution([]float64{1, 2, 3}, []float64{1, -1, 1}), 1, "population"},
		"a population that is not a number":  {distribution([]float64{1, 2}, []float64{1, nan}), 1, "population"},
		"a bad value without population":     {distribution([]float64{1, nan}, []float64{1, 0}), 1, "value"},
		"a position that is not a number":    {rank([]float64{1, nan}, nil), 1, "position"},
		"a negative population of a ranking": {rank([]float64{1, 2}, []float64{-1, 1}), 0, "population"},
		"a negative value to concentrate":    {concentration([]float64{1, 2, -3}), 2, "value"},
		"an infinite value to concentrate":   {concentration([]float64{inf, 2, 3}), 0, "value"},
		"a bad value of a gradient":          {gradient([]float64{1, nan, 3}), 1, "value"},
		"a negative amount":                  {negativeAmount, 2, "value"},
		"a negative standard error":          {negativeError, 1, "value"},
		"nothing at all, for MLD":            {mld([]float64{3, 0, 0}), 1, "value"},
	} {
		t.Run(name, func(t *testing.T) {
			var item *inequality.ItemError
			require.ErrorAs(t, c.err, &item)
			require.ErrorIs(t, c.err, sp.ErrInvalid)
			require.Equal(t, c.index, item.Index)
			require.Equal(t, c.column, item.Column)
		})
	}
}

func TestMeasuresWithoutAValueAreUndefined(t *testing.T) {
	_, nothing := inequality.NewDistribution([]float64{0, 0}, nil)
	_, nobody := inequality.NewDistribution([]float64{1, 2}, []float64{0, 0})
	_, unranked := inequality.Rank([]float64{1, 2}, []float64{0, 0})
	d := distribution(t, []float64{0, 0, 0, 0, 0, 1}, nil)
	_, palma := d.Palma()
	_, ratio := d.Ratio2020()
	two := ranking(t, []float64{1, 2}, nil)
	_, concentration := two.Concentration([]float64{0, 0})
	_, amounts := two.ConcentrationOf([]int64{0, 0})
	_, flat := ranking(t, []float64{5, 5}, nil).Gradient([]float64{1, 2})
	_, rii := inequality.Gradient{Bottom: -1, Top: 3, Mean: 1}.RII()
	_, relative := inequality.Gradient{Bottom: -1, Top: 1}.RelativeSII()
	for name, err := range map[string]error{
		"a population that has nothing":              nothing,
		"no population":                              nobody,
		"a ranking of no population":                 unranked,
		"the palma ratio where the poor have none":   palma,
		"the 20:20 ratio where the poor have none":   ratio,
		"the concentration of nothing":               concentration,
		"the concentration of no money":              amounts,
		"a gradient over one position":               flat,
		"the ratio of ends of different signs":       rii,
		"the relative slope index where the mean is": relative,
	} {
		t.Run(name, func(t *testing.T) {
			var undefined *inequality.UndefinedError
			require.ErrorAs(t, err, &undefined)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.NotEmpty(t, undefined.Measure)
			require.Contains(t, err.Error(), undefined.Reason)
		})
	}
}

func TestColumnsThatDoNotFitAreRefused(t *testing.T) {
	three := ranking(t, upTo(3), nil)
	for name, f := range map[string]func() error{
		"no items":                        func() error { _, err := inequality.NewDistribution(nil, nil); return err },
		"a population too many":           func() error { _, err := inequality.NewDistribution(upTo(2), upTo(3)); return err },
		"an empty population":             func() error { _, err := inequality.NewDistribution(upTo(2), []float64{}); return err },
		"no positions":                    func() error { _, err := inequality.Rank(nil, nil); return err },
		"a ranked population too many":    func() error { _, err := inequality.Rank(upTo(2), upTo(3)); return err },
		"too few values":                  func() error { _, err := three.Concentration(upTo(2)); return err },
		"too many amounts":                func() error { _, err := three.ConcentrationOf([]int64{1, 2, 3, 4}); return err },
		"too many values for a gradient":  func() error { _, err := three.Gradient(upTo(4)); return err },
		"too few standard errors":         func() error { _, err := three.GradientError(upTo(2)); return err },
		"labels missing":                  func() error { _, err := inequality.TheilBy(upTo(2), nil, []string{"a"}); return err },
		"sums beyond a float64":           func() error { _, err := inequality.NewDistribution([]float64{1e308, 1e308}, nil); return err },
		"populations beyond a float64":    func() error { _, err := inequality.Rank(upTo(2), []float64{1e308, 1e308}); return err },
		"a negative aversion":             func() error { _, err := distribution(t, upTo(2), nil).Atkinson(-1); return err },
		"an aversion that is not one":     func() error { _, err := distribution(t, upTo(2), nil).Atkinson(math.NaN()); return err },
		"bounds that exclude the mean":    func() error { _, err := inequality.Concentration{Mean: 2}.Erreygers(0, 1); return err },
		"bounds that are not numbers":     func() error { _, err := inequality.Concentration{Mean: 2}.Wagstaff(0, math.NaN()); return err },
		"bounds the wrong way round":      func() error { _, err := inequality.Concentration{Mean: 2}.Wagstaff(3, 1); return err },
		"a standard error of no quantity": func() error { _, err := three.ConcentrationError([]float64{0, 0, 0}); return err },
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, f(), sp.ErrInvalid) })
	}
}

func TestZerosCount(t *testing.T) {
	d := distribution(t, []float64{0, 0, 0, 10, 10, 10}, nil)
	require.InDelta(t, math.Ln2, d.Theil(), 1e-15)
	require.InDelta(t, .5, d.Gini(), 1e-15)
	require.InDelta(t, .5, d.Hoover(), 1e-15)
	require.InDelta(t, 1, atkinson(t, d, 1), 0, "the limit")
	require.InDelta(t, 1, atkinson(t, d, 2), 0, "the limit")
	require.InDelta(t, .5, atkinson(t, d, .5), 1e-15)

	split, err := inequality.TheilBy([]float64{0, 0, 0, 10, 10, 10}, nil, []int{2, 2, 2, 1, 1, 1})
	require.NoError(t, err)
	want := inequality.Decomposition[int]{Between: math.Ln2, Groups: []inequality.Group[int]{
		{Label: 1, Population: .5, Held: 1},
		{Label: 2, Population: .5},
	}}
	require.Empty(t, cmp.Diff(want, split, cmpopts.EquateApprox(0, 1e-15)))
}

func TestTheAreaAtABoundaryIsSplit(t *testing.T) {
	d := distribution(t, []float64{1, 2, 3, 4}, nil)
	require.InDelta(t, .1, d.Lorenz(.25), 1e-15)
	require.InDelta(t, .2, d.Lorenz(.375), 1e-15)
	require.Zero(t, d.Lorenz(-1))
	require.InDelta(t, 1, d.Lorenz(2), 0)
	palma, err := d.Palma()
	require.NoError(t, err)
	require.InDelta(t, (.1*4)/(.25*1+.15*2), palma, 1e-14)
	ratio, err := d.Ratio2020()
	require.NoError(t, err)
	require.InDelta(t, 4.0, ratio, 1e-14)
}

func TestTiesShareTheirRank(t *testing.T) {
	r := ranking(t, []float64{1, 2, 2, 3}, []float64{1, 1, 3, 5})
	require.Equal(t, 4, r.Len())
	for i, want := range []float64{.05, .3, .3, .75} {
		require.InDelta(t, want, r.At(i), 1e-15)
	}
	forth, err := r.Concentration([]float64{4, 8, 2, 5})
	require.NoError(t, err)
	back, err := ranking(t, []float64{2, 2, 3, 1}, []float64{3, 1, 5, 1}).Concentration([]float64{2, 8, 5, 4})
	require.NoError(t, err)
	require.InDelta(t, forth.Index, back.Index, 1e-15)
}

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

func TestIndicesKeepTheirLaws(t *testing.T) {
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

func TestAtkinsonIsSmoothAtOneAndFiniteFarOut(t *testing.T) {
	d := distribution(t, incomes, households)
	at1 := atkinson(t, d, 1)
	require.InDelta(t, at1, atkinson(t, d, 1-1e-9), 1e-8)
	require.InDelta(t, at1, atkinson(t, d, 1+1e-9), 1e-8)
	require.Zero(t, atkinson(t, d, 0))
	require.InDelta(t, 1-541/d.Mean(), atkinson(t, d, 1e6), 1e-4, "in the limit only the poorest count")
}

func TestAtkinsonOfAbsurdNumbersIsStillANumber(t *testing.T) {
	tiny := 1.398043286095289e-76
	d := distribution(t, []float64{tiny, tiny, tiny, 6.378489473675153e+116}, []float64{2.175298456053789e-76, 9.162216479754085e-72, tiny, 1.207373746603704e-153})
	for _, aversion := range []float64{.5, 1, 2, 50} {
		a := atkinson(t, d, aversion)
		require.True(t, a >= 0 && a <= 1, "%v: %v", aversion, a)
	}
}

func TestRepeatedUseAllocatesNothing(t *testing.T) {
	d := distribution(t, incomes, households)
	r := ranking(t, incomes, households)
	pence := make([]int64, len(incomes))
	pence[0] = 1
	require.Zero(t, testing.AllocsPerRun(10, func() {
		_ = d.Reset(households, incomes)
		_ = d.Gini()
		_, _ = r.Concentration(households)
		_, _ = r.ConcentrationOf(pence)
		_, _ = r.ConcentrationError(households)
		_, _ = r.Gradient(households)
	}))
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

func TestAFailedResetChangesNothing(t *testing.T) {
	d := distribution(t, incomes, households)
	want := d.Gini()
	for _, values := range [][]float64{{1, math.NaN()}, {0, 0}, {1e308, 1e308}, {}} {
		require.Error(t, d.Reset(values, nil))
		require.InDelta(t, want, d.Gini(), 0)
	}
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
