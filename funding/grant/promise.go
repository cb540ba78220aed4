package grant

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
)

// Offer promises money to a provider by an award that does not exist yet, of the ID
// of the terms. The whole of it is set aside at once, in each financial year that the
// terms touch, so what is offered can be paid: a year with too little free money is
// an [*OverspentError]. The terms must keep the fund's rules on minimum term and
// activities. Save the fund and the award in one commit.
func (f *Fund) Offer(a *Award, t contract.Terms, s sp.Stamp) error {
	a = given(a)
	var e sp.InvalidError
	e.Check(contract.ID(a.id) == t.ID, "id", sp.Inconsistent, "must be that of the award")
	parts := f.checkTerms(&e, t, f.opened.MinimumMonths)
	offered := AwardOffered{Fund: f.id, Funder: f.opened.Funder, Terms: t.Clone(), Parts: parts, ActivityPerSalary: f.opened.ActivityPerSalary}
	ours, err := a.root.Prepare(awardView{a, f.opened.Funder}, AwardOffer, string(t.Provider), s, e.Fields, offered)
	return f.both(ours, err, FundCommit, FundCommitted{a.id, parts}, t.Provider, s)
}

// MayOffer returns nil if [Fund.Offer] may be given now, with some terms, and
// otherwise the [*transition.Refusal] that it would return.
func (f *Fund) MayOffer(a *Award, s sp.Stamp) error {
	a = given(a)
	if err := a.root.May(awardView{a, f.opened.Funder}, AwardOffer, s); err != nil {
		return err
	}
	return f.May(FundCommit, s)
}

// given returns a, or an award that was not made by [NewAward] where there is none: every
// command refuses it.
func given(a *Award) *Award {
	if a == nil {
		return &Award{}
	}
	return a
}

// both makes a prepared event of an award happen and one of the fund, or neither. Of
// an award to which nothing is to happen, since the command was given before, nothing
// happens to the fund either.
func (f *Fund) both(ours preparedAward, err error, c FundCommand, event FundEvent, provider directory.ID, s sp.Stamp) error {
	if err != nil || !ours.Waits() {
		return err
	}
	s.By.Only = "" // a link is for the award, and what follows for the fund follows
	p, err := f.prepare(c, fundView{f: f, provider: provider}, s, nil, event)
	if err != nil {
		return err
	}
	p.Record()
	ours.Record()
	return nil
}

// checkTerms notes what is wrong with terms, by themselves and in this fund, and
// returns what they need in each year.
func (f *Fund) checkTerms(e *sp.InvalidError, t contract.Terms, months int) []contract.Part {
	parts, err := t.Years(f.opened.YearStarts)
	if err != nil {
		e.Fields = append(e.Fields, fields(err)...)
		return nil
	}
	e.Check(t.Amount.Currency() == f.opened.Currency, "amount", sp.Inconsistent, "must be in the currency of the fund")
	e.Check(!outside(t.Amount), "amount", sp.OutOfRange, beyondLedger)
	if t.Months() < float64(months) {
		e.Check(false, "period", sp.OutOfRange, fmt.Sprintf("must be %d months or more, as this fund gives nothing shorter", months))
	}
	if share := f.opened.ActivityPerSalary; share.Sign() > 0 {
		e.Check(t.Costs != contract.Costs{} && t.Costs.Keeps(share), "costs.activity", sp.OutOfRange, "must be at least "+share.String()+" for each unit of salary in this fund")
	}
	for i, p := range parts {
		if f.ledger.closed(p.Year) {
			e.Check(false, "period", sp.WrongState, "touches "+p.Year.Label(f.opened.YearStarts)+", which is closed")
		}
		parts[i].First = 0 // events are as they will be read
	}
	return parts
}

// Decline records that the provider does not want an award; the money is free again.
func (f *Fund) Decline(a *Award, why Reason, s sp.Stamp) error {
	a = given(a)
	var e sp.InvalidError
	checkReason(&e, why)
	return f.release(a, AwardDecline, AwardClosed{State: StateDeclined, Reason: why, Released: a.promised}, s, &e)
}

// Withdraw takes back an offer that nobody has agreed to; the money is free again.
func (f *Fund) Withdraw(a *Award, why Reason, s sp.Stamp) error {
	a = given(a)
	var e sp.InvalidError
	checkReason(&e, why)
	return f.release(a, AwardWithdraw, AwardClosed{State: StateWithdrawn, Reason: why, Released: a.promised}, s, &e)
}

// Terminate ends an award before its time, after a last day within its period.
// Instalments due until then can still be paid; what was set aside for the others
// is free again, that of the latest years first.
func (f *Fund) Terminate(a *Award, lastDay sp.Date, why Reason, s sp.Stamp) error {
	a = given(a)
	var e sp.InvalidError
	checkReason(&e, why)
	e.Check(a.terms.Period.Contains(lastDay), "lastDay", sp.OutOfRange, "must lie in the period of the award")
	var released sp.Money
	for _, p := range a.due[a.kept(lastDay):] {
		released = sum(released, p.Amount)
	}
	return f.release(a, AwardTerminate, AwardClosed{
		State: StateTerminated, Reason: why, LastDay: lastDay, Released: newest(a.promised, released),
	}, s, &e)
}

// release ends an award, and frees what it no longer needs.
func (f *Fund) release(a *Award, c AwardCommand, event AwardClosed, s sp.Stamp, e *sp.InvalidError) error {
	f.checkOwn(e, a)
	ours, err := a.prepare(c, s, e.Fields, event)
	if err != nil || !ours.Waits() {
		return err
	}
	if len(event.Released) == 0 {
		ours.Record()
		return nil
	}
	freed := FundReleased{Award: a.id, Parts: event.Released}
	freed.Disposals, err = f.disposals(freed)
	return f.both(ours, err, FundRelease, freed, a.terms.Provider, s)
}

// disposals says what becomes of money that an event frees in years that are closed.
func (f *Fund) disposals(event FundEvent) ([]Disposal, error) {
	after, err := f.ledger.after(event)
	var disposals []Disposal
	if err == nil {
		disposals, err = after.dispose(f.opened.CarryOver)
	}
	if err != nil {
		return nil, fmt.Errorf("grant: release into fund %s: %w", f.id, err)
	}
	return disposals, nil
}

// Pay pays an instalment of an award, by its number from 1. It must be the next,
// so that an order to pay that comes twice is refused. It is booked to the earliest
// years for which money is still set aside. Whether it is due is for the caller to
// decide: some are paid in advance; see [Awards.Due].
func (f *Fund) Pay(a *Award, number int, s sp.Stamp) error {
	a = given(a)
	var e sp.InvalidError
	f.checkOwn(&e, a)
	paid := AwardPaid{Number: number}
	if next, instalment, ok := a.Next(); ok {
		e.Check(number == next, "number", sp.WrongState, fmt.Sprintf("must be that of the next instalment, %d", next))
		paid.Amount, paid.Parts = instalment.Amount, oldest(a.promised, instalment.Amount)
	}
	ours, err := a.prepare(AwardPay, s, e.Fields, paid)
	return f.both(ours, err, FundPay, FundPaid{a.id, paid.Parts}, a.terms.Provider, s)
}

// Recover records money that a provider paid back because it was not spent. It is
// free again in the latest years for which it was paid; where those are closed, the
// fund's carry-over rule applies. More than [Award.Unspent] is an [*OverspentError].
func (f *Fund) Recover(a *Award, amount sp.Money, s sp.Stamp) error {
	a = given(a)
	var e sp.InvalidError
	f.checkOwn(&e, a)
	f.checkAmount(&e, amount, amount.Sign() > 0, moreThanNothing)
	recovered := FundRecovered{Award: a.id, Parts: newest(a.paid, amount)}
	ours, err := a.prepare(AwardRecover, s, e.Fields, AwardRecovered{amount, recovered.Parts})
	if err != nil || !ours.Waits() {
		return err
	}
	if left := a.Unspent(); amount.Cmp(left) > 0 {
		return &OverspentError{Award: a.id, Want: amount, Left: left}
	}
	recovered.Disposals, err = f.disposals(recovered)
	return f.both(ours, err, FundRecover, recovered, a.terms.Provider, s)
}

// An Extension gives an award more time, and money for it.
type Extension struct {
	End         sp.Date               `json:"end"`                   // the first day that no longer belongs to it
	Instalments []contract.Instalment `json:"instalments,omitempty"` // none if there is no more money
	Costs       contract.Costs        `json:"costs,omitzero"`        // of the new money, if the award states its costs
}

// Extend gives an award more time, and money for it, which is set aside in the
// years of the added time.
func (f *Fund) Extend(a *Award, x Extension, s sp.Stamp) error {
	a = given(a)
	var e sp.InvalidError
	f.checkOwn(&e, a)
	event := AwardExtended{Extension: x}
	added := contract.Terms{
		ID: a.terms.ID, Provider: a.terms.Provider, Basis: a.terms.Basis, Costs: x.Costs,
		Period: sp.Period{Start: a.terms.Period.End, End: x.End}, Instalments: x.Instalments,
	}
	event.Instalments = nil
	if len(x.Instalments) > 0 {
		event.Instalments = added.Payments()
	}
	for _, p := range x.Instalments {
		if amount, err := added.Amount.Add(p.Amount); err == nil {
			added.Amount = amount // a mixture of currencies does not add up to it
		}
	}
	if e.Check(x.End > a.terms.Period.End, "end", sp.Untimely, "must be later than the present end"); len(e.Fields) == 0 && len(x.Instalments) > 0 {
		event.Parts = f.checkAdded(&e, a, added)
	}
	e.Check(len(x.Instalments) > 0 || x.Costs == contract.Costs{}, "costs", sp.Missing, "need instalments")
	ours, err := a.prepare(AwardExtend, s, e.Fields, event)
	if err == nil && len(event.Parts) == 0 {
		ours.Record()
		return nil
	}
	return f.both(ours, err, FundCommit, FundCommitted{a.id, event.Parts}, a.terms.Provider, s)
}

// checkAdded notes what is wrong with added terms, and returns what they need in
// each year. They are the tail of a contract, so no minimum term applies to them.
func (f *Fund) checkAdded(e *sp.InvalidError, a *Award, t contract.Terms) []contract.Part {
	stated := a.terms.Costs != contract.Costs{}
	e.Check(stated == (t.Costs != contract.Costs{}), "costs", sp.Inconsistent, "must be stated if, and only if, those of the award are")
	var last sp.Date
	if n := len(a.due); n > 0 { // none is left if the award was terminated before the first
		last = a.due[n-1].Due
	}
	for i, p := range t.Payments() {
		e.Check(p.Due >= last, fmt.Sprintf("instalments[%d].due", i), sp.Untimely, "must not be before the last instalment so far")
	}
	if parts := f.checkTerms(e, t, 0); len(e.Fields) == 0 {
		e.Check(!outside(sum(a.terms.Amount, t.Amount)), "amount", sp.OutOfRange, beyondLedger)
		return parts
	}
	return nil
}

// checkOwn notes that an award is of another fund.
func (f *Fund) checkOwn(e *sp.InvalidError, a *Award) {
	e.Check(a.fund == f.id, "fund", sp.Inconsistent, "must be the one that made the award")
}

func checkReason(e *sp.InvalidError, r Reason) {
	e.Check(sp.ValidCode(r), "reason", sp.Malformed, sp.CodeRule)
}
