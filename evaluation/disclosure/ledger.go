package disclosure

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Ledger remembers what the public has been shown of each table, so that two releases
// do not tell together what neither tells alone: 20 people in March and 22 in April are
// two new ones, and a borough less all of its neighbourhoods but one is that one. It
// holds what was shown and no counts beyond that, and can be stored.
type Ledger struct {
	Entries []Entry `json:"entries"` // in the order of release
}

// An Entry is one release.
type Entry struct {
	Key    string      `json:"key"` // of what is counted: the definition of the table, the same for every date
	On     sp.Date     `json:"on"`
	Policy string      `json:"policy"`
	Cells  []EntryCell `json:"cells"`
	Nested []Nesting   `json:"nested,omitempty"` // where its rows lie, as was said at its release
}

// An EntryCell is what a reader knows of a cell from one release.
type EntryCell struct {
	Row    string `json:"row"`
	Column string `json:"column"`
	Low    int64  `json:"low"`
	High   int64  `json:"high"`
}

// A Nesting says that a row of a table lies within a row of another one that may have
// been released: a neighbourhood within a borough, with the same columns. Rows that lie
// within one outer row, of one table or of several, must not overlap.
type Nesting struct {
	Row      string `json:"row"`      // of the table to be released
	OuterKey string `json:"outerKey"` // of the other table
	OuterRow string `json:"outerRow"`
}

// A DifferenceError says that a table cannot be released because of earlier releases. It
// is [sp.ErrDenied].
type DifferenceError struct {
	Key         string
	Differences []Difference
}

// A Difference is a small number of people that releases tell together.
type Difference struct {
	Row, Column string
	Since       sp.Date // of the earlier release
	OtherKey    string
	Knows       Range // of the later less the earlier, or of the outer less the inner
	Combined    int   // how many released cells tell it together; 2 for two releases
}

// Error names the first cell. It holds no count.
func (e *DifferenceError) Error() string {
	d := e.Differences[0]
	return fmt.Sprintf("disclosure: release of %s: %s / %s and the release of %s on %s differ by few people, and %d more do",
		e.Key, d.Row, d.Column, d.OtherKey, d.Since, len(e.Differences)-1)
}

// Unwrap returns [sp.ErrDenied].
func (e *DifferenceError) Unwrap() error { return sp.ErrDenied }

// Release is [Release] with regard to what was released before, and remembers it. It
// compares cells of the same row and column with every earlier release of the same key,
// and of nested rows with those of the outer ones: a difference that a reader knows to
// be of few people, as the policy says what is few, to within two values, is a
// [*DifferenceError], and nothing is released or remembered. Rounding makes differences
// harmless; tables that are released every month as exact counts mostly are not.
//
// It looks at linear combinations of more than two releases as well: an outer row less
// all rows that were released within it, by whichever tables, and where one of those is
// not shown, less the rows within that one; and the change of what is left so from one
// day to another.
func (l *Ledger) Release(key string, on sp.Date, t Table, p Policy, nested ...Nesting) (Released[Safe], error) {
	if key == "" {
		return Released[Safe]{}, sp.Invalid("disclosure: ledger", "key", sp.Missing, "must be given")
	}
	released, err := Release(t, p)
	if err != nil {
		return Released[Safe]{}, err
	}
	entry := Entry{Key: key, On: on, Policy: p.Name, Cells: p.shown(released.value, t), Nested: slices.Clone(nested)}
	var found []Difference
	for _, earlier := range l.Entries {
		if earlier.Key == key {
			found = append(found, p.differences(entry, earlier, func(row string) []string { return []string{row} }, false)...)
		}
		within := func(row string) (outer []string) {
			for _, n := range nested {
				if n.Row == row && n.OuterKey == earlier.Key {
					outer = append(outer, n.OuterRow)
				}
			}
			return outer
		}
		found = append(found, p.differences(entry, earlier, within, true)...)
	}
	found = append(found, p.combinations(append(slices.Clone(l.Entries), entry))...)
	if len(found) > 0 {
		return Released[Safe]{}, &DifferenceError{Key: key, Differences: found}
	}
	l.Entries = append(l.Entries, entry)
	return released, nil
}

// shown returns what a reader knows of each cell of a safe table by itself.
func (p Policy) shown(s Safe, t Table) []EntryCell {
	g, err := t.grid()
	if err != nil {
		panic(err) // it has been released
	}
	var all []EntryCell
	for i, row := range s.Rows {
		for c, cell := range row.Cells {
			knows := p.Reveals(g.counts[i][c])
			if cell.Count.IsZero() && !p.Small(g.counts[i][c]) {
				knows = p.hidden()
			}
			all = append(all, EntryCell{Row: row.Name, Column: s.Columns[c], Low: knows.Low, High: knows.High})
		}
	}
	return all
}

// few reports whether a number is known to be of few people, and known too well.
func (p Policy) few(knows Range) bool {
	return knows.High-knows.Low+1 < leastValues && !knows.Contains(0) && max(knows.High, -knows.Low) <= p.SmallTo
}

// differences returns the small numbers of people that two releases tell together.
func (p Policy) differences(later, earlier Entry, rows func(string) []string, outer bool) []Difference {
	type place struct{ row, column string }
	then := map[place]EntryCell{}
	for _, c := range earlier.Cells {
		then[place{c.Row, c.Column}] = c
	}
	var found []Difference
	for _, now := range later.Cells {
		for _, row := range rows(now.Row) {
			was, ok := then[place{row, now.Column}]
			if !ok {
				continue
			}
			knows := Range{now.Low - was.High, now.High - was.Low}
			if outer {
				knows = Range{was.Low - now.High, was.High - now.Low}
			}
			if p.few(knows) {
				found = append(found, Difference{Row: now.Row, Column: now.Column, Since: earlier.On, OtherKey: earlier.Key, Knows: knows, Combined: 2})
			}
		}
	}
	return found
}
