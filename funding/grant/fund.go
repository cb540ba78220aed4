package grant

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/store"
)

// A FundID names a fund.
type FundID string

// A Fund is one budget heading over financial years. Commands change it by
// recording events; [store.Save] saves them. It must not be used by several
// goroutines at once.
type Fund struct {
	id      FundID
	state   State
	opened  FundOpened
	ledger  ledger
	history store.History[FundEvent]
}

// An Opening is what a fund starts from.
type Opening struct {
	ID         FundID
	Funder     directory.ID // who gives the money
	Currency   sp.Currency
	YearStarts time.Month // in which financial years start; 0 is April
	CarryOver  CarryOver
	RingFenced bool // no money may be vired to another fund

	MinimumMonths     int             // no award runs for less; 0 is no such rule
	ActivityPerSalary decimal.Decimal // no award has less for activities per unit of salary; zero is no such rule
}

// Open opens a fund, without money. The error for input that breaks a rule is an
// [*sp.InvalidError], here and in every command.
func Open(o Opening, s sp.Stamp) (*Fund, error) {
	f := &Fund{id: o.ID}
	e := f.invalid("open")
	e.Check(sp.ValidID(o.ID), "id", sp.IDRule)
	e.Check(sp.ValidID(o.Funder), "funder", sp.IDRule)
	_, err := sp.NewMoney(1, o.Currency).MarshalText()
	e.Check(err == nil, "currency", "must be an ISO 4217 code, such as GBP")
	e.Check(o.YearStarts >= 0 && o.YearStarts <= time.December, "yearStarts", "must be a month, or 0 for April")
	o.CarryOver.check(e, o.Currency)
	e.Check(o.MinimumMonths >= 0 && o.MinimumMonths <= 1200, "minimumMonths", "must be from 0 to 1200")
	e.Check(contract.ValidShare(o.ActivityPerSalary), "activityPerSalary", "must be from 0 to 1,000,000 with at most nine decimals")
	if o.YearStarts == 0 {
		o.YearStarts = time.April
	}
	if err := f.record("open", FundOpened{
		Funder: o.Funder, Currency: o.Currency, YearStarts: o.YearStarts, CarryOver: o.CarryOver,
		RingFenced: o.RingFenced, MinimumMonths: o.MinimumMonths, ActivityPerSalary: o.ActivityPerSalary,
	}, s, e); err != nil {
		return nil, err
	}
	return f, nil
}

// Allocate puts money into a financial year that is not closed. Figures for
// later years may be indicative; a negative amount cuts what is still free.
func (f *Fund) Allocate(y contract.Year, amount sp.Money, s sp.Stamp) error {
	e := f.invalid("allocate to")
	f.checkYear(e, y)
	f.checkAmount(e, amount, amount.Sign() != 0, "must not be nothing")
	return f.record("allocate", FundAllocated{y, amount}, s, e)
}

// Draw takes money out of the reserve, to be used in a year that is not closed.
func (f *Fund) Draw(y contract.Year, amount sp.Money, s sp.Stamp) error {
	e := f.invalid("draw from")
	f.checkYear(e, y)
	f.checkAmount(e, amount, amount.Sign() > 0, moreThanNothing)
	if len(e.Fields) == 0 && amount.Cmp(f.ledger.reserve) > 0 {
		if err := f.permit("draw", s); err != nil {
			return err
		}
		return &OverspentError{Fund: f.id, Want: amount, Left: f.ledger.reserve}
	}
	return f.record("draw", FundDrawn{y, amount}, s, e)
}

// CloseYear closes a financial year, once it is over in UTC and every year before it is
// closed, from the first in which there was money. What is still free is disposed of
// by the fund's rule. What is promised stays, and can be paid later; if it is released
// then, the rule applies to it.
func (f *Fund) CloseYear(y contract.Year, s sp.Stamp) error {
	e := f.invalid("close a year of")
	f.checkYear(e, y)
	var missing []string
	if end := y.Period(f.opened.YearStarts).End; len(e.Fields) == 0 && sp.DateOf(s.At.UTC()) < end {
		missing = append(missing, "the year is over, on "+end.String())
	}
	if before, open := f.ledger.firstOpen(); open && before < y {
		missing = append(missing, before.String()+" is closed")
	}
	if len(e.Fields) > 0 || len(missing) > 0 {
		return f.record("close year", FundYearClosed{Year: y}, s, e, missing...)
	}
	disposals, err := f.ledger.close(y).dispose(f.opened.CarryOver)
	if err != nil {
		return fmt.Errorf("grant: close year of fund %s: %w", f.id, err)
	}
	return f.record("close year", FundYearClosed{y, disposals}, s, e)
}

// WindUp ends a fund of which no promise is open. What is free, and the reserve,
// goes back to whoever gave it.
func (f *Fund) WindUp(s sp.Stamp) error {
	var missing []string
	var wound FundWoundUp
	for i, b := range f.ledger.balances {
		if !b.Committed.IsZero() {
			missing = append(missing, fmt.Sprintf("%v of %v are paid or released", b.Committed, b.Year))
		}
		back := b.Free
		if i == len(f.ledger.balances)-1 && !f.ledger.reserve.IsZero() {
			wound.Drawn = []contract.Part{{Year: b.Year, Amount: f.ledger.reserve}}
			back = sum(back, f.ledger.reserve)
		}
		if !back.IsZero() {
			wound.ClawedBack = append(wound.ClawedBack, contract.Part{Year: b.Year, Amount: back})
		}
	}
	return f.record("wind up", wound, s, f.invalid("wind up"), missing...)
}

const moreThanNothing = "must be more than nothing"

// invalid starts the list of what is wrong with the input of a command.
func (f *Fund) invalid(command string) *sp.InvalidError {
	e := &sp.InvalidError{Subject: "grant: " + command + " fund"}
	if sp.ValidID(f.id) {
		e.Subject += " " + string(f.id)
	}
	return e
}

func (f *Fund) checkYear(e *sp.InvalidError, y contract.Year) {
	e.Check(y >= 1 && y <= 9998, "year", "must be the calendar year in which it starts, such as 2025")
	e.Check(!f.ledger.closed(y), "year", "is closed")
}

func (f *Fund) checkAmount(e *sp.InvalidError, amount sp.Money, ok bool, rule string) {
	e.Check(ok, "amount", rule)
	e.Check(amount.IsZero() || amount.Currency() == f.opened.Currency, "amount", "must be in the currency of the fund")
	e.Check(!outside(amount), "amount", beyondLedger)
}

// permit asks the rules whether a command is legal now.
func (f *Fund) permit(command string, s sp.Stamp, missing ...string) error {
	if err := fundMachine.Allow(string(f.id), command, f.state, s.By.Role, missing...); err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	return nil
}

// prepare returns the ledger as it would be after an event, or why it must not
// happen.
func (f *Fund) prepare(command string, event FundEvent, s sp.Stamp, e *sp.InvalidError, missing ...string) (ledger, error) {
	if err := f.permit(command, s, missing...); err != nil {
		return ledger{}, err
	}
	s.Check(e)
	if err := e.Err(); err != nil {
		return ledger{}, err
	}
	next, err := f.ledger.after(event)
	if err != nil {
		return ledger{}, fmt.Errorf("grant: %s: fund %s: %w", command, f.id, err)
	}
	for _, b := range next.balances {
		if b.Free.Sign() < 0 {
			left := f.ledger.at(b.Year).Free
			short := &OverspentError{Fund: f.id, Year: b.Year, Want: sum(left, negated(b.Free)), Left: left}
			if c, ok := event.(FundCommitted); ok {
				short.Award = c.Award
			}
			return ledger{}, short
		}
	}
	return next, nil
}

// record makes an event happen, if the rules allow it.
func (f *Fund) record(command string, event FundEvent, s sp.Stamp, e *sp.InvalidError, missing ...string) error {
	next, err := f.prepare(command, event, s, e, missing...)
	if err != nil {
		return err
	}
	f.happen(next, event, s)
	return nil
}

func (f *Fund) happen(next ledger, event FundEvent, s sp.Stamp) {
	f.apply(next, event)
	f.history.Append(event, s)
}

// apply is the only way in which a fund changes.
func (f *Fund) apply(next ledger, event FundEvent) {
	f.ledger = next
	switch event := event.(type) {
	case FundOpened:
		f.opened, f.state = event, StateOpen
	case FundWoundUp:
		f.state = StateWoundUp
	}
}

// after returns the ledger after an event.
func (l ledger) after(event FundEvent) (ledger, error) {
	switch event := event.(type) {
	case FundYearClosed:
		l = l.close(event.Year)
	case FundWoundUp:
		l = ledger{slices.Clone(l.balances), l.reserve}
		for i := range l.balances {
			l.balances[i].Closed = true
		}
	}
	return l.post(event.moves())
}

// close returns the ledger with a year closed; what is free in it stands there still.
func (l ledger) close(y contract.Year) ledger {
	next := ledger{slices.Clone(l.balances), l.reserve}
	balance(&next, y).Closed = true
	return next
}

// ID returns the fund's identifier.
func (f *Fund) ID() FundID { return f.id }

// State returns where the fund stands.
func (f *Fund) State() State { return f.state }

// Opening returns what the fund started from, and so its rules.
func (f *Fund) Opening() Opening {
	o := f.opened
	return Opening{
		ID: f.id, Funder: o.Funder, Currency: o.Currency, YearStarts: o.YearStarts, CarryOver: o.CarryOver,
		RingFenced: o.RingFenced, MinimumMonths: o.MinimumMonths, ActivityPerSalary: o.ActivityPerSalary,
	}
}

// Balance returns one financial year, all zero if nothing happened in it.
func (f *Fund) Balance(y contract.Year) Balance { return f.ledger.at(y) }

// Balances returns every financial year in which something happened, in order.
func (f *Fund) Balances() []Balance { return slices.Clone(f.ledger.balances) }

// Reserve returns what stands in the reserve: all that was put there by closing
// years, less what was drawn.
func (f *Fund) Reserve() sp.Money { return f.ledger.reserve }

// History returns everything that happened, in the order in which it was recorded.
func (f *Fund) History() iter.Seq[store.Entry[FundEvent]] { return f.history.All() }

// Ledger returns every movement of money with who moved it and when, in the
// order in which it was recorded. Adding them up gives [Fund.Balances].
func (f *Fund) Ledger() iter.Seq2[sp.Stamp, Move] {
	return func(yield func(sp.Stamp, Move) bool) {
		for entry := range f.history.All() {
			for _, m := range entry.Fact.moves() {
				if !yield(entry.Stamp, m) {
					return
				}
			}
		}
	}
}
