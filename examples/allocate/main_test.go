package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
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
			require.NoError(t, run(append(args, "-out", out), &tables, io.Discard))
			golden(t, name+".golden", tables.Bytes())
			rows, err := os.ReadFile(out)
			require.NoError(t, err)
			golden(t, name+".csv", rows)
		})
	}
}

func TestMoneyMayBeTakenBackAndThereMayBeNone(t *testing.T) {
	for total, says := range map[string]string{
		"-500000": "BAY                6        8,968       -£194,802.73   -£21.72        -£17,583.54\n",
		"0":       "BAY                6        8,968                  0         0                  0\n",
	} {
		var tables bytes.Buffer
		require.NoError(t, run([]string{"-total", total, "-gradient", "500"}, &tables, io.Discard))
		require.Contains(t, tables.String(), says)
		require.Contains(t, tables.String(), "(inequality is measured only where there is money to give)")
	}
}

func TestTheFactorsOfARowMultiplyToThePenny(t *testing.T) {
	const total = 127_200_000_000 // as to the ICBs of England in 2024/25
	out := filepath.Join(t.TempDir(), "out.csv")
	require.NoError(t, run([]string{"-total", strconv.Itoa(total), "-gradient", "500", "-out", out}, &bytes.Buffer{}, io.Discard))
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	for _, row := range rows[1:] {
		product := decimal.NewFromInt(total)
		for i, name := range rows[0] {
			if strings.HasSuffix(name, " factor") {
				product = product.Mul(decimal.RequireFromString(row[i]))
			}
		}
		require.Equal(t, row[2], product.StringFixed(2), row[0])
	}
}

func TestRowsThatAreOddAreShownBeforeTheError(t *testing.T) {
	areas := filepath.Join(t.TempDir(), "areas.csv")
	require.NoError(t, os.WriteFile(areas, []byte("code,population\nA,1\nA,2\nB\n"), 0o600))
	var tables bytes.Buffer
	err := run([]string{"-areas", areas}, &tables, io.Discard)
	require.ErrorContains(t, err, "2 of 3 rows could not be used")
	require.Equal(t, areas+":3: A: code: already on line 2 (duplicate-code, error)\n"+
		areas+":4: has another number of fields, 1, than the header, 2 (wrong-length, error)\n", tables.String())
}

func TestColumnsStandBelowEachOtherWhateverTheNames(t *testing.T) {
	areas := filepath.Join(t.TempDir(), "areas.csv")
	require.NoError(t, os.WriteFile(areas, []byte("code,place,population\nA,Durham and Darlington,1\nB,Ynys Môn,2\n"), 0o600))
	var tables bytes.Buffer
	require.NoError(t, run([]string{"-areas", areas, "-total", "30"}, &tables, io.Discard))
	require.Contains(t, tables.String(), `
place                   areas       people              money  per head         difference
Durham and Darlington       1            1             £10.00    £10.00                  0
Ynys Môn                    1            2             £20.00    £10.00                  0
`)
}

func TestTheBillionShowsLancashire(t *testing.T) {
	areas := filepath.Join(shared.Dir(t), "data/funding/lsoa21_england_imd2025_census2021.csv")
	var tables bytes.Buffer
	require.NoError(t, run([]string{"-areas", areas, "-total", "1000000000", "-gradient", "500", "-by", "icb24cd", "-names", filepath.Join(shared.Dir(t), "data/funding/icb24_names.csv") + ":icb24_name"}, &tables, io.Discard))
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
		{"-names", "no such file:name"},
		{"-names", "areas.csv"},
		{"-names", "areas.csv:name"},
		{"-without", "W99"},
		{"-deciles", "place"},
		{"-deciles", "last_year"},
		{"-ranks", "imd_rank"},
		{"-ranks", "imd_rank=3"},
		{"-areas", "areas.csv", "-population", "place"},
		{"-areas", "areas.csv", "-gradient", "500"},
		{"-out", filepath.Join(t.TempDir(), "none", "out.csv")},
		{"-floor", "2"},
	} {
		require.Error(t, run(args, &bytes.Buffer{}, io.Discard), args)
	}
	require.ErrorContains(t, run([]string{"-total", "a lot"}, io.Discard, io.Discard), "in pounds, such as 1000000")
}

func TestHelpAndWhatIsNoFlag(t *testing.T) {
	var out, usage bytes.Buffer
	require.ErrorIs(t, run([]string{"-h"}, &out, &usage), flag.ErrHelp)
	require.Contains(t, usage.String(), "Usage of allocate")
	require.ErrorContains(t, run([]string{"left", "over"}, &out, io.Discard), `"left"`)
	require.Empty(t, out.String(), "nothing is printed that looks like a result")
}
