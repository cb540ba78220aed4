package placement_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/transition"
)

var (
	remit    = referraltest.AllowAll{}
	t0       = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	ann      = sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	provider = sp.Actor{ID: "garden-1", Role: sp.RoleProvider, For: "bay/green"}
)

func propose(t *testing.T, id string, group placement.GroupID) *placement.Placement {
	t.Helper()
	p, err := referraltest.Propose(placement.Proposal{
		ID: placement.ID(id), Referral: "R-1", Person: "P-1", Group: group,
		Service: directory.ID("bay/" + id), Provider: "bay/green", Needs: []needs.Code{needs.Loneliness},
	}, remit, sp.By(ann, t0))
	require.NoError(t, err)
	return p
}

func offerTogether(t *testing.T, db store.Driver, n int) {
	t.Helper()
	var members []*placement.Placement
	for i := range n {
		p := propose(t, fmt.Sprintf("PL-%d", i), "G-1")
		require.NoError(t, p.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}}}, remit, sp.By(ann, t0)))
		members = append(members, p)
	}
	g, err := placement.Together("G-1", members...)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, g))
}

func TestOfManyProvidersWhoAcceptAtOnceOneSucceedsAndTheOthersAreWithdrawnInTheSameCommit(t *testing.T) {
	for round := range 20 {
		ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
		const n = 8
		offerTogether(t, db, n)
		repo := placement.NewRepository(db, remit)
		var wg sync.WaitGroup
		errs := make([]error, n)
		for i := range n {
			wg.Go(func() {
				errs[i] = store.Retry(ctx, 2*n, func(ctx context.Context) error {
					g, err := repo.Group(ctx, "G-1")
					if err != nil {
						return err
					}
					if err := g.Accept(placement.ID(fmt.Sprintf("PL-%d", i)), sp.By(provider, t0.Add(time.Hour))); err != nil {
						return err
					}
					return store.Save(ctx, db, g)
				})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			var refused *transition.Refusal
			require.ErrorAs(t, err, &refused, "round %d", round)
			require.Equal(t, transition.NotNow, refused.Code)
		}
		require.Equal(t, 1, won, "round %d", round)
		accepted := 0
		for p, err := range repo.All(ctx, placement.Query{Group: "G-1"}) {
			require.NoError(t, err)
			switch p.State() {
			case placement.StateAccepted:
				accepted++
			default:
				require.Equal(t, placement.StateWithdrawn, p.State())
				require.Equal(t, reason.OtherOfferAccepted, p.Reason().Code)
			}
		}
		require.Equal(t, 1, accepted)
	}
}

// goThemself saves a group of a full referral and of a self-referral for which a
// session is planned.
func goThemself(t *testing.T, db store.Driver) {
	t.Helper()
	full, own := propose(t, "PL-full", "G-1"), propose(t, "PL-own", "G-1")
	require.NoError(t, full.Offer(referraltest.Sending(), remit, sp.By(ann, t0)))
	require.NoError(t, own.Offer(placement.Sending{Level: placement.SelfReferral}, nil, sp.By(ann, t0)))
	g, err := placement.Together("G-1", full, own)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, g))
	plan(t, db, "PL-own", "S-past", t0.Add(time.Hour))
	plan(t, db, "PL-own", "S-next", t0.AddDate(0, 0, 9))
}

func plan(t *testing.T, db store.Driver, id placement.ID, as session.ID, start time.Time) {
	t.Helper()
	p, err := placement.NewRepository(db, remit).Load(t.Context(), id)
	require.NoError(t, err)
	x, err := referraltest.PlanSession(p, as, start, sp.By(ann, t0))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, p, x))
}

func group(t *testing.T, db store.Driver, remit transition.Authorizer) *placement.Group {
	t.Helper()
	g, err := placement.NewRepository(db, remit).Group(t.Context(), "G-1")
	require.NoError(t, err)
	return g
}

func sessions(t *testing.T, db store.Driver) map[session.ID]session.State {
	t.Helper()
	states := make(map[session.ID]session.State)
	for x, err := range session.NewRepository(db, nil).All(t.Context(), session.Query{}) {
		require.NoError(t, err)
		states[x.ID()] = x.State()
	}
	return states
}

func TestTheOffersThatLoseEndWithTheirSessionsThatAreStillToCome(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	goThemself(t, db)
	yes := sp.By(provider, t0.AddDate(0, 0, 2))
	for _, only := range []referraltest.Only{{"accept", "withdraw"}, {"accept", "cancel"}} {
		g := group(t, db, only)
		require.ErrorIs(t, g.Accept("PL-full", yes), sp.ErrDenied)
		b, err := g.Pending()
		require.NoError(t, err)
		require.True(t, b.IsZero(), "a refusal changes nothing")
	}
	g := group(t, db, remit)
	require.NoError(t, g.Accept("PL-full", yes))
	require.NoError(t, store.Save(t.Context(), db, g))
	require.Equal(t, map[session.ID]session.State{"S-past": session.StatePlanned, "S-next": session.StateCancelled}, sessions(t, db))

	db = store.Tenant(memstore.New(), "bay")
	goThemself(t, db)
	g = group(t, db, remit)
	require.NoError(t, g.Accept("PL-own", yes))
	require.NoError(t, store.Save(t.Context(), db, g))
	require.Equal(t, session.StatePlanned, sessions(t, db)["S-next"], "what won keeps its own")
}

// A yes that is heard of late may lie before what it puts an end to.
func TestGroupEndsWhatBeganAfterAYesThatIsNotedLate(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	full := propose(t, "PL-full", "G-1")
	own, err := referraltest.Propose(placement.Proposal{
		ID: "PL-own", Referral: "R-1", Person: "P-1", Group: "G-1", Service: "bay/choir", Provider: "bay/green", Needs: []needs.Code{needs.Loneliness},
	}, remit, sp.By(ann, t0.AddDate(0, 0, 3)))
	require.NoError(t, err)
	require.NoError(t, full.Offer(referraltest.Sending(), remit, sp.By(ann, t0)))
	require.NoError(t, own.Offer(placement.Sending{Level: placement.SelfReferral}, nil, sp.By(ann, t0.AddDate(0, 0, 4))))
	g, err := placement.Together("G-1", full, own)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, g))
	x, err := referraltest.PlanSession(own, "S-1", t0.AddDate(0, 0, 9), sp.By(ann, t0.AddDate(0, 0, 5)))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, own, x))

	g = group(t, db, remit)
	late := sp.By(provider, t0.AddDate(0, 0, 6)).Happened(t0.AddDate(0, 0, 1))
	require.NoError(t, g.Accept("PL-full", late))
	require.NoError(t, store.Save(t.Context(), db, g))
	own, err = placement.NewRepository(db, remit).Load(t.Context(), "PL-own")
	require.NoError(t, err)
	last := slices.Collect(own.History())[2]
	require.IsType(t, placement.Withdrawn{}, last.Event)
	require.Equal(t, t0.AddDate(0, 0, 3), last.Stamp.At, "as soon as it began")
	require.Equal(t, t0.AddDate(0, 0, 6), last.Stamp.Recorded)
	x, err = session.NewRepository(db, remit).Load(t.Context(), "S-1")
	require.NoError(t, err)
	called := slices.Collect(x.History())[1]
	require.Equal(t, t0.AddDate(0, 0, 5), called.Stamp.At)
	require.Equal(t, sp.RoleSystem, called.Stamp.By.Role, "nobody decided it")
}

func TestASessionIsNotPlannedWhileItsOfferLoses(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	goThemself(t, db)
	g := group(t, db, remit)
	plan(t, db, "PL-own", "S-late", t0.AddDate(0, 0, 16))
	require.NoError(t, g.Accept("PL-full", sp.By(provider, t0.AddDate(0, 0, 2))))
	require.ErrorIs(t, store.Save(t.Context(), db, g), sp.ErrConflict)
}

func TestAGroupTakesNobodyFromWhereTheyAreGoingByALaterYes(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	goThemself(t, db)
	g := group(t, db, remit)
	own := g.Members()[1]
	require.NoError(t, own.Start(sp.By(ann, t0.AddDate(0, 0, 1))))
	err := g.Accept("PL-full", sp.By(provider, t0.AddDate(0, 0, 2)))
	require.ErrorContains(t, err, "placement PL-own has ended, where the person is already going")
	require.Equal(t, placement.StateStarted, own.State())
	require.NoError(t, own.Stop(reason.Because(reason.TooDear), sp.By(ann, t0.AddDate(0, 0, 3))))
	require.NoError(t, g.Accept("PL-full", sp.By(provider, t0.AddDate(0, 0, 4))))
}

func TestAMemberOfAGroupIsNotAcceptedOnItsOwn(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	offerTogether(t, db, 2)
	p, err := placement.NewRepository(db, remit).Load(t.Context(), "PL-0")
	require.NoError(t, err)
	err = p.Accept(sp.By(provider, t0.Add(time.Hour)))
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "Group.Accept")
	require.Equal(t, placement.StateOffered, p.State())
}

func TestAMemberOfAGroupThatNobodyOpenedIsTakenBackAndNotAccepted(t *testing.T) {
	p := propose(t, "PL-0", "G-forgotten")
	require.NoError(t, p.Offer(referraltest.Sending(), remit, sp.By(ann, t0)))
	require.ErrorContains(t, p.Accept(sp.By(provider, t0.Add(time.Hour))), "G-forgotten")
	_, err := placement.NewRepository(store.Tenant(memstore.New(), "bay"), remit).Group(t.Context(), "G-forgotten")
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.NoError(t, p.Withdraw(reason.Because(reason.Mistake), sp.By(ann, t0.Add(time.Hour))))
}

func TestAGroupIsLoadedWholeOrNotAtAll(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	offerTogether(t, db, 2)
	for _, kind := range []string{placement.GroupKind, placement.Kind, session.Kind} {
		g, err := placement.NewRepository(storetest.Faulty(db, storetest.Fault{Kind: kind}), remit).Group(t.Context(), "G-1")
		require.ErrorIs(t, err, storetest.ErrInjected, kind)
		require.Nil(t, g, "a yes would leave people expected elsewhere")
	}
}

func TestAGroupIsOpenedSavedSettledAndSavedAgain(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	first, second := propose(t, "PL-0", "G-1"), propose(t, "PL-1", "G-1")
	for _, p := range []*placement.Placement{first, second} {
		require.NoError(t, p.Offer(referraltest.Sending(), remit, sp.By(ann, t0)))
	}
	g, err := placement.Together("G-1", first, second)
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, g))
	require.NoError(t, store.Save(ctx, db, g), "nothing is left to save")
	require.NoError(t, g.Accept("PL-1", sp.By(provider, t0.Add(time.Hour))))
	require.NoError(t, store.Save(ctx, db, g))
	accepted, ok := group(t, db, remit).Accepted()
	require.True(t, ok)
	require.Equal(t, placement.ID("PL-1"), accepted)
}

func TestAGroupIsOfOneReferralAndOfTwoOrMore(t *testing.T) {
	a, b := propose(t, "PL-1", "G-1"), propose(t, "PL-2", "G-1")
	other := propose(t, "PL-3", "")
	for _, members := range [][]*placement.Placement{{}, {a}, {a, a}, {a, other}, {nil, nil}, {a, nil}, {nil, a, b}} {
		_, err := placement.Together("G-1", members...)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	g, err := placement.Together("G-1", a, b)
	require.NoError(t, err)
	require.ErrorIs(t, g.Accept("PL-9", sp.By(provider, t0)), sp.ErrNotFound)
	require.ErrorIs(t, g.Accept("PL-1", sp.By(provider, t0)), sp.ErrInvalid, "it was not offered yet")
	_, settled := g.Accepted()
	require.False(t, settled)
}

func TestARefusedWithdrawalLeavesTheWholeGroupAsItWas(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	offerTogether(t, db, 3)
	g, err := placement.NewRepository(db, referraltest.Only{"accept"}).Group(ctx, "G-1")
	require.NoError(t, err)
	require.ErrorIs(t, g.Accept("PL-1", sp.By(provider, t0.Add(time.Hour))), sp.ErrDenied)
	for _, p := range g.Members() {
		require.Equal(t, placement.StateOffered, p.State())
	}
}
