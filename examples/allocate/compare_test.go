package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
)

func TestAllocateComparesTheVariantsOfAScenario(t *testing.T) {
	var text bytes.Buffer
	all, dir := filepath.Join(t.TempDir(), "all.csv"), filepath.Join(t.TempDir(), "out")
	require.NoError(t, run([]string{"compare", "testdata/scenario.json", "-years", "10", "-growth", "0.03", "-tidy", all, "-out", dir}, &text, io.Discard))
	golden(t, "compare.golden", text.Bytes())
	rows, err := os.ReadFile(all)
	require.NoError(t, err)
	golden(t, "compare.csv", rows)

	lines, err := csv.NewReader(bytes.NewReader(rows)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"policy", "group", "code", "people", "pounds", "target", "bound", "distance"}, lines[0])
	sums := map[string]sp.Money{}
	for _, line := range lines[1:] {
		m, err := sp.ParseMoney(line[4] + " GBP")
		require.NoError(t, err)
		sums[line[0]], err = sums[line[0]].Add(m)
		require.NoError(t, err)
	}
	for _, policy := range []string{"flat", "need 20 %", "need 50 %"} {
		require.Equal(t, sp.Pounds(510_000), sums[policy], "the rows of %s add up to the penny", policy)
		explained, err := os.ReadFile(filepath.Join(dir, strings.ReplaceAll(policy, " ", "-")+".csv"))
		require.NoError(t, err)
		lines, err := csv.NewReader(bytes.NewReader(explained)).ReadAll()
		require.NoError(t, err, "each row has a cell for each column, whatever bounds it")
		require.Len(t, lines, 16)
	}
}

func TestAllocateComparesThousandsInAStream(t *testing.T) {
	var list []string
	for i := range 1000 {
		list = append(list, fmt.Sprintf(`{"name": "g%d", "formula": {"factors": [{"column": "imd_decile", "decileGradient": %d.%03d}]}}`, i, i/1000, i%1000))
	}
	file := filepath.Join(t.TempDir(), "many.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"total": "1000000", "policies": [`+strings.Join(list, ",")+`]}`), 0o600))
	var text bytes.Buffer
	require.NoError(t, run([]string{"compare", file}, &text, io.Discard))
	require.Equal(t, 1000, strings.Count(text.String(), "\ng"))
}

func TestAllocateComparesWithAYearOfOtherAreas(t *testing.T) {
	had := filepath.Join(t.TempDir(), "had.csv")
	var text strings.Builder
	text.WriteString("code,amount\nW99,5.00\n")
	for i := 2; i <= 15; i++ {
		fmt.Fprintf(&text, "W%02d,%d.00\n", i, 20_000+i)
	}
	require.NoError(t, os.WriteFile(had, []byte(text.String()), 0o600))
	policy := filepath.Join(t.TempDir(), "p.json")
	require.NoError(t, os.WriteFile(policy, []byte(`{"floor": {"growth": "0.01"}}`), 0o600))
	var out bytes.Buffer
	require.NoError(t, run([]string{"compare", policy, "-total", "400000", "-had", had + ":amount"}, &out, io.Discard))
	require.Contains(t, out.String(), "1 areas are gone since then, with £5.00: W99\n1 areas are new and have no bound by growth: W01\n")
}

func TestAllocateSaysInWhichFileAPolicyIsWrong(t *testing.T) {
	write := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	good := write("good.json", `{"total": 100}`)
	for says, args := range map[string][]string{
		"needs a JSON file":                    {},
		"how much there is to divide":          {write("a.json", `{}`)},
		"no such file":                         {"missing.json"},
		"b.json: funding: scenario":            {write("b.json", `{"flor": 1}`)},
		"c.json: total of £5.00 differs":       {good, write("c.json", `{"total": 5}`)},
		"good.json: policy \"good\" is in":     {good, write("good.json", `{"total": 100}`)},
		"e.json: funding: variant 1, policy e": {good, write("e.json", `{"levels": ["board"]}`)},
		"f.json: funding: variant 1, policy f": {good, write("f.json", `{"formula": {"factors": [{"column": "wealth"}]}}`)},
		"must have an opening column":          {good, "-years", "3"},
		"-had must be a file and the column":   {good, "-had", "x"},
		"h.json: the need is stated in":        {write("g.json", `{"total": 1, "need": {}}`), write("h.json", `{"need": {}}`)},
		"-need and the need of":                {write("i.json", `{"total": 1, "need": {}}`), "-need", "population"},
		"-total must be":                       {good, "-total", "x"},
	} {
		err := run(append([]string{"compare"}, args...), io.Discard, io.Discard)
		require.ErrorContains(t, err, says)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, compare(ctx, []string{good}, io.Discard, io.Discard), context.Canceled)
}

func TestAllocateAnswersTheQuestionOfTheResearcher(t *testing.T) {
	data := filepath.Join(shared.Dir(t), "data/funding")
	last, all := filepath.Join(t.TempDir(), "last.csv"), filepath.Join(t.TempDir(), "all.csv")
	require.NoError(t, run([]string{"-areas", filepath.Join(data, "gp_practice_weighted_population_2024_25.csv"), "-total", "48000000", "-base", "wp_core_overall", "-out", last}, io.Discard, io.Discard))
	var text bytes.Buffer
	require.NoError(t, run([]string{
		"compare", "../../docs/funding/fifty-million.json", "-areas", filepath.Join(data, "gp_practice_weighted_population_2025_26.csv"),
		"-had", last + ":amount", "-by", "icb", "-tidy", all,
	}, &text, io.Discard))
	require.Contains(t, text.String(), "deprivation 20 %")
	rows, err := os.ReadFile(all)
	require.NoError(t, err)
	lines, err := csv.NewReader(bytes.NewReader(rows)).ReadAll()
	require.NoError(t, err)
	sums := map[string]int64{}
	for _, line := range lines[1:] {
		pence, err := strconv.ParseInt(strings.Replace(line[4], ".", "", 1), 10, 64)
		require.NoError(t, err)
		sums[line[0]] += pence
	}
	require.Len(t, sums, 3)
	for policy, sum := range sums {
		require.EqualValues(t, 5_000_000_000, sum, policy)
	}
}
