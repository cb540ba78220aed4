// Package catalogue has the indicators of a social prescribing scheme, each one value with
// its words, its source and the rule that counts it.
//
//	run, err := evaluation.New(evaluation.Options{Period: sp.FinancialYear(2025), AsOf: today}, catalogue.All(catalogue.Standards{})...)
//	err = run.Read(ctx, db.Log(ctx, "", ""), nil)
//	figures, err := run.Figures(ctx)
//	for _, f := range figures {
//		fmt.Println(f) // contacted within 10 working days: 71.4 % (68.9 to 73.8), 912 of 1,277 referrals received, Wilson 95 %
//	}
//
// # Headlines
//
// A share of completed placements says little about a scheme of which most people never
// come so far: 77 % of those "met the need" where 46 % of all needs were met, and more than
// half were still there at the end. [Headlines] are of all people who were referred and of
// all needs that were assessed; shares of those who came further, [OnTheWay], stand below
// them, and each figure prints what it is a share of.
//
// # Cohorts
//
// Followed are the referrals that were received in a period, whatever became of them, and
// what followed from them. Counting by the date of closing instead would favour quick
// closers as long as a service grows. Where a standard allows a number of days, only
// those for which that many days have passed count; the others are told as left out.
// Waits include the people still waiting.
package catalogue
