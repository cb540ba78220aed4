package store

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
)

// Tenant returns a driver that reads and writes as tenant: it fills the tenant
// into keys, queries and batches that leave it empty, and refuses another's with
// an error that is [sp.ErrDenied]. Aggregates and repositories therefore leave
// the tenant empty.
func Tenant(d Driver, tenant string) Driver { return scoped{given(d), tenant} }

type scoped struct {
	d      Driver
	tenant string
}

// Below and Over implement [Wrapper].
func (s scoped) Below() Driver        { return s.d }
func (s scoped) Over(d Driver) Driver { return scoped{d, s.tenant} }

// own puts the tenant into an empty name, and fails if another stands there.
func (s scoped) own(tenant *string) error {
	if *tenant != "" && *tenant != s.tenant {
		return fmt.Errorf("store: tenant %s: key of tenant %s: %w", s.tenant, *tenant, sp.ErrDenied)
	}
	*tenant = s.tenant
	return nil
}

func (s scoped) Get(ctx context.Context, k Key) (Record, error) {
	if err := s.own(&k.Tenant); err != nil {
		return Record{}, err
	}
	return s.d.Get(ctx, k)
}

func (s scoped) Commit(ctx context.Context, b Batch) error {
	b = Batch{Puts: slices.Clone(b.Puts), Deletes: slices.Clone(b.Deletes), Events: slices.Clone(b.Events)}
	var names []*string
	for i := range b.Puts {
		names = append(names, &b.Puts[i].Tenant)
	}
	for i := range b.Deletes {
		names = append(names, &b.Deletes[i].Tenant)
	}
	for i := range b.Events {
		names = append(names, &b.Events[i].Key.Tenant)
	}
	for _, name := range names {
		if err := s.own(name); err != nil {
			return err
		}
	}
	return s.d.Commit(ctx, b)
}

func (s scoped) Scan(ctx context.Context, q Query) iter.Seq2[Record, error] {
	if err := s.own(&q.Tenant); err != nil {
		return func(yield func(Record, error) bool) { yield(Record{}, err) }
	}
	return s.d.Scan(ctx, q)
}

func (s scoped) Log(ctx context.Context, tenant string, after Position) iter.Seq2[RecordedEvent, error] {
	if err := s.own(&tenant); err != nil {
		return func(yield func(RecordedEvent, error) bool) { yield(RecordedEvent{}, err) }
	}
	return s.d.Log(ctx, tenant, after)
}
