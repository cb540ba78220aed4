package lab_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/simulation/lab"
)

// large is a district in which 10,000 people are referred over three years, with 60 offers.
func large() lab.Study {
	s := study(asNow, lab.Policy{Name: "worker", Workers: 1})
	s.Scenario.Days = 3 * 365
	for i := range s.Scenario.Groups {
		s.Scenario.Groups[i].PerWeek[0].PerWeek = 32
	}
	s.Scenario.Teams[0].Posts = 12
	few := s.Scenario.Supply
	for i := range 19 {
		for _, o := range few {
			o.Offer.ID += "-" + directory.ID(rune('a'+i))
			s.Scenario.Supply = append(s.Scenario.Supply, o)
		}
	}
	return s
}

// Two policies, 64 pairs of runs, and how much of the variance of independent runs is left.
func BenchmarkCompare(b *testing.B) {
	var c *lab.Comparison
	for b.Loop() {
		var err error
		c, err = lab.Compare(b.Context(), large(), lab.Options{Seed: "bench", Pairs: 64, Workers: 2})
		require.NoError(b, err)
	}
	for _, o := range c.Outcomes {
		if o.Policy == "as now" && o.Measure == lab.Referred && o.By == "" {
			b.ReportMetric(o.Mean.Value, "people")
		}
	}
	for m, unit := range map[lab.Measure]string{lab.ToContact: "variance-of-waits", lab.GaveUp: "variance-of-gave-up", lab.ToPlace: "variance-of-waits-for-places", lab.Began: "variance-of-begun"} {
		d, _ := c.Difference("worker", m)
		b.ReportMetric(d.Variance.Or(-1), unit)
	}
}

// How much of the variance of independent runs is left where places are short, and where everybody gets one.
func BenchmarkCompareWherePlacesAreShort(b *testing.B) {
	for name, places := range map[string]int{"short": 6, "enough": 60} {
		b.Run(name, func(b *testing.B) {
			s := study(asNow, lab.Policy{Name: "places", Places: 2})
			for i := range s.Scenario.Supply {
				s.Scenario.Supply[i].Places = places
			}
			for b.Loop() {
				c, err := lab.Compare(b.Context(), s, lab.Options{Seed: "bench", Pairs: 24, Workers: 2})
				require.NoError(b, err)
				for m, unit := range map[lab.Measure]string{lab.SpokenTo: "variance-of-spoken-to", lab.Began: "variance-of-begun"} {
					d, _ := c.Difference("places", m)
					b.ReportMetric(d.Variance.Or(0), unit)
				}
			}
		})
	}
}
