// Package accuracy_test holds the mathematics of evaluation to what the field
// trusts, number by number, and writes docs/accuracy.md from what it finds:
//
//	go test ./evaluation/internal/accuracy -update
package accuracy_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/shared"
)

var update = flag.Bool("update", false, "write docs/accuracy.md anew")

const page = "../../../docs/accuracy.md"

// The least digits that a result shares with its reference.
const (
	fitted = 9  // where an equation is solved or the reference itself is iterative
	closed = 12 // where there is a formula
)

// most is what the page says at most: beyond, digits depend on the order of a sum.
const most = 12

// A line is one function against one reference.
type line struct {
	function, reference string
	cases               int
	digits              float64
	least               float64
	note                string
}

// A section is one package of the page.
type section struct {
	t     *testing.T
	name  string
	lines []*line
}

// line begins a line of the page. A note says how a known fault of the reference
// was dealt with.
func (s *section) line(function, reference string, least float64, note string) *line {
	l := &line{function: function, reference: reference, digits: math.Inf(1), least: least, note: note}
	s.lines = append(s.lines, l)
	return l
}

// near requires that got shares enough digits with want.
func (l *line) near(t *testing.T, want, got float64, what ...any) {
	t.Helper()
	l.cases++
	require.False(t, math.IsNaN(got), what...)
	if want == got {
		return
	}
	d := -math.Log10(math.Abs(got-want) / max(math.Abs(want), 1e-3)) // near 0, absolute
	require.GreaterOrEqual(t, d, l.least, "%s: want %.17g, got %.17g %v", l.function, want, got, what)
	l.digits = min(l.digits, d)
}

// same requires a word or a whole number to be equal.
func (l *line) same(t *testing.T, want, got any, what ...any) {
	t.Helper()
	l.cases++
	require.Equal(t, want, got, what...)
}

// text requires nearness to a number that stands in a file.
func (l *line) text(t *testing.T, want string, got float64, what ...any) {
	t.Helper()
	l.near(t, number(t, want), got, what...)
}

func (l *line) agreed() string {
	switch {
	case math.IsInf(l.digits, 1):
		return "all"
	case l.digits >= most:
		return fmt.Sprintf("%d or more", most)
	}
	return strconv.Itoa(int(l.digits))
}

func TestAccuracy(t *testing.T) {
	shared.Dir(t) // without the data there is nothing to hold the page to
	var b strings.Builder
	b.WriteString(introduction)
	for _, part := range []struct {
		name string
		hold func(*section)
	}{
		{"stat", holdStat},
		{"quasi", holdModels},
		{"survival", holdWaiting},
		{"spc", holdSPC},
		{"economics", holdEconomics},
		{"disclosure", holdDisclosure},
		{"inequality", holdInequality},
	} {
		s := &section{t: t, name: part.name}
		if !t.Run(part.name, func(t *testing.T) { s.t = t; part.hold(s) }) {
			t.FailNow()
		}
		fmt.Fprintf(&b, "\n## %s\n\n| function | reference | cases | digits |\n|---|---|---|---|\n", s.name)
		var notes strings.Builder
		for _, l := range s.lines {
			fmt.Fprintf(&b, "| `%s` | %s | %d | %s |\n", l.function, l.reference, l.cases, l.agreed())
			if l.note != "" {
				fmt.Fprintf(&notes, "- `%s`: %s\n", l.function, l.note)
			}
		}
		if notes.Len() > 0 {
			b.WriteString("\nWhere the reference is at fault, or says less:\n\n" + notes.String())
		}
	}
	b.WriteString(files(t))
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(b.String()), 0o644))
	}
	if runtime.GOARCH != "amd64" {
		return // where a product and a sum are rounded once, more digits or fewer are shared; what is demanded has been held
	}
	got, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(strings.Split(string(got), "\n"), strings.Split(b.String(), "\n")), "docs/accuracy.md is out of date: write it anew with -update")
}

const introduction = `# Accuracy

What the mathematics of evaluation was held to, written by the test that holds it:

` + "```sh\ngo test ./evaluation/internal/accuracy -update\n```" + `

A case is one number, word or count of the reference. Digits are the significant digits that all cases share with it (below one thousandth, decimal
places beyond three), counted on amd64; the test demands 9, and 12 where there is a closed formula. References were computed in double precision by R 4.2.2 with survival 3.5-3,
sandwich 3.0-2, boot 1.3-28.1 and cmprsk 2.2-11, by PHEindicatormethods 2.1.0, NHSRplotthedots 0.2.2, WHO healthequal 1.0.1, ineq 0.2-13, IC2 1.0-1 and rineq 0.2.3,
and for disclosure by the linear programmes of HiGHS.
`

// read are the files that a line was held to. elsewhere says of the others why none was.
var (
	read      = map[string]bool{}
	elsewhere = map[string]string{
		"instruments/eq5d3l_uk_tto_expected.csv": "held by the tests of `needs/measure`",
		"instruments/eq5d5l_expected.csv":        "held by the tests of `needs/measure`",
		"instruments/swemwbs_raw_to_metric.csv":  "held by the tests of `needs/measure`",
		"phe/life_expectancy_r.csv":              "not compared: nothing here computes life expectancy",
	}
)

// files lists the reference data, so that no file is left out unseen.
func files(t *testing.T) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(shared.Dir(t), "data/evaluation/*/*.csv"))
	require.NoError(t, err)
	var b strings.Builder
	held := 0
	for _, path := range all {
		name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
		why, other := elsewhere[name]
		require.NotEqual(t, read[name], other, "%s is read, or the page says why it is not", name)
		if held++; other {
			held--
			fmt.Fprintf(&b, "- `%s`: %s\n", name, why)
		}
	}
	return fmt.Sprintf("\n## Files\n\nOf the %d files of reference data %d are read by the lines above. The others:\n\n%s", len(all), held, b.String())
}

// rows reads a file of the reference data as one map for each row.
func rows(tb testing.TB, name string) []map[string]string {
	tb.Helper()
	read[name] = true
	f, err := os.Open(filepath.Join(shared.Dir(tb), "data/evaluation", name))
	require.NoError(tb, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(tb, err)
	var out []map[string]string
	for _, row := range all[1:] {
		m := map[string]string{}
		for i, v := range row {
			m[all[0][i]] = v
		}
		out = append(out, m)
	}
	require.NotEmpty(tb, out)
	return out
}

// groups returns rows by the value of a column, in order of first sight.
func groups(all []map[string]string, column string) (names []string, by map[string][]map[string]string) {
	by = map[string][]map[string]string{}
	for _, r := range all {
		if _, seen := by[r[column]]; !seen {
			names = append(names, r[column])
		}
		by[r[column]] = append(by[r[column]], r)
	}
	return names, by
}

func number(tb testing.TB, s string) float64 {
	tb.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(tb, err)
	return v
}

func column(tb testing.TB, all []map[string]string, name string) []float64 {
	tb.Helper()
	var out []float64
	for _, r := range all {
		out = append(out, number(tb, r[name]))
	}
	return out
}
