package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var uniqueRules = []rule{
	{"Unique", "a value of a unique term has one record, whoever comes second is refused whole with the record and the term at fault, and whoever looks for the value finds the first", unique},
	{"UniqueScope", "a unique term is so within its tenant, its kind and its name, and other terms may have its value", uniqueScope},
	{"UniqueKept", "a record keeps its own value through every kind of put, and it is free once the record has another one or is deleted", uniqueKept},
	{"UniqueExchange", "what counts is what stands after a batch: it may hand a value over and exchange values, in whatever order its records are", uniqueExchange},
	{"UniqueVersion", "versions are compared first, so that a commit that is sent twice meets a conflict and no duplicate", uniqueVersion},
	{"UniqueRace", "of many that create records with one value exactly one wins, and the others get a duplicate, never a busy error", uniqueRace},
}

const uniqueNumber = store.Unique + "number"

// numbered is a put of a record whose unique term has a value.
func numbered(id string, expected int64, value string) store.Put {
	return with(put(id, expected), "state", "new", uniqueNumber, value)
}

func wantDuplicate(tb testing.TB, err error, want store.DuplicateError) {
	tb.Helper()
	got, ok := errors.AsType[*store.DuplicateError](err)
	if !ok || *got != want {
		tb.Fatalf("got error %v, want %v", err, &want)
	}
	wantErr(tb, err, sp.ErrExists, "a duplicate")
	if errors.Is(err, sp.ErrConflict) || errors.Is(err, store.ErrOutcomeUnknown) {
		tb.Fatalf("got error %v, which asks to try again", err)
	}
}

// having returns the IDs of the records that have a value of the unique term.
func having(tb testing.TB, d store.Driver, value string) string {
	tb.Helper()
	q := query()
	q.Where = store.Where{uniqueNumber: {value}}
	return ids(tb, d, q)
}

func unique(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(numbered("a", store.New, "1"), numbered("b", store.New, "2"), put("plain", store.New)))
	for _, id := range []string{"0", "z"} { // before and behind the one that has it
		b := puts(put("other", store.New), numbered(id, store.New, "1"))
		b.Deletes = []store.Delete{{Key: key("plain"), If: 1}}
		b.Events = []store.RecordedEvent{event(id, 1, "created")}
		wantDuplicate(tb, d.Commit(tb.Context(), b), store.DuplicateError{Key: key(id), Term: uniqueNumber})
	}
	wantDuplicate(tb, d.Commit(tb.Context(), puts(numbered("b", 1, "1"))), store.DuplicateError{Key: key("b"), Term: uniqueNumber})
	wantDuplicate(tb, d.Commit(tb.Context(), puts(numbered("plain", store.Any, "1"))), store.DuplicateError{Key: key("plain"), Term: uniqueNumber})
	wantDuplicate(tb, d.Commit(tb.Context(), puts(numbered("x", store.New, "3"), numbered("y", store.New, "3"))), store.DuplicateError{Key: key("y"), Term: uniqueNumber})
	equal(tb, ids(tb, d, query()), "a b plain", "records")
	equal(tb, len(events(tb, d, "")), 0, "events")
	equal(tb, having(tb, d, "1")+" "+having(tb, d, "2")+having(tb, d, "3"), "a b", "the records with the values")
	equal(tb, get(tb, d, key("a")).Terms[uniqueNumber], "1", "the value of a record")
	commit(tb, d, puts(numbered("z", store.New, "3"))) // which nothing of what was refused has taken
	equal(tb, having(tb, d, "3"), "z", "the record with the value")
}

func uniqueScope(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(numbered("a", store.New, "1")))
	south, other := numbered("b", store.New, "1"), numbered("b", store.New, "1")
	south.Tenant, other.Kind = "south", "k2"
	commit(tb, d, puts(south))
	commit(tb, d, puts(other))
	commit(tb, d, puts(
		with(put("c", store.New), "state", "1", "number", "1", "note unique:number", "1", "unique", "1", store.Unique+"other", "1"),
		with(put("d", store.New), "state", "1", "number", "1", "note unique:number", "1", "unique", "1", store.Unique+"other", "2"),
		with(put("e", store.New), "state", "/unique:number=1", "x/unique:y", "1", "x=unique:y", "1"),
		with(put("f", store.New), "state", "/unique:number=1", "x/unique:y", "1", "x=unique:y", "1"),
	))
	odd := "1' OR \"%_\\ é\t/=" // a value is a value
	commit(tb, d, puts(with(put("g", store.New), uniqueNumber, odd, store.Unique+"x/y=z%", odd)))
	wantDuplicate(tb, d.Commit(tb.Context(), puts(with(put("h", store.New), store.Unique+"x/y=z%", odd))), store.DuplicateError{Key: key("h"), Term: store.Unique + "x/y=z%"})
	wantDuplicate(tb, d.Commit(tb.Context(), puts(numbered("h", store.New, odd))), store.DuplicateError{Key: key("h"), Term: uniqueNumber})
	commit(tb, d, puts(numbered("h", store.New, odd+" "), numbered("i", store.New, "É"), numbered("j", store.New, "é")))
	equal(tb, ids(tb, d, query()), "a c d e f g h i j", "records")
	two := with(put("k", store.New), store.Unique+"other", "2", uniqueNumber, "9")
	wantDuplicate(tb, d.Commit(tb.Context(), puts(two)), store.DuplicateError{Key: key("k"), Term: store.Unique + "other"})
	equal(tb, having(tb, d, "9"), "", "the records with the other value of what was refused")
	for _, k := range []store.Key{south.Key, other.Key} {
		again := numbered("z", store.New, "1")
		again.Tenant, again.Kind = k.Tenant, k.Kind
		wantDuplicate(tb, d.Commit(tb.Context(), puts(again)), store.DuplicateError{Key: again.Key, Term: uniqueNumber})
	}
}

func uniqueKept(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(numbered("a", store.New, "1")))
	taken := func() {
		tb.Helper()
		wantDuplicate(tb, d.Commit(tb.Context(), puts(numbered("b", store.New, "1"))), store.DuplicateError{Key: key("b"), Term: uniqueNumber})
	}
	for _, expected := range []int64{1, store.Any, 3} {
		commit(tb, d, puts(numbered("a", expected, "1")))
		taken()
	}
	more := numbered("a", 4, "1")
	more.Terms[store.Unique+"other"] = "1"
	commit(tb, d, puts(more))
	taken()
	commit(tb, d, puts(numbered("a", 5, "2"))) // another value
	commit(tb, d, puts(with(put("b", store.New), uniqueNumber, "1", store.Unique+"other", "1")))
	commit(tb, d, puts(put("b", 1))) // no value
	commit(tb, d, puts(numbered("c", store.New, "1")))
	commit(tb, d, deletes("c", 1)) // no record
	commit(tb, d, puts(numbered("d", store.New, "1")))
	commit(tb, d, deletes("d", store.Any))
	commit(tb, d, puts(numbered("d", store.New, "1"))) // under the same ID again
	taken = func() {
		tb.Helper()
		wantDuplicate(tb, d.Commit(tb.Context(), puts(numbered("e", store.New, "1"))), store.DuplicateError{Key: key("e"), Term: uniqueNumber})
	}
	taken()
	wantConflict(tb, d.Commit(tb.Context(), deletes("d", 7)), store.ConflictError{Key: key("d"), Want: 7, Got: 1})
	taken() // since nothing was deleted
}

func uniqueExchange(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(numbered("b", store.New, "1"), numbered("c", store.New, "2")))
	commit(tb, d, puts(numbered("b", 1, "2"), numbered("c", 1, "1"))) // exchanged
	commit(tb, d, puts(numbered("c", 2, "2"), numbered("b", 2, "1"))) // and back
	for _, heir := range []string{"a", "d"} {                         // before and behind the one that has it
		b := puts(numbered(heir, store.New, "1"))
		b.Deletes = []store.Delete{{Key: key("b"), If: store.Any}}
		commit(tb, d, b)
		equal(tb, having(tb, d, "1"), heir, "the record with what was handed over by a delete")
		commit(tb, d, puts(put(heir, 1), numbered("b", store.New, "1")))
		equal(tb, having(tb, d, "1"), "b", "the record with what was handed over by a put")
	}
	wantDuplicate(tb, d.Commit(tb.Context(), puts(numbered("a", 2, "2"), numbered("b", 1, "3"))), store.DuplicateError{Key: key("a"), Term: uniqueNumber})
	var ring store.Batch // each takes the value of the next
	const n = 40
	for i := range n {
		ring.Puts = append(ring.Puts, numbered(fmt.Sprintf("ring-%02d", i), store.New, fmt.Sprint("v", i)))
	}
	commit(tb, d, ring)
	for i := range ring.Puts {
		ring.Puts[i] = numbered(ring.Puts[i].ID, 1, fmt.Sprint("v", (i+1)%n))
	}
	commit(tb, d, ring)
	equal(tb, having(tb, d, "v0"), "ring-39", "the record with the first value of the ring")
	wantDuplicate(tb, d.Commit(tb.Context(), puts(numbered("ring-00", 2, "v0"))), store.DuplicateError{Key: key("ring-00"), Term: uniqueNumber})
}

func uniqueVersion(tb testing.TB, d store.Driver) {
	first := puts(numbered("a", store.New, "1"))
	commit(tb, d, first)
	wantConflict(tb, d.Commit(tb.Context(), first), store.ConflictError{Key: key("a"), Want: store.New, Got: 1})
	commit(tb, d, puts(numbered("b", store.New, "2")))
	wantConflict(tb, d.Commit(tb.Context(), puts(numbered("b", 7, "1"))), store.ConflictError{Key: key("b"), Want: 7, Got: 1})
	both := puts(numbered("c", store.New, "1"), put("b", 7))
	wantConflict(tb, d.Commit(tb.Context(), both), store.ConflictError{Key: key("b"), Want: 7, Got: 1})
}

func uniqueRace(tb testing.TB, d store.Driver) {
	const rounds, writers = 8, 8
	for round := range rounds {
		value, won := fmt.Sprint("v", round), 0
		for i, err := range compete(writers, func(i int) error {
			return d.Commit(tb.Context(), puts(numbered(fmt.Sprint("r", round, "-", i), store.New, value)))
		}) {
			if err == nil {
				won++
				continue
			}
			wantDuplicate(tb, err, store.DuplicateError{Key: key(fmt.Sprint("r", round, "-", i)), Term: uniqueNumber})
		}
		equal(tb, won, 1, "writers that took the value")
	}
	equal(tb, len(collect(tb, d.Scan(tb.Context(), query()))), rounds, "records")
	// Those that create the same record meet a conflict instead.
	for i, err := range compete(writers, func(int) error { return d.Commit(tb.Context(), puts(numbered("same", store.New, "same"))) }) {
		if err != nil {
			wantConflict(tb, err, store.ConflictError{Key: key("same"), Want: store.New, Got: 1})
		} else if get(tb, d, key("same")).Version != 1 {
			tb.Fatalf("writer %d created what was there", i)
		}
	}
}

// txUnique holds the unique terms of transactions to the same rules.
func txUnique(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(numbered("a", store.New, "1"), numbered("b", store.New, "2")))
	inTx(tb, d, func(ctx context.Context, in store.Driver) {
		duplicate := func(b store.Batch, id string) {
			tb.Helper()
			wantDuplicate(tb, in.Commit(ctx, b), store.DuplicateError{Key: key(id), Term: uniqueNumber})
		}
		duplicate(puts(put("x", store.New), numbered("c", store.New, "1")), "c")
		wantErr(tb, in.Commit(ctx, puts(numbered("c", store.New, "3"))), nil, "a commit after a duplicate")
		duplicate(puts(numbered("d", store.New, "3")), "d")
		wantErr(tb, in.Commit(ctx, puts(numbered("a", 1, "4"))), nil, "a commit that gives a value up")
		wantErr(tb, in.Commit(ctx, puts(numbered("d", store.New, "1"))), nil, "a commit that takes it")
		wantErr(tb, in.Commit(ctx, puts(put("c", 1))), nil, "a commit that gives a value up")
		wantErr(tb, in.Commit(ctx, puts(numbered("e", store.New, "3"))), nil, "a commit that takes it")
		wantErr(tb, in.Commit(ctx, deletes("b", 1)), nil, "a delete")
		wantErr(tb, in.Commit(ctx, puts(numbered("f", store.New, "2"))), nil, "a commit after the delete")
		wantErr(tb, in.Commit(ctx, puts(numbered("d", 1, "4"), numbered("a", 2, "1"))), nil, "an exchange")
		duplicate(puts(numbered("g", store.New, "1")), "g")
		wantErr(tb, in.Commit(ctx, puts(numbered("d", 2, "4"))), nil, "a put of what has its value")
		wantConflict(tb, in.Commit(ctx, puts(numbered("d", 1, "9"))), store.ConflictError{Key: key("d"), Want: 1, Got: 3})
	})
	for value, id := range map[string]string{"1": "a", "2": "f", "3": "e", "4": "d", "9": ""} {
		equal(tb, having(tb, d, value), id, "the record with value "+value)
	}
	equal(tb, ids(tb, d, query()), "a c d e f", "records")
	err := store.InTx(tb.Context(), d, func(ctx context.Context, in store.Driver) error {
		wantErr(tb, in.Commit(ctx, puts(numbered("g", store.New, "7"))), nil, "a commit")
		return errMind
	})
	wantErr(tb, err, errMind, "a transaction that fails")
	commit(tb, d, puts(numbered("h", store.New, "7")))
}

func txUniqueRace(tb testing.TB, d store.Driver) {
	const writers = 6
	won := 0
	for i, err := range compete(writers, func(i int) error {
		return store.Retry(tb.Context(), 1000, func(ctx context.Context) error {
			return store.InTx(ctx, d, func(ctx context.Context, in store.Driver) error {
				if err := in.Commit(ctx, puts(put(fmt.Sprint("beside-", i), store.New))); err != nil {
					return err
				}
				return in.Commit(ctx, puts(numbered(fmt.Sprint(i), store.New, "1")))
			})
		})
	}) {
		if err == nil {
			won++
			continue
		}
		wantDuplicate(tb, err, store.DuplicateError{Key: key(fmt.Sprint(i)), Term: uniqueNumber})
	}
	equal(tb, won, 1, "transactions that took the value")
	equal(tb, len(collect(tb, d.Scan(tb.Context(), query()))), 2, "records")
}
