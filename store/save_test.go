package store_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// counter is the smallest aggregate: it counts up, and knows what it has saved.
type counter struct {
	id           string
	version      int64
	count, saved int
	err          error
	stale        bool
}

func (c *counter) Pending() (store.Batch, error) {
	if c.stale {
		return store.Batch{}, store.ErrStale
	}
	if c.err != nil || c.count == c.saved {
		return store.Batch{}, c.err
	}
	return store.Batch{
		Puts:   []store.Put{{Key: key(c.id), If: c.version, Body: fmt.Append(nil, c.count)}},
		Events: []store.RecordedEvent{happened(c.id, c.version+1)},
	}, nil
}

func (c *counter) Committed() {
	if c.saved != c.count {
		c.version++
		c.saved = c.count
	}
}

func (c *counter) Stale() { c.stale = true }

func load(ctx context.Context, d store.Driver, id string) (*counter, error) {
	return store.Load(ctx, store.Tenant(d, "north"), "referral", id, readCounter)
}

func readCounter(r store.Record) (*counter, error) {
	c := &counter{id: r.ID, version: r.Version}
	_, err := fmt.Sscan(string(r.Body), &c.count)
	c.saved = c.count
	return c, err
}

func TestSaveIsOneCommitForAll(t *testing.T) {
	db := memstore.New()
	a, b := &counter{id: "a", count: 1}, &counter{id: "b", count: 1}
	require.NoError(t, store.Save(t.Context(), db, a, b))

	other, err := load(t.Context(), db, "b")
	require.NoError(t, err)
	other.count++
	require.NoError(t, store.Save(t.Context(), db, other))

	a.count, b.count = 2, 2
	err = store.Save(t.Context(), db, a, b)
	require.ErrorIs(t, err, sp.ErrConflict)
	require.Equal(t, 1, a.saved, "a is as pending as before")
	unchanged, err := load(t.Context(), db, "a")
	require.NoError(t, err)
	require.Equal(t, 1, unchanged.count, "nor was it written")

	require.NoError(t, store.Save(t.Context(), db, a))
	require.Equal(t, 2, a.saved)
	var told []string
	for e, err := range db.Log(t.Context(), "north", "") {
		require.NoError(t, err)
		told = append(told, fmt.Sprint(e.Key.ID, e.Version))
	}
	require.Equal(t, []string{"a1", "b1", "b2", "a2"}, told, "what was saved was told, and nothing else")
}

// erasure is a change that deletes a record.
type erasure struct{ id string }

func (e erasure) Pending() (store.Batch, error) {
	return store.Batch{Deletes: []store.Delete{{Key: key(e.id), If: store.Any}}}, nil
}

func (erasure) Committed() {}
func (erasure) Stale()     {}

func TestSaveDeletesInTheSameCommit(t *testing.T) {
	db := memstore.New()
	require.NoError(t, store.Save(t.Context(), db, &counter{id: "a", count: 1}, &counter{id: "b", count: 1}))
	require.ErrorIs(t, store.Save(t.Context(), db, erasure{"a"}, &counter{id: "b", count: 1}), sp.ErrExists)
	_, err := load(t.Context(), db, "a")
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, erasure{"a"}, &counter{id: "c", count: 1}))
	_, err = load(t.Context(), db, "a")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestSaveOfNothingWritesNothing(t *testing.T) {
	db := storetest.Faulty(memstore.New(), storetest.Fault{Op: storetest.Commit})
	require.NoError(t, store.Save(t.Context(), db))
	require.NoError(t, store.Save(t.Context(), db, &counter{id: "a"}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, store.Save(ctx, db), context.Canceled, "not even nothing is saved then")
	require.True(t, store.Batch{}.IsZero())
	for _, b := range []store.Batch{{Puts: make([]store.Put, 1)}, {Deletes: make([]store.Delete, 1)}, {Events: make([]store.RecordedEvent, 1)}} {
		require.False(t, b.IsZero())
	}
}

func TestSaveStopsAtAChangeThatCannotBeWritten(t *testing.T) {
	db := memstore.New()
	bad := &counter{id: "b", count: 1, err: io.ErrUnexpectedEOF}
	require.ErrorIs(t, store.Save(t.Context(), db, &counter{id: "a", count: 1}, bad), io.ErrUnexpectedEOF)
	_, err := load(t.Context(), db, "a")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func increment(db store.Driver) func(context.Context) error {
	return func(ctx context.Context) error {
		c, err := load(ctx, db, "a")
		if err != nil {
			return err
		}
		c.count++
		return store.Save(ctx, db, c)
	}
}

func TestRetryReloadsAfterAConflict(t *testing.T) {
	plain := memstore.New()
	require.NoError(t, store.Save(t.Context(), plain, &counter{id: "a", count: 1}))
	overtake := func() { require.NoError(t, increment(plain)(t.Context())) }
	db := storetest.Faulty(plain, storetest.Fault{Op: storetest.Commit, Nth: 1, Do: overtake})
	require.NoError(t, store.Retry(t.Context(), 3, increment(db)))
	c, err := load(t.Context(), plain, "a")
	require.NoError(t, err)
	require.Equal(t, 3, c.count)
}

func TestRetryDoesNothingTwiceThatMayHaveHappened(t *testing.T) {
	plain := memstore.New()
	require.NoError(t, store.Save(t.Context(), plain, &counter{id: "a", count: 1}))
	lost := storetest.Faulty(plain, storetest.Fault{Op: storetest.Commit, Nth: 1, After: true})
	require.ErrorIs(t, store.Retry(t.Context(), 3, increment(lost)), store.ErrOutcomeUnknown)
	c, err := load(t.Context(), plain, "a")
	require.NoError(t, err)
	require.Equal(t, 2, c.count)
}

func TestRetryRepeatsWhatTheStoreRefusesBecauseOthersWereFasterAndNothingElse(t *testing.T) {
	for _, tt := range []struct {
		n, calls int
		err      error
	}{
		{3, 3, store.ErrAgain},
		{3, 3, fmt.Errorf("save: %w", &store.ConflictError{Want: 2, Got: 3})},
		{3, 3, store.ErrStale},
		{3, 1, store.ErrOutcomeUnknown},
		{3, 1, fmt.Errorf("%w: %w", store.ErrOutcomeUnknown, store.ErrAgain)},
		{0, 1, store.ErrAgain},
		{3, 1, sp.ErrExists},
		{3, 1, &store.ConflictError{Want: store.New, Got: 3}},
		{3, 1, &store.DuplicateError{Term: "unique:number"}},
		{3, 1, fmt.Errorf("the page was opened before: %w", sp.ErrConflict)}, // the caller's own refusal
		{3, 1, io.EOF},
		{3, 1, nil},
	} {
		t.Run(fmt.Sprint(tt.err, " within ", tt.n), func(t *testing.T) {
			calls := 0
			err := store.Retry(t.Context(), tt.n, func(context.Context) error {
				calls++
				return tt.err
			})
			require.ErrorIs(t, err, tt.err)
			require.Equal(t, tt.calls, calls)
		})
	}
}

func TestRetryEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := store.Retry(ctx, 5, func(context.Context) error {
		cancel()
		return store.ErrAgain
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestPageReportsErrorsAndReturnsNothing(t *testing.T) {
	db := memstore.New()
	require.NoError(t, store.Save(t.Context(), db, &counter{id: "a", count: 1}, &counter{id: "b", count: 1}))
	faulty := storetest.Faulty(db, storetest.Fault{Op: storetest.Scan, After: true, Rows: 1})
	page, next, err := store.Page(t.Context(), faulty, store.Query{Tenant: "north", Kind: "referral"})
	require.ErrorIs(t, err, storetest.ErrInjected)
	require.Empty(t, page)
	require.Zero(t, next)
	require.NotErrorIs(t, err, sp.ErrInvalid)
}

func TestAPageOfAnySizeIsAnswered(t *testing.T) {
	db := memstore.New()
	require.NoError(t, store.Save(t.Context(), db, &counter{id: "a", count: 1}, &counter{id: "b", count: 1}))
	for _, limit := range []int{0, 2, math.MaxInt - 1, math.MaxInt} {
		page, next, err := store.Page(t.Context(), db, store.Query{Tenant: "north", Kind: "referral", Limit: limit})
		require.NoError(t, err)
		require.Len(t, page, 2)
		require.Zero(t, next)
	}
}
