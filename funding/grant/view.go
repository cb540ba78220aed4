package grant

import (
	"encoding/json"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
)

// A fundForm is the JSON form of a fund. Members are added and never change.
type fundForm struct {
	ID       FundID       `json:"id"`
	Version  int64        `json:"version"` // of the record; 0 before it is saved
	State    State        `json:"state"`
	Funder   directory.ID `json:"funder"`
	Currency sp.Currency  `json:"currency"`
	Balances []Balance    `json:"balances"` // by financial year
	Reserve  sp.Money     `json:"reserve,omitzero"`
}

// An awardForm is the JSON form of an award. Members are added and never change.
type awardForm struct {
	ID       AwardID           `json:"id"`
	Version  int64             `json:"version"` // of the record; 0 before it is saved
	State    State             `json:"state"`
	Fund     FundID            `json:"fund"`
	Funder   directory.ID      `json:"funder"`
	Terms    contract.Terms    `json:"terms"` // as they stand: see [Award.Terms]
	Promised []contract.Part   `json:"promised"`
	Paid     []contract.Part   `json:"paid"`
	Spent    contract.Costs    `json:"spent"`
	Unspent  sp.Money          `json:"unspent,omitzero"`   // negative while the provider waits for money
	Next     *nextPayment      `json:"next,omitempty"`     // that is to be paid
	Invoices []InvoiceReceived `json:"invoices,omitempty"` // that wait to be paid
	Renewal  *RenewalDecided   `json:"renewal,omitempty"`  // the decision that stands
	Reason   Reason            `json:"reason,omitempty"`   // why it came to an end other than the planned one
}

// A nextPayment is the instalment that is to be paid next, and its number from 1.
type nextPayment struct {
	Number int `json:"number"`
	contract.Instalment
}

// Version returns the version of the record as it was loaded or last saved, 0 if it
// never was: what a web service gives out as an ETag and compares with If-Match.
func (f *Fund) Version() int64 { return f.root.Version() }

// MarshalJSON writes where the fund stands, never its stored form: the members id,
// version, state, funder, currency, balances by financial year, and reserve.
func (f *Fund) MarshalJSON() ([]byte, error) {
	return json.Marshal(fundForm{f.id, f.Version(), f.state, f.opened.Funder, f.opened.Currency, some(f.Balances()), f.Reserve()})
}

// Version returns the version of the record as it was loaded or last saved, 0 if it
// never was.
func (a *Award) Version() int64 { return a.root.Version() }

// MarshalJSON writes where the award stands, never its stored form: the members id,
// version, state, fund, funder, terms ([Award.Terms]), promised and paid by financial
// year, spent, unspent, next, which is the instalment to be paid and its number from 1,
// invoices that wait to be paid, renewal, which is the decision that stands, and reason.
func (a *Award) MarshalJSON() ([]byte, error) {
	v := awardForm{
		ID: a.id, Version: a.Version(), State: a.state, Fund: a.fund, Funder: a.funder, Terms: a.Terms(),
		Promised: some(a.Promised()), Paid: some(a.Paid()), Spent: a.spent, Unspent: a.Unspent(), Invoices: a.Invoices(), Reason: a.reason,
	}
	if number, due, ok := a.Next(); ok {
		v.Next = &nextPayment{number, due}
	}
	if decision, ok := a.Renewal(); ok {
		v.Renewal = &decision
	}
	return json.Marshal(v)
}

// some returns a list that JSON writes as one where it is empty.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
