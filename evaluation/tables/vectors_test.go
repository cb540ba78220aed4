package tables_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/tables"
)

var update = flag.Bool("update", false, "write the vectors anew")

const source = "invented"

// spring is 73 days, a fifth of a year but for its quarter of a day.
var spring = sp.Period{Start: sp.NewDate(2026, time.April, 1), End: sp.NewDate(2026, time.June, 13)}

// A vector is a worked example: a table of the caller, what was counted of the log, and
// what comes of both. They know no language: the table and what is expected are CSV.
type vector struct {
	number int // in the list of package catalogue
	words  string
	table  string
	counts map[string]int64 // of the log
	figure func(table io.Reader, counts map[string]int64) ([]evaluation.Figure, error)
	want   []string // numerator, denominator and value of each figure, worked out by hand, and what is left out
}

const (
	areas = "area,quintile,people\nE01,1,2000\nE02,5,1000\nE03,3,*\nE04,,500\n"
	ages  = "area,group,people\nE01,0-17,400\nE01,18+,1600\nE02,0-17,100\nE02,18+,\n"
	folk  = "area,group,people\nE01,asian,300\nE01,white,600\nE02,asian,0\nE02,white,100\nE02,other,c\n"
)

// ofPopulation makes figures of a population that is read.
func ofPopulation(figures func(tables.Population, map[string]int64) ([]evaluation.Figure, error)) func(io.Reader, map[string]int64) ([]evaluation.Figure, error) {
	return func(r io.Reader, counts map[string]int64) ([]evaluation.Figure, error) {
		p, err := tables.ReadPopulation(r, "table.csv", source)
		if err != nil {
			return nil, err
		}
		return figures(p, counts)
	}
}

// ofList makes a figure of a list that is read.
func ofList(column string, figure func(tables.List, map[string]int64) (evaluation.Figure, error)) func(io.Reader, map[string]int64) ([]evaluation.Figure, error) {
	return func(r io.Reader, counts map[string]int64) ([]evaluation.Figure, error) {
		l, err := tables.ReadList(r, "table.csv", column, source)
		if err != nil {
			return nil, err
		}
		f, err := figure(l, counts)
		return []evaluation.Figure{f}, err
	}
}

func vectors() map[string]vector {
	all := fromLog()
	maps.Copy(all, ofRecords())
	maps.Copy(all, ofMoney())
	return all
}

// fromLog are vectors of what was counted of the log, held against a table.
func fromLog() map[string]vector {
	byArea := map[string]int64{"E01": 8, "E02": 2, "E03": 5, "E04": 1, "E99": 3, evaluation.UnknownGroup: 4}
	return map[string]vector{
		// 11 of 3,500 people in a fifth of a year: 699.5 person-years.
		"referral-rate": {
			1, "referrals for each 1,000 person-years, from 2026-04-01 until before 2026-06-13, a year having 365.25 days", areas, byArea,
			ofPopulation(func(p tables.Population, n map[string]int64) ([]evaluation.Figure, error) {
				return tables.ReferralRate(p, "", n, spring)
			}),
			[]string{
				"all: 11 of 699.5 is 15.725; not in the table 3, not stated 4, suppressed in the table 5", "E01: 8 of 399.7 is 20.014", "E02: 2 of 199.9 is 10.007", "E04: 1 of 99.9 is 10.007",
			},
		},
		"people-reached": {
			2, "different people referred, of all people", areas,
			map[string]int64{"E01": 7, "E02": 2, "E03": 5},
			ofPopulation(func(p tables.Population, n map[string]int64) ([]evaluation.Figure, error) {
				return tables.PeopleReached(p, "", n)
			}),
			[]string{"all: 9 of 3500.0 is 0.003; suppressed in the table 5", "E01: 7 of 2000.0 is 0.004", "E02: 2 of 1000.0 is 0.002", "E04: 0 of 500.0 is 0.000"},
		},
		"reach-in-need": {
			3, "people known to be in need who were referred, of all of them", "person\nP-1\nP-2\nP-3\nP-4\n",
			map[string]int64{"P-1": 1, "P-3": 2, "P-9": 1},
			ofList("person", tables.ReachInNeed),
			[]string{"all: 2 of 4.0 is 0.500"},
		},
		// 20.014 of 10.007
		"equity-of-access": {
			4, "the rate of referral in the most deprived fifth divided by that in the least, of the same days", areas, byArea,
			ofPopulation(func(p tables.Population, n map[string]int64) ([]evaluation.Figure, error) {
				e, err := tables.EquityOfAccess(p, n, spring)
				return []evaluation.Figure{e.Ratio}, err
			}),
			[]string{"all: 8 of 2.0 is 2.000; not in the table 3, not stated 4, quintile not stated 1, suppressed in the table 5"},
		},
		// asian 6 of 10 people and 300 of 1,000: 60 % less 30 %.
		"representativeness": {
			5, "the share of a group among people referred less that in the population, in percentage points", folk,
			map[string]int64{"asian": 6, "white": 4, "other": 2, evaluation.UnknownGroup: 5},
			ofPopulation(tables.Representativeness),
			[]string{"all asian: 6 of 10.0 is 30.000; not stated 5, suppressed in the table 2", "all white: 4 of 10.0 is -30.000; not stated 5, suppressed in the table 2"},
		},
		"young-people": {
			6, "referrals of people aged 0 to 17 for each 1,000 person-years of theirs, of the same days", ages,
			map[string]int64{"E01": 2, "E02": 1},
			ofPopulation(func(p tables.Population, n map[string]int64) ([]evaluation.Figure, error) {
				f, err := tables.ReferralRate(p, "0-17", n, spring)
				return f[:1], err
			}),
			[]string{"all: 3 of 99.9 is 30.021"},
		},
		"practice-coverage": {
			8, "practices that referred anybody, of those on the list", "practice\nbay/hill\nbay/mill\nbay/quay\n",
			map[string]int64{"bay/hill": 9, "dale/top": 2, evaluation.UnknownGroup: 1},
			ofList("practice", tables.PracticeCoverage),
			[]string{"all: 1 of 3.0 is 0.333; not in the table 2, not stated 1"},
		},
		"travel-burden": {
			34, "the median of the minutes, and the share of more than 30", "placement,minutes\nPL-1,10\nPL-2,30\nPL-3,31\nPL-4,\nPL-5,*\n",
			map[string]int64{},
			func(r io.Reader, _ map[string]int64) ([]evaluation.Figure, error) {
				j, err := tables.ReadJourneys(r, "table.csv", source)
				if err != nil {
					return nil, err
				}
				return tables.TravelBurden(j)
			},
			[]string{"all: 0 of 3.0 is 30.000; suppressed in the table 1, unknown in the table 1", "all: 1 of 3.0 is 0.333; suppressed in the table 1, unknown in the table 1"},
		},
		// Helped: 20 contacts, then 10 in as long: a half. They change by -6 and -4 in a hundred
		// years, the others by 0 and -2: -4 more.
		"service-use": {
			50, "the rate of contacts after divided by that before, and by how much more contacts for each person-year changed than those of the others", "person,comparison,before,before days,after,after days\nP-1,no,12,36525,6,36525\nP-2,no,8,36525,4,36525\nP-3,yes,4,36525,4,36525\nP-4,yes,6,36525,4,36525\nP-5,no,,36525,4,36525\n",
			map[string]int64{},
			func(r io.Reader, _ map[string]int64) ([]evaluation.Figure, error) {
				u, err := tables.ReadUses(r, "table.csv", source)
				if err != nil {
					return nil, err
				}
				c, err := tables.ServiceUseChange(u, tables.Regression{})
				if err != nil {
					return nil, err
				}
				return []evaluation.Figure{c.Ratio, *c.Difference}, nil
			},
			[]string{"all: 10 of 20.0 is 0.500; unknown in the table 1", "all: 0 of 8.0 is -0.040; unknown in the table 1"},
		},
	}
}

// said writes a figure as the vectors do.
func said(f evaluation.Figure) string {
	e := f.Estimate
	who := strings.TrimSpace(strings.TrimSpace("all "+f.Category) + " ")
	if f.Group != "" {
		who = f.Group
	}
	s := fmt.Sprintf("%s: %.0f of %.1f is %.3f", who, e.Numerator, e.Denominator, e.Value)
	if !f.Defined() {
		s = who + ": " + string(e.Undefined)
	}
	var out []string
	for _, why := range sorted(f.LeftOut) {
		out = append(out, fmt.Sprint(why, " ", f.LeftOut[why]))
	}
	if len(out) > 0 {
		s += "; " + strings.Join(out, ", ")
	}
	return s
}

// row is what said writes as a row of CSV.
func row(said string) string {
	said, out, _ := strings.Cut(said, "; ")
	who, value, _ := strings.Cut(said, ": ")
	value = strings.NewReplacer(" of ", ",", " is ", ",").Replace(value)
	return who + "," + value + "," + strings.ReplaceAll(out, ", ", "; ")
}

// expected is what expected.csv holds.
func expected(said []string) string {
	var b strings.Builder
	b.WriteString("of,numerator,denominator,value,left out\n")
	for _, s := range said {
		b.WriteString(row(s) + "\n")
	}
	return b.String()
}

// A definition is what definition.json holds.
type definition struct {
	Number int              `json:"number"`
	Words  string           `json:"words"`
	Counts map[string]int64 `json:"counts"` // of the log
}

// Each vector is counted as by hand, and from its folder as another program would.
func TestTablesComputeTheirVectors(t *testing.T) {
	all := vectors()
	for name, v := range all {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join("testdata/vectors", name)
			if *update {
				writeVector(t, folder, v)
			}
			table, err := os.ReadFile(filepath.Join(folder, "table.csv"))
			require.NoError(t, err)
			require.Equal(t, v.table, string(table))
			var words definition
			data, err := os.ReadFile(filepath.Join(folder, "definition.json"))
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(data, &words))
			require.Equal(t, definition{v.number, v.words, v.counts}, words)
			want, err := os.ReadFile(filepath.Join(folder, "expected.csv"))
			require.NoError(t, err)
			figures, err := v.figure(strings.NewReader(string(table)), words.Counts)
			require.NoError(t, err)
			var got []string
			for _, f := range figures {
				got = append(got, said(f))
			}
			require.Equal(t, v.want, got)
			require.Equal(t, string(want), expected(got))
		})
	}
	folders, err := filepath.Glob("testdata/vectors/*")
	require.NoError(t, err)
	require.Len(t, folders, len(all))
}

func writeVector(t *testing.T, folder string, v vector) {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o755))
	data, err := json.MarshalIndent(definition{v.number, v.words, v.counts}, "", "\t")
	require.NoError(t, err)
	for name, text := range map[string]string{"table.csv": v.table, "definition.json": string(data) + "\n", "expected.csv": expected(v.want)} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
	}
}
