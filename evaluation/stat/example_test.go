package stat_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Of 1,277 people referred, 912 were contacted in time. The share carries its
// Wilson score interval (Wilson 1927).
func Example() {
	e, err := stat.Proportion(912, 1277, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e)
	// Output: 71.4 % (68.9 to 73.8), 912 of 1277 cases, Wilson 95 %
}

// Twelve incidents in 4,000 referrals. From ten events on limits are Byar's (Breslow
// & Day 1987), below they are exact (Garwood 1936).
func ExampleRate() {
	e, _ := stat.Rate(12, 4000, 1000, 0.95)
	fmt.Println(e)
	e, _ = stat.Rate(3, 4000, 1000, 0.95)
	fmt.Println(e)
	// Output:
	// 3 per 1000 (1.55 to 5.24), Byar 95 %
	// 0.75 per 1000 (0.155 to 2.19), exact Poisson 95 %
}

// A rate as if the population had the ages of the standard one (Dobson and others
// 1991).
func ExampleDirect() {
	bands := []stat.Band{
		{Events: 40, People: 9_000, Weight: 60_000}, // under 65
		{Events: 55, People: 2_000, Weight: 40_000},
	}
	e, _ := stat.Direct(bands, 1000, 0.95)
	fmt.Println(e)
	// Output: 13.7 per 1000 (10.8 to 17.0), Dobson 95 %
}

// Sixty of eighty people of one scheme and fifty of ninety of another met their
// goal. Newcombe's interval (method 10 of Newcombe 1998) of the difference leaves 0
// out.
func ExampleRiskDifference() {
	e, _ := stat.RiskDifference(60, 80, 50, 90, 0.95)
	fmt.Printf("%.2f (%.2f to %.2f), %s\n", e.Value, e.Interval.Lower, e.Interval.Upper, e.Method)
	// Output: 0.19 (0.05 to 0.33), Newcombe
}

// Three people attended sessions: nine of ten, one of ten, eight of ten. That is
// far from thirty independent sessions (Cochran 1977).
func ExampleClustered() {
	s, _ := stat.Clustered([]stat.Cluster{{9, 10}, {1, 10}, {8, 10}}, 0.95)
	s.Of = "sessions"
	fmt.Println(s.Estimate)
	fmt.Printf("worth %.1f independent sessions\n", s.EffectiveSize)
	// Output:
	// 60 % (19.8 to 90.1), 18 of 30 sessions, Wilson at effective size 95 %
	// worth 3.8 independent sessions
}

// Four people filled in a questionnaire before and after; a fifth did not come
// back. The people were chosen because they felt worse than the population, whose
// mean is 24, so part of the change would have come about anyway (Barnett and others
// 2005).
func ExamplePaired() {
	change, _ := stat.Paired([]stat.Pair{
		{18, sp.Know(22.0)}, {20, sp.Know(21.0)}, {17, sp.Know(23.0)}, {21, sp.Know(22.0)}, {14, sp.Known[float64]{}},
	}, 0.95)
	fmt.Println("change", change.Mean)
	fmt.Println("lost", change.Lost)
	shift, _ := stat.RegressionToMean(change, 24, 0.7)
	fmt.Printf("to be expected %.2f, beyond it %s\n", shift.Expected, shift.Beyond)
	// Output:
	// change 3 (-0.898 to 6.90), Student's t 95 %
	// lost 1
	// to be expected 1.50, beyond it 1.50 (-2.40 to 5.40), Student's t 95 %
}

// Is a rise from 18 to 26 more than the noise of asking twice, and did it cross the
// cut-off of 24 (Jacobson & Truax 1991)?
func ExampleNewReliability() {
	r, _ := stat.NewReliability(4.5, 0.85, 0.95)
	fmt.Printf("reliable beyond %.1f points: %s\n", r.Threshold, r.Judge(18, 26, sp.Know(24.0), stat.Higher))
	// Output: reliable beyond 4.8 points: recovered
}

// The median wait of a small group, with limits from 1,000 samples drawn anew (Efron
// 1979; Davison & Hinkley 1997).
func ExampleBootstrap() {
	waits := []float64{3, 5, 8, 8, 10, 12, 15, 21, 30, 44}
	stream := rand.New(rand.NewPCG(1, 2))
	replicas, _ := stat.Bootstrap(stream, len(waits), stat.Resampling{Replicates: 1000, Workers: 2}, func(cases []int) float64 {
		sample := make([]float64, len(cases))
		for i, c := range cases {
			sample[i] = waits[c]
		}
		median, err := stat.Quantile(sample, 0.5, 0.95)
		if err != nil {
			return math.NaN()
		}
		return median.Value
	})
	e, _ := replicas.Percentile(0.95)
	fmt.Println(e)
	// Output: 11 (7.50 to 22.5), bootstrap percentile 95 %
}

// Nine deaths where 5.2 were expected at the rates of England (Breslow & Day 1987).
func ExampleIndirectRatio() {
	e, _ := stat.IndirectRatio(9, []stat.Stratum{
		{People: 800, ReferenceEvents: 200, ReferencePeople: 100_000},
		{People: 300, ReferenceEvents: 600, ReferencePeople: 50_000},
	}, 100, 0.95)
	fmt.Println(e, "expected", e.Denominator)
	// Output: 173 per 100 (79.1 to 329), exact Poisson 95 % expected 5.2
}

// Eleven incidents in 800 person-years beside twenty in 3,000: exact limits and p given
// all thirty-one (Przyborowski & Wilenski 1940).
func ExampleRateRatio() {
	c, _ := stat.RateRatio(11, 800, 20, 3000, 0.95)
	fmt.Printf("%s, p %.3f\n", c, c.P)
	// Output: 2.06 (0.893 to 4.52), exact conditional 95 %, p 0.074
}

// Of people who were lonely before or after, eighteen no longer are and five have become
// so (McNemar 1947).
func ExampleMcNemar() {
	t, _ := stat.McNemar(18, 5)
	fmt.Printf("p %.3f, exact\n", t.Exact.P)
	// Output: p 0.011, exact
}

// Fifths of areas by deprivation rank, 1 being the most deprived; one rank is not known.
// The rule for ranks that do not divide evenly is that of phe_quantile
// (PHEindicatormethods 2.1.0).
func ExampleQuantileGroups() {
	fifths, _ := stat.QuantileGroups([]float64{12, 3, 45, 28, 7, 31, 19, 50, 22, 9, math.NaN()}, 5)
	fmt.Println(fifths)
	// Output: [2 1 5 4 1 4 3 5 3 2 0]
}

// Cronbach's alpha of three items that five people answered, with Feldt's limits (1965).
func ExampleAlpha() {
	e, _ := stat.Alpha([][]float64{{3, 4, 3}, {2, 2, 1}, {4, 4, 5}, {1, 2, 2}, {5, 4, 4}}, 0.95)
	fmt.Println(e)
	// Output: 0.926 (0.626 to 0.992), Feldt 95 %
}
