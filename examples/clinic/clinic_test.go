package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
)

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args, &out, io.Discard))
	return out.String()
}

func TestClinicPrintsTheSameMonthForTheSameSeed(t *testing.T) {
	want, err := os.ReadFile("testdata/default.golden")
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), output(t)); diff != "" {
		t.Errorf("without arguments (-want +got):\n%s", diff)
	}
	require.NotEqual(t, string(want), output(t, "-seed", "2"))
}

func TestClinicHasAMonthForEverySeed(t *testing.T) {
	tier.Unraced(t)
	for _, seed := range []string{"3", "4", "5", "6", "7"} {
		output(t, "-seed", seed)
	}
}

func TestADatabaseThatHoldsAClinicIsLeftAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clinic.db")
	output(t, "-db", file)
	require.ErrorContains(t, run(t.Context(), []string{"-db", file}, io.Discard, io.Discard), "name a new file")
}

func TestClinicPrintsItsHelpAndRefusesWhatIsNoFlag(t *testing.T) {
	var out, usage bytes.Buffer
	require.ErrorIs(t, run(t.Context(), []string{"-h"}, &out, &usage), flag.ErrHelp)
	require.Contains(t, usage.String(), "Usage of clinic")
	require.ErrorContains(t, run(t.Context(), []string{"left", "over"}, &out, io.Discard), `"left"`)
	require.Empty(t, out.String(), "nothing is printed that looks like a result")
}
