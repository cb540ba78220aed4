package simulation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
)

func TestSharingSparesPeopleTheAnswerThatAllIsFull(t *testing.T) {
	for _, placing := range []simulation.Placing{simulation.Weekly, simulation.AtOnce} {
		full, wait := map[simulation.Sharing]int{}, map[simulation.Sharing]float64{}
		for _, sharing := range []simulation.Sharing{simulation.Live, simulation.Asking, simulation.Learning} {
			r := run(t, district(8, 6, 4), simulation.Policy{Placing: placing, Sharing: sharing}, simulation.Options{Seed: "s"})
			for _, s := range r.Supply {
				full[sharing] += s.Full
				require.LessOrEqual(t, s.Used.Or(2), 1.0)
				require.Equal(t, 4*730, s.Open)
			}
			wait[sharing] = r.Groups[0].ToPlace.Mean().Or(0)
		}
		require.Zero(t, full[simulation.Live])
		require.Positive(t, full[simulation.Learning])
		require.Less(t, 2*full[simulation.Learning], full[simulation.Asking], "who keeps the answers asks in vain less often")
	}
}

func TestRunWritesWhatTheTablesAllowWhereNobodyKnowsWhatIsFree(t *testing.T) {
	tier.Unraced(t)
	for _, sharing := range []simulation.Sharing{simulation.Asking, simulation.Learning} {
		h := newHistory()
		r := run(t, changing(), simulation.Policy{Sharing: sharing}, simulation.Options{Seed: "d", Log: h.add})
		require.Positive(t, sum(r).Cut)
	}
}

// The luck of a post is its own: one post more changes nothing for the others.
func TestRunGivesAPostItsOwnLuck(t *testing.T) {
	left := func(posts int) simulation.TeamResult {
		s := district(0, posts, 5)
		s.Way.Tenure, s.Way.Vacancy = queue.Exponential(60), queue.Uniform{Low: 10, High: 50}
		return run(t, s, simulation.Policy{}, simulation.Options{Seed: "posts"}).Teams[0]
	}
	before := simulation.TeamResult{}
	for posts := 1; posts <= 6; posts++ {
		with := left(posts)
		require.InDelta(t, posts*730, with.Worked+with.Vacant, 1)
		require.Greater(t, with.Left, before.Left)
		require.GreaterOrEqual(t, with.Vacant, before.Vacant)
		before = with
	}
}
