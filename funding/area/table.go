package area

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// A Table is a table of areas. Rows keep the order in which they were given; no
// result depends on that order.
//
// Tables are immutable and may be shared between goroutines: methods that change
// something return a new table. Codes belong to the boundaries of one year, since
// those of 2011 and 2021 look alike and do not mix.
type Table struct {
	boundary   int
	codes      []string
	places     map[string]int
	numbers    map[string]*Column
	groups     map[string]groups
	order      []string // of the columns, as they were added
	population string
	divider    *apportion.Divider
}

// groups is a column of codes or of names.
type groups struct {
	kind  Kind
	codes []string
}

// New returns a table of areas with these codes and no columns yet, of boundaries
// of a year or of 0 if that is not known. A code that is empty or occurs twice is
// an error that names it.
func New(codes []string, boundary int) (*Table, error) {
	divider, err := apportion.New(codes)
	if err != nil {
		return nil, fmt.Errorf("area: %w", err)
	}
	t := &Table{
		boundary: boundary, codes: slices.Clone(codes), divider: divider,
		places: make(map[string]int, len(codes)), numbers: map[string]*Column{}, groups: map[string]groups{},
	}
	for i, code := range t.codes {
		t.places[code] = i
	}
	return t, nil
}

// With returns t with one more column of numbers, in units of 10^-places:
// With("rate", Meaning{}, 2, ...) takes 150 for 1.5. Numbers that their meaning does
// not allow, such as a negative count, are an error that names the area.
func (t *Table) With(name string, m Meaning, places int, values []int64) (*Table, error) {
	switch {
	case len(values) != len(t.codes):
		return nil, invalid("column "+name, sp.Inconsistent, "must have one value for each area")
	case places < 0 || places > 18:
		return nil, invalid("column "+name, sp.OutOfRange, "must have from 0 to 18 decimal places")
	case !m.Kind.numeric():
		return nil, invalid("column "+name, sp.Inconsistent, "must be of numbers; WithGroup adds others")
	}
	c := newColumn(m, places, slices.Clone(values), nil)
	if err := t.allowed(name, c); err != nil {
		return nil, err
	}
	return t.with(name, c)
}

// allowed checks the numbers of a column against its meaning.
func (t *Table) allowed(name string, c *Column) error {
	if rule := c.check(); rule != "" {
		return invalid("column "+name, sp.Inconsistent, rule)
	}
	for i, v := range c.Values {
		rule := c.odd(v)
		if rule.code == "not-whole" && c.Kind == Rank {
			continue // the mean of two that are tied
		}
		if rule.code != "" && c.Known(i) {
			return invalid(t.codes[i], sp.Missing, "must have a number that can be a "+c.Kind.String()+" in column "+name+", which this is not: "+rule.detail)
		}
	}
	return nil
}

func (t *Table) with(name string, c *Column) (*Table, error) {
	if err := t.free(name); err != nil {
		return nil, err
	}
	b := *t
	b.numbers = maps.Clone(t.numbers)
	b.numbers[name] = c
	b.order = append(slices.Clip(t.order), name)
	return &b, nil
}

func (t *Table) free(name string) error {
	if t.has(name) || name == "" {
		return invalid("column "+name, sp.Duplicate, "must have a name of its own")
	}
	return nil
}

func (t *Table) has(name string) bool {
	_, group := t.groups[name]
	return group || t.numbers[name] != nil
}

// WithGroup returns t with one more column of groups: for each area the code of
// the larger area that holds it, or nothing if it lies in none.
func (t *Table) WithGroup(name string, codes []string) (*Table, error) {
	if len(codes) != len(t.codes) {
		return nil, invalid("group "+name, sp.Inconsistent, "must have one code for each area")
	}
	if err := t.free(name); err != nil {
		return nil, err
	}
	b := *t
	b.groups = maps.Clone(t.groups)
	b.groups[name] = groups{Group, slices.Clone(codes)}
	b.order = append(slices.Clip(t.order), name)
	return &b, nil
}

// WithPopulation returns t with a column stated to be the one that counts its
// people, in place of any other. A column of ranks, deciles, scores, shares, sums of
// money or groups cannot be.
func (t *Table) WithPopulation(name string) (*Table, error) {
	c := t.numbers[name]
	if c == nil {
		return nil, t.missing(name, "numbers")
	}
	if !c.Kind.CountsPeople() {
		return nil, invalid("population", sp.Inconsistent, fmt.Sprintf("must count people, and column %s is a %v", name, c.Kind))
	}
	b := *t
	b.population = name
	return &b, nil
}

// Describe returns t with a column of numbers of another meaning. Numbers that the
// meaning does not allow are an error that names the area.
func (t *Table) Describe(name string, m Meaning) (*Table, error) {
	c := t.numbers[name]
	switch {
	case c == nil:
		return nil, t.missing(name, "numbers")
	case !m.Kind.numeric():
		return nil, invalid("column "+name, sp.Inconsistent, "must stay one of numbers")
	case name == t.population && !m.Kind.CountsPeople():
		return nil, invalid("column "+name, sp.Inconsistent, "must count people, as it is the population")
	}
	described := *c
	described.Meaning = m
	if err := t.allowed(name, &described); err != nil {
		return nil, err
	}
	b := *t
	b.numbers = maps.Clone(t.numbers)
	b.numbers[name] = &described
	return &b, nil
}

// Without returns t without the areas of these codes, such as rows that are totals
// of others. A code that there is not is an error that names it.
func (t *Table) Without(codes ...string) (*Table, error) {
	out := make([]bool, len(t.codes))
	for _, code := range codes {
		i, ok := t.places[code]
		if !ok {
			return nil, fmt.Errorf("area: leave out %s: %w", code, sp.ErrNotFound)
		}
		out[i] = true
	}
	rows := make([]int, 0, len(t.codes))
	for i := range t.codes {
		if !out[i] {
			rows = append(rows, i)
		}
	}
	return t.rows(rows)
}

// Len returns the number of areas.
func (t *Table) Len() int { return len(t.codes) }

// Boundary returns the year of the boundaries, or 0 if it is not known.
func (t *Table) Boundary() int { return t.boundary }

// Codes returns the codes in the order of the rows. The caller must not change them.
func (t *Table) Codes() []string { return t.codes }

// Place returns the row of the area with this code, and whether there is one.
func (t *Table) Place(code string) (int, bool) {
	i, ok := t.places[code]
	return i, ok
}

// Population returns the name of the column that counts people, or nothing if
// that has not been stated.
func (t *Table) Population() string { return t.population }

// Columns returns the names of all columns in the order in which they were added.
func (t *Table) Columns() []string { return slices.Clone(t.order) }

// Meaning returns what a column holds, and whether there is one of that name.
func (t *Table) Meaning(name string) (Meaning, bool) {
	if c := t.numbers[name]; c != nil {
		return c.Meaning, true
	}
	g, ok := t.groups[name]
	return Meaning{Kind: g.kind}, ok
}

// OfKind returns the names of the columns of a kind, in their order.
func (t *Table) OfKind(k Kind) []string {
	return slices.DeleteFunc(t.Columns(), func(name string) bool {
		m, _ := t.Meaning(name)
		return m.Kind != k
	})
}

// Divider returns a divider among the areas, with working memory of its own.
func (t *Table) Divider() *apportion.Divider { return t.divider.Clone() }

// Number returns the number of the area with this code in a column, and whether
// it is known.
func (t *Table) Number(code, name string) (decimal.Decimal, bool) {
	i, ok := t.places[code]
	c := t.numbers[name]
	if !ok || c == nil || !c.Known(i) {
		return decimal.Decimal{}, false
	}
	return decimal.New(c.Values[i], -int32(c.Places)), true
}

// Floats returns a column as floating-point numbers, for statistics. A number
// that is not known is an error that names the area.
func (t *Table) Floats(name string) ([]float64, error) {
	c, err := t.Column(name)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(c.Values))
	unit := math.Pow10(c.Places)
	for i, v := range c.Values {
		out[i] = float64(v) / unit
	}
	return out, nil
}

// Group returns a column of groups or labels. The caller must not change it. An
// area that lies in no group is an error that names it.
func (t *Table) Group(name string) ([]string, error) {
	g, ok := t.groups[name]
	if !ok {
		return nil, t.missing(name, "groups")
	}
	if i := slices.Index(g.codes, ""); i >= 0 && g.kind == Group {
		return nil, invalid(t.codes[i], sp.Missing, "must have a group in column "+name)
	}
	return g.codes, nil
}

// Column returns a column of numbers in which every number is known. One that is
// not is an error that names the area.
func (t *Table) Column(name string) (*Column, error) {
	c := t.numbers[name]
	if c == nil {
		return nil, t.missing(name, "numbers")
	}
	if i := slices.Index(c.unknown, true); i >= 0 {
		return nil, invalid(t.codes[i], sp.Missing, "must have a number in column "+name+", where it is not known")
	}
	return c, nil
}

// People returns a column that can count people, in which every number is known
// and none is negative: that of the name or, if it is empty, the population. If
// nobody has stated which column that is, the error proposes some.
func (t *Table) People(name string) (*Column, error) {
	if name == "" {
		name = t.population
	}
	if name == "" {
		return nil, invalid("population", sp.Missing, "must be stated, as nothing says which column counts people: "+t.proposal())
	}
	c, err := t.Column(name)
	if err != nil {
		return nil, err
	}
	if !c.Kind.CountsPeople() {
		return nil, invalid("population", sp.Inconsistent, fmt.Sprintf("must count people, and column %s is a %v", name, c.Kind))
	}
	return c, t.natural(name, c)
}

// natural checks that no number of a column is negative.
func (t *Table) natural(name string, c *Column) error {
	if c.Least < 0 {
		return invalid(t.codes[slices.Index(c.Values, c.Least)], sp.OutOfRange, "must not be negative in column "+name)
	}
	return nil
}

// Money returns a column of sums of money in minor units of a currency, and which
// of them are not known, or nil if all are. A negative sum or a fraction of a minor
// unit is an error that names the area.
func (t *Table) Money(name string, currency sp.Currency) (minor []int64, unknown []bool, err error) {
	c := t.numbers[name]
	if c == nil {
		return nil, nil, t.missing(name, "numbers")
	}
	if c.Kind != Number && c.Kind != Money {
		return nil, nil, invalid("column "+name, sp.Inconsistent, fmt.Sprintf("must hold sums of money, and holds a %v", c.Kind))
	}
	if err := t.natural(name, c); err != nil {
		return nil, nil, err
	}
	minor = make([]int64, len(c.Values))
	shift := currency.Digits() - c.Places
	for i, v := range c.Values {
		if shift < 0 {
			if minor[i] = v / exact.Pow10(-shift); v%exact.Pow10(-shift) != 0 {
				return nil, nil, invalid(t.codes[i], sp.Malformed, "must have a whole number of minor units of money in column "+name)
			}
			continue
		}
		var ok bool
		if minor[i], ok = exact.Mul(v, exact.Pow10(shift)); !ok {
			return nil, nil, invalid(t.codes[i], sp.OutOfRange, "must be within the range of money in column "+name)
		}
	}
	return minor, c.unknown, nil
}

// missing is the error of a column of a kind, numbers or groups, that t does not
// have. It says which there are, as most are mistyped.
func (t *Table) missing(name, kind string) error {
	there := slices.Sorted(maps.Keys(t.numbers))
	if kind == "groups" {
		there = slices.Sorted(maps.Keys(t.groups))
	}
	if len(there) == 0 {
		there = []string{"none"}
	}
	return fmt.Errorf("area: column %q: %w; columns of %s are %s", name, sp.ErrNotFound, kind, strings.Join(there, ", "))
}

// invalid is the error of a subject that breaks one rule.
func invalid(subject string, code sp.Fault, rule string) error {
	return fmt.Errorf("area: %w", sp.Invalid(strings.TrimSpace(subject), "", code, rule))
}
