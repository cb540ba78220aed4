package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestTracedLeavesALineAndASpanForEveryCall(t *testing.T) {
	want, err := os.ReadFile("testdata/default.golden")
	require.NoError(t, err)
	var got bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &got, io.Discard))
	require.Empty(t, cmp.Diff(string(want), got.String()))
}

func TestTracedPrintsItsHelpAndRefusesWhatIsNoFlag(t *testing.T) {
	var out, usage bytes.Buffer
	require.ErrorIs(t, run(t.Context(), []string{"-h"}, &out, &usage), flag.ErrHelp)
	require.Contains(t, usage.String(), "Usage of traced")
	require.ErrorContains(t, run(t.Context(), []string{"left", "over"}, &out, io.Discard), `"left"`)
	require.Empty(t, out.String(), "nothing is printed that looks like a result")
}
