package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pq "github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// described is a file of Parquet as somebody sees it who opens it: what the columns are, in which
// units, what they mean, and the first rows.
func described(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	info, err := file.Stat()
	require.NoError(t, err)
	table, err := pq.OpenFile(file, info.Size())
	require.NoError(t, err)
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n\n%d rows\n", table.Schema(), table.NumRows())
	for _, pair := range table.Metadata().KeyValueMetadata {
		fmt.Fprintf(&b, "%s: %s\n", pair.Key, pair.Value)
	}
	rows := make([]pq.Row, 12)
	n, err := pq.NewReader(table).ReadRows(rows)
	require.NoError(t, err)
	columns := table.Schema().Columns()
	for _, row := range rows[:n] {
		fmt.Fprintln(&b)
		for i, v := range row {
			if !v.IsNull() {
				fmt.Fprintf(&b, "%s %v\n", strings.Join(columns[i], "."), v)
			}
		}
	}
	return b.String()
}

func TestEvaluateWritesTheFiguresAsParquet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "figures.parquet")
	evaluate(t, "-csv", "testdata/council.csv", "-map", "testdata/council.json", "-as-of", "2025-09-30", "-parquet", path)
	golden(t, "parquet.txt", described(t, path))
}

func TestEvaluateLeavesNothingHalfWritten(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "taken"), 0o750))
	require.Error(t, run(t.Context(), []string{"-parquet", filepath.Join(folder, "none", "figures.parquet")}, io.Discard, io.Discard))
	require.Error(t, writeFile(filepath.Join(folder, "figures.csv"), func(io.Writer) error { return io.ErrShortWrite }))
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 1)
}
