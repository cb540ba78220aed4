package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestEveryCallLeavesALineAndASpan(t *testing.T) {
	want, err := os.ReadFile("testdata/default.golden")
	require.NoError(t, err)
	var got bytes.Buffer
	require.NoError(t, run(t.Context(), &got))
	require.Empty(t, cmp.Diff(string(want), got.String()))
}
