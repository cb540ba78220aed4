package grant

import (
	"context"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/store"
)

// Under which kinds records are stored.
const (
	FundKind  = "fund"
	AwardKind = "award"
)

// Funds loads funds from a store. To save them, see [store.Save].
type Funds struct{ db store.Driver }

// NewFunds returns the funds in db.
func NewFunds(db store.Driver) *Funds { return &Funds{db} }

// Load returns a fund, or an error that is [sp.ErrNotFound].
func (r *Funds) Load(ctx context.Context, id FundID) (*Fund, error) {
	return store.Load(ctx, r.db, FundKind, string(id), readFund)
}

// All returns every fund, in order of their IDs.
func (r *Funds) All(ctx context.Context) iter.Seq2[*Fund, error] {
	return store.Select(ctx, r.db, store.Query{Kind: FundKind}, readFund)
}

// Awards loads awards from a store. To save them, see [store.Save].
type Awards struct{ db store.Driver }

// NewAwards returns the awards in db.
func NewAwards(db store.Driver) *Awards { return &Awards{db} }

// Load returns an award, or an error that is [sp.ErrNotFound].
func (r *Awards) Load(ctx context.Context, id AwardID) (*Award, error) {
	return store.Load(ctx, r.db, AwardKind, string(id), readAward)
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
	where := store.Where{}.Is("fund", string(q.Fund)).Is("provider", string(q.Provider)).Is("service", string(q.Service))
	return store.Select(ctx, r.db, store.Query{Kind: AwardKind, Where: store.In(where, "state", q.States), Limit: q.Limit}, readAward)
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
	return store.Select(ctx, r.db, store.Query{Kind: AwardKind, Range: store.Range{Term: term, Before: before.String()}}, readAward)
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

func readFund(rec store.Record) (*Fund, error) {
	h, err := store.LoadHistory(rec, fundFacts.Decode, func(e FundEvent) bool { _, ok := e.(FundOpened); return ok })
	if err != nil {
		return nil, err
	}
	f := &Fund{id: FundID(rec.ID), history: h}
	for e := range h.All() {
		next, err := f.ledger.after(e.Fact)
		if err != nil {
			return nil, fmt.Errorf("grant: fund %s: %s: %w", rec.ID, e.Fact.EventType(), err)
		}
		f.apply(next, e.Fact)
	}
	return f, nil
}

func readAward(rec store.Record) (*Award, error) {
	h, err := store.LoadHistory(rec, awardFacts.Decode, func(e AwardEvent) bool { _, ok := e.(AwardOffered); return ok })
	if err != nil {
		return nil, err
	}
	a := &Award{id: AwardID(rec.ID), history: h}
	for e := range h.All() {
		e.Fact.apply(a)
	}
	return a, nil
}

// Pending implements [store.Change].
func (f *Fund) Pending() (store.Batch, error) {
	terms := store.Terms{"state": string(f.state), "funder": string(f.opened.Funder)}
	return f.history.Pending(store.Key{Kind: FundKind, ID: string(f.id)}, terms.Compact())
}

// Committed implements [store.Change].
func (f *Fund) Committed() { f.history.Committed() }

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
	return a.history.Pending(store.Key{Kind: AwardKind, ID: string(a.id)}, terms.Compact())
}

// Committed implements [store.Change].
func (a *Award) Committed() { a.history.Committed() }
