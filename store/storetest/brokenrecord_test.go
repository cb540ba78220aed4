package storetest

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var brokenRecords = []broken{
	{"an unknown key gives an empty record", "GetMissing", getting(func(d store.Driver, ctx context.Context, k store.Key) (store.Record, error) {
		r, err := d.Get(ctx, k)
		if errors.Is(err, sp.ErrNotFound) {
			return store.Record{Key: k}, nil
		}
		return r, err
	})},
	{"bodies are kept as text", "RoundTrip", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Puts {
			b.Puts[i].Body = []byte(strings.ToValidUTF8(string(b.Puts[i].Body), "?"))
		}
		return d.Commit(ctx, b)
	})},
	{"values lose the spaces at their end", "RoundTrip", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Puts {
			terms := make(store.Terms)
			for name, value := range b.Puts[i].Terms {
				terms[name] = strings.TrimRight(value, " ")
			}
			b.Puts[i].Terms = terms
		}
		return d.Commit(ctx, b)
	})},
	{"names become names of files, which are then too long", "Limits", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, p := range b.Puts {
			if len(url.PathEscape(p.ID)) > 255 {
				return errors.New("file name too long")
			}
		}
		return d.Commit(ctx, b)
	})},
	{"the data of an event has 64 KB", "Limits", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, e := range b.Events {
			if len(e.Data) >= 1<<16 {
				return errors.New("data too long for the column")
			}
		}
		return d.Commit(ctx, b)
	})},
	{"long names are cut", "Limits", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Events {
			by := &b.Events[i].Stamp.By
			by.ID = by.ID[:min(len(by.ID), 64)]
		}
		return d.Commit(ctx, b)
	})},
	{"a create overwrites", "CreateTwice", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Puts {
			if b.Puts[i].If == store.New {
				b.Puts[i].If = store.Any
			}
		}
		return d.Commit(ctx, b)
	})},
	{"versions are not compared", "StaleUpdate", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Puts {
			if b.Puts[i].If > 0 {
				b.Puts[i].If = store.Any
			}
		}
		return d.Commit(ctx, b)
	})},
	{"a conflict does not say which version stands there", "StaleUpdate", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		err := d.Commit(ctx, b)
		if conflict, ok := errors.AsType[*store.ConflictError](err); ok {
			return &store.ConflictError{Key: conflict.Key, Want: conflict.Want}
		}
		return err
	})},
	{"an update of a missing record does nothing", "UpdateMissing", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		err := d.Commit(ctx, b)
		if conflict, ok := errors.AsType[*store.ConflictError](err); ok && conflict.Got == 0 {
			return nil
		}
		return err
	})},
	{"Any starts again at version 1", "Any", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, p := range b.Puts {
			if p.If == store.Any {
				if err := d.Commit(ctx, store.Batch{Deletes: []store.Delete{{Key: p.Key, If: store.Any}}}); err != nil {
					return err
				}
			}
		}
		return d.Commit(ctx, b)
	})},
	{"puts are committed one by one", "Atomic", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, p := range b.Puts {
			if err := d.Commit(ctx, store.Batch{Puts: []store.Put{p}}); err != nil {
				return err
			}
		}
		return d.Commit(ctx, store.Batch{Deletes: b.Deletes, Events: b.Events})
	})},
	{"events are written before the versions are compared", "Atomic", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if err := b.Check(); err != nil {
			return err
		}
		if err := d.Commit(ctx, store.Batch{Events: b.Events}); err != nil {
			return err
		}
		return d.Commit(ctx, store.Batch{Puts: b.Puts, Deletes: b.Deletes})
	})},
	{"an empty batch is an error", "Empty", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if b.IsZero() {
			return sp.ErrInvalid
		}
		return d.Commit(ctx, b)
	})},
	{"a large batch is cut into several", "Large", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for some := range slices.Chunk(b.Puts, 1000) {
			if err := d.Commit(ctx, store.Batch{Puts: some}); err != nil {
				return err
			}
		}
		return d.Commit(ctx, store.Batch{Deletes: b.Deletes, Events: b.Events})
	})},
	{"a statement has no room for a thousand deletes", "Large", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if len(b.Deletes) > 1000 {
			return errors.New("too many parameters")
		}
		return d.Commit(ctx, b)
	})},
	{"a statement has no room for a thousand values", "Large", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		for _, values := range q.Where {
			if len(values) > 1000 {
				return listed[store.Record](nil, errors.New("too many parameters"))
			}
		}
		return d.Scan(ctx, q)
	})},
	{"keys become paths", "Kinds", alter(func(d store.Driver, a *altered) {
		at := func(k store.Key) store.Key {
			k.ID = path.Join("/", url.PathEscape(k.Tenant), url.PathEscape(k.Kind), url.PathEscape(k.ID))
			return k
		}
		a.commit = func(ctx context.Context, b store.Batch) error {
			for i := range b.Puts {
				b.Puts[i].Key = at(b.Puts[i].Key)
			}
			return d.Commit(ctx, b)
		}
		a.get = func(ctx context.Context, k store.Key) (store.Record, error) { return d.Get(ctx, at(k)) }
	})},
	{"terms are deleted with the same ID of any kind", "Kinds", alter(func(d store.Driver, a *altered) {
		deleted := map[string]bool{}
		a.commit = func(ctx context.Context, b store.Batch) error {
			for _, del := range b.Deletes {
				deleted[del.ID] = true
			}
			return d.Commit(ctx, b)
		}
		a.scan = func(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
			rs, err := all(d.Scan(ctx, q))
			return listed(slices.DeleteFunc(rs, func(r store.Record) bool { return len(q.Where) > 0 && deleted[r.ID] }), err)
		}
	})},
	{"kind and ID are joined into one key", "Kinds", alter(func(d store.Driver, a *altered) {
		join := func(k store.Key) store.Key { return store.Key{Tenant: k.Tenant, Kind: "all", ID: k.Kind + "/" + k.ID} }
		a.commit = func(ctx context.Context, b store.Batch) error {
			for i := range b.Puts {
				b.Puts[i].Key = join(b.Puts[i].Key)
			}
			return d.Commit(ctx, b)
		}
		a.get = func(ctx context.Context, k store.Key) (store.Record, error) { return d.Get(ctx, join(k)) }
	})},
	{"the log is everybody's", "Tenants", alter(func(d store.Driver, a *altered) {
		a.commit = func(ctx context.Context, b store.Batch) error {
			for i := range b.Events {
				b.Events[i].Key.Tenant = "all"
			}
			return d.Commit(ctx, b)
		}
		a.log = func(ctx context.Context, _ string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
			return d.Log(ctx, "all", after)
		}
	})},
	{"a query forgets its tenant", "Tenants", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		q.Tenant = strings.ToLower(q.Tenant)
		return d.Scan(ctx, q)
	})},
}

var brokenDeletes = []broken{
	{"a delete only empties the record", "Delete", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, del := range b.Deletes {
			b.Puts = append(b.Puts, store.Put{Key: del.Key, If: del.If})
		}
		b.Deletes = nil
		return d.Commit(ctx, b)
	})},
	{"a delete does not compare versions", "StaleDelete", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Deletes {
			b.Deletes[i].If = store.Any
		}
		return d.Commit(ctx, b)
	})},
	{"deleting what is not there is a conflict with the version expected", "StaleDelete", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		err := d.Commit(ctx, b)
		if conflict, ok := errors.AsType[*store.ConflictError](err); ok && conflict.Got == 0 {
			return &store.ConflictError{Key: conflict.Key, Want: conflict.Want, Got: conflict.Want}
		}
		return err
	})},
	{"deleting nothing is an error", "DeleteAny", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, del := range b.Deletes {
			if _, err := d.Get(ctx, del.Key); err != nil {
				return err
			}
		}
		return d.Commit(ctx, b)
	})},
	{"events go with their record", "DeleteKeepsLog", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		es, err := all(d.Log(ctx, tenant, after))
		es = slices.DeleteFunc(es, func(e store.RecordedEvent) bool {
			_, err := d.Get(ctx, e.Key)
			return errors.Is(err, sp.ErrNotFound)
		})
		return listed(es, err)
	})},
	{"a deleted key can never be used again", "Recreate", alter(func(d store.Driver, a *altered) {
		gone := map[store.Key]bool{}
		a.commit = func(ctx context.Context, b store.Batch) error {
			for _, p := range b.Puts {
				if gone[p.Key] {
					return &store.ConflictError{Key: p.Key, Want: p.If}
				}
			}
			for _, del := range b.Deletes {
				gone[del.Key] = true
			}
			return d.Commit(ctx, b)
		}
	})},
}

var brokenInput = []broken{
	{"terms without value are dropped", "RefusedBatch", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Puts {
			b.Puts[i].Terms = maps.Clone(b.Puts[i].Terms).Compact()
		}
		return d.Commit(ctx, b)
	})},
	{"a query without tenant finds nothing", "RefusedKey", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Tenant == "" {
			return listed[store.Record](nil, nil)
		}
		return d.Scan(ctx, q)
	})},
	{"nonsense as a position starts from the beginning", "RefusedKey", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		seq := d.Log(ctx, tenant, after)
		if errors.Is(failure(seq), sp.ErrInvalid) && tenant != "" {
			return d.Log(ctx, tenant, "")
		}
		return seq
	})},
}
