package area

import (
	"slices"
	"strings"
	"unicode"
)

// Candidates returns the columns that could count people: numbers of which none is
// negative, those whose name speaks of people first. A column of ranks, deciles,
// scores or shares is none, nor is one that only numbers the rows or whose name says
// that it is a place in an order, a rate or a coordinate. It is a list to choose
// from: nothing is computed from it.
func (t *Table) Candidates() []string {
	var likely, possible []string
	for _, name := range t.order {
		c := t.numbers[name]
		switch {
		case c == nil || !c.Kind.CountsPeople() || c.Least < 0 || len(c.Values) == 0 || c.counts() || speaks(name, foreign):
		case speaks(name, peopled):
			likely = append(likely, name)
		default:
			possible = append(possible, name)
		}
	}
	return append(likely, possible...)
}

// proposal says which columns could count people.
func (t *Table) proposal() string {
	candidates := t.Candidates()
	const most = 8
	switch n := len(candidates); {
	case n == 0:
		return "none of its columns looks as if it did"
	case n > most:
		return "it could be one of " + strings.Join(candidates[:most], ", ") + " ..."
	default:
		return "it could be one of " + strings.Join(candidates, ", ")
	}
}

// counts reports whether a column is a list of whole numbers without a gap, each
// once, as of ranks or of rows.
func (c *Column) counts() bool {
	if c.Places > 0 || len(c.Values) < 3 || c.Least > 1 {
		return false
	}
	sorted := slices.Sorted(slices.Values(c.Values))
	for i, v := range sorted {
		if v != c.Least+int64(i) {
			return false
		}
	}
	return true
}

// Words by which people name columns. They order what is proposed and decide
// nothing else.
var (
	peopled = []string{"pop", "population", "people", "persons", "person", "residents", "patients", "registered", "list", "size", "heads", "ages", "total", "all"}
	foreign = []string{"rank", "decile", "quintile", "percentile", "vigintile", "score", "rate", "share", "percent", "index", "latitude", "longitude", "lat", "long", "lon", "easting", "northing", "fid", "id", "objectid", "oid", "year", "gbp", "pounds", "money", "allocation", "opening", "code"}
)

// speaks reports whether one of the words of a name is in a list.
func speaks(name string, words []string) bool {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(words, part) })
}
