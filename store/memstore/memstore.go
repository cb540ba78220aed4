// Package memstore keeps records in memory: for tests, examples, simulation,
// and services that fit into one process and need not survive it.
//
// It behaves as a database does - versions, conflicts, indexed queries, a log -
// and is held to it by package storetest, so that a test which passes on it
// means something for the database in production. Nothing is written to disk.
//
//	db := memstore.New()
//	scheme := store.Tenant(db, "morecambe-bay")
//
// Reads of single records take one of many locks and scale with the cores;
// commits are applied one at a time, in logarithmic time of the number of records.
package memstore

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"sync"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Store is a [store.Driver]. Its zero value is empty and ready to use. It
// must not be copied after first use.
type Store struct {
	// records holds every record by its key, for Get. A commit changes all its
	// keys while it holds the locks of all their shards, so no reader sees half of it.
	records shards

	mu    sync.RWMutex        // guards what follows, and admits one commit at a time
	kinds map[kind]*kindIndex // the same records in order, for Scan
	logs  map[string]*log     // by tenant
}

var _ store.Beginner = (*Store)(nil)

type kind struct{ tenant, name string }

// Format prints the type and none of the records.
func (s *Store) Format(f fmt.State, _ rune) { f.Write([]byte("a store in memory")) }

// A log is only ever appended to. It stands behind a pointer so that nothing that is
// printed with a store inside shows events.
type log struct{ events []store.RecordedEvent }

// New returns an empty store.
func New() *Store { return new(Store) }

// Get implements [store.Driver].
func (s *Store) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if err := s.ready(ctx); err != nil {
		return store.Record{}, err
	}
	return s.get(k)
}

// ready reports why a call must not be: its context is done, or that of a transaction.
func (s *Store) ready(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return store.Outside(ctx, s)
}

func (s *Store) get(k store.Key) (store.Record, error) {
	if r := s.records.load(k); r != nil {
		return r.Clone(), nil
	}
	if err := k.Check(); err != nil {
		return store.Record{}, err
	}
	return store.Record{}, fmt.Errorf("memstore: get %s: %w", k, sp.ErrNotFound)
}

// Commit implements [store.Driver].
func (s *Store) Commit(ctx context.Context, b store.Batch) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	if err := b.Check(); err != nil {
		return err
	}
	records := make([]*store.Record, len(b.Puts))
	for i, p := range b.Puts {
		r := store.Record{Key: p.Key, Terms: p.Terms, Body: p.Body, Head: p.Head}.Clone()
		records[i] = &r
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range b.Puts {
		got, err := s.expect(p.Key, p.If)
		if err != nil {
			return err
		}
		records[i].Version = got + 1
	}
	for _, d := range b.Deletes {
		if _, err := s.expect(d.Key, d.If); err != nil {
			return err
		}
	}
	if err := s.vacant(records, func(k store.Key) bool { return writes(b, k) }); err != nil {
		return err
	}
	s.apply(records, b.Deletes)
	for _, e := range b.Events {
		s.append(e.Clone())
	}
	return nil
}

// expect returns the version of the record under k, or a conflict if it is not want.
func (s *Store) expect(k store.Key, want int64) (got int64, err error) {
	if r := s.records.at(k); r != nil {
		got = r.Version
	}
	if want != store.Any && want != got {
		return got, &store.ConflictError{Key: k, Want: want, Got: got}
	}
	return got, nil
}

func (s *Store) apply(puts []*store.Record, deletes []store.Delete) {
	unlock := s.records.lock(puts, deletes)
	defer unlock()
	for _, r := range puts {
		e, old := s.records.put(r)
		s.index(r.Key).put(e, old)
	}
	for _, d := range deletes {
		if e := s.records.remove(d.Key); e != nil {
			s.index(d.Key).remove(e)
		}
	}
}

func (s *Store) index(k store.Key) *kindIndex {
	name := kind{k.Tenant, k.Kind}
	in := s.kinds[name]
	if in == nil {
		if s.kinds == nil {
			s.kinds = make(map[kind]*kindIndex)
		}
		in = newKindIndex()
		s.kinds[name] = in
	}
	return in
}

func (s *Store) append(e store.RecordedEvent) {
	if s.logs == nil {
		s.logs = make(map[string]*log)
	}
	l := s.logs[e.Key.Tenant]
	if l == nil {
		l = new(log)
		s.logs[e.Key.Tenant] = l
	}
	e.Stamp = e.Stamp.Precise()
	number := strconv.AppendInt(nil, int64(len(l.events)+1), 10)
	e.Position = store.Position(strconv.AppendInt(append(number, '.'), e.Checksum(), 16))
	l.events = append(l.events, e)
}

// pageSize is how many records Scan takes under one lock.
const pageSize = 128

// Scan implements [store.Driver]. Each page is a consistent view.
func (s *Store) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return scan(ctx, q, s.ready, s.page)
}

// scan yields what pages of an answer to q hold.
func scan(ctx context.Context, q store.Query, ready func(context.Context) error, page func(store.Query, int) []*store.Record) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		err := ready(ctx)
		if err == nil {
			err = q.Check()
		}
		if err != nil {
			yield(store.Record{}, err)
			return
		}
		q := q // the loop moves its own copy
		for left := q.Limit; ; {
			n := pageSize
			if q.Limit > 0 {
				n = min(n, left)
			}
			found := page(q, n)
			for _, r := range found {
				if ctx.Err() != nil {
					break
				}
				if !yield(r.Clone(), nil) {
					return
				}
			}
			if err := ctx.Err(); err != nil {
				yield(store.Record{}, err)
				return
			}
			left -= len(found)
			if len(found) < n || q.Limit > 0 && left == 0 {
				return
			}
			q.After = q.Cursor(*found[len(found)-1])
		}
	}
}

func (s *Store) page(q store.Query, n int) []*store.Record {
	s.mu.RLock()
	defer s.mu.RUnlock()
	in := s.kinds[kind{q.Tenant, q.Kind}]
	if in == nil {
		return nil
	}
	return in.page(q, n)
}

// Log implements [store.Driver]. One call yields what was committed before it
// is ranged over.
func (s *Store) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return s.events(ctx, s.ready, tenant, after)
}

func (s *Store) events(ctx context.Context, ready func(context.Context) error, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		log, err := s.log(tenant, after)
		if err == nil {
			err = ready(ctx)
		}
		for _, e := range log {
			if err != nil {
				break
			}
			e.Data = bytes.Clone(e.Data)
			if !yield(e, nil) {
				return
			}
			err = ctx.Err()
		}
		if err != nil {
			yield(store.RecordedEvent{}, err)
		}
	}
}

// log returns the events of tenant behind a position. They are never changed.
func (s *Store) log(tenant string, after store.Position) ([]store.RecordedEvent, error) {
	if err := store.CheckTenant(tenant); err != nil {
		return nil, err
	}
	var events []store.RecordedEvent
	s.mu.RLock()
	if l := s.logs[tenant]; l != nil {
		events = l.events
	}
	s.mu.RUnlock()
	if after == "" {
		return events, nil
	}
	number, _, whole := strings.Cut(string(after), ".")
	n, err := strconv.Atoi(number)
	if err == nil && n > 0 && whole && (n > len(events) || events[n-1].Position != after) { // another store gave it out
		return nil, &store.RestoredError{Tenant: tenant, Position: after}
	}
	if err != nil || n < 1 || n > len(events) {
		return nil, fmt.Errorf("memstore: log of %s: position %q was not made by this driver: %w", tenant, after, sp.ErrInvalid)
	}
	return events[n:], nil
}
