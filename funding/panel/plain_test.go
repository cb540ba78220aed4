package panel_test

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/panel"
)

// plain is an independent count: every rule with every option, voter by voter in
// rationals, as its definition reads and without anything that makes it fast.
type plain struct{ *panel.Election }

// points returns what all ballots give a project.
func (e plain) points(id panel.ProjectID) int64 {
	var sum int64
	for _, b := range e.Ballots {
		for _, c := range b.Choices {
			if c.Project == id {
				sum += c.Points
			}
		}
	}
	return sum
}

// eligible returns the election without the choices of projects below the threshold.
func (e plain) eligible() plain {
	out := *e.Election
	out.Ballots = slices.Clone(e.Ballots)
	for i, b := range out.Ballots {
		out.Ballots[i].Choices = slices.DeleteFunc(slices.Clone(b.Choices), func(c panel.Choice) bool { return e.points(c.Project) < e.Threshold })
	}
	return plain{&out}
}

func (e plain) cost(id panel.ProjectID) int64 {
	i := slices.IndexFunc(e.Projects, func(p panel.Project) bool { return p.ID == id })
	return e.Projects[i].Cost.Minor()
}

func (e plain) spent(funded []panel.ProjectID) (sum int64) {
	for _, id := range funded {
		sum += e.cost(id)
	}
	return sum
}

// greedy adds to what is funded whatever still fits, the most votes first.
func (e plain) greedy(funded []panel.ProjectID, by panel.Worth) []panel.ProjectID {
	order := slices.Clone(e.Projects)
	slices.SortFunc(order, func(a, b panel.Project) int {
		va, vb := rat(e.points(a.ID)), rat(e.points(b.ID))
		if by == panel.VotesPerCost {
			va.Quo(va, rat(a.Cost.Minor()))
			vb.Quo(vb, rat(b.Cost.Minor()))
		}
		return cmp.Or(vb.Cmp(va), strings.Compare(string(a.ID), string(b.ID)))
	})
	for _, p := range order {
		if e.points(p.ID) > 0 && !slices.Contains(funded, p.ID) && e.spent(funded)+p.Cost.Minor() <= e.Budget.Minor() {
			funded = append(funded, p.ID)
		}
	}
	return funded
}

// shares is equal shares with its options.
func (e plain) shares(o panel.Shares) []panel.ProjectID {
	if len(e.Ballots) == 0 {
		return nil
	}
	share := big.NewRat(e.Budget.Minor(), int64(len(e.Ballots)))
	funded, _ := plainSharesOf(e.Election, o.Utility, share)
	for o.Raise != panel.NoRaise {
		room := slices.ContainsFunc(e.Projects, func(p panel.Project) bool {
			fits := o.Raise == panel.UntilOver || e.spent(funded)+p.Cost.Minor() <= e.Budget.Minor()
			return fits && e.points(p.ID) > 0 && !slices.Contains(funded, p.ID)
		})
		if !room {
			break
		}
		share = new(big.Rat).Add(share, rat(o.Step.Minor()))
		next, _ := plainSharesOf(e.Election, o.Utility, share)
		if e.spent(next) > e.Budget.Minor() {
			break
		}
		funded = next
	}
	if o.Fill {
		funded = e.greedy(funded, panel.Votes)
	}
	return funded
}

// randomElection returns a small election, in which ties are common.
func randomElection(r *rand.Rand) *panel.Election {
	kinds := []panel.Kind{panel.Approval, panel.Approval, panel.Scoring, panel.Cumulative}
	e := &panel.Election{Kind: kinds[r.IntN(len(kinds))], Budget: sp.Pence(1 + r.Int64N(80))}
	if r.IntN(3) == 0 {
		e.Threshold = r.Int64N(6)
	}
	for p := range 1 + r.IntN(7) {
		e.Projects = append(e.Projects, panel.Project{ID: project(p), Cost: sp.Pence(1 + r.Int64N(20))})
	}
	for v := range r.IntN(10) {
		b := panel.Ballot{Voter: panel.VoterID(fmt.Sprintf("v%d", v))}
		for _, p := range e.Projects {
			points := r.Int64N(4)
			if e.Kind == panel.Approval {
				points = r.Int64N(2)
				if points == 0 {
					continue
				}
			}
			b.Choices = append(b.Choices, panel.Choice{Project: p.ID, Points: points})
		}
		e.Ballots = append(e.Ballots, b)
	}
	return e
}

func TestEveryOutcomeIsThatOfAnIndependentExactCount(t *testing.T) {
	outcomes := 0
	for seed := range uint64(110) {
		e := randomElection(rand.New(rand.NewPCG(seed, 7)))
		p := plain{e}.eligible()
		want := map[string][]panel.ProjectID{
			"greedy":                p.greedy(nil, panel.Votes),
			"greedy votes per cost": p.greedy(nil, panel.VotesPerCost),
		}
		if e.Kind == panel.Approval {
			want["Phragmen"] = plainPhragmen(p.Election)
		}
		for _, u := range []panel.Utility{panel.ByCost, panel.Cardinality} {
			for _, raise := range []panel.Raise{panel.NoRaise, panel.UntilOver, panel.UntilExhaustive} {
				for _, fill := range []bool{false, true} {
					o := panel.Shares{Utility: u, Raise: raise, Fill: fill, Step: sp.Pence(1)}
					want[fmt.Sprint("shares ", o)] = p.shares(o)
				}
			}
		}
		rules := counts(e.Kind)
		require.Len(t, rules, len(want))
		for name, rule := range rules {
			o, err := rule(e)
			require.NoError(t, err)
			require.Equal(t, want[name], o.Funded, "election %d, %s", seed, name)
			for _, refusal := range o.Refused {
				points := plain{e}.points(refusal.Project)
				require.Equal(t, points > 0 && points < e.Threshold, refusal.Why == panel.TooFewVotes)
			}
			outcomes++
		}
	}
	require.Greater(t, outcomes, 1500)
}
