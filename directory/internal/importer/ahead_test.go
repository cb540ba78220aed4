package importer

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/internal/csvfile"
)

func TestTableReadsAheadWhatASequenceYields(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		want := make([]int, n)
		for i := range want {
			want[i] = i
		}
		require.Equal(t, want, slices.AppendSeq(make([]int, 0, n), ahead(slices.Values(want))))
	}
}

func TestTableReadsAheadNoLongerThanTheLoop(t *testing.T) {
	ended := false
	for x := range ahead(func(yield func(int) bool) {
		defer func() { ended = true }()
		for i := 0; yield(i); i++ {
		}
	}) {
		if x == 3 {
			break
		}
	}
	require.True(t, ended)
}

func TestTableReadsAheadWithThePanicsOfTheSequence(t *testing.T) {
	seen := 0
	require.PanicsWithValue(t, "a reader that is broken", func() {
		for range ahead(func(yield func(int) bool) {
			yield(1)
			panic("a reader that is broken")
		}) {
			seen++
		}
	})
	require.Equal(t, 1, seen)
}

// The hash of a row is that of the object which it becomes, which is the plain way.
func TestRowReaderHashesARowAsTheObjectThatItBecomes(t *testing.T) {
	cell := rapid.SampledFrom([]string{"", " ", "a", "Tea & cake", "é", " x ", "\u200b", "1.0", "a,b:c", "null"})
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"id", "name", "b", "a", "description", "column 3", "url", "zz"}), 1, 8, rapid.ID).Draw(t, "names")
		fields := rapid.SliceOfN(cell, len(names), len(names)).Draw(t, "fields")
		row := &Row{names: names, width: len(names), fields: fields}
		plain := row.tree()
		r := rowReader{columns: names, order: row.order}
		r.canonical(fields)
		require.Equal(t, string(plain.canonical(nil, 0)), string(r.scratch))
	})
}

// Batches are used again, so that what was read of one must not change under its reader.
func TestTableReadsTheRowsOfManyBatches(t *testing.T) {
	var text, want strings.Builder
	text.WriteString("id,name\n")
	for i := range 5 * rowsOfBatch {
		row := strings.Repeat("x", i%7) + "," + strings.Repeat("y", i%11)
		if row != "," {
			want.WriteString(row + "\n")
		}
		text.WriteString(row + "\n")
	}
	im := New(t.Context(), feed.Options{}, "x")
	var got strings.Builder
	lines := []int{}
	require.NoError(t, im.Table(strings.NewReader(text.String()), "x.csv", nil, func(r *Row) {
		_, fields := r.Fields()
		got.WriteString(strings.Join(fields, ",") + "\n")
		lines = append(lines, im.Line())
	}))
	require.Equal(t, want.String(), got.String())
	require.True(t, slices.IsSorted(lines))
	f, err := csvfile.Open(strings.NewReader(text.String()), "x.csv")
	require.NoError(t, err)
	n := 0
	for row, err := range f.Rows() {
		require.NoError(t, err)
		require.Equal(t, row.Line, lines[n])
		n++
	}
	require.Len(t, lines, n)
}

// A row that stands once more says nothing new, wherever it stands, and is noted where it does.
func TestReadTablesNotesEachRowThatStandsOnceMore(t *testing.T) {
	row := rapid.SampledFrom([]string{"1,Tea", "2,Cake", "3", "4,Choir,x", "1", "~5,Bowls", ",Bowls"})
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(row, 0, 30).Draw(t, "rows")
		text := "id,name\n" + strings.Join(rows, "\n") + "\n"
		c, issues, err := ReadTables(context.Background(), fstest.MapFS{"services.csv": {Data: []byte(text)}}, feed.Options{}, "x")
		require.NoError(t, err)
		first, want := map[string]bool{}, []int{}
		for i, r := range rows {
			if first[r] {
				want = append(want, i+2)
			}
			first[r] = true
		}
		got := []int{}
		for _, issue := range issues {
			if issue.Code == "duplicate-id" {
				got = append(got, issue.Line)
			}
		}
		require.Equal(t, want, got)
		require.LessOrEqual(t, len(c.Services), len(first))
	})
}
