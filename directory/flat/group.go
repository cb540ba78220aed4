package flat

import (
	"math"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/internal/importer"
)

// A group is a row and those that continue it.
type group struct{ rows []row }

// A keptRow is a row that waits until all are read, since one that it continues, or that
// continues it, may come later. A sheet may have millions, of a few letters each.
type keptRow struct{ line, from, to uint32 } // where its cells stand

// A keptCell is what stands in a column.
type keptCell struct {
	value  string
	column uint16
}

// pages are a list that grows without being moved.
type pages[T any] struct {
	all [][]T
	n   int
}

const pageSize = 1024

func (p *pages[T]) add(x T) {
	if p.n%pageSize == 0 {
		p.all = append(p.all, make([]T, 0, pageSize))
	}
	last := len(p.all) - 1
	p.all[last] = append(p.all[last], x)
	p.n++
}

func (p *pages[T]) at(i int) *T { return &p.all[i/pageSize][i%pageSize] }

// keep keeps a row for later.
func (r *reader) keep(names, fields []string) {
	r.columns = names
	r.planned(names)
	from := r.cells.n
	for i, field := range fields {
		if field = strings.TrimSpace(field); field != "" && i < math.MaxUint16 {
			r.cells.add(keptCell{field, uint16(i)})
		}
	}
	r.rows.add(keptRow{line: uint32(r.Line()), from: uint32(from), to: uint32(r.cells.n)})
}

// kept returns what a row that was kept says.
func (r *reader) kept(i int) (line int, says []said) {
	k := r.rows.at(i)
	all := r.said[:0]
	for c := int(k.from); c < int(k.to); c++ {
		all = append(all, said{int(r.cells.at(c).column), r.cells.at(c).value})
	}
	r.said = all
	return int(k.line), all
}

// says returns what stands in a column of a row that was kept.
func (r *reader) says(i int, column string) string {
	k := r.rows.at(i)
	for c := int(k.from); c < int(k.to); c++ {
		if r.columns[r.cells.at(c).column] == column {
			return importer.Canonical(r.cells.at(c).value)
		}
	}
	return ""
}

// groups makes the records of rows with those that continue them, whichever comes first.
// A row may continue one that continues another; one that names itself continues none.
func (r *reader) groups() {
	byID := map[string]int{} // the first row of an identifier
	for i := range r.rows.n {
		if id := r.says(i, r.id); id != "" {
			if _, known := byID[id]; !known {
				byID[id] = i
			}
		}
	}
	further := r.further(byID)
	r.Expect(r.rows.n)
	for i := range r.rows.n {
		r.Came()
		if len(further) == 0 && i%pageSize == 0 && i > 0 {
			r.forget(i)
		}
		if r.continues(i) != "" {
			continue
		}
		all := further[i]
		if len(all) == 0 {
			r.alone(r.kept(i))
			continue
		}
		g := &group{}
		for _, k := range append([]int{i}, all...) {
			r.room = row{} // they are needed together
			g.rows = append(g.rows, r.rowOf(r.kept(k)))
		}
		r.record(g)
	}
}

// forget lets go of the rows before one, which are not needed any more.
func (r *reader) forget(i int) {
	r.rows.all[i/pageSize-1] = nil
	for page := int(r.rows.at(i).from)/pageSize - 1; page >= 0 && r.cells.all[page] != nil; page-- {
		r.cells.all[page] = nil
	}
}

// further returns the rows that continue others, by that which begins their group.
func (r *reader) further(byID map[string]int) map[int][]int {
	further := map[int][]int{}
	for i := range r.rows.n {
		if r.continues(i) == "" {
			continue
		}
		first := r.first(i, byID)
		if first >= 0 && len(further[first]) < mostFurther {
			further[first] = append(further[first], i)
			continue
		}
		r.At(int(r.rows.at(i).line))
		if first >= 0 {
			r.Report(sp.Error, r.says(first, r.id), r.mapping.Parent, "too-many", "has more than 1,000 rows that continue it; this one is not used")
			continue
		}
		r.Report(sp.Error, r.says(i, r.parent), r.mapping.Parent, "dangling-reference", "refers to a record that is not there, or to rows that continue each other")
	}
	return further
}

// continues returns the identifier of the row that another continues, or "".
func (r *reader) continues(i int) string {
	parent := r.says(i, r.parent)
	if parent == "" || parent == r.says(i, r.id) {
		return ""
	}
	return parent
}

// mostFurther bounds how many rows continue one, each of which may add a part of each kind.
const mostFurther = 1000

// mostLinks bounds how many rows stand between one and the first that it continues.
const mostLinks = 20

// first returns the row that begins the group of another, or -1.
func (r *reader) first(i int, byID map[string]int) int {
	for range mostLinks {
		next, known := byID[r.continues(i)]
		if !known {
			return -1
		}
		if i = next; r.continues(i) == "" {
			return i
		}
	}
	return -1
}

// columnOf returns the column of the sheet, as headers are compared, that says a field.
func (m Mapping) columnOf(to string, names []string) string {
	i := slices.IndexFunc(m.Columns, func(c Column) bool { return c.To == to })
	if i < 0 {
		return ""
	}
	return names[i]
}
