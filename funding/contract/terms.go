package contract

import (
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/apportion"
)

// An ID names a contract, and the award that pays it if there is one.
type ID string

// Terms are what a contract says. One contract pays one provider for one
// service; support of several services is written as several contracts, so that
// nobody has to guess which part of the money is whose.
type Terms struct {
	ID          ID           `json:"id"`
	Provider    directory.ID `json:"provider"`
	Service     directory.ID `json:"service,omitempty"` // empty for the provider's core costs
	Period      sp.Period    `json:"period"`
	Amount      sp.Money     `json:"amount"`
	Instalments []Instalment `json:"instalments,omitempty"` // none is one, on the first day
	Basis       Basis        `json:"basis,omitempty"`       // how the amount is divided over financial years
	Costs       Costs        `json:"costs,omitzero"`        // zero is not stated
	// RenewalDecided is the day on which the provider was told whether the contract is
	// renewed; zero if it has not been told, or nobody knows.
	RenewalDecided sp.Date `json:"renewalDecided,omitzero"`
}

// Notice returns how many days before the end the provider was told whether the contract
// is renewed, and false if that is not known. It is below 0 if the money had ended.
func (t Terms) Notice() (days int, known bool) {
	if t.RenewalDecided.IsZero() || t.Period.End.IsZero() {
		return 0, false
	}
	return t.Period.End.Sub(t.RenewalDecided), true
}

// An Instalment is one payment under a contract.
type Instalment struct {
	Due    sp.Date  `json:"due"`
	Amount sp.Money `json:"amount"`
}

// Instalments divides amount into equal payments on the given days, to the penny; odd
// pennies go to the first. There must be a day, every day must be known, and the amount
// must be enough for at least a penny on each of them; otherwise the error is an
// [*sp.InvalidError].
func Instalments(amount sp.Money, due ...sp.Date) ([]Instalment, error) {
	e := sp.InvalidError{Subject: "contract: instalments"}
	e.Check(len(due) > 0, "due", sp.Missing, "must have a day")
	e.Check(amount.Sign() > 0, "amount", sp.OutOfRange, "must be more than nothing")
	e.Check(amount.Sign() <= 0 || amount.Minor() >= int64(len(due)), "amount", sp.OutOfRange, fmt.Sprintf("must have a minor unit, such as a penny, for each of the %d days", len(due)))
	for i, d := range due {
		if d.IsZero() {
			e.Check(false, fmt.Sprintf("due[%d]", i), sp.Missing, "must be known")
		}
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	ids, weights := make([]string, len(due)), make([]int64, len(due))
	for i := range due {
		ids[i], weights[i] = fmt.Sprintf("%09d", i), 1
	}
	shares, err := apportion.Divide(amount.Minor(), ids, weights, apportion.Hamilton)
	if err != nil {
		return nil, fmt.Errorf("contract: instalments: %w", err)
	}
	payments := make([]Instalment, len(due))
	for i, share := range shares {
		payments[i] = Instalment{Due: due[i], Amount: sp.NewMoney(share, amount.Currency())}
	}
	return payments, nil
}

// Clone returns a copy that shares no memory with t.
func (t Terms) Clone() Terms {
	t.Instalments = slices.Clone(t.Instalments)
	return t
}

// Payments returns the instalments in the order in which they are due: where
// none are stated, the whole amount on the first day.
func (t Terms) Payments() []Instalment {
	if len(t.Instalments) == 0 {
		return []Instalment{{Due: t.Period.Start, Amount: t.Amount}}
	}
	payments := slices.Clone(t.Instalments)
	slices.SortStableFunc(payments, func(a, b Instalment) int { return a.Due.Sub(b.Due) })
	return payments
}

// Check reports whether t can be relied on: it names its parties, its period is
// closed on both sides, its amount is more than nothing and in one currency, and
// instalments and costs, if stated, add up to it. The error is an [*sp.InvalidError].
func (t Terms) Check() error {
	var e sp.InvalidError
	if t.check(&e); len(e.Fields) == 0 {
		return nil
	}
	e.Subject = "contract: terms"
	if sp.ValidID(t.ID) {
		e.Subject += " " + string(t.ID)
	}
	return &e
}

func (t Terms) check(e *sp.InvalidError) {
	e.CheckID(string(t.ID), "id")
	e.CheckID(string(t.Provider), "provider")
	e.CheckOptionalID(string(t.Service), "service")
	checkPeriod(e, t.Period, t.Basis)
	e.Check(t.Amount.Sign() > 0, "amount", sp.OutOfRange, "must be more than nothing")
	e.Check(t.Basis == "" || t.Basis == ByDays || t.Basis == ByMonths || t.Basis == ByPayments, "basis", sp.NotListed, "must be days, months or payments")
	e.Check(t.RenewalDecided.IsZero() || t.RenewalDecided >= t.Period.Start, "renewalDecided", sp.Untimely, "must not be before the contract begins")
	paid, err := sp.Money{}, error(nil)
	for i, p := range t.Instalments {
		if p.Due.IsZero() {
			e.Check(false, fmt.Sprintf("instalments[%d].due", i), sp.Missing, "must be known")
		}
		if p.Amount.Sign() <= 0 {
			e.Check(false, fmt.Sprintf("instalments[%d].amount", i), sp.OutOfRange, "must be more than nothing")
		}
		if err == nil {
			paid, err = paid.Add(p.Amount)
		}
	}
	e.Check(len(t.Instalments) == 0 || err == nil && paid == t.Amount, "instalments", sp.OutOfRange, "must add up to the amount")
	if t.Costs != (Costs{}) {
		t.Costs.check(e, t.Amount)
	}
}

// Years returns what t costs in each financial year, on its basis, where years
// start with first (0 is April). The parts add up to the amount.
func (t Terms) Years(first time.Month) ([]Part, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	if t.Basis != ByPayments {
		return Spread(t.Amount, t.Period, first, t.Basis)
	}
	e := sp.InvalidError{Subject: "contract: years"}
	checkFirst(&e, first)
	if err := e.Err(); err != nil {
		return nil, err
	}
	var parts []Part
	for _, p := range t.Payments() {
		y := YearOf(p.Due, first)
		if len(parts) == 0 || parts[len(parts)-1].Year != y {
			parts = append(parts, Part{Year: y, First: ifCalendar(first)})
		}
		sum, err := parts[len(parts)-1].Amount.Add(p.Amount)
		if err != nil {
			return nil, fmt.Errorf("contract: years of %s: %w", t.ID, err)
		}
		parts[len(parts)-1].Amount = sum
	}
	return parts, nil
}

// Months returns how long t runs: whole months of the calendar, and days
// beyond them as a part of the month that they lie in. It is 0 for a period that
// is open on a side or empty.
func (t Terms) Months() float64 {
	if !closed(t.Period) {
		return 0
	}
	whole, days, length := months(t.Period)
	return float64(whole) + float64(days)/float64(length)
}
