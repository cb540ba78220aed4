// Package lab answers the question that comes before every decision about a scheme: what would
// this policy have done? One more link worker or twice as many places, contracts of three months
// or of three years, money per head or by deprivation: each is tried out in package simulation on
// the same people, and what differs is told with its uncertainty.
//
// A [Study] is a scheme, the policies that are weighed, what each costs and what is assumed of
// its effect. [Compare] plays all of them on the same arrivals, many times, and subtracts:
//
//	study := lab.Study{Name: "plan 2027", Scenario: district, Policies: []lab.Policy{
//		{Name: "as now"},
//		{Name: "a worker more", Workers: 1},
//		{Name: "vouchers", Vouchers: true},
//	}}
//	c, err := lab.Compare(ctx, study, lab.Options{Seed: "plan 2027", Pairs: 32, Workers: 2})
//	fmt.Print(c.Decision(lab.Began, lab.GaveUp, lab.ToContact, lab.Cost))
//
// The first policy is what the others are compared with. People, their needs, their patience and
// their luck are the same under all of them (common random numbers), so that the variance of a
// difference is a fraction of that of two independent runs; [Difference.Variance] says which.
//
// # What the numbers mean
//
// Intervals are Student's t over pairs of runs, and hold for all policies of one measure at once
// (Bonferroni); the verdict goes by them. P is corrected stepwise (Holm 1979), which finds a little more. Measures are not
// corrected for each other: name the one that decides before looking. With [Options.Until] a
// study stops as soon as it knows enough. It looks at 8, 16, 32 pairs and so on, and spends an
// equal part of its error at each look, so that stopping early does not make it surer than it says.
//
// An interval is about chance alone: which people come, and what befalls them. Whether the
// assumptions hold is another question, and usually the larger one: [Sensitivity] varies them
// and finds those that would turn the decision.
//
// # What it does not prove
//
// A model knows what was put into it. Which share of needs a course meets, what feedback does to
// referrals, what a voucher does to attendance, are [Effects] that somebody assumed; where no
// study says them, nothing that is printed here does. Where the choice hangs on one of them, find
// it out: with a trial, or from one's own log.
package lab
