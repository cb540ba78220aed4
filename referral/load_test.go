package referral_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// most lets nobody be given more cases than so many.
type most int64

// Authorize makes most a [transition.Authorizer].
func (m most) Authorize(_ sp.Actor, do transition.Act) error {
	if do.Machine != referral.Kind || do.Command != string(referral.Accept) || do.To == "" {
		return nil
	}
	if load, known := do.NumberOf("load", do.To); !known || load >= int64(m) {
		return fmt.Errorf("%s has %d cases, and the most is %d: %w", do.To, load, m, sp.ErrDenied)
	}
	return nil
}

// A scheme that caps the caseload supplies it before somebody is given a case.
func ExampleReferral_SupplyLoad() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	for _, id := range []referral.ID{"R-1", "R-2"} {
		if err := store.Save(ctx, db, referraltest.Referral(id, referral.StateActive)); err != nil {
			fmt.Println(err)
		}
	}
	r := referral.New("R-3", most(2))
	fmt.Println(r.Receive(referraltest.Submission("R-3"), referraltest.By(sp.RoleReferrer, 5)))

	carried, err := referral.NewRepository(db, nil).Caseload(ctx, referraltest.Worker)
	if err != nil {
		fmt.Println(err)
		return
	}
	r.SupplyLoad(carried, len(carried.Open)) // without this one, as this scheme counts
	r.SupplyLoad(&referral.Caseload{Worker: "ben"}, 1)
	fmt.Println(r.Accept(referraltest.Worker, referraltest.By(sp.RoleLinkWorker, 6)))
	fmt.Println(r.Accept("ben", referraltest.By(sp.RoleLinkWorker, 6)))
	// Output:
	// <nil>
	// referral: accept R-3: is not open to you: link-worker-1 has 2 cases, and the most is 2: denied
	// <nil>
}

func TestReferralTellsTheAuthorizerTheLoadThatWasSuppliedLast(t *testing.T) {
	var asked witness
	r := referral.New("R-1", &asked)
	ann, ben := &referral.Caseload{Worker: "ann"}, &referral.Caseload{Worker: "ben"}
	r.SupplyLoad(ann, 3)
	require.NoError(t, r.Receive(referraltest.Submission("R-1"), by(sp.RoleReferrer, 0)))
	r.SupplyLoad(ben, 9)
	r.SupplyLoad(ann, 4)
	r.SupplyLoad(nil, 4)
	require.NoError(t, r.Accept("ann", by(sp.RoleLinkWorker, 1)))
	require.Equal(t, []transition.Attribute{{Name: "load", Text: "ann", Number: 3}}, asked[0].Attributes)
	n, known := asked[1].NumberOf("load", "ann")
	require.Equal(t, []any{int64(4), true}, []any{n, known})
	n, known = asked[1].NumberOf("load", "ben")
	require.Equal(t, []any{int64(9), true}, []any{n, known})
	require.True(t, asked[1].Has("need", "debt"))
	b, err := r.Pending()
	require.NoError(t, err)
	require.NotContains(t, string(b.Puts[0].Body), "load", "it is nothing that happened")
}

func TestCaseloadHasWhatHasNotEnded(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	for id, state := range map[referral.ID]referral.State{"R-1": referral.StateActive, "R-2": referral.StateAccepted, "R-3": referral.StateClosed, "R-4": referral.StateReceived} {
		require.NoError(t, store.Save(t.Context(), db, referraltest.Referral(id, state)))
	}
	c, err := referral.NewRepository(db, nil).Caseload(t.Context(), referraltest.Worker)
	require.NoError(t, err)
	require.Len(t, c.Open, 2)
	require.Equal(t, []referral.ID{"R-1", "R-2"}, []referral.ID{c.Open[0].ID(), c.Open[1].ID()})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = referral.NewRepository(db, nil).Caseload(ctx, referraltest.Worker)
	require.ErrorIs(t, err, context.Canceled)
}

// Two give a worker a case on the strength of the same caseload: the second is too late,
// whoever they are, and may again once the caseload is read again.
func TestReferralIsGivenByACaseloadThatNobodyHasGivenBySince(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	rs := referral.NewRepository(db, transition.TableOnly{})
	received := func(id referral.ID) *referral.Referral {
		r := referral.New(id, transition.TableOnly{})
		require.NoError(t, r.Receive(referraltest.Submission(id), by(sp.RoleReferrer, 0)))
		return r
	}
	for round, want := range []error{sp.ErrExists, sp.ErrConflict} { // the record is there from the second round on
		first, err := rs.Caseload(t.Context(), "ann")
		require.NoError(t, err)
		second, err := rs.Caseload(t.Context(), "ann")
		require.NoError(t, err)
		require.Len(t, first.Open, 2*round)
		a, b := received(referral.ID(fmt.Sprint("A-", round))), received(referral.ID(fmt.Sprint("B-", round)))
		a.SupplyLoad(first, 1)
		b.SupplyLoad(second, 1)
		key := by(sp.RoleLinkWorker, 1).Under("k-1")
		require.NoError(t, errors.Join(a.Accept("ann", key), a.Accept("ann", key), b.Accept("ann", by(sp.RoleLinkWorker, 1))))
		require.NoError(t, store.Save(t.Context(), db, a))
		require.NoError(t, a.Contact(person.Phone, 5, by(sp.RoleLinkWorker, 2)))
		require.NoError(t, store.Save(t.Context(), db, a), "what follows is by no caseload")
		err = store.Save(t.Context(), db, b)
		require.ErrorIs(t, err, want)
		conflict, ok := errors.AsType[*store.ConflictError](err)
		require.True(t, ok)
		require.Equal(t, store.Key{Tenant: "bay", Kind: referral.CaseloadKind, ID: "ann"}, conflict.Key)

		again, err := rs.Caseload(t.Context(), "ann")
		require.NoError(t, err)
		b = received(b.ID())
		b.SupplyLoad(again, 2)
		require.NoError(t, b.Accept("ann", by(sp.RoleLinkWorker, 1)))
		require.NoError(t, store.Save(t.Context(), db, b))
	}
	other := received("C-1")
	require.NoError(t, other.Accept("ben", by(sp.RoleLinkWorker, 1)))
	pending, err := other.Pending()
	require.NoError(t, err)
	require.Len(t, pending.Puts, 1, "nobody who supplies no load waits for anybody")
}
