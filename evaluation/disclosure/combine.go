package disclosure

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
)

// A place is a row of a table that may be released again and again.
type place struct{ key, row string }

// A snapshot is what has been shown of places until some day, the latest of each.
type snapshot map[place]map[string]EntryCell

// combinations returns the small numbers of people that the last of some releases tells
// together with two or more other cells.
func (p Policy) combinations(entries []Entry) []Difference {
	last := entries[len(entries)-1]
	within := nestings(entries)
	now := snapshotOf(entries, func(Entry) bool { return true })
	var found []Difference
	for _, outer := range sorted(within, func(a, b place) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row)) }) {
		for _, column := range sorted(now[outer], cmp.Compare[string]) {
			left, parts := now.rest(outer, column, within)
			if len(parts) == 0 || !touches(last.Key, outer, parts) {
				continue
			}
			d := Difference{Row: outer.row, Column: column, Since: last.On, OtherKey: outer.key, Knows: left, Combined: 1 + len(parts)}
			if len(parts) > 1 && p.few(left) {
				found = append(found, d)
				continue
			}
			for _, on := range daysBefore(entries) {
				then, same := snapshotOf(entries, func(e Entry) bool { return e.On == on }).rest(outer, column, within)
				change := Range{left.Low - then.High, left.High - then.Low}
				if slices.Equal(parts, same) && p.few(change) {
					found = append(found, Difference{Row: outer.row, Column: column, Since: on, OtherKey: outer.key, Knows: change, Combined: 2 * (1 + len(parts))})
				}
			}
		}
	}
	return found
}

// rest returns what is known of the people of an outer row who are in none of the rows
// within it that are shown exactly, and which those are. Where a row within is not, the
// rows within that one stand for it.
func (s snapshot) rest(outer place, column string, within map[place][]place) (left Range, parts []place) {
	cell, ok := s[outer][column]
	if !ok {
		return Range{0, Open}, nil
	}
	left = Range{cell.Low, cell.High}
	seen := map[place]bool{outer: true}
	var take func(places []place)
	take = func(places []place) {
		for _, inner := range places {
			if seen[inner] { // a ring says nothing
				continue
			}
			seen[inner] = true
			if cell, ok := s[inner][column]; ok && cell.Low == cell.High {
				left.Low, left.High = left.Low-cell.High, left.High-cell.Low
				parts = append(parts, inner)
			} else {
				take(within[inner])
			}
		}
	}
	take(within[outer])
	left.Low = max(0, left.Low)
	return left, parts
}

// nestings returns which places lie within each, as was ever said.
func nestings(entries []Entry) map[place][]place {
	within := map[place][]place{}
	for _, e := range entries {
		for _, n := range e.Nested {
			outer, inner := place{n.OuterKey, n.OuterRow}, place{e.Key, n.Row}
			if !slices.Contains(within[outer], inner) {
				within[outer] = append(within[outer], inner)
			}
		}
	}
	return within
}

// sorted returns the keys of m in order.
func sorted[K comparable, V any](m map[K]V, order func(a, b K) int) []K {
	all := make([]K, 0, len(m))
	for k := range m {
		all = append(all, k)
	}
	slices.SortFunc(all, order)
	return all
}

// snapshotOf returns the latest that was shown of each place by some releases.
func snapshotOf(entries []Entry, some func(Entry) bool) snapshot {
	s := snapshot{}
	for _, e := range entries {
		if !some(e) {
			continue
		}
		for _, c := range e.Cells {
			at := place{e.Key, c.Row}
			if s[at] == nil {
				s[at] = map[string]EntryCell{}
			}
			s[at][c.Column] = c
		}
	}
	return s
}

// touches reports whether a release of a key is among what is combined.
func touches(key string, outer place, parts []place) bool {
	return outer.key == key || slices.ContainsFunc(parts, func(p place) bool { return p.key == key })
}

// daysBefore returns the days of releases other than that of the last, each once.
func daysBefore(entries []Entry) []sp.Date {
	var days []sp.Date
	last := entries[len(entries)-1].On
	for _, e := range entries {
		if e.On != last && !slices.Contains(days, e.On) {
			days = append(days, e.On)
		}
	}
	return days
}
