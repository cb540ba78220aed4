package chart

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/spc"
	"github.com/socialprescribing/sp/evaluation/survival"
)

// months are invented shares of people who were contacted in time.
func months(tb testing.TB, n int) Cases {
	tb.Helper()
	rng := rand.New(rand.NewPCG(3, 1))
	table := disclosure.Table{Title: "Contacted in time, by month", Columns: []string{"in time", "later"}}
	first := sp.NewDate(2024, 4, 1)
	for i := range n {
		all := 180 + rng.IntN(60)
		share := 0.70 + 0.035*rng.NormFloat64()
		if i >= 20 {
			share += 0.14
		}
		if i == 8 {
			share = 0.5
		}
		in := int64(float64(all) * share)
		table.Rows = append(table.Rows, disclosure.Row{Name: first.AddMonths(i).String()[:7], Counts: []int64{in, int64(all) - in}})
	}
	if n > 27 {
		table.Rows[27].Counts = []int64{3, 30}
	}
	return Cases{Table: released(tb, table)}
}

// rebased are the options of months with their new intake.
func rebased() ControlOptions {
	return ControlOptions{What: "people contacted within 10 working days", Judged: spc.Options{
		Better: spc.Higher, Target: sp.Know(80.0), Rebases: []spc.Rebase{{At: 20, Reason: "the new intake queue (December 2025)"}},
	}}
}

// waits are how invented people's waits ended.
func waits(tb testing.TB, seed uint64, hazard float64, leave bool) *survival.Ends {
	tb.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	var e survival.Ends
	for range 600 {
		begin, left, seen := int(14+rng.ExpFloat64()/hazard), int(5+rng.ExpFloat64()*120), 30+rng.IntN(150)
		switch {
		case leave && left < min(begin, seen):
			require.NoError(tb, e.Ended("left", left))
		case begin < seen:
			require.NoError(tb, e.Ended("begun", begin))
		default:
			require.NoError(tb, e.Waiting(seen))
		}
	}
	return &e
}
