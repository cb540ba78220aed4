package area

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Layout says what the columns of a CSV file of areas mean, by their names in
// its header. Names are compared whatever their case and whether spaces, hyphens or
// underscores part their words.
//
// With a Code, the fields are all that is read. Without one, [Read] recognises
// published files, takes the first column of any other for the code, and reads the
// columns that no field describes by their look, as numbers or as groups.
type Layout struct {
	Name     string // of the file, for messages
	Boundary int    // year of the boundaries that the codes belong to
	Rows     int    // rows of the complete file, which its ranks run up to; 0 for as many as there are

	Code       string // column of the code of the area
	Population string // column that counts people, by the name under which it is kept
	Fields     []Field
}

// A Field is a column of a file.
type Field struct {
	Name string // in the header
	As   string // under which the table keeps it; empty for Name
	// Meaning says what it holds. A rank without an Of is one of all rows.
	Meaning Meaning
	// From is, for a decile, the rank that it follows from, by the name under which
	// that is kept: ceil(10 x rank / rows). [Read] reports where it does not.
	From string
	// Thousands is Yes for sums of money that the file gives in thousands. The table
	// keeps them in ones.
	Thousands sp.Truth
	// Optional is Yes for a column that the file may lack.
	Optional sp.Truth
}

// as returns the name under which the field is kept.
func (f Field) as() string {
	if f.As != "" {
		return f.As
	}
	return f.Name
}

// field returns the field that is kept under a name.
func (l Layout) field(as string) (Field, bool) {
	i := slices.IndexFunc(l.Fields, func(f Field) bool { return f.as() == as })
	if i < 0 {
		return Field{}, false
	}
	return l.Fields[i], true
}

// names returns the names under which fields of a kind are kept.
func (l Layout) names(k Kind) []string {
	var names []string
	for _, f := range l.Fields {
		if f.Meaning.Kind == k {
			names = append(names, f.as())
		}
	}
	return names
}

// check finds contradictions between the fields.
func (l Layout) check() error {
	e := &sp.InvalidError{Subject: "layout"}
	taken := map[string]bool{}
	for _, f := range l.Fields {
		e.Check(!taken[f.as()], "fields", sp.Duplicate, fmt.Sprintf("must have a name of its own for %q", f.as()))
		taken[f.as()] = true
		rule := f.Meaning
		if rule.Kind == Rank && rule.Of == 0 {
			rule.Of = 1 // known when the rows are
		}
		problem := rule.check()
		e.Check(problem == "", "fields", sp.Inconsistent, fmt.Sprintf("%s for %q", problem, f.as()))
		rank, ok := l.field(f.From)
		e.Check(f.From == "" || ok && rank.Meaning.Kind == Rank, "fields", sp.Inconsistent, fmt.Sprintf("must have one of the ranks for %q to follow from", f.as()))
	}
	population, ok := l.field(l.Population)
	e.Check(l.Population == "" || !ok || population.Meaning.Kind.CountsPeople(), "population", sp.Inconsistent, fmt.Sprintf("must count people, and %q is a %v", l.Population, population.Meaning.Kind))
	for _, k := range []Kind{Band, Weighted} {
		e.Check(l.Population != "" || l.names(k) == nil, "population", sp.NotListed, "must be a column where bands or weighted populations add up to it")
	}
	return e.Err()
}
