package note

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// A Query selects notes of a person. The zero Query selects all of them.
type Query struct {
	About  string    // what of theirs, as "kind/ID"; empty is whatever it is
	From   time.Time // told of what happened then or later; zero is no limit
	Before time.Time // told of what happened before; zero is no limit

	After store.Cursor // start behind this place, see [Record.Cursor]; zero starts at the beginning
	Limit int          // at most so many; 0 is no limit
}

// A Repository finds notes in a store. Changes are saved with [store.Save].
type Repository struct{ driver store.Driver }

// NewRepository returns the notes that d keeps, which must be the sealed driver that
// they were saved to; see [store.Tenant].
func NewRepository(d store.Driver) *Repository { return &Repository{d} }

// Load returns a note, or an error that is [sp.ErrNotFound] if there is none: never
// written, erased, or of a person whose key is destroyed.
func (r *Repository) Load(ctx context.Context, id ID) (*Record, error) {
	return store.Load(ctx, r.driver, Kind, string(id), load)
}

// Of yields the notes of a person, the oldest first, in one indexed scan. Their texts are
// behind [Record.Read]. The first error is the last pair.
func (r *Repository) Of(ctx context.Context, of person.ID, q Query) iter.Seq2[*Record, error] {
	return store.Select(ctx, r.driver, q.of(of), load)
}

// Read returns the notes of a person as they read now, the oldest first, of those that a query
// selects and a permission lets the reader read. The others are passed over, also where the
// permission says of them that they are not there.
func (r *Repository) Read(ctx context.Context, of person.ID, q Query, reader sp.Actor, may Permission) (now []Version, err error) {
	for n, err := range r.Of(ctx, of, q) {
		if err != nil {
			return nil, err
		}
		versions, err := n.Read(reader, may)
		if errors.Is(err, sp.ErrDenied) || errors.Is(err, sp.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		now = append(now, versions[len(versions)-1])
	}
	return now, nil
}

// Count returns how many notes of a person a query selects, whatever its limit, and whether
// or not anybody may read them. It is one indexed scan, and reads none.
func (r *Repository) Count(ctx context.Context, of person.ID, q Query) (int, error) {
	return store.Count(ctx, r.driver, q.of(of))
}

func (q Query) of(who person.ID) store.Query {
	return store.Query{
		Kind: Kind, Where: store.Where{TermPerson: {string(who)}}.Is(termAbout, q.About),
		Range: store.Range{Term: termAt, From: store.Time(q.From), Before: store.Time(q.Before)}, After: q.After, Limit: q.Limit,
	}
}

// Cursor returns the place of r in the answer to a query: the next page begins behind it.
func (r *Record) Cursor() store.Cursor {
	return store.Cursor{Value: store.Time(r.Summary().At), ID: string(r.note.ID)}
}
