package inequality_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

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

func TestADistributionRefusesColumnsThatDoNotFit(t *testing.T) {
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
		"values beyond all proportion":    func() error { _, err := inequality.NewDistribution([]float64{1, 1e101}, nil); return err },
		"populations next to nothing":     func() error { _, err := inequality.Rank(upTo(2), []float64{1, 1e-101}); return err },
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

func TestADistributionCountsZeros(t *testing.T) {
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

func TestAGapSplitsTheAreaAtABoundary(t *testing.T) {
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

func TestRatiosStayUndefinedWherePopulationsHaveFractions(t *testing.T) {
	var undefined *inequality.UndefinedError
	fifths := []float64{.39, .39, .39, .39, .39}
	_, err := distribution(t, []float64{0, 1, 1, 1, 1}, fifths).Ratio2020()
	require.ErrorAs(t, err, &undefined, "a fifth has nothing")
	_, err = distribution(t, []float64{0, 0, 1, 1, 1}, []float64{.1, .3, .2, .2, .2}).Palma()
	require.ErrorAs(t, err, &undefined, "two fifths have nothing")
	ratio, err := distribution(t, []float64{0, 1, 1, 1, 1}, []float64{.38, .4, .39, .39, .39}).Ratio2020()
	require.NoError(t, err)
	require.InDelta(t, 39, ratio, 1e-9, "a hundredth of a person has something")
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
	d := distribution(t, []float64{tiny, tiny, tiny, 6.378489473675153e+99}, []float64{2.175298456053789e-76, 9.162216479754085e-72, tiny, 1.207373746603704e-99})
	for _, aversion := range []float64{.5, 1, 2, 50} {
		a := atkinson(t, d, aversion)
		require.True(t, a >= 0 && a <= 1, "%v: %v", aversion, a)
	}
}

func TestADistributionAllocatesNothingWhenItIsUsedAgain(t *testing.T) {
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

func TestAFailedResetChangesNothing(t *testing.T) {
	d := distribution(t, incomes, households)
	want := d.Gini()
	for _, values := range [][]float64{{1, math.NaN()}, {0, 0}, {1e308, 1e308}, {}} {
		require.Error(t, d.Reset(values, nil))
		require.InDelta(t, want, d.Gini(), 0)
	}
}
