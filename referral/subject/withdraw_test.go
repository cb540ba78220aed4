package subject_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

func TestAWithdrawalEndsWhatRestsOnIt(t *testing.T) {
	w := populate(t, "P-1")
	policy := consent.StandardPolicy()
	before, err := subject.Effects(t.Context(), w.db(), all, policy, "P-1", "C-1", worker(9).At)
	require.NoError(t, err)
	effects, err := subject.Withdraw(t.Context(), w.db(), all, policy, "P-1", "C-1", worker(9))
	require.NoError(t, err)
	require.Equal(t, before, effects, "it does what was said before")
	_, err = subject.Effects(t.Context(), w.db(), all, policy, "P-9", "C-1", worker(9).At)
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.Len(t, effects, 1)
	require.Equal(t, subject.StopErase, effects[0].Then)
	require.Equal(t, []consent.Item{{Field: "name"}, {Field: "phone"}}, effects[0].Stops)
	p, err := placement.NewRepository(w.db(), all).Load(t.Context(), "PL-1")
	require.NoError(t, err)
	require.Equal(t, placement.StateWithdrawn, p.State())
	require.Equal(t, "permission-withdrawn", p.Reason().Code)
	x, err := session.NewRepository(w.db(), all).Load(t.Context(), "S-1")
	require.NoError(t, err)
	require.Equal(t, session.StateCancelled, x.State())
	_, err = subject.Withdraw(t.Context(), w.db(), all, policy, "P-1", "C-1", worker(10))
	require.ErrorIs(t, err, sp.ErrInvalid, "twice")
}

func TestWithdrawUnderTheSameKeySaysAgainWhatItDid(t *testing.T) {
	w := populate(t, "P-1")
	policy, s := consent.StandardPolicy(), worker(9).Under("k-1")
	first, err := subject.Withdraw(t.Context(), w.db(), all, policy, "P-1", "C-1", s)
	require.NoError(t, err)
	require.Equal(t, subject.StopErase, first[0].Then)
	reg, err := register.NewRepository(w.db(), all).Load(t.Context(), "P-1")
	require.NoError(t, err)
	again := reg.Choices()[0]
	again.ID, again.Withdrawn = "C-2", time.Time{}
	require.NoError(t, reg.Choose(again, worker(12)))
	require.NoError(t, store.Save(t.Context(), w.db(), reg))
	later := worker(20).Under("k-1")
	second, err := subject.Withdraw(t.Context(), w.db(), all, policy, "P-1", "C-1", later)
	require.NoError(t, err)
	require.Equal(t, first, second, "though they have agreed anew since")
	_, err = subject.Withdraw(t.Context(), w.db(), all, policy, "P-1", "C-2", later)
	require.ErrorContains(t, err, "was given before under this key, with other input")
	later.By.ID = "W-another"
	_, err = subject.Withdraw(t.Context(), w.db(), all, policy, "P-1", "C-1", later)
	require.ErrorContains(t, err, "under this key", "a key is that of one actor")
	after, err := register.NewRepository(w.db(), all).Load(t.Context(), "P-1")
	require.NoError(t, err)
	require.Equal(t, reg.Version(), after.Version(), "and nothing is recorded")
}

func TestWithdrawLetsGoOnWhatRestsOnAnotherPermission(t *testing.T) {
	w := populate(t, "P-1")
	reg, err := register.NewRepository(w.db(), all).Load(t.Context(), "P-1")
	require.NoError(t, err)
	second := reg.Choices()[0]
	second.ID = "C-2"
	require.NoError(t, reg.Choose(second, worker(3)))
	require.NoError(t, store.Save(t.Context(), w.db(), reg))
	effects, err := subject.Withdraw(t.Context(), w.db(), all, consent.StandardPolicy(), "P-1", "C-1", worker(9))
	require.NoError(t, err)
	require.Equal(t, subject.Unaffected, effects[0].Then)
	p, err := placement.NewRepository(w.db(), all).Load(t.Context(), "PL-1")
	require.NoError(t, err)
	require.Equal(t, placement.StateAccepted, p.State())
}

func TestWithdrawAndAYesAtTheSameMomentGiveOneHistory(t *testing.T) {
	for range 20 {
		db := store.Tenant(memstore.New(), "bay")
		offered := referraltest.Placement("PL-1", placement.StateOffered)
		reg := register.New("P-1", all)
		require.NoError(t, reg.Open(consent.England, worker(0)))
		require.NoError(t, reg.Choose(consent.Choice{
			ID: "C-1", By: "P-1", As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
			Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"}, Kinds: []consent.Kind{consent.Identity, consent.Needs}},
		}, worker(1)))
		p, err := person.Register(person.Person{ID: "P-1", Born: sp.Hide(sp.NewDate(1950, 5, 1))}, worker(0))
		require.NoError(t, err)
		require.NoError(t, store.Save(t.Context(), db, reg, offered, p))
		var wait sync.WaitGroup
		var accepted, withdrawn error
		wait.Go(func() {
			accepted = store.Retry(t.Context(), 5, func(ctx context.Context) error {
				pl, err := placement.NewRepository(db, all).Load(ctx, "PL-1")
				if err == nil {
					err = pl.Accept(referraltest.By(sp.RoleProvider, 9))
				}
				if err != nil {
					return err
				}
				return store.Save(ctx, db, pl)
			})
		})
		wait.Go(func() {
			_, withdrawn = subject.Withdraw(t.Context(), db, all, consent.StandardPolicy(), "P-1", "C-1", worker(9))
		})
		wait.Wait()
		require.NoError(t, withdrawn)
		pl, err := placement.NewRepository(db, all).Load(t.Context(), "PL-1")
		require.NoError(t, err)
		require.Equal(t, placement.StateWithdrawn, pl.State())
		var refusal *transition.Refusal
		require.True(t, accepted == nil || errors.As(accepted, &refusal), "%v", accepted)
	}
}

func TestAWithdrawalEndsAnOfferWhoseAnswerCouldNotBeTold(t *testing.T) {
	db, policy := store.Tenant(memstore.New(), "bay"), consent.StandardPolicy()
	reg := register.New("P-1", all)
	require.NoError(t, reg.Open(consent.England, worker(0)))
	agree := func(id consent.ChoiceID, kinds ...consent.Kind) {
		require.NoError(t, reg.Choose(consent.Choice{
			ID: id, By: "P-1", As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
			Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"}, Kinds: kinds},
		}, worker(1)))
	}
	agree("C-needs", consent.Needs)
	agree("C-name", consent.Identity)
	p, err := person.Register(person.Person{ID: "P-1", Born: sp.Hide(sp.NewDate(1950, 5, 1))}, worker(0))
	require.NoError(t, err)
	pl := referraltest.Placement("PL-1", placement.StateProposed)
	name := placement.Item{Field: "name"}
	require.NoError(t, pl.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "need", Code: "loneliness"}}, OnceYes: []placement.Item{name}}, all, worker(5)))
	require.NoError(t, store.Save(t.Context(), db, reg, pl, p))
	facts := register.FactsOf(p.Person())
	needs := subject.Preview(policy, reg, facts, "C-needs", []*placement.Placement{pl}, worker(6).At)
	require.Equal(t, subject.StopErase, needs[0].Then)
	effects, err := subject.Withdraw(t.Context(), db, all, policy, "P-1", "C-name", worker(6))
	require.NoError(t, err)
	require.Equal(t, subject.NotOffered, effects[0].Then)
	require.Equal(t, []consent.Item{{Field: "name"}}, effects[0].Stops)
	again, err := placement.NewRepository(db, all).Load(t.Context(), "PL-1")
	require.NoError(t, err)
	require.Equal(t, placement.StateWithdrawn, again.State())
	require.Equal(t, []placement.Item{{Field: "need", Code: "loneliness"}}, again.Disclosed())
}

// What a provider was told since, and the register knows of, stops as well: for this service or for
// none, for care, and by this provider alone.
func TestPreviewCountsWhatTheProviderWasToldSince(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*register.Telling)
		stops  bool
	}{
		"of this service":     {func(*register.Telling) {}, true},
		"of no service":       {func(x *register.Telling) { x.Ask.Service = "" }, true},
		"of another service":  {func(x *register.Telling) { x.Ask.Service = "bay/walks" }, false},
		"by another provider": {func(x *register.Telling) { x.Ask.To = "bay/choir" }, false},
	} {
		f, c, err := proposed(consent.Needs, consent.Identity, consent.Contact)
		require.NoError(t, err)
		pl := c.Placements[0]
		require.NoError(t, f.Ask(consent.StandardPolicy(), pl, sending(consent.Item{Field: "need", Code: "loneliness"}), worker(4)))
		require.NoError(t, pl.Accept(referraltest.By(sp.RoleProvider, 5)))
		called := consent.Item{Field: "name"}
		more := register.Telling{ID: "T-1", Ask: subject.ToProvider(pl.Provider(), pl.Service(), worker(6).At), Items: []consent.Item{called, {Field: "need", Code: "loneliness"}}}
		tt.change(&more)
		_, err = f.Register.Tell(consent.StandardPolicy(), f.Facts(), more, worker(6))
		require.NoError(t, err, name)
		effects := subject.Preview(consent.StandardPolicy(), f.Register, f.Facts(), "C-1", c.Placements, worker(9).At)
		want := []consent.Item{{Field: "need", Code: "loneliness"}}
		if tt.stops {
			want = append(want, called)
		}
		require.Equal(t, []subject.Effect{{Placement: "PL-1", Service: "bay/garden", Provider: "bay/green", State: placement.StateAccepted, Stops: want, Then: subject.StopErase}}, effects, name)
	}
}
