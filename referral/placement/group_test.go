package placement_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/needs"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

var (
	remit    = referraltest.AllowAll{}
	t0       = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	ann      = sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	provider = sp.Actor{ID: "garden-1", Role: sp.RoleProvider}
)

func propose(t *testing.T, id string, group placement.GroupID) *placement.Placement {
	t.Helper()
	p, err := placement.Propose(placement.Proposal{
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
			var refused *pathway.TransitionError
			require.ErrorAs(t, err, &refused, "round %d", round)
			require.Equal(t, "withdrawn", refused.State)
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
				require.Equal(t, pathway.OtherOfferAccepted, p.Reason().Code)
			}
		}
		require.Equal(t, 1, accepted)
	}
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
	require.NoError(t, p.Withdraw(pathway.Because(pathway.Mistake), sp.By(ann, t0.Add(time.Hour))))
}
