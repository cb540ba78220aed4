package panel

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// A tally is an election made ready for counting: projects by ID, and voters who
// said the same together, as they always have the same money left.
type tally struct {
	projects []Project
	budget   int64
	cost     []int64     // by project
	support  [][]support // by project
	points   []int64     // by project, of all voters
	least    int64       // points that a project must have
	groups   []group
	voters   int64
}

// A group is voters with the same ballot.
type group struct {
	voters  []VoterID
	choices []vote
}

func (g group) size() int64 { return int64(len(g.voters)) }

// A vote is what each voter of a group gives to a project.
type vote struct {
	project int32
	points  int64
}

// A support is what each voter of a group gives to the project that it belongs to.
type support struct {
	group  int32
	size   int64 // voters of the group
	points int64 // of each
}

func count(e *Election) (*tally, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	if e.Kind == Ordinal {
		return nil, sp.Invalid("panel: election", "kind", sp.NotListed, "must be approval, scoring or cumulative: preferences need points to be counted")
	}
	t := &tally{projects: slices.Clone(e.Projects), budget: e.Budget.Minor(), least: max(e.Threshold, 1), voters: int64(len(e.Ballots))}
	slices.SortFunc(t.projects, func(a, b Project) int { return strings.Compare(string(a.ID), string(b.ID)) })
	place := make(map[ProjectID]int32, len(t.projects))
	for i, p := range t.projects {
		place[p.ID] = int32(i)
		t.cost = append(t.cost, p.Cost.Minor())
	}
	t.support, t.points = make([][]support, len(t.projects)), make([]int64, len(t.projects))
	t.group(e.Ballots, place)
	for i, g := range t.groups {
		for _, v := range g.choices {
			t.support[v.project] = append(t.support[v.project], support{int32(i), g.size(), v.points})
			t.points[v.project] += g.size() * v.points
		}
	}
	return t, nil
}

// group puts voters with the same ballot together, in the order of the first of
// them by ID.
func (t *tally) group(ballots []Ballot, place map[ProjectID]int32) {
	byVoter := make([]int32, len(ballots))
	for i := range byVoter {
		byVoter[i] = int32(i)
	}
	slices.SortFunc(byVoter, func(a, b int32) int {
		return strings.Compare(string(ballots[a].Voter), string(ballots[b].Voter))
	})
	groups := make(map[string]int)
	var votes []vote
	var key []byte
	for _, i := range byVoter {
		votes, key = votes[:0], key[:0]
		for _, c := range ballots[i].Choices {
			if c.Points > 0 {
				votes = append(votes, vote{place[c.Project], c.Points})
			}
		}
		slices.SortFunc(votes, func(a, b vote) int { return int(a.project - b.project) })
		for _, v := range votes {
			key = binary.AppendVarint(binary.AppendVarint(key, int64(v.project)), v.points)
		}
		g, found := groups[string(key)]
		if !found {
			g = len(t.groups)
			groups[string(key)] = g
			t.groups = append(t.groups, group{choices: slices.Clone(votes)})
		}
		t.groups[g].voters = append(t.groups[g].voters, ballots[i].Voter)
	}
}

// supporters returns how many voters are for a project.
func (t *tally) supporters(project int) int64 {
	var n int64
	for _, s := range t.support[project] {
		n += s.size
	}
	return n
}

// eligible reports whether a project has enough votes to be funded.
func (t *tally) eligible(project int) bool { return t.points[project] >= t.least }
