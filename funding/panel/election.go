package panel

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
)

// A ProjectID names a project within its election.
type ProjectID string

// A VoterID names a ballot within its election. It should be a pseudonym.
type VoterID string

// A Project is something that can be funded, whole or not at all.
type Project struct {
	ID         ProjectID
	Cost       sp.Money
	Name       string
	Categories []string
	Targets    []string // whom it is for, the beneficiaries
	// Selected is what was published as the result, if it was. It is not known where a
	// file states another code than 0 and 1; that is SelectedCode then, as it stands: 2
	// and 3 are selections that the votes alone do not explain.
	Selected     sp.Truth
	SelectedCode string
}

// A Kind says what a ballot holds.
type Kind string

// The kinds of ballot, named as in Pabulib.
const (
	Approval   Kind = "approval"   // the projects that the voter is for; an empty Kind means this
	Scoring    Kind = "scoring"    // a score for each project
	Cumulative Kind = "cumulative" // points, of which each voter has so many to distribute
	Ordinal    Kind = "ordinal"    // projects in order of preference; read and written, but no rule here takes it
)

// A Choice is what a voter says about one project.
type Choice struct {
	Project ProjectID
	Points  int64 // 1 for an approval, 0 for no support; ignored in ordinal ballots
}

// A Ballot is what one voter says. It may be empty: who voted for nothing has a
// share of the budget all the same.
type Ballot struct {
	Voter   VoterID
	Choices []Choice
}

// Approve returns the ballot of a voter who is for projects.
func Approve(voter VoterID, projects ...ProjectID) Ballot {
	b := Ballot{Voter: voter}
	for _, p := range projects {
		b.Choices = append(b.Choices, Choice{Project: p, Points: 1})
	}
	return b
}

// An Election is a budget, and what people say about the projects that it could
// be spent on. No rule changes it.
type Election struct {
	Budget sp.Money
	Kind   Kind
	// Threshold is how many votes, or points with scores and points, a project must
	// have to be funded; 0 for none.
	Threshold int64
	Projects  []Project
	Ballots   []Ballot
	Meta      []Fact // what a file says besides, in its order
}

// A Fact is a line of an election's description, such as country and Poland.
type Fact struct{ Key, Value string }

// Limits of what is counted, within which floating point holds whole numbers exactly.
const (
	MaxCost   = 1 << 50 // minor units of the budget, of a project, and of all projects together
	MaxPoints = 1 << 50 // points of all ballots together
)

// Check reports whether e can be counted: budget and costs are in one currency,
// more than nothing and within [MaxCost]; IDs are there, once each; ballots name
// projects of the election, once each, with points that are not negative (1 for
// an approval) and add up to at most [MaxPoints]. The error is an
// [*sp.InvalidError] that lists every fault by its place.
func (e *Election) Check() error {
	invalid := sp.InvalidError{Subject: "panel: election"}
	check := func(ok bool, format string, i int, code sp.Fault, rule string) {
		if !ok { // the path is only written for faults, as there are many ballots
			invalid.Check(false, fmt.Sprintf(format, i), code, rule)
		}
	}
	invalid.Check(e.Kind == "" || e.Kind == Approval || e.Kind == Scoring || e.Kind == Cumulative || e.Kind == Ordinal, "kind", sp.NotListed, "must be approval, scoring, cumulative or ordinal")
	invalid.Check(countable(e.Budget), "budget", sp.OutOfRange, costRule)
	invalid.Check(e.Threshold >= 0, "threshold", sp.OutOfRange, "must not be negative")
	known := make(map[ProjectID]bool, len(e.Projects))
	var costs int64
	for i, p := range e.Projects {
		check(validID(p.ID), "projects[%d].id", i, sp.Malformed, idRule)
		check(!known[p.ID], "projects[%d].id", i, sp.Duplicate, "is there twice")
		check(countable(p.Cost), "projects[%d].cost", i, sp.OutOfRange, costRule)
		check(p.Cost.Currency() == e.Budget.Currency(), "projects[%d].cost", i, sp.Inconsistent, "must be in the currency of the budget")
		known[p.ID] = true
		if costs <= MaxCost && countable(p.Cost) {
			costs += p.Cost.Minor()
		}
	}
	invalid.Check(costs <= MaxCost, "projects", sp.OutOfRange, "must cost at most 1,125,899,906,842,624 minor units together")
	voters := make(map[VoterID]bool, len(e.Ballots))
	seen := make(map[ProjectID]int, len(e.Projects)) // the ballot that named a project last, from 1
	var points int64
	for i, b := range e.Ballots {
		check(validID(b.Voter), "ballots[%d].voter", i, sp.Malformed, idRule)
		check(!voters[b.Voter], "ballots[%d].voter", i, sp.Duplicate, "has voted before")
		voters[b.Voter] = true
		for _, c := range b.Choices {
			check(known[c.Project], "ballots[%d].choices", i, sp.NotListed, "must name projects of the election")
			check(seen[c.Project] != i+1, "ballots[%d].choices", i, sp.Duplicate, "must name each project once")
			seen[c.Project] = i + 1
			if e.Kind == Ordinal {
				continue
			}
			check(c.Points >= 0 && c.Points <= MaxPoints, "ballots[%d].choices", i, sp.OutOfRange, "must have points from 0 to 1,125,899,906,842,624")
			check(c.Points == 1 || e.Kind == Scoring || e.Kind == Cumulative, "ballots[%d].choices", i, sp.Inconsistent, "must have one point each, as they are approvals")
			if points <= MaxPoints && c.Points >= 0 && c.Points <= MaxPoints {
				points += c.Points
			}
		}
	}
	invalid.Check(points <= MaxPoints, "ballots", sp.OutOfRange, "must have at most 1,125,899,906,842,624 points together")
	return invalid.Err()
}

const (
	costRule = "must be more than nothing, and at most 1,125,899,906,842,624 minor units"
	idRule   = "must have from 1 to 200 bytes of printing UTF-8, without a semicolon, comma or quotation mark, and no space around it"
)

func countable(m sp.Money) bool { return m.Sign() > 0 && m.Minor() <= MaxCost }

// validID reports whether s can stand in a file of the Pabulib format.
func validID[S ~string](s S) bool {
	return s != "" && len(s) <= 200 && utf8.ValidString(string(s)) && strings.TrimSpace(string(s)) == string(s) &&
		!strings.ContainsFunc(string(s), func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(";,\"", r) })
}
