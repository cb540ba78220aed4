package memstore

import (
	"math/bits"
	"sync"

	"github.com/socialprescribing/sp/store"
)

// An entry is a record's place in the indexes. It stays the same from version to
// version, so an update leaves every index alone whose term has not changed.
// It is read and written under the lock of the store.
type entry struct {
	id string
	r  *store.Record // never modified, only replaced
}

// A slot is a record's place in its shard. It has the record once more, since
// the way through the entry costs a read that misses the cache.
type slot struct {
	r *store.Record
	e *entry
}

// shards spreads the records over many locks, so that readers on many cores do
// not meet at one.
type shards [64]struct {
	mu    sync.RWMutex
	slots map[store.Key]slot
	_     [64]byte // keeps two locks off one cache line
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
	r := sh.slots[k].r
	sh.mu.RUnlock()
	return r
}

// at is load for whoever holds the store's lock: nobody else writes.
func (s *shards) at(k store.Key) *store.Record { return s[shardOf(k)].slots[k].r }

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
	before := sh.slots[r.Key]
	if e = before.e; e == nil {
		e = &entry{id: r.ID}
	}
	e.r = r
	if sh.slots == nil {
		sh.slots = make(map[store.Key]slot)
	}
	sh.slots[r.Key] = slot{r: r, e: e}
	return e, before.r
}

// remove takes the entry of k out and returns it, or nil. The shard is locked.
func (s *shards) remove(k store.Key) *entry {
	sh := &s[shardOf(k)]
	e := sh.slots[k].e
	delete(sh.slots, k)
	return e
}
