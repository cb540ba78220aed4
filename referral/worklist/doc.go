// Package worklist answers what a link worker asks in the morning: who is
// waiting, and for how long; whom do we owe an answer; which cases have got stuck?
//
// Long chains of hand-overs and waiting lists that nobody sees to the end of are
// among the main reasons why social prescribing fails people. The lists here are
// read from the store by indexed scans, oldest first, and hold identifiers only.
//
//   - [Waiting] is the waiting list by urgency, where urgency grows with waiting,
//     against the standards of the scheme.
//   - [Today] is the day of one link worker: of everybody on their caseload what is due
//     and what is next, in one ordered list that leaves nobody out.
//   - [Concerns] is what is to be done about somebody's safety: whom to ask, whose answer
//     is late, whom to speak to after a crisis.
//   - [FeedbackOwed] is whom the scheme owes news: the referrers who never hear
//     what became of a person, and the providers who still count on somebody who
//     will not come.
//   - [ToAsk] is of whom something has to be asked before anything is told: the guardians
//     to be found, the birth dates that nobody knows.
//   - [Stuck] finds the cases that break a [Rule], which is data.
//
// Each is a line:
//
//	day, err := worklist.Today(ctx, referrals, "ann", policy, at)
//	list, err := worklist.Waiting(ctx, referrals, referral.Query{Worker: "ann"}, standards, calendar, at)
//	for owed, err := range worklist.FeedbackOwed(ctx, referrals, placements, calendar, at) { ... }
//	for finding, err := range worklist.Stuck(ctx, referrals, rules, calendar, at) { ... }
//
// [Page] cuts any of them into pages, and [Count] counts its lines:
//
//	stuck := worklist.Stuck(ctx, referrals, rules, calendar, at)
//	page, next, err := worklist.Page(stuck, 20, after)
//
// Days are those of an [sp.Calendar], from that of one moment to that of another. Package
// evaluation takes the same calendar, so that who is late here is late there.
//
// Follow-ups that are due and providers who have not answered are methods of the
// repositories of packages referral and placement.
//
// How soon a crisis must be with somebody is proposed by package concern.
// No national standard for waiting times or for stuck cases could be found, so
// there are no defaults: each scheme writes its own [Standards] and rules.
package worklist
