package chart

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// during is the year of the samples.
func during() sp.Period {
	return sp.Period{Start: sp.NewDate(2025, 4, 1), End: sp.NewDate(2026, 4, 1)}
}

// released returns a table as the public sees it.
func released(tb testing.TB, table disclosure.Table) disclosure.Released[disclosure.Safe] {
	tb.Helper()
	r, err := disclosure.Release(table, disclosure.HES())
	require.NoError(tb, err)
	return r
}

// practices are invented referrals of practices of many sizes.
func practices(tb testing.TB, n int) Cases {
	tb.Helper()
	rng := rand.New(rand.NewPCG(7, 7))
	table := disclosure.Table{Title: "Referrals by practice", Columns: []string{"referred"}}
	of := map[string]int64{}
	for i := range n {
		name := fmt.Sprintf("P%05d", 81000+7*i)
		size := 900 * math.Exp(rng.ExpFloat64()*0.5+1.2)
		mean := 0.012 * size * math.Exp(rng.NormFloat64()*0.13)
		switch rng.IntN(24) {
		case 0:
			mean *= 0.3
		case 1:
			mean *= 2
		}
		of[name] = int64(size)
		table.Rows = append(table.Rows, disclosure.Row{Name: name, Counts: []int64{int64(max(mean+math.Sqrt(mean)*rng.NormFloat64(), 0))}})
	}
	return Cases{Table: released(tb, table), Of: of}
}

// samples are one picture of each kind.
func samples(tb testing.TB) []Picture {
	tb.Helper()
	var all []Picture
	add := func(p Picture, err error) {
		tb.Helper()
		require.NoError(tb, err)
		all = append(all, p)
	}
	about := About{Of: "practices of Sandholme (invented)", During: during(), Source: "an invented scheme"}
	add(Funnel(practices(tb, 201), FunnelOptions{About: about}))
	control := rebased()
	control.About = about
	add(Control(months(tb, 36), control))
	about.Of = "people referred in Sandholme (invented)"
	add(Gradient(tenths(tb), GradientOptions{About: about, What: "people who began within 12 weeks"}))
	add(Targets(aims(tb), about))
	add(Flow(steps(tb), about))
	bands := func(seed uint64, hazard float64, leave bool) disclosure.Released[disclosure.Safe] {
		return released(tb, Bands(waits(tb, seed, hazard, leave), 0, disclosure.HES()))
	}
	add(Became(bands(1, 0.012, true), WaitOptions{About: about}))
	add(Waiting([]Group{{"with a car", bands(2, 0.02, false)}, {"without one", bands(3, 0.015, false)}}, WaitOptions{About: about}))
	money := About{Of: "Sandholme (invented)", Source: "an invented table of areas"}
	division, why := divisions(tb, 300)
	add(PerNeed(division, money))
	add(Concentration(division, money))
	add(Waterfall(why, money))
	add(Barriers(barrierReport(tb), about))
	add(Gaps(gapTable(tb), GapOptions{About: about, Of: map[string]int64{"Bay": 900, "Dale": 1200, "Mill": 420, "Moor": 1100, "Quay": 300}}))
	add(Tiles(tilings(tb), TileOptions{About: about, What: "people with an unmet need"}))
	add(Policies(comparison(), About{Of: "Sandholme (simulated)", Source: "100 replications"}))
	book, people := contracts(tb)
	add(Cliff(book, people, CliffOptions{About: about, At: sp.NewDate(2026, 1, 15)}))
	add(Caseloads(rooms(), About{Of: "the team of Sandholme (invented)"}))
	return all
}
