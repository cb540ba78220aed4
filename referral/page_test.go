package referral_test

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// paged reads all pages of two and returns what stands on them.
func paged[T fmt.Stringer](t *testing.T, page func(after store.Cursor) ([]T, store.Cursor, error)) (all []string) {
	t.Helper()
	for after := (store.Cursor{}); ; {
		some, next, err := page(after)
		require.NoError(t, err)
		require.LessOrEqual(t, len(some), 2)
		for _, v := range some {
			all = append(all, v.String())
		}
		if next == (store.Cursor{}) {
			return all
		}
		text, err := next.MarshalText() // by way of a URL
		require.NoError(t, err)
		require.NoError(t, after.UnmarshalText(text))
	}
}

func whole[T fmt.Stringer](t *testing.T, seq iter.Seq2[T, error]) (all []string) {
	t.Helper()
	for v, err := range seq {
		require.NoError(t, err)
		all = append(all, v.String())
	}
	return all
}

func TestEachListIsPagedInItsOrder(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	for i := range 5 {
		for _, s := range []referral.State{referral.StateReceived, referral.StateActive, referral.StateDeclined} {
			r := referraltest.Referral(referral.ID(fmt.Sprint("R-", s, 9-i)), s)
			c := referral.NewCase(r)
			day := by(sp.RoleLinkWorker, 8+i)
			switch s {
			case referral.StateActive:
				require.NoError(t, r.PlanFollowUp(sp.NewDate(2026, time.May, 1+i), day))
				require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, day))
				a := referraltest.Proposal(placement.ID(fmt.Sprint("PL-", i)))
				a.Service, a.Person = directory.ID(fmt.Sprint("bay/garden-", i)), r.Person()
				p, err := c.Propose(a, day)
				require.NoError(t, err)
				require.NoError(t, p.Offer(referraltest.Sending(), referraltest.AllowAll{}, day))
			case referral.StateReceived:
				require.NoError(t, c.Withdraw(reason.Because(reason.PersonsChoice), by(sp.RolePerson, 8+i)))
			default:
			}
			require.NoError(t, store.Save(ctx, db, c))
		}
	}
	rs, before := referral.NewRepository(db, nil), referraltest.Day(11)
	for l, want := range map[referral.List]iter.Seq2[*referral.Referral, error]{
		referral.AllList:        rs.All(ctx, referral.Query{}),
		referral.WaitingList:    rs.Waiting(ctx, referral.Query{}),
		referral.FollowUpList:   rs.FollowUps(ctx, 0),
		referral.FlaggedList:    rs.Flagged(ctx),
		referral.SpeakList:      rs.SpeakAfterCrisis(ctx),
		referral.AlarmList:      rs.AlarmOwed(ctx, time.Time{}),
		referral.FeedbackList:   rs.FeedbackOwed(ctx, time.Time{}),
		referral.WithdrawalList: rs.WithdrawalsAsked(ctx),
		referral.QuietList:      rs.Quiet(ctx, time.Time{}, referral.Query{}),
	} {
		all := whole(t, want)
		require.Equal(t, all, paged(t, func(after store.Cursor) ([]*referral.Referral, store.Cursor, error) {
			return rs.Page(ctx, l, referral.Query{Limit: 2}, after)
		}), l)
		n, err := rs.Count(ctx, l, referral.Query{Limit: 2})
		require.NoError(t, err)
		require.Len(t, all, n, l)
		require.True(t, len(all) >= 5 || l == referral.SpeakList, "the list %s has too few to see its order: %d", l, len(all))
	}
	require.Equal(t, whole(t, rs.Quiet(ctx, before, referral.Query{States: []referral.State{referral.StateActive}})), paged(t, func(after store.Cursor) ([]*referral.Referral, store.Cursor, error) {
		return rs.Page(ctx, referral.QuietList, referral.Query{Limit: 2, Before: before, States: []referral.State{referral.StateActive}}, after)
	}))
	require.Equal(t, whole(t, rs.FollowUps(ctx, sp.NewDate(2026, time.May, 4))), paged(t, func(after store.Cursor) ([]*referral.Referral, store.Cursor, error) {
		return rs.Page(ctx, referral.FollowUpList, referral.Query{Limit: 2, Before: time.Date(2026, time.May, 4, 12, 0, 0, 0, time.UTC)}, after)
	}))
	flagged := func(d store.Driver) iter.Seq2[*referral.Referral, error] {
		return referral.NewRepository(d, nil).Flagged(ctx)
	}
	require.Equal(t, whole(t, flagged(db)), paged(t, func(after store.Cursor) ([]*referral.Referral, store.Cursor, error) {
		return store.PageOf(db, 2, after, flagged)
	}), "what has no page of its own pages by way of the store")
	ps := placement.NewRepository(db, nil)
	for l, want := range map[placement.List]iter.Seq2[*placement.Placement, error]{
		placement.AllList: ps.All(ctx, placement.Query{}), placement.OverdueList: ps.Overdue(ctx, time.Time{}), placement.FeedbackList: ps.FeedbackOwed(ctx, time.Time{}),
	} {
		require.Equal(t, whole(t, want), paged(t, func(after store.Cursor) ([]*placement.Placement, store.Cursor, error) {
			return ps.Page(ctx, l, placement.Query{Limit: 2}, time.Time{}, after)
		}), l)
		n, err := ps.Count(ctx, l, placement.Query{Limit: 2}, time.Time{})
		require.NoError(t, err)
		require.Len(t, whole(t, want), n, l)
	}
	overdue := referraltest.Day(8 + 14 + 2)
	require.Equal(t, whole(t, ps.Overdue(ctx, overdue)), paged(t, func(after store.Cursor) ([]*placement.Placement, store.Cursor, error) {
		return ps.Page(ctx, placement.OverdueList, placement.Query{Limit: 2}, overdue, after)
	}))
}

func TestSessionsArePagedByTheirStart(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	for i := range 5 {
		plan := referraltest.Plan()
		plan.Start = referraltest.Day(30 - i%3)
		x, err := referraltest.Schedule(session.ID(fmt.Sprint("S-", i)), plan, referraltest.AllowAll{}, by(sp.RoleProvider, 7))
		require.NoError(t, err)
		require.NoError(t, store.Save(ctx, db, x))
	}
	xs := session.NewRepository(db, nil)
	require.Equal(t, whole(t, xs.All(ctx, session.Query{})), paged(t, func(after store.Cursor) ([]*session.Session, store.Cursor, error) {
		return xs.Page(ctx, session.Query{Limit: 2}, after)
	}))
	n, err := xs.Count(ctx, session.Query{Limit: 2, Before: referraltest.Day(30)})
	require.NoError(t, err)
	require.Equal(t, 3, n)
}

func TestAPageIsOfAListAndHasALimit(t *testing.T) {
	db := memstore.New()
	_, _, err := referral.NewRepository(db, nil).Page(t.Context(), "urgent", referral.Query{}, store.Cursor{})
	require.EqualError(t, err, "referral: page: invalid: list must be one of the lists of referrals; limit must be 1 or more")
	_, _, err = placement.NewRepository(db, nil).Page(t.Context(), "urgent", placement.Query{}, time.Time{}, store.Cursor{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = referral.NewRepository(db, nil).Count(t.Context(), "urgent", referral.Query{})
	require.EqualError(t, err, "referral: count: invalid: list must be one of the lists of referrals")
	_, err = placement.NewRepository(db, nil).Count(t.Context(), "urgent", placement.Query{}, time.Time{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, _, err = session.NewRepository(db, nil).Page(t.Context(), session.Query{}, store.Cursor{})
	require.ErrorIs(t, err, sp.ErrInvalid)
}
