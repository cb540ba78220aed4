package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func policylab(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args, &out, io.Discard))
	return out.String()
}

func TestPolicylabPrintsWhatTheGoldenFilesHave(t *testing.T) {
	tier.Unraced(t)
	for name, args := range map[string][]string{
		"default": {"-pairs", "3"},
		"replay":  {"-replay", "testdata/pathway.ndjson", "-pairs", "4"},
		"readme":  {"-question", "contracts"},
	} {
		if name == "readme" && !*update {
			continue // ten seconds: .ci/run prints it beside the golden file with all examples
		}
		got := policylab(t, args...)
		path := filepath.Join("testdata", name+".golden")
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			require.NoError(t, os.WriteFile(filepath.Join("testdata", name+".args"), []byte(strings.Join(args, " ")+"\n"), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(string(want), got), name)
	}
}

func TestPolicylabPrintsTheSameOnOneWorkerAndFromAJournal(t *testing.T) {
	journal := filepath.Join(t.TempDir(), "runs.ndjson")
	args := []string{"-question", "vacancy", "-pairs", "3", "-journal", journal}
	two := policylab(t, args...)
	require.Equal(t, two, policylab(t, args...))
	require.Equal(t, two, policylab(t, "-question", "vacancy", "-pairs", "3", "-workers", "1"))
}

func TestPolicylabReplaysALogTheSameOnOneWorker(t *testing.T) {
	args := []string{"-replay", "testdata/pathway.ndjson", "-pairs", "2"}
	to := filepath.Join(t.TempDir(), "results")
	require.Equal(t, policylab(t, append(args, "-out", to)...), policylab(t, append(args, "-workers", "1")...))
	for _, name := range []string{"outcomes", "differences", "luck", "spread", "hangs"} {
		require.FileExists(t, filepath.Join(to, name+".csv"))
		described, err := os.ReadFile(filepath.Join(to, name+".json"))
		require.NoError(t, err)
		require.Contains(t, string(described), "For the scheme whose log it is only", "what happened is of people")
	}
}

func TestPolicylabReplaysALogUnderThePoliciesOfAStudy(t *testing.T) {
	got := policylab(t, "-replay", "testdata/pathway.ndjson", "-study", "testdata/policies.json", "-question", "places", "-pairs", "2")
	for _, part := range []string{"REPLAY  A place more, or two?\n20 people were referred", "  two places more", "Best by finished a course: ", "ON WHAT IT HANGS  finished a course"} {
		require.Contains(t, got, part)
	}
	require.NotContains(t, got, "one link worker alone")
}

func TestPolicylabWritesTidyTables(t *testing.T) {
	to := filepath.Join(t.TempDir(), "results")
	policylab(t, "-question", "vacancy", "-pairs", "2", "-out", to)
	for _, name := range []string{"outcomes", "differences", "stress-des"} {
		file, err := os.Open(filepath.Join(to, name+".csv"))
		require.NoError(t, err)
		rows, err := csv.NewReader(file).ReadAll()
		require.NoError(t, err)
		require.NoError(t, file.Close())
		require.Greater(t, len(rows), 10, name)
	}
	described, err := os.ReadFile(filepath.Join(to, "datapackage.json"))
	require.NoError(t, err)
	for _, part := range []string{"Counts no people: outcomes of a simulation.", `"outcomes.csv"`, `"differences.csv"`, `"stress-des.csv"`, `"type": "number"`} {
		require.Contains(t, string(described), part)
	}
	for _, form := range []string{"wide", "narrow"} {
		picture, err := os.ReadFile(filepath.Join(to, "vacancy-"+form+".svg"))
		require.NoError(t, err)
		require.Positive(t, strings.Count(string(picture), "</svg>"))
		require.Positive(t, strings.Count(string(picture), "empty for three months"))
	}
}

func TestPolicylabRefusesWhatItDoesNotUnderstand(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	require.NoError(t, os.WriteFile(broken, []byte("{\"name\": 1}\n"), 0o600))
	nobody := filepath.Join(t.TempDir(), "nobody.ndjson")
	require.NoError(t, os.WriteFile(nobody, nil, 0o600))
	for says, args := range map[string][]string{
		"unexpected argument": {"a"},
		"pairs must be from":  {"-pairs", "0"},
		"that name":           {"-question", "luck"},
		"no such file":        {"-study", "missing.json"},
		"line 1 is no":        {"-journal", broken},
		"name":                {"-study", broken},
		"no arrivals":         {"-replay", nobody},
		"broken.json":         {"-replay", broken},
		"give -study":         {"-replay", "testdata/pathway.ndjson", "-question", "places"},
		"has that name":       {"-replay", "testdata/pathway.ndjson", "-study", "testdata/policies.json", "-question", "luck"},
		"from 2":              {"-replay", "testdata/pathway.ndjson", "-pairs", "1"},
	} {
		require.ErrorContains(t, run(t.Context(), args, io.Discard, io.Discard), says)
	}
}
