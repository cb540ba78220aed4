package grant

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// RoleFunder is the role of those who answer for a fund: a commissioner, a
// council, the trustees of a citizens' fund. They act for the organisation that
// gives the money ([sp.Actor]).
const RoleFunder sp.Role = "funder"

// A State is where a fund or an award stands.
type State string

// The states of a fund.
const (
	// StateOpen is set when the funder opens the fund. Money is put in, promised and paid.
	StateOpen State = "open"
	// StateWoundUp is set by the funder once nothing is promised. What was left went
	// back to whoever gave it, and nothing follows.
	StateWoundUp State = "wound-up"
)

// The states of an award.
const (
	// StateOffered is set by the funder: the money is set aside. The provider agrees or declines.
	StateOffered State = "offered"
	// StateAgreed is set by funder or provider once both have signed. Instalments are paid.
	StateAgreed State = "agreed"
	// StateDeclined is the provider's no. The money is free again.
	StateDeclined State = "declined"
	// StateWithdrawn is set by the funder before it was agreed. The money is free again.
	StateWithdrawn State = "withdrawn"
	// StateEnded is set when the period is over and everything is paid. What was not
	// spent can still be recovered.
	StateEnded State = "ended"
	// StateTerminated is set by funder or provider before the planned end. Instalments
	// due until the last day are still paid.
	StateTerminated State = "terminated"
)

// A FundCommand is a verb of the table of funds, as [Fund.May] asks about it.
type FundCommand string

// The commands of a fund.
const (
	FundOpen     FundCommand = "open"
	FundAllocate FundCommand = "allocate"
	FundDraw     FundCommand = "draw"
	FundVire     FundCommand = "vire"    // to another fund
	FundReceive  FundCommand = "receive" // from another fund
	FundCommit   FundCommand = "commit"
	FundPay      FundCommand = "pay"
	FundRelease  FundCommand = "release"
	FundRecover  FundCommand = "recover"
	FundClose    FundCommand = "close year"
	FundWindUp   FundCommand = "wind up"
)

// An AwardCommand is a verb of the table of awards, as [Award.May] asks about it.
type AwardCommand string

// The commands of an award.
const (
	AwardOffer     AwardCommand = "offer"
	AwardAgree     AwardCommand = "agree"
	AwardDecline   AwardCommand = "decline"
	AwardWithdraw  AwardCommand = "withdraw"
	AwardPay       AwardCommand = "pay"
	AwardReport    AwardCommand = "report spend"
	AwardVire      AwardCommand = "vire"
	AwardExtend    AwardCommand = "extend"
	AwardTerminate AwardCommand = "terminate"
	AwardEnd       AwardCommand = "end"
	AwardRecover   AwardCommand = "recover"

	AwardDecideRenewal  AwardCommand = "decide renewal"
	AwardReceiveInvoice AwardCommand = "receive invoice"
	AwardSettleInvoice  AwardCommand = "settle invoice"
)

// The stored names of what happens to a fund.
const (
	EventFundOpened     store.EventType = "fund.opened"
	EventFundAllocated  store.EventType = "fund.allocated"
	EventFundDrawn      store.EventType = "fund.drawn"
	EventFundVired      store.EventType = "fund.vired"
	EventFundCommitted  store.EventType = "fund.committed"
	EventFundPaid       store.EventType = "fund.paid"
	EventFundReleased   store.EventType = "fund.released"
	EventFundRecovered  store.EventType = "fund.recovered"
	EventFundYearClosed store.EventType = "fund.year-closed"
	EventFundWoundUp    store.EventType = "fund.wound-up"

	// EventFundBroughtForward stands in records only, never in the log.
	EventFundBroughtForward store.EventType = "fund.brought-forward"
)

// The stored names of what happens to an award.
const (
	EventAwardOffered    store.EventType = "award.offered"
	EventAwardAgreed     store.EventType = "award.agreed"
	EventAwardPaid       store.EventType = "award.paid"
	EventAwardSpent      store.EventType = "award.spent"
	EventAwardVired      store.EventType = "award.vired"
	EventAwardExtended   store.EventType = "award.extended"
	EventAwardRecovered  store.EventType = "award.recovered"
	EventAwardClosed     store.EventType = "award.closed"
	EventRenewalDecided  store.EventType = "award.renewal-decided"
	EventInvoiceReceived store.EventType = "award.invoice-received"
	EventInvoicePaid     store.EventType = "award.invoice-paid"
)

// FundTable returns the rules of a fund.
func FundTable() transition.Table[State, FundCommand] { return fundMachine.Table() }

// AwardTable returns the rules of an award.
func AwardTable() transition.Table[State, AwardCommand] { return awardMachine.Table() }
