package stat

import (
	"cmp"
	"math"
	"slices"

	"github.com/socialprescribing/sp/evaluation/internal/special"
)

// SignedRank tests whether changes are symmetric around 0, by ranks instead of
// values: Wilcoxon's test of paired scores, for scores of few steps or with
// outliers. The statistic is the sum of the ranks of rises. P is exact below 50
// changes without ties, and otherwise normal with corrections for continuity and
// ties, as wilcox.test of R. Changes of 0 are left out; if there are no others it
// is [Undefined]. It fails if a change is not a number from -1e100 to 1e100.
//
// Source: Wilcoxon 1945, doi 10.2307/3001968.
func SignedRank(changes []float64) (Test, error) {
	c := checker("signed rank")
	checkValues(c, "changes", changes)
	if err := c.Err(); err != nil {
		return Test{}, err
	}
	t := Test{Name: "Wilcoxon signed rank"}
	changes = slices.DeleteFunc(slices.Clone(changes), func(v float64) bool { return v == 0 })
	if len(changes) == 0 {
		t.Undefined = NoSpread
		return t, nil
	}
	slices.SortFunc(changes, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	n := float64(len(changes))
	var ties float64
	for from := 0; from < len(changes); {
		to := from
		for to < len(changes) && math.Abs(changes[to]) == math.Abs(changes[from]) {
			to++
		}
		rank, size := float64(from+to+1)/2, float64(to-from)
		for _, v := range changes[from:to] {
			if v > 0 {
				t.Statistic += rank
			}
		}
		ties += size*size*size - size
		from = to
	}
	if len(changes) < 50 && ties == 0 {
		t.P = exactSignedRank(int(t.Statistic), len(changes))
		return t, nil
	}
	z := t.Statistic - n*(n+1)/4
	z -= math.Copysign(min(0.5, math.Abs(z)), z)
	t.P = special.NormalP(z / math.Sqrt(n*(n+1)*(2*n+1)/24-ties/48))
	return t, nil
}

// exactSignedRank returns the two-sided p of a sum of ranks by counting in how
// many ways each sum comes about.
func exactSignedRank(v, n int) float64 {
	most := n * (n + 1) / 2
	ways := make([]float64, most+1)
	ways[0] = 1
	for rank := 1; rank <= n; rank++ {
		for s := most; s >= rank; s-- {
			ways[s] += ways[s-rank]
		}
	}
	var tail float64
	for _, w := range ways[:min(v, most-v)+1] {
		tail += w
	}
	return min(1, 2*tail/math.Exp2(float64(n)))
}
