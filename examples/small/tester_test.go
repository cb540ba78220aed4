package small_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// service is what somebody tests: it takes over the referrals that wait for a worker.
type service struct {
	db        store.Driver
	referrals *referral.Repository
}

// takeOver gives a referral to a worker. Whoever else was faster, it is tried again.
func (s service) takeOver(ctx context.Context, id referral.ID, worker referral.WorkerID, by sp.Stamp) error {
	return store.Retry(ctx, 3, func(ctx context.Context) error {
		r, err := s.referrals.Load(ctx, id)
		if err != nil {
			return err
		}
		if err := r.Accept(worker, by); err != nil {
			return err
		}
		return store.Save(ctx, s.db, r)
	})
}

// A team tests its service: on a world with referrals in every state, and with a database
// whose third commit answers that the connection is gone.
func TestSmallServiceTakesOverEachReferralOnceThoughTheConnectionBreaks(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	world := referraltest.NewWorld(42)
	world.Save(t, db)
	waiting := world.Referrals(referral.StateReceived)
	if len(waiting) == 0 {
		t.Fatal("the world has nobody who waits")
	}

	lost := storetest.Faulty(db, storetest.Fault{Op: storetest.Commit, Nth: 1, Err: io.ErrUnexpectedEOF, After: true})
	s := service{lost, referral.NewRepository(lost, referraltest.AllowAll{})}
	by := referraltest.By(sp.RoleLinkWorker, 90)
	for i, r := range waiting {
		err := s.takeOver(t.Context(), r.ID(), referraltest.Worker, by.Under(fmt.Sprint("request-", i)))
		if i == 0 && !errors.Is(err, store.ErrOutcomeUnknown) || i > 0 && err != nil {
			t.Errorf("%s: %v", r.ID(), err)
		}
	}
	// The first is sent again, as somebody whose connection broke would: it happens once.
	if err := s.takeOver(t.Context(), waiting[0].ID(), referraltest.Worker, by.Under("request-0")); err != nil {
		t.Error(err)
	}
	for _, r := range waiting {
		accepted := 0
		for e, err := range store.LogOf(t.Context(), db, store.Key{Kind: referral.Kind, ID: string(r.ID())}) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Type == referral.EventAccepted {
				accepted++
			}
		}
		if accepted != 1 {
			t.Errorf("%s was accepted %d times", r.ID(), accepted)
		}
	}
}
