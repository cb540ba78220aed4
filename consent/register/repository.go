package register

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// Kind is under which registers are stored.
const Kind = "permission"

// Terms under which registers are found.
const (
	termPerson  = "person"
	termReview  = "review"  // when the first review is due
	termRequest = "request" // since when the oldest request waits
	termExpires = "expires" // when the first agreement ends by itself
	termGlass   = "glass "  // followed by the reader whose broken glass waits
)

// A Repository loads registers from a store. To save them, see [store.Save].
type Repository struct {
	db  store.Driver
	may transition.Authorizer
}

// NewRepository returns the registers in db. Those it loads ask the authorizer before each
// command; nil denies them all.
func NewRepository(db store.Driver, may transition.Authorizer) *Repository {
	return &Repository{db, may}
}

// Load returns the register of a person, or an error that is [sp.ErrNotFound].
func (p *Repository) Load(ctx context.Context, of person.ID) (*Register, error) {
	return store.Load(ctx, p.db, Kind, string(of), p.read)
}

// LoadOrNew returns the register of a person, or a new one that does not exist yet.
func (p *Repository) LoadOrNew(ctx context.Context, of person.ID) (*Register, error) {
	r, err := p.Load(ctx, of)
	if errors.Is(err, sp.ErrNotFound) {
		return New(of, p.may), nil
	}
	return r, err
}

// ReviewsDue yields the registers with an override or a broken glass whose review is due
// before a time, the longest due first. It is one indexed scan.
func (p *Repository) ReviewsDue(ctx context.Context, before time.Time) iter.Seq2[*Register, error] {
	return p.by(ctx, termReview, before)
}

// RequestsOpen yields the registers in which somebody has asked for more before a time and
// waits, the longest first. It is one indexed scan.
func (p *Repository) RequestsOpen(ctx context.Context, before time.Time) iter.Seq2[*Register, error] {
	return p.by(ctx, termRequest, before)
}

// Expiring yields the registers with an agreement that ends by itself before a time, the
// first first: who is to be asked again. It is one indexed scan.
func (p *Repository) Expiring(ctx context.Context, before time.Time) iter.Seq2[*Register, error] {
	return p.by(ctx, termExpires, before)
}

// OpenGlass returns how many times a reader has broken the glass for whomever, without a
// review so far; see [Register.BreakGlass].
func (p *Repository) OpenGlass(ctx context.Context, reader string) (n int, err error) {
	for r, err := range p.by(ctx, termGlass+reader, time.Time{}) {
		if err != nil {
			return n, err
		}
		for _, g := range r.file.Glass {
			if g.Reader == reader && g.Reviewed.IsZero() {
				n++
			}
		}
	}
	return n, nil
}

func (p *Repository) by(ctx context.Context, term string, before time.Time) iter.Seq2[*Register, error] {
	return store.Select(ctx, p.db, store.Query{Kind: Kind, Range: store.Range{Term: term, Before: store.Time(before)}}, p.read)
}

func (p *Repository) read(rec store.Record) (*Register, error) {
	r := New(person.ID(rec.ID), p.may)
	if err := r.root.Restore(rec, eventTypes, opens, view{r, r.id}); err != nil {
		return nil, err
	}
	return r, nil
}

func opens(e Event) bool {
	first, ok := e.(Opened)
	return ok && first.Person != ""
}

// Pending implements [store.Change].
func (r *Register) Pending() (store.Batch, error) {
	terms := store.Terms{termPerson: string(r.file.Person)}
	first := func(term string, at time.Time) {
		if was, known := terms[term]; !at.IsZero() && (!known || store.Time(at) < was) {
			terms[term] = store.Time(at)
		}
	}
	for _, o := range r.file.Overrides {
		if o.Reviewed.IsZero() {
			first(termReview, o.Review)
		}
	}
	for _, g := range r.file.Glass {
		if g.Reviewed.IsZero() {
			first(termReview, g.Review)
			if len(terms) < store.MaxTerms-4 || terms[termGlass+g.Reader] != "" {
				first(termGlass+g.Reader, g.At)
			}
		}
	}
	for _, c := range r.file.Choices {
		if !c.Refused && c.Withdrawn.IsZero() {
			first(termExpires, c.Until)
		}
	}
	for _, a := range r.asked {
		if a.Answered.IsZero() {
			first(termRequest, a.Since)
		}
	}
	return r.root.Pending(store.Key{Kind: Kind, ID: string(r.id)}, terms.Compact())
}

// Committed implements [store.Change].
func (r *Register) Committed() { r.root.Committed() }

// Stale implements [store.Change].
func (r *Register) Stale() { r.root.Stale() }
