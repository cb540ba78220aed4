// Package assign places a waiting list: many people, few places, and a decision that
// anybody can check. It answers two questions, one after the other, and both exactly.
//
// Who gets a place? Requests stand in a strict line: by urgency, which rises while they
// wait, then by days of waiting, then by a published lottery. Going down the line, everybody
// gets a place for whom one can be found, if need be by moving somebody before them to
// another place that suits, and nobody who has one loses it. That places the most of every
// prefix of the line at once, so priority costs no places.
//
// Where? Exactly these people are placed so that the sum of their costs is the least, in
// whole numbers such as the scores of package matching. Among placements that cost the
// same, a hash of the IDs decides, so that the result depends on neither the order
// of the input nor the machine.
//
//	problem, err := assign.New(providers, slices.Values(requests))
//	result, err := assign.Solve(ctx, problem, assign.Policy{Version: "2026-11", Seed: seed}, assign.Options{})
//	err = assign.Verify(problem, result) // without solving anything
//
//	reading, err := assign.Read(problem, result)
//	why, err := reading.WhyNot("R-7", "garden") // all 34 places at the 5 providers that ...
//
// The types to know:
//
//   - [Problem] is the list, checked; [Policy] who comes before whom and what costs what.
//   - [Result] says who is where and carries a [Proof]; [Verify] checks it in one pass.
//   - [Reading] explains: [Reading.Explain], [Reading.WhyNot], [Reading.Refusal], what one more
//     place would change ([Reading.OneMore]) or several at once ([Reading.More]), and where places are missing ([Reading.Regions]).
//   - [Record] is the decision as JSON: list, policy, seed, result and proof.
//   - [ToWorkers] shares referrals out to link workers by their load.
//
// On a re-run whoever holds a place keeps one, and moving costs ([Request.Held]). Places may be kept for a
// group or cost more than others ([Part]). Households that need several places together
// ([Request].Units) move as others do, and both answers are the best for all arrangements of them; how many
// arrangements there are to be told apart has no bound but that of [Options], and where that is reached the
// result says what is not proven ([Unproven]).
//
// The package is pure: it knows no store, no clock and no randomness of its own. What it
// returns is a proposal to the people who decide. docs/assignment.md says what other rules would lose.
package assign
