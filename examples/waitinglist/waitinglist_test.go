package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestWaitinglistPrintsTheSameBytesForTheSameSeed(t *testing.T) {
	want, err := os.ReadFile("testdata/default.golden")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out, io.Discard))
	require.Empty(t, cmp.Diff(string(want), out.String()))
}

func TestWaitinglistChecksWhatItProvesAndRefusesWhatWasChanged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "decision.json")
	require.NoError(t, run(t.Context(), []string{"-people", "80", "-proof", file}, io.Discard, io.Discard))
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-check", file}, &out, io.Discard))
	require.Contains(t, out.String(), "checked without solving: policy 2026-11")

	data, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, change := range [][2]string{{`"version":"2026-11"`, `"version":"2026-12"`}, {`"places":`, `"places":1`}, {`"placements":[{`, `"placements":[{"part":1,`}, {`{`, `[`}} {
		changed := bytes.Replace(data, []byte(change[0]), []byte(change[1]), 1)
		require.NotEqual(t, data, changed)
		require.NoError(t, os.WriteFile(file, changed, 0o600))
		require.Error(t, run(t.Context(), []string{"-check", file}, io.Discard, io.Discard), change[1])
	}
	require.Error(t, run(t.Context(), []string{"-check", "missing.json"}, io.Discard, io.Discard))
	require.Error(t, run(t.Context(), []string{"-people", "0"}, io.Discard, io.Discard))
	require.Error(t, run(t.Context(), []string{"-directory", "missing.json"}, io.Discard, io.Discard))
	require.Error(t, run(t.Context(), []string{"more"}, io.Discard, io.Discard))
}
