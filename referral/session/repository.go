package session

import (
	"context"
	"iter"
	"time"

	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/id"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// Kind is under which sessions are stored.
const Kind = "session"

// A Repository loads sessions from a store. To save them, see [store.Save].
type Repository struct {
	db  store.Driver
	may transition.Authorizer
}

// NewRepository returns the sessions in db. Those it loads ask the authorizer before
// each command; nil denies them all. It costs next to nothing, so each request can have
// its own.
func NewRepository(db store.Driver, may transition.Authorizer) *Repository {
	return &Repository{db, may}
}

// Load returns a session, or an error that is sp.ErrNotFound.
func (p *Repository) Load(ctx context.Context, id ID) (*Session, error) {
	return store.Load(ctx, p.db, Kind, string(id), p.read)
}

// LoadOrNew returns a session, or a new one that does not exist yet: what a request that
// plans one begins with, since it may come twice.
func (p *Repository) LoadOrNew(ctx context.Context, id ID) (*Session, error) {
	x, err := p.Load(ctx, id)
	return store.OrNew(x, err, New(id, p.may))
}

// A Query selects sessions. Empty fields match everything.
type Query struct {
	States    []State
	Placement id.Placement
	Referral  id.Referral
	Person    person.ID
	From      time.Time // starts at this time or later
	Before    time.Time // starts before
	Limit     int
}

// All returns the sessions that match q, in order of their start.
func (p *Repository) All(ctx context.Context, q Query) iter.Seq2[*Session, error] {
	return store.Select(ctx, p.db, q.stored(), p.read)
}

// Page returns up to q.Limit sessions in order of their start, behind a cursor, and the
// cursor of the next page, which is zero if there are no more. The zero cursor is the
// beginning.
func (p *Repository) Page(ctx context.Context, q Query, after store.Cursor) (page []*Session, next store.Cursor, err error) {
	of := q.stored()
	of.After = after
	return store.SelectPage(ctx, p.db, of, p.read)
}

// Count returns how many sessions match q, whatever its limit: as many as all pages have.
// It is one indexed scan, and replays no session.
func (p *Repository) Count(ctx context.Context, q Query) (int, error) {
	return store.Count(ctx, p.db, q.stored())
}

func (q Query) stored() store.Query {
	where := store.Where{}.Is("placement", string(q.Placement)).Is("referral", string(q.Referral)).Is("person", string(q.Person))
	return store.Query{
		Kind:  Kind,
		Where: store.In(where, "state", q.States),
		Range: store.Range{Term: "start", From: store.Time(q.From), Before: store.Time(q.Before)},
		Limit: q.Limit,
	}
}

func (p *Repository) read(r store.Record) (*Session, error) {
	x := New(ID(r.ID), p.may)
	if err := x.root.Restore(r, eventTypes, opens, view{x: x}); err != nil {
		return nil, err
	}
	return x, nil
}

// opens reports whether a history can begin with e.
func opens(e Event) bool {
	first, ok := e.(Planned)
	return ok && first.Person != "" && first.Placement != ""
}

// Pending implements [store.Change].
func (x *Session) Pending() (store.Batch, error) {
	return x.root.Pending(store.Key{Kind: Kind, ID: string(x.id)}, store.Terms{
		"state":     string(x.state),
		"placement": string(x.plan.Placement),
		"referral":  string(x.plan.Referral),
		"person":    string(x.plan.Person),
		"start":     store.Time(x.plan.Start),
	}.Compact())
}

// Committed implements [store.Change].
func (x *Session) Committed() { x.root.Committed() }

// Stale implements [store.Change].
func (x *Session) Stale() { x.root.Stale() }
