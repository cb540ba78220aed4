package simulation_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
)

// twoTeams is a district of two areas of equal size, the first of which is the most deprived.
func twoTeams(t *testing.T) simulation.Scenario {
	t.Helper()
	areas, issues, err := area.Read(strings.NewReader("code,population,imd_decile\nmill,50000,1\nharbour,50000,10\n"), area.Layout{Boundary: 2021})
	require.NoError(t, err)
	require.Empty(t, issues)
	s := district(6, 0, 20)
	s.Teams = []simulation.Team{{Name: "mill", Cap: s.Teams[0].Cap}, {Name: "harbour", Cap: s.Teams[0].Cap}}
	s.Groups[0].Team, s.Groups[1].Team = "mill", "harbour"
	s.Money = &simulation.Money{Areas: areas, Years: []sp.Money{sp.Pounds(240_000), sp.Pounds(120_000)}, Post: sp.Pounds(36_428)}
	s.Way.Vacancy, s.Way.Tenure = nil, nil
	return s
}

func TestRunMakesPostsOfMoney(t *testing.T) {
	s := twoTeams(t)
	equal := run(t, s, simulation.Policy{}, simulation.Options{Seed: "a"})
	require.Equal(t, []simulation.Year{
		{Total: sp.Pounds(240_000), Spent: sp.Pounds(6 * 36_428), Posts: 6},
		{Total: sp.Pounds(120_000), Spent: sp.Pounds(2 * 36_428), Posts: 2},
	}, equal.Years)
	require.Equal(t, 1, equal.Teams[0].Posts)
	require.Equal(t, 1, equal.Teams[0].Filled)
	require.Positive(t, equal.Teams[0].HandedOver, "posts are cut after a year")
	require.Zero(t, equal.Teams[0].Left, "and nobody left by themself")

	weighted := run(t, s, simulation.Policy{Shares: funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "imd_decile", DecileGradient: "2"}}}}}, simulation.Options{Seed: "a"})
	require.Equal(t, equal.Groups[0].Referred, weighted.Groups[0].Referred)
	wait := func(r *simulation.Result, g int) float64 { return r.Groups[g].ToContact.Mean().Or(0) }
	require.Less(t, wait(weighted, 0), wait(equal, 0), "money that follows deprivation shortens waits where people are deprived")
	require.Greater(t, wait(weighted, 1), wait(equal, 1), "and makes them longer elsewhere")
}

func TestRunMakesPostsOfMoneyThatComesByQuarters(t *testing.T) {
	s := twoTeams(t)
	s.Days = 365
	s.Money.Years, s.Money.Quarters = nil, []sp.Money{sp.Pounds(60_000), sp.Pounds(30_000), sp.Pounds(60_000)}
	r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "quarters"})
	require.Equal(t, []simulation.Year{
		{Total: sp.Pounds(60_000), Spent: sp.Pounds(6 * 9_107), Posts: 6},
		{Total: sp.Pounds(30_000), Spent: sp.Pounds(2 * 9_107), Posts: 2},
		{Total: sp.Pounds(60_000), Spent: sp.Pounds(6 * 9_107), Posts: 6},
		{Total: sp.Pounds(60_000), Spent: sp.Pounds(6 * 9_107), Posts: 6},
	}, r.Years, "a quarter pays a quarter of 36,428 for each post")
	require.Positive(t, r.Teams[0].HandedOver)
	s.Money.Years = []sp.Money{sp.Pounds(1)}
	_, err := simulation.Run(t.Context(), s, simulation.Policy{}, simulation.Options{})
	require.ErrorContains(t, err, "money.quarters")
}

func TestRunRefusesMoneyForAreasWithoutATeam(t *testing.T) {
	s := twoTeams(t)
	s.Teams = s.Teams[:1]
	s.Money.Years = append(s.Money.Years, sp.Pounds(-1))
	_, err := simulation.Run(t.Context(), s, simulation.Policy{}, simulation.Options{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "money.areas")
	require.ErrorContains(t, err, "harbour")
	require.ErrorContains(t, err, "money.years[2]")
	require.ErrorContains(t, err, "groups[1].team")

	s = twoTeams(t)
	_, err = simulation.Run(t.Context(), s, simulation.Policy{Shares: funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "nothing", DecileGradient: "2"}}}}}, simulation.Options{})
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestRunFillsEveryPostAgain(t *testing.T) {
	s := district(10, 5, 20)
	s.Way.Tenure, s.Way.Vacancy = queue.Constant(100), queue.Constant(20)
	r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "b"})
	// In 730 days a post is filled for 100, empty for 20: at 720 it is filled a seventh time.
	require.Equal(t, 5*6, r.Teams[0].Left)
	require.Equal(t, 5*6*20, r.Teams[0].Vacant)
	require.Equal(t, 5, r.Teams[0].Filled)
}

func TestRunSendsThoseWhosePlaceIsCutSomewhereElse(t *testing.T) {
	s := district(10, 10, 100)
	s.Supply[0].Funded = []simulation.Funded{{From: start, Until: start.Add(364)}}
	r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "c"})
	all := sum(r)
	require.Positive(t, all.Cut)
	require.Greater(t, r.Supply[1].Asked, all.Cut, "the choir is all that is left")
}
