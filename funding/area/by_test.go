package area_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
)

// practices is a table of practices in boards in a region.
func practices(t require.TestingT) *area.Table {
	const text = "code,region,board,population,money,rank,rate\nP1,N,A,10,100.50,1,0.5\nP2,N,A,20,,2,0.5\nP3,N,B,30,7,3,0.5\nP4,S,C,40,8,4,0.5\n"
	table, _, err := area.Read(strings.NewReader(text), area.Layout{Code: "code", Population: "population", Fields: []area.Field{
		{Name: "region", Meaning: area.Meaning{Kind: area.Group}},
		{Name: "board", Meaning: area.Meaning{Kind: area.Group}},
		{Name: "population", Meaning: area.Meaning{Kind: area.Count}},
		{Name: "money", Meaning: area.Meaning{Kind: area.Money}},
		{Name: "rank", Meaning: area.Meaning{Kind: area.Rank}},
		{Name: "rate"},
	}})
	require.NoError(t, err)
	return table
}

func TestByAddsUpWhatCanBeAddedUpAndKeepsTheLevelAbove(t *testing.T) {
	boards, err := practices(t).By("board")
	require.NoError(t, err)
	require.Equal(t, []string{"A", "B", "C"}, boards.Codes())
	require.Equal(t, []string{"region", "population", "money"}, boards.Columns(), "a rank and a rate have no sum")
	region, err := boards.Group("region")
	require.NoError(t, err)
	require.Equal(t, []string{"N", "N", "S"}, region)
	people, err := boards.Floats("population")
	require.NoError(t, err)
	require.Equal(t, []float64{30, 30, 40}, people)
	_, known := boards.Number("A", "money")
	require.False(t, known, "a sum of which a part is not known is not known")
	money, known := boards.Number("B", "money")
	require.True(t, known)
	require.Equal(t, "7", money.String())
	_, err = practices(t).By("board", "rate")
	require.NoError(t, err, "who names a number says that it adds up")
	_, err = practices(t).By("board", "rank")
	require.ErrorContains(t, err, "must be one that adds up, and is a rank")
	_, err = practices(t).By("practice")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestByAndPartsLoseNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "areas")
		codes, groups, people := make([]string, n), make([]string, n), make([]int64, n)
		want := map[string]int64{} // by the plain way
		for i := range n {
			codes[i], groups[i], people[i] = fmt.Sprint("A", i), rapid.SampledFrom([]string{"X", "Y", "Z"}).Draw(t, "group"), rapid.Int64Range(0, 1000).Draw(t, "people")
			want[groups[i]] += people[i]
		}
		table, err := area.New(codes, 2021)
		require.NoError(t, err)
		table, err = table.With("people", area.Meaning{Kind: area.Count}, 0, people)
		require.NoError(t, err)
		table, err = table.WithGroup("group", groups)
		require.NoError(t, err)
		by, err := table.By("group")
		require.NoError(t, err)
		parts, err := table.Parts("group")
		require.NoError(t, err)
		require.ElementsMatch(t, slices.Collect(maps.Keys(want)), by.Codes())
		areas := 0
		for group, sum := range want {
			c, err := by.Column("people")
			require.NoError(t, err)
			k, _ := by.Place(group)
			require.Equal(t, sum, c.Values[k])
			part, err := parts[group].Column("people")
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(sum), part.Sum().FloatString(0))
			areas += parts[group].Len()
		}
		require.Equal(t, n, areas)
	})
}

func TestReplacePutsOtherNumbersInAColumnAndKeepsTheOrder(t *testing.T) {
	table := practices(t)
	b, err := table.Replace("money", 2, []int64{1, 2, 3, 4})
	require.NoError(t, err)
	require.Equal(t, table.Columns(), b.Columns())
	v, _ := b.Number("P2", "money")
	require.Equal(t, "0.02", v.String())
	_, known := table.Number("P2", "money")
	require.False(t, known, "the table itself is as it was")
	_, err = table.Replace("none", 0, nil)
	require.ErrorIs(t, err, sp.ErrNotFound)
	_, err = table.Replace("population", 0, []int64{-1, 2, 3, 4})
	require.ErrorContains(t, err, "P1")
}

func TestNestedNamesACodeOfTwoLevelsOrTwoParents(t *testing.T) {
	require.NoError(t, practices(t).Nested("region", "board"))
	for says, boards := range map[string][]string{
		"N: invalid: must be the code of one level, and is one of region and of board": {"A", "A", "N", "C"},
		"A: invalid: must lie in one group of region, and lies in N and in S":          {"A", "A", "B", "A"},
	} {
		table, err := practices(t).WithGroup("other", boards)
		require.NoError(t, err)
		err = table.Nested("region", "other")
		require.ErrorIs(t, err, sp.ErrInvalid)
		code, rest, _ := strings.Cut(says, ": invalid: ")
		require.ErrorContains(t, err, code)
		require.ErrorContains(t, err, strings.ReplaceAll(rest, "region and of board", "region and of other"))
	}
}

func TestSinceSaysWhatIsGoneAndWhatIsNew(t *testing.T) {
	earlier := practices(t)
	later, err := earlier.Without("P1")
	require.NoError(t, err)
	earlier, err = earlier.Without("P4")
	require.NoError(t, err)
	y, err := later.Since(earlier, "_before", "population", "money")
	require.NoError(t, err)
	require.Equal(t, []string{"P1"}, y.Gone)
	require.Equal(t, []string{"P4"}, y.New)
	n, _ := y.Areas.Number("P3", "population_before")
	require.Equal(t, "30", n.String())
	for _, code := range []string{"P2", "P4"} {
		_, known := y.Areas.Number(code, "money_before")
		require.False(t, known, code)
	}
	_, err = later.Since(earlier, "", "population")
	require.ErrorContains(t, err, "population")
	_, err = later.Since(earlier, "_before", "wealth")
	require.ErrorIs(t, err, sp.ErrNotFound)
	other, err := area.New([]string{"Q"}, 0)
	require.NoError(t, err)
	_, err = later.Since(other, "_before")
	require.ErrorContains(t, err, "no area in common")
	a, err := area.New([]string{"Q"}, 2011)
	require.NoError(t, err)
	b, err := area.New([]string{"Q"}, 2021)
	require.NoError(t, err)
	_, err = b.Since(a, "_before")
	require.ErrorContains(t, err, "of 2021 and of 2011")
}

func TestSuccessorsTakeOverWhatAddsUp(t *testing.T) {
	table, err := practices(t).Successors(map[string]string{"P4": "P3"})
	require.NoError(t, err)
	n, _ := table.Number("P3", "population")
	require.Equal(t, "70", n.String())
	m, _ := table.Number("P3", "money")
	require.Equal(t, "15", m.String())
	require.Equal(t, 3, table.Len())
	_, err = practices(t).Successors(map[string]string{"P4": "P3", "P3": "P2", "P9": "P1"})
	for _, says := range []string{"P4 must be taken over by an area that stays", "P9 must be an area"} {
		require.ErrorContains(t, err, says)
	}
}

const lookup = "LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND\nE1,a,E1,a,U\nE2,b,E21,b,S\nE2,b,E22,c,S\nE3,d,E34,d,M\nE4,e,E34,d,M\n"

func TestALookupConvertsAreasByItsSplitsAndMerges(t *testing.T) {
	l, issues, err := area.ReadLookup(strings.NewReader(lookup), "lookup.csv", area.LSOA2011To2021())
	require.NoError(t, err)
	require.Empty(t, issues)
	require.Len(t, l.Pairs(), 5)
	old, err := area.New([]string{"E4", "E3", "E2", "E1"}, 2011)
	require.NoError(t, err)
	old, err = old.With("people", area.Meaning{Kind: area.Count}, 0, []int64{4, 3, 11, 1})
	require.NoError(t, err)
	table, err := l.Convert(old, map[string]int64{"E21": 1, "E22": 2})
	require.NoError(t, err)
	require.Equal(t, 2021, table.Boundary())
	for code, want := range map[string]string{"E1": "1", "E21": "4", "E22": "7", "E34": "7"} {
		n, known := table.Number(code, "people")
		require.True(t, known)
		require.Equal(t, want, n.String(), code)
	}
	_, err = l.Convert(old, map[string]int64{"E21": 1})
	require.ErrorContains(t, err, "E22")
	more, err := area.New([]string{"E9"}, 2011)
	require.NoError(t, err)
	_, err = l.Convert(more, nil)
	require.ErrorContains(t, err, "E9")
	_, err = l.Convert(table, nil)
	require.ErrorContains(t, err, "must be of the boundaries of 2011, and are of 2021")
}

func TestALookupKeepsEveryPersonWhateverTheWeights(t *testing.T) {
	l, _, err := area.ReadLookup(strings.NewReader(lookup), "", area.LSOA2011To2021())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(rapid.Int64Range(0, 1e9), 4, 4).Draw(t, "people")
		old, err := area.New([]string{"E1", "E2", "E3", "E4"}, 2011)
		require.NoError(t, err)
		old, err = old.With("people", area.Meaning{Kind: area.Count}, 0, people)
		require.NoError(t, err)
		table, err := l.Convert(old, map[string]int64{"E21": rapid.Int64Range(1, 9).Draw(t, "w"), "E22": rapid.Int64Range(0, 9).Draw(t, "w")})
		require.NoError(t, err)
		before, err := old.Column("people")
		require.NoError(t, err)
		after, err := table.Column("people")
		require.NoError(t, err)
		require.Equal(t, before.Sum(), after.Sum())
	})
}

func TestReadLookupSaysOnWhichLineAnAreaWouldBeLost(t *testing.T) {
	for says, text := range map[string]string{
		"l:3: has no code on one side":               "LSOA11CD,LSOA21CD,CHGIND\nE1,E1,U\nE2,,U\n",
		"l:3: stands there twice":                    "LSOA11CD,LSOA21CD,CHGIND\nE1,E1,U\nE1,E1,U\n",
		"E1: E2: changed as U, which the other rows": "LSOA11CD,LSOA21CD,CHGIND\nE1,E1,U\nE1,E2,U\n",
		"must be a column":                           "a,b\n1,2\n",
	} {
		_, _, err := area.ReadLookup(strings.NewReader(text), "l", area.LSOA2011To2021())
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, strings.TrimPrefix(says, "E1: E2: "))
	}
}

func FuzzReadLookup(f *testing.F) {
	f.Add(lookup)
	f.Fuzz(func(t *testing.T, text string) {
		if _, _, err := area.ReadLookup(strings.NewReader(text), "l", area.LSOA2011To2021()); err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
		}
	})
}
