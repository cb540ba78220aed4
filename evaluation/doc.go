// Package evaluation computes from the event log how a scheme is doing, with the
// uncertainty of every number.
//
// Schemes are judged by percentages that nobody can compare: each scheme counts
// different people, leaves out those who are still waiting, and shows no
// interval. Here an indicator is a [Definition], data with a numerator and a
// denominator in words, a source, and what is left out; and a result is a [Figure],
// whose estimate carries its interval, its method and its counts. What cannot be
// estimated says why ([stat.Undefined]) and is never NaN.
//
//	run, err := evaluation.New(evaluation.Options{Period: sp.FinancialYear(2025), AsOf: today})
//	for event, err := range db.Log(ctx, "", position) {
//		...
//		err = run.Add(event)
//	}
//	for _, f := range run.Figures() {
//		fmt.Println(f) // contacted within 10 working days 71.4 % (68.9 to 73.8), 912 of 1,277 referrals received, Wilson 95 %
//	}
//
// # Headlines
//
// A share of completed placements says little about a scheme of which most people never
// come so far: 77 % of those "met the need" where 46 % of all needs were met, and more than
// half were still there at the end. The headlines ([Definition.Headline]) are of all
// people who were referred and of all needs that were assessed; shares of those who came
// further stand below them, and each figure prints what it is a share of.
//
// # Cohorts
//
// A [Run] follows the referrals that were received in a period, whatever became
// of them, and what followed from them. Counting by the date of closing instead
// would favour quick closers as long as a service grows. Where a standard allows
// a number of days, only referrals for which that many days have passed count;
// the others are reported as excluded. Waits include the people still waiting.
// [Run.FiguresBy] gives figures for each group of referrals; referrals of an
// unknown group are a group of their own.
//
// # Many events
//
// A Run takes events in any order, counts an event once even if it is added
// twice, and can be merged with another Run, so that parts of a log can be read
// in parallel. It keeps dates and codes for each referral and placement, and
// of people only the pseudonym. The mathematics stand in packages of their own that know
// nothing of referrals: stat holds estimates and their intervals, inequality the
// measures of who gets what, spc control charts, economics cost and worth, and
// disclosure what may be shown of small numbers.
package evaluation
