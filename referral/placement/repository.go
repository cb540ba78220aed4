package placement

import (
	"context"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/id"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// Kind is under which placements are stored.
const Kind = "placement"

// A Repository loads placements from a store. To save them, see [store.Save].
type Repository struct {
	db  store.Driver
	may transition.Authorizer
}

// NewRepository returns the placements in db. Those it loads ask the authorizer before
// each command; nil denies them all. It costs next to nothing, so each request can have
// its own.
func NewRepository(db store.Driver, may transition.Authorizer) *Repository {
	return &Repository{db, may}
}

// Load returns a placement, or an error that is sp.ErrNotFound.
func (r *Repository) Load(ctx context.Context, id ID) (*Placement, error) {
	return store.Load(ctx, r.db, Kind, string(id), r.read)
}

// LoadOrNew returns a placement, or a new one that does not exist yet.
func (r *Repository) LoadOrNew(ctx context.Context, id ID) (*Placement, error) {
	p, err := r.Load(ctx, id)
	return store.OrNew(p, err, New(id, r.may))
}

// A Query selects placements. Empty fields match everything.
type Query struct {
	States   []State
	Referral id.Referral
	Person   person.ID
	Service  directory.ID
	Provider directory.ID
	Group    GroupID
	Limit    int
}

// All returns the placements that match q, in order of their IDs.
func (r *Repository) All(ctx context.Context, q Query) iter.Seq2[*Placement, error] {
	return store.Select(ctx, r.db, q.within(store.Range{}), r.read)
}

func (q Query) within(by store.Range) store.Query {
	where := store.Where{}.Is("referral", string(q.Referral)).Is("person", string(q.Person)).
		Is("service", string(q.Service)).Is("provider", string(q.Provider)).Is("group", string(q.Group))
	return store.Query{Kind: Kind, Where: store.In(where, "state", q.States), Range: by, Limit: q.Limit}
}

// A List is one of the orders in which [Repository.Page] answers.
type List string

// The lists, each with the method of [Repository] that yields the same placements in the
// same order.
const (
	AllList      List = "all"      // All
	OverdueList  List = "reply-by" // Overdue
	FeedbackList List = "feedback" // FeedbackOwed
	UntoldList   List = "untold"   // Untold
)

// Page returns up to q.Limit placements of a list, behind a cursor, and the cursor of the
// next page, which is zero if there are no more. The zero cursor is the beginning. Of the
// lists in order of time, before leaves out what is not yet due then; zero is no limit.
func (r *Repository) Page(ctx context.Context, l List, q Query, before time.Time, after store.Cursor) (page []*Placement, next store.Cursor, err error) {
	e := sp.InvalidError{Subject: "placement: page"}
	of := q.of(&e, l, before)
	e.Check(q.Limit > 0, "limit", sp.OutOfRange, "must be 1 or more")
	if err := e.Err(); err != nil {
		return nil, next, err
	}
	of.After = after
	return store.SelectPage(ctx, r.db, of, r.read)
}

// Count returns how many placements of a list match q, whatever its limit: as many as all
// pages have. It is one indexed scan, and replays no placement.
func (r *Repository) Count(ctx context.Context, l List, q Query, before time.Time) (int, error) {
	e := sp.InvalidError{Subject: "placement: count"}
	of := q.of(&e, l, before)
	if err := e.Err(); err != nil {
		return 0, err
	}
	return store.Count(ctx, r.db, of)
}

// of returns the stored query of a list, and adds to e what is wrong with it.
func (q Query) of(e *sp.InvalidError, l List, before time.Time) store.Query {
	e.Check(l == AllList || l == OverdueList || l == FeedbackList || l == UntoldList, "list", sp.NotListed, "must be one of the lists of placements")
	var by store.Range
	if l != AllList {
		by = store.Range{Term: string(l), Before: store.Time(before)}
	}
	return q.within(by)
}

// Overdue returns the placements of which something should have been heard before
// at, from the provider or, where they know nothing, from the person; longest
// overdue first. It is one indexed scan.
func (r *Repository) Overdue(ctx context.Context, at time.Time) iter.Seq2[*Placement, error] {
	return r.by(ctx, "reply-by", at)
}

// FeedbackOwed returns the placements whose provider has been owed news since
// before at, longest owed first. It is one indexed scan.
func (r *Repository) FeedbackOwed(ctx context.Context, at time.Time) iter.Seq2[*Placement, error] {
	return r.by(ctx, "feedback", at)
}

// Untold returns the placements whose provider said yes before at, and still waits to be
// told what was kept for then; longest waiting first. It is one indexed scan.
func (r *Repository) Untold(ctx context.Context, at time.Time) iter.Seq2[*Placement, error] {
	return r.by(ctx, "untold", at)
}

func (r *Repository) by(ctx context.Context, term string, before time.Time) iter.Seq2[*Placement, error] {
	return store.Select(ctx, r.db, store.Query{Kind: Kind, Range: store.Range{Term: term, Before: store.Time(before)}}, r.read)
}

func (r *Repository) read(rec store.Record) (*Placement, error) {
	p := New(ID(rec.ID), r.may)
	if err := p.root.Restore(rec, eventTypes, opens, view{p: p}); err != nil {
		return nil, err
	}
	return p, nil
}

// opens reports whether a history can begin with e.
func opens(e Event) bool {
	first, ok := e.(Proposed)
	return ok && first.Person != "" && first.Referral != ""
}

// termOpen is unique: one service is offered to one person once at a time, whatever the
// referral and whoever else is offering it at the same moment.
const termOpen = store.Unique + "open-offer"

// Pending implements [store.Change]. Saving fails with a [*store.DuplicateError] while
// another placement of the same service and person is open.
func (p *Placement) Pending() (store.Batch, error) {
	terms := store.Terms{
		"state":    string(p.state),
		"referral": string(p.proposed.Referral),
		"person":   string(p.proposed.Person),
		"service":  string(p.proposed.Service),
		"provider": string(p.proposed.Provider),
		"group":    string(p.proposed.Group),
		"feedback": store.Time(p.OwedSince()),
	}
	if p.state == StateOffered && !p.waiting {
		terms["reply-by"] = store.Time(p.sent.ReplyBy)
	}
	if len(p.Untold()) > 0 {
		terms["untold"] = store.Time(p.answered)
	}
	if p.state.Open() {
		terms[termOpen] = string(p.proposed.Person) + " " + string(p.proposed.Service)
	}
	return p.root.Pending(store.Key{Kind: Kind, ID: string(p.id)}, terms.Compact())
}

// Committed implements [store.Change].
func (p *Placement) Committed() { p.root.Committed() }

// Stale implements [store.Change].
func (p *Placement) Stale() { p.root.Stale() }
