package store_test

import (
	"context"
	"fmt"
	"io"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// reader takes down what a consumer sees, and fails the test if an event of a
// key comes before the one that precedes it.
type reader struct {
	seen  map[string]int64 // highest version by ID
	total int
}

func (r *reader) handle(_ context.Context, e store.RecordedEvent) error {
	if r.seen == nil {
		r.seen = map[string]int64{}
	}
	if e.Version > r.seen[e.Key.ID]+1 {
		return fmt.Errorf("event %d of %s came after event %d", e.Version, e.Key.ID, r.seen[e.Key.ID])
	}
	r.seen[e.Key.ID] = max(r.seen[e.Key.ID], e.Version)
	r.total++
	return nil
}

func addEvents(t require.TestingT, d store.Driver, id string, from, n int64) {
	var b store.Batch
	for v := from; v < from+n; v++ {
		b.Events = append(b.Events, happened(id, v))
	}
	require.NoError(t, d.Commit(context.Background(), b))
}

func TestConsumeGoesOnWhereItStopped(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	var r reader
	for range 2 {
		n, err := store.Consume(t.Context(), db, "letters", r.handle)
		require.NoError(t, err)
		require.Zero(t, n)
	}
	for i := range int64(3) {
		addEvents(t, db, "R-1", 1+i*150, 150)
		n, err := store.Consume(t.Context(), db, "letters", r.handle)
		require.NoError(t, err)
		require.Equal(t, 150, n)
	}
	require.EqualValues(t, 450, r.seen["R-1"])
	n, err := store.Consume(t.Context(), db, "statistics", new(reader).handle)
	require.NoError(t, err)
	require.Equal(t, 450, n, "another consumer has its own position")
	require.NoError(t, db.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: store.Key{Kind: store.ConsumerKind, ID: "letters"}, If: store.Any}}}))
	n, err = store.Consume(t.Context(), db, "letters", r.handle)
	require.NoError(t, err)
	require.Equal(t, 450, n, "without a position it starts again")
}

func TestResumeSetsAConsumerToAPosition(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	addEvents(t, db, "R-1", 1, 5)
	var positions []store.Position
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		positions = append(positions, e.Position)
	}
	behind := func(name string) int {
		n, err := store.Behind(t.Context(), db, name, 10)
		require.NoError(t, err)
		return n
	}
	for _, to := range []int{2, 4, 0, 5, 0, 0} { // onward, back, to the beginning, and there again
		position := store.Position("")
		if to > 0 {
			position = positions[to-1]
		}
		require.NoError(t, store.Resume(t.Context(), db, "letters", position))
		require.Equal(t, 5-to, behind("letters"))
		require.Equal(t, 5, behind("statistics"), "each consumer has its own")
	}
	broken := storetest.Faulty(db, storetest.Fault{})
	require.ErrorIs(t, store.Resume(t.Context(), broken, "letters", positions[1]), storetest.ErrInjected)
	_, err := store.Consume(t.Context(), broken, "letters", new(reader).handle)
	require.ErrorIs(t, err, storetest.ErrInjected)
	_, err = store.Behind(t.Context(), broken, "letters", 1)
	require.ErrorIs(t, err, storetest.ErrInjected)

	for name, call := range map[string]func() error{
		"consume": func() error { _, err := store.Consume(t.Context(), nil, "letters", new(reader).handle); return err },
		"behind":  func() error { _, err := store.Behind(t.Context(), nil, "letters", 1); return err },
		"resume":  func() error { return store.Resume(t.Context(), nil, "letters", positions[1]) },
	} {
		require.ErrorIs(t, call(), sp.ErrInvalid, name)
	}
}

func TestConsumeStopsBeforeTheEventThatFails(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	addEvents(t, db, "R-1", 1, 10)
	var r reader
	n, err := store.Consume(t.Context(), db, "letters", func(ctx context.Context, e store.RecordedEvent) error {
		if e.Version == 7 {
			return io.ErrUnexpectedEOF
		}
		return r.handle(ctx, e)
	})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.EqualError(t, err, "store: consumer letters: unexpected EOF")
	require.Equal(t, 6, n)
	n, err = store.Consume(t.Context(), db, "letters", r.handle)
	require.NoError(t, err)
	require.Equal(t, 4, n, "it starts with the one that failed")
}

func TestConsumeTakesALogThatFailsForNoEvent(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	addEvents(t, db, "R-1", 1, 10)
	var r reader
	cut := storetest.Faulty(db, storetest.Fault{Op: storetest.Log, After: true, Rows: 4})
	n, err := store.Consume(t.Context(), cut, "letters", r.handle)
	require.ErrorIs(t, err, storetest.ErrInjected)
	require.Equal(t, []int{4, 4}, []int{n, r.total})
	n, err = store.Consume(t.Context(), db, "letters", r.handle)
	require.NoError(t, err)
	require.Equal(t, 6, n)
}

func TestConsumeRemembersItsPositionOnTheWayAndWritesNothingWithoutEvents(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	_, err := store.Consume(t.Context(), storetest.Faulty(db, storetest.Fault{Op: storetest.Commit}), "letters", new(reader).handle)
	require.NoError(t, err, "there is nothing to remember")
	addEvents(t, db, "R-1", 1, 250)
	lost := storetest.Faulty(db, storetest.Fault{Op: storetest.Commit, Nth: 2})
	n, err := store.Consume(t.Context(), lost, "letters", new(reader).handle)
	require.ErrorIs(t, err, storetest.ErrInjected)
	require.Equal(t, 200, n, "it does not go on without being able to remember")
	n, err = store.Consume(t.Context(), db, "letters", func(context.Context, store.RecordedEvent) error { return nil })
	require.NoError(t, err)
	require.Equal(t, 150, n, "after the first hundred, which it remembered")
}

func TestBehindCountsWhatAConsumerHasNotSeen(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	behind := func(most int) int {
		n, err := store.Behind(t.Context(), db, "letters", most)
		require.NoError(t, err)
		return n
	}
	require.Zero(t, behind(10), "nothing has happened")
	addEvents(t, db, "R-1", 1, 150)
	require.Equal(t, 150, behind(1000))
	require.Equal(t, 10, behind(10), "it is not counted to the end")
	var r reader
	_, err := store.Consume(t.Context(), db, "letters", r.handle)
	require.NoError(t, err)
	require.Zero(t, behind(10))
	addEvents(t, db, "R-1", 151, 3)
	require.Equal(t, 3, behind(10))
	require.Equal(t, 150, r.total, "counting handles nothing")
}

func TestBehindSaysWhatKeepsAConsumerFromReading(t *testing.T) {
	db := memstore.New()
	addEvents(t, store.Tenant(db, "north"), "R-1", 1, 3)
	for _, op := range []storetest.Op{storetest.Get, storetest.Log} {
		broken := store.Tenant(storetest.Faulty(db, storetest.Fault{Op: op}), "north")
		_, err := store.Behind(t.Context(), broken, "letters", 10)
		require.ErrorIs(t, err, storetest.ErrInjected, "%s", op)
	}
}

func TestConsumeNeedsATenant(t *testing.T) {
	_, err := store.Consume(t.Context(), memstore.New(), "letters", new(reader).handle)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "store.Tenant supplies it")
}

func TestOneConsumerRunTwiceAtATimeConflicts(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	for run := range int64(2) { // the first creates the consumer's record
		addEvents(t, db, "R-1", 1+3*run, 3)
		_, err := store.Consume(t.Context(), db, "letters", func(ctx context.Context, e store.RecordedEvent) error {
			if e.Version == 2+3*run {
				_, err := store.Consume(ctx, db, "letters", func(context.Context, store.RecordedEvent) error { return nil })
				return err
			}
			return nil
		})
		require.ErrorIs(t, err, sp.ErrConflict)
	}
}

func TestConsumeHandlesEveryEventWhateverFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := store.Tenant(memstore.New(), "north")
		versions := map[string]int64{}
		var r reader
		for range rapid.IntRange(1, 6).Draw(t, "restarts") {
			for range rapid.IntRange(0, 3).Draw(t, "batches") {
				id := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "id")
				n := rapid.Int64Range(1, 130).Draw(t, "events")
				addEvents(t, db, id, versions[id]+1, n)
				versions[id] += n
			}
			faulty := storetest.Faulty(db,
				storetest.Fault{Op: storetest.Commit, Nth: rapid.IntRange(1, 4).Draw(t, "lost"), After: true},
				storetest.Fault{Op: storetest.Commit, Nth: rapid.IntRange(1, 4).Draw(t, "failed")},
				storetest.Fault{Op: storetest.Log, Nth: rapid.IntRange(1, 2).Draw(t, "cut"), After: true, Rows: rapid.IntRange(0, 300).Draw(t, "rows")})
			left := rapid.IntRange(0, 400).Draw(t, "handled")
			_, _ = store.Consume(context.Background(), faulty, "letters", func(ctx context.Context, e store.RecordedEvent) error {
				if left--; left < 0 {
					return io.ErrUnexpectedEOF
				}
				return r.handle(ctx, e)
			})
		}
		_, err := store.Consume(context.Background(), db, "letters", r.handle)
		require.NoError(t, err)
		for id, n := range versions {
			require.Equal(t, n, r.seen[id], "events of %s", id)
		}
	})
}

func TestConsumeKeepsUpWithWriters(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	const writers, each = 4, 200
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for v := range int64(each) {
				addEvents(t, db, fmt.Sprint(w), v+1, 1)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var r reader
	for last := false; !last; {
		select {
		case <-done:
			last = true
		default:
		}
		_, err := store.Consume(t.Context(), db, "letters", r.handle)
		require.NoError(t, err)
	}
	require.Equal(t, writers*each, r.total, "without failures nothing is handled twice")
}
