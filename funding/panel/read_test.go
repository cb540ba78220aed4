package panel_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/panel"
)

// read returns an election, with its issues as text.
func read(t *testing.T, file string) (*panel.Election, []string) {
	t.Helper()
	e, issues, err := panel.ReadPB(strings.NewReader(file), panel.Reading{File: "f.pb", Currency: sp.GBP})
	require.NoError(t, err)
	var texts []string
	for _, i := range issues {
		texts = append(texts, i.Error())
	}
	return e, texts
}

func TestReadPBTakesAllThatAFileSays(t *testing.T) {
	e, issues := read(t, village)
	require.Empty(t, issues)
	require.Len(t, e.Projects, 5)
	require.Len(t, e.Ballots, 10)
	require.Equal(t, sp.Pounds(2500), e.Budget)
	require.Equal(t, panel.Project{ID: "garden", Cost: sp.Pounds(800), Name: "Community garden", Categories: []string{"environment", "health"}}, e.Projects[1])
	require.Equal(t, panel.Approve("1", "repair", "garden", "choir"), e.Ballots[0])
	require.Contains(t, e.Meta, panel.Fact{Key: "unit", Value: "Silverdale"})
}

func TestReadPBTakesPointsDecimalsQuotesAndOlderHabits(t *testing.T) {
	e, issues := read(t, "\ufeffmeta\r\nkey;value\r\nbudget;1000,50\r\nvote_type;cumulative\r\ndescription;a;b\r\n\r\n"+
		"projects\r\ncost;project_id;name;selected\r\n10.25;p1;\"Walks; \"\"slow\"\" ones\";1\r\n20;p2;;0\r\n"+
		"votes\r\nvoter_id;vote;points\r\nv1;p2, p1;3,0\r\nv2;;\r\n")
	require.Empty(t, issues)
	want := &panel.Election{
		Budget: sp.Pence(100_050), Kind: panel.Cumulative,
		Projects: []panel.Project{
			{ID: "p1", Cost: sp.Pence(1025), Name: `Walks; "slow" ones`, Selected: sp.Yes},
			{ID: "p2", Cost: sp.Pounds(20), Selected: sp.No},
		},
		Ballots: []panel.Ballot{
			{Voter: "v1", Choices: []panel.Choice{{Project: "p2", Points: 3}, {Project: "p1", Points: 0}}},
			{Voter: "v2"},
		},
		Meta: []panel.Fact{{Key: "budget", Value: "1000,50"}, {Key: "vote_type", Value: "cumulative"}, {Key: "description", Value: "a;b"}},
	}
	require.Empty(t, cmp.Diff(want, e, cmp.Comparer(func(a, b sp.Money) bool { return a == b })))
}

func TestReadPBMakesEveryFaultAnIssueWithItsLineAndUsesTheRest(t *testing.T) {
	e, issues := read(t, `stray
META
key;value
budget;100
vote_type;scoring
num_projects;4
num_votes;many
currency;pounds
PROJECTS
project_id;cost;latitude
p1;10;54.1
p1;20;54.1
p2;-5;
p3;1.005;
;7;
p4;1e9;
p5;"12
VOTES
voter_id;age;vote;points
v1;34;p1,p9,p1;1,2,3
v1;34;p1;1
v2;34;p1;
v3;34;p1,p5;x,7
 ;34;p1;1
`)
	require.Empty(t, cmp.Diff([]string{
		"f.pb: num_projects: does not agree with what was read, 2 (count, warning)",
		"f.pb: num_votes: does not agree with what was read, 2 (count, warning)",
		"f.pb:1: stands before the first section, and is left out (no-section, warning)",
		"f.pb:9: currency: is not an ISO 4217 code (bad-currency, warning)",
		"f.pb:10: latitude: is not kept (column-left-out, note)",
		"f.pb:12: p1: project_id: is there twice; the first counts (duplicate, error)",
		"f.pb:13: p2: cost: must be more than nothing, and at most 1,125,899,906,842,624 minor units (bad-cost, error)",
		"f.pb:14: p3: cost: must not have a point in front of three digits, which may part thousands or decimals (bad-cost, error)",
		"f.pb:15: project_id: must have from 1 to 200 bytes of printing UTF-8, without a semicolon, comma or quotation mark, and no space around it (bad-id, error)",
		"f.pb:16: p4: cost: must be more than nothing, and at most 1,125,899,906,842,624 minor units (bad-cost, error)",
		"f.pb:17: a quotation mark is never closed; the field ends with the line (open-quote, warning)",
		"f.pb:17: the header has 3 fields and this row 2 (field-count, warning)",
		"f.pb:19: age: is not kept (column-left-out, note)",
		"f.pb:20: v1: vote: names no project of the election; the choice is left out (unknown-project, warning)",
		"f.pb:20: v1: vote: names a project twice; the first counts (duplicate-choice, warning)",
		"f.pb:21: v1: voter_id: has voted before; the first ballot counts (duplicate, error)",
		"f.pb:22: v2: points: must be as many as projects (points-missing, error)",
		"f.pb:23: v3: points: must be whole numbers, not negative; the choice is left out (bad-points, warning)",
		"f.pb:24: voter_id: must have from 1 to 200 bytes of printing UTF-8, without a semicolon, comma or quotation mark, and no space around it (bad-id, error)",
	}, issues))
	require.Len(t, e.Projects, 2)
	require.Equal(t, []panel.Ballot{
		{Voter: "v1", Choices: []panel.Choice{{Project: "p1", Points: 1}}},
		{Voter: "v3", Choices: []panel.Choice{{Project: "p5", Points: 7}}},
	}, e.Ballots)
}

func TestReadPBSaysThatAFileContradictsItself(t *testing.T) {
	e, issues := read(t, `META
country;UK
budget;100
Budget;900
vote_type;approval
PROJECTS
project_id;cost;cost;name
p1;10;90;Hall
p2;20;90;Caf`+"\xe9"+`
p3;20;90;Park; pond
VOTES
voter_id;votes
v1;p1
v2
META
key;value
vote_type;ordinal
currency;EUR
`)
	require.Empty(t, cmp.Diff([]string{
		"f.pb:2: the line key;value is missing; every line is taken for a fact (missing-header, warning)",
		"f.pb:4: budget: is there twice; the first counts (duplicate, warning)",
		"f.pb:7: cost: is there twice; the first counts (duplicate-column, warning)",
		"f.pb:9: is not UTF-8, and read as Windows-1252 (windows-1252, note)",
		"f.pb:10: the header has 4 fields and this row 5 (field-count, warning)",
		"f.pb:12: votes: is not kept (column-left-out, note)",
		"f.pb:12: vote: must be a column (missing-column, error)",
		"f.pb:14: the header has 2 fields and this row 1 (field-count, warning)",
		"f.pb:17: vote_type: is there twice; the first counts (duplicate, warning)",
		"f.pb:18: currency: stands behind the projects, which were read without it (late, warning)",
	}, issues))
	require.Equal(t, sp.Pounds(100), e.Budget)
	require.Equal(t, sp.Pounds(10), e.Projects[0].Cost)
	require.Equal(t, "Café", e.Projects[1].Name)
}

func TestReadPBRefusesAFileThatCannotBeCounted(t *testing.T) {
	for name, file := range map[string]string{
		"an empty file":            "",
		"no budget":                "META\nkey;value\nvote_type;approval\nPROJECTS\n",
		"no kind of vote":          "META\nkey;value\nbudget;100\nPROJECTS\n",
		"a line without end":       village + strings.Repeat("1", 17<<20),
		"a budget beyond counting": "META\nkey;value\nbudget;99999999999999999999\nvote_type;approval\n",
	} {
		_, _, err := panel.ReadPB(strings.NewReader(file), panel.Reading{Currency: sp.GBP})
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	_, _, err := panel.ReadPB(strings.NewReader(strings.Replace(village, "currency;GBP\n", "", 1)), panel.Reading{})
	require.ErrorIs(t, err, sp.ErrInvalid, "no currency")
	broken := errors.New("broken")
	_, _, err = panel.ReadPB(iotest.ErrReader(broken), panel.Reading{File: "f.pb"})
	require.ErrorIs(t, err, broken)
}

func write(t require.TestingT, e *panel.Election) string {
	var b bytes.Buffer
	require.NoError(t, e.WritePB(&b))
	return b.String()
}

func TestReadPBTakesAgainWhatIsWritten(t *testing.T) {
	text := rapid.StringMatching(`[ -~]{0,9}`)
	item := rapid.StringMatching(`[a-z;"]{1,5}`)
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]panel.Kind{panel.Approval, panel.Scoring, panel.Cumulative}).Draw(t, "kind")
		e := drawElection(t, kind)
		for i := range e.Projects {
			e.Projects[i].Name = text.Draw(t, "name")
			e.Projects[i].Categories = rapid.SliceOfN(item, 0, 2).Draw(t, "categories")
			e.Projects[i].Selected = rapid.SampledFrom([]sp.Truth{sp.Unknown, sp.Yes, sp.No}).Draw(t, "selected")
		}
		e.Meta = []panel.Fact{{Key: "unit", Value: text.Draw(t, "unit")}}
		file := write(t, e)
		again, issues, err := panel.ReadPB(strings.NewReader(file), panel.Reading{})
		require.NoError(t, err)
		require.Empty(t, issues)
		again.Meta = again.Meta[:1]
		equal := cmp.Options{
			cmp.Comparer(func(a, b sp.Money) bool { return a == b }),
			cmp.Transformer("list", func(s []string) string { return strings.Join(s, ",") }),
			cmp.Transformer("choices", func(c []panel.Choice) map[panel.Choice]bool {
				m := map[panel.Choice]bool{}
				for _, x := range c {
					m[x] = true
				}
				return m
			}),
			cmp.Transformer("ballots", func(b []panel.Ballot) map[panel.VoterID][]panel.Choice {
				m := map[panel.VoterID][]panel.Choice{}
				for _, x := range b {
					m[x.Voter] = x.Choices
				}
				return m
			}),
		}
		require.Empty(t, cmp.Diff(e, again, equal))
	})
}

func TestWritePBRefusesATextThatTheFormatCannotHold(t *testing.T) {
	for _, spoil := range []func(*panel.Election){
		func(e *panel.Election) { e.Projects[0].Name = "two\nlines" },
		func(e *panel.Election) { e.Projects[0].Categories = []string{"a,b"} },
		func(e *panel.Election) { e.Meta = []panel.Fact{{Key: "unit", Value: "a\rb"}} },
		func(e *panel.Election) { e.Projects[0].ID = "a;b" },
	} {
		e, _ := read(t, village)
		spoil(e)
		require.ErrorIs(t, e.WritePB(&bytes.Buffer{}), sp.ErrInvalid)
	}
}

func FuzzReadPB(f *testing.F) {
	f.Add(village)
	f.Add("META\nkey;value\nbudget;1\nvote_type;ordinal\nPROJECTS\nproject_id;cost\n\"a;1\nVOTES\nvoter_id;vote\nv;a")
	f.Fuzz(func(t *testing.T, file string) {
		e, _, err := panel.ReadPB(strings.NewReader(file), panel.Reading{Currency: sp.GBP})
		if err != nil {
			return
		}
		require.NoError(t, e.Check())
		var b bytes.Buffer
		if err := e.WritePB(&b); err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		again, _, err := panel.ReadPB(strings.NewReader(b.String()), panel.Reading{})
		require.NoError(t, err)
		require.Equal(t, e.Ballots, again.Ballots)
		require.Equal(t, e.Projects, again.Projects)
		require.Equal(t, b.String(), write(t, again), "writing what was read changes nothing")
	})
}
