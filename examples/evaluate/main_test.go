package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/internal/tier"
)

func evaluate(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args, &out, io.Discard))
	return out.String()
}

func TestEvaluateCountsAFileAsItCountsTheLogThatIsInIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.ndjson")
	file, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, eventfile.Write(file, evaluationtest.World{Seed: 1, Referrals: 600, Heard: true}.Log()))
	require.NoError(t, file.Close())
	want := evaluate(t)
	require.Equal(t, want, strings.Replace(evaluate(t, "-events", path), path, "an invented log of 600 referrals", 1))
	require.Contains(t, evaluate(t, "-events", path, "-by", "age"), ": 0-17\n")
	early := evaluate(t, "-events", path, "-as-of", "2025-06-30")
	require.Contains(t, early, "too recent")
	require.NotContains(t, early, " 0  events after the last day")
}

func TestEvaluateGroupsByWhateverItOffers(t *testing.T) {
	tier.Unraced(t)
	for by := range groupings() {
		require.Contains(t, evaluate(t, "-by", by), "HEADLINES", by)
	}
}

func TestEvaluateShowsThePageOfAPracticeAProviderAndAWorker(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.ndjson")
	file, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, eventfile.Write(file, evaluationtest.World{Seed: 1, Referrals: 600}.Log()))
	require.NoError(t, file.Close())
	for id, want := range map[string]string{"bay/practice-7": "PRACTICE bay/practice-7", "bay/provider-1": "PROVIDER bay/provider-1", "worker-3": "WORKER worker-3"} {
		got := evaluate(t, "-events", path, "-mirror", id)
		require.Contains(t, got, want)
		require.Less(t, strings.Count(got, "\n"), 15, "it is read in a minute")
	}
}

func TestEvaluateHoldsTheLogAgainstTables(t *testing.T) {
	folder := t.TempDir()
	table := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	got := evaluate(t, "-from", "2025-01-01", "-as-of", "2026-12-31", "-source", "a test",
		"-population", table("lists.csv", "area,people,quintile\nbay/practice-7,5000,1\nbay/practice-8,6000,5\n"),
		"-practices", table("practices.csv", "practice\nbay/practice-7\nbay/practice-8\nbay/none\n"),
		"-in-need", table("people.csv", "person\nP-1\nnobody\n"),
		"-journeys", table("journeys.csv", "placement,minutes\nPL-1,20\nPL-2,40\n"),
		"-uses", table("uses.csv", "person,comparison,before,before days,after,after days\nP-1,no,9,365,4,365\nP-2,no,8,365,5,365\nP-3,yes,6,365,6,365\nP-4,yes,5,365,4,365\n"),
		"-surveys", table("surveys.csv", "kind,speaker,asked\nexperience,person,900\n"))
	for _, want := range []string{
		"person-years", "people reached in bay/practice-7", "rate of referral, most to least deprived fifth", "2 of 3 practices", "concentration of referrals (Gini)",
		"of 2 people known to be in need", "1 of 2 journeys", "difference in the change of use", "answered: experience (person)",
	} {
		require.Contains(t, got, want)
	}
}

func TestEvaluateSaysWhatCannotWork(t *testing.T) {
	cut := filepath.Join(t.TempDir(), "cut.ndjson")
	require.NoError(t, os.WriteFile(cut, []byte(`{"v":1,"tenant":"ba`), 0o600))
	for want, args := range map[string][]string{
		"unexpected argument":       {"x"},
		"-by star sign is none of":  {"-by", "star sign"},
		"-years must be from 0":     {"-years", "-1"},
		"name one":                  {"-events", "a", "-db", "b"},
		"-as-of":                    {"-as-of", "yesterday"},
		"no such file":              {"-events", "nowhere.ndjson"},
		"but has such as ":          {"-mirror", "nobody"},
		"-from":                     {"-from", "yesterday"},
		"needs -from and -as-of":    {"-population", "p.csv"},
		"practices.csv":             {"-practices", "practices.csv"},
		"no such file or directory": {"-db", "nowhere.db"},
		"cut.ndjson:1: invalid: tenant is no JSON, as it ends too early, at column 20": {"-events", cut},
	} {
		require.ErrorContains(t, run(t.Context(), args, io.Discard, io.Discard), want)
	}
}

func TestEvaluateTellsTheYearsOfFollowUpApart(t *testing.T) {
	require.NotContains(t, evaluate(t), "of follow-up")
	got := evaluate(t, "-years", "2")
	require.Contains(t, got, "change in wellbeing, year 1 of follow-up")
	require.Contains(t, got, "change in wellbeing, year 2 of follow-up")
	require.NotContains(t, got, "year 3 of follow-up")
}

func TestEvaluateReadsASheetAndSaysWhatItCannotTell(t *testing.T) {
	got := evaluate(t, "-csv", "testdata/council.csv", "-map", "testdata/council.json", "-as-of", "2025-09-30", "-by", "group")
	require.Contains(t, got, "SHEET  600 rows, 595 cases")
	require.Contains(t, got, ": W05\n", "figures are told apart by the wards of the sheet")
	require.NotContains(t, got, "Joan", "what may be a name is not repeated")
}

func TestEvaluateSavesFiguresWithWhatTheyAre(t *testing.T) {
	dir := t.TempDir()
	evaluate(t, "-csv", "testdata/council.csv", "-map", "testdata/council.json", "-as-of", "2025-09-30", "-out", dir)
	figures, err := os.ReadFile(filepath.Join(dir, "figures.csv"))
	require.NoError(t, err)
	require.Contains(t, string(figures), "needs met,,,,2025-09-30,share,,,,0.95,,,,", "what cannot be told is there, without a value")
	require.Contains(t, string(figures), "not recorded\n")
	for _, name := range []string{"figures.ndjson", "datapackage.json"} {
		require.FileExists(t, filepath.Join(dir, name))
	}
}

func TestEvaluateWritesTheReportForABoard(t *testing.T) {
	tier.Unraced(t)
	folder := t.TempDir()
	first, second := filepath.Join(folder, "first.html"), filepath.Join(folder, "second.html")
	require.Contains(t, evaluate(t, "-report", first), "HEADLINES", "beside what it prints")
	evaluate(t, "-report", second, "-by", "practice")
	html, err := os.ReadFile(first)
	require.NoError(t, err)
	for _, part := range []string{"In short", "Of 100 who are referred", "After 84 days", "still waiting", "What the indicators mean", "measured again within 182 days"} {
		require.Positive(t, strings.Count(string(html), part), part)
	}
	require.Zero(t, strings.Count(string(html), "bay/practice"), "it tells of everybody together")
	grouped, err := os.ReadFile(second)
	require.NoError(t, err)
	require.Positive(t, strings.Count(string(grouped), "Of 100 who are referred"), "whatever the figures are grouped by")

	require.ErrorContains(t, run(t.Context(), []string{"-report", filepath.Join(folder, "none", "report.html")}, io.Discard, io.Discard), "none")
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 2, "nothing half-written is left")
}

func TestEvaluateWritesTheReportOfASheetWithoutWhatThatCannotTell(t *testing.T) {
	folder := t.TempDir()
	html, mapping := filepath.Join(folder, "report.html"), filepath.Join(folder, "mapping.json")
	whole, err := os.ReadFile("testdata/council.json")
	require.NoError(t, err)
	less := strings.Replace(string(whole), `{"column": "First session", "to": "begun"},`, "", 1)
	require.NoError(t, os.WriteFile(mapping, []byte(less), 0o600))
	evaluate(t, "-csv", "testdata/council.csv", "-map", mapping, "-as-of", "2025-09-30", "-report", html)
	page, err := os.ReadFile(html)
	require.NoError(t, err)
	require.Positive(t, strings.Count(string(page), "How far people came: testdata/council.csv cannot tell."))
	require.Zero(t, strings.Count(string(page), "Joan"))
}

// A scheme of twelve people has hardly a number that may be shown, and still gets its page.
func TestEvaluateWritesTheReportOfAFewPeople(t *testing.T) {
	folder := t.TempDir()
	events, html := filepath.Join(folder, "events.ndjson"), filepath.Join(folder, "report.html")
	file, err := os.Create(events)
	require.NoError(t, err)
	require.NoError(t, eventfile.Write(file, evaluationtest.World{Seed: 1, Referrals: 12}.Log()))
	require.NoError(t, file.Close())
	evaluate(t, "-events", events, "-report", html)
	page, err := os.ReadFile(html)
	require.NoError(t, err)
	require.Positive(t, strings.Count(string(page), "of too few people to be shown"))
}
