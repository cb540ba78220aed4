package grant

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/aggregate"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A FundID names a fund.
type FundID string

// A Fund is one budget heading of a funder, with its money by financial year. Commands
// change it by recording events; [store.Save] saves them. It must not be used by
// several goroutines at once.
type Fund struct {
	id         FundID
	state      State
	opened     FundOpened
	ledger     ledger
	attributes []transition.Attribute // what an authorizer is told
	root       aggregate.Root[State, FundCommand, FundEvent, fundView]
}

// NewFund returns a fund that does not exist yet: [Fund.Open] opens it. The
// authorizer is asked before each command; nil denies them all.
func NewFund(id FundID, may transition.Authorizer) *Fund {
	f := &Fund{id: id, root: aggregate.New[State, FundCommand, FundEvent, fundView](func() *transition.Machine[State, FundCommand, fundView] { return fundMachine }, may)}
	f.root.Fold(pages)
	return f
}

// An Opening is what a fund starts from.
type Opening struct {
	Funder     directory.ID // who gives the money
	Currency   sp.Currency
	YearStarts time.Month // in which financial years start; 0 is April
	CarryOver  CarryOver
	RingFenced bool // no money may be vired to another fund

	MinimumMonths     int             // no award runs for less; 0 is no such rule
	ActivityPerSalary decimal.Decimal // no award has less for activities per unit of salary; zero is no such rule
}

// Open opens the fund, without money. The error for input that breaks a rule is an
// [*sp.InvalidError], here and in every command.
func (f *Fund) Open(o Opening, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(o.Funder), "funder")
	_, err := sp.NewMoney(1, o.Currency).MarshalText()
	e.Check(err == nil, "currency", sp.Malformed, "must be an ISO 4217 code, such as GBP")
	e.Check(o.YearStarts >= 0 && o.YearStarts <= time.December, "yearStarts", sp.NotListed, "must be a month, or 0 for April")
	o.CarryOver.check(&e, o.Currency)
	e.Check(o.MinimumMonths >= 0 && o.MinimumMonths <= 1200, "minimumMonths", sp.OutOfRange, "must be from 0 to 1200")
	e.Check(contract.ValidShare(o.ActivityPerSalary), "activityPerSalary", sp.OutOfRange, "must be from 0 to 1,000,000 with at most nine decimals")
	if o.YearStarts == 0 {
		o.YearStarts = time.April
	}
	return f.record(FundOpen, fundView{f: f, funder: o.Funder}, s, e.Fields, FundOpened(o))
}

// Allocate puts money into a financial year that is not closed. Figures for
// later years may be indicative; a negative amount cuts what is still free.
func (f *Fund) Allocate(y contract.Year, amount sp.Money, s sp.Stamp) error {
	var e sp.InvalidError
	f.checkYear(&e, y)
	f.checkAmount(&e, amount, amount.Sign() != 0, "must not be nothing")
	return f.record(FundAllocate, fundView{f: f}, s, e.Fields, FundAllocated{y, amount})
}

// Draw takes money out of the reserve, to be used in a year that is not closed.
func (f *Fund) Draw(y contract.Year, amount sp.Money, s sp.Stamp) error {
	var e sp.InvalidError
	f.checkYear(&e, y)
	f.checkAmount(&e, amount, amount.Sign() > 0, moreThanNothing)
	p, err := f.prepare(FundDraw, fundView{f: f}, s, e.Fields, FundDrawn{y, amount})
	if err != nil {
		return err
	}
	if p.Waits() && amount.Cmp(f.ledger.reserve) > 0 {
		return &OverspentError{Fund: f.id, Want: amount, Left: f.ledger.reserve}
	}
	p.Record()
	return nil
}

// CloseYear closes a financial year, once it is over in UTC and every year before it is
// closed, from the first in which there was money. What is still free is disposed of
// by the fund's rule. What is promised stays, and can be paid later; if it is released
// then, the rule applies to it.
func (f *Fund) CloseYear(y contract.Year, s sp.Stamp) error {
	var e sp.InvalidError
	f.checkYear(&e, y)
	if next, open := f.ledger.firstOpen(); open && len(e.Fields) == 0 {
		e.Check(y == next, "year", sp.WrongState, "must be the next to close, "+next.String())
	}
	if len(e.Fields) == 0 {
		end := y.Period(f.opened.YearStarts).End
		e.Check(sp.DateOf(s.At.UTC()) >= end, "year", sp.WrongState, "must be over, on "+end.String())
	}
	closed := FundYearClosed{Year: y}
	if len(e.Fields) == 0 {
		var err error
		if closed.Disposals, err = f.ledger.close(y).dispose(f.opened.CarryOver); err != nil {
			return fmt.Errorf("grant: close year of fund %s: %w", f.id, err)
		}
	}
	return f.record(FundClose, fundView{f: f}, s, e.Fields, closed)
}

// WindUp ends a fund of which no promise is open. What is free, and the reserve,
// goes back to whoever gave it.
func (f *Fund) WindUp(s sp.Stamp) error {
	var wound FundWoundUp
	for i, b := range f.ledger.balances {
		back := b.Free
		if i == len(f.ledger.balances)-1 && !f.ledger.reserve.IsZero() {
			wound.Drawn = []contract.Part{{Year: b.Year, Amount: f.ledger.reserve}}
			back = sum(back, f.ledger.reserve)
		}
		if !back.IsZero() {
			wound.ClawedBack = append(wound.ClawedBack, contract.Part{Year: b.Year, Amount: back})
		}
	}
	return f.record(FundWindUp, fundView{f: f}, s, nil, wound)
}

const moreThanNothing = "must be more than nothing"

func (f *Fund) checkYear(e *sp.InvalidError, y contract.Year) {
	e.Check(y >= 1 && y <= 9998, "year", sp.OutOfRange, "must be the calendar year in which it starts, such as 2025")
	e.Check(!f.ledger.closed(y), "year", sp.WrongState, "is closed")
}

func (f *Fund) checkAmount(e *sp.InvalidError, amount sp.Money, ok bool, rule string) {
	e.Check(ok, "amount", sp.OutOfRange, rule)
	e.Check(amount.IsZero() || amount.Currency() == f.opened.Currency, "amount", sp.Inconsistent, "must be in the currency of the fund")
	e.Check(!outside(amount), "amount", sp.OutOfRange, beyondLedger)
}

type preparedFund = aggregate.Prepared[State, FundCommand, FundEvent, fundView]

// prepare decides a command, and works out the ledger as it would be after its event,
// or why it must not happen.
func (f *Fund) prepare(c FundCommand, v fundView, s sp.Stamp, fields []sp.Field, event FundEvent) (preparedFund, error) {
	v.next = new(ledger)
	p, err := f.root.Prepare(v, c, string(v.provider), s, fields, event)
	if err != nil || !p.Waits() {
		return p, err
	}
	if *v.next, err = f.ledger.after(event); err != nil {
		return preparedFund{}, fmt.Errorf("grant: %s: fund %s: %w", c, f.id, err)
	}
	for _, b := range v.next.balances {
		if b.Free.Sign() < 0 {
			left := f.ledger.at(b.Year).Free
			short := &OverspentError{Fund: f.id, Year: b.Year, Want: sum(left, negated(b.Free)), Left: left}
			if first := f.opened.YearStarts; first == time.January {
				short.First = first
			}
			if c, ok := event.(FundCommitted); ok {
				short.Award = c.Award
			}
			return preparedFund{}, short
		}
	}
	return p, nil
}

// record makes an event happen, if the rules allow it.
func (f *Fund) record(c FundCommand, v fundView, s sp.Stamp, fields []sp.Field, event FundEvent) error {
	p, err := f.prepare(c, v, s, fields, event)
	if err == nil {
		p.Record()
	}
	return err
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
	return Opening(f.opened)
}

// May returns nil if a command may be given now, with some input, and otherwise the
// [*transition.Refusal] that the command would return.
func (f *Fund) May(c FundCommand, s sp.Stamp) error { return f.root.May(fundView{f: f}, c, s) }

// Legal yields the commands that may be given now, in the order of the table.
func (f *Fund) Legal(s sp.Stamp) iter.Seq[FundCommand] { return f.root.Legal(fundView{f: f}, s) }

// Balance returns one financial year, all zero if nothing happened in it.
func (f *Fund) Balance(y contract.Year) Balance { return f.ledger.at(y) }

// Balances returns every financial year in which something happened, in order.
func (f *Fund) Balances() []Balance { return slices.Clone(f.ledger.balances) }

// Reserve returns what stands in the reserve: all that was put there by closing
// years, less what was drawn.
func (f *Fund) Reserve() sp.Money { return f.ledger.reserve }

// History returns what stands in the record of the fund, in the order in which it was
// recorded: everything that happened to the fund itself, and the last of what happened
// to its awards. What came before is brought forward as sums; [Funds.History] has it.
func (f *Fund) History() iter.Seq[store.Entry[FundEvent]] { return f.root.History() }

// Ledger returns the movements of money of [Fund.History] with who moved it and when,
// those that are brought forward as sums. Adding them up gives [Fund.Balances].
func (f *Fund) Ledger() iter.Seq2[sp.Stamp, Move] {
	return func(yield func(sp.Stamp, Move) bool) {
		for entry := range f.root.History() {
			for _, m := range entry.Event.moves() {
				if !yield(entry.Stamp, m) {
					return
				}
			}
		}
	}
}
