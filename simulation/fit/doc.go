// Package fit learns from the events of one's own scheme how people and services behave in it,
// so that package simulation plays that scheme and not the published figures of others.
//
// A simulation with numbers from elsewhere answers questions about elsewhere. What one's own
// events say is better, and it is not certain: of forty requests a provider said yes to thirty.
// So each parameter is an estimate with its interval, and a run that takes it should not take
// the estimate but draw from what it may be. A policy that is better in nearly every run is then
// better as far as the events can tell; where the sides change places the events are too few.
//
//	var seen fit.Events
//	for e, err := range db.Log(ctx, "", store.Position{}) {
//		...
//		err = seen.Add(e)
//	}
//	fitted, err := seen.Fit(simulation.Published(), today)
//	for _, p := range fitted.Parameters {
//		fmt.Println(p) // Answers 0.61 (0.59 to 0.63), of 2,811 calls
//	}
//	for _, g := range fitted.Gaps {
//		fmt.Println(g) // Tenure: no event tells it
//	}
//	result, err := simulation.Run(ctx, fitted.Draw(scenario, seed, n), policy, simulation.Options{Seed: seed, Replication: n})
//
// # How
//
// Shares are drawn from the Beta distribution and rates from the Gamma distribution that
// Jeffreys's prior and the counts give; [Parameter] has the limits of the same distributions. Times
// are those that were observed, weighed anew for each draw by the Bayesian bootstrap (Rubin
// 1981). Patience is taken to be exponential, and who still waits counts for as long as they have
// waited. The luck of a draw is of the seed and the number of the replication alone, so that
// policies that are compared meet the same parameters.
//
// # What it cannot learn
//
// What no event tells, or too few tell, keeps the number of the preset, and is named in Gaps. Causes
// are not learned: how often people come is, but not how much less they come after a long wait.
// Patience for a place is counted from the first conversation on, since the wish is no event.
// And what a scheme was like is not what it will be under another policy.
package fit
