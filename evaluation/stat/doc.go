// Package stat puts an interval around every number of an evaluation: a share,
// a rate, a waiting time.
//
// A service that met 7 of 9 needs has not shown the same as one that met 700 of
// 900. The functions here say how far apart the two are:
//
//   - a share of cases: [Wilson], the method of public health in England, and
//     [ClopperPearson], which is exact
//   - a count of events, and so a rate: [Byar] from ten events on, and [Poisson],
//     which is exact
//   - a time to something that has not happened to everybody yet: [Durations]
//     and the Kaplan-Meier [Curve] of it. A mean over those who have been seen
//     looks best while the list grows.
//
// Levels are shares from 0.1 to 0.9999, such as 0.95; beyond, exact limits of rare
// cases go astray. Impossible input is an error that is [sp.ErrInvalid], never NaN.
//
// Special functions come from gonum, which agrees with R to 12 digits over the
// levels from 90 % to 99.8 % and the ten thousand cases that evaluations use; the
// tests hold the methods to R and to the PHEindicatormethods package.
package stat

import "github.com/socialprescribing/sp"

// An Interval is a range of values that the data are compatible with, at some
// level of confidence.
type Interval struct{ Lower, Upper float64 }

// Times returns i with both limits multiplied by a positive factor.
func (i Interval) Times(factor float64) Interval {
	return Interval{i.Lower * factor, i.Upper * factor}
}

// checker collects what is wrong with the arguments of a function.
func checker(function string) *sp.InvalidError {
	return &sp.InvalidError{Subject: "stat: " + function}
}

func checkLevel(e *sp.InvalidError, level float64) {
	e.Check(level >= 0.1 && level <= 0.9999, "level", "must be from 0.1 to 0.9999, such as 0.95")
}
