package disclosure

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
)

// twoWays returns a table of practices in two networks by needs in two groups.
func twoWays(stream *rand.Rand, mean float64) Table {
	t := Table{
		Columns: []string{"debt", "housing", "grief", "anxiety"},
		Groups:  []Group{{Name: "money", Columns: []string{"debt", "housing"}}, {Name: "mood", Columns: []string{"grief", "anxiety"}}},
		Rows:    []Row{{Name: "north"}, {Name: "south"}},
	}
	for i, name := range []string{"Hill", "Moor", "Shore", "Quay"} {
		r := Row{Name: name, Parent: []string{"north", "south"}[i/2]}
		for range t.Columns {
			r.Counts = append(r.Counts, int64(mean*stream.ExpFloat64()))
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// Every table that a reader cannot tell from the true one is tried where there are few.
func TestNoSmallCountOfTwoHierarchiesCanBeWorkedOut(t *testing.T) {
	tier.Unraced(t)
	stream := rand.New(rand.NewPCG(3, 9))
	refused, tried := 0, 0
	for range 300 {
		table := twoWays(stream, 12)
		g, err := table.grid()
		require.NoError(t, err)
		r := newRelease(g, Threshold5())
		r.protect()
		r.showAgain()
		if len(r.audit()) > 0 {
			_, err := Release(table, Threshold5())
			require.ErrorIs(t, err, sp.ErrDenied)
			all := newRelease(g, Threshold5())
			for arc, n := range all.flow {
				if n > 0 && !all.policy.Small(n) {
					all.hide(int32(arc))
				}
			}
			if len(all.audit()) == 0 {
				refused++ // although it could have been released with hardly anything shown
			}
			continue
		}
		var free []int // cells that are not known, of practices and needs
		ways := 1
		for i, row := range g.rows {
			for c := range g.leaves {
				if arc := g.arc(i, c); row.leaf && r.low[arc] != r.top[arc] {
					free = append(free, arc)
					ways *= int(min(r.top[arc], r.flow[arc]+4) - max(r.low[arc], r.flow[arc]-4) + 1)
				}
			}
		}
		if ways > 30_000 {
			continue
		}
		tried++
		seen := map[int]Range{}
		values := append([]int64{}, r.flow...)
		var try func(at int)
		try = func(at int) {
			if at == len(free) {
				r.notePossible(values, seen)
				return
			}
			arc := free[at]
			for v := max(r.low[arc], r.flow[arc]-4); v <= min(r.top[arc], r.flow[arc]+4); v++ {
				values[arc] = v
				try(at + 1)
			}
		}
		try(0)
		for _, arc := range r.small {
			require.True(t, r.policy.safe(seen[arc]), "%v of %d", seen[arc], r.flow[arc])
		}
	}
	require.Greater(t, tried, 20)
	require.Less(t, refused, 10)
	t.Logf("%d tables tried whole, %d refused without need", tried, refused)
}

// notePossible adds a table up from its cells and, if it is possible, notes small counts.
func (r *release) notePossible(cells []int64, seen map[int]Range) {
	g := r.grid
	sums := make([]int64, len(cells))
	for i, row := range g.rows {
		for c := range g.leaves {
			for at := i; row.leaf && at >= 0; at = g.rows[at].parent {
				for in := c; in >= 0; in = g.upper[in] {
					sums[g.arc(at, in)] += cells[g.arc(i, c)]
				}
			}
		}
	}
	for arc, n := range sums {
		if n < r.low[arc] || n > r.top[arc] {
			return
		}
	}
	for _, arc := range r.small {
		k, known := seen[arc]
		if !known {
			k = Range{sums[arc], sums[arc]}
		}
		seen[arc] = Range{min(k.Low, sums[arc]), max(k.High, sums[arc])}
	}
}

func TestATableOfTwoHierarchiesIsReleasedWithItsTotals(t *testing.T) {
	table := twoWays(rand.New(rand.NewPCG(1, 2)), 60)
	released, err := Release(table, HES())
	require.NoError(t, err)
	safe, err := released.Public()
	require.NoError(t, err)
	require.Equal(t, []string{"debt", "housing", "grief", "anxiety", "money", "mood", Total}, safe.Columns)
	require.Equal(t, table.Groups, safe.Groups)
	require.Len(t, safe.Rows, 7)
	safe.Groups[0].Columns[0] = "changed"
	require.Equal(t, "debt", table.Groups[0].Columns[0], "it shares nothing with the table")
	_, err = AuditMask(table, func(string, string) bool { return false })
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestMalformedGroupsAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Table){
		"a group without a name":          func(t *Table) { t.Groups[0].Name = "" },
		"a group of the name of a column": func(t *Table) { t.Groups[0].Name = "debt" },
		"a group called Total":            func(t *Table) { t.Groups[0].Name = Total },
		"a group of nothing":              func(t *Table) { t.Groups[0].Columns = nil },
		"a group of what is not there":    func(t *Table) { t.Groups[0].Columns = []string{"food"} },
		"a group of the total":            func(t *Table) { t.Groups[0].Columns = []string{Total} },
		"a column in two groups":          func(t *Table) { t.Groups[1].Columns = []string{"debt"} },
		"a column twice in a group":       func(t *Table) { t.Groups[1].Columns = []string{"grief", "grief"} },
		"a group of one that comes later": func(t *Table) { t.Groups[0].Columns = []string{"mood"} },
		"groups of a table of one column": func(t *Table) { t.Columns, t.Rows = t.Columns[:1], []Row{{Name: "r", Counts: []int64{9}}} },
		"a group that is in itself":       func(t *Table) { t.Groups[0].Columns = []string{"money"} },
		"a group of one that is in a group": func(t *Table) {
			t.Groups = append(t.Groups, Group{"all", []string{"money"}}, Group{"more", []string{"money"}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			table := twoWays(rand.New(rand.NewPCG(1, 2)), 60)
			change(&table)
			_, err := Release(table, HES())
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
}
