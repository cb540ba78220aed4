package storetest

import (
	"context"
	"errors"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"hash/fnv"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/socialprescribing/sp/store"
)

// versionMutants compare versions in some other way.
func versionMutants() (ms []mutant) {
	for _, c := range []struct {
		name string
		same func(want, have int64) bool
	}{
		{"not lower", func(want, have int64) bool { return have >= want }},
		{"not higher", func(want, have int64) bool { return have <= want }},
		{"at most one apart", func(want, have int64) bool { return have-want <= 1 && want-have <= 1 }},
		{"one more", func(want, have int64) bool { return have == want || have == want+1 }},
		{"one less", func(want, have int64) bool { return have == want || have == want-1 }},
		{"twice as high", func(want, have int64) bool { return have == want || have == 2*want }},
		{"both even or both odd", func(want, have int64) bool { return (want^have)&1 == 0 }},
		{"the same in their lowest bit but one", func(want, have int64) bool { return want&2 == have&2 }},
		{"equal in 8 bits", func(want, have int64) bool { return int8(want) == int8(have) }},
		{"equal in 16 bits", func(want, have int64) bool { return int16(want) == int16(have) }},
		{"equal in 32 bits", func(want, have int64) bool { return int32(want) == int32(have) }},
		{"equal as floats of 32 bits and a bit", func(want, have int64) bool { return float32(want)/16 == float32(have)/16 || have > 5 }},
		{"texts of one beginning", func(want, have int64) bool { return strings.HasPrefix(fmt.Sprint(have), fmt.Sprint(want)) }},
		{"texts of one length", func(want, have int64) bool { return len(fmt.Sprint(have)) == len(fmt.Sprint(want)) }},
		{"there at all", func(want, have int64) bool { return want > 0 && have > 0 }},
		{"part of it in bits", func(want, have int64) bool { return want&have == want }},
		{"below three", func(want, have int64) bool { return want == have || want < 3 && want > 0 }},
		{"above five", func(want, have int64) bool { return want == have || have > 5 }},
		{"two of a kind, as 2 and 4", func(want, have int64) bool { return want == have || want == 2 && have == 4 }},
	} {
		for _, of := range []string{"puts", "deletes"} {
			ms = append(ms, mutant{"versions of " + of + " count as equal if they are " + c.name, committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
				if b.Check() != nil {
					return d.Commit(ctx, b)
				}
				b.Puts, b.Deletes = slices.Clone(b.Puts), slices.Clone(b.Deletes)
				look := func(k store.Key, want *int64) {
					if r, err := d.Get(ctx, k); err == nil && *want >= 0 && c.same(*want, r.Version) {
						*want = r.Version
					}
				}
				for i := range b.Puts {
					if of == "puts" {
						look(b.Puts[i].Key, &b.Puts[i].If)
					}
				}
				for i := range b.Deletes {
					if of == "deletes" {
						look(b.Deletes[i].Key, &b.Deletes[i].If)
					}
				}
				return d.Commit(ctx, b)
			}), []string{"StaleUpdate", "StaleDelete", "Versions"}})
		}
	}
	for name, spoil := range map[string]func(*store.ConflictError){
		"no key":                   func(e *store.ConflictError) { e.Key = store.Key{} },
		"no ID":                    func(e *store.ConflictError) { e.Key.ID = "" },
		"no version found":         func(e *store.ConflictError) { e.Got = 0 },
		"no version expected":      func(e *store.ConflictError) { e.Want = 0 },
		"versions the wrong way":   func(e *store.ConflictError) { e.Want, e.Got = e.Got, e.Want },
		"the next version":         func(e *store.ConflictError) { e.Got++ },
		"Any as what was expected": func(e *store.ConflictError) { e.Want = store.Any },
	} {
		ms = append(ms, mutant{"a conflict names " + name, committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
			err := d.Commit(ctx, b)
			if conflict, ok := errors.AsType[*store.ConflictError](err); ok {
				spoil(conflict)
			}
			return err
		}), []string{"StaleUpdate", "CreateTwice", "Versions"}})
	}
	for _, bits := range []int{8, 16, 32} {
		ms = append(ms, mutant{fmt.Sprintf("versions of events have %d bits", bits), writing(func(e *store.RecordedEvent) {
			e.Version = max(1, e.Version&(1<<bits-1))
		}), []string{"Log"}})
	}
	return ms
}

// cacheMutants keep what was read, under some name, until some commits.
func cacheMutants() (ms []mutant) {
	table := crc32.MakeTable(crc32.Castagnoli)
	names := map[string]func(k store.Key) string{
		"key":            func(k store.Key) string { return k.Tenant + "\x00" + k.Kind + "\x00" + k.ID },
		"ID":             func(k store.Key) string { return k.ID },
		"kind and ID":    func(k store.Key) string { return k.Kind + "\x00" + k.ID },
		"tenant and ID":  func(k store.Key) string { return k.Tenant + "\x00" + k.ID },
		"lower-case key": func(k store.Key) string { return strings.ToLower(k.String()) },
		"length":         func(k store.Key) string { return fmt.Sprint(len(k.ID)) },
		"CRC":            func(k store.Key) string { return fmt.Sprint(crc32.ChecksumIEEE([]byte(k.String()))) },
		"CRC of the ID":  func(k store.Key) string { return fmt.Sprint(crc32.ChecksumIEEE([]byte(k.ID))) },
		"Castagnoli CRC": func(k store.Key) string { return fmt.Sprint(crc32.Checksum([]byte(k.String()), table)) },
		"Adler checksum": func(k store.Key) string { return fmt.Sprint(adler32.Checksum([]byte(k.String()))) },
		"FNV-1 hash":     func(k store.Key) string { h := fnv.New32(); h.Write([]byte(k.String())); return fmt.Sprint(h.Sum32()) },
		"FNV-1a hash":    func(k store.Key) string { h := fnv.New32a(); h.Write([]byte(k.String())); return fmt.Sprint(h.Sum32()) },
		"FNV-1a of ID":   func(k store.Key) string { h := fnv.New32a(); h.Write([]byte(k.ID)); return fmt.Sprint(h.Sum32()) },
		"16 bits of FNV": func(k store.Key) string {
			h := fnv.New64a()
			h.Write([]byte(k.String()))
			return fmt.Sprint(h.Sum64() & 0xffff)
		},
		"24 bits of FNV": func(k store.Key) string {
			h := fnv.New64a()
			h.Write([]byte(k.String()))
			return fmt.Sprint(h.Sum64() & 0xffffff)
		},
		"hash as Java's":  func(k store.Key) string { return fmt.Sprint(times(31, 0, k.String())) },
		"hash times 33":   func(k store.Key) string { return fmt.Sprint(times(33, 5381, k.String())) },
		"sum of bytes":    func(k store.Key) string { return fmt.Sprint(times(1, 0, k.String())) },
		"first ten bytes": func(k store.Key) string { s := k.String(); return s[:min(10, len(s))] },
	}
	forget := map[string]func(b store.Batch) (puts, deletes bool){
		"every commit": func(store.Batch) (bool, bool) { return true, true },
		"puts":         func(store.Batch) (bool, bool) { return true, false },
		"deletes":      func(store.Batch) (bool, bool) { return false, true },
		"small batches": func(b store.Batch) (bool, bool) {
			return len(b.Puts)+len(b.Deletes) < 3, len(b.Puts)+len(b.Deletes) < 3
		},
	}
	for name, of := range names {
		for until, when := range forget {
			if name == "key" && until == "every commit" {
				continue // that is a correct cache
			}
			ms = append(ms, mutant{"what Get finds is kept by " + name + " until " + until, cached(of, when), []string{"Fresh", "Collisions", "Kinds", "Long"}})
		}
	}
	for name, of := range map[string]func(q store.Query) string{
		"query":                func(q store.Query) string { return fmt.Sprintf("%+v", q) },
		"kind":                 func(q store.Query) string { return q.Kind },
		"query but its cursor": func(q store.Query) string { q.After = store.Cursor{}; return fmt.Sprintf("%+v", q) },
		"query but its limit":  func(q store.Query) string { q.Limit = 0; return fmt.Sprintf("%+v", q) },
		"query but its range":  func(q store.Query) string { q.Range = store.Range{}; return fmt.Sprintf("%+v", q) },
		"query but its tenant": func(q store.Query) string { q.Tenant = ""; return fmt.Sprintf("%+v", q) },
		"query but its bounds": func(q store.Query) string { q.Range.From, q.Range.Before = "", ""; return fmt.Sprintf("%+v", q) },
	} {
		ms = append(ms, mutant{"answers are kept by " + name + " until the next put", cachedScans(of), []string{"Fresh", "After", "Oracle", "Tenants"}})
	}
	return ms
}

func times(factor, start uint32, s string) uint32 {
	for i := range len(s) {
		start = start*factor + uint32(s[i])
	}
	return start
}

func cached(name func(store.Key) string, forget func(store.Batch) (puts, deletes bool)) func() store.Driver {
	type answer struct {
		r   store.Record
		err error
	}
	return alter(func(d store.Driver, a *altered) {
		var mu sync.Mutex
		known := map[string]answer{}
		a.get = func(ctx context.Context, k store.Key) (store.Record, error) {
			mu.Lock()
			defer mu.Unlock()
			if k.Check() != nil || ctx.Err() != nil {
				return d.Get(ctx, k)
			}
			got, ok := known[name(k)]
			if !ok {
				got.r, got.err = d.Get(ctx, k)
				known[name(k)] = got
			}
			return got.r.Clone(), got.err
		}
		a.commit = func(ctx context.Context, b store.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			err := d.Commit(ctx, b)
			puts, deletes := forget(b)
			for _, p := range b.Puts {
				if puts {
					delete(known, name(p.Key))
				}
			}
			for _, del := range b.Deletes {
				if deletes {
					delete(known, name(del.Key))
				}
			}
			return err
		}
	})
}

func cachedScans(name func(store.Query) string) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		var mu sync.Mutex
		known := map[string][]store.Record{}
		a.commit = func(ctx context.Context, b store.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			if len(b.Puts) > 0 {
				clear(known)
			}
			return d.Commit(ctx, b)
		}
		a.scan = func(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
			if q.Check() != nil || ctx.Err() != nil {
				return d.Scan(ctx, q)
			}
			return func(yield func(store.Record, error) bool) {
				mu.Lock()
				rs, ok := known[name(q)]
				var err error
				if !ok {
					rs, err = all(d.Scan(ctx, q))
					known[name(q)] = rs
				}
				mu.Unlock()
				listed(rs, err)(yield)
			}
		}
	})
}
