// Package grant keeps the books of money for social prescribing: funds, what
// was put into them, and the awards that are paid from them.
//
// A fund is one budget heading of a commissioner, a council or a citizens' fund.
// Some money must be spent by 31 March or it lapses; some is carried over; some
// goes into a ring-fenced reserve or back to whoever gave it. Which it is is the
// fund's [CarryOver] rule, stated when it is opened. A promise for three years can
// only be made from what has been allocated for three years, even if the later
// figures are indicative: [Fund.Offer] says which year lacks how much.
//
// # The types to know
//
//   - [Fund] holds allocations by financial year, and pays awards. [Fund.Balance]
//     is one year of its ledger, whose two sides are equal to the penny after every
//     command; [Fund.Ledger] is every movement, with who moved it and when.
//   - [Award] is money promised to a provider on terms (package
//     [github.com/socialprescribing/sp/funding/contract]): offered, agreed, paid in
//     instalments, reported on, extended, ended.
//   - [Funds] and [Awards] load them from a store. A command that concerns both is
//     given to the fund, and both are saved in one commit: the money is promised and
//     the award is offered, or neither.
//   - [OverspentError] and [transition.Refusal] say why not.
//
// For example:
//
//	award := grant.NewAward("A-1", may)
//	err = fund.Offer(award, terms, sp.By(funder, now))    // the money is set aside
//	err = award.Agree(sp.By(provider, later))
//	err = fund.Pay(award, 1, sp.By(funder, april))        // the first instalment
//	err = store.Save(ctx, db, fund, award)
//
// What may be done when, and by whom, is in [FundTable] and [AwardTable]; the
// tables are drawn in docs/grants.md. Nothing is decided by a clock: financial
// years are closed by a command.
package grant
