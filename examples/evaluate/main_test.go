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
	for by := range groupings() {
		require.Contains(t, evaluate(t, "-by", by), "HEADLINES", by)
	}
}

func TestEvaluateSaysWhatCannotWork(t *testing.T) {
	cut := filepath.Join(t.TempDir(), "cut.ndjson")
	require.NoError(t, os.WriteFile(cut, []byte(`{"v":1,"tenant":"ba`), 0o600))
	for want, args := range map[string][]string{
		"unexpected argument":       {"x"},
		"-by star sign is none of":  {"-by", "star sign"},
		"name one":                  {"-events", "a", "-db", "b"},
		"-as-of":                    {"-as-of", "yesterday"},
		"no such file":              {"-events", "nowhere.ndjson"},
		"no such file or directory": {"-db", "nowhere.db"},
		"cut.ndjson:1: is no JSON":  {"-events", cut},
	} {
		require.ErrorContains(t, run(t.Context(), args, io.Discard, io.Discard), want)
	}
}
