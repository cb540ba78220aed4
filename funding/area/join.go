package area

import (
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
)

// Join returns t with the columns of b, which must hold the same areas of the
// same boundaries, in any order. An area that only one of them has is an error
// that names it, and so is a column that both have. The population is the one that
// was stated; where both tables state one, it must be stated anew.
func (t *Table) Join(b *Table) (*Table, error) {
	if err := t.Matches(b); err != nil {
		return nil, err
	}
	joined := *t
	joined.boundary = max(t.boundary, b.boundary)
	switch {
	case t.population == "":
		joined.population = b.population
	case b.population != "":
		joined.population = ""
	}
	joined.numbers, joined.groups = maps.Clone(t.numbers), maps.Clone(t.groups)
	joined.order = slices.Concat(t.order, b.order)
	for _, name := range b.order {
		if t.has(name) {
			return nil, invalid("column "+name, sp.Duplicate, "must be in only one of the tables that are joined")
		}
		if g, ok := b.groups[name]; ok {
			joined.groups[name] = groups{g.kind, reorder(g.codes, t, b)}
			continue
		}
		c := b.numbers[name]
		joined.numbers[name] = newColumn(c.Meaning, c.Places, reorder(c.Values, t, b), reorder(c.unknown, t, b))
	}
	return &joined, nil
}

// reorder puts values that stand in the order of b in that of t.
func reorder[T any](values []T, t, b *Table) []T {
	if values == nil {
		return nil
	}
	out := make([]T, len(values))
	for i, code := range t.codes {
		out[i] = values[b.places[code]]
	}
	return out
}

// Matches returns nil if t and b hold the same areas of the same boundaries, in
// any order, and otherwise an error that names an area.
func (t *Table) Matches(b *Table) error {
	if t.boundary != b.boundary && t.boundary != 0 && b.boundary != 0 {
		return invalid("areas", sp.Inconsistent, fmt.Sprintf("must be of the same boundaries: %s is of %d and %s of %d",
			t.first(), t.boundary, b.first(), b.boundary))
	}
	if err := t.covers(b); err != nil {
		return err
	}
	return b.covers(t)
}

func (t *Table) first() string {
	if len(t.codes) == 0 {
		return "the empty table"
	}
	return t.codes[0]
}

// covers checks that t has every area of b.
func (t *Table) covers(b *Table) error {
	missing, first := 0, ""
	for _, code := range b.codes {
		if _, ok := t.places[code]; !ok {
			if missing == 0 {
				first = code
			}
			missing++
		}
	}
	if missing > 0 {
		return invalid(first, sp.Inconsistent, fmt.Sprintf("must be in both tables, of which one lacks %d areas; check that the boundaries are of the same year", missing))
	}
	return nil
}
