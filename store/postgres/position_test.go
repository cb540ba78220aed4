package postgres

// This test is inside the package because a position is opaque outside: here it
// is held to a model of a log in which commits end in any order.

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A model is a log as the database shows it: commits get a number when they
// begin to write, and their events appear all at once when they end.
type model struct {
	next      int64
	open      []int64
	committed []place
}

func (m *model) begin() {
	m.next++
	m.open = append(m.open, m.next)
}

func (m *model) end(i, events int) {
	tx := m.open[i]
	m.open = slices.Delete(m.open, i, i+1)
	for seq := range events {
		m.committed = append(m.committed, place{tx, int32(seq + 1)})
	}
	slices.SortFunc(m.committed, place.compare)
}

// page is what logSQL does.
func (m *model) page(at position, size int) []place {
	var page []place
	for _, e := range m.committed {
		i, back := slices.BinarySearchFunc(at.open, e.tx, func(o place, tx int64) int { return int(o.tx - tx) })
		if e.compare(at.last) > 0 || back && e.seq > at.open[i].seq {
			page = append(page, e)
		}
	}
	return page[:min(size, len(page))]
}

func TestAReaderSeesEveryEventOnceInWhateverOrderCommitsEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{}
		var at store.Position
		var seen []place
		read := func(size, use int) (more bool) {
			p, err := parsePosition(at)
			require.NoError(t, err)
			page, open := m.page(p, size), slices.Clone(m.open)
			for _, e := range page[:min(use, len(page))] { // a reader may stop anywhere and resume
				p = p.past(e, open)
				at = store.Position(p.String())
				seen = append(seen, e)
			}
			return len(page) > 0
		}
		t.Repeat(map[string]func(*rapid.T){
			"begin": func(*rapid.T) { m.begin() },
			"end": func(t *rapid.T) {
				if len(m.open) == 0 {
					t.Skip("nothing is under way")
				}
				m.end(rapid.IntRange(0, len(m.open)-1).Draw(t, "which"), rapid.IntRange(0, 4).Draw(t, "events"))
			},
			"read": func(t *rapid.T) {
				read(rapid.IntRange(1, 6).Draw(t, "size"), rapid.IntRange(0, 6).Draw(t, "use"))
			},
		})
		for more := true; more; {
			more = read(3, 3)
		}
		slices.SortFunc(seen, place.compare)
		if diff := cmp.Diff(m.committed, seen, cmp.AllowUnexported(place{})); diff != "" {
			t.Fatalf("committed and seen differ:\n%s", diff)
		}
	})
}

func TestAStoreRefusesPositionsThatNobodyMade(t *testing.T) {
	for _, s := range []store.Position{"x", "1", "1.0", "0.1", "-1.1", "1.1/", "5.1/5", "5.1/6", "5.1/3,2", "5.1/3,3", "5.1/3.0", "5.1/3/4", "5.1/3.1.1", "9.99999999999", "5.1 "} {
		t.Run(string(s), func(t *testing.T) {
			_, err := parsePosition(s)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
}

func FuzzPosition(f *testing.F) {
	for _, s := range []string{"", "812.3", "812.3/806", "812.3/806,809.1", "1.1/x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePosition(store.Position(s))
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		if s == "" {
			return
		}
		again, err := parsePosition(store.Position(p.String()))
		require.NoError(t, err, fmt.Sprint(p))
		require.Empty(t, cmp.Diff(p, again, cmp.AllowUnexported(position{}, place{})))
	})
}
