package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// ThroughTx returns a driver that commits each batch to d in a transaction of
// [store.InTx] of its own, and again where the database asks for that. Run the
// suite over it too.
func ThroughTx(d store.Driver) store.Driver { return throughTx{d} }

type throughTx struct{ store.Driver }

func (t throughTx) Below() store.Driver              { return t.Driver }
func (t throughTx) Over(d store.Driver) store.Driver { return d } // which is in one

func (t throughTx) Commit(ctx context.Context, b store.Batch) (err error) {
	const attempts = 1000
	for range attempts {
		err = store.InTx(ctx, t.Driver, func(ctx context.Context, in store.Driver) error { return in.Commit(ctx, b) })
		if !errors.Is(err, store.ErrAgain) || errors.Is(err, store.ErrOutcomeUnknown) {
			return err
		}
	}
	return err
}

// txRules are those of drivers that have transactions.
var txRules = []rule{
	{"TxWhole", "what a transaction writes is seen within it at once, in every kind of query, by nobody else before its end, and then whole", txWhole},
	{"TxUndone", "a transaction whose function fails or panics, or whose context ends, has written nothing", txUndone},
	{"TxConflict", "a batch that is refused within a transaction writes nothing, and the transaction can go on", txConflict},
	{"TxRefused", "within a transaction the driver outside, another context and another transaction are refused, and after its end its driver is", txRefused},
	{"TxRace", "of transactions that load, decide and save one record each counts once, when those are run again that meet a conflict", txRace},
	{"TxUnique", "unique terms hold within a transaction as they do outside, counting what it has written, and it can go on after a duplicate", txUnique},
	{"TxUniqueRace", "of transactions that create records with one value exactly one wins, when those are run again that meet a conflict", txUniqueRace},
	{"TxConsume", "events consumed within transactions count exactly once, though some fail and are run again", txConsume},
}

// begins reports whether d has transactions.
func begins(d store.Driver) bool {
	_, ok := store.Base(d).(store.Beginner)
	return ok
}

// inTx runs f in a transaction that must be committed.
func inTx(tb testing.TB, d store.Driver, f func(context.Context, store.Driver)) {
	tb.Helper()
	if err := store.InTx(tb.Context(), d, func(ctx context.Context, in store.Driver) error {
		f(ctx, in)
		return nil
	}); err != nil {
		tb.Fatalf("InTx: %v", err)
	}
}

// A shelf is what the records should be, as a map.
type shelf map[string]store.Record

// random writes up to three records at random, to a batch and to the shelf.
func (s shelf) random(rng *rand.Rand) store.Batch {
	var b store.Batch
	for range 1 + rng.IntN(3) {
		id := fmt.Sprintf("%03d", rng.IntN(400))
		if slices.ContainsFunc(b.Puts, func(p store.Put) bool { return p.ID == id }) || slices.ContainsFunc(b.Deletes, func(d store.Delete) bool { return d.ID == id }) {
			continue
		}
		r, there := s[id]
		if there && rng.IntN(4) == 0 {
			b.Deletes = append(b.Deletes, store.Delete{Key: key(id), If: r.Version})
			delete(s, id)
			continue
		}
		p := with(put(id, r.Version), "state", []string{"new", "old"}[rng.IntN(2)], "due", fmt.Sprintf("%02d", rng.IntN(50)))
		b.Puts = append(b.Puts, p)
		s[id] = store.Record{Key: p.Key, Version: r.Version + 1, Terms: p.Terms, Body: p.Body}
	}
	return b
}

// answer returns the IDs and versions that answer q.
func (s shelf) answer(q store.Query) string {
	var found []store.Record
	for _, r := range s {
		if q.Match(r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b store.Record) int { return q.Cursor(a).Compare(q.Cursor(b)) })
	if q.Limit > 0 {
		found = found[:min(q.Limit, len(found))]
	}
	return spelt(found)
}

func spelt(rs []store.Record) string {
	var b strings.Builder
	for _, r := range rs {
		fmt.Fprintf(&b, "%s.%d ", r.ID, r.Version)
	}
	return b.String()
}

// compare fails unless d answers queries of every kind as the shelf does.
func (s shelf) compare(ctx context.Context, tb testing.TB, d store.Driver, rng *rand.Rand) {
	tb.Helper()
	middle := fmt.Sprintf("%03d", rng.IntN(400))
	for _, q := range []store.Query{
		{},
		{Limit: 7, After: store.Cursor{ID: middle}},
		{Where: store.Where{"state": {"old"}}},
		{Where: store.Where{"state": {"new"}}, Range: store.Range{Term: "due", From: "10", Before: "30"}},
		{Range: store.Range{Term: "due"}, After: store.Cursor{Value: "20", ID: middle}, Limit: 9},
	} {
		q.Tenant, q.Kind = tenant, kindK
		equal(tb, spelt(collect(tb, d.Scan(ctx, q))), s.answer(q), fmt.Sprintf("what answers %+v", q))
	}
	r, err := d.Get(ctx, key(middle))
	if want, there := s[middle]; !there {
		wantErr(tb, err, sp.ErrNotFound, "Get of what is not there")
	} else if err != nil || r.Version != want.Version {
		tb.Fatalf("Get %s: version %d, want %d: %v", middle, r.Version, want.Version, err)
	}
}

func txWhole(tb testing.TB, d store.Driver) {
	rng := rand.New(rand.NewPCG(5, 9))
	now := shelf{}
	for range 60 {
		commit(tb, d, now.random(rng))
	}
	before := maps.Clone(now)
	total := 0
	inTx(tb, d, func(ctx context.Context, in store.Driver) {
		for range 8 {
			for range 10 {
				b := now.random(rng)
				total++
				b.Events = []store.RecordedEvent{event("log", int64(total), "changed")}
				if err := in.Commit(ctx, b); err != nil {
					tb.Fatalf("Commit within a transaction: %v", err)
				}
			}
			now.compare(ctx, tb, in, rng)
		}
		if alone(tb, d) { //nolint:contextcheck // outside of the transaction
			return
		}
		before.compare(tb.Context(), tb, d, rng)                              //nolint:contextcheck // outside of the transaction
		equal(tb, len(events(tb, d, "")), 0, "events outside before the end") //nolint:contextcheck // outside of the transaction
	})
	now.compare(tb.Context(), tb, d, rng)
	equal(tb, len(events(tb, d, "")), total, "events after the end")
	for i, e := range events(tb, d, "") {
		equal(tb, e.Version, int64(i+1), "the version of an event")
	}
}

// alone reports whether d cannot be asked while it has a transaction, as where it has
// one connection.
func alone(tb testing.TB, d store.Driver) bool {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 2*time.Second)
	defer cancel()
	_, err := d.Get(ctx, key("none"))
	return errors.Is(err, context.DeadlineExceeded)
}

func txUndone(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New), put("b", store.New)))
	write := func(ctx context.Context, in store.Driver) error {
		return in.Commit(ctx, store.Batch{
			Puts: []store.Put{put("a", 1), put("c", store.New)}, Deletes: []store.Delete{{Key: key("b"), If: 1}},
			Events: []store.RecordedEvent{event("a", 2, "changed")},
		})
	}
	nothing := func(after string) {
		tb.Helper()
		got := state(tb, d, key("a")) + ", " + state(tb, d, key("b")) + ", " + state(tb, d, key("c"))
		equal(tb, got, "1 a, 1 b, none", "the records after "+after)
		equal(tb, len(events(tb, d, "")), 0, "the events after "+after)
	}
	err := store.InTx(tb.Context(), d, func(ctx context.Context, in store.Driver) error { return errors.Join(write(ctx, in), errMind) })
	wantErr(tb, err, errMind, "a transaction that fails")
	nothing("a failure")
	func() {
		defer func() { equal(tb, fmt.Sprint(recover()), "a mistake", "what was thrown") }()
		store.InTx(tb.Context(), d, func(ctx context.Context, in store.Driver) error { //nolint:errcheck // it panics
			if err := write(ctx, in); err != nil {
				return err
			}
			panic("a mistake")
		})
	}()
	nothing("a panic")
	ctx, cancel := context.WithCancel(tb.Context())
	err = store.InTx(ctx, d, func(ctx context.Context, in store.Driver) error {
		defer cancel()
		return write(ctx, in)
	})
	wantErr(tb, err, context.Canceled, "a transaction whose context ends")
	nothing("a cancelled context")
	wantErr(tb, store.InTx(ctx, d, nil), context.Canceled, "a transaction with a context that is done")
	inTx(tb, d, func(ctx context.Context, in store.Driver) { wantErr(tb, write(ctx, in), nil, "the same again") })
	equal(tb, state(tb, d, key("a")), "2 a", "the record of the one that was committed")
}

var errMind = errors.New("changed my mind")

func txConflict(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New)))
	inTx(tb, d, func(ctx context.Context, in store.Driver) {
		wantErr(tb, in.Commit(ctx, puts(put("b", store.New))), nil, "a commit")
		spoilt := puts(put("c", store.New), put("a", 7))
		spoilt.Events = []store.RecordedEvent{event("c", 1, "created")}
		wantConflict(tb, in.Commit(ctx, spoilt), store.ConflictError{Key: key("a"), Want: 7, Got: 1})
		wantConflict(tb, in.Commit(ctx, puts(put("b", store.New))), store.ConflictError{Key: key("b"), Want: 0, Got: 1})
		wantErr(tb, in.Commit(ctx, puts(put("", store.New))), sp.ErrInvalid, "a batch that breaks the rules")
		wantErr(tb, in.Commit(ctx, puts(put("b", 1), put("d", store.New))), nil, "a commit after conflicts")
	})
	equal(tb, ids(tb, d, query()), "a b d", "records")
	equal(tb, len(events(tb, d, "")), 0, "events")
}

func txRefused(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New)))
	var after store.Driver
	var inside context.Context
	all := func(what string, d store.Driver, ctx context.Context) {
		tb.Helper()
		_, err := d.Get(ctx, key("a"))
		wantErr(tb, err, sp.ErrInvalid, "Get "+what)
		wantErr(tb, d.Commit(ctx, puts(put("b", store.New))), sp.ErrInvalid, "Commit "+what)
		wantErr(tb, failure(d.Scan(ctx, query())), sp.ErrInvalid, "Scan "+what)
		wantErr(tb, failure(d.Log(ctx, tenant, "")), sp.ErrInvalid, "Log "+what)
	}
	inTx(tb, d, func(ctx context.Context, in store.Driver) {
		after, inside = in, ctx
		all("of the driver outside", d, ctx)
		all("with the context outside", in, tb.Context()) //nolint:contextcheck // outside of the transaction
		wantErr(tb, store.InTx(ctx, d, nil), sp.ErrInvalid, "a transaction within")
		wantErr(tb, store.InTx(tb.Context(), in, nil), sp.ErrInvalid, "a transaction over that of another") //nolint:contextcheck // outside of the transaction
	})
	all("after the end", after, inside)
	equal(tb, ids(tb, d, query()), "a", "records")
}

func txRace(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New)))
	const writers, each = 4, 12
	for _, err := range compete(writers, func(w int) error {
		for i := range each {
			if err := store.Retry(tb.Context(), 1000, func(ctx context.Context) error {
				return store.InTx(ctx, d, func(ctx context.Context, in store.Driver) error {
					r, err := in.Get(ctx, key("a"))
					if err != nil {
						return err
					}
					if err := in.Commit(ctx, puts(put(fmt.Sprint(w, "-", i), store.New))); err != nil {
						return err
					}
					return in.Commit(ctx, store.Batch{Puts: []store.Put{put("a", r.Version)}, Events: []store.RecordedEvent{event("a", r.Version+1, "changed")}})
				})
			}); err != nil {
				return err
			}
		}
		return nil
	}) {
		wantErr(tb, err, nil, "a transaction beside others")
	}
	equal(tb, get(tb, d, key("a")).Version, 1+writers*each, "the version")
	equal(tb, len(collect(tb, d.Scan(tb.Context(), query()))), 1+writers*each, "records")
	for i, e := range events(tb, d, "") {
		equal(tb, e.Version, int64(i+2), "the version of an event")
	}
}

func txConsume(tb testing.TB, d store.Driver) {
	const n = 7
	for i := range n {
		commit(tb, d, store.Batch{Events: []store.RecordedEvent{event("a", int64(i+1), "happened")}})
	}
	whole := store.Tenant(d, tenant)
	count := func(fail func(store.RecordedEvent) error) error {
		return store.InTx(tb.Context(), whole, func(ctx context.Context, in store.Driver) error {
			_, err := store.Consume(ctx, in, "counter", func(ctx context.Context, e store.RecordedEvent) error {
				r, err := in.Get(ctx, key("count"))
				if err != nil && !errors.Is(err, sp.ErrNotFound) {
					return err
				}
				p := put("count", r.Version)
				p.Body = append(r.Body, byte('0'+e.Version))
				return errors.Join(in.Commit(ctx, puts(p)), fail(e))
			})
			return err
		})
	}
	never := func(store.RecordedEvent) error { return nil }
	at := func(version int64) func(store.RecordedEvent) error {
		return func(e store.RecordedEvent) error {
			if e.Version == version {
				return errMind
			}
			return nil
		}
	}
	wantErr(tb, count(at(1)), errMind, "a consumer that fails at once")
	wantErr(tb, count(at(5)), errMind, "a consumer that fails in the middle")
	equal(tb, state(tb, d, key("count")), "none", "what failed consumers have counted")
	wantErr(tb, count(never), nil, "a consumer")
	wantErr(tb, count(never), nil, "a consumer with nothing to do")
	equal(tb, string(get(tb, d, key("count")).Body), "1234567", "what was counted")
}
