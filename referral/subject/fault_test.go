package subject_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/storetest"
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
	e.Hold, e.Forget = nil, w.vault.forget
	p, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.NoError(t, err)
	require.Equal(t, subject.Finished, p.State())
	require.Equal(t, 1, w.vault.forgets)
}
