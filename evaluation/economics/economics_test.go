package economics_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/economics"
	"github.com/socialprescribing/sp/evaluation/stat"
)

func pounds(n int64) economics.Price {
	return economics.Price{Amount: sp.Pounds(n), Year: 2024, Source: "test"}
}

func failed[T any](_ T, err error) error { return err }

func TestEveryCostAndOutcomeThatIsImpossibleIsRefused(t *testing.T) {
	nan := math.NaN()
	sroi := func(o economics.Outcome) error {
		return failed(economics.NewSROI([]economics.Outcome{o}, pounds(10), economics.GreenBook()))
	}
	good := economics.Outcome{Quantity: 1, Proxy: pounds(1), Years: 1}
	with := func(change func(*economics.Outcome)) economics.Outcome {
		o := good
		change(&o)
		return o
	}
	two := []economics.Person{{1, 1}, {2, 2}}
	stream := rand.New(rand.NewPCG(1, 1))
	deflator := economics.Deflator{Index: map[int]float64{2024: 100, 2025: 0}, Source: "x"}
	for name, err := range map[string]error{
		"Factor of a year before now":      failed(economics.GreenBook().Factor(-1)),
		"Factor beyond a thousand years":   failed(economics.GreenBook().Factor(1001)),
		"Factor without a source":          failed(economics.Curve{Steps: []economics.Step{{1, .03}}}.Factor(1)),
		"Factor without steps":             failed(economics.Curve{Source: "x"}.Factor(1)),
		"Factor of steps out of order":     failed(economics.Curve{Source: "x", Steps: []economics.Step{{1, .03}, {1, .02}}}.Factor(1)),
		"Factor of a rate in percent":      failed(economics.Flat(3.5, "x").Factor(1)),
		"NPV of an amount that is none":    failed(economics.NPV([]economics.Flow{{1, nan}}, economics.GreenBook())),
		"CostPerOutcome of more than all":  failed(economics.CostPerOutcome(pounds(1), 2, 1, .95)),
		"CostPerOutcome without a source":  failed(economics.CostPerOutcome(economics.Price{Amount: sp.Pounds(1), Year: 2024}, 1, 2, .95)),
		"CostPerOutcome of a gain":         failed(economics.CostPerOutcome(pounds(-1), 1, 2, .95)),
		"CostRatio of a cost that is none": failed(economics.CostRatio([]economics.Person{{nan, 1}}, .95)),
		"CostRatio at no level":            failed(economics.CostRatio(two, 1)),
		"Compare with one person":          failed(economics.Compare(two, two[:1], .95)),
		"Compare at no level":              failed(economics.Compare(two, two, 0)),
		"Resample of nobody":               failed(economics.Resample(stream, two, nil, stat.Resampling{})),
		"Resample without a stream":        failed(economics.Resample(nil, two, two, stat.Resampling{})),
		"Plane without draws":              failed(economics.Plane{}.At(1, .95)),
		"Plane at no worth":                failed(economics.Plane{Draws: two}.At(nan, .95)),
		"Wellbys of a deadweight of more":  failed(economics.Wellbys(stat.Estimate{}, 1, 2)),
		"Wellbys of eleven points":         failed(economics.Wellbys(stat.Estimate{Value: 11}, 1, 0)),
		"WellbyPrice out of order":         failed(economics.WellbyPrice{Low: pounds(3), Central: pounds(2), High: pounds(4)}.Value(stat.Estimate{})),
		"QALYs of one utility":             failed(economics.QALYs([]economics.Utility{{0, 1}})),
		"QALYs out of order":               failed(economics.QALYs([]economics.Utility{{1, 1}, {1, 1}})),
		"QALYs above full health":          failed(economics.QALYs([]economics.Utility{{0, 1}, {1, 1.1}})),
		"SROI without outcomes":            failed(economics.NewSROI(nil, pounds(1), economics.GreenBook())),
		"SROI of no investment":            failed(economics.NewSROI([]economics.Outcome{good}, pounds(0), economics.GreenBook())),
		"SROI of prices of another year":   sroi(with(func(o *economics.Outcome) { o.Proxy.Year = 2019 })),
		"SROI of a price without a source": sroi(with(func(o *economics.Outcome) { o.Proxy.Source = "" })),
		"SROI of a share in percent":       sroi(with(func(o *economics.Outcome) { o.Deadweight = 30 })),
		"SROI that never lasts":            sroi(with(func(o *economics.Outcome) { o.Years = 0 })),
		"SROI of another currency":         sroi(with(func(o *economics.Outcome) { o.Proxy.Amount = sp.NewMoney(100, "EUR") })),
		"SROI of an unknown kind":          sroi(with(func(o *economics.Outcome) { o.Kind = "x" })),
		"Uprate by nothing":                failed(deflator.Uprate(pounds(1), 2025)),
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, err, sp.ErrInvalid) })
	}
	require.ErrorIs(t, failed(deflator.Uprate(pounds(1), 2030)), sp.ErrNotFound)
	require.ErrorIs(t, failed(economics.Compare(two, two[:1], .95)), stat.TooFewValues)
}

func TestAPriceKeepsItsYearAndSourceWhenItIsUprated(t *testing.T) {
	d := economics.Deflator{Index: map[int]float64{2019: 90, 2024: 112.5}, Source: "GDP deflator, made up"}
	p, err := d.Uprate(economics.HMTWellby().Central, 2024)
	require.NoError(t, err)
	require.Equal(t, "£16,250.00 at 2024 prices (HM Treasury, Wellbeing Guidance for Appraisal, July 2021, uprated by GDP deflator, made up)", p.String())
}

// slowFactor multiplies year by year.
func slowFactor(c economics.Curve, year int) float64 {
	f := 1.0
	for y := 1; y <= year; y++ {
		rate := 0.0
		for _, s := range c.Steps {
			if s.From <= y {
				rate = s.Rate
			}
		}
		f /= 1 + rate
	}
	return f
}

func TestFactorsAreProductsYearByYearAndFall(t *testing.T) {
	for _, c := range []economics.Curve{economics.GreenBook(), economics.GreenBookHealth(), economics.Flat(.035, "NICE")} {
		last := 2.0
		for year := range 400 {
			f, err := c.Factor(year)
			require.NoError(t, err)
			require.InEpsilon(t, slowFactor(c, year), f, 1e-12)
			require.Less(t, f, last)
			last = f
		}
	}
	require.Equal(t, "flat 3.5 %", economics.Flat(.035, "NICE").Name)
}

func TestFiellersLimitsAreWhereTheNetBenefitMayBeNothing(t *testing.T) {
	person := rapid.Custom(func(t *rapid.T) economics.Person {
		return economics.Person{Cost: rapid.Float64Range(-100, 100).Draw(t, "cost"), Effect: rapid.Float64Range(-1, 1).Draw(t, "effect")}
	})
	rapid.Check(t, func(t *rapid.T) {
		helped, control := rapid.SliceOfN(person, 2, 12).Draw(t, "helped"), rapid.SliceOfN(person, 2, 12).Draw(t, "control")
		d, err := economics.Compare(helped, control, .9)
		require.NoError(t, err)
		if !d.ICER.Defined() {
			return
		}
		limits := d.ICER.Interval
		if d.ICER.Shape == economics.OutsideRange {
			limits = d.ICER.Excluded
		}
		if d.ICER.Shape == economics.Anything || math.Abs(limits.Lower) > 1e7 || math.Abs(limits.Upper) > 1e7 || limits.Upper-limits.Lower < 1e-3 {
			return
		}
		inside := limits.Contains(d.ICER.Value)
		require.Equal(t, d.ICER.Shape == economics.Bounded, inside)
		for _, worth := range []float64{limits.Lower, limits.Upper} {
			b := d.NetBenefit(worth)
			edge := min(math.Abs(b.Interval.Lower), math.Abs(b.Interval.Upper))
			require.LessOrEqual(t, edge, 1e-6*(1+math.Abs(b.Value)+b.Interval.Upper-b.Interval.Lower))
		}
	})
}

func TestCostRatioIsTotalCostOverTotalEffect(t *testing.T) {
	r, err := economics.CostRatio([]economics.Person{{100, 1}, {120, 1}, {90, 1}, {110, 0}, {105, 1}}, .95)
	require.NoError(t, err)
	require.InDelta(t, 525.0/4, r.Value, 1e-12)
	require.Equal(t, economics.Bounded, r.Shape)
	require.True(t, r.Interval.Contains(r.Value))
	none, err := economics.CostRatio([]economics.Person{{100, 0}, {120, 0}}, .95)
	require.NoError(t, err)
	require.Equal(t, stat.NoEvents, none.Undefined)
	one, err := economics.CostRatio([]economics.Person{{100, 1}}, .95)
	require.NoError(t, err)
	require.Equal(t, stat.TooFewValues, one.Undefined)
}

func TestACostWithoutAnyOutcomeHasALowerLimitAlone(t *testing.T) {
	e, err := economics.CostPerOutcome(pounds(1000), 0, 50, .95)
	require.NoError(t, err)
	require.Equal(t, stat.NoEvents, e.Undefined)
	require.True(t, e.Interval.OpenAbove())
	wilson, err := stat.Wilson(0, 50, .95)
	require.NoError(t, err)
	require.InDelta(t, 20/wilson.Upper, e.Interval.Lower, 1e-9)
}

func TestThePlaneIsTheSameForAnyNumberOfWorkersAndAgreesWithTheNormalCurve(t *testing.T) {
	stream := rand.New(rand.NewPCG(3, 3))
	group := func(cost, effect float64) (g []economics.Person) {
		for range 200 {
			g = append(g, economics.Person{Cost: cost + 50*stream.NormFloat64(), Effect: effect + .2*stream.NormFloat64()})
		}
		return g
	}
	helped, control := group(400, .65), group(300, .60)
	var first economics.Plane
	for workers := 1; workers <= 3; workers++ {
		p, err := economics.Resample(rand.New(rand.NewPCG(9, 9)), helped, control, stat.Resampling{Replicates: 2000, Workers: workers})
		require.NoError(t, err)
		if workers == 1 {
			first = p
		}
		require.Empty(t, cmp.Diff(first, p))
	}
	d, err := economics.Compare(helped, control, .95)
	require.NoError(t, err)
	shares := 0.0
	for _, share := range first.Quadrants() {
		shares += share
	}
	require.InDelta(t, 1, shares, 1e-12)
	for _, worth := range []float64{0, 1000, 2000, 5000} {
		w, err := first.At(worth, .95)
		require.NoError(t, err)
		b := d.NetBenefit(worth)
		width := b.Interval.Upper - b.Interval.Lower
		require.InDelta(t, d.Acceptable(worth), w.Acceptable, .04)
		require.InDelta(t, b.Value, w.NetBenefit.Value, .03*width)
		require.InDelta(t, b.Interval.Lower, w.NetBenefit.Interval.Lower, .06*width)
		require.GreaterOrEqual(t, w.EVPI, -1e-9)
	}
}

func TestEveryPennyOfASocialReturnIsOnALine(t *testing.T) {
	share := rapid.Float64Range(0, 1)
	rapid.Check(t, func(t *rapid.T) {
		o := economics.Outcome{
			Quantity: rapid.Float64Range(0, 1000).Draw(t, "quantity"), Proxy: pounds(rapid.Int64Range(1, 5000).Draw(t, "proxy")),
			Deadweight: share.Draw(t, "deadweight"), Attribution: share.Draw(t, "attribution"), Displacement: share.Draw(t, "displacement"),
			DropOff: share.Draw(t, "drop-off"), Years: rapid.IntRange(1, 10).Draw(t, "years"),
		}
		r, err := economics.NewSROI([]economics.Outcome{o, o}, pounds(1000), economics.GreenBook())
		require.NoError(t, err)
		total := 0.0
		for _, l := range r.Lines {
			near := func(want, got float64) { require.InDelta(t, want, got, 1e-9*(1+l.Gross*10)) }
			near(l.Gross, l.Deadweight+l.Attribution+l.Displacement+l.Impact)
			near(l.Impact*float64(o.Years), l.Lasting+l.Faded)
			near(l.Lasting, l.Present+l.Discounted)
			total += l.Present
		}
		require.InDelta(t, total, r.Total, 1e-6)
		require.InDelta(t, total, r.Present[economics.Social], 1e-6)
		require.True(t, r.Low <= r.Central && r.Central <= r.High)
		require.InDelta(t, r.Total-1000, r.Net, 1e-9)
	})
}

func TestAComparisonHasItsQuadrantInWords(t *testing.T) {
	group := func(cost, effect float64) []economics.Person {
		return []economics.Person{{cost - 1, effect - .1}, {cost + 1, effect + .1}}
	}
	for want, p := range map[economics.Verdict]economics.Person{
		economics.CostsMore: {20, 1}, economics.CostsLess: {-20, -1}, economics.Dominant: {-20, 1}, economics.Dominated: {20, -1}, economics.NoDifference: {0, 1},
	} {
		d, err := economics.Compare(group(100+p.Cost, 2+p.Effect), group(100, 2), .95)
		require.NoError(t, err)
		require.Equal(t, want, d.Verdict)
		require.Equal(t, want == economics.CostsMore || want == economics.CostsLess, d.TradeOff())
	}
}

func FuzzEconomics(f *testing.F) {
	f.Add(1.0, 2.0, 3.0, 4.0, .95)
	f.Add(0.0, 0.0, 0.0, 0.0, .5)
	f.Add(1e100, -1e100, 5e-324, 1.0, .9999)
	f.Add(math.NaN(), math.Inf(1), 1e308, 0.0, 1.0)
	f.Fuzz(func(t *testing.T, a, b, c, d, level float64) {
		sound := func(e stat.Estimate, err error) {
			t.Helper()
			if err != nil {
				require.ErrorIs(t, err, sp.ErrInvalid)
				return
			}
			require.False(t, math.IsNaN(e.Value) || math.IsInf(e.Value, 0), "%v", e)
			require.LessOrEqual(t, e.Interval.Lower, e.Interval.Upper, "%v", e)
		}
		sound(economics.CostPerOutcome(pounds(100), a, b, level))
		r, err := economics.CostRatio([]economics.Person{{a, b}, {c, d}, {b, a}}, level)
		sound(r.Estimate, err)
		cmp, err := economics.Compare([]economics.Person{{a, b}, {c, d}}, []economics.Person{{d, a}, {b, c}}, level)
		if err == nil {
			sound(cmp.Cost, nil)
			sound(cmp.ICER.Estimate, nil)
			sound(cmp.NetBenefit(c), nil)
			require.False(t, math.IsNaN(cmp.Acceptable(c)))
		}
		sound(economics.Wellbys(stat.Estimate{Value: a, Interval: stat.Interval{Lower: a, Upper: a}}, b, c))
		q, err := economics.QALYs([]economics.Utility{{0, a}, {b, c}})
		sound(stat.Estimate{Value: q.Total}, err)
		w, err := economics.Plane{Draws: []economics.Person{{a, b}, {c, d}}}.At(d, level)
		sound(w.NetBenefit, err)
		s, err := economics.NewSROI([]economics.Outcome{{Quantity: a, Proxy: pounds(3), Deadweight: b, Attribution: c, DropOff: d, Years: 3}}, pounds(10), economics.GreenBook())
		sound(stat.Estimate{Value: s.Central, Interval: stat.Interval{Lower: s.Low, Upper: s.High}}, err)
	})
}
