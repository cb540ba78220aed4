// Package filestore is a complete backend in one short file: a directory in
// which every commit is a file. It shows what a [store.Driver] has to do, and
// passes the same suite as the backends that ship with the module.
//
// The directory is read into memory when it is opened, so it suits some
// thousands of records; several processes may use one directory. Deleted
// records stay in old files: for personal data put package seal on top, whose
// secrets can be destroyed.
package filestore

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strconv"
	"sync"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Store is a [store.Driver] over a directory.
type Store struct {
	dir string

	mu      sync.Mutex // guards what follows: the commits read so far, and what they add up to
	commits int
	records map[store.Key]store.Record
	logs    map[string][]store.RecordedEvent
}

// A commit is a batch as a file has it. Its types have the fields of those of package
// store, and none of the methods that keep what they hold out of every format.
type commit struct {
	Puts    []put
	Deletes []store.Delete
	Events  []event
}

type (
	put   store.Put
	event store.RecordedEvent
)

// Open reads a directory, which must exist.
func Open(dir string) (*Store, error) {
	s := &Store{dir: dir, records: make(map[store.Key]store.Record), logs: make(map[string][]store.RecordedEvent)}
	return s, s.catchUp()
}

func (s *Store) path(n int) string { return fmt.Sprintf("%s/%012d.gob", s.dir, n) }

// catchUp reads the commits that have been added since, by whatever process.
func (s *Store) catchUp() error {
	for {
		data, err := os.ReadFile(s.path(s.commits + 1))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		var c commit
		if err == nil {
			err = gob.NewDecoder(bytes.NewReader(data)).Decode(&c)
		}
		if err != nil {
			return fmt.Errorf("filestore: read commit %d: %w", s.commits+1, err)
		}
		s.apply(c)
	}
}

func (s *Store) apply(c commit) {
	for _, p := range c.Puts {
		s.records[p.Key] = store.Record{Key: p.Key, Version: s.records[p.Key].Version + 1, Terms: p.Terms, Body: p.Body, Head: p.Head}
	}
	for _, d := range c.Deletes {
		delete(s.records, d.Key)
	}
	for _, e := range c.Events {
		e.Position = store.Position(strconv.Itoa(len(s.logs[e.Key.Tenant]) + 1))
		s.logs[e.Key.Tenant] = append(s.logs[e.Key.Tenant], store.RecordedEvent(e))
	}
	s.commits++
}

// Get implements [store.Driver].
func (s *Store) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if err := errors.Join(ctx.Err(), k.Check()); err != nil {
		return store.Record{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.catchUp(); err != nil {
		return store.Record{}, err
	}
	r, ok := s.records[k]
	if !ok {
		return store.Record{}, fmt.Errorf("filestore: get %s: %w", k, sp.ErrNotFound)
	}
	return r.Clone(), nil // what the caller does with it is none of our business
}

// Commit implements [store.Driver]. Whoever first gives the next number to a
// file has committed; the others look again.
func (s *Store) Commit(ctx context.Context, b store.Batch) error {
	if err := errors.Join(ctx.Err(), b.Check()); err != nil || b.IsZero() {
		return err
	}
	draft, err := s.write(b)
	defer os.Remove(draft) //nolint:errcheck // a draft left behind is never read
	if err != nil {
		return fmt.Errorf("filestore: commit: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if err := errors.Join(s.catchUp(), s.compare(b)); err != nil {
			return err
		}
		err := os.Link(draft, s.path(s.commits+1)) // fails if the number is taken
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("filestore: commit: %w", err)
		}
		// It is done, but without this it may not survive a power cut. What is
		// kept in memory is read from the file, and so as it will be after a restart.
		if err := errors.Join(flush(os.Open(s.dir)), s.catchUp()); err != nil {
			return fmt.Errorf("filestore: commit: %w: %w", store.ErrOutcomeUnknown, err)
		}
		return nil
	}
}

// write puts a batch into a file of its own and onto the disk.
func (s *Store) write(b store.Batch) (path string, err error) {
	c := commit{Deletes: b.Deletes}
	for _, p := range b.Puts {
		c.Puts = append(c.Puts, put(p))
	}
	for _, e := range b.Events {
		e.Stamp = e.Stamp.Precise()
		c.Events = append(c.Events, event(e))
	}
	f, err := os.CreateTemp(s.dir, "draft-*")
	if err != nil {
		return "", err
	}
	err = gob.NewEncoder(f).Encode(c)
	return f.Name(), flush(f, err)
}

// flush puts an open file or directory onto the disk and closes it.
func flush(f *os.File, err error) error {
	if f == nil {
		return err
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// compare reports the first record that is not at the version expected, and then the
// first put that wants a value of a unique term which a record has that b does not write.
func (s *Store) compare(b store.Batch) error {
	expected, written := slices.Clone(b.Deletes), make(map[store.Key]bool)
	for _, p := range b.Puts {
		expected = append(expected, store.Delete{Key: p.Key, If: p.If})
	}
	for _, e := range expected {
		if got := s.records[e.Key].Version; e.If != store.Any && e.If != got {
			return &store.ConflictError{Key: e.Key, Want: e.If, Got: got}
		}
		written[e.Key] = true
	}
	for _, p := range b.Puts {
		for _, name := range p.Terms.Unique() {
			q := store.Query{Tenant: p.Tenant, Kind: p.Kind, Where: store.Where{name: {p.Terms[name]}}}
			for k, r := range s.records { // all of them, as everything here does
				if !written[k] && q.Match(r) {
					return &store.DuplicateError{Key: p.Key, Term: name}
				}
			}
		}
	}
	return nil
}

// Scan implements [store.Driver]. It takes down the whole answer before it
// yields, so it holds no lock while the loop body runs.
func (s *Store) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		found, err := s.find(q)
		serve(ctx, found, err, store.Record.Clone, yield)
	}
}

func (s *Store) find(q store.Query) (found []store.Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(q.Check(), s.catchUp()); err != nil {
		return nil, err
	}
	for _, r := range s.records {
		if q.Match(r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b store.Record) int { return q.Cursor(a).Compare(q.Cursor(b)) })
	if q.Limit > 0 {
		found = found[:min(q.Limit, len(found))]
	}
	return found, nil
}

// Log implements [store.Driver].
func (s *Store) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		events, err := s.behind(tenant, after)
		serve(ctx, events, err, store.RecordedEvent.Clone, yield)
	}
}

func (s *Store) behind(tenant string, after store.Position) ([]store.RecordedEvent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(store.CheckTenant(tenant), s.catchUp()); err != nil {
		return nil, err
	}
	log := s.logs[tenant]
	if after == "" {
		return log, nil
	}
	n, err := strconv.Atoi(string(after))
	if err != nil || n < 1 || n > len(log) {
		return nil, fmt.Errorf("filestore: position %q was not made by this driver: %w", after, sp.ErrInvalid)
	}
	return log[n:], nil
}

// serve yields copies of all, and then whatever error there is.
func serve[T any](ctx context.Context, all []T, err error, clone func(T) T, yield func(T, error) bool) {
	for _, v := range all {
		if ctx.Err() != nil {
			break
		}
		if !yield(clone(v), nil) {
			return
		}
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		yield(*new(T), err)
	}
}
