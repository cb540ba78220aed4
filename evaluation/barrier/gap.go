package barrier

import (
	"math"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// gapOf returns how far the groups that are shown lie apart. Those of whom it is not known in which
// they are stand among the groups and are compared with none.
func gapOf(groups []evaluation.Figure, ordered []string, level float64) Gap {
	g := Gap{Disparity: stat.Estimate{Undefined: stat.OneGroup}, Slope: slopeOf(groups, ordered, level)}
	var values, people, errors []float64
	var low, high *evaluation.Figure
	for i := range groups {
		f := &groups[i]
		if !compares(f) {
			continue
		}
		if low == nil || f.Estimate.Value < low.Estimate.Value {
			low = f
		}
		if high == nil || f.Estimate.Value > high.Estimate.Value {
			high = f
		}
		p := f.Estimate.Value
		values, people, errors = append(values, p), append(people, f.Estimate.Denominator), append(errors, math.Sqrt(p*(1-p)/f.Estimate.Denominator))
	}
	if len(values) < 2 {
		return g
	}
	if low.Estimate.Value < high.Estimate.Value {
		g.Lowest, g.Highest = low.Group, high.Group
	}
	if all, err := inequality.NewGroups(values, people); err == nil {
		if e, err := all.Estimates(errors, level); err == nil {
			g.Disparity = e.Disparity.ByPopulation
		}
	}
	return g
}

func compares(f *evaluation.Figure) bool {
	return f.Defined() && f.Unit == evaluation.Share && f.Group != evaluation.UnknownGroup
}

// slopeOf returns the slope index of inequality over groups in an order, in percentage points. How sure each
// share is comes from its interval, which allows for several rows of one person and for shares of 0 and 1.
func slopeOf(groups []evaluation.Figure, ordered []string, level float64) stat.Estimate {
	if len(ordered) == 0 {
		return stat.Estimate{Undefined: NoOrder}
	}
	var position, people, values, lower, upper []float64
	for n, name := range ordered {
		for i := range groups {
			if f := &groups[i]; f.Group == name && compares(f) {
				e := f.Estimate
				position, people, values = append(position, float64(n)), append(people, e.Denominator), append(values, e.Value)
				lower, upper = append(lower, e.Interval.Lower), append(upper, e.Interval.Upper)
			}
		}
	}
	if len(values) < len(ordered) {
		return stat.Estimate{Undefined: NotShown}
	}
	errors, err := inequality.StandardErrors(lower, upper, level, inequality.Additive)
	if err != nil {
		return stat.Estimate{Undefined: NotShown}
	}
	ranking, err := inequality.Rank(position, people)
	if err != nil {
		return stat.Estimate{Undefined: NotShown}
	}
	slope, err := ranking.Slope(values, errors, inequality.SlopeOptions{Level: level, Multiplier: 100})
	if err != nil { // there are fewer than three
		return stat.Estimate{Undefined: stat.TooFewValues}
	}
	slope.SII.Of = "percentage points"
	return slope.SII
}
