package survival

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"gonum.org/v1/gonum/mat"

	"github.com/socialprescribing/sp/evaluation/stat"
)

// A RankTest compares how long things take in groups.
type RankTest struct {
	stat.Test
	Ended    []float64 // in each group; weighted, as the test weights them
	Expected []float64 // if the groups did not differ
}

// LogRank tests whether durations differ between groups at any time, all times
// counting the same. With fewer than two groups that have anybody it is
// [stat.Undefined], as it is where nothing ended.
//
// Source: Mantel 1966; Peto & Peto 1972, doi 10.2307/2344317.
func LogRank(groups ...*Durations) RankTest { return rankTest("log-rank", 0, groups) }

// PetoPeto tests the same with more weight on early differences: each time counts
// as much as are left of all groups together, as survdiff of R with rho = 1.
//
// Source: Harrington & Fleming 1982, doi 10.1093/biomet/69.3.553.
func PetoPeto(groups ...*Durations) RankTest { return rankTest("Peto-Peto", 1, groups) }

func rankTest(name string, rho float64, groups []*Durations) RankTest {
	k := len(groups)
	t := RankTest{Test: stat.Test{Name: name}, Ended: make([]float64, k), Expected: make([]float64, k)}
	risk, longest := make([]float64, k), 0
	for i, g := range groups {
		risk[i] = float64(total(g.ended) + total(g.waiting))
		longest = max(longest, len(g.ended), len(g.waiting))
	}
	variance := mat.NewDense(max(k, 1), max(k, 1), nil)
	left := 1.0
	for n := range longest {
		var ended, all float64
		for i, g := range groups {
			ended += float64(at(g.ended, n))
			all += risk[i]
		}
		if ended > 0 {
			weight := math.Pow(left, rho)
			for i, g := range groups {
				t.Ended[i] += weight * float64(at(g.ended, n))
				t.Expected[i] += weight * ended * risk[i] / all
				if all < 2 {
					continue
				}
				for j := range groups {
					v := weight * weight * ended * (all - ended) / (all - 1) * risk[i] / all * (indicator(i == j) - risk[j]/all)
					variance.Set(i, j, variance.At(i, j)+v)
				}
			}
			left *= (all - ended) / all
		}
		for i, g := range groups {
			risk[i] -= float64(at(g.ended, n) + at(g.waiting, n))
		}
	}
	difference := make([]float64, k)
	for i := range difference {
		difference[i] = t.Ended[i] - t.Expected[i]
	}
	t.conclude(difference, variance)
	return t
}

// conclude sets the statistic of a test from what groups differ by, over those
// groups of which there is anything to tell.
func (t *RankTest) conclude(difference []float64, variance *mat.Dense) {
	var with []int
	for i := range difference {
		if variance.At(i, i) > 1e-12 {
			with = append(with, i)
		}
	}
	if len(with) < 2 {
		t.Undefined = stat.OneGroup
		return
	}
	with = with[1:] // differences add up to nothing: one of them follows from the others
	d, v := mat.NewVecDense(len(with), nil), mat.NewDense(len(with), len(with), nil)
	for a, i := range with {
		d.SetVec(a, difference[i])
		for b, j := range with {
			v.Set(a, b, variance.At(i, j))
		}
	}
	var x mat.VecDense
	if err := x.SolveVec(v, d); err != nil {
		t.Undefined = stat.Collinear
		return
	}
	t.Statistic, t.DF = max(0, mat.Dot(d, &x)), float64(len(with))
	t.P = special.ChiSquaredP(t.Statistic, t.DF)
}
