// Package quasi has the designs of quasi-experiments: what changed when a scheme
// began, where nobody was assigned to it by lot.
//
// A practice that refers more people than last year might have done so anyway, since
// all practices did, or since numbers had been rising for years. Two designs take that
// into account. An interrupted time series carries on the trend of the time before. A
// difference in differences takes off by how much others changed, who had no scheme.
//
//	m, err := quasi.InterruptedSeries(referralsAMonth, quasi.Interruption{From: 12})
//	fmt.Println(m.Step) // 20.5 (18.5 to 22.5), Newey-West 95 %
//
// # Which design
//
//   - A measure at equal distances of time, before and after: [InterruptedSeries], or
//     [InterruptedCounts] for events over an exposure.
//   - Units such as practices, some with a scheme and some without, before and after:
//     [DifferenceInDifferences], or [TwoWayDifference] where every unit was seen in every
//     period.
//
// # What they cannot tell
//
// Neither is an experiment. Whatever else happened at the same time counts as the
// change, and both designs assume what no data can prove: that the old trend would have
// gone on, or that both groups would have changed alike. Results show what speaks for
// that, such as [Series.DurbinWatson] and [Difference.Gaps].
//
// Estimates, levels and reasons for having none are those of package stat. Input that
// is out of range is an error that is [sp.ErrInvalid] and names the argument.
package quasi

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
)

// checker collects what is wrong with the arguments of a function.
func checker(function string) *sp.InvalidError {
	return &sp.InvalidError{Subject: "quasi: " + function}
}

func checkLevel(e *sp.InvalidError, level float64) {
	e.Check(level >= 0.1 && level <= 0.9999, "level", sp.OutOfRange, "must be from 0.1 to 0.9999, such as 0.95")
}

// maxValue bounds values: their squares must not pass the range of floats.
const maxValue = 1e100

// checkValues checks all values, and names the first that is out of range.
func checkValues(c *sp.InvalidError, path string, values []float64) {
	for i, v := range values {
		if !(math.Abs(v) <= maxValue) {
			c.Check(false, fmt.Sprintf("%s[%d]", path, i), sp.OutOfRange, "must be a number from -1e100 to 1e100")
			return
		}
	}
}

// Counts and exposures lie between these, so that no quotient of two passes the range
// of floats, and neighbours are told apart.
const (
	minCount  = 1e-9
	maxCount  = 1 << 53
	countRule = "must be 0 or from 1e-9 to 2^53"
	sizeRule  = "must be from 1e-9 to 2^53"
)

// counts reports whether x is 0 or a count, whole or not, of a size to reckon with.
func counts(x float64) bool { return x == 0 || x >= minCount && x <= maxCount }
