package referral

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// Kind is under which referrals are stored.
const Kind = "referral"

// A Repository loads referrals from a store. To save them, see [store.Save].
type Repository struct {
	db  store.Driver
	may transition.Authorizer
}

// NewRepository returns the referrals in db. Those it loads ask the authorizer before
// each command; nil denies them all. It costs next to nothing, so each request can have
// its own.
func NewRepository(db store.Driver, may transition.Authorizer) *Repository {
	return &Repository{db, may}
}

// Load returns a referral, or an error that is [sp.ErrNotFound].
func (p *Repository) Load(ctx context.Context, id ID) (*Referral, error) {
	return store.Load(ctx, p.db, Kind, string(id), p.read)
}

// LoadOrNew returns a referral, or a new one that does not exist yet: what a request that
// refers somebody begins with, since it may come twice.
func (p *Repository) LoadOrNew(ctx context.Context, id ID) (*Referral, error) {
	r, err := p.Load(ctx, id)
	return store.OrNew(r, err, New(id, p.may))
}

// A Query selects referrals. Empty fields match everything.
type Query struct {
	States   []State
	Urgency  []Urgency
	Worker   WorkerID
	Person   person.ID
	Referrer string // ID of the actor who referred
	After    ID     // only those behind this one, where they come in order of their IDs
	Limit    int
	Before   time.Time // of a list of [Repository.Page]: only those whose moment is earlier; zero is no limit
}

// All returns the referrals that match q, in order of their IDs.
func (p *Repository) All(ctx context.Context, q Query) iter.Seq2[*Referral, error] {
	return p.scan(ctx, q, store.Range{})
}

func (p *Repository) scan(ctx context.Context, q Query, by store.Range) iter.Seq2[*Referral, error] {
	return store.Select(ctx, p.db, q.within(by), p.read)
}

func (q Query) within(by store.Range) store.Query {
	where := store.Where{}.Is("worker", string(q.Worker)).Is("person", string(q.Person)).Is("referrer", q.Referrer)
	where = store.In(store.In(where, "state", q.States), "urgency", q.Urgency)
	return store.Query{Kind: Kind, Where: where, Range: by, After: store.Cursor{ID: string(q.After)}, Limit: q.Limit}
}

// A List is one of the orders in which [Repository.Page] answers.
type List string

// The lists, each with the method of [Repository] that yields the same referrals in the
// same order.
const (
	AllList        List = "all"        // All
	WaitingList    List = "waiting"    // Waiting
	FollowUpList   List = "follow-up"  // FollowUps
	FlaggedList    List = "flagged"    // Flagged
	SpeakList      List = "speak"      // SpeakAfterCrisis
	AlarmList      List = "alarm"      // AlarmOwed
	FeedbackList   List = "feedback"   // FeedbackOwed
	WithdrawalList List = "withdrawal" // WithdrawalsAsked
	QuietList      List = "touched"    // Quiet
)

var lists = []List{AllList, WaitingList, FollowUpList, FlaggedList, SpeakList, AlarmList, FeedbackList, WithdrawalList, QuietList}

// Page returns up to q.Limit referrals of a list, behind a cursor, and the cursor of the
// next page, which is zero if there are no more. The zero cursor is the beginning. A page
// is one indexed scan, however many come before it (keyset paging); a cursor has a text
// form for URLs.
func (p *Repository) Page(ctx context.Context, l List, q Query, after store.Cursor) (page []*Referral, next store.Cursor, err error) {
	e := sp.InvalidError{Subject: "referral: page"}
	of := q.of(&e, l)
	e.Check(q.Limit > 0, "limit", sp.OutOfRange, "must be 1 or more")
	if err := e.Err(); err != nil {
		return nil, next, err
	}
	if after != (store.Cursor{}) {
		of.After = after
	}
	return store.SelectPage(ctx, p.db, of, p.read)
}

// Count returns how many referrals of a list match q, whatever its limit: as many as all
// pages have. It is one indexed scan, and replays no referral.
func (p *Repository) Count(ctx context.Context, l List, q Query) (int, error) {
	e := sp.InvalidError{Subject: "referral: count"}
	of := q.of(&e, l)
	if err := e.Err(); err != nil {
		return 0, err
	}
	return store.Count(ctx, p.db, of)
}

// of returns the stored query of a list, and adds to e what is wrong with it.
func (q Query) of(e *sp.InvalidError, l List) store.Query {
	e.Check(slices.Contains(lists, l), "list", sp.NotListed, "must be one of the lists of referrals")
	var by store.Range
	if l != AllList {
		by = store.Range{Term: string(l), Before: store.Time(q.Before)}
	}
	if l == FollowUpList && !q.Before.IsZero() {
		by.Before = sp.DateOf(q.Before).String()
	}
	return q.within(by)
}

// FollowUps returns the referrals whose person is to be asked how things are on
// a day before day, longest overdue first; an unknown day is no limit. It is one
// indexed scan.
func (p *Repository) FollowUps(ctx context.Context, before sp.Date) iter.Seq2[*Referral, error] {
	due := store.Range{Term: "follow-up"}
	if !before.IsZero() {
		due.Before = before.String()
	}
	return p.scan(ctx, Query{}, due)
}

// Flagged returns the referrals with a concern that nobody has taken over yet,
// the longest open first. Those that have ended are among them, since concerns
// are raised afterwards as well. It is one indexed scan.
func (p *Repository) Flagged(ctx context.Context) iter.Seq2[*Referral, error] {
	return p.scan(ctx, Query{}, store.Range{Term: "flagged"})
}

// SpeakAfterCrisis returns the referrals whose person is to be spoken to after a crisis
// that somebody has taken over since, the longest ago first; see [Referral.SpeakSince].
// Those that have ended are among them. It is one indexed scan.
func (p *Repository) SpeakAfterCrisis(ctx context.Context) iter.Seq2[*Referral, error] {
	return p.scan(ctx, Query{}, store.Range{Term: "speak"})
}

// AlarmOwed returns the referrals whose referrer is owed news of a concern about
// somebody's safety since before at, longest owed first. It is one indexed scan.
func (p *Repository) AlarmOwed(ctx context.Context, at time.Time) iter.Seq2[*Referral, error] {
	return p.scan(ctx, Query{}, store.Range{Term: "alarm", Before: store.Time(at)})
}

// FeedbackOwed returns the referrals whose referrer has been owed news since
// before at, longest owed first. It is one indexed scan.
func (p *Repository) FeedbackOwed(ctx context.Context, at time.Time) iter.Seq2[*Referral, error] {
	return p.scan(ctx, Query{}, store.Range{Term: "feedback", Before: store.Time(at)})
}

// WithdrawalsAsked returns the referrals whose person wishes to withdraw, and which no
// link worker has completed yet, the longest asked first. It is one indexed scan.
func (p *Repository) WithdrawalsAsked(ctx context.Context) iter.Seq2[*Referral, error] {
	return p.scan(ctx, Query{}, store.Range{Term: "withdrawal"})
}

// MeasuresDue returns the assessments with a questionnaire of a series that is to be asked
// before a day, the longest overdue first; an unknown day is no limit. It is one indexed scan.
func (p *Repository) MeasuresDue(ctx context.Context, before sp.Date) iter.Seq2[*needs.Assessment, error] {
	return needs.NewRepository(p.db, p.may).MeasuresDue(ctx, before)
}

// Waiting returns the referrals whose person is waiting to be spoken to, longest
// wait first. It is one indexed scan. Package worklist orders them by urgency.
func (p *Repository) Waiting(ctx context.Context, q Query) iter.Seq2[*Referral, error] {
	return p.scan(ctx, q, store.Range{Term: "waiting"})
}

// Quiet returns the referrals to which nothing has happened since before at, concerns
// about safety left aside ([Referral.Touched]), longest quiet first. It is one indexed
// scan.
func (p *Repository) Quiet(ctx context.Context, at time.Time, q Query) iter.Seq2[*Referral, error] {
	return p.scan(ctx, q, store.Range{Term: "touched", Before: store.Time(at)})
}

func (p *Repository) read(rec store.Record) (*Referral, error) {
	r := New(ID(rec.ID), p.may)
	r.loading = true
	if err := r.root.Restore(rec, eventTypes, opens, view{r: r}); err != nil {
		return nil, err
	}
	r.loading = false
	r.learn()
	return r, nil
}

// opens reports whether a history can begin with e.
func opens(e Event) bool {
	first, ok := e.(Received)
	return ok && first.Person != ""
}

// terms returns what a referral is found by. Most have no more than eight, which a small
// map holds.
func (r *Referral) terms() store.Terms {
	terms := make(store.Terms, 8)
	is := func(name, value string) {
		if value != "" {
			terms[name] = value
		}
	}
	is("state", string(r.state))
	is("worker", string(r.worker.value))
	is("person", string(r.received.Person))
	is("referrer", r.requester.ID)
	is("urgency", string(r.urgency.value))
	is("feedback", store.Time(r.OwedSince()))
	is("flagged", store.Time(r.FlaggedSince()))
	is("alarm", store.Time(r.AlarmSince()))
	is("speak", store.Time(r.SpeakSince()))
	is("touched", store.Time(r.last))
	is("withdrawal", store.Time(r.WithdrawalAsked()))
	if !r.followUp.IsZero() {
		is("follow-up", r.followUp.String())
	}
	if r.Waiting() {
		is("waiting", store.Time(r.since))
	}
	return terms
}

// Pending implements [store.Change].
func (r *Referral) Pending() (store.Batch, error) {
	b, err := r.root.Pending(store.Key{Kind: Kind, ID: string(r.id)}, r.terms())
	if err != nil {
		return store.Batch{}, err
	}
	for _, c := range r.by {
		put, err := c.put()
		if err != nil {
			return store.Batch{}, err
		}
		b.Puts = append(b.Puts, put)
	}
	return b, nil
}

// Committed implements [store.Change].
func (r *Referral) Committed() {
	r.root.Committed()
	r.by = nil
}

// Stale implements [store.Change].
func (r *Referral) Stale() { r.root.Stale() }
