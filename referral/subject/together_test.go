package subject_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// crowd is a database with some people, P-0 and on, of each of whom there is a record of
// every kind.
func crowd(t *testing.T, n int) (w world, ids []person.ID) {
	t.Helper()
	w = world{memstore.New(), &vault{}}
	for i := range n {
		ids = append(ids, person.ID(fmt.Sprint("P-", i)))
		fill(t, w.db(), ids[i], fmt.Sprint("-", i))
	}
	return w, ids
}

func erasureOf(of person.ID) subject.ErasureID { return "E-" + subject.ErasureID(of) }

// Whoever cannot be erased does not stop the others, and whoever can is erased as if alone.
func TestAnEraserOfManyErasesEachAsIfAlone(t *testing.T) {
	w, ids := crowd(t, 6)
	ok := func(err error) { t.Helper(); require.NoError(t, err) }
	r, err := referral.NewRepository(w.db(), all).Load(t.Context(), "R-1-1")
	ok(err)
	ok(r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, worker(8)))
	ok(store.Save(t.Context(), w.db(), r))
	for i := range 900 { // too many for one commit
		n, err := note.Write(note.Note{ID: note.ID(fmt.Sprint("M-", i)), Person: "P-4", Class: note.Team, Text: sp.Hide(canary)}, worker(4))
		ok(err)
		ok(store.Save(t.Context(), w.db(), n))
	}
	broken := errors.New("the vault is shut")
	e := subject.Eraser{
		DB: w.db(), May: all,
		Hold: func(_ context.Context, of person.ID) (string, error) {
			return map[person.ID]string{"P-2": "inquiry"}[of], nil
		},
		Forget: func(ctx context.Context, of person.ID) error {
			if of == "P-3" {
				return broken
			}
			return w.vault.forget(ctx, of)
		},
	}
	several := append(ids, "P-99", "P-0", "not an ID") //nolint:gocritic // the list is not used again
	var told []int
	results := e.EraseAll(t.Context(), several, erasureOf, subject.RetentionOver, worker(9), func(done, total int) {
		require.Equal(t, len(several), total)
		told = append(told, done)
	})
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9}, told)
	for i, want := range []error{nil, sp.ErrDenied, sp.ErrDenied, broken, nil, nil, sp.ErrNotFound, nil, sp.ErrInvalid} {
		require.Equal(t, several[i], results[i].Person)
		require.ErrorIs(t, results[i].Err, want, "%s", several[i])
		switch {
		case want == nil:
			require.Equal(t, subject.Finished, results[i].Protocol.State())
			require.Equal(t, []placement.ID{placement.ID("PL-1-" + several[i][2:])}, results[i].Protocol.Ended())
			require.Empty(t, left(t, w.db(), several[i]))
		case errors.Is(want, sp.ErrDenied):
			require.Len(t, left(t, w.db(), several[i]), 12, "nothing of %s is gone", several[i])
		}
	}
	require.Equal(t, 912, sum(results[4].Protocol.Counts()))
	p, err := subject.LoadProtocol(t.Context(), w.db(), "E-P-3")
	ok(err)
	require.Equal(t, subject.RecordsGone, p.State(), "the key is there: it is to be resumed")
	e.Forget = w.vault.forget
	again := e.EraseAll(t.Context(), ids[3:5], erasureOf, subject.RetentionOver, worker(10), nil)
	for _, r := range again {
		ok(r.Err)
		require.Equal(t, subject.Finished, r.Protocol.State())
	}
	require.Equal(t, 12, sum(again[0].Protocol.Counts()), "each record is counted once")
}

// The protocol of somebody who is erased with others is the one of somebody alone.
func TestAnEraserOfManyKeepsTheProtocolOfEach(t *testing.T) {
	alone, _ := crowd(t, 1)
	one, err := subject.Eraser{DB: alone.db(), May: all, Forget: alone.vault.forget}.Erase(t.Context(), "E-P-0", "P-0", subject.AtRequest, worker(9))
	require.NoError(t, err)
	w, ids := crowd(t, 2)
	results := subject.Eraser{DB: w.db(), May: all, Forget: w.vault.forget}.EraseAll(t.Context(), ids, erasureOf, subject.AtRequest, worker(9), nil)
	require.NoError(t, results[0].Err)
	many := results[0].Protocol
	require.Equal(t, one.Counts(), many.Counts())
	steps := func(p *subject.Protocol) (all []string) {
		for s := range p.Steps() {
			all = append(all, fmt.Sprintf("%s %+v %v", s.Event.EventType(), s.Event, s.Stamp))
		}
		return all
	}
	require.Equal(t, steps(one), steps(many))
	require.Equal(t, 2, w.vault.forgets, "one key each")
}

func TestAnEraserOfManyThatIsKilledAnywhereIsResumed(t *testing.T) {
	for commits := 1; commits <= 2; commits++ {
		for _, after := range []bool{false, true} {
			w, ids := crowd(t, 3)
			dies := world{&killed{w.raw, commits, after}, w.vault}
			e := subject.Eraser{DB: dies.db(), May: all, Forget: w.vault.forget}
			for _, r := range e.EraseAll(t.Context(), ids, erasureOf, subject.AtRequest, worker(9), nil) {
				if r.Err != nil {
					require.ErrorIs(t, r.Err, errKilled)
				}
			}
			e.DB = w.db()
			for _, r := range e.EraseAll(t.Context(), ids, erasureOf, subject.AtRequest, worker(9), nil) {
				require.NoError(t, r.Err, "%d %v", commits, after)
				require.Equal(t, subject.Finished, r.Protocol.State())
				require.Equal(t, 12, sum(r.Protocol.Counts()), "each record is counted once")
				require.Empty(t, left(t, w.db(), r.Person))
			}
			for range subject.Unfinished(t.Context(), w.db()) {
				t.Error("is finished")
			}
		}
	}
}

// What somebody writes about one of them while keys are destroyed goes too.
func TestAnEraserOfManyDeletesWhatIsWrittenMeanwhile(t *testing.T) {
	w, ids := crowd(t, 3)
	forget := func(ctx context.Context, of person.ID) error {
		if of == "P-1" {
			reg := register.New(of, all)
			require.NoError(t, reg.Open(consent.England, worker(9)))
			if err := store.Save(ctx, w.db(), reg); err != nil {
				return err
			}
		}
		return w.vault.forget(ctx, of)
	}
	for i, r := range (subject.Eraser{DB: w.db(), May: all, Forget: forget}).EraseAll(t.Context(), ids, erasureOf, subject.AtRequest, worker(9), nil) {
		require.NoError(t, r.Err)
		require.Equal(t, subject.Finished, r.Protocol.State())
		if i != 1 {
			require.Equal(t, 1, r.Protocol.Counts()["permission"])
		}
	}
	for r, err := range store.Tenant(w.raw, "bay").Scan(t.Context(), store.Query{Kind: register.Kind}) {
		require.NoError(t, err)
		t.Errorf("%s is left below the seal", r.Key)
	}
}

// A conflict about one of them has each erased alone.
func TestAnEraserOfManyMeetsAConflictAboutOne(t *testing.T) {
	w, ids := crowd(t, 3)
	raced := false
	e := subject.Eraser{DB: w.db(), May: all, Hold: func(ctx context.Context, of person.ID) (string, error) {
		if of != "P-2" || raced {
			return "", nil
		}
		raced = true // after all were looked up
		r, err := referral.NewRepository(w.db(), all).Load(ctx, "R-1-0")
		require.NoError(t, err)
		require.NoError(t, r.Contact(person.Phone, 5, worker(8)))
		return "", store.Save(ctx, w.db(), r)
	}}
	for _, r := range e.EraseAll(t.Context(), ids, erasureOf, subject.AtRequest, worker(9), nil) {
		require.NoError(t, r.Err)
		require.Equal(t, 12, sum(r.Protocol.Counts()))
		require.Empty(t, left(t, w.db(), r.Person))
	}
	require.True(t, raced)
}

// What was looked up for several answers as the database does.
func TestAnEraserOfManyKnowsWhatTheDatabaseWouldSay(t *testing.T) {
	w, ids := crowd(t, 4)
	e := subject.Eraser{DB: w.db(), May: all}
	known, err := e.LookUp(t.Context(), ids[:2])
	require.NoError(t, err)
	some := func(rt *rapid.T, label string, values ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, len(values), rapid.ID).Draw(rt, label)
	}
	rapid.Check(t, func(rt *rapid.T) {
		q := store.Query{Where: store.Where{}}
		for _, k := range subject.Kinds() {
			if rapid.Bool().Draw(rt, "kind") || q.Kind == "" {
				q.Kind = k.Name
			}
		}
		if rapid.Bool().Draw(rt, "person") {
			q.Where["person"] = some(rt, "people", "P-0", "P-1", "P-2")
		}
		if rapid.Bool().Draw(rt, "referral") {
			q.Where["referral"] = some(rt, "referrals", "R-1-0", "R-1-1", "R-1-3")
		}
		if rapid.Bool().Draw(rt, "state") {
			q.Where["state"] = some(rt, "states", "active", "accepted", "planned", "open")
		}
		if rapid.Bool().Draw(rt, "range") {
			q.Range.Term = rapid.SampledFrom([]string{"person", "state", "since", "due"}).Draw(rt, "term")
		}
		q.Limit = rapid.IntRange(0, 3).Draw(rt, "limit")
		read := func(db store.Driver) (all []store.Record) {
			for r, err := range db.Scan(t.Context(), q) {
				require.NoError(rt, err)
				all = append(all, r)
			}
			return all
		}
		require.Equal(rt, read(w.db()), read(known), "%+v", q)
	})
	r, err := known.Get(t.Context(), store.Key{Kind: referral.Kind, ID: "R-1-0"})
	require.NoError(t, err)
	r.Body[0] = 'x'
	again, err := known.Get(t.Context(), store.Key{Kind: referral.Kind, ID: "R-1-0"})
	require.NoError(t, err)
	require.NotEqual(t, r.Body, again.Body, "whoever changes what they got changes nothing")
}
