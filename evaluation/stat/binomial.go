package stat

import (
	"math"
	"sort"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"gonum.org/v1/gonum/mathext"
)

// binomialP returns the two-sided p of x of n cases where each has probability p:
// the probability of all numbers that are no likelier than x.
func binomialP(x, n, p float64) float64 {
	const tie = 1 + 1e-7 // numbers as likely as x, but for rounding, count
	bound := binomialLog(x, n, p) + math.Log(tie)
	mode := min(n, math.Floor((n+1)*p))
	switch {
	case x == mode || x == n*p:
		return 1
	case x < mode:
		// The likelihood falls from the mode to n: the first that is no likelier than x.
		from := mode + float64(sort.Search(int(n-mode)+1, func(i int) bool { return binomialLog(mode+float64(i), n, p) <= bound }))
		return min(1, atMost(x, n, p)+atLeast(from, n, p))
	default:
		// From the mode down to 0.
		below := mode - float64(sort.Search(int(mode)+1, func(i int) bool { return binomialLog(mode-float64(i), n, p) <= bound }))
		return min(1, atLeast(x, n, p)+atMost(below, n, p))
	}
}

// atLeast returns the probability of x or more of n cases.
func atLeast(x, n, p float64) float64 {
	if x <= 0 {
		return 1
	}
	if x > n {
		return 0
	}
	return mathext.RegIncBeta(x, n-x+1, p)
}

// atMost returns the probability of x or fewer of n cases.
func atMost(x, n, p float64) float64 {
	if x < 0 {
		return 0
	}
	if x >= n {
		return 1
	}
	return mathext.RegIncBeta(n-x, x+1, 1-p)
}

// binomialLog returns the logarithm of the probability of x of n cases.
func binomialLog(x, n, p float64) float64 {
	return special.LogGamma(n+1) - special.LogGamma(x+1) - special.LogGamma(n-x+1) + x*math.Log(p) + (n-x)*math.Log1p(-p)
}
