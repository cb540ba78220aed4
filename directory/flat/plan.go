package flat

import (
	"strings"

	"github.com/socialprescribing/sp"
)

// A planned column is one of the sheet with all that the mapping says of it.
type planned struct {
	name          string
	parent, asked bool
	to            []mapped
}

// A mapped column is one of the mapping, with its field taken apart.
type mapped struct {
	Column
	part, name string // "location.name"; a field of the record itself has no name
	scheme     string // of the register whose number it is
	list       bool
}

// planned returns what the columns of the sheet mean, of which long rows may add more.
func (r *reader) planned(names []string) []planned {
	for _, name := range names[len(r.plan):] {
		p := planned{name: name, parent: name == r.parent, asked: r.asked[name]}
		for k, c := range r.mapping.Columns {
			if r.names[k] == name {
				m := mapped{Column: c, list: isList(c.To)}
				m.part, m.name, _ = strings.Cut(c.To, ".")
				_, m.scheme, _ = strings.Cut("."+c.To, ".identifier.")
				p.to = append(p.to, m)
			}
		}
		r.plan = append(r.plan, p)
	}
	return r.plan
}

// mostItems bounds the items of a list in one cell.
const mostItems = 1000

// say adds what a cell says by one column of the mapping: one value, or each of a list. It
// is false for a list that is too long.
func (w *row) say(r *reader, m *mapped, field string) bool {
	value, ok := field, true
	if m.When != "" {
		value, ok = r.mapping.value(m.Column, field)
	}
	switch {
	case !ok:
		return true
	case !m.list:
		w.cells = append(w.cells, cell{m, value})
		return true
	case strings.Count(value, r.separator) >= mostItems:
		r.Report(sp.Error, "", m.Column.Column, "too-many", "has more than 1,000 items; it is kept as it is")
		return false
	}
	for item := range strings.SplitSeq(value, r.separator) {
		if item = strings.TrimSpace(item); item != "" {
			w.cells = append(w.cells, cell{m, item})
		}
	}
	return true
}
