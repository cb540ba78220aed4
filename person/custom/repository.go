package custom

import (
	"context"
	"iter"

	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// termPerson is the term by which all records of a person are found, and by which a
// sealed driver finds their key.
const termPerson = "person"

// A Repository finds the values of custom fields in a store. Changes are saved with
// [store.Save].
type Repository struct{ driver store.Driver }

// NewRepository returns the values that d keeps; see [store.Tenant].
func NewRepository(d store.Driver) *Repository { return &Repository{d} }

// Load returns the record of a subject, see [Subject.ID], or an error that is
// [sp.ErrNotFound] if there is none: no value was ever set, or it was erased.
func (r *Repository) Load(ctx context.Context, id ID) (*Record, error) {
	return store.Load(ctx, r.driver, RecordKind, string(id), load)
}

// Of yields the records of a person and of their referrals, in the order of their IDs.
// The first error is the last pair.
func (r *Repository) Of(ctx context.Context, of person.ID) iter.Seq2[*Record, error] {
	q := store.Query{Kind: RecordKind, Where: store.Where{termPerson: {string(of)}}}
	return store.Select(ctx, r.driver, q, load)
}
