package storetest

import (
	"context"
	"iter"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A lawless driver knows of no unique terms: it writes their names otherwise.
type lawless struct{ store.Driver }

const disguise = "Unique:"

func renamed[V any](m map[string]V, from, to string) map[string]V {
	if m == nil {
		return nil
	}
	all := make(map[string]V, len(m))
	for name, v := range m {
		if rest, ok := strings.CutPrefix(name, from); ok {
			name = to + rest
		}
		all[name] = v
	}
	return all
}

func (l lawless) Get(ctx context.Context, k store.Key) (store.Record, error) {
	r, err := l.Driver.Get(ctx, k)
	r.Terms = renamed(r.Terms, disguise, store.Unique)
	return r, err
}

func (l lawless) Commit(ctx context.Context, b store.Batch) error {
	if err := b.Check(); err != nil {
		return err
	}
	b.Puts = slices.Clone(b.Puts)
	for i := range b.Puts {
		b.Puts[i].Terms = renamed(b.Puts[i].Terms, store.Unique, disguise)
	}
	return l.Driver.Commit(ctx, b)
}

func (l lawless) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	q.Where = renamed(q.Where, store.Unique, disguise)
	if rest, ok := strings.CutPrefix(q.Range.Term, store.Unique); ok {
		q.Range.Term = disguise + rest
	}
	return edited(l.Driver.Scan(ctx, q), func(r *store.Record) { r.Terms = renamed(r.Terms, disguise, store.Unique) })
}

// policed returns a lawless driver before which stands a rule of somebody's own. It
// is asked under a lock, or under none, as programs do that look before they write.
func policed(locked bool, rule func(ctx context.Context, d store.Driver, b store.Batch) error) func() store.Driver {
	return func() store.Driver {
		d, mu := lawless{memstore.New()}, new(sync.Mutex)
		return &altered{Driver: d, commit: func(ctx context.Context, b store.Batch) error {
			if locked {
				mu.Lock()
				defer mu.Unlock()
			}
			if err := rule(ctx, d, b); err != nil {
				return err
			}
			runtime.Gosched()
			return d.Commit(ctx, b)
		}}
	}
}

// conflict returns the conflict that a batch meets, if it does.
func conflict(ctx context.Context, d store.Driver, b store.Batch) error {
	expect := func(k store.Key, want int64) error {
		r, _ := d.Get(ctx, k)
		if want != store.Any && want != r.Version {
			return &store.ConflictError{Key: k, Want: want, Got: r.Version}
		}
		return nil
	}
	for _, p := range b.Puts {
		if err := expect(p.Key, p.If); err != nil {
			return err
		}
	}
	for _, x := range b.Deletes {
		if err := expect(x.Key, x.If); err != nil {
			return err
		}
	}
	return nil
}

// holders calls f for each record that has a value which a put wants.
func holders(ctx context.Context, d store.Driver, b store.Batch, f func(p store.Put, holder store.Record) bool) error {
	for _, p := range b.Puts {
		for _, name := range p.Terms.Unique() {
			for r, err := range d.Scan(ctx, store.Query{Tenant: p.Tenant, Kind: p.Kind, Where: store.Where{name: {p.Terms[name]}}}) {
				if err != nil {
					return err
				}
				if f(p, r) {
					return &store.DuplicateError{Key: p.Key, Term: name}
				}
			}
		}
	}
	return nil
}

// lawful is the rule as it should be.
func lawful(ctx context.Context, d store.Driver, b store.Batch) error {
	if err := conflict(ctx, d, b); err != nil {
		return err
	}
	return holders(ctx, d, b, func(_ store.Put, r store.Record) bool {
		return !slices.ContainsFunc(b.Puts, func(p store.Put) bool { return p.Key == r.Key }) &&
			!slices.ContainsFunc(b.Deletes, func(x store.Delete) bool { return x.Key == r.Key })
	})
}

// taking is a rule that remembers under some name who took which value, for ever or
// until another name is taken.
func taking(name func(k store.Key, term, value string) string) func() store.Driver {
	return func() store.Driver {
		taken := map[string]store.Key{}
		return policed(true, func(ctx context.Context, d store.Driver, b store.Batch) error {
			if err := lawful(ctx, d, b); err != nil {
				return err
			}
			next := maps.Clone(taken)
			for _, p := range b.Puts {
				for term, value := range p.Terms {
					n := name(p.Key, term, value)
					if n == "" {
						continue
					}
					if k, ok := next[n]; ok && k != p.Key {
						return &store.DuplicateError{Key: p.Key, Term: term}
					}
					next[n] = p.Key
				}
			}
			taken = next
			return nil
		})()
	}
}

var brokenUnique = []broken{
	{"nobody looks for duplicates", "Unique", policed(true, conflict)},
	{"a duplicate is refused after half of its batch was written", "Unique", policed(true, func(ctx context.Context, d store.Driver, b store.Batch) error {
		err := lawful(ctx, d, b)
		if _, duplicate := err.(*store.DuplicateError); duplicate { //nolint:errorlint // it was made here
			b.Puts, b.Deletes, b.Events = b.Puts[:len(b.Puts)-1], nil, nil
			_ = d.Commit(ctx, b)
		}
		return err
	})},
	{"a value is looked for in all kinds", "UniqueScope", taking(func(k store.Key, term, value string) string {
		if !strings.HasPrefix(term, store.Unique) {
			return ""
		}
		return k.Tenant + " " + term + " " + value
	})},
	{"whatever term has unique in its name is unique", "UniqueScope", taking(func(k store.Key, term, value string) string {
		if !strings.Contains(term, store.Unique) || strings.HasPrefix(term, store.Unique) {
			return ""
		}
		return k.String()[:len(k.String())-len(k.ID)] + term + value
	})},
	{"values are compared without case", "UniqueScope", taking(func(k store.Key, term, value string) string {
		if !strings.HasPrefix(term, store.Unique) || value == "" || value[0] < 0x80 {
			return ""
		}
		return k.String()[:len(k.String())-len(k.ID)] + term + strings.ToLower(value)
	})},
	{"a value stays taken", "UniqueKept", taking(func(k store.Key, term, value string) string {
		if !strings.HasPrefix(term, store.Unique) {
			return ""
		}
		return k.String()[:len(k.String())-len(k.ID)] + term + value
	})},
	{"a record meets itself", "UniqueKept", policed(true, func(ctx context.Context, d store.Driver, b store.Batch) error {
		if err := lawful(ctx, d, b); err != nil {
			return err
		}
		return holders(ctx, d, b, func(p store.Put, r store.Record) bool { return p.Key == r.Key })
	})},
	{"values are compared with those from before the batch", "UniqueExchange", policed(true, func(ctx context.Context, d store.Driver, b store.Batch) error {
		if err := conflict(ctx, d, b); err != nil {
			return err
		}
		return holders(ctx, d, b, func(p store.Put, r store.Record) bool { return p.Key != r.Key })
	})},
	{"records are written one after the other", "UniqueExchange", policed(true, func(ctx context.Context, d store.Driver, b store.Batch) error {
		if err := lawful(ctx, d, b); err != nil {
			return err
		}
		return holders(ctx, d, b, func(p store.Put, r store.Record) bool {
			at := func(k store.Key) int { return slices.IndexFunc(b.Puts, func(p store.Put) bool { return p.Key == k }) }
			return at(r.Key) > at(p.Key)
		})
	})},
	{"duplicates come before versions", "UniqueVersion", policed(true, func(ctx context.Context, d store.Driver, b store.Batch) error {
		if err := holders(ctx, d, b, func(p store.Put, r store.Record) bool { return p.Key != r.Key }); err != nil {
			return err
		}
		return conflict(ctx, d, b)
	})},
	{"who looks and then writes holds no lock", "UniqueRace", policed(false, lawful)},
}
