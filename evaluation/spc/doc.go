// Package spc tells signal from noise in a series over time, with the control
// charts of the NHS (Making Data Count).
//
// Referrals fell in March, says the report, and next month they rose. Nothing has
// changed: a measure varies, and comparing two months of it compares two throws of
// dice. A control chart shows how far a measure varies by itself, and names the
// points that do not fit.
//
//	chart, err := spc.XmR(referralsAMonth, spc.Options{Better: spc.Higher, Target: sp.Know(120.0)})
//	for i, p := range chart.Points {
//		if p.Cause() != spc.CommonCause {
//			fmt.Println(months[i], p.Cause()) // 2025-03 two of three near the limit
//		}
//	}
//	fmt.Println(chart.Variation, chart.Assurance)
//
// # Charts
//
// [XmR] is for any measure, a value for each month: the chart that Making Data
// Count uses for everything. [P], [U] and [C] are for counts whose denominators are
// known - cases of people, events over an exposure, events - so that a small month
// has wide limits. Where counts are large, chance alone gives limits so narrow that
// every point is a signal; there limits are Laney's, which add how far months differ
// in any case.
//
// # Rules
//
// A point is a signal if it is beyond a limit, part of a trend of seven, one of two
// in three near a limit, or part of a shift of seven to one side of the mean. The
// first of these in that order is its [Point.Cause]; [Point.Signals] holds all.
// Which way is better makes a signal an improvement or a concern.
//
// # Many units at one time
//
// A league table of practices compares throws of dice as well. [NewFunnel] shows which
// of them differ from all by more than chance, and by more than practices do in any
// case (overdispersion), both beside each other.
//
// # Stretches
//
// Limits are those of all points, or of the first so many, and are calculated anew
// only where the caller says that the process has changed, and why ([Rebase]):
// nothing is rebased by itself, since limits that follow the data never signal.
//
// Limits are natural limits of the process, so those of an XmR chart of a share may
// lie beyond 0 or 100 %; cut them off in the picture, not in the judgement.
//
// The rules, their order and the limits agree with NHSRplotthedots 0.2.2 of the
// NHS-R community; docs/accuracy.md says to how many digits.
package spc
