package grant

import (
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

// An AwardID names an award. It is the ID of its contract too.
type AwardID string

// A Reason is a code that says why an award came to its end, such as
// "provider-closed"; schemes bring their own list.
type Reason string

// An Award is money promised to one provider on terms. Commands that move money
// are given to its [Fund]; the others are here. [store.Save] saves it. It must
// not be used by several goroutines at once.
type Award struct {
	id         AwardID
	fund       FundID
	funder     directory.ID
	state      State
	terms      contract.Terms // as they stand; the costs are the budget, zero if not stated
	due        []contract.Instalment
	next       int               // place in due of the next instalment
	promised   []contract.Part   // set aside and not paid, by year
	paid       []contract.Part   // paid and not recovered, by year
	paidAt     time.Time         // when the last payment was made
	invoices   []InvoiceReceived // that wait to be paid
	settled    []InvoiceID
	renewal    RenewalDecided // the last; of another end if the award got one since
	spent      contract.Costs
	activity   decimal.Decimal // least for activities per unit of salary, by the fund's rule
	changed    bool            // extended or cut short, so that terms.Basis no longer says which year is whose
	reason     Reason
	attributes []transition.Attribute // what an authorizer is told
	root       aggregate.Root[State, AwardCommand, AwardEvent, awardView]
}

// NewAward returns an award that does not exist yet: [Fund.Offer] offers it. The
// authorizer is asked before each command; nil denies them all.
func NewAward(id AwardID, may transition.Authorizer) *Award {
	return &Award{id: id, root: aggregate.New[State, AwardCommand, AwardEvent, awardView](func() *transition.Machine[State, AwardCommand, awardView] { return awardMachine }, may)}
}

// Agree records that both sides have signed. Payments can be made from now on.
func (a *Award) Agree(s sp.Stamp) error {
	return a.root.Do(awardView{a: a}, AwardAgree, "", s, nil, AwardAgreed{})
}

// Report records what the provider has spent in a period, by class of cost.
// Negative amounts correct earlier reports. No more can be spent than the budget
// of each class, or, where the costs are not stated, than the amount: the error
// is an [*OverspentError], and [Award.Vire] may be what is needed.
func (a *Award) Report(p sp.Period, c contract.Costs, s sp.Stamp) error {
	return a.report(AwardSpent{Period: p, Costs: c}, s, sp.InvalidError{})
}

// report records what was spent, beside the faults that were found before.
func (a *Award) report(event AwardSpent, s sp.Stamp, e sp.InvalidError) error {
	p, c := event.Period, event.Costs
	days, closed := p.Days()
	e.Check(closed && days > 0, "period", sp.Missing, "must have a known start and a known end after it")
	e.Check(c != contract.Costs{}, "costs", sp.OutOfRange, "must not be nothing")
	spent, err := a.spent.Add(c)
	e.Check(err == nil, "costs", sp.Inconsistent, "must be in the currency of the award")
	total, err := spent.Total()
	e.Check(err == nil && (total.IsZero() || total.Currency() == a.terms.Amount.Currency()), "costs", sp.Inconsistent, "must be in the currency of the award")
	for _, class := range contract.Classes() {
		e.Check(spent.Of(class).Sign() >= 0, "costs."+string(class), sp.OutOfRange, "must not take back more than was reported")
	}
	prepared, err := a.prepare(AwardReport, s, e.Fields, event)
	if err != nil || !prepared.Waits() {
		return err
	}
	if err := a.within(c, spent, total); err != nil {
		return err
	}
	prepared.Record()
	return nil
}

// within reports what costs that are reported overspend, if they do. A correction
// overspends nothing, even if the budget was cut below what it leaves.
func (a *Award) within(c, spent contract.Costs, total sp.Money) error {
	more := false
	for _, class := range contract.Classes() {
		if c.Of(class).Sign() <= 0 {
			continue
		}
		more = true
		if budget := a.terms.Costs.Of(class); a.terms.Costs != (contract.Costs{}) && spent.Of(class).Cmp(budget) > 0 {
			return &OverspentError{Award: a.id, Class: class, Want: c.Of(class), Left: sum(budget, negated(a.spent.Of(class)))}
		}
	}
	if more && total.Cmp(a.terms.Amount) > 0 {
		before, err := a.spent.Total()
		if err != nil { // cannot be: a report that does not add up is refused
			return err
		}
		return &OverspentError{Award: a.id, Want: sum(total, negated(before)), Left: sum(a.terms.Amount, negated(before))}
	}
	return nil
}

// Vire moves budget that is not spent from one class of cost to another. It
// leaves activities the share that the fund's rule gave them when the award was made.
func (a *Award) Vire(from, to contract.Class, amount sp.Money, s sp.Stamp) error {
	var e sp.InvalidError
	moved, err := a.terms.Costs.Move(from, to, amount)
	if err != nil {
		e.Fields = append(e.Fields, fields(err)...)
	} else {
		e.Check(moved.Keeps(a.activity), "amount", sp.OutOfRange, "must leave activities at least "+a.activity.String()+" for each unit of salary")
	}
	prepared, err := a.prepare(AwardVire, s, e.Fields, AwardVired{from, to, amount})
	if err != nil || !prepared.Waits() {
		return err
	}
	if left := sum(a.terms.Costs.Of(from), negated(a.spent.Of(from))); moved.Of(from).Cmp(a.spent.Of(from)) < 0 {
		return &OverspentError{Award: a.id, Class: from, Want: amount, Left: left}
	}
	prepared.Record()
	return nil
}

// canVire reports whether some class has unspent budget that may be moved: at least
// the least amount, and for activities not below the share of the fund's rule.
func (a *Award) canVire() bool {
	unspent := func(c contract.Class) bool { return a.terms.Costs.Of(c).Cmp(a.spent.Of(c)) > 0 }
	if unspent(contract.Salary) || unspent(contract.OnCost) || unspent(contract.Overhead) {
		return true
	}
	if !unspent(contract.Activity) {
		return false
	}
	less := a.terms.Costs
	less.Activity = sp.NewMoney(less.Activity.Minor()-1, less.Activity.Currency())
	return a.activity.Sign() == 0 || less.Keeps(a.activity)
}

// End records the planned end, once the period is over in UTC and every instalment is
// paid. It cannot take effect before the last of them was paid.
func (a *Award) End(s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(!s.At.Before(a.paidAt), "stamp.at", sp.Untimely, "must not be before the last payment")
	return a.root.Do(awardView{a: a}, AwardEnd, "", s, e.Fields, AwardClosed{State: StateEnded})
}

type preparedAward = aggregate.Prepared[State, AwardCommand, AwardEvent, awardView]

func (a *Award) prepare(c AwardCommand, s sp.Stamp, fields []sp.Field, event AwardEvent) (preparedAward, error) {
	return a.root.Prepare(awardView{a: a}, c, "", s, fields, event)
}

func (e AwardOffered) apply(a *Award) {
	a.state, a.fund, a.funder, a.terms = StateOffered, e.Fund, e.Funder, e.Terms.Clone()
	a.attributes = []transition.Attribute{{Name: "fund", Text: string(e.Fund)}, {Name: "funder", Text: string(e.Funder)}}
	a.due, a.promised, a.activity = e.Terms.Payments(), more(nil, e.Parts), e.ActivityPerSalary
}

func (AwardAgreed) apply(a *Award) { a.state = StateAgreed }

func (e AwardPaid) apply(a *Award) {
	a.next = e.Number
	a.promised = less(a.promised, e.Parts)
	a.paid = more(a.paid, e.Parts)
}

func (e AwardSpent) apply(a *Award) { a.spent = added(a.spent, e.Costs) }

func (e AwardVired) apply(a *Award) {
	if moved, err := a.terms.Costs.Move(e.From, e.To, e.Amount); err == nil { // as it was when it happened
		a.terms.Costs = moved
	}
}

func (e AwardExtended) apply(a *Award) {
	a.terms.Period.End, a.terms.RenewalDecided, a.changed = e.End, 0, true
	a.terms.Costs = added(a.terms.Costs, e.Costs)
	a.due = append(a.due, e.Instalments...)
	a.promised = more(a.promised, e.Parts)
	for _, p := range e.Parts {
		a.terms.Amount = sum(a.terms.Amount, p.Amount)
	}
}

func (e AwardRecovered) apply(a *Award) { a.paid = less(a.paid, e.Parts) }

func (e AwardClosed) apply(a *Award) {
	a.state, a.reason = e.State, e.Reason
	a.promised = less(a.promised, e.Released)
	if e.State != StateTerminated {
		return
	}
	a.terms.Period.End, a.terms.RenewalDecided, a.changed = e.LastDay.Add(1), 0, true
	a.due = a.due[:a.kept(e.LastDay)]
	for _, p := range e.Released {
		a.terms.Amount = sum(a.terms.Amount, negated(p.Amount))
	}
}

// kept returns how many instalments stay if the award ends with a last day:
// those that are paid, and those due until then.
func (a *Award) kept(lastDay sp.Date) int {
	n := min(a.next, len(a.due))
	for n < len(a.due) && a.due[n].Due <= lastDay {
		n++
	}
	return n
}

// ID returns the award's identifier.
func (a *Award) ID() AwardID { return a.id }

// May returns nil if a command may be given now, with some input, and otherwise the
// [*transition.Refusal] that the command would return.
func (a *Award) May(c AwardCommand, s sp.Stamp) error { return a.root.May(awardView{a: a}, c, s) }

// Legal yields the commands that may be given now, in the order of the table.
func (a *Award) Legal(s sp.Stamp) iter.Seq[AwardCommand] { return a.root.Legal(awardView{a: a}, s) }

// Fund returns the fund that pays it.
func (a *Award) Fund() FundID { return a.fund }

// State returns where the award stands.
func (a *Award) State() State { return a.state }

// Reason returns why it came to an end other than the planned one.
func (a *Award) Reason() Reason { return a.reason }

// Terms returns the contract as it stands: extended, vired, or cut short. The costs of
// one that was cut short are not stated, as nobody said whose were cut. For one that
// was extended or cut short, [Award.Promised] and [Award.Paid] say to which years its
// money belongs; its basis no longer does.
func (a *Award) Terms() contract.Terms {
	t := a.terms.Clone()
	t.Instalments = slices.Clone(a.due)
	if a.changed {
		t.Basis = ""
	}
	if a.state == StateTerminated {
		t.Costs = contract.Costs{}
	}
	return t
}

// Next returns the next instalment to be paid and its number from 1, and false
// if there is none or the award's state allows none.
func (a *Award) Next() (number int, due contract.Instalment, ok bool) {
	if a.next >= len(a.due) || a.state != StateAgreed && a.state != StateTerminated {
		return 0, contract.Instalment{}, false
	}
	return a.next + 1, a.due[a.next], true
}

// Promised returns what is set aside and not paid, by financial year.
func (a *Award) Promised() []contract.Part { return slices.Clone(a.promised) }

// Paid returns what was paid and not recovered, by the financial year to which
// it belongs.
func (a *Award) Paid() []contract.Part { return slices.Clone(a.paid) }

// Spent returns what the provider has reported, by class of cost.
func (a *Award) Spent() contract.Costs { return a.spent }

// Unspent returns what the provider holds: paid, not recovered, and not reported
// as spent. It is negative while a provider that is paid in arrears waits for money.
func (a *Award) Unspent() sp.Money {
	spent, err := a.spent.Total()
	if err != nil { // cannot be: a report that does not add up is refused
		return sp.Money{}
	}
	return sum(total(a.paid), negated(spent))
}

// History returns everything that happened, in the order in which it was recorded.
func (a *Award) History() iter.Seq[store.Entry[AwardEvent]] { return a.root.History() }
