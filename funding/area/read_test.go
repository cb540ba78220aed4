package area_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/england"
)

// wards is a layout of small files.
var wards = area.Layout{
	Name: "wards", Boundary: 2021, Code: "code", Population: "people", Fields: []area.Field{
		{Name: "place", Meaning: area.Meaning{Kind: area.Group}},
		{Name: "people", Meaning: area.Meaning{Kind: area.Count}},
		{Name: "score"},
		{Name: "rank", Meaning: area.Meaning{Kind: area.Rank}},
		{Name: "decile", Meaning: area.Meaning{Kind: area.Decile}, From: "rank"},
		{Name: "young", Meaning: area.Meaning{Kind: area.Band}},
		{Name: "old", Meaning: area.Meaning{Kind: area.Band}},
	},
}

// described returns a layout of columns of one kind each.
func described(population string, fields ...area.Field) area.Layout {
	return area.Layout{Code: "code", Population: population, Fields: fields}
}

func field(name string, k area.Kind) area.Field {
	return area.Field{Name: name, Meaning: area.Meaning{Kind: k}}
}

func allocate(tb testing.TB, total sp.Money, areas *area.Table, p funding.Policy) *funding.Allocation {
	tb.Helper()
	a, err := funding.Allocate(total, areas, p)
	require.NoError(tb, err)
	return a
}

const header = "code,place,people,score,rank,decile,young,old\n"

func TestWhatIsOddInAFileIsReportedWithItsPlace(t *testing.T) {
	good := "A,x,10,1.5,1,5,4,6\nB,x,20,-2.25,2,10,20,0\n"
	areas, issues, err := area.Read(strings.NewReader("\ufeff"+header+good), wards)
	require.NoError(t, err)
	require.Empty(t, issues)
	score, ok := areas.Number("B", "score")
	require.True(t, ok)
	require.Equal(t, "-2.25", score.String())
	require.Equal(t, []string{"place", "people", "score", "rank", "decile", "young", "old"}, areas.Columns())

	cases := []struct {
		name, row string
		want      sp.Issue
		lost      bool
	}{
		{"a number that is none", "C,x,10,NaN,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "score", Code: "not-a-number", Record: "C", Detail: "not a decimal number of at most 18 digits in column 4"}, false},
		{"an infinity", "C,x,10,Inf,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "score", Code: "not-a-number", Record: "C", Detail: "not a decimal number of at most 18 digits in column 4"}, false},
		{"a word", "C,x,many,1,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "people", Code: "not-a-number", Record: "C", Detail: "not a decimal number of at most 18 digits in column 3"}, false},
		{"a missing number", "C,x,10,,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "score", Code: "missing", Record: "C", Detail: "no number in column 4"}, false},
		{"a missing group", "C,,10,1,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "place", Code: "missing", Record: "C", Detail: "no group in column 2"}, false},
		{"fewer than nobody", "C,x,-10,1,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "people", Code: "negative", Record: "C", Detail: "negative number in column 3"}, false},
		{"half a person", "C,x,10.5,1,3,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "people", Code: "not-whole", Record: "C", Detail: "not a whole number in column 3"}, false},
		{"bands that do not add up", "C,x,10,1,3,10,4,7\n", sp.Issue{Severity: sp.Warning, Field: "people", Code: "bands-do-not-add-up", Record: "C", Detail: "bands add up to 1 more in column 3"}, false},
		{"a rank beyond the areas", "C,x,10,1,4,10,4,6\n", sp.Issue{Severity: sp.Warning, Field: "rank", Code: "rank-out-of-range", Record: "C", Detail: "not from 1 to 3 in column 5"}, false},
		{"a decile that is not that of the rank", "C,x,10,1,3,9,4,6\n", sp.Issue{Severity: sp.Warning, Field: "decile", Code: "decile-contradicts-rank", Record: "C", Detail: "does not follow from rank in column 6"}, false},
		{"a row of another length", "C,x,10,1\n", sp.Issue{Severity: sp.Error, Code: "wrong-length", Detail: "has another number of fields, 4, than the header, 8"}, true},
		{"a code that is there already", "A,x,10,1,3,10,4,6\n", sp.Issue{Severity: sp.Error, Field: "code", Code: "duplicate-code", Record: "A", Detail: "already on line 2"}, true},
		{"no code", ",x,10,1,3,10,4,6\n", sp.Issue{Severity: sp.Error, Field: "code", Code: "missing-code", Detail: "no code"}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rows := strings.Replace(strings.Replace(good, ",5,4", ",4,4", 1), ",10,20", ",7,20", 1) // deciles of three areas
			if c.lost {
				rows = good
			}
			areas, issues, err := area.Read(strings.NewReader(header+rows+c.row), wards)
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

func TestReadRefusesAFileThatCannotBeUsed(t *testing.T) {
	for text, says := range map[string]string{
		"":                  "there is no header row",
		"PK\x03\x04":        "is a workbook",
		"a,a\nx,1\n":        "column 2 must have a name of its own",
		"code,place\nA,x\n": "people must be a column; score must be a column",
	} {
		areas, _, err := area.Read(strings.NewReader(text), wards)
		require.ErrorIs(t, err, sp.ErrInvalid, text)
		require.ErrorContains(t, err, says, text)
		require.Nil(t, areas)
	}
	broken := errors.New("disk on fire")
	_, _, err := area.Read(io.MultiReader(strings.NewReader(header), iotest.ErrReader(broken)), wards)
	require.ErrorIs(t, err, broken)
}

func TestALayoutThatContradictsItselfIsAnError(t *testing.T) {
	decile := area.Field{Name: "decile", Meaning: area.Meaning{Kind: area.Decile}, From: "score"}
	for says, l := range map[string]area.Layout{
		`layout: invalid: fields must have one of the ranks for "decile" to follow from`:                described("", field("score", area.Number), decile),
		"layout: invalid: population must be a column where bands or weighted populations add up to it": described("", field("young", area.Band)),
		`layout: invalid: fields must have a name of its own for "score"`:                               described("", field("score", area.Number), area.Field{Name: "people", As: "score"}),
		`layout: invalid: population must count people, and "rank" is a rank`:                           described("rank", field("rank", area.Rank)),
		`layout: invalid: fields must be a rank to be one of so many areas for "score"`:                 described("", area.Field{Name: "score", Meaning: area.Meaning{Of: 3}}),
	} {
		areas, _, err := area.Read(strings.NewReader(header+"A,x,10,1.5,1,10,4,6\n"), l)
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, says)
		require.Nil(t, areas)
	}
}

func TestAnUnknownFileIsReadByTheLookOfItsColumns(t *testing.T) {
	areas, issues, err := area.Read(strings.NewReader("ward x,zone,heads,rate\nA,north,1e3,0.10\nB,south,12,n/a\nC,south,7,2\n"), area.Layout{}, england.Known()...)
	require.NoError(t, err)
	require.Equal(t, []string{"zone", "heads", "rate"}, areas.Columns())
	require.Empty(t, areas.Population(), "nobody said so")
	require.Equal(t, []string{"heads"}, areas.Candidates())
	heads, _ := areas.Number("A", "heads")
	require.Equal(t, "1000", heads.String())
	require.Len(t, issues, 2)
	require.Equal(t, "no-population", issues[0].Code)
	require.Equal(t, "not-a-number", issues[1].Code)
	_, known := areas.Number("B", "rate")
	require.False(t, known)
	_, err = areas.Floats("rate")
	require.ErrorContains(t, err, "B: invalid")
	_, err = areas.Floats("height")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestTheLookOfAColumnIsThatOfWhatIsThere(t *testing.T) {
	const unsaid = "nothing says which column counts people: it could be one of pop (no-population, warning)"
	cases := []struct {
		name, text string
		columns    []string
		groups     []string
		issues     []string
	}{
		{"half of them numbers", "code,pop\nA,1e3\nB,1e30\nC,NaN\nD,-1\n", []string{"pop"}, nil, []string{
			"nothing says which column counts people: none of its columns looks as if it did (no-population, warning)",
			"line 3: B: pop: not a decimal number of at most 18 digits in column 2 (not-a-number, warning)",
			"line 4: C: pop: not a decimal number of at most 18 digits in column 2 (not-a-number, warning)",
		}},
		{"numbers in a few rows", "code,pop,extra\nA,4,\nB,2,5\nC,3,\n", []string{"pop", "extra"}, nil, []string{
			"nothing says which column counts people: it could be one of pop, extra (no-population, warning)",
			"line 2: A: extra: no number in column 3 (missing, warning)",
			"line 4: C: extra: no number in column 3 (missing, warning)",
		}},
		{"few of them numbers", "code,zone,pop\nA,x,4\nB,7,2\nC,y,3\n", []string{"zone", "pop"}, []string{"zone"}, []string{
			"zone: taken as groups, though 1 of 3 are numbers, in column 2 (mixed-column, warning)", unsaid,
		}},
		{"no numbers", "code,zone\nA,x\n", []string{"zone"}, []string{"zone"}, []string{
			"nothing says which column counts people: none of its columns looks as if it did (no-population, warning)",
		}},
		{"nothing in a column", "code,pop,empty\nA,1,\n", []string{"pop"}, nil, []string{
			"empty: nothing stands in column 3 (empty-column, note)", unsaid,
		}},
		{"no name of a column", "code,,pop\nA,x,1\n", []string{"pop"}, nil, []string{
			"column 2 has no name and is left out (nameless-column, warning)", unsaid,
		}},
		{"no name of the codes", ",pop\nA,1\n", []string{"pop"}, nil, []string{unsaid}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			areas, issues, err := area.Read(strings.NewReader(c.text), area.Layout{}, england.Known()...)
			require.NoError(t, err)
			require.Empty(t, areas.Population())
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

func TestAColumnThatNumbersTheRowsIsNoCode(t *testing.T) {
	for text, codes := range map[string][]string{
		"FID,LSOA11CD,LSOA11NM,population\n1,E01000001,x,10\n2,E01000002,x,20\n": {"E01000001", "E01000002"},
		"Rank,ward,population\n1,Abbey,10\n2,Bank,20\n":                          {"Abbey", "Bank"},
		"ObjectId,name,name2,population\n1,x,y,10\n2,x,z,20\n":                   {"y", "z"},
		"ward,name,population\n1,Abbey,10\n2,Bank,20\n":                          {"1", "2"}, // it does not say that it is a number of rows
		"rank,ward,population\n2,Abbey,10\n1,Bank,20\n":                          {"2", "1"},
		"id,population\n1,10\n2,20\n":                                            {"1", "2"},
	} {
		areas, _, err := area.Read(strings.NewReader(text), area.Layout{})
		require.NoError(t, err, text)
		require.Equal(t, codes, areas.Codes(), text)
		require.Equal(t, "population", areas.Population(), text)
	}
}

func TestColumnsThatWereAddedToAPublishedFileAreRead(t *testing.T) {
	l := england.AgeBands2020()
	bands := []string{"a0_4", "a5_14", "a15_44", "a45_64", "a65_74", "a75_84", "a85plus"}
	names := "last_year," + l.Code + "," + l.Population + "," + strings.Join(bands, ",") + ",place"
	text := names + "\n20.50,E01000001,7,1,1,1,1,1,1,1,coast\n,E01000002,7,1,1,1,1,1,1,1,hills\n"
	areas, issues, err := area.Read(strings.NewReader(text), area.Layout{}, england.Known()...)
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

	described, _, err := area.Read(strings.NewReader(text), l)
	require.NoError(t, err)
	require.NotContains(t, described.Columns(), "last_year", "a layout says which columns there are")
}

func TestAHeaderAmongTheRowsIsNoArea(t *testing.T) {
	for _, again := range []string{"code,population\n", "\ufeffcode,population\n", " code , population\n"} {
		areas, issues, err := area.Read(strings.NewReader("code,population\nA,1\n"+again+"B,2\n"), area.Layout{}, england.Known()...)
		require.NoError(t, err)
		require.Equal(t, []string{"A", "B"}, areas.Codes())
		require.Equal(t, "population", areas.Population())
		require.Equal(t, []sp.Issue{{Severity: sp.Note, Line: 3, Code: "repeated-header", Detail: "one row: the header stands here again; it is no record"}}, issues)
	}
}

func TestReadNamesItsFileInEveryIssue(t *testing.T) {
	short := "A,1\nB\n"
	_, issues, err := area.Read(strings.NewReader("code,population\n"+short), area.Layout{Name: "wards.csv"})
	require.EqualError(t, err, "area: read wards.csv: 1 of 2 rows could not be used, the first: wards.csv:3: has another number of fields, 1, than the header, 2 (wrong-length, error)")
	require.Equal(t, "wards.csv", issues[0].File)
	_, _, err = area.Read(strings.NewReader("code,population\n"+short), area.Layout{}, england.Known()...)
	require.EqualError(t, err, "area: read: 1 of 2 rows could not be used, the first: line 3: has another number of fields, 1, than the header, 2 (wrong-length, error)")
	_, _, err = area.Read(strings.NewReader(""), area.Layout{}, england.Known()...)
	require.EqualError(t, err, "area: read: there is no header row (empty-file, error)")

	l := england.AgeBands2020()
	bands := []string{"a0_4", "a5_14", "a15_44", "a45_64", "a65_74", "a75_84", "a85plus"}
	header := l.Code + "," + l.Population + "," + strings.Join(bands, ",")
	_, issues, err = area.Read(strings.NewReader(header+"\nE01000001,7,1,1,1,1,1,1,1\nE01000002\n"), area.Layout{}, england.Known()...)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.Len(t, issues, 2)
	for _, issue := range issues {
		require.Equal(t, "age bands mid-2020", issue.File, issue.Code)
	}
}

func TestReadLosesNoOtherRowToAQuotationMarkThatNothingCloses(t *testing.T) {
	areas, issues, err := area.Read(strings.NewReader("code,population\nA,1\nB,\"2\nC,3\nD,\"4,5\nE,6\n"), area.Layout{})
	require.EqualError(t, err, "area: read: 1 of 5 rows could not be used, the first: line 5: its quotation marks are not in pairs; this line is not read (bad-csv, error)")
	require.Equal(t, []string{"A", "B", "C", "E"}, areas.Codes())
	_, known := areas.Number("B", "population")
	require.False(t, known, "nor is a number guessed")
	require.Equal(t, "unclosed-quote", issues[0].Code)
}

func TestReadKeepsTheNationsRanksInPartOfAPublishedFile(t *testing.T) {
	l := wards
	l.Rows = 100
	areas, issues, err := area.Read(strings.NewReader(header+"A,x,10,1.5,1,1,4,6\nB,x,20,2,95,10,20,0\n"), l)
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
		_, issues, err := area.Read(strings.NewReader("code,rank\n"+text), described("", field("rank", area.Rank)))
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
	l := described("people", field("people", area.Number), field("wp", area.Weighted))
	_, issues, err := area.Read(strings.NewReader("code,people,wp\nA,10.5,11.5\nB,20,19.000001\n"), l)
	require.NoError(t, err)
	require.Empty(t, issues, "but for what rounding can be out")
	_, issues, err = area.Read(strings.NewReader("code,people,wp\nA,10.5,11.5\nB,20,19.5\n"), l)
	require.NoError(t, err)
	require.Len(t, issues, 1)
	require.Equal(t, "weighted-population-off", issues[0].Code)
}

func TestColumnsAreCopiedAndChecked(t *testing.T) {
	codes, values := []string{"b", "a"}, []int64{1, 2}
	areas, err := area.New(codes, 0)
	require.NoError(t, err)
	areas, err = areas.With("people", area.Meaning{}, 0, values)
	require.NoError(t, err)
	codes[0], values[0] = "z", 99
	n, _ := areas.Number("b", "people")
	require.Equal(t, "1", n.String())
	for _, f := range []func() error{
		func() error { _, err := areas.With("people", area.Meaning{}, 0, []int64{1, 2}); return err },
		func() error { _, err := areas.With("", area.Meaning{}, 0, []int64{1, 2}); return err },
		func() error { _, err := areas.With("x", area.Meaning{}, 0, []int64{1}); return err },
		func() error { _, err := areas.With("x", area.Meaning{}, 19, []int64{1, 2}); return err },
		func() error { _, err := areas.WithGroup("people", []string{"", ""}); return err },
		func() error { _, err := areas.WithGroup("x", []string{""}); return err },
		func() error { _, err := area.New([]string{"a", "a"}, 0); return err },
	} {
		require.ErrorIs(t, f(), sp.ErrInvalid)
	}
	areas, err = areas.WithGroup("x", []string{"g", ""})
	require.NoError(t, err)
	_, err = areas.Group("x")
	require.ErrorContains(t, err, "a: invalid: must have a group in column x")
}
