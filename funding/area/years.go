package area

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// Years are two years of the same kind of areas, of which some vanished and some are new.
type Years struct {
	Areas *Table   // those of the later year, with the columns of the earlier one
	Gone  []string // areas that only the earlier year has
	New   []string // areas that only the later year has
}

// Since joins the later year t with an earlier one. Each column of the earlier year that
// is named is added under its name with the suffix, and is not known for areas that are
// new. What areas that vanished had is in no row: Gone names them, and [Table.Successors]
// gives it to those that came after them, before the years are joined.
//
// Two years of boundaries that differ are an error, as codes of the one mean nothing in
// the other; see [Lookup.Convert].
func (t *Table) Since(earlier *Table, suffix string, columns ...string) (Years, error) {
	if t.boundary != earlier.boundary && t.boundary != 0 && earlier.boundary != 0 {
		return Years{}, invalid("areas", sp.Inconsistent, fmt.Sprintf("must be of the same boundaries, and are of %d and of %d; a lookup converts them", t.boundary, earlier.boundary))
	}
	y := Years{Areas: t}
	for _, code := range earlier.codes {
		if _, ok := t.places[code]; !ok {
			y.Gone = append(y.Gone, code)
		}
	}
	for _, code := range t.codes {
		if _, ok := earlier.places[code]; !ok {
			y.New = append(y.New, code)
		}
	}
	if len(y.New) == len(t.codes) && len(t.codes) > 0 {
		return Years{}, invalid(t.codes[0], sp.Inconsistent, "must be in both years: they have no area in common")
	}
	for _, name := range columns {
		c := earlier.numbers[name]
		if c == nil {
			return Years{}, earlier.missing(name, "numbers")
		}
		values, unknown := make([]int64, t.Len()), make([]bool, t.Len())
		for i, code := range t.codes {
			k, ok := earlier.places[code]
			if unknown[i] = !ok || !c.Known(k); !unknown[i] {
				values[i] = c.Values[k]
			}
		}
		var err error
		if y.Areas, err = y.Areas.with(name+suffix, newColumn(c.Meaning, c.Places, values, unknown)); err != nil {
			return Years{}, err
		}
	}
	return y, nil
}

// Successors returns t without areas that vanished, of which each gives what its columns
// add up to, counts and sums of money, to the area that took it over. The code of an area
// that t does not have is an error, and so is one that would take over itself, or that
// vanished too.
func (t *Table) Successors(of map[string]string) (*Table, error) {
	gone := make([]string, 0, len(of))
	for from := range of {
		gone = append(gone, from)
	}
	slices.Sort(gone)
	e := &sp.InvalidError{Subject: "successors"}
	for _, from := range gone {
		to := of[from]
		_, there := t.places[from]
		_, next := t.places[to]
		_, vanished := of[to]
		e.Check(there, from, sp.NotListed, "must be an area")
		e.Check(next && !vanished, from, sp.Inconsistent, fmt.Sprintf("must be taken over by an area that stays, which %q is not", to))
	}
	if err := e.Err(); err != nil {
		return nil, fmt.Errorf("area: %w", err)
	}
	b := *t
	b.numbers = make(map[string]*Column, len(t.numbers))
	for name, c := range t.numbers {
		if !c.Kind.adds() && name != t.population {
			b.numbers[name] = c
			continue
		}
		values, unknown := slices.Clone(c.Values), make([]bool, len(c.Values))
		copy(unknown, c.unknown)
		for _, from := range gone {
			i, k := t.places[from], t.places[of[from]]
			values[k] += values[i]
			unknown[k] = unknown[k] || unknown[i]
		}
		b.numbers[name] = newColumn(c.Meaning, c.Places, values, unknown)
	}
	return b.Without(gone...)
}
