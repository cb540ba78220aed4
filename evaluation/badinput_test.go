package evaluation_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

// calls counts conversations, and lists the days of moves.
func calls() evaluation.Indicator {
	return mine(evaluation.Means, []evaluation.Fact{facts.Contacts, facts.Moves}, func(r evaluation.Row) evaluation.Answer {
		return evaluation.Value(int64(r.Count(facts.Contacts)))
	})
}

func TestARunTakesNoMoreRoomForAKeyThatComesWithoutEnd(t *testing.T) {
	tier.Unraced(t)
	r, err := evaluation.New(evaluation.Options{AsOf: monday.Add(30)}, calls())
	require.NoError(t, err)
	received := event("R-1", 0, referral.Received{})
	contacted, moved := event("R-1", 1, referral.Contacted{}), event("R-1", 2, referral.Assigned{Worker: "ann"})
	require.NoError(t, r.Add(received))
	held := func() uint64 {
		r.Report() // which puts all in its place
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	round := func() {
		for n := range 20_000 {
			contacted.Version, moved.Version = int64(2+n%300), 400
			require.NoError(t, r.Add(contacted))
			require.NoError(t, r.Add(moved))
		}
	}
	round()
	before := held()
	for range 3 {
		round()
	}
	require.Less(t, held(), before+100_000)
	got, err := r.Figures(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[evaluation.Answer]int64{evaluation.Value(300): 1}, tallies(t, r))
	require.NotEmpty(t, got)

	contacted.Version = 1<<20 + 1
	require.ErrorIs(t, r.Add(contacted), sp.ErrInvalid, "no history is so long")
	require.Equal(t, int64(1), r.Report().Unreadable)
}

func tallies(t *testing.T, r *evaluation.Run) map[evaluation.Answer]int64 {
	t.Helper()
	c, err := r.Count(t.Context())
	require.NoError(t, err)
	return c.Tally("mine", "")
}

func TestARunCountsLongHistoriesWhateverTheOrder(t *testing.T) {
	parts := make([]*evaluation.Run, 2)
	for n := range parts {
		r, err := evaluation.New(evaluation.Options{AsOf: monday.Add(30)}, calls())
		require.NoError(t, err)
		parts[n] = r
	}
	for n := range 500 {
		e := event("R-1", 1, referral.Contacted{})
		e.Version = int64(700 - n)
		require.NoError(t, parts[n%2].Add(e))
		require.NoError(t, parts[0].Add(e)) // an overlap
	}
	require.NoError(t, parts[1].Add(event("R-1", 0, referral.Received{})))
	require.NoError(t, parts[0].Merge(parts[1]))
	require.Equal(t, map[evaluation.Answer]int64{evaluation.Value(500): 1}, tallies(t, parts[0]))
}

func TestAReportTellsAThousandTypesApartThatNobodyReads(t *testing.T) {
	r, err := evaluation.New(evaluation.Options{AsOf: monday.Add(30)}, calls())
	require.NoError(t, err)
	for n := range 3000 {
		e := event("R-1", 1, referral.Contacted{})
		e.Type = store.EventType(fmt.Sprint("made-up.", n))
		require.NoError(t, r.Add(e))
	}
	got := r.Report()
	all := int64(0)
	for _, n := range got.Ignored {
		all += n
	}
	require.Equal(t, int64(3000), all)
	require.Len(t, got.Ignored, 1001)
	require.Equal(t, int64(2000), got.Ignored[evaluation.OtherTypes])

	other, err := evaluation.New(evaluation.Options{AsOf: monday.Add(30)}, calls())
	require.NoError(t, err)
	require.NoError(t, other.Merge(r))
	require.Equal(t, int64(2000), other.Report().Ignored[evaluation.OtherTypes])
}
