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
)

var update = flag.Bool("update", false, "rewrite the golden files")

func cliffs(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args, &out, io.Discard))
	return out.String()
}

func TestCliffsPrintsWhatTheGoldenFilesHave(t *testing.T) {
	for name, args := range map[string][]string{
		"default": nil,
		"year":    {"-from", "2026-06-01", "-months", "12"},
		"people":  {"-from", "2026-06-01", "-directory", "testdata/directory.json", "-events", "testdata/events.ndjson"},
	} {
		got := cliffs(t, args...)
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

func TestCliffsRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for says, args := range map[string][]string{
		"unexpected argument":   {"a", "b"},
		"counts from the day":   {"-months", "3"},
		"people are counted on": {"-events", "e"},
		"no such file":          {"missing.json"},
	} {
		require.ErrorContains(t, run(t.Context(), args, io.Discard, io.Discard), says)
	}
}
