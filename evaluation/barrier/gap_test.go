package barrier_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
)

// fifth puts practices into fifths of deprivation, as a lookup would.
func fifth(r evaluation.Row) string {
	n, err := strconv.Atoi(strings.TrimPrefix(r.Code(facts.Practice), "bay/practice-"))
	if err != nil {
		return evaluation.UnknownGroup
	}
	return strconv.Itoa(1 + n%5)
}

var (
	fifths = []string{"1", "2", "3", "4", "5"}
	byWant = barrier.Plan{Groups: evaluation.Grouping{Name: "fifth of deprivation", Reads: []evaluation.Fact{facts.Practice}, Of: fifth}, Ordered: fifths}
)

// plainly returns the slope of shares over the middles of their groups on a scale from 0, the most
// disadvantaged, to 1, by least squares in which each person counts once, in percentage points.
func plainly(groups []evaluation.Figure) float64 {
	people, before, sumX, sumY := 0.0, 0.0, 0.0, 0.0
	for _, f := range groups {
		people += f.Estimate.Denominator
	}
	middle := make([]float64, len(groups))
	for i, f := range groups {
		n := f.Estimate.Denominator
		middle[i] = (before + n/2) / people
		before += n
		sumX, sumY = sumX+n*middle[i], sumY+n*f.Estimate.Value
	}
	var xy, xx float64
	for i, f := range groups {
		dx := middle[i] - sumX/people
		xy += f.Estimate.Denominator * dx * (f.Estimate.Value - sumY/people)
		xx += f.Estimate.Denominator * dx * dx
	}
	return 100 * xy / xx
}

func TestGapHasTheSlopeOverGroupsInOrder(t *testing.T) {
	world := evaluationtest.World{Seed: 3, Referrals: 900}
	read := func(p barrier.Plan) barrier.Report {
		r, err := p.Read(t.Context(), world.Log(), evaluation.Options{AsOf: evaluationtest.End}, barrier.Sources{}, disclosure.HES())
		require.NoError(t, err)
		return r
	}
	sloped, all := 0, read(byWant)
	for _, l := range all.Lines {
		for _, x := range l.Measured {
			var groups []evaluation.Figure
			for _, name := range fifths {
				n := slices.IndexFunc(x.Groups, func(f evaluation.Figure) bool { return f.Group == name && f.Defined() && f.Unit == evaluation.Share })
				if n >= 0 {
					groups = append(groups, x.Groups[n])
				}
			}
			s := x.Gap.Slope
			require.Equal(t, len(groups) == len(fifths), s.Defined(), x.Name)
			if !s.Defined() {
				require.Equal(t, barrier.NotShown, s.Undefined)
				continue
			}
			sloped++
			require.InDelta(t, plainly(groups), s.Value, 1e-9, x.Name)
			require.Less(t, s.Interval.Lower, s.Value)
			require.Greater(t, s.Interval.Upper, s.Value)
		}
	}
	require.Greater(t, sloped, 10)
	turned := byWant
	turned.Ordered = slices.Clone(fifths)
	slices.Reverse(turned.Ordered)
	waiting := line(all, "6-1").Measured[0]
	require.InDelta(t, -waiting.Gap.Slope.Value, line(read(turned), "6-1").Measured[0].Gap.Slope.Value, 1e-9, "the other way round")
	require.Contains(t, line(all, "6-1").Details(), "from the most to the least disadvantaged it changes by ")

	turned.Ordered = nil
	require.Equal(t, barrier.NoOrder, line(read(turned), "6-1").Measured[0].Gap.Slope.Undefined)
	turned.Ordered = append(slices.Clone(fifths), "6")
	require.Equal(t, barrier.NotShown, line(read(turned), "6-1").Measured[0].Gap.Slope.Undefined)
	turned.Ordered = fifths[:2]
	require.False(t, line(read(turned), "6-1").Measured[0].Gap.Slope.Defined(), "of two groups there is no line to be unsure of")
}

func TestGapNamesNoGroupAsLowestWhereAllAreTheSame(t *testing.T) {
	named, same := 0, 0
	for seed := range uint64(2) {
		world := evaluationtest.World{Seed: seed, Referrals: 200}
		r, err := byWant.Read(t.Context(), world.Log(), evaluation.Options{AsOf: evaluationtest.End}, barrier.Sources{}, disclosure.HES())
		require.NoError(t, err)
		for _, l := range r.Lines {
			for _, x := range l.Measured {
				var values []float64
				for _, f := range x.Groups {
					if f.Defined() && f.Unit == evaluation.Share && f.Group != evaluation.UnknownGroup {
						values = append(values, f.Estimate.Value)
					}
				}
				switch {
				case x.Gap.Lowest != "":
					named++
					require.NotEqual(t, x.Gap.Lowest, x.Gap.Highest, x.Name)
				case len(values) > 1:
					same++
					require.InDelta(t, slices.Min(values), slices.Max(values), 0, x.Name)
				}
			}
		}
	}
	require.Positive(t, named)
	require.Positive(t, same)
}
