package store_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/observe"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/store/storetest"
)

// opaque is a wrapper that does not say what it wraps.
type opaque struct{ store.Driver }

// embeds is a wrapper that inherits the transactions of what it embeds.
type embeds struct{ *memstore.Store }

// deaf says at the end of a transaction what it likes.
type deaf struct{ store.Driver }

func (d deaf) Below() store.Driver              { return d.Driver }
func (d deaf) Over(o store.Driver) store.Driver { return deaf{o} }
func (d deaf) Confirm(context.Context, func(context.Context) error) error {
	return nil
}

// secrets gives one secret out for everybody.
type secrets struct{}

func (secrets) Secret(context.Context, store.Record, string) (seal.Secret, error) {
	return seal.Secret{Name: "one", Key: make([]byte, 16)}, nil
}

var (
	errMind = errors.New("changed my mind")
	errLost = errors.New("connection lost")
)

func TestAnAggregateIsSavedOrStaleNeverInBetween(t *testing.T) {
	for name, tt := range map[string]struct {
		fault   *storetest.Fault
		f       func(cancel func()) error
		foreign bool // a wrapper inside that hides what it wraps
		want    error
		there   bool
	}{
		"commits":                                    {there: true},
		"commits under a foreign wrapper":            {foreign: true, there: true},
		"the caller refuses":                         {f: func(func()) error { return errMind }, want: errMind},
		"the caller refuses under a foreign wrapper": {f: func(func()) error { return errMind }, foreign: true, want: errMind},
		"the caller panics":                          {f: func(func()) error { panic(errMind) }, want: errMind},
		"the context ends":                           {f: func(cancel func()) error { cancel(); return nil }, want: context.Canceled},
		"the commit fails":                           {fault: &storetest.Fault{Op: storetest.Confirm, Err: errLost}, want: errLost},
		"the answer is lost":                         {fault: &storetest.Fault{Op: storetest.Confirm, Err: errLost, After: true}, want: store.ErrOutcomeUnknown, there: true},
		"the commit meets a conflict":                {fault: &storetest.Fault{Op: storetest.Confirm, Err: store.ErrAgain}, want: sp.ErrConflict},
	} {
		t.Run(name, func(t *testing.T) {
			var calls []string
			plain := store.Driver(memstore.New())
			if tt.fault != nil {
				plain = storetest.Faulty(plain, *tt.fault)
			}
			db := store.Tenant(observe.Driver(seal.Driver(plain, secrets{}), func(ctx context.Context, c observe.Call) (context.Context, observe.End) {
				calls = append(calls, c.Method)
				return ctx, nil
			}), "north")
			apart := &counter{id: "apart", count: 1}
			require.NoError(t, store.Save(t.Context(), db, apart))
			saved := &counter{id: "a", count: 1}
			var loaded, found *counter
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := func() (err error) {
				defer func() {
					if v := recover(); v != nil {
						err = v.(error)
					}
				}()
				return store.InTx(ctx, db, func(ctx context.Context, in store.Driver) error {
					if tt.foreign {
						in = opaque{in}
					}
					require.NoError(t, store.Save(ctx, in, saved))
					saved.count++ // and it goes on
					require.NoError(t, store.Save(ctx, in, saved))
					var err error
					loaded, err = store.Load(ctx, in, "referral", "a", readCounter)
					require.NoError(t, err)
					require.Equal(t, 2, loaded.count, "the transaction sees its own")
					for found, err = range store.Select(ctx, in, store.Query{Kind: "referral", Limit: 1}, readCounter) {
						require.NoError(t, err)
					}
					if tt.f != nil {
						return tt.f(cancel)
					}
					return nil
				})
			}()
			require.ErrorIs(t, err, tt.want)
			_, err = load(t.Context(), db, "a")
			require.Equal(t, tt.there, err == nil, "in the store: %v", err)
			for _, c := range []*counter{saved, loaded, found} {
				require.Equal(t, tt.want != nil, c.stale)
				if c.stale {
					require.ErrorIs(t, store.Save(t.Context(), db, c), sp.ErrConflict)
					require.ErrorIs(t, store.Save(t.Context(), db, store.Changes{c}), store.ErrStale)
				}
			}
			apart.count++
			require.NoError(t, store.Save(t.Context(), db, apart), "one that had nothing to do with it")
			require.Equal(t, tt.f == nil, slices.Contains(calls, "Confirm"), "an observer sees the commit")
		})
	}
}

func TestWhatInTxLoadedGoesOnAfterItIsLoadedAgain(t *testing.T) {
	plain := memstore.New()
	db := store.Tenant(storetest.Faulty(plain, storetest.Fault{Op: storetest.Confirm, Nth: 1, Err: store.ErrAgain}), "north")
	c := &counter{id: "a", count: 1}
	require.NoError(t, store.Save(t.Context(), db, c))
	runs := 0
	require.NoError(t, store.Retry(t.Context(), 3, func(ctx context.Context) error {
		runs++
		return store.InTx(ctx, db, func(ctx context.Context, in store.Driver) error {
			c, err := load(ctx, in, "a")
			if err != nil {
				return err
			}
			c.count++
			return store.Save(ctx, in, c)
		})
	}))
	require.Equal(t, 2, runs)
	c, err := load(t.Context(), db, "a")
	require.NoError(t, err)
	require.Equal(t, 2, c.count)
}

func TestADriverWhoseTransactionsInTxCannotReachIsRefused(t *testing.T) {
	db := memstore.New()
	never := func(context.Context, store.Driver) error { t.Error("it was called"); return nil }
	for what, d := range map[string]store.Driver{
		"a wrapper that hides":              opaque{db},
		"one that hides under one that not": store.Tenant(opaque{db}, "north"),
		"a wrapper that would be passed by": embeds{db},
	} {
		err := store.InTx(t.Context(), d, never)
		require.ErrorIs(t, err, errors.ErrUnsupported, what)
	}
	down := storetest.Faulty(db)
	require.Equal(t, store.Driver(db), store.Base(store.Tenant(down, "north")))
}

func TestAWrapperThatSaysItHasCommittedIsNotBelieved(t *testing.T) {
	db := deaf{memstore.New()}
	c := &counter{id: "a", count: 1}
	err := store.InTx(t.Context(), db, func(ctx context.Context, in store.Driver) error { return store.Save(ctx, in, c) })
	require.ErrorIs(t, err, store.ErrOutcomeUnknown)
	require.True(t, c.stale)
	_, err = load(t.Context(), db, "a")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestSavingIsRefusedWhereItWouldNotLast(t *testing.T) {
	db := memstore.New()
	c := &counter{id: "a", count: 1}
	tx, err := db.Begin(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, store.Save(t.Context(), tx, c), sp.ErrInvalid, "a transaction that InTx did not begin")
	require.ErrorIs(t, store.Save(t.Context(), store.Tenant(tx, "north"), c), sp.ErrInvalid)
	require.NoError(t, store.InTx(t.Context(), db, func(ctx context.Context, in store.Driver) error {
		require.ErrorIs(t, store.Save(ctx, db, c), sp.ErrInvalid, "the driver outside")
		require.ErrorIs(t, store.Save(ctx, opaque{db}, c), sp.ErrInvalid, "the driver outside, hidden")
		require.ErrorIs(t, store.Save(t.Context(), opaque{in}, c), sp.ErrInvalid, "another context") //nolint:contextcheck // outside of the transaction
		other := memstore.New()
		return store.Save(ctx, other, &counter{id: "b", count: 1}) // of another database
	}))
	require.Zero(t, c.saved)
	require.NoError(t, store.Save(t.Context(), db, c))
}

func TestAnIteratorThatInTxGaveEndsWithIt(t *testing.T) {
	db := memstore.New()
	require.NoError(t, store.Save(t.Context(), db, &counter{id: "a", count: 1}))
	var records iter.Seq2[store.Record, error]
	require.NoError(t, store.InTx(t.Context(), db, func(ctx context.Context, in store.Driver) error {
		records = in.Scan(ctx, store.Query{Tenant: "north", Kind: "referral"})
		return nil
	}))
	for _, err := range records {
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestHistoriesThatAreStaleAreNotSaved(t *testing.T) {
	chair := &wheelchair{id: "W-3"}
	require.NoError(t, chair.lend("P-55", happened("W-3", 1).Stamp))
	chair.Stale()
	require.ErrorIs(t, chair.lend("P-55", happened("W-3", 1).Stamp), store.ErrStale)
	require.ErrorIs(t, store.Save(t.Context(), store.Tenant(memstore.New(), "north"), chair), store.ErrStale)
}

func TestACopyThatCouldNotBecomeStaleIsNotLoaded(t *testing.T) {
	db := store.Tenant(memstore.New(), "north")
	require.NoError(t, store.Save(t.Context(), db, &counter{id: "a", count: 1}))
	read := func(r store.Record) (counter, error) { return counter{id: r.ID}, nil }
	_, err := store.Load(t.Context(), db, "referral", "a", read)
	require.NoError(t, err)
	require.NoError(t, store.InTx(t.Context(), db, func(ctx context.Context, in store.Driver) error {
		_, err := store.Load(ctx, in, "referral", "a", read)
		require.ErrorIs(t, err, sp.ErrInvalid)
		return nil
	}))
}
