package evaluation

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestADictionaryOfAColumnTellsListsFromTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d dictionary
		lists := map[string]uint32{}
		text := rapid.SampledFrom([]string{"", "a", "b", "\x01a", "\x01a\x01b", "\x1f", "a\x1fb"})
		for range rapid.IntRange(1, 60).Draw(t, "lists") {
			list := rapid.SliceOfN(text, 0, 3).Draw(t, "list")
			given := slices.Clone(list)
			n := d.of(list)
			require.Equal(t, given, list, "what was given stays as it is")
			want := slices.Compact(slices.Sorted(slices.Values(list)))
			require.Equal(t, want, slices.Clone(d.list(n)))
			name := fmt.Sprintf("%q", want)
			if known, ok := lists[name]; ok {
				require.Equal(t, known, n, "one number for each")
			}
			lists[name] = n
		}
		require.Len(t, slices.Compact(slices.Sorted(func(yield func(uint32) bool) {
			for _, n := range lists {
				if !yield(n) {
					return
				}
			}
		})), len(lists), "and each another")
	})
}

func TestAMoveOfCellsKeepsTheValueOfEachRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c cells[uint32]
		plain := map[uint32]uint32{}
		row := rapid.OneOf(rapid.Uint32Range(0, 40), rapid.Uint32Range(chunk-3, chunk+3), rapid.Uint32Range(0, 3*chunk))
		for n := range uint32(rapid.IntRange(1, 40).Draw(t, "rows")) {
			r := row.Draw(t, "row")
			*c.at(r), plain[r] = n+1, n+1
		}
		check := func(to func(uint32) uint32) {
			for r, v := range plain {
				require.Equal(t, v, c.read(to(r)))
			}
			there := map[uint32]uint32{}
			for r, v := range c.all {
				if v != 0 {
					there[r] = v
				}
			}
			require.Len(t, there, len(plain))
		}
		check(func(r uint32) uint32 { return r })
		rows := uint32(3*chunk + 1)
		back, spare := make([]uint32, rows), [][]uint32{slices.Repeat([]uint32{7}, chunk)}
		for r := range back {
			back[r] = rows - 1 - uint32(r)
		}
		c.move(back, &spare)
		check(func(r uint32) uint32 { return rows - 1 - r })
	})
}

func TestACodeColumnKeepsTheLatestOfAnyVersion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c codeColumn
		var want said
		for range rapid.IntRange(1, 20).Draw(t, "events") {
			now := said{rapid.SampledFrom([]uint32{1, 2, 254, 255, 256, 257, maxVersion}).Draw(t, "version"), c.texts.one(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "text"))}
			c.note(3, now)
			if now.version > want.version || now.version == want.version && c.texts.texts[now.code-1] > c.texts.texts[want.code-1] {
				want = now
			}
			require.Equal(t, want, c.said(3))
			require.Equal(t, want.code, c.code(3))
			require.Zero(t, c.said(2))
		}
	})
}

func TestAKeyOfARowHasItsPartsApart(t *testing.T) {
	seen := map[key]string{}
	for _, tenant := range []string{"", "a", "ab"} {
		for _, kind := range []string{"", "a", "b", "ab"} {
			for n := range 2000 {
				name := fmt.Sprintf("%q %q %d", tenant, kind, n)
				k := keyOf(tenant, kind, fmt.Sprint("R-", n))
				require.Empty(t, seen[k], name)
				seen[k] = name
				part := k.part("debt")
				require.Empty(t, seen[part], name)
				seen[part] = name + " debt"
			}
		}
	}
	require.NotEqual(t, keyOf("a", "bc"), keyOf("ab", "c"))
}

// The entries of a row are those that were said, in order and each once, however often, in
// whatever order and between how many readings they come.
func TestAListColumnKeepsWhatWasSaidOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c listColumn
		plain := map[uint32]map[Entry]bool{}
		for range rapid.IntRange(0, 6).Draw(t, "readings") {
			for range rapid.IntRange(0, 400).Draw(t, "entries") {
				row := rapid.Uint32Range(0, 3).Draw(t, "row")
				e := listed{
					day: rapid.Uint16Range(1, 3).Draw(t, "day"), version: 1,
					text: c.texts.one(rapid.SampledFrom([]string{"b", "a"}).Draw(t, "text")), number: rapid.Int64Range(0, 2).Draw(t, "number"),
				}
				c.add(row, e)
				if plain[row] == nil {
					plain[row] = map[Entry]bool{}
				}
				plain[row][Entry{dayOf(e.day), c.text(e), e.number}] = true
			}
			c.freeze()
			for row, want := range plain {
				got := c.appendOf(nil, row)
				require.Len(t, got, len(want))
				require.True(t, slices.IsSortedFunc(got, func(a, b Entry) int {
					return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Number, b.Number))
				}))
				for _, e := range got {
					require.True(t, want[e])
				}
			}
		}
		require.LessOrEqual(t, c.n, uint32(1025+4*18), "repeated ones take no room")
	})
}

// Rows whose keys begin alike, and have the same bits in their slots, are told apart.
func TestRowsAreFoundByTheirWholeKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := &rows{Table: Named("things")}
		known := map[key]uint32{}
		word := rapid.SampledFrom([]uint32{0, 1, 15, 16, 1 << 16, 1<<32 - 1})
		for range rapid.IntRange(1, 300).Draw(t, "lookups") {
			k := key{word.Draw(t, "first"), word.Draw(t, "second"), word.Draw(t, "third")}
			row := table.row(k)
			if was, ok := known[k]; ok {
				require.Equal(t, was, row)
			}
			require.Less(t, row, table.n)
			known[k] = row
		}
		require.EqualValues(t, len(known), table.n)
	})
}
