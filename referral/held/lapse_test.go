package held_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/transition"
)

func TestLapseEndsWhatNobodyAnsweredAndLetsItsPlaceGo(t *testing.T) {
	db, _, p := opened(t)
	timer := func(days int) sp.Stamp { return sp.BySystem("timer", p.Sent().ReplyBy.AddDate(0, 0, days)) }
	n, err := held.Lapse(t.Context(), db, transition.TableOnly{}, timer(-1))
	require.NoError(t, err)
	require.Zero(t, n, "there is a day left to answer")
	require.Equal(t, 1, room(t, db).Held)
	n, err = held.Lapse(t.Context(), db, transition.TableOnly{}, timer(1))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	now, err := placement.NewRepository(db, nil).Load(t.Context(), p.ID())
	require.NoError(t, err)
	require.Equal(t, placement.StateLapsed, now.State())
	require.Zero(t, room(t, db).Held)
	n, err = held.Lapse(t.Context(), db, transition.TableOnly{}, timer(2))
	require.NoError(t, err)
	require.Zero(t, n, "it happens once")
}

func TestLapseLeavesWhatIsAnsweredMeanwhile(t *testing.T) {
	below, _, p := opened(t)
	answer := func() {
		c, err := referral.NewRepository(below, referraltest.AllowAll{}).Case(t.Context(), "R-1")
		require.NoError(t, err)
		of, ok := c.Placement(p.ID())
		require.True(t, ok)
		require.NoError(t, of.Decline(reason.Because(reason.PersonsChoice), worker(6)))
		require.NoError(t, store.Save(t.Context(), below, c))
	}
	db := storetest.Faulty(below, storetest.Fault{Nth: 3, Do: answer})
	n, err := held.Lapse(t.Context(), db, transition.TableOnly{}, sp.BySystem("timer", p.Sent().ReplyBy.AddDate(0, 0, 1)))
	require.NoError(t, err)
	require.Zero(t, n)
	now, err := placement.NewRepository(below, nil).Load(t.Context(), p.ID())
	require.NoError(t, err)
	require.Equal(t, placement.StateDeclined, now.State())
}
