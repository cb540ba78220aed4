package assign

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/matching/assign/internal/recheck"
)

// one asks for one place at each of some providers, all at the cost 1; several for several together.
func one(id string, waited int, at ...string) Request { return several(id, 1, waited, at...) }

func several(id string, units, waited int, at ...string) Request {
	r := Request{ID: id, Units: units, Waited: waited}
	for _, p := range at {
		r.Options = append(r.Options, Option{p, 1})
	}
	return r
}

func TestSolveArrangesHouseholdsSoThatNobodyAfterThemLosesByIt(t *testing.T) {
	x, y := Provider{ID: "X", Places: 2}, Provider{ID: "Y", Places: 2}
	wide := []Provider{{ID: "X", Places: 3}, {ID: "Y", Places: 3}}
	for _, c := range []struct {
		name      string
		providers []Provider
		requests  []Request
		refused   []string
		cases     int // of the proof of the first refusal, 0 if all places are held
	}{
		{
			"somebody before them moves, so that two have room together",
			[]Provider{x, {ID: "Y", Places: 1}},
			[]Request{one("A", 9, "X", "Y"), several("two", 2, 8, "X")},
			[]string{},
			0,
		},
		{
			"they move for somebody who comes after",
			[]Provider{x, y},
			[]Request{several("two", 2, 9, "X", "Y"), one("A", 8, "X"), one("B", 7, "X")},
			[]string{},
			0,
		},
		{
			"nobody before them loses a place",
			[]Provider{x},
			[]Request{one("A", 9, "X"), several("two", 2, 8, "X"), one("B", 7, "X")},
			[]string{"two"},
			1,
		},
		{
			"a household that is larger than any provider is no obstacle",
			[]Provider{x},
			[]Request{several("five", 5, 9, "X"), one("A", 8, "X"), one("B", 7, "X")},
			[]string{"five"},
			0,
		},
		{
			"places are left that nobody can use together", wide,
			[]Request{several("H1", 2, 9, "X", "Y"), several("H2", 2, 8, "X", "Y"), several("H3", 2, 7, "X", "Y")},
			[]string{"H3"},
			3,
		},
		{
			"somebody alone is left out by how the households fit", wide,
			[]Request{several("H1", 2, 9, "X", "Y"), several("H2", 2, 8, "X", "Y"), one("A", 7, "X"), one("B", 6, "X")},
			[]string{"B"},
			3,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := list{c.providers, c.requests}.problem(t)
			d := read(t, p, Policy{})
			require.Equal(t, c.refused, d.r.Refused)
			require.Nil(t, d.r.Unproven)
			if len(c.refused) > 0 {
				r, err := d.Refusal(c.refused[0])
				require.NoError(t, err)
				require.Equal(t, c.cases, r.Cases, r.String())
			}
		})
	}
}

// drawTogether draws a list of which many are households.
func drawTogether(t *rapid.T, n, m int) list {
	var l list
	for j := range rapid.IntRange(1, m).Draw(t, "providers") {
		l.providers = append(l.providers, Provider{ID: fmt.Sprint("X", j), Places: rapid.IntRange(0, 5).Draw(t, "places")})
	}
	cost := rapid.SampledFrom([]int{1, 3, 1000}).Draw(t, "costs")
	for i := range rapid.IntRange(0, n).Draw(t, "requests") {
		r := Request{ID: fmt.Sprint("P", i), Waited: rapid.IntRange(0, 3).Draw(t, "waited"), Units: rapid.IntRange(1, 3).Draw(t, "units")}
		for _, p := range l.providers {
			if rapid.IntRange(0, 3).Draw(t, "option") > 0 {
				r.Options = append(r.Options, Option{p.ID, rapid.IntRange(0, cost).Draw(t, "cost")})
			}
		}
		if len(r.Options) > 0 && rapid.IntRange(0, 5).Draw(t, "held") == 0 {
			r.Held = r.Options[0].Provider
		}
		l.requests = append(l.requests, r)
	}
	return l
}

func TestSolveAgreesWithAllPlacementsOfHouseholdsPersonByPerson(t *testing.T) {
	cases, own, checks := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := drawTogether(t, 7, 4).problem(t)
		policy := drawPolicy(t)
		g, err := p.under(policy)
		require.NoError(t, err)
		r := solved(t, p, policy, Options{})
		require.Nil(t, r.Unproven)
		require.Equal(t, enumerate(g), placed(g, r))
		warm := solved(t, p, policy, Options{Warm: r})
		require.Equal(t, r.Placements, warm.Placements)
		slow := solved(t, p, policy, Options{Budget: 1})
		require.Equal(t, r.Placements, slow.Placements)
		checks++
		own += min(len(r.Proof.Households), 1)
		if r.Proof.Arrangement != nil {
			cases++
		}
	})
	if checks >= 100 {
		require.Positive(t, cases, "proofs that tell arrangements apart were met")
		require.Positive(t, own)
	}
}

func TestUnprovenSaysHowFarFromTheBestAResultIsAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawTogether(t, 7, 4).problem(t)
		policy := drawPolicy(t)
		best := solved(t, p, policy, Options{})
		r := solved(t, p, policy, Options{Cases: rapid.IntRange(-1, 2).Draw(t, "cases")})
		rec, err := NewRecord(p, r)
		require.NoError(t, err)
		data, err := json.Marshal(rec)
		require.NoError(t, err)
		require.NoError(t, recheck.Check(data))
		switch {
		case r.Unproven == nil:
			require.Equal(t, best.Placements, r.Placements)
		case len(r.Unproven.Refused) == 0:
			require.Equal(t, best.Refused, r.Refused)
			require.LessOrEqual(t, r.Unproven.Least, best.Score)
			require.LessOrEqual(t, best.Score, r.Score)
		default:
			d, err := Read(p, r)
			require.NoError(t, err)
			for _, id := range r.Unproven.Refused {
				why, err := d.Refusal(id)
				require.NoError(t, err)
				require.True(t, why.Unproven)
				require.Contains(t, why.String(), "not all")
			}
		}

		// It cannot say of itself that it is better, or proven.
		if r.Unproven != nil {
			better := *r
			better.Unproven = &Unproven{r.Unproven.Refused, r.Score + 1}
			require.ErrorIs(t, Verify(p, &better), sp.ErrInvalid)
			if len(r.Unproven.Refused) > 0 {
				better.Unproven = &Unproven{nil, r.Unproven.Least}
				require.ErrorIs(t, Verify(p, &better), sp.ErrInvalid)
			}
		}
	})
}
