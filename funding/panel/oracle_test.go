package panel_test

import (
	"fmt"
	"math/big"
	"math/bits"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/panel"
)

// drawElection draws a small election, in which ties are common.
func drawElection(t *rapid.T, kind panel.Kind) *panel.Election {
	e := &panel.Election{Kind: kind, Budget: sp.Pence(rapid.Int64Range(1, 60).Draw(t, "budget"))}
	unit := rapid.Bool().Draw(t, "unit costs")
	for p := range rapid.IntRange(1, 7).Draw(t, "projects") {
		cost := int64(rapid.IntRange(1, 15).Draw(t, "cost"))
		if unit {
			cost = 6
		}
		e.Projects = append(e.Projects, panel.Project{ID: project(p), Cost: sp.Pence(cost)})
	}
	for v := range rapid.IntRange(0, 9).Draw(t, "voters") {
		b := panel.Ballot{Voter: panel.VoterID(fmt.Sprintf("v%d", v))}
		for _, p := range e.Projects {
			if n := int64(rapid.IntRange(0, 3).Draw(t, "points")); n > 0 && (kind != panel.Approval || n > 1) {
				if kind == panel.Approval {
					n = 1
				}
				b.Choices = append(b.Choices, panel.Choice{Project: p.ID, Points: n})
			}
		}
		e.Ballots = append(e.Ballots, b)
	}
	return e
}

func rat(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// plainShares is equal shares as the paper defines it, voter by voter, in
// rationals.
func plainShares(e *panel.Election, u panel.Utility) (funded []panel.ProjectID, payments map[panel.ProjectID]map[panel.VoterID]string) {
	if len(e.Ballots) == 0 {
		return nil, map[panel.ProjectID]map[panel.VoterID]string{}
	}
	return plainSharesOf(e, u, big.NewRat(e.Budget.Minor(), int64(len(e.Ballots))))
}

// plainSharesOf is the same with a share for each voter.
func plainSharesOf(e *panel.Election, u panel.Utility, share *big.Rat) (funded []panel.ProjectID, payments map[panel.ProjectID]map[panel.VoterID]string) {
	payments = make(map[panel.ProjectID]map[panel.VoterID]string)
	money := make(map[panel.VoterID]*big.Rat)
	for _, b := range e.Ballots {
		money[b.Voter] = share
	}
	for {
		var best panel.ProjectID
		var bestRho *big.Rat
		for _, p := range e.Projects {
			if slices.Contains(funded, p.ID) {
				continue
			}
			rho := plainRho(e, p, u, money)
			if rho == nil {
				continue
			}
			if bestRho != nil && (rho.Cmp(bestRho) > 0 || rho.Cmp(bestRho) == 0 && p.ID > best) {
				continue
			}
			best, bestRho = p.ID, rho
		}
		if bestRho == nil {
			return funded, payments
		}
		funded = append(funded, best)
		payments[best] = make(map[panel.VoterID]string)
		for _, b := range e.Ballots {
			if worth := utility(e, b, best, u); worth.Sign() > 0 && money[b.Voter].Sign() > 0 {
				pays := new(big.Rat).Mul(worth, bestRho)
				if pays.Cmp(money[b.Voter]) > 0 {
					pays.Set(money[b.Voter])
				}
				money[b.Voter] = new(big.Rat).Sub(money[b.Voter], pays)
				payments[best][b.Voter] = pays.RatString()
			}
		}
	}
}

func utility(e *panel.Election, b panel.Ballot, id panel.ProjectID, u panel.Utility) *big.Rat {
	worth := rat(0)
	for _, c := range b.Choices {
		if c.Project == id {
			worth = rat(c.Points)
		}
	}
	if u == panel.ByCost {
		i := slices.IndexFunc(e.Projects, func(p panel.Project) bool { return p.ID == id })
		worth.Mul(worth, rat(e.Projects[i].Cost.Minor()))
	}
	return worth
}

// plainRho tries every voter as the last who is not drained.
func plainRho(e *panel.Election, p panel.Project, u panel.Utility, money map[panel.VoterID]*big.Rat) *big.Rat {
	type supporter struct{ has, worth, ratio *big.Rat }
	var all []supporter
	for _, b := range e.Ballots {
		if worth := utility(e, b, p.ID, u); worth.Sign() > 0 {
			has := money[b.Voter]
			all = append(all, supporter{has, worth, new(big.Rat).Quo(has, worth)})
		}
	}
	slices.SortFunc(all, func(a, b supporter) int { return a.ratio.Cmp(b.ratio) })
	rest, worth := rat(p.Cost.Minor()), rat(0)
	for _, s := range all {
		worth.Add(worth, s.worth)
	}
	for _, s := range all {
		if rho := new(big.Rat).Quo(rest, worth); rho.Cmp(s.ratio) <= 0 {
			return rho
		}
		rest.Sub(rest, s.has)
		worth.Sub(worth, s.worth)
	}
	return nil
}

func paid(o *panel.Outcome) map[panel.ProjectID]map[panel.VoterID]string {
	all := make(map[panel.ProjectID]map[panel.VoterID]string)
	for _, id := range o.Funded {
		all[id] = make(map[panel.VoterID]string)
		for _, p := range o.Payments(id) {
			if p.Amount.Sign() > 0 {
				all[id][p.Voter] = p.Amount.RatString()
			}
		}
	}
	return all
}

func TestEqualSharesAreThoseOfThePaperToTheLastFraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t, rapid.SampledFrom([]panel.Kind{panel.Approval, panel.Scoring, panel.Cumulative}).Draw(t, "kind"))
		u := rapid.SampledFrom([]panel.Utility{panel.ByCost, panel.Cardinality}).Draw(t, "utility")
		o, err := panel.EqualShares(e, panel.Shares{Utility: u})
		require.NoError(t, err)
		funded, payments := plainShares(e, u)
		require.Empty(t, cmp.Diff(funded, o.Funded))
		require.Empty(t, cmp.Diff(payments, paid(o)))
	})
}

// plainPhragmen is the rule as it is defined, voter by voter.
func plainPhragmen(e *panel.Election) []panel.ProjectID {
	loads := make(map[panel.VoterID]*big.Rat)
	for _, b := range e.Ballots {
		loads[b.Voter] = rat(0)
	}
	var funded []panel.ProjectID
	left := e.Budget.Minor()
	for {
		best, least := -1, (*big.Rat)(nil)
		for i, p := range e.Projects {
			sum, voters := rat(p.Cost.Minor()), rat(0)
			for _, b := range e.Ballots {
				if utility(e, b, p.ID, panel.Cardinality).Sign() > 0 {
					sum.Add(sum, loads[b.Voter])
					voters.Add(voters, rat(1))
				}
			}
			if voters.Sign() == 0 || slices.Contains(funded, p.ID) || p.Cost.Cmp(e.Budget) > 0 {
				continue
			}
			if sum.Quo(sum, voters); least == nil || sum.Cmp(least) < 0 {
				best, least = i, sum
			}
		}
		if best < 0 || e.Projects[best].Cost.Minor() > left {
			return funded
		}
		funded = append(funded, e.Projects[best].ID)
		left -= e.Projects[best].Cost.Minor()
		for _, b := range e.Ballots {
			if utility(e, b, e.Projects[best].ID, panel.Cardinality).Sign() > 0 {
				loads[b.Voter] = least
			}
		}
	}
}

func TestPhragmenIsAsDefinedAndItsPaymentsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t, panel.Approval)
		o, err := panel.Phragmen(e)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(plainPhragmen(e), o.Funded))
		requireSound(t, e, o)
	})
}

// counts are all rules with all options.
func counts(kind panel.Kind) map[string]func(*panel.Election) (*panel.Outcome, error) {
	all := map[string]func(*panel.Election) (*panel.Outcome, error){
		"greedy":                func(e *panel.Election) (*panel.Outcome, error) { return panel.Greedy(e, panel.Votes) },
		"greedy votes per cost": func(e *panel.Election) (*panel.Outcome, error) { return panel.Greedy(e, panel.VotesPerCost) },
	}
	if kind == panel.Approval {
		all["Phragmen"] = panel.Phragmen
	}
	for _, u := range []panel.Utility{panel.ByCost, panel.Cardinality} {
		for _, r := range []panel.Raise{panel.NoRaise, panel.UntilOver, panel.UntilExhaustive} {
			for _, fill := range []bool{false, true} {
				o := panel.Shares{Utility: u, Raise: r, Fill: fill, Step: sp.Pence(1)}
				all[fmt.Sprint("shares ", o)] = func(e *panel.Election) (*panel.Outcome, error) { return panel.EqualShares(e, o) }
			}
		}
	}
	return all
}

// requireSound holds an outcome to what is true of every rule: it is within the
// budget, every project is accounted for, and payments come from supporters and add
// up to what they pay for.
func requireSound(t *rapid.T, e *panel.Election, o *panel.Outcome) {
	require.LessOrEqual(t, o.Cost.Minor(), e.Budget.Minor())
	require.Len(t, o.Rounds, len(o.Funded))
	require.Equal(t, len(e.Projects), len(o.Funded)+len(o.Refused))
	var cost int64
	spent := make(map[panel.VoterID]*big.Rat)
	for i, r := range o.Rounds {
		require.Equal(t, o.Funded[i], r.Project)
		cost += r.Cost.Minor()
		require.Equal(t, e.Budget.Minor()-cost, r.Left.Minor())
		require.Positive(t, r.Supporters)
		payments := o.Payments(r.Project)
		if len(payments) == 0 {
			require.True(t, r.Filled || r.Price == nil)
			continue
		}
		sum := new(big.Rat)
		for _, p := range payments {
			sum.Add(sum, p.Amount)
			require.GreaterOrEqual(t, p.Amount.Sign(), 0)
			b := e.Ballots[slices.IndexFunc(e.Ballots, func(b panel.Ballot) bool { return b.Voter == p.Voter })]
			require.Positive(t, utility(e, b, r.Project, panel.Cardinality).Sign(), "only supporters pay")
			if spent[p.Voter] == nil {
				spent[p.Voter] = new(big.Rat)
			}
			spent[p.Voter].Add(spent[p.Voter], p.Amount)
		}
		require.Equal(t, rat(r.Cost.Minor()).RatString(), sum.RatString(), "payments add up to the cost")
	}
	require.Equal(t, cost, o.Cost.Minor())
	if o.Share == nil {
		return
	}
	for _, s := range spent {
		require.LessOrEqual(t, s.Cmp(o.Share), 0, "nobody pays more than their share")
	}
	for _, r := range o.Refused { // with this, the outcome is priceable
		if r.Why == panel.CannotPay {
			require.Less(t, r.Had.Minor(), r.Cost.Minor(), "who could pay would have bought")
		}
	}
}

func TestEveryOutcomeIsSoundAndDoesNotDependOnTheOrderOfTheInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t, rapid.SampledFrom([]panel.Kind{panel.Approval, panel.Scoring}).Draw(t, "kind"))
		other := *e
		other.Projects = rapid.Permutation(e.Projects).Draw(t, "projects")
		other.Ballots = rapid.Permutation(e.Ballots).Draw(t, "ballots")
		for name, count := range counts(e.Kind) {
			o, err := count(e)
			require.NoError(t, err, name)
			requireSound(t, e, o)
			again, err := count(&other)
			require.NoError(t, err, name)
			require.Empty(t, cmp.Diff(fmt.Sprint(o.Rounds, o.Refused), fmt.Sprint(again.Rounds, again.Refused)), name)
			require.Empty(t, cmp.Diff(paid(o), paid(again)), name)
		}
	})
}

// drawCamps draws an election in which two camps want different things, so that
// it is easy to be outvoted.
func drawCamps(t *rapid.T) *panel.Election {
	e := &panel.Election{Budget: sp.Pence(rapid.Int64Range(10, 30).Draw(t, "budget"))}
	unit := rapid.Bool().Draw(t, "unit costs")
	for p := range 6 {
		cost := int64(6)
		if !unit {
			cost = rapid.Int64Range(3, 9).Draw(t, "cost")
		}
		e.Projects = append(e.Projects, panel.Project{ID: project(p), Cost: sp.Pence(cost)})
	}
	for v := range rapid.IntRange(3, 7).Draw(t, "voters") {
		b := panel.Ballot{Voter: panel.VoterID(fmt.Sprintf("v%d", v))}
		camp := rapid.IntRange(0, 1).Draw(t, "camp")
		for p := range 6 {
			if strays := rapid.IntRange(0, 9).Draw(t, "strays") == 9; strays != (p%2 == camp) {
				b.Choices = append(b.Choices, panel.Choice{Project: project(p), Points: 1})
			}
		}
		e.Ballots = append(e.Ballots, b)
	}
	return e
}

// TestAnElectionGivesGroupsThatAgreeTheirShare holds equal shares to extended justified
// representation up to one project, for every group of voters and every set of
// projects that they agree on: some voter gets as much of what they like as the
// group could have bought, or would with one project more. With unit costs, and so
// without remainders, the one more is not needed.
func TestAnElectionGivesGroupsThatAgreeTheirShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawCamps(t)
		u := rapid.SampledFrom([]panel.Utility{panel.ByCost, panel.Cardinality}).Draw(t, "utility")
		o, err := panel.EqualShares(e, panel.Shares{Utility: u})
		require.NoError(t, err)
		worth := func(b panel.Ballot, projects []panel.ProjectID) *big.Rat {
			sum := new(big.Rat)
			for _, id := range projects {
				sum.Add(sum, utility(e, b, id, u))
			}
			return sum
		}
		unit := !slices.ContainsFunc(e.Projects, func(p panel.Project) bool { return p.Cost != e.Projects[0].Cost })
		for set := 1; set < 1<<len(e.Projects); set++ {
			var wish []panel.ProjectID
			var cost int64
			for i, p := range e.Projects {
				if set&(1<<i) != 0 {
					wish, cost = append(wish, p.ID), cost+p.Cost.Minor()
				}
			}
			agree := 0 // the voters who are for all of it
			for i, b := range e.Ballots {
				if !slices.ContainsFunc(wish, func(id panel.ProjectID) bool { return utility(e, b, id, u).Sign() == 0 }) {
					agree |= 1 << i
				}
			}
			for voters := 1; voters < 1<<len(e.Ballots); voters++ {
				if voters&^agree != 0 || int64(bits.OnesCount(uint(voters)))*e.Budget.Minor() < cost*int64(len(e.Ballots)) {
					continue // they do not agree, or have less together than it costs
				}
				content := false
				for i, b := range e.Ballots {
					if voters&(1<<i) == 0 {
						continue
					}
					want, got := worth(b, wish), worth(b, o.Funded)
					content = content || got.Cmp(want) >= 0
					for _, id := range wish {
						more := worth(b, append(slices.Clone(o.Funded), id))
						content = content || !unit && !slices.Contains(o.Funded, id) && more.Cmp(want) > 0
					}
				}
				require.True(t, content, "voters %b agree on %v", voters, wish)
			}
		}
	})
}

func TestAnElectionCountsNumbersOfAnySizeExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := func(most int64) *rapid.Generator[int64] {
			return rapid.OneOf(rapid.Int64Range(1, 9), rapid.Int64Range(1, most), rapid.Int64Range(most-9, most))
		}
		e := &panel.Election{Kind: panel.Scoring, Budget: sp.Pence(size(panel.MaxCost).Draw(t, "budget"))}
		for p := range rapid.IntRange(1, 6).Draw(t, "projects") {
			e.Projects = append(e.Projects, panel.Project{ID: project(p), Cost: sp.Pence(size(panel.MaxCost/8).Draw(t, "cost"))})
		}
		for v := range rapid.IntRange(1, 6).Draw(t, "voters") {
			b := panel.Ballot{Voter: panel.VoterID(fmt.Sprintf("v%d", v))}
			for _, p := range e.Projects {
				if rapid.Bool().Draw(t, "for") {
					b.Choices = append(b.Choices, panel.Choice{Project: p.ID, Points: size(panel.MaxPoints/64).Draw(t, "points")})
				}
			}
			e.Ballots = append(e.Ballots, b)
		}
		for _, u := range []panel.Utility{panel.ByCost, panel.Cardinality} {
			o, err := panel.EqualShares(e, panel.Shares{Utility: u})
			require.NoError(t, err)
			funded, payments := plainShares(e, u)
			require.Empty(t, cmp.Diff(funded, o.Funded))
			require.Empty(t, cmp.Diff(payments, paid(o)))
		}
	})
}
