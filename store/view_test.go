package store_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// A tally counts the events of a log, and how often it was asked to.
type tally struct{ made int }

func (c *tally) count(log iter.Seq2[store.RecordedEvent, error]) (n int, err error) {
	c.made++
	for _, err := range log {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// How many people were referred is counted once, however many look, until somebody else is.
func ExampleView() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	var c tally
	var referred store.View[int]
	look := func() {
		n, err := referred.Of(ctx, db, "2026-11-30", c.count)
		fmt.Println(n, "counted", c.made, err)
	}
	look()
	look()
	r := store.Key{Kind: "referral", ID: "R-1"}
	stamp := sp.BySystem("desk", time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC))
	err := db.Commit(ctx, store.Batch{Events: []store.RecordedEvent{{Key: r, Version: 1, Type: "received", Stamp: stamp}}})
	fmt.Println(err)
	look()
	look()
	// Output:
	// 0 counted 1 <nil>
	// 0 counted 1 <nil>
	// <nil>
	// 1 counted 2 <nil>
	// 1 counted 2 <nil>
}

func TestViewIsWhatTheLogSaysHoweverItGoesOn(t *testing.T) {
	stamp := sp.BySystem("desk", time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC))
	rapid.Check(t, func(t *rapid.T) {
		whole := memstore.New()
		db, others := store.Tenant(whole, "north"), store.Tenant(whole, "south")
		write := func(to store.Driver, version int64) {
			e := store.RecordedEvent{Key: store.Key{Kind: "k", ID: "R-1"}, Version: version, Type: "e", Stamp: stamp}
			require.NoError(t, to.Commit(context.Background(), store.Batch{Events: []store.RecordedEvent{e}}))
		}
		var v store.View[string]
		said, events, theirs, fresh := "", int64(0), int64(0), false
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"look", "write", "another writes", "fail"}).Draw(t, "step") {
			case "look":
				day := rapid.SampledFrom([]string{"monday", "tuesday"}).Draw(t, "day")
				made := false
				got, err := v.Of(context.Background(), db, day, func(log iter.Seq2[store.RecordedEvent, error]) (string, error) {
					made = true
					n, err := new(tally).count(log)
					return fmt.Sprint(n, day), err
				})
				require.NoError(t, err)
				require.Equal(t, fmt.Sprint(events, day), got)
				require.Equal(t, !fresh || said != got, made, "made anew where something is new, and only then")
				said, fresh = got, true
			case "write":
				events++
				write(db, events)
			case "another writes": // another tenant, which is nothing new here
				theirs++
				write(others, theirs)
			case "fail":
				_, err := v.Of(context.Background(), db, "a day that never comes again", func(iter.Seq2[store.RecordedEvent, error]) (string, error) { return "", sp.ErrInvalid })
				require.ErrorIs(t, err, sp.ErrInvalid)
			}
		}
	})
}

// restored is a database that was put back from a backup: what was read of it lies ahead.
type restored struct{ store.Driver }

func (r restored) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	if after == "" {
		return r.Driver.Log(ctx, tenant, after)
	}
	return func(yield func(store.RecordedEvent, error) bool) {
		yield(store.RecordedEvent{}, &store.RestoredError{Tenant: tenant, Position: after})
	}
}

func TestViewIsMadeAnewOnceADatabaseWasRestored(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	addEvents(t, db, "R-1", 1, 3)
	var v store.View[int]
	n, err := v.Of(t.Context(), db, "", new(tally).count)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	backup := store.Tenant(memstore.New(), "north")
	addEvents(t, backup, "R-1", 1, 2)
	n, err = v.Of(t.Context(), restored{backup}, "", new(tally).count)
	require.NoError(t, err)
	require.Equal(t, 2, n)
}

func TestViewReadsTheLogAsOftenAsItIsAskedAndMissesNothing(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	addEvents(t, db, "R-1", 1, 3)
	var v store.View[int]
	twice := func(log iter.Seq2[store.RecordedEvent, error]) (int, error) {
		first, err := new(tally).count(log)
		if first == 3 {
			addEvents(t, db, "R-1", 4, 1) // while it is made: the second pass sees it, the first did not
		}
		second, other := new(tally).count(log)
		return first + second, errors.Join(err, other)
	}
	n, err := v.Of(t.Context(), db, "", twice)
	require.NoError(t, err)
	require.Equal(t, 3+4, n)
	n, err = v.Of(t.Context(), db, "", twice)
	require.NoError(t, err)
	require.Equal(t, 4+4, n, "it is not said to have seen what half of it has")
}

func TestViewIsMadeOnceForAllWhoLookAtTheSameMoment(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	addEvents(t, db, "R-1", 1, 3)
	var c tally
	var v store.View[int]
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			n, err := v.Of(t.Context(), db, "", c.count)
			if n != 3 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		})
	}
	all.Wait()
	require.Equal(t, 1, c.made)
}

func TestViewSaysThatTheLogCannotBeRead(t *testing.T) {
	db := memstore.New()
	addEvents(t, store.Tenant(db, "north"), "R-1", 1, 3)
	broken := store.Tenant(storetest.Faulty(db, storetest.Fault{Op: storetest.Log}), "north")
	var v store.View[int]
	_, err := v.Of(t.Context(), broken, "", new(tally).count)
	require.ErrorIs(t, err, storetest.ErrInjected, "the first time")
	n, err := v.Of(t.Context(), store.Tenant(db, "north"), "", new(tally).count)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	_, err = v.Of(t.Context(), broken, "", new(tally).count)
	require.ErrorIs(t, err, storetest.ErrInjected, "and when it is asked whether it has gone on")
}
