package area

import (
	"fmt"
	"io"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// A Lookup says which areas of one year's boundaries became which of another's, as the
// Office for National Statistics publishes it for lower layer super output areas: most are
// unchanged (U), some were split (S), merged (M), or changed in another way (X).
type Lookup struct {
	from, to int // years
	pairs    []Pair
}

// A Pair is the code of an area, that of one of the areas that it became, and the published
// code of the change.
type Pair struct{ From, To, Change string }

// A LookupFile names the columns of the file of a lookup, and the years of its boundaries.
// Those of LSOA11_LSOA21_LAD22_EW_LU are in [LSOA2011To2021].
type LookupFile struct {
	From, To, Change string // the columns of the earlier code, of the later code, and of the code of the change
	FromYear, ToYear int    // the years of the earlier and of the later boundaries
}

// LSOA2011To2021 returns the columns of the lookups of lower layer super output areas of 2011
// and 2021 that the Office for National Statistics publishes, by best fit and by exact fit.
func LSOA2011To2021() LookupFile {
	return LookupFile{From: "LSOA11CD", To: "LSOA21CD", Change: "CHGIND", FromYear: 2011, ToYear: 2021}
}

// ReadLookup reads a lookup from a CSV file. A row of the wrong length, or without one of
// the codes, is an issue and an error, as areas would be lost; so is a pair that stands
// there twice, and an area whose change says that it was not split and that became two.
func ReadLookup(r io.Reader, name string, l LookupFile) (*Lookup, []sp.Issue, error) {
	f, err := csvfile.Open(r, name)
	if err != nil {
		return nil, nil, fmt.Errorf("area: read lookup: %w", err)
	}
	e := &sp.InvalidError{Subject: "header"}
	var at [3]int
	for k, column := range [...]string{l.From, l.To, l.Change} {
		var ok bool
		at[k], ok = f.Column(column)
		e.Check(ok, column, sp.NotListed, "must be a column")
	}
	if err := e.Err(); err != nil {
		return nil, nil, fmt.Errorf("area: read lookup: %w", err)
	}
	lookup := &Lookup{from: l.FromYear, to: l.ToYear}
	seen := map[[2]string]bool{}
	for row, err := range f.Rows() {
		if err != nil {
			return nil, nil, fmt.Errorf("area: read lookup: %w", err)
		}
		fault := func(code, detail string) {
			f.Issues.Add(sp.Issue{Severity: sp.Error, Line: row.Line, Code: code, Detail: detail})
		}
		if len(row.Fields) != len(f.Header) {
			fault("wrong-length", "has another number of fields than the header")
			continue
		}
		p := Pair{row.Fields[at[0]], row.Fields[at[1]], row.Fields[at[2]]}
		switch {
		case p.From == "" || p.To == "":
			fault("missing-code", "has no code on one side")
		case seen[[2]string{p.From, p.To}]:
			fault("duplicate-code", "stands there twice")
		default:
			seen[[2]string{p.From, p.To}] = true
			lookup.pairs = append(lookup.pairs, p)
		}
	}
	lookup.verify(f.Issues)
	issues := f.Issues.List()
	if i := slices.IndexFunc(issues, func(i sp.Issue) bool { return i.Severity == sp.Error }); i >= 0 {
		return nil, issues, fmt.Errorf("area: read lookup: %w", issues[i])
	}
	return lookup, issues, nil
}

// verify reports changes that the pairs contradict.
func (l *Lookup) verify(issues *csvfile.Issues) {
	from, to := map[string]int{}, map[string]int{}
	for _, p := range l.pairs {
		from[p.From]++
		to[p.To]++
	}
	for _, p := range l.pairs {
		split, merged := from[p.From] > 1, to[p.To] > 1
		ok := true
		switch p.Change {
		case "U":
			ok = !split && !merged
		case "S":
			ok = split && !merged
		case "M":
			ok = merged && !split
		}
		if !ok {
			issues.Add(sp.Issue{Severity: sp.Error, Record: p.From, Field: p.To, Code: "contradictory-change", Detail: "changed as " + p.Change + ", which the other rows contradict"})
		}
	}
}

// Pairs returns the areas and what they became, in the order of the file.
func (l *Lookup) Pairs() []Pair { return slices.Clone(l.pairs) }

// Convert returns the areas of t, which are of the earlier boundaries, as those of the
// later ones. What adds up - counts, sums of money, the population - goes to the areas
// that an area became: whole where it is unchanged or merged, and where it was split in
// proportion to the weights of the parts, such as their residents in the later census, to
// the last unit. Nil weights make the parts equal. All sums are kept exactly. Ranks,
// scores and groups belong to the old boundaries and are left out.
//
// An area of t that the lookup does not have is an error, and so is a part whose weight
// is not known, or of which none has a weight where there is something to divide.
func (l *Lookup) Convert(t *Table, weights map[string]int64) (*Table, error) {
	if t.boundary != l.from && t.boundary != 0 && l.from != 0 {
		return nil, invalid("areas", sp.Inconsistent, fmt.Sprintf("must be of the boundaries of %d, and are of %d", l.from, t.boundary))
	}
	became, codes, err := l.successors(t)
	if err != nil {
		return nil, err
	}
	b, err := New(codes, l.to)
	if err != nil {
		return nil, err
	}
	for _, name := range t.order {
		c := t.numbers[name]
		if c == nil || !c.Kind.adds() && name != t.population {
			continue
		}
		converted, err := b.converted(t, c, became, weights)
		if err != nil {
			return nil, fmt.Errorf("area: column %s: %w", name, err)
		}
		b.numbers[name], b.order = converted, append(b.order, name)
	}
	b.population = t.population
	return b, nil
}

// successors returns what each area of t became, and all codes of the later boundaries.
func (l *Lookup) successors(t *Table) (became map[string][]string, codes []string, err error) {
	became = map[string][]string{}
	later := map[string]bool{}
	for _, p := range l.pairs {
		if _, ok := t.places[p.From]; !ok {
			continue
		}
		became[p.From] = append(became[p.From], p.To)
		if !later[p.To] {
			later[p.To] = true
			codes = append(codes, p.To)
		}
	}
	for _, code := range t.codes {
		if became[code] == nil {
			return nil, nil, invalid(code, sp.NotListed, "must be in the lookup")
		}
	}
	return became, codes, nil
}

// converted returns a column of t for the areas that its areas became. It is not known where a
// part is not.
func (t *Table) converted(from *Table, c *Column, became map[string][]string, weights map[string]int64) (*Column, error) {
	values, unknown := make([]int64, len(t.codes)), make([]bool, len(t.codes))
	for i, code := range from.codes {
		shares, err := split(code, c.Values[i], became[code], weights)
		if err != nil {
			return nil, err
		}
		for k, to := range became[code] {
			at := t.places[to]
			sum := values[at] + shares[k]
			if (values[at]^sum)&(shares[k]^sum) < 0 {
				return nil, invalid(to, sp.OutOfRange, "must have a sum of at most 64 bits")
			}
			values[at], unknown[at] = sum, unknown[at] || !c.Known(i)
		}
	}
	for k := range values {
		if unknown[k] {
			values[k] = 0
		}
	}
	return newColumn(c.Meaning, c.Places, values, unknown), nil
}

// split divides a value among the parts of an area.
func split(code string, value int64, parts []string, weights map[string]int64) ([]int64, error) {
	if len(parts) == 1 {
		return []int64{value}, nil
	}
	by := make([]int64, len(parts))
	for k, part := range parts {
		w, ok := weights[part]
		if by[k] = w; weights == nil {
			by[k] = 1
		} else if !ok || w < 0 {
			return nil, invalid(part, sp.Missing, "must have a weight that is not negative, as "+code+" was split")
		}
	}
	shares, err := apportion.Divide(value, parts, by, apportion.Hamilton)
	if err != nil {
		return nil, fmt.Errorf("area: split %s: %w", code, err)
	}
	return shares, nil
}
