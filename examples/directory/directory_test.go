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

func TestTheSameFilesPrintTheSameBytes(t *testing.T) {
	want, err := os.ReadFile("testdata/default.golden")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out, io.Discard))
	require.Empty(t, cmp.Diff(string(want), out.String()))
}

func TestWhatIsExportedIsFoundAndReadAgain(t *testing.T) {
	folder := t.TempDir()
	var first, again bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-export", folder, "harbour.json"}, &first, io.Discard))
	require.NoError(t, run(t.Context(), []string{filepath.Join(folder, "harbour.json.hsds", "directory.json"), filepath.Join(folder, "harbour.json.hsds")}, &again, io.Discard))
	require.Contains(t, first.String(), "4 services, 4 offers, 2 of them with a place and 1 with a provider")
	require.Contains(t, again.String(), "directory.json: json-envelope")
	require.Contains(t, again.String(), "harbour.json.hsds: hsds-3-tables")
	require.Equal(t, 2, bytes.Count(again.Bytes(), []byte("4 services, 4 offers, 2 of them with a place")))
	again.Reset()
	t.Chdir(folder)
	require.NoError(t, run(t.Context(), []string{"harbour.json.hsds/", "./harbour.json.hsds/../harbour.json.hsds"}, &again, io.Discard))
	require.Equal(t, 2, bytes.Count(again.Bytes(), []byte("harbour.json.hsds: hsds-3-tables")), "a path as people write it")
	require.Error(t, run(t.Context(), []string{"-on", "soon"}, io.Discard, io.Discard))
	require.Error(t, run(t.Context(), []string{"missing.json"}, io.Discard, io.Discard))
}
