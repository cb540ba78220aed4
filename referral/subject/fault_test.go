package subject_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/transition"
)

// Nobody believes that somebody is forgotten, or that a permission is taken back, because a disk was
// full: each call of the store fails in turn, and whoever asked is told. What was begun can be
// finished.
func TestSubjectIsToldOfEveryCallThatFails(t *testing.T) {
	policy := consent.StandardPolicy()
	erase := func(w world) error {
		p, err := subject.Eraser{DB: w.db(), May: all, Forget: w.vault.forget}.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
		if err == nil {
			require.Equal(t, subject.Finished, p.State())
		}
		return err
	}
	for name, do := range map[string]func(world) error{
		"somebody is erased": erase,
		"a permission is withdrawn": func(w world) error {
			_, err := subject.Withdraw(t.Context(), w.db(), all, policy, "P-1", "C-1", worker(9))
			return err
		},
		"what that would do is asked": func(w world) error {
			_, err := subject.Effects(t.Context(), w.db(), all, policy, "P-1", "C-1", worker(9).At)
			return err
		},
		"whom a session is about is asked": func(w world) error {
			of, err := subject.Of(t.Context(), w.db(), "S-1")
			if err == nil {
				require.Equal(t, person.ID("P-1"), of)
			}
			return err
		},
	} {
		t.Run("where "+name, func(t *testing.T) {
			for nth := 1; ; nth++ {
				w := populate(t, "P-1")
				called := false
				err := do(world{storetest.Faulty(w.raw, storetest.Fault{Nth: nth, Do: func() { called = true }, Err: storetest.ErrInjected}), w.vault})
				if !called {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, storetest.ErrInjected, "call %d", nth)
				require.NoError(t, erase(w), "call %d", nth)
				require.Empty(t, left(t, w.db(), "P-1"))
			}
		})
	}
}

func TestReceptionTellsWhoeverRefersOfEveryCallThatFails(t *testing.T) {
	for nth := 1; ; nth++ {
		d, called := reception(), false
		plain := d.DB
		d.DB = storetest.Faulty(plain, storetest.Fault{Nth: nth, Do: func() { called = true }, Err: storetest.ErrInjected})
		r, err := d.Receive(t.Context(), "R-1", referredAs("P-1", 1), lonely(), gp(1, "k-1"))
		if !called {
			require.NoError(t, err)
			require.Equal(t, person.ID("P-1"), r.Person())
			return
		}
		require.ErrorIs(t, err, storetest.ErrInjected, "call %d", nth)
		require.Nil(t, r)
		for r, err := range plain.Scan(t.Context(), store.Query{Kind: person.Kind}) {
			require.NoError(t, err)
			require.Fail(t, "nobody is registered without their referral", r.ID)
		}
	}
}

func TestEraserBeginsNothingThatMeansNothing(t *testing.T) {
	w := populate(t, "P-1")
	e := subject.Eraser{DB: w.db(), May: all, Forget: w.vault.forget}
	for name, tt := range map[string]struct {
		id   subject.ErasureID
		of   person.ID
		why  subject.Why
		s    sp.Stamp
		path string
	}{
		"without an ID":     {"", "P-1", subject.AtRequest, worker(9), "id"},
		"of nobody":         {"E-1", "", subject.AtRequest, worker(9), "person"},
		"for no reason":     {"E-1", "P-1", "tidiness", worker(9), "why"},
		"by nobody, at all": {"E-1", "P-1", subject.AtRequest, sp.Stamp{}, "stamp.by"},
	} {
		_, err := e.Erase(t.Context(), tt.id, tt.of, tt.why, tt.s)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
		require.ErrorContains(t, err, "subject: erase", name)
		require.ErrorContains(t, err, tt.path, name)
	}
	require.NotEmpty(t, left(t, w.db(), "P-1"))
	for i, why := range []subject.Why{subject.RetentionOver, subject.ByOrder} {
		w := populate(t, "P-1")
		p, err := subject.Eraser{DB: w.db(), May: all}.Erase(t.Context(), "E-1", "P-1", why, worker(9+i))
		require.NoError(t, err)
		require.Equal(t, why, p.Why(), "and no key is destroyed where there is none")
	}
}

func TestEraserFinishesOnlyOnceTheKeyIsDestroyed(t *testing.T) {
	w := populate(t, "P-1")
	lost := errors.New("no vault")
	e := subject.Eraser{
		DB: w.db(), May: all,
		Begin:  func(context.Context, person.ID) error { return nil },
		Hold:   func(context.Context, person.ID) (string, error) { return "", nil },
		Forget: func(context.Context, person.ID) error { return lost },
	}
	for range 2 {
		_, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
		require.ErrorIs(t, err, lost)
		require.ErrorContains(t, err, "destroy the key")
	}
	var open []subject.State
	for p, err := range subject.Unfinished(t.Context(), w.db()) {
		require.NoError(t, err)
		open = append(open, p.State())
	}
	require.Equal(t, []subject.State{subject.RecordsGone}, open)
	e.Hold = func(context.Context, person.ID) (string, error) { return "", lost }
	_, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.ErrorIs(t, err, sp.ErrDenied, "whoever cannot say whether there is a hold holds")
	require.ErrorIs(t, err, lost)
	require.ErrorContains(t, err, "erase P-1: is held")
	e.Hold, e.Forget = nil, w.vault.forget
	p, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.NoError(t, err)
	require.Equal(t, subject.Finished, p.State())
	require.Equal(t, 1, w.vault.forgets)
}

// What is under way ends before it goes, so that everybody concerned hears of it from the log; what
// has ended did so before.
func TestEraserEndsWhatIsUnderWayInWhateverStateItIs(t *testing.T) {
	for _, state := range []referral.State{referral.StateReceived, referral.StateAccepted, referral.StateActive, referral.StateDeclined} {
		w := world{memstore.New(), &vault{}}
		c := referral.NewCase(referraltest.Referral("R-1", state))
		if state == referral.StateActive {
			for _, id := range []placement.ID{"PL-over", "PL-open"} {
				p, err := c.Propose(placement.Proposal{ID: id, Service: "bay/walks", Provider: "bay/green", Needs: c.Referral.Needs()[:1]}, worker(4))
				require.NoError(t, err)
				if id == "PL-over" {
					require.NoError(t, p.Withdraw(reason.Because(reason.NoTransport), worker(5)))
				}
			}
		}
		other := referral.New("R-2", all)
		require.NoError(t, other.Receive(referral.Submission{Person: "P-2", Urgency: referral.Routine, Reasons: []needs.Code{needs.Debt}}, worker(0)))
		require.NoError(t, other.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Crisis, To: "crisis-team"}, worker(1)))
		require.NoError(t, store.Save(t.Context(), w.db(), c, other), "a flag of somebody else, which holds up nobody")
		e := subject.Eraser{DB: w.db(), May: transition.TableOnly{}}
		if state.Open() {
			_, err := subject.Eraser{DB: w.db()}.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
			require.ErrorIs(t, err, sp.ErrDenied, "whoever may not end it may not erase it")
			require.NotEmpty(t, left(t, w.db(), "P-1"))
		}
		p, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
		require.NoError(t, err, state)
		ended := false
		for event, err := range w.db().Log(t.Context(), "", "") {
			require.NoError(t, err)
			ended = ended || event.Type == referral.EventWithdrawn
		}
		require.Equal(t, state.Open(), ended, state)
		if state == referral.StateActive {
			require.Equal(t, []placement.ID{"PL-open"}, p.Ended())
		}
		require.Empty(t, left(t, w.db(), "P-1"))
	}
}

func TestEraserErasesTheKindsThatItIsGivenAndSaysWhatItCannot(t *testing.T) {
	w := populate(t, "P-1")
	notes := subject.Kind{Name: note.Kind}
	broken := errors.New("cannot be read")
	failing := notes
	failing.Erase = func(context.Context, store.Driver, string, sp.Stamp) (store.Change, error) { return nil, broken }
	_, err := subject.Eraser{DB: w.db(), May: all, Kinds: []subject.Kind{failing}}.Erase(t.Context(), "E-0", "P-1", subject.AtRequest, worker(9))
	require.ErrorIs(t, err, broken)
	require.Len(t, left(t, w.db(), "P-1"), 12)
	_, err = subject.Eraser{DB: w.db(), May: all, Kinds: []subject.Kind{notes}}.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.NoError(t, err)
	require.NotContains(t, left(t, w.db(), "P-1"), note.Kind)
	require.Contains(t, left(t, w.db(), "P-1"), person.Kind)

	w = populate(t, "P-1")
	_, err = subject.Eraser{DB: w.db(), May: all}.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.NoError(t, err)
	_, err = store.Tenant(w.raw, "bay").Get(t.Context(), store.Key{Kind: person.Kind, ID: "P-1"})
	require.NoError(t, err, "that there was one stays, so that nobody else gets the ID")
}
