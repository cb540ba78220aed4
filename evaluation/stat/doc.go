// Package stat puts an interval around every number of an evaluation: a share, a
// rate, a mean, a change.
//
// A service that met 7 of 9 needs has not shown the same as one that met 700 of
// 900. Programmes are judged by percentages without intervals, by mean waits of
// those who have been seen, by changes that would have come about anyway. Here a
// result is an [Estimate]: a value with its interval, its level, the method that
// found them, what it was counted from and what it is a share of ([Estimate.Of]). Where the data allow none, it says why
// ([Undefined]) and is never NaN.
//
//	e, err := stat.Proportion(912, 1277, 0.95)
//	fmt.Println(e) // 71.4 % (68.9 to 73.8), 912 of 1277 cases, Wilson 95 %
//
// # Which function
//
//   - A share of cases: [Proportion], or [Clustered] where a person has several.
//   - Events over people or time: [Rate]; standardised for age, [Direct],
//     [DirectRepeated], [IndirectRate] and [IndirectRatio].
//   - A mean, a quantile, quintiles of areas: [Mean], [Quantile], [QuantileGroups].
//   - Two groups: [RiskDifference], [RiskRatio], [RateRatio].
//   - Before and after: [Paired], [SignedRank], [McNemar]; where nobody knows who is who,
//     [Unpaired], which says something else; for one person,
//     [NewReliability]; for what would have come about anyway, [RegressionToMean].
//   - Anything else: [Bootstrap].
//
// The intervals themselves are functions as well: [Wilson], [ClopperPearson],
// [Byar], [Poisson].
//
// How long people wait, and how their ways end, is in package survival; series and
// funnel plots are in package spc, and what changed with the start of a scheme, beside
// a trend or beside others, in package quasi.
//
// # Input and errors
//
// Levels are shares from 0.1 to 0.9999, such as 0.95; outside that range the exact
// limits of rare cases are not accurate. Counts need not be whole, for weighted ones,
// unless a function says so. Impossible input - more cases than people, a NaN, a
// negative count - is an error that is [sp.ErrInvalid] and names the argument. Nothing
// is rounded, nothing is left out unless the result counts it.
//
// # Accuracy
//
// Special functions and matrices come from gonum. docs/accuracy.md says to how many
// digits each function agrees with R and with PHEindicatormethods.
package stat

import "github.com/socialprescribing/sp"

// checker collects what is wrong with the arguments of a function.
func checker(function string) *sp.InvalidError {
	return &sp.InvalidError{Subject: "stat: " + function}
}

func checkLevel(e *sp.InvalidError, level float64) {
	e.Check(level >= 0.1 && level <= 0.9999, "level", sp.OutOfRange, "must be from 0.1 to 0.9999, such as 0.95")
}
