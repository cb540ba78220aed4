package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAllocateDrawsPicturesWithTheirTables(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "pictures")
	var tables bytes.Buffer
	require.NoError(t, run([]string{"-gradient", "500", "-pictures", folder}, &tables, io.Discard))
	for _, name := range []string{"per-need", "concentration", "waterfall"} {
		for _, file := range []string{name + "-wide.svg", name + "-narrow.svg", name + ".csv"} {
			text, err := os.ReadFile(filepath.Join(folder, file))
			require.NoError(t, err)
			require.NotEmpty(t, text)
		}
	}
	drawn, err := os.ReadFile(filepath.Join(folder, "per-need-wide.svg"))
	require.NoError(t, err)
	require.Contains(t, string(drawn), "For each person, the most deprived tenth gets £47.83 instead of £39.52")
}

func TestAllocateSaysWhatPicturesNeed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "areas.csv")
	require.NoError(t, os.WriteFile(file, []byte("area,population\nA,100\nB,200\n"), 0o600))
	var tables bytes.Buffer
	err := run([]string{"-areas", file, "-pictures", t.TempDir()}, &tables, io.Discard)
	require.ErrorContains(t, err, "-pictures needs -ranks or -deciles")
}
