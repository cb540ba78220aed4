package funding_test

import (
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
)

// wards is a layout of small files.
var wards = funding.Layout{
	Name: "wards", Boundary: 2021, Code: "code", Groups: []string{"place"}, Population: "people",
	Numbers: []string{"score"}, Ranks: []string{"rank"}, Deciles: map[string]string{"decile": "rank"}, Bands: []string{"young", "old"},
}

const header = "code,place,people,score,rank,decile,young,old\n"

func TestWhatIsOddInAFileIsReportedWithItsPlace(t *testing.T) {
	good := "A,x,10,1.5,1,5,4,6\nB,x,20,-2.25,2,10,20,0\n"
	areas, issues, err := funding.ReadAreas(strings.NewReader("\ufeff"+header+good), wards)
	require.NoError(t, err)
	require.Empty(t, issues)
	score, ok := areas.Number("B", "score")
	require.True(t, ok)
	require.Equal(t, "-2.25", score.String())
	require.Equal(t, []string{"decile", "old", "people", "place", "rank", "score", "young"}, areas.Columns())

	cases := []struct {
		name, row string
		want      sp.Issue
		lost      bool
	}{
		{"a number that is none", "C,x,10,NaN,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "score", Code: "not-a-number", Record: "C", Detail: "not a decimal number of at most 18 digits in column 4"}, false},
		{"an infinity", "C,x,10,Inf,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "score", Code: "not-a-number", Record: "C", Detail: "not a decimal number of at most 18 digits in column 4"}, false},
		{"thousands separated", "C,x,\"1,000\",1,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "people", Code: "not-a-number", Record: "C", Detail: "not a decimal number of at most 18 digits in column 3"}, false},
		{"a missing number", "C,x,10,,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "score", Code: "missing", Record: "C", Detail: "no number in column 4"}, false},
		{"a missing group", "C,,10,1,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "place", Code: "missing", Record: "C", Detail: "no group in column 2"}, false},
		{"fewer than nobody", "C,x,-10,1,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "people", Code: "negative", Record: "C", Detail: "negative number in column 3"}, false},
		{"half a person", "C,x,10.5,1,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "people", Code: "not-whole", Record: "C", Detail: "not a whole number in column 3"}, false},
		{"bands that do not add up", "C,x,10,1,3,10,4,7\n", sp.Issue{Severity: sp.Warning, Field: "people", Code: "bands-do-not-add-up", Record: "C", Detail: "bands add up to 1 more in column 3"}, false},
		{"a rank beyond the areas", "C,x,10,1,4,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "rank", Code: "rank-out-of-range", Record: "C", Detail: "not from 1 to 3 in column 5"}, false},
		{"a decile that is not that of the rank", "C,x,10,1,3,9,4,6\n", sp.Issue{Severity: sp.Warning, Field: "decile", Code: "decile-contradicts-rank", Record: "C", Detail: "does not follow from rank in column 6"}, false},
		{"a row of another length", "C,x,10,1\n", sp.Issue{Severity: sp.Error, Code: "wrong-length", Detail: "has another number of fields, 4, than the header, 8"}, true},
		{"a code that is there already", "A,x,10,1,3,10,4,6\n", sp.Issue{Severity: sp.Error, Field: "code", Code: "duplicate-code", Record: "A", Detail: "already on line 2"}, true},
		{"a code that is not UTF-8", "\xff\xfe,x,10,1,3,10,4,6\n", sp.Issue{Severity: sp.Error, Field: "code", Code: "bad-encoding", Record: "\ufffd", Detail: "not UTF-8"}, true},
		{"a group that is not UTF-8", "C,\xe9,10,1,3,10,4,6\n", sp.Issue{Severity: sp.Error, Field: "place", Code: "bad-encoding", Record: "C", Detail: "not UTF-8"}, true},
		{"no code", ",x,10,1,3,10,4,6\n", sp.Issue{Severity: sp.Error, Field: "code", Code: "missing-code", Detail: "no code"}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rows := strings.Replace(strings.Replace(good, ",5,4", ",4,4", 1), ",10,20", ",7,20", 1) // deciles of three areas
			if c.lost {
				rows = good
			}
			areas, issues, err := funding.ReadAreas(strings.NewReader(header+rows+c.row), wards)
			c.want.File, c.want.Line = "wards", 4
			i := slices.IndexFunc(issues, func(i sp.Issue) bool { return i.Code == c.want.Code })
			require.GreaterOrEqual(t, i, 0, issues)
			require.Empty(t, cmp.Diff(c.want, issues[i]))
			require.Equal(t, c.lost, err != nil, err)
			if c.lost {
				require.ErrorIs(t, err, sp.ErrInvalid)
				var issue sp.Issue
				require.ErrorAs(t, err, &issue)
				require.Equal(t, 2, areas.Len(), "the others can be used")
			}
		})
	}
}

func TestAFileThatCannotBeUsedIsAnError(t *testing.T) {
	for text, says := range map[string]string{
		"":                             "must have a header",
		"a,b\n1,\"x\n":                 "quotation marks",
		"a,a\nx,1\n":                   "column 2 must have a name of its own",
		"a,\nx,1\n":                    "column 2 must have a name of its own",
		"code,place\nA,x\n":            "people must be a column; score must be a column",
		"code,place,people\n\"A\"\"\n": "quotation marks",
	} {
		areas, _, err := funding.ReadAreas(strings.NewReader(text), wards)
		require.ErrorIs(t, err, sp.ErrInvalid, text)
		require.ErrorContains(t, err, says, text)
		require.Nil(t, areas)
	}
	broken := errors.New("disk on fire")
	_, _, err := funding.ReadAreas(io.MultiReader(strings.NewReader(header), iotest.ErrReader(broken)), wards)
	require.ErrorIs(t, err, broken)
}

func TestALayoutThatContradictsItselfIsAnError(t *testing.T) {
	for says, l := range map[string]funding.Layout{
		`layout: invalid: deciles must have one of the ranks for "decile" to follow from`:               {Code: "code", Deciles: map[string]string{"decile": "rank"}},
		"layout: invalid: population must be a column where bands":                                      {Code: "code", Bands: []string{"young", "old"}},
		"layout: invalid: population must be a column where bands or weighted populations add up to it": {Code: "code", Weighted: []string{"people"}},
		`layout: invalid: thousands must have a name of its own for "rank"`:                             {Code: "code", Ranks: []string{"rank"}, Thousands: map[string]string{"rank": "position"}},
		`layout: invalid: thousands must have a name of its own for "score"`:                            {Code: "code", Population: "people", Thousands: map[string]string{"score": "people"}},
		`thousands must have a name of its own for "young"`:                                             {Code: "code", Thousands: map[string]string{"old": "all", "young": "all"}},
	} {
		areas, _, err := funding.ReadAreas(strings.NewReader(header+"A,x,10,1.5,1,10,4,6\n"), l)
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, says)
		require.Nil(t, areas)
	}
}

func TestAnUnknownFileIsReadByTheLookOfItsColumns(t *testing.T) {
	areas, issues, err := funding.ReadAreas(strings.NewReader("ward;x,zone,heads,rate\nA,north,1e3,0.10\nB,south,12,n/a\nC,south,7,2\n"), funding.Layout{})
	require.NoError(t, err)
	require.Equal(t, []string{"heads", "rate", "zone"}, areas.Columns())
	require.Equal(t, "heads", areas.Population())
	heads, _ := areas.Number("A", "heads")
	require.Equal(t, "1000", heads.String())
	require.Len(t, issues, 2)
	require.Equal(t, "population-guessed", issues[0].Code)
	require.Equal(t, "not-a-number", issues[1].Code)
	_, known := areas.Number("B", "rate")
	require.False(t, known)
	_, err = areas.Floats("rate")
	require.ErrorContains(t, err, "B: invalid")
	_, err = areas.Floats("height")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestTheLookOfAColumnIsThatOfWhatIsThere(t *testing.T) {
	cases := []struct {
		name, text string
		population string
		columns    []string
		groups     []string
		issues     []string
	}{
		{"half of them numbers", "code,pop\nA,1e3\nB,1e30\nC,NaN\nD,-1\n", "pop", []string{"pop"}, nil, []string{
			"pop: taken as the population, in column 2 (population-guessed, note)",
			"line 3: B: pop: not a decimal number of at most 18 digits in column 2 (not-a-number, warning)",
			"line 4: C: pop: not a decimal number of at most 18 digits in column 2 (not-a-number, warning)",
			"line 5: D: pop: negative number in column 2 (negative, warning)",
		}},
		{"numbers in a few rows", "code,pop,extra\nA,1,\nB,2,5\nC,3,\n", "pop", []string{"extra", "pop"}, nil, []string{
			"pop: taken as the population, in column 2 (population-guessed, note)",
			"line 2: A: extra: no number in column 3 (missing, warning)",
			"line 4: C: extra: no number in column 3 (missing, warning)",
		}},
		{"few of them numbers", "code,zone,pop\nA,x,1\nB,7,2\nC,y,3\n", "pop", []string{"pop", "zone"}, []string{"zone"}, []string{
			"zone: taken as groups, though 1 of 3 are numbers, in column 2 (mixed-column, warning)",
			"pop: taken as the population, in column 3 (population-guessed, note)",
		}},
		{"no numbers", "code,zone\nA,x\n", "", []string{"zone"}, []string{"zone"}, []string{
			"no column of numbers that could be the population (no-population, warning)",
		}},
		{"nothing in a column", "code,pop,empty\nA,1,\n", "pop", []string{"empty", "pop"}, []string{"empty"}, []string{
			"pop: taken as the population, in column 2 (population-guessed, note)",
			"line 2: A: empty: no group in column 3 (missing, warning)",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			areas, issues, err := funding.ReadAreas(strings.NewReader(c.text), funding.Layout{})
			require.NoError(t, err)
			require.Equal(t, c.population, areas.Population())
			require.Equal(t, c.columns, areas.Columns())
			for _, name := range c.columns {
				_, err := areas.Group(name)
				require.Equal(t, slices.Contains(c.groups, name), !errors.Is(err, sp.ErrNotFound), name)
			}
			var told []string
			for _, issue := range issues {
				told = append(told, issue.Error())
			}
			require.Equal(t, c.issues, told)
		})
	}
}

func TestColumnsThatWereAddedToAPublishedFileAreRead(t *testing.T) {
	l := funding.AgeBands2020()
	names := "last_year," + l.Code + "," + l.Population + "," + strings.Join(l.Bands, ",") + ",place"
	text := names + "\n20.50,E01000001,7,1,1,1,1,1,1,1,coast\n,E01000002,7,1,1,1,1,1,1,1,hills\n"
	areas, issues, err := funding.ReadAreas(strings.NewReader(text), funding.Layout{})
	require.NoError(t, err)
	require.Equal(t, "pop_mid2020", areas.Population())
	require.Equal(t, 2011, areas.Boundary())
	money, ok := areas.Number("E01000001", "last_year")
	require.True(t, ok)
	require.Equal(t, "20.5", money.String())
	places, err := areas.Group("place")
	require.NoError(t, err)
	require.Equal(t, []string{"coast", "hills"}, places)
	require.Len(t, issues, 2)
	require.Equal(t, "age bands mid-2020: 2 of the 32844 areas (incomplete, note)", issues[0].Error())
	require.Equal(t, "age bands mid-2020:3: E01000002: last_year: no number in column 1 (missing, warning)", issues[1].Error())

	described, _, err := funding.ReadAreas(strings.NewReader(text), l)
	require.NoError(t, err)
	require.NotContains(t, described.Columns(), "last_year", "a layout says which columns there are")
}

func TestAHeaderAmongTheRowsIsNoArea(t *testing.T) {
	for _, again := range []string{"code,population\n", "\ufeffcode,population\n", " code , population\n"} {
		areas, issues, err := funding.ReadAreas(strings.NewReader("code,population\nA,1\n"+again+"B,2\n"), funding.Layout{})
		require.NoError(t, err)
		require.Equal(t, []string{"A", "B"}, areas.Codes())
		require.Equal(t, "population", areas.Population())
		require.Equal(t, []sp.Issue{{Severity: sp.Note, Line: 3, Code: "repeated-header", Detail: "the header stands here again; it is no area"}}, issues)
	}
}

func TestEveryIssueNamesItsFile(t *testing.T) {
	short := "A,1\nB\n"
	_, issues, err := funding.ReadAreas(strings.NewReader("code,pop\n"+short), funding.Layout{Name: "wards.csv"})
	require.EqualError(t, err, "funding: read areas wards.csv: 1 of 2 rows could not be used, the last: wards.csv:3: has another number of fields, 1, than the header, 2 (wrong-length, error)")
	require.Equal(t, "wards.csv", issues[0].File)
	_, _, err = funding.ReadAreas(strings.NewReader("code,pop\n"+short), funding.Layout{})
	require.EqualError(t, err, "funding: read areas: 1 of 2 rows could not be used, the last: line 3: has another number of fields, 1, than the header, 2 (wrong-length, error)")
	_, _, err = funding.ReadAreas(strings.NewReader(""), funding.Layout{})
	require.EqualError(t, err, "funding: read areas: file: invalid: must have a header")

	l := funding.AgeBands2020()
	header := l.Code + "," + l.Population + "," + strings.Join(l.Bands, ",")
	_, issues, err = funding.ReadAreas(strings.NewReader(header+"\nE01000001,7,1,1,1,1,1,1,1\nE01000002\n"), funding.Layout{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.Len(t, issues, 2)
	for _, issue := range issues {
		require.Equal(t, "age bands mid-2020", issue.File, issue.Code)
	}
}

func TestAQuotationMarkIsReportedWhereItsRowStarts(t *testing.T) {
	_, _, err := funding.ReadAreas(strings.NewReader("code,pop\nA,1\nB,\"2\nC,3\nD,4\n"), funding.Layout{})
	require.EqualError(t, err, "funding: read areas: line 3: invalid: must have its quotation marks in pairs; it goes on to line 5")
	_, _, err = funding.ReadAreas(strings.NewReader("code,pop\nA,1\"\n"), funding.Layout{})
	require.EqualError(t, err, "funding: read areas: line 2, column 4: invalid: must have its quotation marks in pairs")
}

func TestPartOfAPublishedFileKeepsTheNationsRanks(t *testing.T) {
	l := wards
	l.Rows = 100
	areas, issues, err := funding.ReadAreas(strings.NewReader(header+"A,x,10,1.5,1,1,4,6\nB,x,20,2,95,10,20,0\n"), l)
	require.NoError(t, err)
	require.Len(t, issues, 1)
	require.Equal(t, "incomplete", issues[0].Code)
	require.Equal(t, sp.Note, issues[0].Severity)
	a := allocate(t, sp.Pence(300), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "rank", Core20: "4"}}}})
	require.Equal(t, []int64{200, 100}, a.Minor())
}

func TestARankIsOneMoreThanTheAreasBeforeIt(t *testing.T) {
	for text, want := range map[string][]string{
		"A,1\nB,2\nC,3\nD,4\n": nil,
		"A,4\nB,2\nC,2\nD,1\n": nil, // a tie
		"A,1\nB,1\nC,3\nD,4\n": nil,
		"A,4\nB,4\nC,2\nD,1\n": {"A: rank: the areas with a lower rank than 4 number 2 in column 2 (rank-out-of-order, warning)"},
		"A,3\nB,3\nC,3\nD,3\n": {"A: rank: the areas with a lower rank than 3 number 0 in column 2 (rank-out-of-order, warning)"},
		"A,1\nB,3\nC,\nD,4\n":  {"C: rank: no number in column 2 (missing, warning)"},
		"A,1\nB,3\nC,5\nD,4\n": {"C: rank: not from 1 to 4 in column 2 (rank-out-of-range, warning)"},
	} {
		_, issues, err := funding.ReadAreas(strings.NewReader("code,rank\n"+text), funding.Layout{Code: "code", Ranks: []string{"rank"}})
		require.NoError(t, err)
		var told []string
		for _, issue := range issues {
			issue.Line = 0
			told = append(told, issue.Error())
		}
		require.Equal(t, want, told, text)
	}
}

func TestWeightedPopulationsMustAddUpToThePopulation(t *testing.T) {
	l := funding.Layout{Name: "practices", Code: "code", Population: "people", Weighted: []string{"wp"}}
	_, issues, err := funding.ReadAreas(strings.NewReader("code,people,wp\nA,10.5,11.5\nB,20,19.000001\n"), l)
	require.NoError(t, err)
	require.Empty(t, issues, "but for what rounding can be out")
	_, issues, err = funding.ReadAreas(strings.NewReader("code,people,wp\nA,10.5,11.5\nB,20,19.5\n"), l)
	require.NoError(t, err)
	require.Len(t, issues, 1)
	require.Equal(t, "weighted-population-off", issues[0].Code)
}

func TestTablesOfDifferentBoundariesDoNotJoin(t *testing.T) {
	table := func(boundary int, codes ...string) *funding.Areas {
		a, err := funding.NewAreas(codes, boundary)
		require.NoError(t, err)
		a, err = a.With("rank", 0, make([]int64, len(codes)))
		require.NoError(t, err)
		return a
	}
	older := table(2011, "E01000001", "E01000002")
	_, err := older.Join(table(2021, "E01000001", "E01000002"))
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "E01000001 is of 2011 and E01000001 of 2021")
	_, err = older.Join(table(2011, "E01000001", "E01000003", "E01000009"))
	require.ErrorContains(t, err, "E01000003: invalid: must be in both tables, of which one lacks 2 areas")
	_, err = older.Join(table(2011, "E01000002"))
	require.ErrorContains(t, err, "E01000001")
	_, err = older.Join(table(2011, "E01000002", "E01000001"))
	require.ErrorContains(t, err, "column rank")

	more, err := funding.NewAreas([]string{"E01000002", "E01000001"}, 0)
	require.NoError(t, err)
	more, err = more.With("people", 1, []int64{20, 10})
	require.NoError(t, err)
	more, err = more.WithGroup("icb", []string{"two", "one"})
	require.NoError(t, err)
	joined, err := older.Join(more)
	require.NoError(t, err)
	people, err := joined.Floats("people")
	require.NoError(t, err)
	require.Equal(t, []float64{1, 2}, people)
	groups, err := joined.Group("icb")
	require.NoError(t, err)
	require.Equal(t, []string{"one", "two"}, groups)
	require.Equal(t, 2011, joined.Boundary())
	require.Equal(t, []string{"rank"}, older.Columns(), "the tables themselves do not change")
}

func TestTheCodesAloneTakeOverWhatTheyAreJoinedWith(t *testing.T) {
	l := wards
	l.Rows = 100
	read, _, err := funding.ReadAreas(strings.NewReader(header+"A,x,10,1.5,1,1,4,6\nB,x,20,2,95,10,20,0\n"), l)
	require.NoError(t, err)
	codes, err := funding.NewAreas([]string{"B", "A"}, 0)
	require.NoError(t, err)
	for _, pair := range [][2]*funding.Areas{{codes, read}, {read, codes}} {
		joined, err := pair[0].Join(pair[1])
		require.NoError(t, err)
		require.Equal(t, "people", joined.Population())
		a := allocate(t, sp.Pence(300), joined, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "rank", Core20: "4"}}}})
		money, _ := a.Of("A")
		require.Equal(t, sp.Pence(200), money)
	}
	own, err := codes.With("heads", 0, []int64{1, 2})
	require.NoError(t, err)
	joined, err := own.Join(read)
	require.NoError(t, err)
	require.Equal(t, "heads", joined.Population())
}

func TestColumnsAreCopiedAndChecked(t *testing.T) {
	codes, values := []string{"b", "a"}, []int64{1, 2}
	areas, err := funding.NewAreas(codes, 0)
	require.NoError(t, err)
	areas, err = areas.With("people", 0, values)
	require.NoError(t, err)
	codes[0], values[0] = "z", 99
	n, _ := areas.Number("b", "people")
	require.Equal(t, "1", n.String())
	for _, f := range []func() error{
		func() error { _, err := areas.With("people", 0, []int64{1, 2}); return err },
		func() error { _, err := areas.With("", 0, []int64{1, 2}); return err },
		func() error { _, err := areas.With("x", 0, []int64{1}); return err },
		func() error { _, err := areas.With("x", 19, []int64{1, 2}); return err },
		func() error { _, err := areas.WithGroup("people", []string{"", ""}); return err },
		func() error { _, err := areas.WithGroup("x", []string{""}); return err },
		func() error { _, err := funding.NewAreas([]string{"a", "a"}, 0); return err },
	} {
		require.ErrorIs(t, f(), sp.ErrInvalid)
	}
	areas, err = areas.WithGroup("x", []string{"g", ""})
	require.NoError(t, err)
	_, err = areas.Group("x")
	require.ErrorContains(t, err, "a: invalid: must have a group in column x")
}

func FuzzReadAreas(f *testing.F) {
	f.Add(header + "A,x,10,1.5,1,5,4,6\nB,x,20,-2.25,2,10,20,0\n")
	f.Add(header + "A,x,1e18,-0.000000000000000001,1,5,4,6\nB,,+20,.5,2,10,20,0\n")
	f.Add("lsoa11cd,pop_mid2020,a0_4\nE01000001,9223372036854775807,1e-3\n")
	f.Add("a\n\n\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range []funding.Layout{wards, {}} {
			areas, issues, err := funding.ReadAreas(strings.NewReader(text), l)
			if areas == nil {
				if err == nil {
					t.Fatal("neither areas nor an error")
				}
				continue
			}
			lost := 0
			for _, issue := range issues {
				if issue.Severity == sp.Error {
					lost++
				}
			}
			if (lost > 0) != (err != nil) {
				t.Fatalf("%d rows were lost and the error is %v", lost, err)
			}
			// Whatever was read can be divided by, or says why not.
			a, err := funding.Allocate(sp.Pence(math.MaxInt64), areas, funding.Policy{})
			if err != nil {
				continue
			}
			var sum int64
			for _, pence := range a.Minor() {
				sum += pence
			}
			if sum != math.MaxInt64 {
				t.Fatalf("adds up to %d", sum)
			}
		}
	})
}

func TestATableWithoutAreasJoinsLikeAnyOther(t *testing.T) {
	empty, err := funding.NewAreas(nil, 2021)
	require.NoError(t, err)
	grouped, err := empty.WithGroup("icb", nil)
	require.NoError(t, err)
	joined, err := empty.Join(grouped)
	require.NoError(t, err)
	require.Equal(t, []string{"icb"}, joined.Columns())
	_, err = joined.WithGroup("icb", nil)
	require.ErrorIs(t, err, sp.ErrInvalid, "the column is there already")
}

func TestLinesThatEndWithACarriageReturnAloneAreNotLostInSilence(t *testing.T) {
	_, _, err := funding.ReadAreas(strings.NewReader("code,people\rA,10\rB,20\r"), funding.Layout{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "carriage return")
}

func TestARankIsNotTakenForAnIndex(t *testing.T) {
	layout := funding.Layout{Code: "code", Population: "people", Ranks: []string{"rank"}, Deciles: map[string]string{"decile": "rank"}}
	areas, _, err := funding.ReadAreas(strings.NewReader("code,people,rank,decile\nA,10,1,5\nB,10,2,10\n"), layout)
	require.NoError(t, err)
	for _, column := range []string{"rank", "decile"} {
		_, err = funding.Allocate(sp.Pounds(10), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: column}}}})
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, "factor "+column+": invalid: must have a rule")
	}
	_, err = funding.Allocate(sp.Pounds(10), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "decile", DecileGradient: "0.5"}}}})
	require.NoError(t, err)
}
