package panel_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/panel"
	"github.com/socialprescribing/sp/internal/shared"
)

// pair is an election of two voters on two projects.
func pair() *panel.Election {
	return &panel.Election{
		Budget:   sp.Pounds(100),
		Projects: []panel.Project{{ID: "a", Cost: sp.Pounds(50)}, {ID: "b", Cost: sp.Pounds(60)}},
		Ballots:  []panel.Ballot{panel.Approve("1", "a"), panel.Approve("2", "b")},
	}
}

func TestAnElectionThatCannotBeCountedIsRefusedByEveryRule(t *testing.T) {
	for field, spoil := range map[string]func(*panel.Election){
		"kind":               func(e *panel.Election) { e.Kind = "lottery" },
		"budget":             func(e *panel.Election) { e.Budget = sp.Money{} },
		"projects[1].id":     func(e *panel.Election) { e.Projects[1].ID = "a" },
		"projects[0].id":     func(e *panel.Election) { e.Projects[0].ID = "a,b" },
		"projects[0].cost":   func(e *panel.Election) { e.Projects[0].Cost = sp.Pounds(-1) },
		"projects[1].cost":   func(e *panel.Election) { e.Projects[1].Cost = sp.NewMoney(5, sp.EUR) },
		"projects must cost": func(e *panel.Election) { e.Projects[0].Cost, e.Projects[1].Cost = sp.Pence(1<<50), sp.Pence(1<<50) },
		"ballots[1].voter":   func(e *panel.Election) { e.Ballots[1].Voter = "1" },
		"ballots[0].voter":   func(e *panel.Election) { e.Ballots[0].Voter = " 1" },
		"ballots[0].choices": func(e *panel.Election) { e.Ballots[0] = panel.Approve("1", "c") },
		"ballots[1].choices": func(e *panel.Election) { e.Ballots[1] = panel.Approve("2", "b", "b") },
		"one point each":     func(e *panel.Election) { e.Ballots[0].Choices[0].Points = 2 },
		"points from 0":      func(e *panel.Election) { e.Kind = panel.Scoring; e.Ballots[0].Choices[0].Points = -1 },
		"points together": func(e *panel.Election) {
			e.Kind = panel.Cumulative
			e.Ballots[0].Choices[0].Points, e.Ballots[1].Choices[0].Points = 1<<50, 1<<50
		},
		"preferences": func(e *panel.Election) { e.Kind = panel.Ordinal },
	} {
		e := pair()
		spoil(e)
		for name, count := range counts(panel.Approval) {
			_, err := count(e)
			require.ErrorIs(t, err, sp.ErrInvalid, name)
			require.ErrorContains(t, err, field, name)
		}
	}
	e := pair()
	e.Kind = panel.Scoring
	_, err := panel.Phragmen(e)
	require.ErrorIs(t, err, sp.ErrInvalid, "Phragmen takes approvals only")
	_, err = panel.Greedy(pair(), "votes-per-cost")
	require.ErrorIs(t, err, sp.ErrInvalid, "a worth that is none is not taken for votes")
	require.ErrorContains(t, err, "worth")
	for name, o := range map[string]panel.Shares{
		"utility": {Utility: "joy"},
		"raise":   {Raise: "for ever"},
		"step":    {Step: sp.Pounds(-1)},
	} {
		_, err := panel.EqualShares(pair(), o)
		require.ErrorContains(t, err, name)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestAnElectionRefusesAStepThatWouldTakeForEver(t *testing.T) {
	e := pair()
	e.Budget, e.Projects[0].Cost, e.Projects[1].Cost = sp.Pounds(1_000), sp.Pounds(1_000_000), sp.Pounds(1_000_000)
	_, err := panel.EqualShares(e, panel.Shares{Raise: panel.UntilOver, Step: sp.Pence(1)})
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "step")
}

func TestWithoutVotersOrProjectsNothingIsFunded(t *testing.T) {
	for name, count := range counts(panel.Approval) {
		e := pair()
		e.Ballots = nil
		o, err := count(e)
		require.NoError(t, err, name)
		require.Empty(t, o.Funded, name)
		require.Equal(t, []panel.Why{panel.NoVotes, panel.NoVotes}, []panel.Why{o.Refused[0].Why, o.Refused[1].Why}, name)
		e = pair()
		e.Projects, e.Ballots = nil, []panel.Ballot{{Voter: "1"}}
		o, err = count(e)
		require.NoError(t, err, name)
		require.Empty(t, o.Funded, name)
		require.Empty(t, o.Payments("a"))
	}
}

func TestEqualSharesLetsFiftyOneVotersNotTakeAllOfTheMoney(t *testing.T) {
	e := &panel.Election{Budget: sp.Pounds(100)}
	for p := range 20 {
		e.Projects = append(e.Projects, panel.Project{ID: project(p), Cost: sp.Pounds(10)})
	}
	for v := range 100 {
		b := panel.Approve(panel.VoterID(project(v)[1:]))
		for p := range 10 {
			if v >= 51 {
				p += 10
			}
			b.Choices = append(b.Choices, panel.Choice{Project: project(p), Points: 1})
		}
		e.Ballots = append(e.Ballots, b)
	}
	minority := func(o *panel.Outcome) (n int) {
		for _, id := range o.Funded {
			if id >= project(10) {
				n++
			}
		}
		return n
	}
	greedy, err := panel.Greedy(e, panel.Votes)
	require.NoError(t, err)
	require.Zero(t, minority(greedy))
	shares, err := panel.EqualShares(e, panel.Shares{})
	require.NoError(t, err)
	require.Equal(t, 4, minority(shares), "49 people decide on £40 of their £49")
	phragmen, err := panel.Phragmen(e)
	require.NoError(t, err)
	require.GreaterOrEqual(t, minority(phragmen), 4)
}

func TestAProjectThatNobodyCouldHaveStopsNothing(t *testing.T) {
	e := &panel.Election{
		Budget:   sp.Pounds(10),
		Projects: []panel.Project{{ID: "castle", Cost: sp.Pounds(11)}, {ID: "garden", Cost: sp.Pounds(10)}},
		Ballots: []panel.Ballot{
			{Voter: "v1", Choices: []panel.Choice{{Project: "castle", Points: 1}}},
			{Voter: "v2", Choices: []panel.Choice{{Project: "castle", Points: 1}}},
			{Voter: "v3", Choices: []panel.Choice{{Project: "garden", Points: 1}}},
		},
	}
	o, err := panel.Phragmen(e)
	require.NoError(t, err)
	require.Equal(t, []panel.ProjectID{"garden"}, o.Funded)
	require.Equal(t, panel.DoesNotFit, o.Refused[0].Why)
	require.Equal(t, sp.Pounds(10), o.Refused[0].Had)
}

// TestTheStopOfRaisingIsAChoice shows an election in which the two ways to stop
// differ.
func TestTheStopOfRaisingIsAChoice(t *testing.T) {
	e := &panel.Election{
		Budget:   sp.Pounds(10),
		Projects: []panel.Project{{ID: "a", Cost: sp.Pounds(7)}, {ID: "b", Cost: sp.Pounds(2)}, {ID: "c", Cost: sp.Pounds(4)}},
		Ballots:  []panel.Ballot{panel.Approve("1"), panel.Approve("2", "b"), panel.Approve("3", "a", "c")},
	}
	count := func(r panel.Raise) *panel.Outcome {
		o, err := panel.EqualShares(e, panel.Shares{Raise: r})
		require.NoError(t, err)
		return o
	}
	require.Equal(t, []panel.ProjectID{"b"}, count(panel.NoRaise).Funded)
	exhaustive, over := count(panel.UntilExhaustive), count(panel.UntilOver)
	require.Equal(t, []panel.ProjectID{"b", "c"}, exhaustive.Funded, "£4 are left, and nothing fits")
	require.Equal(t, 1, exhaustive.Raises)
	require.ElementsMatch(t, []panel.ProjectID{"a", "b"}, over.Funded, "£1 is left")
	require.Equal(t, 7, over.Raises)
}

// TestABindingElectionIsReproduced counts the binding vote of Wieliczka in 2023,
// whose file states no licence and is not part of the data. Put it there to run it.
func TestABindingElectionIsReproduced(t *testing.T) {
	file, err := os.Open(filepath.Join(shared.Dir(t), "data/funding/poland_wieliczka_2023.pb"))
	if err != nil {
		t.Skip("poland_wieliczka_2023.pb of Pabulib is not there")
	}
	defer file.Close()
	e, _, err := panel.ReadPB(file, panel.Reading{Currency: "PLN"})
	require.NoError(t, err)
	for _, test := range []struct {
		options  panel.Shares
		projects int
		cost     int64
	}{
		{panel.Shares{}, 21, 450_548},
		{panel.Shares{Utility: panel.Cardinality}, 0, 350_027}, // the number is not published
		{panel.Shares{Raise: panel.UntilOver}, 30, 995_079},
		{panel.Shares{Raise: panel.UntilExhaustive}, 31, 984_579},
	} {
		o, err := panel.EqualShares(e, test.options)
		require.NoError(t, err)
		require.True(t, test.projects == 0 || test.projects == len(o.Funded))
		require.Equal(t, sp.NewMoney(test.cost*100, "PLN"), o.Cost)
		if test.options.Raise != panel.UntilOver {
			continue
		}
		for _, p := range e.Projects {
			require.Equal(t, p.Selected == sp.Yes, o.Payments(p.ID) != nil, "project %s, as the city decided", p.ID)
		}
	}
	phragmen, err := panel.Phragmen(e)
	require.NoError(t, err)
	require.Equal(t, sp.NewMoney(966_789_00, "PLN"), phragmen.Cost)
	greedy, err := panel.Greedy(e, panel.Votes)
	require.NoError(t, err)
	require.Equal(t, sp.NewMoney(998_997_00, "PLN"), greedy.Cost)
}
