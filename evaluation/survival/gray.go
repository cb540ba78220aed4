package survival

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/socialprescribing/sp/evaluation/stat"
)

// Gray tests whether the cumulative incidence of a way to end differs between
// groups: do people of the most deprived areas begin as often as others, when
// leaving first is an end of its own? It is to [Incidence] what [LogRank] is to
// [Curve], and the same test where things end in one way only. With fewer than two
// groups that have anybody it is [stat.Undefined], as it is where nothing ended so.
//
// Source: Gray 1988, doi 10.1214/aos/1176350951, with rho = 0.
func Gray(way string, groups ...*Ends) RankTest {
	k := len(groups)
	t := RankTest{Test: stat.Test{Name: "Gray"}, Ended: make([]float64, k), Expected: make([]float64, k)}
	g := newGray(k)
	longest := 0
	for i, e := range groups {
		_, ended, waiting := e.Counts(way)
		g.risk[i] = float64(ended + waiting)
		longest = max(longest, len(e.waiting))
		for _, counts := range e.ended {
			longest = max(longest, len(counts))
		}
	}
	thus, others := make([]float64, k), make([]float64, k)
	for n := range longest {
		for i, e := range groups {
			thus[i], others[i] = 0, 0
			for name, counts := range e.ended {
				if name == way {
					thus[i] = float64(at(counts, n))
				} else {
					others[i] += float64(at(counts, n))
				}
			}
		}
		g.step(&t, thus, others)
		for i, e := range groups {
			g.risk[i] -= thus[i] + others[i] + float64(at(e.waiting, n))
		}
	}
	difference := make([]float64, k)
	for i := range difference {
		difference[i] = t.Ended[i] - t.Expected[i]
	}
	t.conclude(difference, g.variance())
	return t
}

// A gray holds what Gray's test knows just before a time. In its formulas, group i
// has h_i = Y_i/S_i people whom nothing but censoring has taken away, where Y_i are
// at risk and S_i is the Kaplan-Meier share without any end.
type gray struct {
	risk  []float64
	free  []float64 // S_i: share without any end
	share []float64 // F_i: cumulative incidence in the group
	all   float64   // F: cumulative incidence in all, if the groups do not differ

	// The variance of a score is an integral over squares of a weight that depends
	// on the value at the end, c; v0, v1 and v2 gather what stands before its powers.
	c  [][]float64
	v0 [][]float64
	v1 [][]float64
	v2 []float64
}

func newGray(k int) *gray {
	square := func() [][]float64 {
		m := make([][]float64, k)
		for i := range m {
			m[i] = make([]float64, k)
		}
		return m
	}
	g := &gray{risk: make([]float64, k), free: make([]float64, k), share: make([]float64, k), c: square(), v0: square(), v1: square(), v2: make([]float64, k)}
	for i := range g.free {
		g.free[i] = 1
	}
	return g
}

// step takes the ends of one time into account, in the groups that have anybody at
// risk.
func (g *gray) step(t *RankTest, thus, others []float64) {
	var ended, anyEnd, h, weighted float64 // h: sum of h_i; weighted: of h_i (1 - F_i)
	for i, y := range g.risk {
		ended += thus[i]
		anyEnd += thus[i] + others[i]
		if y > 0 {
			h += y / g.free[i]
			weighted += y * (1 - g.share[i]) / g.free[i]
		}
	}
	if anyEnd == 0 {
		return
	}
	for i, y := range g.risk {
		t.Ended[i] += thus[i]
		if y > 0 {
			t.Expected[i] += ended * y * (1 - g.share[i]) / (g.free[i] * weighted)
		}
	}
	free := make([]float64, len(g.free)) // after this time
	for i, y := range g.risk {
		free[i] = g.free[i]
		if y > 0 {
			free[i] *= (y - thus[i] - others[i]) / y
		}
	}
	after := g.all + ended/h
	weights := g.weights(h, ended)
	g.fromThus(weights, free, after, ended, h)
	g.fromOthers(free, others, after)
	for i, y := range g.risk {
		if y > 0 {
			g.share[i] += g.free[i] * thus[i] / y
		}
	}
	g.free, g.all = free, after
}

// weights returns by how much an end in group k moves the score of group i, and
// adds them up over time in c.
func (g *gray) weights(h, ended float64) [][]float64 {
	a := make([][]float64, len(g.risk))
	for i := range a {
		a[i] = make([]float64, len(g.risk))
		if g.risk[i] <= 0 {
			continue
		}
		hi := g.risk[i] / g.free[i]
		for k, y := range g.risk {
			if y > 0 {
				a[i][k] = hi * (indicator(i == k) - y/g.free[k]/h)
				g.c[i][k] += a[i][k] * ended / (h * (1 - g.all))
			}
		}
	}
	return a
}

// fromThus adds the variance of the ends that are followed.
func (g *gray) fromThus(a [][]float64, free []float64, after, ended, h float64) {
	if ended == 0 {
		return
	}
	for k, y := range g.risk {
		if y <= 0 {
			continue
		}
		u := 1.0
		if free[k] > 0 {
			u = 1 - (1-after)/free[k]
		}
		ties := 1.0
		if ended > 1 {
			ties = 1 - (ended-1)/(h*g.free[k]-1)
		}
		g.gather(k, ties*g.free[k]*ended/(h*y), u, func(i int) float64 { return a[i][k] - u*g.c[i][k] })
	}
}

// fromOthers adds the variance of the ends that compete with them.
func (g *gray) fromOthers(free, others []float64, after float64) {
	for k, y := range g.risk {
		if others[k] == 0 || free[k] <= 0 {
			continue
		}
		u := (1 - after) / free[k]
		ties := 1.0
		if others[k] > 1 {
			ties = 1 - (others[k]-1)/(y-1)
		}
		g.gather(k, ties*g.free[k]*g.free[k]*others[k]/(y*y), -u, func(i int) float64 { return u * g.c[i][k] })
	}
}

// gather adds size times the square of now + u c, where now is what is known of the
// weight of group i at this time and c its value at the end.
func (g *gray) gather(k int, size, u float64, now func(i int) float64) {
	g.v2[k] += u * u * size
	for i := range g.risk {
		g.v1[i][k] += now(i) * u * size
		for j := range i + 1 {
			g.v0[i][j] += now(i) * now(j) * size
		}
	}
}

func (g *gray) variance() *mat.Dense {
	n := len(g.risk)
	v := mat.NewDense(max(n, 1), max(n, 1), nil)
	for i := range n {
		for j := range i + 1 {
			s := g.v0[i][j]
			for k := range n {
				s += g.c[i][k]*g.c[j][k]*g.v2[k] + g.c[i][k]*g.v1[j][k] + g.c[j][k]*g.v1[i][k]
			}
			if math.IsNaN(s) || math.IsInf(s, 0) {
				s = 0
			}
			v.Set(i, j, s)
			v.Set(j, i, s)
		}
	}
	return v
}
