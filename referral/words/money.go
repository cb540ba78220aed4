package words

import (
	"github.com/socialprescribing/sp/funding/grant"
)

// money returns the words of funds and awards. They stand in the table of the pathway
// since a translator works on one table; nothing but their codes is known here.
func money() lexicon {
	return lexicon{
		GrantStates: of(map[grant.State]string{
			grant.StateOpen: "open", grant.StateWoundUp: "wound up", grant.StateOffered: "offered to the provider", grant.StateAgreed: "agreed",
			grant.StateDeclined: "turned down by the provider", grant.StateWithdrawn: "taken back by the funder", grant.StateEnded: "came to its end",
			grant.StateTerminated: "ended before its time",
		}),
		FundCommands: of(map[grant.FundCommand]string{
			grant.FundOpen: "set up a fund", grant.FundAllocate: "put money in", grant.FundDraw: "take money from the reserve",
			grant.FundVire: "move money to another fund", grant.FundReceive: "take in money of another fund", grant.FundCommit: "promise money",
			grant.FundPay: "pay what is promised", grant.FundRelease: "free what is promised", grant.FundRecover: "note money that comes back",
			grant.FundClose: "close the year", grant.FundWindUp: "wind the fund up",
		}),
		AwardCommands: of(map[grant.AwardCommand]string{
			grant.AwardOffer: "offer money to a provider", grant.AwardAgree: "agree", grant.AwardDecline: "turn it down", grant.AwardWithdraw: "take it back",
			grant.AwardPay: "pay an instalment", grant.AwardReceiveInvoice: "note that an invoice has come", grant.AwardSettleInvoice: "note that an invoice is paid",
			grant.AwardDecideRenewal: "note whether it is renewed", grant.AwardReport: "report what was spent", grant.AwardVire: "move budget between costs",
			grant.AwardExtend: "extend it", grant.AwardTerminate: "end it early", grant.AwardEnd: "end it", grant.AwardRecover: "note money that comes back",
		}),
		CarryRules: of(map[grant.Carry]string{
			grant.Lapse: "it is lost to the fund", grant.CarryAll: "it is carried into the next year", grant.CarryUpTo: "it is carried up to a limit",
			grant.Reserve: "it goes into the reserve", grant.ClawBack: "it goes back to whoever gave it",
		}),
		Helps: of(map[grant.Help]string{
			grant.TransportVoucher: "a voucher for the way there and back", grant.PersonalBudget: "a personal budget",
		}),
		Accounts: of(map[grant.Account]string{
			grant.Allocated: "put in", grant.CarriedIn: "carried in from the year before", grant.Drawn: "taken from the reserve", grant.ViredIn: "moved in from another fund",
			grant.Free: "promised to nobody", grant.Committed: "promised and not paid", grant.Paid: "paid out", grant.ViredOut: "moved to another fund",
			grant.CarriedOut: "carried into the next year", grant.Reserved: "put into the reserve", grant.Lapsed: "lost to the fund",
			grant.ClawedBack: "gone back to whoever gave it",
		}),
	}
}
