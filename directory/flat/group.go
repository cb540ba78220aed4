package flat

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/internal/importer"
)

// A group is a row and those that continue it.
type group struct{ rows []row }

// groups returns the rows with those that continue them, whichever comes first. A row
// may continue one that continues another; one that names itself continues none.
func (r *reader) groups() []*group {
	byID := make(map[string]int, len(r.rows))
	for i, w := range r.rows {
		if id := importer.Canonical(w.value("id")); id != "" {
			if _, known := byID[id]; !known {
				byID[id] = i
			}
		}
	}
	groups := make([]*group, len(r.rows)) // by the row that begins it
	var order []*group
	for i, w := range r.rows {
		if continues(w) == "" {
			groups[i] = &group{rows: []row{w}}
			order = append(order, groups[i])
		}
	}
	for _, w := range r.rows {
		if continues(w) == "" {
			continue
		}
		if first := r.first(w, byID); first >= 0 {
			groups[first].rows = append(groups[first].rows, w)
			continue
		}
		r.At(w.line)
		r.Report(sp.Error, w.parent, r.mapping.Parent, "dangling-reference", "refers to a record that is not there, or to rows that continue each other")
	}
	return order
}

// continues returns the identifier of the row that w continues, or "".
func continues(w row) string {
	parent := importer.Canonical(w.parent)
	if parent == importer.Canonical(w.value("id")) {
		return ""
	}
	return parent
}

// mostLinks bounds how many rows stand between one and the first that it continues.
const mostLinks = 20

// first returns the row that begins the group of w, or -1.
func (r *reader) first(w row, byID map[string]int) int {
	for range mostLinks {
		i, known := byID[continues(w)]
		if !known {
			return -1
		}
		if w = r.rows[i]; continues(w) == "" {
			return i
		}
	}
	return -1
}
