package assign

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A list is a problem that is drawn, before it is checked.
type list struct {
	providers []Provider
	requests  []Request
}

func (l list) problem(tb require.TestingT) *Problem {
	p, err := New(l.providers, slices.Values(l.requests))
	require.NoError(tb, err)
	return p
}

// drawList draws a list of at most n requests at m providers, with what is asked for.
func drawList(t *rapid.T, n, m int, rich, households bool) list {
	var l list
	cost := rapid.SampledFrom([]int{1, 3, 1000, 1 << 20}).Draw(t, "costs")
	groups := []string{"carers", "young"}
	for j := range rapid.IntRange(0, m).Draw(t, "providers") {
		p := Provider{ID: fmt.Sprint("X", j), Places: rapid.IntRange(0, 3).Draw(t, "places")}
		if rich && rapid.Bool().Draw(t, "parts") {
			p.Parts = append(p.Parts, Part{Places: rapid.IntRange(0, 2).Draw(t, "reserved"), Group: rapid.SampledFrom(groups).Draw(t, "group")})
			p.Parts = append(p.Parts, Part{Places: 1, Cost: rapid.IntRange(0, 50).Draw(t, "dearer")})
		}
		l.providers = append(l.providers, p)
	}
	for i := range rapid.IntRange(0, n).Draw(t, "requests") {
		r := Request{ID: fmt.Sprint("P", i), Class: rapid.IntRange(0, 2).Draw(t, "class"), Waited: rapid.IntRange(0, 3).Draw(t, "waited") * 20}
		for _, p := range l.providers {
			if rapid.IntRange(0, 2).Draw(t, "option") > 0 {
				r.Options = append(r.Options, Option{p.ID, rapid.IntRange(0, cost).Draw(t, "cost")})
			}
		}
		if k := len(r.Options); rich && k > 0 {
			if rapid.Bool().Draw(t, "in a group") {
				r.Groups = []string{rapid.SampledFrom(groups).Draw(t, "which")}
			}
			switch rapid.IntRange(0, 5).Draw(t, "kind") {
			case 0:
				r.Held = r.Options[0].Provider
			case 1:
				r.Forbidden = []string{r.Options[k-1].Provider}
			case 2:
				if i == 0 && l.providers[0].Places > 0 {
					r.Pinned = l.providers[0].ID
				}
			case 3:
				if households {
					r.Units = rapid.IntRange(2, 3).Draw(t, "units")
				}
			}
		}
		l.requests = append(l.requests, r)
	}
	return l
}

func drawPolicy(t *rapid.T) Policy {
	return Policy{
		Seed:         rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "seed"),
		Ageing:       rapid.SampledFrom([][]int{nil, {0, 30, 60}}).Draw(t, "ageing"),
		ClassWeights: rapid.SampledFrom([][]int{nil, {4, 2, 1}}).Draw(t, "weights"),
		MovePenalty:  rapid.SampledFrom([]int{0, FreeMoves, 7}).Draw(t, "penalty"),
		Held:         rapid.SampledFrom([]Holding{KeepPlaces, Reconsider}).Draw(t, "held"),
	}
}

// placed returns where a result has the rows of a problem that are in line.
func placed(g *graph, r *Result) []int32 {
	at := make([]int32, len(g.p.rows))
	for i := range at {
		at[i] = -1
		if pl, ok := r.Of(g.p.rows[i].id); ok && g.rank[i] >= 0 {
			at[i], _ = g.find(PartRef{pl.Provider, pl.Part})
		}
	}
	return at
}

func solved(t require.TestingT, p *Problem, policy Policy, o Options) *Result {
	r, err := Solve(testContext, p, policy, o)
	require.NoError(t, err)
	require.NoError(t, Verify(p, r))
	return r
}

func TestSolveAgreesWithAllPlacementsOfTinyLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawList(t, 6, 4, true, rapid.Bool().Draw(t, "households")).problem(t)
		policy := drawPolicy(t)
		g, err := p.under(policy)
		require.NoError(t, err)
		r := solved(t, p, policy, Options{})
		require.Equal(t, enumerate(g), placed(g, r))
	})
}

func TestSolveAgreesWithAPlainFlowPersonByPerson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawList(t, 40, 12, rapid.Bool().Draw(t, "rich"), false).problem(t)
		policy := drawPolicy(t)
		g, err := p.under(policy)
		require.NoError(t, err)
		want := flow(g)
		r := solved(t, p, policy, Options{})
		require.Equal(t, want, placed(g, r))

		slow := solved(t, p, policy, Options{Budget: 1})
		require.Equal(t, r.Placements, slow.Placements, "the slow solver takes over and finds the same")
		warm := solved(t, p, policy, Options{Warm: r})
		require.Equal(t, r.Placements, warm.Placements, "and so do prices of an earlier run")
	})
}

func TestVerifyHoldsOfListsWithHouseholdsAndReserves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		households := rapid.Bool().Draw(t, "households")
		p := drawList(t, 20, 6, true, households).problem(t)
		policy := drawPolicy(t)
		if !households {
			policy.Precedence = OpenFirst
		}
		solved(t, p, policy, Options{})
	})
}

func TestResultsOfSolveDoNotDependOnTheOrderOfTheInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawList(t, 20, 6, true, true)
		policy := drawPolicy(t)
		want := solved(t, l.problem(t), policy, Options{})
		slices.Reverse(l.providers)
		l.requests = rapid.Permutation(l.requests).Draw(t, "order")
		for i := range l.requests {
			slices.Reverse(l.requests[i].Options)
		}
		require.Equal(t, want, solved(t, l.problem(t), policy, Options{}))
	})
}
