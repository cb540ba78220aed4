package referral_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestACaseIsLoadedWholeOrNotAtAll(t *testing.T) {
	_, db := underWay(t, referraltest.AllowAll{})
	for _, kind := range []string{referral.Kind, placement.Kind, session.Kind, needs.AssessmentKind} {
		broken := storetest.Faulty(db, storetest.Fault{Kind: kind})
		c, err := referral.NewRepository(broken, referraltest.AllowAll{}).Case(t.Context(), "R-1")
		require.ErrorIs(t, err, storetest.ErrInjected, kind)
		require.Nil(t, c, "who sees half of a case would end it without the rest")
	}
}

func TestASessionOfAnotherPlacementGoesOn(t *testing.T) {
	c, db := underWay(t, referraltest.AllowAll{})
	choir := referraltest.Proposal("PL-2")
	choir.Service = "bay/choir"
	p, err := c.Propose(choir, by(sp.RoleLinkWorker, 7))
	require.NoError(t, err)
	require.NoError(t, p.Offer(referraltest.Sending(), referraltest.AllowAll{}, by(sp.RoleLinkWorker, 7)))
	require.NoError(t, p.Accept(by(sp.RoleProvider, 8)))
	x, err := referraltest.PlanSession(p, "S-2", referraltest.Day(20), by(sp.RoleProvider, 8))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, c, x))
	c, err = referral.NewRepository(db, referraltest.AllowAll{}).Case(t.Context(), "R-1")
	require.NoError(t, err)

	withdraw := func(p *placement.Placement, s sp.Stamp) error { return p.Withdraw(reason.Because(reason.Moved), s) }
	require.NoError(t, c.EndPlacement("PL-2", withdraw, by(sp.RoleLinkWorker, 10)))
	left := make(map[session.ID]session.State)
	for _, x := range c.Sessions {
		left[x.ID()] = x.State()
	}
	require.Equal(t, map[session.ID]session.State{"S-1": session.StatePlanned, "S-2": session.StateCancelled}, left)
}

func TestAnAttemptThatNeverWasTellsNothingOfItsService(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.Empty(t, c.Tried(), "an attempt that is under way has no reason yet")
	june := sp.NewDate(2026, 6, 1)
	require.NoError(t, p.Decline(reason.Because(reason.PersonsChoice).ParkedUntil(june), by(sp.RolePerson, 5)))
	require.NoError(t, p.EnterInError(reason.Because(reason.Mistake).ParkedUntil(june), by(sp.RoleLinkWorker, 6)))
	require.Empty(t, c.Tried())
	_, err = c.Propose(referraltest.Proposal("PL-2"), by(sp.RoleLinkWorker, 6))
	require.NoError(t, err, "and parks nothing")
}

func TestACaseHasAVersionThatEveryChangeOfItRaises(t *testing.T) {
	require.Zero(t, (&referral.Case{}).Version())
	c, db := underWay(t, referraltest.AllowAll{})
	require.False(t, c.Happened(by(sp.RoleLinkWorker, 20).Under("k-1")))
	require.False(t, c.Happened(by(sp.RoleLinkWorker, 20)))
	require.False(t, (&referral.Case{}).Happened(by(sp.RoleLinkWorker, 20).Under("k-1")))
	repository, before := referral.NewRepository(db, referraltest.AllowAll{}), int64(0)
	a := needs.New("A-1", referraltest.AllowAll{})
	for key, change := range []func(sp.Stamp) (store.Change, error){
		func(s sp.Stamp) (store.Change, error) { return c.Referral, c.Referral.Contact(referral.Visit, 30, s) },
		func(s sp.Stamp) (store.Change, error) { return c.Placements[0], c.Placements[0].SendFeedback("D-1", s) },
		func(s sp.Stamp) (store.Change, error) {
			return c.Sessions[0], c.Sessions[0].Attend(session.Attended{}, s)
		},
		func(s sp.Stamp) (store.Change, error) { return a, a.Open(c.Referral.Person(), s) },
	} {
		s := by(sp.RoleLinkWorker, 20).Under(fmt.Sprintf("k-%d", key))
		what, err := change(s)
		require.NoError(t, err)
		require.NoError(t, store.Save(t.Context(), db, what))
		again, err := repository.Case(t.Context(), "R-1")
		require.NoError(t, err)
		require.Greater(t, again.Version(), before)
		require.True(t, again.Happened(s), s.Key)
		s.By.ID = "another"
		require.False(t, again.Happened(s), "it is the key of one actor")
		before = again.Version()
	}
}

func TestATimelineIsInTheOrderInWhichThingsHappened(t *testing.T) {
	c, _ := underWay(t, referraltest.AllowAll{})
	require.NoError(t, c.Referral.Assign("ben", by(sp.RoleLinkWorker, 6)))
	require.NoError(t, c.Referral.Contact(referral.Visit, 30, by(sp.RoleLinkWorker, 7).Happened(referraltest.Day(5))))
	require.NoError(t, c.Sessions[0].Attend(session.Attended{}, by(sp.RoleProvider, 20)))
	type happened struct {
		day  int
		what store.EventType
	}
	var got []happened
	for _, e := range c.Timeline() {
		got = append(got, happened{sp.DateOf(e.Stamp.At).Sub(sp.DateOf(referraltest.Day(0))), e.Event.EventType()})
	}
	require.Equal(t, []happened{
		{0, "referral.received"},
		{1, "referral.accepted"},
		{3, "referral.contacted"},
		{4, "referral.placement-proposed"},
		{4, "placement.proposed"},
		{5, "referral.contacted"},
		{5, "placement.offered"},
		{6, "referral.assigned"},
		{6, "placement.accepted"},
		{6, "session.planned"},
		{20, "session.attended"},
	}, got)
}

func TestAPlacementThatTheReferralDoesNotKnowComesLast(t *testing.T) {
	c, db := underWay(t, referraltest.AllowAll{})
	other := referraltest.Proposal("PL-0")
	other.Service = "bay/choir"
	require.NoError(t, store.Save(t.Context(), db, referraltest.PlacementOf(other, placement.StateOffered)))
	c, err := referral.NewRepository(db, nil).Case(t.Context(), c.Referral.ID())
	require.NoError(t, err)
	require.Equal(t, placement.ID("PL-1"), c.Placements[0].ID())
	require.Equal(t, placement.ID("PL-0"), c.Placements[1].ID())
	require.Equal(t, other.Service, c.Placements[1].Service())
}

func TestACaseFindsItsPlacementsAndSessions(t *testing.T) {
	c, _ := underWay(t, referraltest.AllowAll{})
	p, ok := c.Placement("PL-1")
	require.True(t, ok)
	require.Same(t, c.Placements[0], p)
	x, ok := c.Session(c.Sessions[0].ID())
	require.True(t, ok)
	require.Same(t, c.Sessions[0], x)
	require.Equal(t, c.Sessions, c.SessionsOf("PL-1"))
	_, ok = c.Placement("PL-9")
	require.False(t, ok)
	_, ok = c.Session("S-9")
	require.False(t, ok)
	require.Empty(t, c.SessionsOf("PL-9"))
	_, ok = (&referral.Case{Placements: []*placement.Placement{nil}, Sessions: []*session.Session{nil}}).Session("S-1")
	require.False(t, ok)
}

func TestAServiceThatThePersonIsBeingOfferedIsNotProposedAgain(t *testing.T) {
	c, _ := underWay(t, referraltest.AllowAll{})
	again := referraltest.Proposal("PL-2")
	again.Venue = "bay/garden@hall"
	_, err := c.Propose(again, by(sp.RoleLinkWorker, 8))
	require.ErrorContains(t, err, "service must not be one that the person is being offered")
	require.Len(t, c.Placements, 1)
	require.NoError(t, c.EndPlacement("PL-1", func(p *placement.Placement, s sp.Stamp) error {
		return p.Withdraw(reason.Because(reason.NotSuitable), s)
	}, by(sp.RoleLinkWorker, 30)))
	p, err := c.Propose(again, by(sp.RoleLinkWorker, 31).Under("k-1"))
	require.NoError(t, err)
	require.Equal(t, again.Venue, p.Venue())
	same, err := c.Propose(again, by(sp.RoleLinkWorker, 32).Under("k-1"))
	require.NoError(t, err, "the same request again is no second offer")
	require.Same(t, p, same)
}

func TestCaseOpensAnAssessmentOnceAndOrdersWhatWasMeasured(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	referrals, _ := active(t, db)
	c, err := referrals.Case(ctx, "R-1")
	require.NoError(t, err)
	s := referraltest.By(sp.RoleLinkWorker, 20)
	later, err := c.Assess("A-1", s)
	require.NoError(t, err)
	again, err := c.Assess("A-1", s)
	require.NoError(t, err)
	require.Same(t, later, again)
	earlier, err := c.Assess("A-2", s)
	require.NoError(t, err)
	require.Len(t, c.Assessments, 2)
	require.Equal(t, c.Referral.Person(), later.Person())
	in, ok := measure.Find("ons-loneliness")
	require.True(t, ok)
	for n, a := range []*needs.Assessment{later, earlier, later} {
		_, err = a.Measure(in, measure.Answers{"1": 1 + n}, referraltest.By(sp.RoleLinkWorker, []int{30, 25, 40}[n]))
		require.NoError(t, err)
	}
	require.NoError(t, store.Save(ctx, db, c), "it is saved with the case")
	c, err = referrals.Case(ctx, "R-1")
	require.NoError(t, err)
	var on []time.Time
	for _, m := range c.Measurements() {
		on = append(on, m.At)
	}
	require.Equal(t, []time.Time{referraltest.Day(25), referraltest.Day(30), referraltest.Day(40)}, on)

	_, err = c.Assess("two words", s)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = new(referral.Case).Assess("A-1", s)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.Len(t, c.Assessments, 2)
}
