package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/internal/tier"
)

// small is a district that takes a second.
var small = []string{"-days", "75", "-weekly", "5", "-pairs", "2"}

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), append(small, args...), &out, io.Discard))
	return out.String()
}

func TestDistrictPrintsAndWritesTheSameBytesForTheSameSeed(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	printed := output(t, "-out", one)
	require.Equal(t, printed, output(t, "-out", two))
	for _, name := range []string{"report.html", "case.json"} {
		a, err := os.ReadFile(filepath.Join(one, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(two, name))
		require.NoError(t, err)
		require.Equal(t, string(a), string(b), name)
	}
	t.Setenv("TMPDIR", t.TempDir())
	require.NotEqual(t, printed, output(t, "-seed", "2"))
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	require.Empty(t, left, "nothing is to be kept")

	err = run(t.Context(), append(small, "-out", one), io.Discard, io.Discard)
	require.ErrorContains(t, err, "is there already")
}

func TestDistrictRunsOnARealDirectory(t *testing.T) {
	tier.Need(t, tier.Full)
	got := output(t, "-directory", filepath.Join(shared.Dir(t), "data/directory/baltimore-icarol-ohana-csv"))
	require.Contains(t, got, "DIRECTORY  1876 services")
}

func TestDistrictRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for _, args := range [][]string{{"-days", "3"}, {"-weekly", "0"}, {"-pairs", "1"}, {"left", "over"}, {"-directory", "nowhere"}, {"-directory", "testdata"}} {
		require.Error(t, run(t.Context(), args, io.Discard, io.Discard), "%v", args)
	}
}
