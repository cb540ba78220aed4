package referral_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
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

	n, err := referral.NewRepository(db, nil).Caseload(ctx, referraltest.Worker)
	r.SupplyLoad(referraltest.Worker, n)
	r.SupplyLoad("ben", 1)
	fmt.Println(n, err)
	fmt.Println(r.Accept(referraltest.Worker, referraltest.By(sp.RoleLinkWorker, 6)))
	fmt.Println(r.Accept("ben", referraltest.By(sp.RoleLinkWorker, 6)))
	// Output:
	// <nil>
	// 2 <nil>
	// referral: accept R-3: is not allowed to you: link-worker-1 has 2 cases, and the most is 2: denied
	// <nil>
}

func TestReferralTellsTheAuthorizerTheLoadThatWasSuppliedLast(t *testing.T) {
	var asked witness
	r := referral.New("R-1", &asked)
	r.SupplyLoad("ann", 3)
	require.NoError(t, r.Receive(referraltest.Submission("R-1"), by(sp.RoleReferrer, 0)))
	r.SupplyLoad("ben", 9)
	r.SupplyLoad("ann", 4)
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

func TestCaseloadCountsWhatHasNotEnded(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	for id, state := range map[referral.ID]referral.State{"R-1": referral.StateActive, "R-2": referral.StateAccepted, "R-3": referral.StateClosed, "R-4": referral.StateReceived} {
		require.NoError(t, store.Save(t.Context(), db, referraltest.Referral(id, state)))
	}
	n, err := referral.NewRepository(db, nil).Caseload(t.Context(), referraltest.Worker)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = referral.NewRepository(db, nil).Caseload(ctx, referraltest.Worker)
	require.ErrorIs(t, err, context.Canceled)
}
