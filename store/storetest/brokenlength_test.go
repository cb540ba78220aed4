package storetest

import (
	"context"
	"hash/crc32"
	"iter"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/socialprescribing/sp/store"
)

// brokenAtLength are right in small tests: they need many, large or look-alike
// things to go wrong, or a moment that is not often met.
var brokenAtLength = []broken{
	{"IDs are found without their accents", "TextID", keyed(func(k store.Key) store.Key { k.ID = strings.ReplaceAll(k.ID, "\u00e4", "a"); return k })},
	{"kinds have no spaces at their end", "TextKind", keyed(func(k store.Key) store.Key { k.Kind = strings.TrimRight(k.Kind, " "); return k })},
	{"tenants have no case", "TextTenant", keyed(func(k store.Key) store.Key { k.Tenant = strings.ToLower(k.Tenant); return k })},
	{"names of terms have no case", "TextName", indexed(func(name, value string) (string, string) { return strings.ToLower(name), value })},
	{"only the first 64 bytes of a value are indexed", "TextValue", indexed(func(name, value string) (string, string) {
		return name, strings.ToValidUTF8(value[:min(len(value), 64)], "")
	})},
	{"types of events have 64 bytes", "TextEvent", writing(func(e *store.RecordedEvent) { e.Type = e.Type[:min(len(e.Type), 64)] })},
	{"a cursor is value and ID, joined by a slash", "Cursor", joined("/")},
	{"kind and ID are joined by an arrow", "Joined", keyed(func(k store.Key) store.Key {
		k.Kind, k.ID, _ = strings.Cut(k.Kind+"\u2192"+k.ID, "\u2192")
		return k
	})},
	{"a condition has fifty values", "Conditions", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		for name, values := range q.Where {
			q.Where = store.Where{name: values[:min(len(values), 50)]}
		}
		return d.Scan(ctx, q)
	})},
	{"a delete of version 2 removes version 4", "Versions", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i, del := range b.Deletes {
			if r, err := d.Get(ctx, del.Key); err == nil && del.If == 2 && r.Version == 4 {
				b.Deletes[i].If = 4
			}
		}
		return d.Commit(ctx, b)
	})},
	{"events lose the sum of the one before", "Sums", writing(func(e *store.RecordedEvent) { e.Prev = store.Sum{} })},
	{"a put that changes nothing is no commit", "SamePut", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if r, err := d.Get(ctx, b.Puts[0].Key); err == nil && string(r.Body) == string(b.Puts[0].Body) && b.Puts[0].If == r.Version {
			return nil
		}
		return d.Commit(ctx, b)
	})},
	{"equal batches of events alone are recorded once", "LogRepeats", alter(func(d store.Driver, a *altered) {
		known := map[string]bool{}
		a.commit = func(ctx context.Context, b store.Batch) error {
			if name := types(b.Events) + strconv.Itoa(len(b.Events)); len(b.Puts)+len(b.Deletes) == 0 {
				if known[name] {
					return nil
				}
				known[name] = true
			}
			return d.Commit(ctx, b)
		}
	})},
	{"what was not there is remembered", "Fresh", cached(func(k store.Key) string { return k.String() }, func(b store.Batch) (bool, bool) { return len(b.Puts) < 2, true })},
	{"a commit that happened says cancelled", "CancelInCommit", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if err := d.Commit(ctx, b); err != nil {
			return err
		}
		return ctx.Err()
	})},
	{"deletes are applied after puts, and readers see both", "Moved", phased([]string{"puts", "deletes", "events"}, map[string]func(store.Batch) store.Batch{
		"puts":    func(b store.Batch) store.Batch { return store.Batch{Puts: b.Puts} },
		"deletes": func(b store.Batch) store.Batch { return store.Batch{Deletes: b.Deletes} },
		"events":  func(b store.Batch) store.Batch { return store.Batch{Events: b.Events} },
	})},
	{"more than 64 puts are committed before a delete conflicts", "LargeAtomic", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if len(b.Puts) <= 64 {
			return d.Commit(ctx, b)
		}
		if err := d.Commit(ctx, store.Batch{Puts: b.Puts, Events: b.Events}); err != nil {
			return err
		}
		return d.Commit(ctx, store.Batch{Deletes: b.Deletes})
	})},
	{"a scan ends at 10,000 records", "Long", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		return slipped(d.Scan(ctx, q), slips[0], 10_000)
	})},
	{"a body has two megabytes", "Bodies", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i, p := range b.Puts {
			b.Puts[i].Body = p.Body[:min(len(p.Body), 2<<20)]
		}
		return d.Commit(ctx, b)
	})},
	{"one commit in 997 is lost", "EveryCommit", alter(func(d store.Driver, a *altered) {
		var n atomic.Int64
		a.commit = func(ctx context.Context, b store.Batch) error {
			if n.Add(1)%997 == 0 {
				return nil
			}
			return d.Commit(ctx, b)
		}
	})},
	{"a cache is keyed by a hash", "Collisions", cached(func(k store.Key) string {
		return strconv.Itoa(int(crc32.ChecksumIEEE([]byte(k.String()))))
	}, func(store.Batch) (bool, bool) { return true, true })},
}
