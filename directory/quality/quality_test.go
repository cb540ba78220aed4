package quality_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/quality"
)

func ExampleOf() {
	source := `[
	  {"id": "S1", "name": "The Long Table", "description": "Lunch", "status": "active", "fees": "Free", "email": "table@example.org",
	   "assured_date": "2026-11-01", "organization": {"id": "O1", "name": "Tidewell"}},
	  {"id": "S2", "name": "Helpline", "status": "active", "assured_date": "2024-02-30", "attending_type": "telephone"}
	]`
	catalogue, issues, err := hsds.ReadJSON(context.Background(), strings.NewReader(source), "bay.json", feed.Options{Feed: "bay"})
	if err != nil {
		panic(err)
	}
	report := quality.Of(catalogue, issues, sp.NewDate(2026, 11, 23))
	for _, m := range report.Measures {
		if slices.Contains([]string{"charge", "assured", "provider", "place"}, m.Name) {
			fmt.Println(m.Name, m.Have, "of", m.Of)
		}
	}
	for _, f := range report.Faults {
		fmt.Println(f.Severity, f.Code, f.Count, f.Samples[0].Record)
	}
	// Output:
	// charge 1 of 2
	// assured 1 of 2
	// provider 1 of 2
	// place 1 of 2
	// warning bad-date 1 S2
	// note no-location 1 S1
}

func TestReportOfNothingHasNoScore(t *testing.T) {
	_, ok := quality.Of(directory.Catalogue{}, nil, 0).Score()
	require.False(t, ok)
}

func TestReportCountsIssuesThatStandForMany(t *testing.T) {
	issues := []sp.Issue{
		{Severity: sp.Note, Code: "markup", Line: 1},
		{Severity: sp.Note, Code: "markup", Line: 2},
		{Severity: sp.Note, Code: "markup", Count: 498, Line: 3},
		{Severity: sp.Error, Code: "no-record", Line: 9},
	}
	r := quality.Of(directory.Catalogue{}, issues, 0)
	require.Equal(t, 500, r.Count(sp.Note))
	require.Equal(t, 1, r.Count(sp.Error))
	require.Equal(t, "no-record", r.Faults[0].Code, "the gravest first")
	require.Len(t, r.Faults[1].Samples, 2)
	require.Contains(t, r.String(), "markup")
}

func TestEveryMeasureCountsWhatStatesIt(t *testing.T) {
	full := `[{"id":"S1","name":"Table","description":"Lunch","status":"active","email":"t@example.org","minimum_age":18,"fees":"free","assured_date":"2026-11-01",
		"organization":{"id":"O1","name":"Tidewell"},"schedules":[{"freq":"WEEKLY","byday":"TU"}],
		"attributes":[{"link_type":"topic","taxonomy_term":{"id":"t","name":"Food","taxonomy":"x"}},{"link_type":"access","value":"step-free"}],
		"service_at_locations":[{"location":{"id":"L1","location_type":"physical","latitude":54,"longitude":-2.8}}]}]`
	c, issues, err := hsds.ReadJSON(t.Context(), strings.NewReader(full), "bay.json", feed.Options{})
	require.NoError(t, err)
	require.Empty(t, issues)
	r := quality.Of(c, issues, sp.NewDate(2026, 11, 23))
	for _, m := range r.Measures {
		require.Equal(t, 1, m.Have, m.Name)
	}
	score, ok := r.Score()
	require.True(t, ok)
	require.Equal(t, 100, score)

	c, issues, err = hsds.ReadJSON(t.Context(), strings.NewReader(`[{"id":"S1","name":"Table","status":"somehow"}]`), "bay.json", feed.Options{})
	require.NoError(t, err)
	for _, m := range quality.Of(c, issues, 0).Measures {
		require.Equal(t, m.Name == "name", m.Have == 1, m.Name)
	}
}

// Every code that a reader reports is explained, and nothing else is.
func TestCodesAreThoseThatReadersReport(t *testing.T) {
	reported := map[string]bool{}
	call := regexp.MustCompile(`(?s)(?:[rR]eport|faulty|unread|note|told|Issue\{)[({]?[^\n]*`)
	code := regexp.MustCompile(`"([a-z]+(?:-[a-z0-9]+)+)"|"(markup|placeholder|separator|truncated)"`)
	for _, pattern := range []string{"../internal/importer/*.go", "../mobilelibrary/*.go", "../flat/*.go", "../detect/*.go", "../walk/*.go", "../../internal/csvfile/*.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			for _, line := range call.FindAllString(string(text), -1) {
				for _, m := range code.FindAllStringSubmatch(line, -1) {
					reported[m[1]+m[2]] = true
				}
			}
		}
	}
	listed := map[string]bool{}
	for _, c := range quality.Codes() {
		require.False(t, listed[c.Code], "%s stands twice", c.Code)
		listed[c.Code] = true
		found, ok := quality.CodeOf(c.Code)
		require.True(t, ok)
		require.Equal(t, c, found)
	}
	for c := range listed {
		require.True(t, written(t, c), "%s is reported by no reader", c)
	}
	for c := range reported {
		_, ok := quality.CodeOf(c)
		require.True(t, ok || !isCode(c), "%s is reported and not explained", c)
	}
}

// isCode tells codes from the other words with hyphens in the same lines.
func isCode(s string) bool {
	return !slices.Contains([]string{"local-authority"}, s)
}

// written reports whether a code stands in a reader.
func written(t *testing.T, code string) bool {
	t.Helper()
	for _, pattern := range []string{"../internal/importer/*.go", "../mobilelibrary/*.go", "../flat/*.go", "../detect/*.go", "../walk/*.go", "../../internal/csvfile/*.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range files {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			if strings.Contains(string(text), `"`+code+`"`) {
				return true
			}
		}
	}
	return false
}
