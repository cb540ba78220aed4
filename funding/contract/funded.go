package contract

import (
	"fmt"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// FundedUntil returns the last day on which a service has a contract without a break, as
// of a day:
//
//   - Contracts that overlap or follow one another without a gap count as one.
//   - Beyond a gap nothing counts, even if a contract starts again later.
//   - Of a service whose contracts have all ended it is the last day of the last of them.
//   - Of a service whose first contract is still to come, or that no contract names, it is
//     unknown: zero. A contract for the core costs of its provider does not pay for it.
func (b *Book) FundedUntil(service directory.ID, at sp.Date) sp.Date {
	if service == "" {
		return 0
	}
	var until sp.Date
	for _, l := range b.lines {
		if l.service == service {
			until = max(until, fundedUntil(l.terms, at))
		}
	}
	return until
}

// fundedUntil returns the last day of the run of contracts that holds at, or of the last
// that ended before.
func fundedUntil(terms []Terms, at sp.Date) (until sp.Date) {
	for _, p := range covered(terms) {
		if p.Start <= at {
			until = p.End.Add(-1)
		}
	}
	return until
}

// Fund returns offers with the last day that is paid for ([directory.Facts].FundedUntil),
// as [Book.FundedUntil] has it. An offer of a service that no contract names keeps what
// the directory states. So does an offer of one of the services in open: these are known to
// have a contract whose end is not known, and which pays for longer than the book says. The
// offers that are passed in stay as they are.
func (b *Book) Fund(offers []directory.Offer, at sp.Date, open ...directory.ID) []directory.Offer {
	until := make(map[directory.ID]sp.Date, len(b.lines))
	for _, l := range b.lines {
		if l.service != "" && !slices.Contains(open, l.service) {
			until[l.service] = max(until[l.service], fundedUntil(l.terms, at))
		}
	}
	out := slices.Clone(offers)
	for i := range out {
		if day := until[out[i].Service]; !day.IsZero() {
			out[i].FundedUntil = day
		}
	}
	return out
}

// A Use is an accepted placement: one person with a place at a service, on the day on
// which it was accepted.
type Use struct {
	Provider directory.ID
	Service  directory.ID
	On       sp.Date
	Cost     sp.Money // what it costs the provider; nothing if that is not known
}

// A Demand is the placements of a provider in a month that no contract covers.
type Demand struct {
	Provider   directory.ID
	Month      sp.Date  // its first day
	Placements int      // on whose day no contract paid for the service
	Cost       sp.Money // of those of which it is known
	Uncosted   int      // of how many it is not
	Core       int      // how many of them came while the provider had its core costs paid
}

// Unfunded returns the accepted placements that no contract for their service covers, by
// provider and month: what people were given and nobody paid for. A contract for core
// costs covers no placement; [Demand].Core counts the placements that came while there was one.
// It fails if costs are in several currencies, a day is not known, or a provider has no ID.
func (b *Book) Unfunded(uses iter.Seq[Use]) ([]Demand, error) {
	periods := map[[2]directory.ID][]sp.Period{}
	for _, l := range b.lines {
		periods[[2]directory.ID{l.provider, l.service}] = covered(l.terms)
	}
	paid := func(u Use, service directory.ID) bool {
		return slices.ContainsFunc(periods[[2]directory.ID{u.Provider, service}], func(p sp.Period) bool { return p.Contains(u.On) })
	}
	type key struct {
		provider directory.ID
		month    sp.Date
	}
	demands := map[key]*Demand{}
	n := 0
	for u := range uses {
		if u.On.IsZero() || !sp.ValidID(u.Provider) {
			return nil, fmt.Errorf("contract: %w", sp.Invalid(fmt.Sprintf("use %d", n), "", sp.Missing, "must have a day and a provider"))
		}
		n++
		if u.Service != "" && paid(u, u.Service) {
			continue
		}
		y, m, _ := u.On.Civil()
		k := key{u.Provider, sp.NewDate(y, m, 1)}
		if demands[k] == nil {
			demands[k] = &Demand{Provider: k.provider, Month: k.month}
		}
		d := demands[k]
		d.Placements++
		if u.Cost.IsZero() {
			d.Uncosted++
		}
		if paid(u, "") {
			d.Core++
		}
		var err error
		if d.Cost, err = d.Cost.Add(u.Cost); err != nil {
			return nil, fmt.Errorf("contract: unfunded demand of %s: %w", u.Provider, err)
		}
	}
	out := make([]Demand, 0, len(demands))
	for _, d := range demands {
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b Demand) int { return compareDemands(a, b) })
	return out, nil
}
