package grant

import (
	"cmp"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/transition"
)

// An awardView is what the rules of an award look at.
type awardView struct {
	a      *Award
	funder directory.ID // who offers it
}

func (v awardView) State() State { return v.a.state }

func (v awardView) Act() transition.Act {
	return transition.Act{ID: string(v.a.id), Provider: string(v.a.terms.Provider), Attributes: v.a.attributes}
}

// Apply is the only way in which an award changes.
func (v awardView) Apply(e AwardEvent, s sp.Stamp) {
	e.apply(v.a)
	if _, paid := e.(AwardPaid); paid && s.At.After(v.a.paidAt) {
		v.a.paidAt = s.At
	}
}

type (
	awardParty = transition.Party[awardView]
	awardGuard = transition.Guard[awardView]
	awardRule  = transition.Rule[State, AwardCommand, awardView]
)

var (
	awardFunder = awardParty{Words: "the funder of this award", Role: RoleFunder, Is: func(v awardView, by sp.Actor) bool {
		funder := cmp.Or(v.a.funder, v.funder)
		return by.For != "" && (by.For == string(funder) || funder == "" && v.a.state == "") // nobody's yet: of some fund
	}}
	awardProvider = awardParty{Words: "the provider of this award", Role: sp.RoleProvider, Is: func(v awardView, by sp.Actor) bool {
		return by.For != "" && by.For == string(v.a.terms.Provider)
	}}
	awardTimer = awardParty{Words: "the system", Role: sp.RoleSystem}

	instalmentLeft = awardGuard{
		Code: "nothing-due", Words: "an instalment is left", Audience: transition.Everyone,
		Holds: func(v awardView, _ sp.Stamp) bool { return v.a.next < len(v.a.due) },
	}
	costsStated = awardGuard{
		Code: "costs-not-stated", Words: "its costs are stated", Audience: transition.Everyone,
		Holds: func(v awardView, _ sp.Stamp) bool { return v.a.terms.Costs != contract.Costs{} },
	}
	budgetLeft = awardGuard{
		Code: "nothing-unspent", Words: "a class of cost has budget that can be moved", Audience: transition.Everyone,
		Holds: func(v awardView, _ sp.Stamp) bool { return v.a.canVire() },
	}
	periodOver = awardGuard{
		Code: "period-not-over", Words: "its period is over", Audience: transition.Everyone,
		Holds:  func(v awardView, s sp.Stamp) bool { return sp.DateOf(s.At.UTC()) >= v.a.terms.Period.End },
		Detail: func(v awardView, _ sp.Stamp) string { return "on " + v.a.terms.Period.End.String() },
	}
	allPaid = awardGuard{
		Code: "instalment-unpaid", Words: "every instalment is paid", Audience: transition.Everyone,
		Holds:  func(v awardView, _ sp.Stamp) bool { return v.a.next >= len(v.a.due) },
		Detail: func(v awardView, _ sp.Stamp) string { return strconv.Itoa(len(v.a.due)-v.a.next) + " are not" },
	}
	isUnspent = awardGuard{
		Code: "nothing-to-recover", Words: "the provider holds money that is not spent", Audience: transition.Everyone,
		Holds: func(v awardView, _ sp.Stamp) bool { return v.a.Unspent().Sign() > 0 },
	}
	invoiceWaits = awardGuard{
		Code: "no-invoice", Words: "an invoice waits to be paid", Audience: transition.Everyone,
		Holds: func(v awardView, _ sp.Stamp) bool { return len(v.a.invoices) > 0 },
	}

	offered      = []State{StateOffered}
	agreed       = []State{StateAgreed}
	lived        = []State{StateAgreed, StateEnded, StateTerminated}
	awardMachine = &transition.Machine[State, AwardCommand, awardView]{Name: "award", Rules: []awardRule{
		{Command: AwardOffer, Event: EventAwardOffered, From: []State{""}, To: StateOffered, By: []awardParty{awardFunder}},
		{Command: AwardAgree, Event: EventAwardAgreed, From: offered, To: StateAgreed, By: []awardParty{awardFunder, awardProvider}},
		{Command: AwardDecline, Event: EventAwardClosed, From: offered, To: StateDeclined, By: []awardParty{awardProvider}},
		{Command: AwardWithdraw, Event: EventAwardClosed, From: offered, To: StateWithdrawn, By: []awardParty{awardFunder}},
		{Command: AwardPay, Event: EventAwardPaid, From: []State{StateAgreed, StateTerminated}, By: []awardParty{awardFunder, awardTimer}, Guards: []awardGuard{instalmentLeft}},
		{Command: AwardReport, Event: EventAwardSpent, From: lived, By: []awardParty{awardFunder, awardProvider}},
		{Command: AwardVire, Event: EventAwardVired, From: agreed, By: []awardParty{awardFunder}, Guards: []awardGuard{costsStated, budgetLeft}},
		{Command: AwardExtend, Event: EventAwardExtended, From: agreed, By: []awardParty{awardFunder}},
		{Command: AwardTerminate, Event: EventAwardClosed, From: agreed, To: StateTerminated, By: []awardParty{awardFunder, awardProvider}},
		{Command: AwardEnd, Event: EventAwardClosed, From: agreed, To: StateEnded, By: []awardParty{awardFunder, awardTimer}, Guards: []awardGuard{periodOver, allPaid}},
		{Command: AwardRecover, Event: EventAwardRecovered, From: lived, By: []awardParty{awardFunder, awardTimer}, Guards: []awardGuard{isUnspent}},
		{Command: AwardDecideRenewal, Event: EventRenewalDecided, From: []State{StateAgreed, StateEnded}, By: []awardParty{awardFunder, awardProvider}},
		{Command: AwardReceiveInvoice, Event: EventInvoiceReceived, From: lived, By: []awardParty{awardFunder, awardTimer}},
		{Command: AwardSettleInvoice, Event: EventInvoicePaid, From: lived, By: []awardParty{awardFunder, awardTimer}, Guards: []awardGuard{invoiceWaits}},
	}}
)
