package assign

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
)

// An outcome is who is placed, and at which cost: -1 where somebody is not.
type outcome []int

func (o outcome) placed() (n, cost int) {
	for _, c := range o {
		if c >= 0 {
			n, cost = n+1, cost+c
		}
	}
	return n, cost
}

// accept is deferred acceptance in which all providers put people in the same order: everybody in
// line takes the best place that is left.
func (in instance) accept() outcome {
	o, left := make(outcome, len(in.options)), slices.Clone(in.places)
	line := make([]int, len(in.rank))
	for i, k := range in.rank {
		line[k] = i
	}
	for _, i := range line {
		best := generated{-1, -1}
		for _, g := range in.options[i] {
			if left[g.provider] > 0 && (best.provider < 0 || g.cost < best.cost) {
				best = g
			}
		}
		if o[i] = best.cost; best.provider >= 0 {
			left[best.provider]--
		}
	}
	return o
}

// thenCost lets cost decide who, within a class: everybody may also stay without a place, at a
// cost that is the higher the more urgent they are.
func (in instance) thenCost(tb testing.TB) outcome {
	tb.Helper()
	more := in
	more.places = append(slices.Clone(in.places), len(in.options))
	more.options = nil
	for i, options := range in.options {
		more.options = append(more.options, append(slices.Clone(options), generated{len(in.places), 8000 * (4 - in.class[i])}))
	}
	return more.outcome(solved(tb, more.problem(tb), Policy{}, Options{}))
}

func (in instance) outcome(r *Result) outcome {
	o := make(outcome, len(in.options))
	for i := range o {
		o[i] = -1
		if pl, ok := r.Of(fmt.Sprintf("P%06d", i)); ok && pl.Cost < 8000 {
			o[i] = pl.Cost
		}
	}
	return o
}

// leftOut returns how many of 1,000 of the last class have no place: of the fifth for whom even the
// nearest is far, and of the rest.
func (in instance) leftOut(o outcome) (remote, rest int) {
	var nearest []int
	of := func(i int) int {
		return slices.MinFunc(in.options[i], func(x, y generated) int { return x.cost - y.cost }).cost
	}
	for i := range o {
		if in.class[i] == 3 && len(in.options[i]) > 0 {
			nearest = append(nearest, of(i))
		}
	}
	slices.Sort(nearest)
	cut := nearest[len(nearest)*4/5]
	var without, all [2]int
	for i := range o {
		if in.class[i] != 3 || len(in.options[i]) == 0 {
			continue
		}
		k := 0
		if of(i) > cut {
			k = 1
		}
		if all[k]++; o[i] < 0 {
			without[k]++
		}
	}
	return without[1] * 1000 / all[1], without[0] * 1000 / all[0]
}

// docs/assignment.md says these figures.
func TestSolvePlacesMoreThanOtherRulesAndLeavesNobodyOutForBeingFarAway(t *testing.T) {
	tier.Need(t, tier.Full)
	in := plain(10_000, true).generate(1)
	for _, c := range []struct {
		name                       string
		o                          outcome
		placed, cost, remote, rest int
	}{
		{"priority, then cost", in.outcome(solved(t, in.problem(t), Policy{}, Options{})), 8459, 1174598, 352, 397},
		{"deferred acceptance, one order", in.accept(), 7676, 1141206, 227, 614},
		{"class, then cost", in.thenCost(t), 8459, 1140378, 544, 350},
	} {
		placed, cost := c.o.placed()
		remote, rest := in.leftOut(c.o)
		require.Equal(t, []int{c.placed, c.cost, c.remote, c.rest}, []int{placed, cost, remote, rest}, c.name)
	}
}
