package main

import (
	"encoding/csv"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/internal/tier"
)

// python is the interpreter of the distribution (Debian: python3-pandas).
const python = "/usr/bin/python3"

// four are four policies for a billion pounds over the small areas of England.
const four = `{"total": 1000000000, "policies": [
	{"name": "flat"},
	{"name": "20 %", "formula": {"factors": [{"column": "imd_decile", "decileGradient": 0.2}]}},
	{"name": "50 %", "formula": {"factors": [{"column": "imd_decile", "decileGradient": 0.5}]}},
	{"name": "100 %", "formula": {"factors": [{"column": "imd_decile", "decileGradient": 1}]}}
]}`

// A process compares the four policies, and writes a row for each policy and area to a file.
type process func(tidy string) *exec.Cmd

// processes returns this program and the one that is written with pandas.
func processes(tb testing.TB) (sp, pandas process) {
	tb.Helper()
	tier.Need(tb, tier.Long)
	areas := filepath.Join(shared.Dir(tb), "data/funding/lsoa21_england_imd2025_census2021.csv")
	scenario, program := filepath.Join(tb.TempDir(), "four.json"), filepath.Join(tb.TempDir(), "allocate")
	require.NoError(tb, os.WriteFile(scenario, []byte(four), 0o600))
	out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(tb, err, "%s", out)
	sp = func(tidy string) *exec.Cmd {
		return exec.Command(program, "compare", scenario, "-areas", areas, "-by", "icb24cd", "-tidy", tidy)
	}
	pandas = func(tidy string) *exec.Cmd {
		return exec.Command(python, "testdata/compare.py", areas, scenario, tidy)
	}
	return sp, pandas
}

// tidyRows runs a process and returns the pounds of each policy and area that it wrote.
func tidyRows(t *testing.T, p process) map[[2]string]float64 {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tidy.csv")
	out, err := p(file).CombinedOutput()
	require.NoError(t, err, "needs python3-pandas: %s", out)
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"policy", "group", "code", "people", "pounds", "target", "bound", "distance"}, lines[0])
	rows := map[[2]string]float64{}
	for _, line := range lines[1:] {
		rows[[2]string{line[0], line[2]}], err = strconv.ParseFloat(line[4], 64)
		require.NoError(t, err)
	}
	return rows
}

func TestAllocateComparesAsAProgramOfPandasDoes(t *testing.T) {
	sp, pandas := processes(t)
	ours, theirs := tidyRows(t, sp), tidyRows(t, pandas)
	require.Len(t, ours, 4*33_755)
	require.Len(t, theirs, len(ours))
	different := 0
	for row, pounds := range theirs {
		d := math.Abs(ours[row] - pounds)
		if d > 0.005 {
			different++
		}
		if d > 0.011 {
			t.Errorf("%v: %.2f and %.2f, though doubles give another penny at most", row, ours[row], pounds)
		}
	}
	require.Less(t, different, 100, "of 135,020")
}

// One comparison, process against process: read, divide, judge, write the rows.
func BenchmarkCompare(b *testing.B) {
	sp, pandas := processes(b)
	for name, p := range map[string]process{"allocate compare": sp, "pandas": pandas} {
		b.Run(name, func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "tidy.csv")
			for b.Loop() {
				if out, err := p(file).CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
			}
		})
	}
}
