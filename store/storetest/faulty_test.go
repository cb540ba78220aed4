package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

var testTime = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

var at = store.Key{Tenant: "north", Kind: "referral", ID: "R-1"}

func put(k store.Key, expected int64) store.Batch {
	return store.Batch{Puts: []store.Put{{Key: k, If: expected}}}
}

func TestFaultyFailsOnlyTheNthCommit(t *testing.T) {
	db := storetest.Faulty(memstore.New(), storetest.Fault{Op: storetest.Commit, Nth: 2, Err: io.ErrUnexpectedEOF})
	require.NoError(t, db.Commit(t.Context(), put(at, store.New)))
	require.ErrorIs(t, db.Commit(t.Context(), put(at, 1)), io.ErrUnexpectedEOF)
	r, err := db.Get(t.Context(), at)
	require.NoError(t, err)
	require.EqualValues(t, 1, r.Version, "the failed commit must not have happened")
	require.NoError(t, db.Commit(t.Context(), put(at, 1)))
}

func TestFaultyLosesTheAcknowledgement(t *testing.T) {
	db := storetest.Faulty(memstore.New(), storetest.Fault{Op: storetest.Commit, Nth: 1, After: true, Err: io.ErrUnexpectedEOF})
	err := db.Commit(t.Context(), put(at, store.New))
	require.ErrorIs(t, err, store.ErrOutcomeUnknown)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorIs(t, db.Commit(t.Context(), put(at, store.New)), sp.ErrExists, "it happened all the same, and not twice")
}

func TestFaultyReportsWhatReallyFailed(t *testing.T) {
	db := storetest.Faulty(memstore.New(), storetest.Fault{After: true})
	require.ErrorIs(t, db.Commit(t.Context(), put(at, 3)), sp.ErrConflict)
	_, err := db.Get(t.Context(), at)
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestFaultyCancelsAndGoesOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	db := storetest.Faulty(memstore.New(), storetest.Fault{Op: storetest.Commit, Nth: 2, Do: cancel})
	require.NoError(t, db.Commit(ctx, put(at, store.New)))
	require.ErrorIs(t, db.Commit(ctx, put(at, 1)), context.Canceled)
}

func TestFaultyLetsAnotherWriterIn(t *testing.T) {
	plain := memstore.New()
	require.NoError(t, plain.Commit(t.Context(), put(at, store.New)))
	overtake := func() { require.NoError(t, plain.Commit(t.Context(), put(at, 1))) }
	db := storetest.Faulty(plain, storetest.Fault{Op: storetest.Commit, Nth: 1, Do: overtake})
	require.ErrorIs(t, db.Commit(t.Context(), put(at, 1)), sp.ErrConflict)
}

func TestFaultyKeepsToAKind(t *testing.T) {
	db := storetest.Faulty(memstore.New(), storetest.Fault{Kind: "referral"})
	other := at
	other.Kind = "person"
	require.NoError(t, db.Commit(t.Context(), put(other, store.New)))
	_, err := db.Get(t.Context(), other)
	require.NoError(t, err)
	_, err = db.Get(t.Context(), at)
	require.ErrorIs(t, err, storetest.ErrInjected)
	require.ErrorIs(t, db.Commit(t.Context(), put(at, store.New)), storetest.ErrInjected)
	for _, b := range []store.Batch{
		{Deletes: []store.Delete{{Key: at, If: store.Any}}},
		{Events: []store.RecordedEvent{{Key: at}}},
	} {
		require.ErrorIs(t, db.Commit(t.Context(), b), storetest.ErrInjected)
	}
}

func TestFaultyBreaksStreamsInTheMiddle(t *testing.T) {
	plain := memstore.New()
	for i := range 5 {
		k := at
		k.ID = fmt.Sprint(i)
		b := put(k, store.New)
		now := sp.By(sp.Actor{ID: "x"}, testTime)
		b.Events = []store.RecordedEvent{{Key: k, Version: 1, Type: "created", Stamp: now}}
		require.NoError(t, plain.Commit(t.Context(), b))
	}
	count := func(seq func(func(int, error) bool)) (n int, last error) {
		for _, err := range seq {
			if last = err; err == nil {
				n++
			}
		}
		return n, last
	}
	for rows, want := range map[int]int{0: 0, 3: 3, 9: 5} {
		db := storetest.Faulty(plain, storetest.Fault{After: true, Rows: rows})
		n, err := count(func(yield func(int, error) bool) {
			for _, err := range db.Scan(t.Context(), store.Query{Tenant: "north", Kind: "referral"}) {
				if !yield(0, err) {
					return
				}
			}
		})
		require.ErrorIs(t, err, storetest.ErrInjected)
		require.Equal(t, want, n, "records")
		n, err = count(func(yield func(int, error) bool) {
			for _, err := range db.Log(t.Context(), "north", "") {
				if !yield(0, err) {
					return
				}
			}
		})
		require.ErrorIs(t, err, storetest.ErrInjected)
		require.Equal(t, want, n, "events")
	}
}

func TestFaultyWithoutFaultsKeepsEveryPromise(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Driver {
		return storetest.Faulty(memstore.New(), storetest.Fault{Nth: 1 << 40}, storetest.Fault{Do: func() {}})
	})
}

// A service is tested against a commit that happens although its
// acknowledgement is lost.
func ExampleFaulty() {
	db := storetest.Faulty(memstore.New(), storetest.Fault{Op: storetest.Commit, Nth: 1, After: true})
	ctx := context.Background()
	first := db.Commit(ctx, put(at, store.New))
	again := db.Commit(ctx, put(at, store.New))
	fmt.Println(errors.Is(first, store.ErrOutcomeUnknown), errors.Is(again, sp.ErrExists))
	// Output: true true
}
