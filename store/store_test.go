package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

func TestQueryMatch(t *testing.T) {
	r := store.Record{Key: key("R-5"), Terms: store.Terms{"state": "open", "due": "2026-11-23"}}
	base := store.Query{Tenant: "north", Kind: "referral"}
	with := func(change func(*store.Query)) store.Query {
		q := base
		change(&q)
		return q
	}
	for _, tt := range []struct {
		name  string
		query store.Query
		want  bool
	}{
		{"everything of a kind", base, true},
		{"another tenant", with(func(q *store.Query) { q.Tenant = "south" }), false},
		{"another kind", with(func(q *store.Query) { q.Kind = "person" }), false},
		{"a term", with(func(q *store.Query) { q.Where = store.Where{"state": {"open"}} }), true},
		{"one of several values", with(func(q *store.Query) { q.Where = store.Where{"state": {"new", "open"}} }), true},
		{"another value", with(func(q *store.Query) { q.Where = store.Where{"state": {"new"}} }), false},
		{"no value at all", with(func(q *store.Query) { q.Where = store.Where{"state": {}} }), false},
		{"a term that it lacks", with(func(q *store.Query) { q.Where = store.Where{"worker": {""}} }), false},
		{"one of two terms", with(func(q *store.Query) { q.Where = store.Where{"state": {"open"}, "due": {"x"}} }), false},
		{"a range", with(func(q *store.Query) { q.Range = store.Range{Term: "due"} }), true},
		{"a range from its value", with(func(q *store.Query) { q.Range = store.Range{Term: "due", From: "2026-11-23"} }), true},
		{"a range before its value", with(func(q *store.Query) { q.Range = store.Range{Term: "due", Before: "2026-11-23"} }), false},
		{"a range over a term that it lacks", with(func(q *store.Query) { q.Range = store.Range{Term: "worker"} }), false},
		{"behind a lower ID", with(func(q *store.Query) { q.After.ID = "R-4" }), true},
		{"behind its own ID", with(func(q *store.Query) { q.After.ID = "R-5" }), false},
		{"in a range, behind a lower value of a higher ID", with(func(q *store.Query) {
			q.Range = store.Range{Term: "due"}
			q.After = store.Cursor{Value: "2026-11-22", ID: "R-9"}
		}), true},
		{"in a range, behind itself", with(func(q *store.Query) {
			q.Range = store.Range{Term: "due"}
			q.After = q.Cursor(r)
		}), false},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.query.Match(r)) })
	}
}

func TestTermsOfTimesSortAsTheTimesDo(t *testing.T) {
	require.Empty(t, store.Time(time.Time{}), "an unknown time is no term")
	require.Equal(t, "2026-11-23T09:30:00.123456Z", store.Time(moment))
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) time.Time {
			us := rapid.Int64Range(time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC).UnixMicro(), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).UnixMicro()).Draw(t, name)
			return time.UnixMicro(us).In(time.FixedZone("", rapid.IntRange(-43200, 43200).Draw(t, name+" zone")))
		}
		a, b := draw("a"), draw("b")
		if a.Before(b) != (store.Time(a) < store.Time(b)) {
			t.Fatalf("%v and %v sort as %q and %q", a, b, store.Time(a), store.Time(b))
		}
	})
}

func TestCompactLeavesOutTermsWithoutValue(t *testing.T) {
	require.Equal(t, store.Terms{"a": "1"}, store.Terms{"a": "1", "b": ""}.Compact())
	require.Empty(t, store.Terms(nil).Compact())
}

func TestClonesShareNoMemory(t *testing.T) {
	r := store.Record{Key: key("R-1"), Terms: store.Terms{"a": "1"}, Body: []byte("x")}
	c := r.Clone()
	c.Terms["a"], c.Body[0] = "2", 'y'
	require.Equal(t, "1 x", fmt.Sprint(r.Terms["a"], " ", string(r.Body)))
	e := store.RecordedEvent{Data: []byte("x")}
	e.Clone().Data[0] = 'y'
	require.Equal(t, "x", string(e.Data))
}

func TestKeysCompareByTenantThenKindThenID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"a", "ab", "b"})
		draw := func(name string) store.Key {
			return store.Key{Tenant: part.Draw(t, name), Kind: part.Draw(t, name), ID: part.Draw(t, name)}
		}
		a, b := draw("a"), draw("b")
		wide := func(k store.Key) string { return fmt.Sprintf("%-5s%-5s%-5s", k.Tenant, k.Kind, k.ID) }
		want := 0
		switch {
		case wide(a) < wide(b):
			want = -1
		case wide(a) > wide(b):
			want = 1
		}
		if got := a.Compare(b); got != want {
			t.Fatalf("%s compares with %s as %d, want %d", a, b, got, want)
		}
	})
}

func TestConflictsSayWhatToDo(t *testing.T) {
	exists := &store.ConflictError{Key: key("R-1"), Want: store.New, Got: 3}
	require.ErrorIs(t, exists, sp.ErrExists)
	require.NotErrorIs(t, exists, sp.ErrConflict)
	require.EqualError(t, exists, "store: north/referral/R-1: already exists, at version 3")
	stale := &store.ConflictError{Key: key("R-1"), Want: 2, Got: 3}
	require.ErrorIs(t, stale, sp.ErrConflict)
	require.NotErrorIs(t, stale, sp.ErrExists)
	require.EqualError(t, stale, "store: north/referral/R-1: is at version 3, expected 2: load it again and retry")
	gone := &store.ConflictError{Key: key("R-1"), Want: 2}
	require.EqualError(t, gone, "store: north/referral/R-1: is not there, expected version 2: somebody deleted it")
}
