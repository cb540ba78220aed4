package chart

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// must is for values that cannot be refused.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// divisions are money over invented areas, by head and by need, and why one of them gets what it gets.
func divisions(tb testing.TB, n int) (disclosure.Released[Division], disclosure.Released[funding.Explanation]) {
	tb.Helper()
	rng := rand.New(rand.NewPCG(5, 5))
	var b strings.Builder
	b.WriteString("area,population,decile,imd_rank,last_year\n")
	for i := range n {
		people := 800 + rng.IntN(2400)
		fmt.Fprintf(&b, "E%05d,%d,%d,%d,%d.00\n", i+1, people, 1+10*i/n, i+1, people+rng.IntN(200))
	}
	areas, _, err := area.Read(strings.NewReader(b.String()), area.Layout{Population: "population"})
	require.NoError(tb, err)
	formula := funding.Formula{Factors: []funding.Factor{{Name: "deprivation", Column: "decile", DecileGradient: "0.5"}}}
	areas, err = formula.Weighted(areas, "need")
	require.NoError(tb, err)
	before, err := funding.Given(areas, "last_year", sp.GBP)
	require.NoError(tb, err)
	after, err := funding.Allocate(sp.Pounds(int64(n)*2200), areas, funding.Policy{Name: "need", Formula: formula, Opening: "last_year", Floor: funding.Bound{Growth: "-0.05"}})
	require.NoError(tb, err)
	why, err := after.Explain(areas.Codes()[n-1])
	require.NoError(tb, err)
	return must(disclosure.NotPeople(Division{Before: before, After: after, Need: "need", Rank: "imd_rank"}, "money by area")),
		must(disclosure.NotPeople(why, "money of one area"))
}
