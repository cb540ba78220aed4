package panel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/panel"
)

// town returns a file with some lines of META, and its projects and votes.
func town(meta, rest string) string {
	if !strings.Contains(meta, "budget;") {
		meta += "budget;1000\n"
	}
	if !strings.Contains(meta, "vote_type;") {
		meta += "vote_type;approval\n"
	}
	return "META\nkey;value\n" + meta + rest
}

const choirAndWalks = "PROJECTS\nproject_id;cost;name\n1;600;Choir\n2;400;Walks\nVOTES\nvoter_id;vote\nv1;1,2\nv2;1\n"

func TestReadPBTakesACommaInFrontOfThreeDigitsForThousands(t *testing.T) {
	for stated, want := range map[string]sp.Money{
		"1000": sp.Pounds(1000), "1000,50": sp.Pence(100_050), "1000.5": sp.Pence(100_050), "12,5": sp.Pence(1250), "0,5": sp.Pence(50),
		"1,000": sp.Pounds(1000), "1,000.50": sp.Pence(100_050), "1,000,000": sp.Pounds(1_000_000), "1.000,50": sp.Pence(100_050), "1.000.000": sp.Pounds(1_000_000),
		"1 000": sp.Pounds(1000), "1\u00a0000,5": sp.Pence(100_050), "100.00": sp.Pounds(100), "1000.000": sp.Pounds(1000),
	} {
		e, issues := read(t, town("budget;"+stated+"\n", choirAndWalks))
		require.Equal(t, want, e.Budget, stated)
		noted := strings.Contains(strings.Join(issues, "\n"), "number-format")
		require.Equal(t, strings.Contains("1,000 1,000.50 1,000,000 1.000,50 1.000.000", stated) && len(stated) > 4, noted, "%s: %v", stated, issues)
	}
	for _, stated := range []string{"1.000", "1,00,0", "1,0.00", "1000,500.5", "1,000,00", "0.125"} {
		_, _, err := panel.ReadPB(strings.NewReader(town("budget;"+stated+"\n", choirAndWalks)), panel.Reading{Currency: sp.GBP})
		require.ErrorIs(t, err, sp.ErrInvalid, stated)
	}
	e, _ := read(t, town("budget;1,000\n", choirAndWalks))
	o, err := panel.Greedy(e, panel.Votes)
	require.NoError(t, err)
	require.Equal(t, []panel.ProjectID{"1", "2"}, o.Funded)
}

func TestEveryLineOfMETAIsAFactWithoutItsHeader(t *testing.T) {
	file := strings.Replace(town("description;invented\n", choirAndWalks), "key;value\n", "", 1)
	e, issues := read(t, file)
	require.Equal(t, panel.Fact{Key: "description", Value: "invented"}, e.Meta[0])
	require.Equal(t, []string{"f.pb:2: the line key;value is missing; every line is taken for a fact (missing-header, warning)"}, issues)
	e, issues = read(t, strings.Replace(file, "META\n", "META\nKey;VALUE\n", 1))
	require.Len(t, e.Meta, 3)
	require.Empty(t, issues)
}

func TestBallotsAgainstTheRulesOfTheirFileAreReported(t *testing.T) {
	const rest = "PROJECTS\nproject_id;cost;votes;name\n1;600;9;Choir\n2;400;2;Walks\n3;300;1;Chess\nVOTES\nvoter_id;vote\nv1;1,2\nv2;1,2,3\nv3;1\n"
	e, issues := read(t, town("max_length;2\nmax_sum_cost;900\n", rest))
	require.Len(t, e.Ballots, 3, "they are counted all the same")
	require.ElementsMatch(t, []string{
		"f.pb:14: v1: vote: is for projects that cost £1,000.00 together, and must be for at most £900.00 (against-rules, warning)",
		"f.pb:15: v2: vote: has a number of projects of 3, and must have at most 2 (against-rules, warning)",
		"f.pb:15: v2: vote: is for projects that cost £1,300.00 together, and must be for at most £900.00 (against-rules, warning)",
		"f.pb: 1: votes: does not agree with what was read, 3 (count, warning)",
	}, issues)

	_, issues = read(t, town("min_length;2\nmin_sum_cost;700\nmin_project_cost;400\nmax_project_cost;500\nmax_points;many\n", rest))
	require.Subset(t, issues, []string{
		"f.pb:10: max_points: must be a whole number that is not negative; nothing is checked by it (bad-rule, warning)",
		"f.pb:12: 1: cost: is £600.00, and must be at most £500.00 (against-rules, warning)",
		"f.pb:14: 3: cost: is £300.00, and must be at least £400.00 (against-rules, warning)",
		"f.pb:19: v3: vote: has a number of projects of 1, and must have at least 2 (against-rules, warning)",
		"f.pb:19: v3: vote: is for projects that cost £600.00 together, and must be for at least £700.00 (against-rules, warning)",
	})

	_, issues = read(t, town("vote_type;cumulative\nmin_points;1\nmax_points;5\nmin_sum_points;4\nmax_sum_points;6\n",
		"PROJECTS\nproject_id;cost;votes;score\n1;600;2;6\n2;400;3;4\nVOTES\nvoter_id;vote;points\nv1;1,2;6,1\nv2;1,2;0,3\nv3;2;0\n"))
	require.ElementsMatch(t, []string{
		"f.pb:15: v1: points: has points for a project of 6, and must have at most 5 (against-rules, warning)",
		"f.pb:15: v1: points: has a sum of points of 7, and must have at most 6 (against-rules, warning)",
		"f.pb:16: v2: points: has points for a project of 0, and must have at least 1 (against-rules, warning)",
		"f.pb:16: v2: points: has a sum of points of 3, and must have at least 4 (against-rules, warning)",
		"f.pb:17: v3: points: has points for a project of 0, and must have at least 1 (against-rules, warning)",
		"f.pb:17: v3: points: has a sum of points of 0, and must have at least 4 (against-rules, warning)",
	}, issues)
}

func TestAProjectKeepsWhatWasPublishedOfIt(t *testing.T) {
	e, issues := read(t, town("", "PROJECTS\nproject_id;cost;beneficiaries;selected\n1;600;elderly,youth;3\n2;400;adults;1\n3;1;;2\n4;1;;0\n5;1;;4\nVOTES\nvoter_id;vote\nv1;1,2\n"))
	require.Equal(t, []string{"elderly", "youth"}, e.Projects[0].Targets)
	var selected []string
	for _, p := range e.Projects {
		selected = append(selected, fmt.Sprint(p.Selected, p.SelectedCode))
	}
	require.Equal(t, []string{"unknown3", "yes", "unknown2", "no", "unknown"}, selected)
	require.Len(t, issues, 3)
	again, issues := read(t, write(t, e))
	require.Equal(t, e.Projects, again.Projects)
	require.Len(t, issues, 2)

	e, issues = read(t, town("", "PROJECTS\nproject_id;cost;target;beneficiaries\n1;600;young;old\n2;400;adults;\nVOTES\nvoter_id;vote\nv1;1,2\n"))
	require.Equal(t, []string{"old"}, e.Projects[0].Targets)
	require.Equal(t, []string{"adults"}, e.Projects[1].Targets)
	require.Equal(t, []string{"f.pb:7: 1: target: differs from the beneficiaries, which are used (contradiction, warning)"}, issues)
}

func TestAnElectionHoldsItsThresholdOfVotesUnderEveryRule(t *testing.T) {
	e, issues := read(t, town("min_project_score_threshold;2\n", choirAndWalks))
	require.Empty(t, issues)
	require.EqualValues(t, 2, e.Threshold)
	for name, rule := range counts(panel.Approval) {
		o, err := rule(e)
		require.NoError(t, err)
		require.NotContains(t, o.Funded, panel.ProjectID("2"), name)
		require.Equal(t, panel.TooFewVotes, o.Refused[len(o.Refused)-1].Why, name)
	}
	again, _ := read(t, write(t, e))
	require.Equal(t, e.Threshold, again.Threshold)
}

func TestADefaultScoreIsWrittenIntoTheBallots(t *testing.T) {
	const rest = "PROJECTS\nproject_id;cost\n1;600\n2;400\nVOTES\nvoter_id;vote;points\nv1;1;3\nv2;;\n"
	e, issues := read(t, town("vote_type;scoring\ndefault_score;2\n", rest))
	require.Equal(t, []panel.Ballot{
		{Voter: "v1", Choices: []panel.Choice{{Project: "1", Points: 3}, {Project: "2", Points: 2}}},
		{Voter: "v2", Choices: []panel.Choice{{Project: "1", Points: 2}, {Project: "2", Points: 2}}},
	}, e.Ballots)
	require.Equal(t, []string{"f.pb: default_score: the projects that a ballot does not name have 2 points from it (default-score, note)"}, issues)
	for meta, applied := range map[string]bool{"default_score;0": true, "default_score;-1": false, "default_score;some": false} {
		e, issues = read(t, town("vote_type;scoring\n"+meta+"\n", rest))
		require.Empty(t, e.Ballots[1].Choices)
		require.Equal(t, applied, len(issues) == 0, meta)
	}
}

// big is a file of many projects, all of which every voter names.
func bigFile(projects, ballots int) string {
	var file strings.Builder
	file.WriteString(town("", "PROJECTS\nproject_id;cost\n"))
	ids := make([]string, projects)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
		fmt.Fprintf(&file, "%d;1\n", i)
	}
	file.WriteString("VOTES\nvoter_id;vote\n")
	for v := range ballots {
		fmt.Fprintf(&file, "v%d;%s\n", v, strings.Join(ids, ","))
	}
	return file.String()
}

func BenchmarkReadPBOfManyProjects(b *testing.B) {
	file := bigFile(100_000, 20)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, _, err := panel.ReadPB(strings.NewReader(file), panel.Reading{Currency: sp.GBP}); err != nil {
			b.Fatal(err)
		}
	}
}
