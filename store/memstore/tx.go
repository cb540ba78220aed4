package memstore

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// Begin implements [store.Beginner], for [store.InTx]. A transaction takes no
// locks: it sees at once what others commit meanwhile, and if a record that it
// writes has another version by then, its own commit fails with [store.ErrAgain].
func (s *Store) Begin(ctx context.Context) (store.Tx, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	return &tx{s: s, written: make(map[store.Key]*store.Record), claimed: make(map[claim]store.Key)}, nil
}

// A tx keeps its batches, to apply them at its end, and what they have written.
type tx struct {
	s *Store

	mu      sync.Mutex // guards what follows
	batches []store.Batch
	written map[store.Key]*store.Record // nil for what it has deleted
	claimed map[claim]store.Key         // by what it has written
}

func (t *tx) Of() store.Driver { return t.s }

func (t *tx) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if err := ctx.Err(); err != nil {
		return store.Record{}, err
	}
	t.mu.Lock()
	r, own := t.written[k]
	t.mu.Unlock()
	switch {
	case r != nil:
		return r.Clone(), nil
	case own:
		return store.Record{}, fmt.Errorf("memstore: get %s: %w", k, sp.ErrNotFound)
	}
	return t.s.get(k)
}

func (t *tx) Commit(ctx context.Context, b store.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := b.Check(); err != nil {
		return err
	}
	b = cloned(b)
	t.mu.Lock()
	defer t.mu.Unlock()
	next := overlay{t.written, make(map[store.Key]*store.Record), t.s.records.load}
	if err := next.write(b); err != nil {
		return err
	}
	if err := t.vacant(next.over); err != nil {
		return err
	}
	t.claim(next.over)
	maps.Copy(t.written, next.over)
	t.batches = append(t.batches, b)
	return nil
}

// vacant is [Store.vacant] for a batch of the transaction, which counts what it has
// written before.
func (t *tx) vacant(over map[store.Key]*store.Record) error {
	var puts []*store.Record
	for k, r := range over {
		if r == nil {
			continue
		}
		for _, c := range claims(k, r.Terms) {
			other, taken := t.claimed[c]
			if _, again := over[other]; taken && other != k && !again {
				return &store.DuplicateError{Key: k, Term: c.name}
			}
		}
		puts = append(puts, r)
	}
	t.s.mu.RLock()
	defer t.s.mu.RUnlock()
	return t.s.vacant(puts, func(k store.Key) bool {
		_, now := over[k]
		_, before := t.written[k]
		return now || before
	})
}

// claim notes what records of the transaction have instead of what they had.
func (t *tx) claim(over map[store.Key]*store.Record) {
	for k := range over {
		if old := t.written[k]; old != nil {
			for _, c := range claims(k, old.Terms) {
				delete(t.claimed, c)
			}
		}
	}
	for k, r := range over {
		if r == nil {
			continue
		}
		for _, c := range claims(k, r.Terms) {
			t.claimed[c] = k
		}
	}
}

func cloned(b store.Batch) store.Batch {
	b.Puts, b.Deletes, b.Events = slices.Clone(b.Puts), slices.Clone(b.Deletes), slices.Clone(b.Events)
	for i, p := range b.Puts {
		r := store.Record{Terms: p.Terms, Body: p.Body, Head: p.Head}.Clone()
		b.Puts[i].Terms, b.Puts[i].Body = r.Terms, r.Body
	}
	for i, e := range b.Events {
		b.Events[i] = e.Clone()
	}
	return b
}

// An overlay is what batches make of the records below.
type overlay struct {
	under, over map[store.Key]*store.Record // nil for what is deleted; over comes first
	below       func(store.Key) *store.Record
}

func (o overlay) at(k store.Key) *store.Record {
	for _, records := range []map[store.Key]*store.Record{o.over, o.under} {
		if r, ok := records[k]; ok {
			return r
		}
	}
	return o.below(k)
}

// write puts what b writes into o.over, or returns the first conflict.
func (o overlay) write(b store.Batch) error {
	expect := func(k store.Key, want int64) (got int64, err error) {
		if r := o.at(k); r != nil {
			got = r.Version
		}
		if want != store.Any && want != got {
			return got, &store.ConflictError{Key: k, Want: want, Got: got}
		}
		return got, nil
	}
	for _, p := range b.Puts {
		got, err := expect(p.Key, p.If)
		if err != nil {
			return err
		}
		o.over[p.Key] = &store.Record{Key: p.Key, Version: got + 1, Terms: p.Terms, Body: p.Body, Head: p.Head}
	}
	for _, d := range b.Deletes {
		if _, err := expect(d.Key, d.If); err != nil {
			return err
		}
		o.over[d.Key] = nil
	}
	return nil
}

// Confirm applies the batches to what stands there by now.
func (t *tx) Confirm(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s := t.s
	s.mu.Lock()
	defer s.mu.Unlock()
	all := overlay{nil, make(map[store.Key]*store.Record), s.records.at}
	for _, b := range t.batches {
		if err := all.write(b); err != nil {
			return fmt.Errorf("memstore: %w: %w", store.ErrAgain, err)
		}
	}
	var puts []*store.Record
	var deletes []store.Delete
	for k, r := range all.over {
		if r != nil {
			puts = append(puts, r)
		} else {
			deletes = append(deletes, store.Delete{Key: k})
		}
	}
	own := func(k store.Key) bool { _, ok := all.over[k]; return ok }
	if err := s.vacant(puts, own); err != nil {
		return fmt.Errorf("memstore: %w: %w", store.ErrAgain, err)
	}
	s.apply(puts, deletes)
	for _, b := range t.batches {
		for _, e := range b.Events {
			s.append(e)
		}
	}
	return nil
}

func (t *tx) Abandon(context.Context) {}

func (t *tx) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return scan(ctx, q, context.Context.Err, t.page)
}

// page returns the first n records that answer q, of those below and its own.
func (t *tx) page(q store.Query, n int) []*store.Record {
	t.mu.Lock()
	defer t.mu.Unlock()
	page := t.s.page(q, n+len(t.written)) // some of which it may have replaced
	page = slices.DeleteFunc(page, func(r *store.Record) bool {
		_, own := t.written[r.Key]
		return own
	})
	for _, r := range t.written {
		if r != nil && q.Match(*r) {
			page = append(page, r)
		}
	}
	slices.SortFunc(page, func(a, b *store.Record) int { return q.Cursor(*a).Compare(q.Cursor(*b)) })
	return page[:min(n, len(page))]
}

// Log yields what has been committed, and so none of its own events.
func (t *tx) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return t.s.events(ctx, context.Context.Err, tenant, after)
}
