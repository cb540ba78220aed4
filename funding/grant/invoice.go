package grant

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// An InvoiceID names an invoice among those of one award.
type InvoiceID string

type (
	// InvoiceReceived says that the funder has a provider's invoice. The days until it is
	// paid count from here.
	InvoiceReceived struct {
		Invoice InvoiceID `json:"invoice"`
		Amount  sp.Money  `json:"amount"`
	}
	// InvoicePaid says that an invoice is settled. It moves no money by itself: the
	// instalments do ([AwardPaid]).
	InvoicePaid struct {
		Invoice InvoiceID `json:"invoice"`
	}
)

// EventType returns the stored name.
func (InvoiceReceived) EventType() store.EventType { return EventInvoiceReceived }

// EventType returns the stored name.
func (InvoicePaid) EventType() store.EventType { return EventInvoicePaid }

func (e InvoiceReceived) apply(a *Award) { a.invoices = append(a.invoices, e) }

func (e InvoicePaid) apply(a *Award) {
	a.invoices = slices.DeleteFunc(a.invoices, func(i InvoiceReceived) bool { return i.Invoice == e.Invoice })
	a.settled = append(a.settled, e.Invoice)
}

// ReceiveInvoice records that the funder has received an invoice of the provider. Its ID must be
// new in this award, and its amount more than nothing, in the currency of the award.
func (a *Award) ReceiveInvoice(i InvoiceReceived, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(i.Invoice), "invoice")
	e.Check(!a.waits(i.Invoice) && !slices.Contains(a.settled, i.Invoice), "invoice", sp.Duplicate, "must be new in this award")
	e.Check(i.Amount.Sign() > 0, "amount", sp.OutOfRange, "must be more than nothing")
	e.Check(i.Amount.Currency() == a.terms.Amount.Currency(), "amount", sp.Inconsistent, "must be in the currency of the award")
	e.Check(!outside(i.Amount), "amount", sp.OutOfRange, beyondLedger)
	return a.root.Do(awardView{a: a}, AwardReceiveInvoice, "", s, e.Fields, i)
}

// SettleInvoice records that an invoice is paid in full, by an instalment ([Fund.Pay]) that may
// have been paid before the invoice came. The invoice must be one that waits to be paid.
func (a *Award) SettleInvoice(invoice InvoiceID, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(invoice), "invoice")
	e.Check(len(a.invoices) == 0 || a.waits(invoice), "invoice", sp.NotListed, "must be one that waits to be paid")
	return a.root.Do(awardView{a: a}, AwardSettleInvoice, "", s, e.Fields, InvoicePaid{invoice})
}

func (a *Award) waits(invoice InvoiceID) bool {
	return slices.ContainsFunc(a.invoices, func(i InvoiceReceived) bool { return i.Invoice == invoice })
}

// Invoices returns the invoices that wait to be paid, in the order in which they came.
func (a *Award) Invoices() []InvoiceReceived { return slices.Clone(a.invoices) }
