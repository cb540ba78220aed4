package grant

import (
	"context"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// The kinds of record under which funds and awards are stored.
const (
	FundKind     = "fund"
	FundPageKind = "fund-page" // what happened to a fund's awards before its record was kept short
	AwardKind    = "award"
)

// Funds loads funds from a store. To save them, see [store.Save].
type Funds struct {
	db  store.Driver
	may transition.Authorizer
}

// NewFunds returns the funds in db. Those it returns ask the authorizer before each
// command; nil denies them all. It costs next to nothing, so each request can have
// its own.
func NewFunds(db store.Driver, may transition.Authorizer) *Funds { return &Funds{db, may} }

// Load returns a fund, or an error that is [sp.ErrNotFound].
func (r *Funds) Load(ctx context.Context, id FundID) (*Fund, error) {
	return store.Load(ctx, r.db, FundKind, string(id), r.read)
}

// LoadOrNew returns a fund, or a new one that does not exist yet: what a request that
// opens one begins with, since it may come twice.
func (r *Funds) LoadOrNew(ctx context.Context, id FundID) (*Fund, error) {
	f, err := r.Load(ctx, id)
	return store.OrNew(f, err, NewFund(id, r.may))
}

// All returns every fund, in order of their IDs.
func (r *Funds) All(ctx context.Context) iter.Seq2[*Fund, error] {
	return store.Select(ctx, r.db, store.Query{Kind: FundKind}, r.read)
}

// History yields everything that happened to a fund, in the order in which it was
// recorded: what stands on its pages, which [Fund.History] brings forward as sums, and
// what its record has.
func (r *Funds) History(ctx context.Context, id FundID) iter.Seq2[store.Entry[FundEvent], error] {
	return store.Whole(ctx, r.db, store.Key{Kind: FundKind, ID: string(id)}, FundPageKind, fundEventTypes.Decode)
}

// Awards loads awards from a store. To save them, see [store.Save].
type Awards struct {
	db  store.Driver
	may transition.Authorizer
}

// NewAwards returns the awards in db. Those it returns ask the authorizer before each
// command; nil denies them all.
func NewAwards(db store.Driver, may transition.Authorizer) *Awards { return &Awards{db, may} }

// Load returns an award, or an error that is [sp.ErrNotFound].
func (r *Awards) Load(ctx context.Context, id AwardID) (*Award, error) {
	return store.Load(ctx, r.db, AwardKind, string(id), r.read)
}

// LoadOrNew returns an award, or a new one that does not exist yet, for [Fund.Offer].
func (r *Awards) LoadOrNew(ctx context.Context, id AwardID) (*Award, error) {
	a, err := r.Load(ctx, id)
	return store.OrNew(a, err, NewAward(id, r.may))
}

// A Query selects awards. Empty fields match everything.
type Query struct {
	States   []State
	Fund     FundID
	Provider directory.ID
	Service  directory.ID
	Limit    int
}

// All returns the awards that match q, in order of their IDs.
func (r *Awards) All(ctx context.Context, q Query) iter.Seq2[*Award, error] {
	return store.Select(ctx, r.db, q.stored(), r.read)
}

func (q Query) stored() store.Query {
	where := store.Where{}.Is("fund", string(q.Fund)).Is("provider", string(q.Provider)).Is("service", string(q.Service))
	return store.Query{Kind: AwardKind, Where: store.In(where, "state", q.States), Limit: q.Limit}
}

// Count returns how many awards match q, whatever its limit: as many as all pages have. It
// replays none of them.
func (r *Awards) Count(ctx context.Context, q Query) (int, error) {
	return store.Count(ctx, r.db, q.stored())
}

// Due returns the awards of which an instalment is due before a day, the
// earliest first. It is one indexed scan.
func (r *Awards) Due(ctx context.Context, before sp.Date) iter.Seq2[*Award, error] {
	return r.by(ctx, "due", before)
}

// Ending returns the agreed awards whose period ends before a day or on it,
// which is the first without money, the earliest first. It is one indexed scan.
func (r *Awards) Ending(ctx context.Context, by sp.Date) iter.Seq2[*Award, error] {
	return r.by(ctx, "until", by.Add(1))
}

func (r *Awards) by(ctx context.Context, term string, before sp.Date) iter.Seq2[*Award, error] {
	return store.Select(ctx, r.db, store.Query{Kind: AwardKind, Range: store.Range{Term: term, Before: before.String()}}, r.read)
}

// Book returns the contracts of the awards that match q and that were agreed, as
// they stand. An award that was terminated without a payment is not in it.
func (r *Awards) Book(ctx context.Context, q Query) (*contract.Book, error) {
	var terms []contract.Terms
	for a, err := range r.All(ctx, q) {
		if err != nil {
			return nil, err
		}
		lived := a.state == StateAgreed || a.state == StateEnded || a.state == StateTerminated
		if t := a.Terms(); lived && t.Amount.Sign() > 0 {
			terms = append(terms, t)
		}
	}
	return contract.NewBook(terms)
}

func (r *Funds) read(rec store.Record) (*Fund, error) {
	f := NewFund(FundID(rec.ID), r.may)
	var fault error
	err := f.root.Restore(rec, fundEventTypes, func(e FundEvent) bool { _, ok := e.(FundOpened); return ok }, fundView{f: f, fault: &fault})
	if err == nil {
		err = fault
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (r *Awards) read(rec store.Record) (*Award, error) {
	a := NewAward(AwardID(rec.ID), r.may)
	err := a.root.Restore(rec, awardEventTypes, func(e AwardEvent) bool { _, ok := e.(AwardOffered); return ok }, awardView{a: a})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Pending implements [store.Change].
func (f *Fund) Pending() (store.Batch, error) {
	terms := store.Terms{"state": string(f.state), "funder": string(f.opened.Funder)}
	return f.root.Pending(store.Key{Kind: FundKind, ID: string(f.id)}, terms.Compact())
}

// Committed implements [store.Change].
func (f *Fund) Committed() { f.root.Committed() }

// Stale implements [store.Change].
func (f *Fund) Stale() { f.root.Stale() }

// Pending implements [store.Change].
func (a *Award) Pending() (store.Batch, error) {
	terms := store.Terms{
		"state": string(a.state), "fund": string(a.fund),
		"provider": string(a.terms.Provider), "service": string(a.terms.Service),
	}
	if _, instalment, ok := a.Next(); ok {
		terms["due"] = instalment.Due.String()
	}
	if a.state == StateAgreed {
		terms["until"] = a.terms.Period.End.String()
	}
	return a.root.Pending(store.Key{Kind: AwardKind, ID: string(a.id)}, terms.Compact())
}

// Committed implements [store.Change].
func (a *Award) Committed() { a.root.Committed() }

// Stale implements [store.Change].
func (a *Award) Stale() { a.root.Stale() }
