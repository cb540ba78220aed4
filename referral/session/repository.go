package session

import (
	"context"
	"iter"
	"time"

	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/store"
)

// Kind is under which sessions are stored.
const Kind = "session"

// A Repository loads sessions from a store. To save them, see [store.Save].
type Repository struct {
	db    store.Driver
	remit pathway.Remit
}

// NewRepository returns the sessions in db. Those it loads ask the remit before
// each command; nil refuses them all.
func NewRepository(db store.Driver, remit pathway.Remit) *Repository { return &Repository{db, remit} }

// Load returns a session, or an error that is sp.ErrNotFound.
func (p *Repository) Load(ctx context.Context, id ID) (*Session, error) {
	return store.Load(ctx, p.db, Kind, string(id), p.read)
}

// A Query selects sessions. Empty fields match everything.
type Query struct {
	States    []State
	Placement string
	Referral  string
	Person    person.ID
	From      time.Time // starts at this time or later
	Before    time.Time // starts before
	Limit     int
}

// All returns the sessions that match q, in order of their start.
func (p *Repository) All(ctx context.Context, q Query) iter.Seq2[*Session, error] {
	where := store.Where{}.Is("placement", q.Placement).Is("referral", q.Referral).Is("person", string(q.Person))
	return store.Select(ctx, p.db, store.Query{
		Kind:  Kind,
		Where: store.In(where, "state", q.States),
		Range: store.Range{Term: "start", From: store.Time(q.From), Before: store.Time(q.Before)},
		Limit: q.Limit,
	}, p.read)
}

func (p *Repository) read(r store.Record) (*Session, error) {
	h, err := store.LoadHistory(r, facts.Decode, opens)
	if err != nil {
		return nil, err
	}
	x := &Session{id: ID(r.ID), history: h, remit: p.remit}
	for e := range h.All() {
		e.Fact.apply(x, e.Stamp)
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
	return x.history.Pending(store.Key{Kind: Kind, ID: string(x.id)}, store.Terms{
		"state":     string(x.state),
		"placement": x.plan.Placement,
		"referral":  x.plan.Referral,
		"person":    string(x.plan.Person),
		"start":     store.Time(x.plan.Start),
	}.Compact())
}

// Committed implements [store.Change].
func (x *Session) Committed() { x.history.Committed() }

// Stale implements [store.Change].
func (x *Session) Stale() { x.history.Stale() }
