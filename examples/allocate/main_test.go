package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/shared"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), string(got)))
}

func TestTheTablesAreThoseOfTheGoldenFiles(t *testing.T) {
	for name, args := range map[string][]string{
		"equal":    nil,
		"gradient": {"-gradient", "500"},
		"bounds":   {"-gradient", "500", "-total", "500000", "-opening", "last_year", "-floor", "0.95", "-cap", "1.1"},
		"policy":   {"-total", "500000", "-formula", "testdata/policy.json"},
	} {
		t.Run(name, func(t *testing.T) {
			var tables bytes.Buffer
			out := filepath.Join(t.TempDir(), "out.csv")
			require.NoError(t, run(append(args, "-out", out), &tables))
			golden(t, name+".golden", tables.Bytes())
			rows, err := os.ReadFile(out)
			require.NoError(t, err)
			golden(t, name+".csv", rows)
		})
	}
}

func TestTheBillionShowsLancashire(t *testing.T) {
	areas := filepath.Join(shared.Dir(t), "data/funding/lsoa21_england_imd2025_census2021.csv")
	var tables bytes.Buffer
	require.NoError(t, run([]string{"-areas", areas, "-total", "1000000000", "-gradient", "500", "-by", "icb24cd"}, &tables))
	require.Regexp(t, `E54000048 .* £31,000,141.24 .* NHS Lancashire and South Cumbria`, tables.String())
	require.Contains(t, tables.String(), "0.0730")
}

func TestWrongFlagsAreErrors(t *testing.T) {
	for _, args := range [][]string{
		{"-total", "a lot"},
		{"-areas", "no such file"},
		{"-by", "country"},
		{"-method", "fair"},
		{"-floor", "x", "-opening", "last_year"},
		{"-formula", "testdata/policy.json", "-gradient", "1"},
		{"-formula", "main.go"},
		{"more"},
		{"-names", "no such file"},
		{"-out", filepath.Join(t.TempDir(), "none", "out.csv")},
		{"-floor", "2"},
	} {
		require.Error(t, run(args, &bytes.Buffer{}), args)
	}
}
