package lab_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/lab"
)

// The items of STRESS-DES, in its order, and what each answer has to name of this study.
func TestCompareAnswersEveryItemOfTheChecklist(t *testing.T) {
	s := study(asNow,
		lab.Policy{Name: "short", Contracts: lab.Contracts{Months: 3, CarryOver: true}},
		lab.Policy{Name: "there and back", Workers: 1, Places: -2, Vouchers: true, Feedback: true, Policy: simulation.Policy{Sharing: simulation.Learning}, Believe: 3},
	)
	s.Question, s.Decides = "What brings people to the choir?", lab.GaveUp
	s.Sources = []simulation.Source{{Parameter: "answers", Says: "0.7", From: "an audit of calls"}, {Parameter: "met", Says: "0.4"}}
	c := compare(t, s, lab.Options{Pairs: 9, Level: 0.9, Until: lab.Enough{Measure: lab.Began, Within: 1e9}})
	names := []struct {
		number, name string
		says         []string
	}{
		{"1.1", "Purpose", []string{"What brings people to the choir?", "Decided by: gave up waiting."}},
		{"1.2", "Model outputs", outputs()},
		{"1.3", "Experimentation aims", []string{"as now (as the scenario is)", "short (contracts of 3 months, carry-over)", "there and back (+1 posts in each team, -2 places at each offer, vouchers for journeys, feedback to referrers", "learning", "believed for 3 days"}},
		{"2.1", "Base model overview", []string{"docs/simulation.md"}},
		{"2.2", "Base model logic", []string{"referral", "triage", "queue", "placing", "package simulation"}},
		{"2.3", "Scenario logic", []string{"lab.Policy", "lab.Effects"}},
		{"2.4", "Algorithms", []string{"matching.Rank", "matching/assign", "referral/caseload", "funding.Allocate"}},
		{"2.5.1", "Entities", []string{"people of 2 groups"}},
		{"2.5.2", "Activities", []string{"conversations", "sessions"}},
		{"2.5.3", "Resources", []string{"1 teams with 2 posts, 3 offers with 18 places"}},
		{"2.5.4", "Queues", []string{"for a link worker", "for a place", "patience"}},
		{"2.5.5", "Entry and exit", []string{"referred", "declined", "withdraw", "not reached", "closed"}},
		{"3.1", "Data sources", []string{"an audit of calls"}},
		{"3.2", "Pre-processing", []string{"to be stated by the author"}},
		{"3.3", "Input parameters", []string{"12.0 referrals a week", "hash of study and first policy"}},
		{"3.4", "Assumptions", []string{"met", "gap between contracts", "{0 90} days, 10 % of each unspent", "vouchers give back 50 %", "feedback prevents 50 %", "replaces 10 %"}},
		{"4.1", "Initialisation", []string{"no warm-up"}},
		{"4.2", "Run length", []string{"400 days from 2026-04-01"}},
		{"4.3", "Estimation", []string{"8 pairs of runs", "look 1 of 2", "Student's t", "Bonferroni", "Holm", "level 0.9"}},
		{"5.1", "Software", []string{"simulation/lab, model " + lab.Model}},
		{"5.2", "Random sampling", []string{`seed "test"`, "SHA-256", "the same for every policy"}},
		{"5.3", "Model execution", []string{"event by event", "seconds"}},
		{"5.4", "System", []string{"time taken is to be stated by the author"}},
		{"6.1", "Code access", []string{"licence", "to be published by the author"}},
	}
	require.Len(t, c.Stress, len(names))
	for i, want := range names {
		item := c.Stress[i]
		require.Equal(t, want.number, item.Number)
		require.Equal(t, want.name, item.Name, item.Number)
		require.NotEmpty(t, want.says, item.Number)
		for _, part := range want.says {
			require.Contains(t, item.Says, part, item.Number)
		}
		require.NotContains(t, item.Says, "%!", item.Number)
	}
	require.NotContains(t, c.Stress[15].Says, "answers", "what is known from somewhere is not assumed")
}

func outputs() (names []string) {
	for _, m := range lab.Measures() {
		names = append(names, m.Name)
	}
	return names
}

func TestCompareSaysInTheChecklistWhatNobodyStated(t *testing.T) {
	s := study(asNow)
	s.Sources, s.Effects = nil, lab.Effects{}
	c := compare(t, s, lab.Options{Pairs: 2})
	says := map[string]string{}
	for _, item := range c.Stress {
		says[item.Number] = item.Says
	}
	require.Equal(t, "not stated Decided by: began something.", says["1.1"])
	require.Equal(t, "none were given", says["3.1"])
	require.Equal(t, "assumed: no sources were given, so all parameters", says["3.4"])
}
