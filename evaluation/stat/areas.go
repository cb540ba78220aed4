package stat

import (
	"math"
	"slices"
	"sort"

	"github.com/socialprescribing/sp"
)

// QuantileGroups puts areas into so many groups of about equal numbers of areas
// by their values, 1 for the lowest values: quintiles of a rank whose 1 is the most
// deprived come out with the most deprived first. Negate a score that rises with
// deprivation. Areas of equal value share a group. An area whose value is
// not known, NaN, belongs to none and is 0. With fewer known values than groups
// the error is [TooFewValues]. It fails if a value is infinite, and unless there
// are from 2 to 100 groups.
//
// Source: the rule of PHEindicatormethods, phe_quantile.
func QuantileGroups(values []float64, groups int) ([]int, error) {
	c := checker("quantile groups")
	c.Check(groups >= 2 && groups <= 100, "groups", sp.OutOfRange, "must be from 2 to 100")
	var known []float64
	for _, v := range values {
		if !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	checkValues(c, "values", known)
	if err := c.Err(); err != nil {
		return nil, err
	}
	if len(known) < groups {
		return nil, TooFewValues
	}
	slices.Sort(known)
	n, q := len(known), groups
	in := make([]int, len(values))
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		above := n - sort.SearchFloat64s(known, v) // N + 1 less the lowest rank of v's ties
		// ceil(above / (N/q)) in whole numbers
		in[i] = max(1, q+1-(above*q+n-1)/n)
	}
	return in, nil
}
