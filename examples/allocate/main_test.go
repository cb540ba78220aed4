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

func TestAllocatePrintsTheTablesOfTheGoldenFiles(t *testing.T) {
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

func TestAllocateTakesMoneyBackAndDividesNone(t *testing.T) {
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

func TestAllocateMultipliesTheFactorsOfARowToThePenny(t *testing.T) {
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
			if strings.HasPrefix(name, "factor_") {
				product = product.Mul(decimal.RequireFromString(row[i]))
			}
		}
		require.Equal(t, row[2], product.StringFixed(2), row[0])
	}
}

func TestAllocateShowsRowsThatAreOddBeforeTheError(t *testing.T) {
	areas := filepath.Join(t.TempDir(), "areas.csv")
	require.NoError(t, os.WriteFile(areas, []byte("code,population\nA,1\nA,2\nB\n"), 0o600))
	var tables bytes.Buffer
	err := run([]string{"-areas", areas}, &tables, io.Discard)
	require.ErrorContains(t, err, "2 of 3 rows could not be used")
	require.Equal(t, areas+":3: A: code: already on line 2 (duplicate-code, error)\n"+
		areas+":4: has another number of fields, 1, than the header, 2 (wrong-length, error)\n", tables.String())
}

func TestAllocatePrintsColumnsBelowEachOtherWhateverTheNames(t *testing.T) {
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

func TestAllocateShowsLancashireInTheBillion(t *testing.T) {
	areas := filepath.Join(shared.Dir(t), "data/funding/lsoa21_england_imd2025_census2021.csv")
	var tables bytes.Buffer
	require.NoError(t, run([]string{"-areas", areas, "-total", "1000000000", "-gradient", "500", "-by", "icb24cd", "-names", filepath.Join(shared.Dir(t), "data/funding/icb24_names.csv") + ":icb24_name"}, &tables, io.Discard))
	require.Regexp(t, `E54000048 .* £31,000,141.24 .* NHS Lancashire and South Cumbria`, tables.String())
	require.Contains(t, tables.String(), "0.0730")
}

// practices is a file with the header under which NHS England's allocation tool
// has its weighted populations; the practices are invented.
const practices = `Practice_Code,GP_Practice_Name,Practice_Postcode,Latitude,Longitude,CCG21,Former CCG,PCN_Code,PCN_Name,LOC22,LOC22name,ICS22,ICS22name,R22,Region22,LAD21,LTLA21,LA21,UTLA21,Patients,pop 2022/23,G&A WP,CS WP,MH WP,Mat WP,Health Ineq WP,Prescr WP,Final WP,Primary Medical Care WP,Final PMC WP
Z99001,Invented Surgery,ZZ18 1HU,54.50,-1.30,16X,Invented CCG,,,,,QXX,Invented ICB,Y00,Invented,E06000099,Invented,E06000099,Invented,,1000.5,1000.5,1200.5,1000.5,900.5,2000.5,1000.5,1200.5,1000.5,1000.5
Z99002,Invented Practice,ZZ18 2AW,50.20,-1.30,16X,Invented CCG,,,,,QXX,Invented ICB,Y00,Invented,E06000099,Invented,E06000099,Invented,,9000.5,9000.5,8800.5,9000.5,9100.5,8000.5,9000.5,8800.5,9000.5,9000.5
`

// written returns the path of a file with this text.
func written(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "areas.csv")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}

// amounts returns the code and the amount of each row that run writes.
func amounts(t *testing.T, args ...string) []string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.csv")
	require.NoError(t, run(append(args, "-out", out), &bytes.Buffer{}, io.Discard))
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	var all []string
	for _, row := range rows[1:] {
		all = append(all, row[0]+" "+row[2])
	}
	return all
}

func TestAllocateNeedsNoDescriptionOfAPublishedFileOfPractices(t *testing.T) {
	file := written(t, practices)
	require.Equal(t, []string{"Z99001 100.04", "Z99002 899.96"}, amounts(t, "-areas", file, "-total", "1000"))
	require.Equal(t, []string{"Z99001 200.03", "Z99002 799.97"}, amounts(t, "-areas", file, "-total", "1000", "-base", "wp_health_inequalities"))
}

func TestAllocateStopsWhereNothingSaysWhatCountsPeople(t *testing.T) {
	file := written(t, "ward,latitude,rank,residents,tenth\nA,54.1,1,1000,1\nB,54.2,2,3000,10\nEngland,,,4000,\n")
	var tables bytes.Buffer
	err := run([]string{"-areas", file, "-out", filepath.Join(t.TempDir(), "out.csv")}, &tables, io.Discard)
	require.ErrorContains(t, err, "nothing says which column counts people: it could be one of residents")
	require.NotContains(t, tables.String(), "£", "nothing is divided")

	stated := []string{"-areas", file, "-total", "1000", "-population", "residents"}
	require.Equal(t, []string{"A 125.00", "B 375.00", "England 500.00"}, amounts(t, stated...), "with a warning")
	stated = append(stated, "-without", "England")
	require.Equal(t, []string{"A 250.00", "B 750.00"}, amounts(t, stated...))
	err = run(append(stated, "-gradient", "1000"), io.Discard, io.Discard)
	require.ErrorContains(t, err, "-gradient needs -deciles")
	require.Equal(t, []string{"A 400.00", "B 600.00"}, amounts(t, append(stated, "-gradient", "1000", "-deciles", "tenth")...))
}

func TestAllocateDoesNotBindANewPracticeByItsGrowth(t *testing.T) {
	file := written(t, "practice,population,last_year\nP1,1000,100.00\nP2,1000,100.00\nNEW,500,\n")
	require.Equal(t, []string{"P1 112.00", "P2 112.00", "NEW 56.00"}, amounts(t, "-areas", file, "-total", "280", "-opening", "last_year", "-floor", "1.01", "-cap", "1.5"))
}

func TestAllocateRefusesWrongFlags(t *testing.T) {
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

func TestAllocatePrintsItsHelpAndRefusesWhatIsNoFlag(t *testing.T) {
	var out, usage bytes.Buffer
	require.ErrorIs(t, run([]string{"-h"}, &out, &usage), flag.ErrHelp)
	require.Contains(t, usage.String(), "Usage of allocate")
	require.ErrorContains(t, run([]string{"left", "over"}, &out, io.Discard), `"left"`)
	require.Empty(t, out.String(), "nothing is printed that looks like a result")
}
