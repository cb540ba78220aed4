package voice

import (
	"context"
	"iter"
	"time"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// Terms under which statements are found.
const (
	termKind    = "kind"
	termPerson  = "person"
	termCase    = "case"
	termService = "service"
	termArea    = "area"
	termNeed    = "need"
	termAt      = "at"   // when it was said
	termOpen    = "open" // the same, while somebody expects an answer
)

// terms returns what the record is found under. What was taken back is found only by its
// person, to be read out and erased with them.
func (r *Record) terms() store.Terms {
	st := r.statement
	t := store.Terms{termPerson: string(st.Person)}
	if !r.retracted {
		t[termAt], t[termKind], t[termCase] = store.Time(r.at), string(st.Kind), st.Case
		t[termService], t[termArea], t[termNeed] = string(st.Service), st.Area.Code, string(st.Need)
	}
	if r.Open() {
		t[termOpen] = t[termAt]
	}
	return t.Compact()
}

// A Query selects statements. The zero Query selects all that count, the oldest first.
type Query struct {
	Kinds   []Kind // any of them
	Case    string
	Service directory.ID
	Area    string // its code
	Need    needs.Code
	Open    bool      // only what waits for an answer
	From    time.Time // said then or later; zero is no limit
	Before  time.Time // said before; zero is no limit

	After store.Cursor // start behind this place, see [Record.Cursor]; zero starts at the beginning
	Limit int          // at most so many; 0 is no limit
}

func (q Query) driver() store.Query {
	term := termAt
	if q.Open {
		term = termOpen
	}
	where := store.In(store.Where{}, termKind, q.Kinds).
		Is(termCase, q.Case).Is(termService, string(q.Service)).Is(termArea, q.Area).Is(termNeed, string(q.Need))
	return store.Query{
		Kind: RecordKind, Where: where, Range: store.Range{Term: term, From: store.Time(q.From), Before: store.Time(q.Before)},
		After: q.After, Limit: q.Limit,
	}
}

// Cursor returns the place of r in the answer to a query: the next page begins behind it.
func (r *Record) Cursor() store.Cursor {
	return store.Cursor{Value: store.Time(r.at), ID: string(r.statement.ID)}
}

// A Repository finds statements in a store. Changes are saved with [store.Save].
type Repository struct{ driver store.Driver }

// NewRepository returns the statements that d keeps; see [store.Tenant].
func NewRepository(d store.Driver) *Repository { return &Repository{d} }

// Load returns a statement, or an error that is [sp.ErrNotFound] if there is none: never
// said, or erased.
func (r *Repository) Load(ctx context.Context, id ID) (*Record, error) {
	return store.Load(ctx, r.driver, RecordKind, string(id), load)
}

// Of yields all statements of a person in the order of their IDs, also those that were
// taken back, to read them out or to erase them. The first error is the last pair.
func (r *Repository) Of(ctx context.Context, of person.ID) iter.Seq2[*Record, error] {
	q := store.Query{Kind: RecordKind, Where: store.Where{termPerson: {string(of)}}}
	return store.Select(ctx, r.driver, q, load)
}

// Find yields the statements that a query selects, the oldest first, in one indexed
// scan. The first error is the last pair.
func (r *Repository) Find(ctx context.Context, q Query) iter.Seq2[*Record, error] {
	return store.Select(ctx, r.driver, q.driver(), load)
}

// Count returns how many statements a query selects, whatever its limit. It is one indexed
// scan, and reads no statement.
func (r *Repository) Count(ctx context.Context, q Query) (int, error) {
	return store.Count(ctx, r.driver, q.driver())
}
