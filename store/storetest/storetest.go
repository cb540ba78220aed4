// Package storetest is a conformance suite: the contract of a [store.Driver], as
// tests.
//
// Whoever writes a backend runs its drivers through [Run]. Each rule says why
// it is there, and prints that when it fails, so that the output reads as a
// specification of what is still missing:
//
//	func TestDriver(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) store.Driver { return mydb.Open(t.TempDir()) })
//	}
//
// [Faulty] injects faults, to test a service against trouble of its database: it
// makes the n-th commit fail, or succeed although it reports a failure, or wait,
// or find its context cancelled:
//
//	db := storetest.Faulty(memstore.New(), storetest.Fault{Op: storetest.Commit, Nth: 3, Err: io.ErrUnexpectedEOF})
//
// [Bench] measures a backend in the same terms as the ones that ship with the
// module. The package needs nothing but the standard library, so a backend's
// tests inherit no assertion library from it.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// Run tests the drivers that open returns by every rule of [store.Driver]. Each
// rule gets a fresh, empty driver; open may register clean-ups on t.
func Run(t *testing.T, open func(*testing.T) store.Driver) {
	t.Helper()
	Suite{Open: open}.Run(t)
}

// A Suite is what [Run] runs, for drivers that can do more than the interface says.
type Suite struct {
	// Open returns a fresh, empty driver. It may register clean-ups on t.
	Open func(t *testing.T) store.Driver

	// Reopen returns a driver over the same data after d has been closed, as
	// after a restart. Leave it nil if the data does not survive one.
	Reopen func(t *testing.T, d store.Driver) store.Driver

	// Backup takes a copy of the data of d. What it returns puts that copy in the
	// place of the data, does what the backend says is to be done after a
	// backup was restored, and returns a driver; it may be called again. Leave it
	// nil if there is nothing to restore.
	Backup func(t *testing.T, d store.Driver) (restore func() store.Driver)

	// Few leaves out the rules about large amounts of data, for a backend that has
	// kept them in another set-up. They take most of the time.
	Few bool
}

// Run holds the drivers of s to every rule, as a subtest each.
func (s Suite) Run(t *testing.T) {
	t.Helper()
	for _, r := range rules() {
		if s.Few && slices.ContainsFunc(volumeRules, func(v rule) bool { return v.name == r.name }) {
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			explain(t, r)
			r.test(t, s.Open(t))
		})
	}
	for _, r := range txRules {
		t.Run(r.name, func(t *testing.T) {
			d := s.Open(t)
			if !begins(d) {
				t.Skip("this driver has no transactions")
			}
			explain(t, r)
			r.test(t, d)
		})
	}
	t.Run(durable.name, func(t *testing.T) {
		if s.Reopen == nil {
			t.Skip("this suite has no Reopen")
		}
		explain(t, durable)
		reopen(t, s.Open(t), func(d store.Driver) store.Driver { return s.Reopen(t, d) })
	})
	t.Run(restored.name, func(t *testing.T) {
		if s.Backup == nil {
			t.Skip("this suite has no Backup")
		}
		explain(t, restored)
		d := s.Open(t)
		restore(t, d, func() func() store.Driver { return s.Backup(t, d) })
	})
}

func explain(t *testing.T, r rule) {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("rule %s: %s", r.name, r.why)
		}
	})
}

// A rule is one promise of [store.Driver] and the test that holds it to it.
type rule struct {
	name string
	why  string // printed on failure, so that it reads as a specification
	test func(testing.TB, store.Driver)
}

// rules returns all that need nothing but the interface.
func rules() []rule {
	return slices.Concat(recordRules, deleteRules, inputRules, scanRules, rangeRules, logRules, contextRules, concurrencyRules,
		textRules, versionRules, uniqueRules, outcomeRules, volumeRules)
}

const (
	tenant = "north"
	kindK  = "k"
)

// at is the moment of every stamp that a rule does not care about.
var at = time.Date(2026, 3, 29, 0, 59, 59, 123456000, time.UTC)

func key(id string) store.Key { return store.Key{Tenant: tenant, Kind: kindK, ID: id} }

// put writes a small record under id, in place of version expected.
func put(id string, expected int64) store.Put {
	return store.Put{Key: key(id), If: expected, Terms: store.Terms{"state": "new"}, Body: []byte(id)}
}

// with returns p with other terms, given as name, value, name, value.
func with(p store.Put, terms ...string) store.Put {
	p.Terms = make(store.Terms, len(terms)/2)
	for i := 0; i < len(terms); i += 2 {
		p.Terms[terms[i]] = terms[i+1]
	}
	return p
}

func event(id string, version int64, typ string) store.RecordedEvent {
	return store.RecordedEvent{
		Key: key(id), Version: version, Type: store.EventType(typ),
		Stamp: sp.By(sp.Actor{ID: "w-1", Role: sp.RoleLinkWorker}, at), Data: []byte(`{"n":1}`),
	}
}

func puts(ps ...store.Put) store.Batch { return store.Batch{Puts: ps} }

func query() store.Query { return store.Query{Tenant: tenant, Kind: kindK} }

func commit(tb testing.TB, d store.Driver, b store.Batch) {
	tb.Helper()
	if err := d.Commit(tb.Context(), b); err != nil {
		tb.Fatalf("Commit: %v", err)
	}
}

// many commits n records with IDs of three digits, in batches.
func many(tb testing.TB, d store.Driver, n int) {
	tb.Helper()
	var all []store.Put
	for i := range n {
		all = append(all, put(fmt.Sprintf("%03d", i), store.New))
	}
	for some := range slices.Chunk(all, 100) {
		commit(tb, d, puts(some...))
	}
}

func get(tb testing.TB, d store.Driver, k store.Key) store.Record {
	tb.Helper()
	r, err := d.Get(tb.Context(), k)
	if err != nil {
		tb.Fatalf("Get %s: %v", k, err)
	}
	return r
}

// state writes the version and body of the record under k, or "none".
func state(tb testing.TB, d store.Driver, k store.Key) string {
	tb.Helper()
	r, err := d.Get(tb.Context(), k)
	if errors.Is(err, sp.ErrNotFound) {
		return "none"
	}
	if err != nil {
		tb.Fatalf("Get %s: %v", k, err)
	}
	return fmt.Sprintf("%d %s", r.Version, r.Body)
}

func collect[T any](tb testing.TB, seq iter.Seq2[T, error]) []T {
	tb.Helper()
	all := []T{}
	for v, err := range seq {
		if err != nil {
			tb.Fatalf("after %d: %v", len(all), err)
		}
		all = append(all, v)
	}
	return all
}

func ids(tb testing.TB, d store.Driver, q store.Query) string {
	tb.Helper()
	var got []string
	for _, r := range collect(tb, d.Scan(tb.Context(), q)) {
		got = append(got, r.ID)
	}
	return strings.Join(got, " ")
}

func events(tb testing.TB, d store.Driver, after store.Position) []store.RecordedEvent {
	tb.Helper()
	return collect(tb, d.Log(tb.Context(), tenant, after))
}

func wantErr(tb testing.TB, err, want error, doing string) {
	tb.Helper()
	if !errors.Is(err, want) {
		tb.Fatalf("%s: got error %v, want one that is %v", doing, err, want)
	}
}

func wantConflict(tb testing.TB, err error, want store.ConflictError) {
	tb.Helper()
	got, ok := errors.AsType[*store.ConflictError](err)
	if !ok || *got != want {
		tb.Fatalf("got error %v, want %v", err, &want)
	}
}

func equal[T any](tb testing.TB, got, want T, what string) {
	tb.Helper()
	if !reflect.DeepEqual(got, want) {
		tb.Fatalf("%s:\ngot  %s\nwant %s", what, show(got), show(want))
	}
}

// show writes what a record or an event holds, which prints itself without.
func show(v any) string {
	switch v := v.(type) {
	case store.Record:
		return fmt.Sprintf("%s, version %d, terms %q, body %q", v.Key, v.Version, v.Terms, v.Body)
	case store.RecordedEvent:
		return fmt.Sprintf("%s, at %q, stamp %+v, data %q", v, v.Position, v.Stamp, v.Data)
	case []store.Record:
		return showAll(v)
	case []store.RecordedEvent:
		return showAll(v)
	}
	return fmt.Sprintf("%+v", v)
}

func showAll[T any](vs []T) string {
	var b strings.Builder
	for _, v := range vs {
		b.WriteString("\n\t" + show(v))
	}
	return b.String()
}

// plainRecord makes r comparable: no terms and no body are written in one way.
func plainRecord(r store.Record) store.Record {
	if len(r.Terms) == 0 {
		r.Terms = nil
	}
	if len(r.Body) == 0 {
		r.Body = nil
	}
	return r
}

// patience is how long a rule waits before it calls a driver stuck: long, since a busy machine is none.
const patience = time.Minute

// soon runs f and fails if it does not return: the message says what hangs.
func soon(tb testing.TB, what string, f func(context.Context) error) {
	tb.Helper()
	ctx, cancel := context.WithCancel(tb.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	select {
	case err := <-done:
		if err != nil {
			tb.Fatalf("%s: %v", what, err)
		}
	case <-time.After(patience):
		tb.Fatalf("%s does not return", what)
	}
}
