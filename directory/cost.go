package directory

import "github.com/socialprescribing/sp"

// A Charge says whether a service costs its users anything. A feed that gives no
// cost has not said that the service is free. The list is open.
type Charge string

// The charges. The zero Charge is unknown.
const (
	Free     Charge = "free"
	Paid     Charge = "paid"
	Donation Charge = "donation" // nobody is turned away for want of money
)

// Cost is what a person pays for a service.
type Cost struct {
	Charge Charge  `json:"charge,omitempty"`
	Prices []Price `json:"prices,omitempty"`
	Text   string  `json:"text,omitempty"` // what the feed says in words
}

// A Price is one way to pay, such as "under 18s, 35 pounds for an hour".
type Price struct {
	ID     string             `json:"id,omitempty"`   // the feed's own, if it has one
	Name   string             `json:"name,omitempty"` // for whom or for what
	Amount sp.Known[sp.Money] `json:"amount,omitzero"`
	Per    string             `json:"per,omitempty"`  // what it buys, in words
	Valid  sp.Period          `json:"valid,omitzero"` // when it applies

	Unclear bool `json:"unclear,omitempty"` // an amount or a period is stated that could not be read
}

// Within reports whether the service costs a person at most limit on a day. A
// donation costs nothing that has to be paid. Where only some of the prices are
// within the limit the answer is Unknown, since it depends on which applies; so
// is a price that is not stated, or stated in another currency. On an unknown
// day, prices apply whatever their validity.
func (c Cost) Within(limit sp.Money, on sp.Date) sp.Truth {
	if c.Charge == Free || c.Charge == Donation {
		return sp.Yes
	}
	all, some := sp.Yes, sp.No
	priced := false
	for _, p := range c.Prices {
		if !p.applies(on) {
			continue
		}
		t := p.within(limit)
		all, some, priced = all.And(t), some.Or(t), true
	}
	switch {
	case priced && all == sp.Yes:
		return sp.Yes
	case priced && some == sp.No:
		return sp.No
	case !priced && c.Charge == Paid && limit.Sign() <= 0:
		return sp.No
	}
	return sp.Unknown
}

// Least returns the lowest price that applies on a day, and false if none is
// known or if they are in several currencies, of which nobody can say which is
// the lowest. A free service, and one that asks for a donation, costs nothing.
func (c Cost) Least(on sp.Date) (sp.Money, bool) {
	if c.Charge == Free || c.Charge == Donation {
		return sp.Money{}, true
	}
	var least sp.Money
	found, mixed := false, false
	for _, p := range c.Prices {
		amount, ok := p.Amount.Lookup()
		if !ok || !p.applies(on) {
			continue
		}
		mixed = mixed || found && !amount.IsZero() && !least.IsZero() && amount.Currency() != least.Currency()
		if !found || amount.Cmp(least) < 0 {
			least, found = amount, true
		}
	}
	if mixed && !least.IsZero() {
		return sp.Money{}, false
	}
	return least, found
}

func (p Price) applies(on sp.Date) bool {
	return on.IsZero() || p.Valid.Contains(on)
}

func (p Price) within(limit sp.Money) sp.Truth {
	amount, ok := p.Amount.Lookup()
	if !ok || !amount.IsZero() && !limit.IsZero() && amount.Currency() != limit.Currency() {
		return sp.Unknown
	}
	return sp.TruthOf(amount.Cmp(limit) <= 0)
}
