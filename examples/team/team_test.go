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

func TestTeamPrintsTheSameBytesEachTime(t *testing.T) {
	want, err := os.ReadFile("testdata/default.golden")
	require.NoError(t, err)
	for range 3 { // whatever the order of maps
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), nil, &out, io.Discard))
		require.Empty(t, cmp.Diff(string(want), out.String()))
		for _, hidden := range []string{"Archer", "Brook", "Carter", "AfC", "card does not open", "no room\n"} {
			require.NotContains(t, out.String(), hidden)
		}
	}
}

func TestTeamRefusesArgumentsThatItDoesNotKnow(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), []string{"ann"}, io.Discard, io.Discard), `"ann"`)
	require.ErrorIs(t, run(t.Context(), []string{"-h"}, io.Discard, io.Discard), flag.ErrHelp)
}
