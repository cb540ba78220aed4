package memstore

import (
	"math/bits"
	"sync"

	"github.com/socialprescribing/sp/store"
)

// An entry is a record's place in the store. It stays the same from version to
// version, so an update leaves every index alone whose term has not changed.
// The record it points to is never modified. It is read under the lock of its
// shard or of the store, and written under both.
type entry struct {
	id string
	r  *store.Record
}

// shards spreads the records over many locks, so that readers on many cores do
// not meet at one.
type shards [64]struct {
	mu      sync.RWMutex
	entries map[store.Key]*entry
	_       [64]byte // keeps two locks off one cache line
}

// shardOf hashes the ID by FNV-1a, which is the same in every run.
func shardOf(k store.Key) int {
	h := uint32(2166136261)
	for i := range len(k.ID) {
		h = (h ^ uint32(k.ID[i])) * 16777619
	}
	return int(h>>26 ^ h&63)
}

// load returns the record under k, or nil.
func (s *shards) load(k store.Key) *store.Record {
	sh := &s[shardOf(k)]
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	if e := sh.entries[k]; e != nil {
		return e.r
	}
	return nil
}

// at is load for whoever holds the store's lock: nobody else writes.
func (s *shards) at(k store.Key) *store.Record {
	if e := s[shardOf(k)].entries[k]; e != nil {
		return e.r
	}
	return nil
}

// lock locks every shard that the commit touches, in order.
func (s *shards) lock(puts []*store.Record, deletes []store.Delete) (unlock func()) {
	var touched uint64
	for _, r := range puts {
		touched |= 1 << shardOf(r.Key)
	}
	for _, d := range deletes {
		touched |= 1 << shardOf(d.Key)
	}
	for set := touched; set != 0; set &= set - 1 {
		s[bits.TrailingZeros64(set)].mu.Lock()
	}
	return func() {
		for set := touched; set != 0; set &= set - 1 {
			s[bits.TrailingZeros64(set)].mu.Unlock()
		}
	}
}

// put stores r and returns its entry, and the record it replaces, if any. The
// shard is locked.
func (s *shards) put(r *store.Record) (e *entry, old *store.Record) {
	sh := &s[shardOf(r.Key)]
	if e = sh.entries[r.Key]; e != nil {
		old, e.r = e.r, r
		return e, old
	}
	if sh.entries == nil {
		sh.entries = make(map[store.Key]*entry)
	}
	e = &entry{id: r.ID, r: r}
	sh.entries[r.Key] = e
	return e, nil
}

// remove takes the entry of k out and returns it, or nil. The shard is locked.
func (s *shards) remove(k store.Key) *entry {
	sh := &s[shardOf(k)]
	e := sh.entries[k]
	delete(sh.entries, k)
	return e
}
