package area

import (
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
)

// By returns the table of the groups of a column, by code: practices by board. What can
// be added up is: counts, bands, weighted populations, sums of money, the population, and
// the numbers that are named besides, of which nobody else knows whether they can. A sum
// of which a part is not known is not known. A column of groups or names is kept where it
// is the same throughout each group, as that of the level above.
//
// Ranks, deciles, scores and shares have no sum and are left out; Columns says what there
// is. An area in no group is an error that names it, and so is a sum beyond 64 bits.
func (t *Table) By(group string, numbers ...string) (*Table, error) {
	codes, err := t.Group(group)
	if err != nil {
		return nil, err
	}
	for _, name := range numbers {
		if c := t.numbers[name]; c == nil {
			return nil, t.missing(name, "numbers")
		} else if !c.Kind.adds() && c.Kind != Number {
			return nil, invalid("column "+name, sp.Inconsistent, fmt.Sprintf("must be one that adds up, and is a %v", c.Kind))
		}
	}
	names := slices.Compact(slices.Sorted(slices.Values(codes)))
	b, err := New(names, 0)
	if err != nil {
		return nil, err
	}
	in := make([]int, len(codes)) // of each area, which group
	for i, code := range codes {
		in[i] = b.places[code]
	}
	for _, name := range t.order {
		if g, ok := t.groups[name]; ok {
			if shared, ok := uniform(g.codes, in, len(names)); ok && name != group {
				b.groups[name], b.order = groups{g.kind, shared}, append(b.order, name)
			}
			continue
		}
		c := t.numbers[name]
		if !c.Kind.adds() && name != t.population && !slices.Contains(numbers, name) {
			continue
		}
		sums, err := c.by(in, names)
		if err != nil {
			return nil, fmt.Errorf("%w in column %s", err, name)
		}
		b.numbers[name], b.order = sums, append(b.order, name)
	}
	b.population = t.population
	return b, nil
}

// adds reports whether numbers of the kind can be added up over areas.
func (k Kind) adds() bool { return slices.Contains([]Kind{Count, Band, Weighted, Money}, k) }

// by returns the sums of a column by group.
func (c *Column) by(in []int, names []string) (*Column, error) {
	sums, unknown := make([]int64, len(names)), make([]bool, len(names))
	for i, v := range c.Values {
		k := in[i]
		if v > 0 && sums[k] > math.MaxInt64-v || v < 0 && sums[k] < math.MinInt64-v {
			return nil, invalid(names[k], sp.OutOfRange, "must have a sum within 64 bits")
		}
		sums[k] += v
		unknown[k] = unknown[k] || !c.Known(i)
	}
	for k := range sums {
		if unknown[k] {
			sums[k] = 0
		}
	}
	return newColumn(c.Meaning, c.Places, sums, unknown), nil
}

// uniform returns the code that all areas of each group share.
func uniform(codes []string, in []int, n int) ([]string, bool) {
	out, set := make([]string, n), make([]bool, n)
	for i, code := range codes {
		k := in[i]
		if set[k] && out[k] != code {
			return nil, false
		}
		out[k], set[k] = code, true
	}
	return out, true
}

// Parts returns the areas of each group of a column, by its code, each a table of its own
// with all columns.
func (t *Table) Parts(group string) (map[string]*Table, error) {
	codes, err := t.Group(group)
	if err != nil {
		return nil, err
	}
	members := map[string][]int{}
	for i, code := range codes {
		members[code] = append(members[code], i)
	}
	parts := make(map[string]*Table, len(members))
	for code, rows := range members {
		if parts[code], err = t.rows(rows); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// rows returns the table of some rows, in their order.
func (t *Table) rows(rows []int) (*Table, error) {
	b, err := New(at(t.codes, rows), t.boundary)
	if err != nil {
		return nil, err
	}
	b.population, b.order = t.population, t.order
	for name, c := range t.numbers {
		b.numbers[name] = newColumn(c.Meaning, c.Places, at(c.Values, rows), at(c.unknown, rows))
	}
	for name, g := range t.groups {
		b.groups[name] = groups{g.kind, at(g.codes, rows)}
	}
	return b, nil
}

// at returns the values of some rows; nil stays nil.
func at[T any](values []T, rows []int) []T {
	if values == nil {
		return nil
	}
	out := make([]T, len(rows))
	for j, i := range rows {
		out[j] = values[i]
	}
	return out
}

// Replace returns t with other numbers in a column, of the same meaning, in units of
// 10^-places: what each area gets now in place of what it had. See [Table.With].
func (t *Table) Replace(name string, places int, values []int64) (*Table, error) {
	old := t.numbers[name]
	if old == nil {
		return nil, t.missing(name, "numbers")
	}
	b := *t
	b.numbers = make(map[string]*Column, len(t.numbers))
	for other, c := range t.numbers {
		if other != name {
			b.numbers[other] = c
		}
	}
	order := slices.Clone(t.order)
	b.order = slices.DeleteFunc(slices.Clone(t.order), func(s string) bool { return s == name })
	with, err := b.With(name, old.Meaning, places, values)
	if err != nil {
		return nil, err
	}
	with.order = order
	return with, nil
}

// Nested checks that columns of groups are levels of one hierarchy, the largest first:
// each group of one lies in one group of that before it, and no code names groups of two
// levels. The error names the code.
func (t *Table) Nested(levels ...string) error {
	level := map[string]string{} // of each code
	for k, name := range levels {
		codes, err := t.Group(name)
		if err != nil {
			return err
		}
		parent := map[string]string{}
		for i, code := range codes {
			if other, ok := level[code]; ok && other != name {
				return invalid(code, sp.Duplicate, fmt.Sprintf("must be the code of one level, and is one of %s and of %s", other, name))
			}
			level[code] = name
			if k == 0 {
				continue
			}
			above := t.groups[levels[k-1]].codes[i]
			if was, ok := parent[code]; ok && was != above {
				return invalid(code, sp.Inconsistent, fmt.Sprintf("must lie in one group of %s, and lies in %s and in %s", levels[k-1], was, above))
			}
			parent[code] = above
		}
	}
	return nil
}
