package register

import (
	"context"
	"errors"
	"fmt"
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
	termCorrect = "correct" // since when the oldest correction is owed
	termInform  = "inform"  // since when the person could have been told of an incident
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
	return store.OrNew(r, err, New(of, p.may))
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

// CorrectionsDue yields the registers in which somebody is owed a correction since before a
// time, the longest first. It is one indexed scan.
func (p *Repository) CorrectionsDue(ctx context.Context, before time.Time) iter.Seq2[*Register, error] {
	return p.by(ctx, termCorrect, before)
}

// Uninformed yields the registers of people who have not been told of an incident that was
// noted before a time, the longest ago first. Whether they have to be, the risk says; see
// package breach. It is one indexed scan.
func (p *Repository) Uninformed(ctx context.Context, before time.Time) iter.Seq2[*Register, error] {
	return p.by(ctx, termInform, before)
}

// GlassKind is under which one record of each reader is stored, so that a reader who
// breaks the glass twice at the same moment meets a version conflict. The record holds
// nothing but its version.
const GlassKind = "glass"

const glassBody = `{"v":1}`

// Waiting says how many times a reader has broken the glass, for whomever, without a review
// so far.
type Waiting struct {
	Reader  string
	Open    int
	version int64 // of the reader's record, before it was counted
}

// Waiting returns how many reviews of a reader wait; see [Register.BreakGlass]. It makes the
// reader's record if there is none.
func (p *Repository) Waiting(ctx context.Context, reader string) (Waiting, error) {
	w := Waiting{Reader: reader}
	load := func() (version int64, err error) {
		return store.Load(ctx, p.db, GlassKind, reader, func(rec store.Record) (int64, error) { return rec.Version, nil })
	}
	version, err := load()
	if errors.Is(err, sp.ErrNotFound) {
		key := store.Key{Kind: GlassKind, ID: reader}
		if err = p.db.Commit(ctx, store.Batch{Puts: []store.Put{{Key: key, If: store.New, Body: []byte(glassBody)}}}); err == nil || errors.Is(err, sp.ErrExists) {
			version, err = load()
		}
	}
	if err != nil {
		return Waiting{}, fmt.Errorf("register: reviews that wait of %s: %w", reader, err)
	}
	w.version = version
	for r, err := range p.by(ctx, termGlass+reader, time.Time{}) {
		if err != nil {
			return Waiting{}, err
		}
		for _, g := range r.file.Glass {
			if g.Reader == reader && g.Reviewed.IsZero() {
				w.Open++
			}
		}
	}
	return w, nil
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
			first(termGlass+g.Reader, g.At)
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
	if len(r.owed) > 0 {
		first(termCorrect, r.owed[0].Since)
	}
	for _, x := range r.exposures {
		if x.Informed.IsZero() {
			first(termInform, x.At)
		}
	}
	b, err := r.root.Pending(store.Key{Kind: Kind, ID: string(r.id)}, terms.Compact())
	if err == nil && r.glass != nil {
		b.Puts = append(b.Puts, store.Put{Key: store.Key{Kind: GlassKind, ID: r.glass.Reader}, If: r.glass.version, Body: []byte(glassBody)})
	}
	return b, err
}

// Committed implements [store.Change].
func (r *Register) Committed() {
	r.glass = nil
	r.root.Committed()
}

// Stale implements [store.Change].
func (r *Register) Stale() { r.root.Stale() }
