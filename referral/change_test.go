package referral_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// Ann and Ben have the same page open. Ann saves first, and Ben has to look again.
func ExampleRepository_Change() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	if err := store.Save(ctx, db, referraltest.Referral("R-1", referral.StateActive)); err != nil {
		fmt.Println(err)
	}
	referrals := referral.NewRepository(db, referraltest.AllowAll{})
	page, err := referrals.Case(ctx, "R-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	seen := page.Version()
	rang := func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		return nil, c.Referral.Contact(person.Phone, 20, s)
	}
	ann, ben := referraltest.By(sp.RoleLinkWorker, 20).Under("k-1"), referraltest.By(sp.RoleLinkWorker, 21).Under("k-2")
	fmt.Println(referrals.Change(ctx, "R-1", seen, ann, rang))
	fmt.Println(referrals.Change(ctx, "R-1", seen, ann, rang)) // the same request, again
	fmt.Println(referrals.Change(ctx, "R-1", seen, ben, rang))
	// Output:
	// <nil>
	// <nil>
	// referral: change R-1: it has changed since it was shown: version conflict
}

// active returns a repository with R-1, which is under way, and its version.
func active(t require.TestingT, db store.Driver) (*referral.Repository, int64) {
	require.NoError(t, store.Save(context.Background(), db, referraltest.Referral("R-1", referral.StateActive)))
	referrals := referral.NewRepository(db, referraltest.AllowAll{})
	c, err := referrals.Case(context.Background(), "R-1")
	require.NoError(t, err)
	return referrals, c.Version()
}

func TestChangeOfACaseThatIsNotThereIsNotFound(t *testing.T) {
	err := referral.NewRepository(store.Tenant(memstore.New(), "bay"), nil).Change(t.Context(), "R-9", 0, sp.Stamp{}, nil)
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestChangeSavesNothingOfWhatIsRefused(t *testing.T) {
	referrals, seen := active(t, store.Tenant(memstore.New(), "bay"))
	err := referrals.Change(t.Context(), "R-1", seen, referraltest.By(sp.RoleLinkWorker, 20), func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		require.NoError(t, c.Referral.Contact(person.Phone, 20, s))
		return nil, sp.ErrDenied
	})
	require.ErrorIs(t, err, sp.ErrDenied)
	c, err := referrals.Case(t.Context(), "R-1")
	require.NoError(t, err)
	require.Equal(t, seen, c.Version())
}

func TestChangeIsDecidedAgainWhereSomebodyWasFaster(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	referrals, seen := active(t, db)
	tries := 0
	err := referrals.Change(ctx, "R-1", 0, referraltest.By(sp.RoleLinkWorker, 20), func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		if tries++; tries == 1 { // somebody else notes an attempt meanwhile
			other, err := referrals.Load(ctx, "R-1")
			require.NoError(t, err)
			require.NoError(t, other.Attempt(person.Phone, s))
			require.NoError(t, store.Save(ctx, db, other))
		}
		return nil, c.Referral.Contact(person.Phone, 20, s)
	})
	require.NoError(t, err)
	require.Equal(t, 2, tries)
	r, err := referrals.Load(ctx, "R-1")
	require.NoError(t, err)
	require.Greater(t, r.Version(), seen+1, "both are there")
}

// Clients number their requests, so that Ann's first and Ben's first have the same key.
func TestChangeUnderTheKeyOfAnotherIsNotTakenForTheirs(t *testing.T) {
	referrals, seen := active(t, store.Tenant(memstore.New(), "bay"))
	rang := func(minutes int) func(*referral.Case, sp.Stamp) ([]store.Change, error) {
		return func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
			return nil, c.Referral.Contact(person.Phone, minutes, s)
		}
	}
	ann, ben := referraltest.By(sp.RoleLinkWorker, 20).Under("1"), referraltest.By(sp.RoleLinkWorker, 21).Under("1")
	ben.By.ID = "ben"
	require.NoError(t, referrals.Change(t.Context(), "R-1", seen, ann, rang(20)))
	require.ErrorIs(t, referrals.Change(t.Context(), "R-1", seen, ben, rang(20)), store.ErrChanged, "he has not seen hers")
	refused := func(err error) {
		var r *transition.Refusal
		require.ErrorAs(t, err, &r)
		require.Equal(t, transition.KeyTaken, r.Code)
	}
	refused(referrals.Change(t.Context(), "R-1", 0, ben, rang(20)))
	refused(referrals.Change(t.Context(), "R-1", seen, ann, rang(30))) // other words: nothing is taken for done
	require.NoError(t, referrals.Change(t.Context(), "R-1", seen, ann, rang(20)))
	require.NoError(t, referrals.Change(t.Context(), "R-1", 0, ben, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		return nil, c.Referral.Attempt(person.Phone, s)
	}))
	c, err := referrals.Case(t.Context(), "R-1")
	require.NoError(t, err)
	require.Equal(t, seen+2, c.Version(), "what each has sent is there once")
}

// Whoever saw the case as it is changes it once, however often they send it, and whoever saw
// another version changes nothing.
func TestChangeIsMadeOncePerKeyAndOnlyOfWhatWasShown(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		referrals, version := active(rt, store.Tenant(memstore.New(), "bay"))
		done := map[string]bool{}
		for n := range rapid.IntRange(1, 12).Draw(rt, "requests") {
			key := fmt.Sprint("k-", rapid.IntRange(1, 6).Draw(rt, "key"))
			seen := max(0, version-int64(rapid.IntRange(0, 2).Draw(rt, "behind")))
			if rapid.Bool().Draw(rt, "unseen") {
				seen = 0
			}
			err := referrals.Change(context.Background(), "R-1", seen, referraltest.By(sp.RoleLinkWorker, 20+n).Under(key), func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
				return nil, c.Referral.Attempt(person.Phone, s)
			})
			switch {
			case done[key] || seen == version || seen == 0:
				require.NoError(rt, err)
			default:
				require.ErrorIs(rt, err, store.ErrChanged)
			}
			if err == nil && !done[key] {
				done[key] = true
				version++
			}
			c, err := referrals.Case(context.Background(), "R-1")
			require.NoError(rt, err)
			require.Equal(rt, version, c.Version())
		}
	})
}

func TestChangePlacementIsForWhoeverWasShownThePlacement(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	referrals, _ := active(t, db)
	propose := func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		_, err := c.Propose(referraltest.Proposal("PL-1"), s)
		return nil, err
	}
	require.NoError(t, referrals.Change(ctx, "R-1", 0, referraltest.By(sp.RoleLinkWorker, 20), propose))
	withdraw := func(_ *referral.Case, pl *placement.Placement, s sp.Stamp) ([]store.Change, error) {
		return nil, pl.Withdraw(reason.Because(reason.PersonsChoice), s)
	}
	s := referraltest.By(sp.RoleLinkWorker, 21).Under("k-1")
	require.ErrorIs(t, referrals.ChangePlacement(ctx, "R-1", "PL-9", 0, s, withdraw), sp.ErrNotFound)
	require.ErrorIs(t, referrals.ChangePlacement(ctx, "R-9", "PL-1", 0, s, withdraw), sp.ErrNotFound)
	require.ErrorIs(t, referrals.ChangePlacement(ctx, "R-1", "PL-1", 7, s, withdraw), store.ErrChanged)
	for range 2 {
		require.NoError(t, referrals.ChangePlacement(ctx, "R-1", "PL-1", 1, s, withdraw), "twice is once")
	}
	c, err := referrals.Case(ctx, "R-1")
	require.NoError(t, err)
	pl, _ := c.Placement("PL-1")
	require.Equal(t, placement.StateWithdrawn, pl.State())
	require.EqualValues(t, 2, pl.Version())
}
