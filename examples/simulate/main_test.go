package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/eventfile"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func simulate(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args, &out, io.Discard))
	return out.String()
}

func TestSimulatePrintsWhatTheGoldenFilesHave(t *testing.T) {
	for name, args := range map[string][]string{
		"default": nil,
		"at-once": {"-at-once", "-places", "2", "-days", "500", "-pairs", "2", "-ageing", "0", "-seed", "two", "-preset", "optimistic"},
		"day":     {"-days", "1"},
	} {
		got := simulate(t, args...)
		path := filepath.Join("testdata", name+".golden")
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			if args != nil {
				require.NoError(t, os.WriteFile(filepath.Join("testdata", name+".args"), []byte(strings.Join(args, " ")+"\n"), 0o644))
			}
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(string(want), got), name)
	}
}

func TestSimulateWritesEventsThatAreCountedAsTheyWerePrinted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.ndjson")
	printed := simulate(t, "-events", path, "-pairs", "0", "-days", "200")
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	counted, err := evaluation.New(evaluation.Options{}, catalogue.Headlines(catalogue.Standards{})...)
	require.NoError(t, err)
	require.NoError(t, counted.Read(t.Context(), eventfile.Read(file, path), nil))
	figures, err := counted.Figures(t.Context())
	require.NoError(t, err)
	defined := 0
	for _, f := range figures {
		if f.Defined() {
			defined++
			require.Contains(t, printed, "  "+f.String()+"\n")
		}
	}
	require.Greater(t, defined, 5)
}

func TestSimulateRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for says, args := range map[string][]string{
		"unexpected argument": {"a"},
		"days must be from 1": {"-days", "0"},
		"teams[0].posts":      {"-workers", "-1"},
		"policy.ageing":       {"-ageing", "-1"},
		"no such file":        {"-events", "missing/events.ndjson"},
		"-preset must be":     {"-preset", "hope"},
	} {
		require.ErrorContains(t, run(t.Context(), args, io.Discard, io.Discard), says)
	}
}
