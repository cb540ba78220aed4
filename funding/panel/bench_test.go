package panel_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/panel"
)

// city is an election of the size of a town's: by default 64 projects and 6,586
// voters, as in Wieliczka in 2023, where each approves of up to eleven.
func city(seed uint64, projects, voters int) *panel.Election {
	r := rand.New(rand.NewPCG(seed, 1))
	e := &panel.Election{Budget: sp.Pounds(1_000_000)}
	for p := range projects {
		e.Projects = append(e.Projects, panel.Project{ID: project(p), Cost: sp.Pounds(5_000 + r.Int64N(95_000))})
	}
	for v := range voters {
		b := panel.Ballot{Voter: panel.VoterID(fmt.Sprintf("v%06d", v))}
		home := r.IntN(projects)
		for i := range projects {
			if r.IntN(20) == 0 || (i-home+projects)%projects < 8 && r.IntN(3) > 0 {
				b.Choices = append(b.Choices, panel.Choice{Project: project(i), Points: 1})
			}
		}
		e.Ballots = append(e.Ballots, b)
	}
	return e
}

func TestAnElectionCountsManyVotersAsOneByOne(t *testing.T) {
	for seed := range uint64(4) {
		e := city(seed, 40, 90)
		if seed%2 == 1 {
			e.Kind = panel.Scoring
			for i := range e.Ballots {
				for j := range e.Ballots[i].Choices {
					e.Ballots[i].Choices[j].Points = int64(1 + (i*7+j*3)%5)
				}
			}
		}
		for _, u := range []panel.Utility{panel.ByCost, panel.Cardinality} {
			o, err := panel.EqualShares(e, panel.Shares{Utility: u})
			require.NoError(t, err)
			funded, payments := plainShares(e, u)
			require.Empty(t, cmp.Diff(funded, o.Funded))
			require.Empty(t, cmp.Diff(payments, paid(o)))
		}
	}
}

func BenchmarkCount(b *testing.B) {
	e := city(1, 64, 6_586)
	for _, rule := range []struct {
		name  string
		count func() (*panel.Outcome, error)
	}{
		{"greedy", func() (*panel.Outcome, error) { return panel.Greedy(e, panel.Votes) }},
		{"shares", func() (*panel.Outcome, error) { return panel.EqualShares(e, panel.Shares{}) }},
		{"shares-cardinality", func() (*panel.Outcome, error) {
			return panel.EqualShares(e, panel.Shares{Utility: panel.Cardinality})
		}},
		{"shares-until-over", func() (*panel.Outcome, error) {
			return panel.EqualShares(e, panel.Shares{Raise: panel.UntilOver})
		}},
		{"phragmen", func() (*panel.Outcome, error) { return panel.Phragmen(e) }},
	} {
		b.Run(rule.name, func(b *testing.B) {
			var o *panel.Outcome
			for b.Loop() {
				var err error
				if o, err = rule.count(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(o.Raises), "raises")
		})
	}
}

// BenchmarkPlainShares is the rule voter by voter in rationals, for comparison.
func BenchmarkPlainShares(b *testing.B) {
	e := city(1, 64, 6_586)
	for b.Loop() {
		plainShares(e, panel.ByCost)
	}
}

func BenchmarkReadPB(b *testing.B) {
	file := write(b, city(1, 64, 6_586))
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, _, err := panel.ReadPB(strings.NewReader(file), panel.Reading{}); err != nil {
			b.Fatal(err)
		}
	}
}
