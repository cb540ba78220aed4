package session_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

func TestWhatACommandLacksIsNamed(t *testing.T) {
	schedule := func(edit func(*session.Plan)) error {
		p := referraltest.Plan()
		edit(&p)
		_, err := referraltest.Schedule("S-1", p, referraltest.AllowAll{}, by(sp.RoleProvider, 7))
		return err
	}
	planned := func() *session.Session { return referraltest.Session("S-1", session.StatePlanned) }
	attend := func(minutes int) error {
		return planned().Attend(session.Attended{Minutes: minutes}, by(sp.RoleProvider, 10))
	}
	for _, tt := range []struct {
		name string
		err  error
		path string // empty: it is allowed
	}{
		{"a placement is required", schedule(func(p *session.Plan) { p.Placement = "" }), "placement"},
		{"a person is required", schedule(func(p *session.Plan) { p.Person = "" }), "person"},
		{"a referral is an ID", schedule(func(p *session.Plan) { p.Referral = "the first" }), "referral"},
		{"a referral may be unknown", schedule(func(p *session.Plan) { p.Referral = "" }), ""},
		{"a step is one of the list", schedule(func(p *session.Plan) { p.Step = "marathon" }), "step"},
		{"nobody stays for less than nothing", attend(-1), "minutes"},
		{"how long may be unknown", attend(0), ""},
		{"nobody stays for more than a day", attend(24*60 + 1), "minutes"},
		{"a day is possible", attend(24 * 60), ""},
		{"a cause is one of the list", planned().Miss("laziness", by(sp.RoleProvider, 10)), "cause"},
		{"a cause that is learnt later is too", referraltest.Session("S-1", session.StateMissed).Explain("laziness", by(sp.RoleProvider, 11)), "cause"},
		{"calling off takes a reason", planned().Cancel(reason.Reason{}, by(sp.RoleProvider, 8)), "reason.code"},
		{"a mistake takes a reason", planned().EnterInError(reason.Reason{}, by(sp.RoleProvider, 8)), "reason.code"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.path == "" {
				require.NoError(t, tt.err)
				return
			}
			invalid, ok := errors.AsType[*sp.InvalidError](tt.err)
			require.True(t, ok, tt.err)
			require.Equal(t, tt.path, invalid.Fields[0].Path)
		})
	}
}

func TestASessionIsLoadedAsItWasSaved(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	plan := referraltest.Plan()
	plan.Start = time.Date(2026, 3, 12, 10, 0, 0, 123456789, time.FixedZone("", 3600))
	x, err := referraltest.Schedule("S-1", plan, referraltest.AllowAll{}, by(sp.RoleProvider, 7))
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, x))
	require.NoError(t, store.Save(ctx, db, x), "what is saved is not saved again")
	again, err := session.NewRepository(db, referraltest.AllowAll{}).Load(ctx, "S-1")
	require.NoError(t, err)
	plan.Start = time.Date(2026, 3, 12, 9, 0, 0, 123456000, time.UTC)
	require.Equal(t, plan, again.Plan())
	require.NoError(t, again.Cancel(reason.Because(reason.Illness), by(sp.RoleProvider, 8)))
	require.NoError(t, store.Save(ctx, db, again))
	again, err = session.NewRepository(db, nil).Load(ctx, "S-1")
	require.NoError(t, err)
	require.Equal(t, session.StateCancelled, again.State())
	require.ErrorIs(t, again.EnterInError(reason.Because(reason.Mistake), by(sp.RoleProvider, 9)), sp.ErrDenied, "nobody gave it a remit")
}

func TestSessionsAreFoundByWhatTheyAre(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	for _, s := range session.Table().States() {
		require.NoError(t, store.Save(ctx, db, referraltest.Session(session.ID("S-"+s), s)))
	}
	count := func(q session.Query) (n int) {
		for _, err := range session.NewRepository(db, nil).All(ctx, q) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	all := len(session.Table().States())
	require.Equal(t, all, count(session.Query{Placement: "PL-1", Referral: "R-1", Person: "P-1"}))
	require.Equal(t, 2, count(session.Query{States: []session.State{session.StatePlanned, session.StateMissed}}))
	require.Equal(t, 3, count(session.Query{Limit: 3}))
	start := referraltest.Plan().Start
	require.Equal(t, all, count(session.Query{From: start}))
	require.Zero(t, count(session.Query{From: start.Add(time.Second)}))
	require.Zero(t, count(session.Query{Before: start}))
}

// asked is a remit that keeps for whom it was asked, and allows it.
type asked []string

func (a *asked) Authorize(_ sp.Actor, do transition.Act) error {
	*a = append(*a, do.Person)
	return nil
}

func TestTheRemitIsAskedForWhomASessionIs(t *testing.T) {
	var remit asked
	x, err := referraltest.Schedule("S-1", referraltest.Plan(), &remit, by(sp.RoleProvider, 7))
	require.NoError(t, err)
	require.NoError(t, x.Attend(session.Attended{}, by(sp.RoleProvider, 10)))
	require.Equal(t, asked{"P-1", "P-1"}, remit)
}
