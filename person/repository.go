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
func NewRepository(d store.Driver) *Repository { return &Repository{d} }

// Load returns the record of a person, or an error that is [sp.ErrNotFound] if
// there is none: never registered, or erased. An ID that gives the person away, see
// [sp.ValidPersonID], is refused and not repeated.
func (r *Repository) Load(ctx context.Context, id ID) (*Record, error) {
	e := &sp.InvalidError{Subject: "person: load"}
	if e.CheckPersonID(string(id), "id"); e.Err() != nil {
		return nil, e
	}
	return store.Load(ctx, r.driver, Kind, string(id), load)
}

// Household yields the people of a household in the order of their IDs. People
// without one do not share it: the empty household has nobody. The first error
// is the last pair.
func (r *Repository) Household(ctx context.Context, id HouseholdID) iter.Seq2[*Record, error] {
	return store.Select(ctx, r.driver, store.Query{Kind: Kind, Where: store.Where{termHousehold: {string(id)}}}, load)
}

// Undecided yields the people, in the order of their IDs, for whom somebody may have to be
// found who decides: who are not known to be of full age, were not found competent, and
// have nobody who decides without an end. Which of them need somebody depends on the day,
// the nation and what there is to decide: see Unanswered of package consent. The first
// error is the last pair.
func (r *Repository) Undecided(ctx context.Context) iter.Seq2[*Record, error] {
	return store.Select(ctx, r.driver, store.Query{Kind: Kind, Where: store.Where{termUndecided: {"yes"}}}, load)
}

func load(stored store.Record) (*Record, error) {
	p, err := decode(stored.Body)
	if err == nil && string(p.ID) != stored.ID {
		err = fmt.Errorf("body is of another person: %w", sp.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("person: load %s: %w", stored.ID, err)
	}
	return &Record{person: p, saved: store.DocumentOf(stored)}, nil
}
