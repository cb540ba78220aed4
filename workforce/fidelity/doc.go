// Package fidelity keeps how far a scheme works as it was meant to, and what it changed on
// purpose.
//
// Schemes differ from place to place, and nobody writes down in what, so that nobody can say
// what worked. Here each change of the model is a line with its reason and a day on which
// somebody looks whether it did good; and how well the model is kept is a score of its parts.
//
//   - An [Adaptation] is one change of a [Part] of the model, with its reason.
//   - A [Review] scores the parts at a place on a day.
//   - [Changes] and [Score] are indicator 75: changes with a reason, and the mean score.
//
// In a line each:
//
//	r, err := fidelity.Adapt(fidelity.Adaptation{ID: "A-1", On: day, Part: fidelity.FirstContact, Change: fidelity.Added, Why: fidelity.Access, Again: day.Add(91)}, stamp)
//	v, err := fidelity.Assess(fidelity.Review{ID: "V-1", Place: "bay/hill", On: day, Scores: fidelity.Scores{fidelity.Plan: 2}}, stamp)
//	changes, err := fidelity.Changes(log, year)
package fidelity
