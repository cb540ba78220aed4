package person

import (
	"context"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Repository finds people in a store. Changes are saved with [store.Save].
type Repository struct{ driver store.Driver }

// NewRepository returns the people that d keeps; see [store.Tenant].
func NewRepository(d store.Driver) Repository { return Repository{d} }

// Load returns the record of a person, or an error that is [sp.ErrNotFound] if
// there is none: never registered, or erased.
func (r Repository) Load(ctx context.Context, id ID) (*Record, error) {
	stored, err := r.driver.Get(ctx, store.Key{Kind: Kind, ID: string(id)})
	if err != nil {
		return nil, fmt.Errorf("person: load %s: %w", id, err)
	}
	return load(stored)
}

// Household yields the people of a household in the order of their IDs. People
// without one do not share it: the empty household has nobody. The first error
// is the last pair.
func (r Repository) Household(ctx context.Context, id HouseholdID) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		query := store.Query{Kind: Kind, Where: map[string][]string{termHousehold: {string(id)}}}
		for stored, err := range r.driver.Scan(ctx, query) {
			if err != nil {
				yield(nil, fmt.Errorf("person: household %s: %w", id, err))
				return
			}
			record, err := load(stored)
			if !yield(record, err) || err != nil {
				return
			}
		}
	}
}

func load(stored store.Record) (*Record, error) {
	p, err := decode(stored.Body)
	if err == nil && string(p.ID) != stored.ID {
		err = fmt.Errorf("body is of another person: %w", sp.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("person: load %s: %w", stored.ID, err)
	}
	return &Record{person: p, version: stored.Version}, nil
}
