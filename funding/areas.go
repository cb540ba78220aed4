package funding

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
)

// Areas is a table of those among whom money is divided: small areas,
// neighbourhoods, practices. It has a code for each, columns of exact numbers
// such as residents or a deprivation rank, and columns of groups, the codes of
// larger areas that hold it. Rows keep the order in which they were given, and no
// result depends on it.
//
// Areas are immutable and may be shared between goroutines: methods that add a
// column return a new table. Codes belong to the boundaries of one year, since
// those of 2011 and 2021 look alike and do not mix.
type Areas struct {
	boundary   int
	codes      []string
	places     map[string]int
	numbers    map[string]*column
	groups     map[string][]string
	population string
	ranked     int // how many areas the ranks go up to
	divider    *apportion.Divider
}

// A column holds whole numbers of 10^-places.
type column struct {
	places  int
	values  []int64
	unknown []bool // nil if every value is known
	lowest  int64
	bits    int  // of the largest, where none is negative
	ordinal bool // ranks or deciles, of which 1 is the most deprived
	// Where there are few distinct values, which of them each row has.
	distinct []int64
	keys     []uint8
}

// NewAreas returns a table of areas with these codes and no columns yet, of
// boundaries of a year or of 0 if that is not known. A code that is empty or
// occurs twice is an error that names it.
func NewAreas(codes []string, boundary int) (*Areas, error) {
	divider, err := apportion.New(codes)
	if err != nil {
		return nil, fmt.Errorf("funding: areas: %w", err)
	}
	a := &Areas{
		boundary: boundary, codes: slices.Clone(codes), divider: divider, ranked: len(codes),
		places: make(map[string]int, len(codes)), numbers: map[string]*column{}, groups: map[string][]string{},
	}
	for i, code := range a.codes {
		a.places[code] = i
	}
	return a, nil
}

// With returns a with one more column of numbers, in units of 10^-places: With("rate", 2, ...)
// takes 150 for 1.5. The first column is the population unless one is called that.
func (a *Areas) With(name string, places int, values []int64) (*Areas, error) {
	if len(values) != len(a.codes) {
		return nil, invalid(named("column", name), "must have one value for each area")
	}
	if places < 0 || places > 18 {
		return nil, invalid(named("column", name), "must have from 0 to 18 decimal places")
	}
	return a.with(name, newColumn(places, slices.Clone(values), nil))
}

func (a *Areas) with(name string, c *column) (*Areas, error) {
	if a.has(name) || name == "" {
		return nil, invalid(named("column", name), "must have a name of its own")
	}
	b := *a
	b.numbers = maps.Clone(a.numbers)
	b.numbers[name] = c
	if b.population == "" || name == "population" {
		b.population = name
	}
	return &b, nil
}

func (a *Areas) has(name string) bool {
	return a.numbers[name] != nil || a.groups[name] != nil
}

// WithGroup returns a with one more column of groups: for each area the code of
// the larger area that holds it, or nothing if it lies in none.
func (a *Areas) WithGroup(name string, codes []string) (*Areas, error) {
	if len(codes) != len(a.codes) {
		return nil, invalid(named("group", name), "must have one code for each area")
	}
	if a.has(name) || name == "" {
		return nil, invalid(named("group", name), "must have a name of its own")
	}
	b := *a
	b.groups = maps.Clone(a.groups)
	b.groups[name] = append([]string{}, codes...) // a column that is there, also without areas
	return &b, nil
}

// Join returns a with the columns of b, which must hold the same areas of the
// same boundaries, in any order. An area that only one of them has is an error
// that names it, and so is a column that both have. The population is that of a
// unless only b has one.
func (a *Areas) Join(b *Areas) (*Areas, error) {
	if err := a.matches(b); err != nil {
		return nil, err
	}
	joined := *a
	joined.boundary = max(a.boundary, b.boundary)
	joined.ranked = max(a.ranked, b.ranked) // those of part of a nation run further than its areas
	if a.population == "" {
		joined.population = b.population
	}
	joined.numbers, joined.groups = maps.Clone(a.numbers), maps.Clone(a.groups)
	for _, name := range b.Columns() {
		if a.has(name) {
			return nil, invalid(named("column", name), "must be in only one of the tables that are joined")
		}
		if groups := b.groups[name]; groups != nil {
			joined.groups[name] = reorder(groups, a, b)
			continue
		}
		c := b.numbers[name]
		joined.numbers[name] = newColumn(c.places, reorder(c.values, a, b), reorder(c.unknown, a, b))
	}
	return &joined, nil
}

// reorder puts values that stand in the order of b in that of a.
func reorder[T any](values []T, a, b *Areas) []T {
	if values == nil {
		return nil
	}
	out := make([]T, len(values))
	for i, code := range a.codes {
		out[i] = values[b.places[code]]
	}
	return out
}

func (a *Areas) first() string {
	if len(a.codes) == 0 {
		return "the empty table"
	}
	return a.codes[0]
}

// matches checks that a and b hold the same areas of the same boundaries.
func (a *Areas) matches(b *Areas) error {
	if a.boundary != b.boundary && a.boundary != 0 && b.boundary != 0 {
		return invalid("areas", fmt.Sprintf("must be of the same boundaries: %s is of %d and %s of %d",
			a.first(), a.boundary, b.first(), b.boundary))
	}
	if err := a.covers(b); err != nil {
		return err
	}
	return b.covers(a)
}

// covers checks that a has every area of b.
func (a *Areas) covers(b *Areas) error {
	missing, first := 0, ""
	for _, code := range b.codes {
		if _, ok := a.places[code]; !ok {
			if missing == 0 {
				first = code
			}
			missing++
		}
	}
	if missing > 0 {
		return invalid(first, fmt.Sprintf("must be in both tables, of which one lacks %d areas; check that the boundaries are of the same year", missing))
	}
	return nil
}

// Len returns the number of areas.
func (a *Areas) Len() int { return len(a.codes) }

// Boundary returns the year of the boundaries, or 0 if it is not known.
func (a *Areas) Boundary() int { return a.boundary }

// Codes returns the codes in the order of the rows. The caller must not change them.
func (a *Areas) Codes() []string { return a.codes }

// Population returns the name of the column that counts people.
func (a *Areas) Population() string { return a.population }

// Columns returns the names of all columns, in order.
func (a *Areas) Columns() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a.numbers)), maps.Keys(a.groups))
	slices.Sort(names)
	return names
}

// Number returns the number of the area with this code in a column, and whether
// it is known.
func (a *Areas) Number(code, name string) (decimal.Decimal, bool) {
	i, ok := a.places[code]
	c := a.numbers[name]
	if !ok || c == nil || c.isUnknown(i) {
		return decimal.Decimal{}, false
	}
	return decimal.New(c.values[i], -int32(c.places)), true
}

// Floats returns a column as floating-point numbers, for statistics. A number
// that is not known is an error that names the area.
func (a *Areas) Floats(name string) ([]float64, error) {
	c, err := a.known(name)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(c.values))
	unit := math.Pow10(c.places)
	for i, v := range c.values {
		out[i] = float64(v) / unit
	}
	return out, nil
}

// Group returns a column of groups. The caller must not change it. An area that
// lies in no group is an error that names it.
func (a *Areas) Group(name string) ([]string, error) {
	codes := a.groups[name]
	if codes == nil {
		return nil, a.missing(name, "groups")
	}
	if i := slices.Index(codes, ""); i >= 0 {
		return nil, invalid(a.codes[i], "must have a group in column "+name)
	}
	return codes, nil
}

// known returns a column in which every number is known.
func (a *Areas) known(name string) (*column, error) {
	c := a.numbers[name]
	if c == nil {
		return nil, a.missing(name, "numbers")
	}
	if i := slices.Index(c.unknown, true); i >= 0 {
		return nil, invalid(a.codes[i], "must have a number in column "+name+", where it is not known")
	}
	return c, nil
}

// natural returns a column in which every number is known and none is negative.
func (a *Areas) natural(name string) (*column, error) {
	c, err := a.known(name)
	if err != nil {
		return nil, err
	}
	if c.lowest < 0 {
		i := slices.Index(c.values, c.lowest)
		return nil, invalid(a.codes[i], "must not be negative in column "+name)
	}
	return c, nil
}

// missing is the error of a column of a kind, numbers or groups, that a does not
// have. It says which there are, as most are mistyped.
func (a *Areas) missing(name, kind string) error {
	if name == "" && a.population == "" {
		return fmt.Errorf("funding: column of the population: %w; no column of these areas counts people", sp.ErrNotFound)
	}
	there := slices.Sorted(maps.Keys(a.numbers))
	if kind == "groups" {
		there = slices.Sorted(maps.Keys(a.groups))
	}
	if len(there) == 0 {
		there = []string{"none"}
	}
	return fmt.Errorf("funding: column %q: %w; columns of %s are %s", name, sp.ErrNotFound, kind, strings.Join(there, ", "))
}

func newColumn(places int, values []int64, unknown []bool) *column {
	c := &column{places: places, values: values, unknown: unknown}
	if !slices.Contains(unknown, true) {
		c.unknown = nil
	}
	if len(values) > 0 {
		c.lowest = slices.Min(values)
	}
	c.bits = width(values)
	seen := make(map[int64]uint8, 256)
	keys := make([]uint8, len(values))
	for i, v := range values {
		key, ok := seen[v]
		if !ok {
			if len(c.distinct) == 256 {
				c.distinct = nil
				return c
			}
			key = uint8(len(c.distinct))
			seen[v] = key
			c.distinct = append(c.distinct, v)
		}
		keys[i] = key
	}
	c.keys = keys
	return c
}

func (c *column) isUnknown(i int) bool { return c.unknown != nil && c.unknown[i] }

// named returns what a subject is, with its name if it has one.
func named(kind, name string) string {
	if name == "" {
		return kind
	}
	return kind + " " + name
}

// invalid is the error of a subject that breaks one rule.
func invalid(subject, rule string) error {
	return fmt.Errorf("funding: %w", sp.Invalid(subject, "", rule))
}
