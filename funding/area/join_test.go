package area_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

func TestTablesOfDifferentBoundariesDoNotJoin(t *testing.T) {
	table := func(boundary int, codes ...string) *area.Table {
		a, err := area.New(codes, boundary)
		require.NoError(t, err)
		a, err = a.With("rank", area.Meaning{}, 0, make([]int64, len(codes)))
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

	more, err := area.New([]string{"E01000002", "E01000001"}, 0)
	require.NoError(t, err)
	more, err = more.With("people", area.Meaning{}, 1, []int64{20, 10})
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
	read, _, err := area.Read(strings.NewReader(header+"A,x,10,1.5,1,1,4,6\nB,x,20,2,95,10,20,0\n"), l)
	require.NoError(t, err)
	codes, err := area.New([]string{"B", "A"}, 0)
	require.NoError(t, err)
	for _, pair := range [][2]*area.Table{{codes, read}, {read, codes}} {
		joined, err := pair[0].Join(pair[1])
		require.NoError(t, err)
		require.Equal(t, "people", joined.Population())
		a := allocate(t, sp.Pence(300), joined, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "rank", Core20: "4"}}}})
		money, _ := a.Of("A")
		require.Equal(t, sp.Pence(200), money)
	}
	own, err := codes.With("heads", area.Meaning{}, 0, []int64{1, 2})
	require.NoError(t, err)
	joined, err := own.Join(read)
	require.NoError(t, err)
	require.Equal(t, "people", joined.Population(), "the one that was stated")
	own, err = own.WithPopulation("heads")
	require.NoError(t, err)
	joined, err = own.Join(read)
	require.NoError(t, err)
	require.Empty(t, joined.Population(), "two have been stated, of which neither is better")
	joined, err = joined.WithPopulation("people")
	require.NoError(t, err)
	require.Equal(t, "people", joined.Population())
}

func TestATableWithoutAreasJoinsLikeAnyOther(t *testing.T) {
	empty, err := area.New(nil, 2021)
	require.NoError(t, err)
	grouped, err := empty.WithGroup("icb", nil)
	require.NoError(t, err)
	joined, err := empty.Join(grouped)
	require.NoError(t, err)
	require.Equal(t, []string{"icb"}, joined.Columns())
	_, err = joined.WithGroup("icb", nil)
	require.ErrorIs(t, err, sp.ErrInvalid, "the column is there already")
}

func TestATableStaysAsItIsWhenAColumnIsAdded(t *testing.T) {
	one, err := area.New([]string{"a"}, 0)
	require.NoError(t, err)
	two, err := one.With("people", area.Meaning{}, 0, []int64{1})
	require.NoError(t, err)
	three, err := two.WithGroup("icb", []string{"x"})
	require.NoError(t, err)
	for want, areas := range map[int]*area.Table{0: one, 1: two, 2: three} {
		require.Len(t, areas.Columns(), want)
	}
	_, err = two.With("icb", area.Meaning{}, 0, []int64{2})
	require.NoError(t, err, "the name is free there still")
}
