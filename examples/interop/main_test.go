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

func TestInteropPrintsTheSameBytesEachTime(t *testing.T) {
	want, err := os.ReadFile("testdata/default.golden")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out, io.Discard))
	require.Empty(t, cmp.Diff(string(want), out.String()))
}

func TestInteropPrintsTheResourcesIfAsked(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-json"}, &out, io.Discard))
	require.Contains(t, out.String(), `"resourceType":"Bundle"`)
}

func TestInteropRefusesArgumentsThatItDoesNotKnow(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), []string{"june"}, io.Discard, io.Discard), `"june"`)
	require.ErrorIs(t, run(t.Context(), []string{"-h"}, io.Discard, io.Discard), flag.ErrHelp)
}
