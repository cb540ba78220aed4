// Package simulation plays a whole social prescribing scheme through, on a computer, before
// anybody has to live with it: people are referred, wait for a link worker, are spoken to, wait
// for a place, come or stay away, and finish or are lost.
//
// Questions about a scheme are mostly about several queues at once. One more link worker sends
// more people to services that are full; a course more helps nobody who still waits for a first
// call. A [Scenario] is the scheme as data: who comes from where ([Group]), who looks after them
// ([Team]), where they can go ([Supply]) and how people behave ([Way]). A [Policy] is what
// somebody could decide: who comes first, how places are given out, how the money is divided.
// [Run] plays one year or ten, and counts:
//
//	result, err := simulation.Run(ctx, district, simulation.Policy{Placing: simulation.Weekly}, simulation.Options{Seed: "plan 2027"})
//	for _, g := range result.Groups {
//		fmt.Println(g.Name, g.Reached, "of", g.Referred, "spoken to after", g.ToContact.Mean(), "days")
//	}
//
// # What is real
//
// Offers are put in order for each group by package matching, as for real people; places are
// given out weekly by package matching/assign, with priority and at the least cost; cases weigh
// what package referral/caseload says; money becomes posts through package funding, and the
// contracts of package funding/contract open and close the places that they pay for ([PaidBy]).
// What happens is written as the events that a service in use writes ([Options].Log), so that
// package evaluation counts a simulated year as it counts a real one.
//
// # The same seed is the same people
//
// Whoever is referred, what they need, how patient they are, whether they answer the telephone
// and whether they come to a session is drawn from the seed and who they are, never from what
// happened before. Two policies that are run with one seed therefore meet the same people with
// the same luck, and what differs between them is the policy. A run is a function of scenario,
// policy and options; it reads no clock and starts no goroutine. Many runs side by side are
// [queue.Replicate].
//
// # What it cannot tell
//
// Nobody knows yet what a course does for a person who would not have gone: the share of needs
// that are met is put in, not found out. The shares of [Published] are of studies of other
// places. People of a group live at one place, and do not meet, tell others or come back.
// Where a policy is better by less than the parameters are unsure, the simulation does not say
// which is better.
package simulation
