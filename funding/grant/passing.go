package grant

import (
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Passing is how much of a fund's money has been passed on: whether boards hold what is
// meant for providers, and how much of it reaches voluntary, community and social
// enterprise (VCSE) organisations.
type Passing struct {
	Fund     FundID
	In       sp.Money // what came in over all years: allocated and vired in, less vired out
	Reached  sp.Money // what was paid to the next tier and not paid back
	VCSE     sp.Money // the part of Reached that was paid to VCSE organisations
	Unknown  sp.Money // the part of Reached that was paid to providers of which it is not known whether they are VCSE
	Promised sp.Money // what is promised to providers and not yet paid
	Still    sp.Money // what is promised to nobody, in any year and in the reserve
	Gone     sp.Money // what has lapsed or was clawed back
	// Since is the time from which on, without a break, some money has been promised to nobody.
	// It is zero if all is promised now.
	Since time.Time
}

// Passing returns how much of a fund's money has been passed on. The function vcse says
// whether a provider is a VCSE organisation. In is Reached + Promised + Still + Gone, to
// the penny. It reads the fund with its pages, and its awards.
func (r *Funds) Passing(ctx context.Context, id FundID, vcse func(directory.ID) sp.Truth) (Passing, error) {
	f, err := r.Load(ctx, id)
	if err != nil {
		return Passing{}, err
	}
	p := Passing{Fund: id, Still: f.Reserve()}
	for _, b := range f.Balances() {
		p.In = sum(p.In, b.Allocated, b.ViredIn, negated(b.ViredOut))
		p.Reached, p.Promised = sum(p.Reached, b.Paid), sum(p.Promised, b.Committed)
		p.Still, p.Gone = sum(p.Still, b.Free), sum(p.Gone, b.Lapsed, b.ClawedBack)
	}
	if p.Since, err = r.since(ctx, id); err != nil {
		return Passing{}, err
	}
	for a, err := range NewAwards(r.db, r.may).All(ctx, Query{Fund: id}) {
		if err != nil {
			return Passing{}, err
		}
		switch vcse(a.terms.Provider) {
		case sp.Yes:
			p.VCSE = sum(p.VCSE, total(a.paid))
		case sp.Unknown:
			p.Unknown = sum(p.Unknown, total(a.paid))
		case sp.No: // is in what was reached, and in neither of the two
		}
	}
	return p, nil
}

// since returns when money that is promised to nobody began to lie in a fund.
func (r *Funds) since(ctx context.Context, id FundID) (since time.Time, err error) {
	var l ledger
	for e, err := range r.History(ctx, id) {
		if err != nil {
			return since, err
		}
		if l, err = l.after(e.Event); err != nil {
			return since, fmt.Errorf("grant: passing of fund %s: %w", id, err)
		}
		still := l.reserve
		for _, b := range l.balances {
			still = sum(still, b.Free)
		}
		switch {
		case still.IsZero():
			since = time.Time{}
		case since.IsZero():
			since = e.Stamp.At
		}
	}
	return since, nil
}
