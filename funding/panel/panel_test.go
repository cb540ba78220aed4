package panel_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/panel"
	"github.com/socialprescribing/sp/internal/shared"
)

// instance is one of the published elections of unit cost (reference data
// abcvoting_instances.json, MIT).
type instance struct {
	Name       string  `json:"name"`
	Candidates int     `json:"candidates"`
	Committee  int     `json:"committee"`
	Ballots    [][]int `json:"ballots"`
	Results    map[string]struct {
		All      [][]int `json:"all"`
		Resolute [][]int `json:"resolute"`
	} `json:"results"`
}

func (in instance) election() *panel.Election {
	e := &panel.Election{Budget: sp.Pounds(int64(in.Committee))}
	for c := range in.Candidates {
		e.Projects = append(e.Projects, panel.Project{ID: project(c), Cost: sp.Pounds(1)})
	}
	for v, choices := range in.Ballots {
		var ids []panel.ProjectID
		for _, c := range choices {
			ids = append(ids, project(c))
		}
		e.Ballots = append(e.Ballots, panel.Approve(panel.VoterID(fmt.Sprintf("v%03d", v)), ids...))
	}
	return e
}

func project(c int) panel.ProjectID { return panel.ProjectID(fmt.Sprintf("p%02d", c)) }

func committee(o *panel.Outcome) []int {
	var all []int
	for _, id := range o.Funded {
		c, _ := strconv.Atoi(string(id[1:]))
		all = append(all, c)
	}
	slices.Sort(all)
	return all
}

// published reports whether an outcome is one of those published, but for
// candidates that nobody approves of: a committee has a size and takes them in,
// money is not spent on them.
func (in instance) published(rule string, o *panel.Outcome) bool {
	got := committee(o)
	return slices.ContainsFunc(in.Results[rule].All, func(want []int) bool {
		approved := slices.DeleteFunc(slices.Clone(want), func(c int) bool {
			return !slices.ContainsFunc(in.Ballots, func(b []int) bool { return slices.Contains(b, c) })
		})
		slices.Sort(approved)
		return slices.Equal(got, approved)
	})
}

func TestPublishedElectionsOfUnitCostAreReproduced(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(shared.Dir(t), "data/funding/abcvoting_instances.json"))
	require.NoError(t, err)
	var instances []instance
	require.NoError(t, json.Unmarshal(data, &instances))
	require.Len(t, instances, 480)
	for _, in := range instances {
		e := in.election()
		shares, err := panel.EqualShares(e, panel.Shares{Fill: true})
		require.NoError(t, err)
		require.True(t, in.published("equal-shares-with-av-completion", shares), "%s: equal shares", in.Name)
		byCardinality, err := panel.EqualShares(e, panel.Shares{Utility: panel.Cardinality, Fill: true})
		require.NoError(t, err)
		require.Equal(t, shares.Funded, byCardinality.Funded, "%s: with one cost for all, both utilities are one", in.Name)
		phragmen, err := panel.Phragmen(e)
		require.NoError(t, err)
		require.True(t, in.published("seqphragmen", phragmen), "%s: Phragmen", in.Name)
		greedy, err := panel.Greedy(e, panel.Votes)
		require.NoError(t, err)
		require.True(t, in.published("av", greedy), "%s: greedy", in.Name)
	}
}

func TestAPanelWritesOneVoterAsOne(t *testing.T) {
	require.Equal(t, "walks for £9.00 by 1 voter, £1.00 left", panel.Round{Project: "walks", Cost: sp.Pounds(9), Supporters: 1, Left: sp.Pounds(1)}.String())
	require.Equal(t, "choir for £9.00 by 1 voter: does not fit, there was £1.00",
		panel.Refusal{Project: "choir", Cost: sp.Pounds(9), Supporters: 1, Why: panel.DoesNotFit, Had: sp.Pounds(1)}.String())
}
