package export

import (
	"fmt"
	"io"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// A Type is what a column holds, in the words of the Table Schema of the Data Package
// standard (datapackage.org, version 2).
type Type string

// The types.
const (
	Text    Type = "string"
	Integer Type = "integer"
	Number  Type = "number"
	Day     Type = "date" // as 2026-11-30
)

// A Field says what a column is.
type Field struct {
	Name     string // in lower case letters, digits and underscores, which R and pandas leave as they are
	Type     Type
	Unit     string // such as "GBP" or "days"; empty if it has none, or if another column says it
	Meaning  string // a sentence for people, with what an empty cell says
	Decimals int    // of exact numbers, such as 2 of pounds; 0 writes as many as a number needs
}

// A Schema says what the columns of a table are.
type Schema struct {
	Name   string // of the table and its file: in lower case letters, digits and hyphens
	Title  string
	Fields []Field
	Key    []string // fields that together tell rows apart; none if nothing does
}

// Rows are the rows of a table, in order. The slice of a row is valid only until the next
// row is asked for: who keeps it clones it.
type Rows = iter.Seq2[[]Value, error]

// A Table holds rows that may be published, and says what they are.
type Table struct {
	schema  Schema
	rows    Rows
	grounds string // on which they may be
}

// New returns a table of released rows: of money, places or other things that count no
// people by [disclosure.NotPeople]. For what an evaluation found see [Figures]. It fails with
// an error that is [sp.ErrInvalid] for a schema that is none, and [sp.ErrDenied] for rows that
// stay within or were not released.
func New(s Schema, rows disclosure.Released[Rows]) (Table, error) {
	if err := s.check(); err != nil {
		return Table{}, err
	}
	public, err := rows.Public()
	if err != nil {
		return Table{}, fmt.Errorf("export: table %s: %w", s.Name, err)
	}
	return Table{s, public, rows.Foot()}, nil
}

// Schema returns what the columns are.
func (t Table) Schema() Schema { return t.schema }

// Rows yields the rows, and fails, with an error that is [sp.ErrInvalid], at the first of
// them that does not fit the schema.
func (t Table) Rows() Rows {
	return func(yield func([]Value, error) bool) {
		if t.rows == nil {
			return
		}
		n := 0
		for row, err := range t.rows {
			n++
			if err == nil {
				err = t.schema.fits(n, row)
			}
			if err != nil {
				yield(nil, fmt.Errorf("export: table %s: %w", t.schema.Name, err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// fits fails unless each value is of the type of its field.
func (s Schema) fits(n int, row []Value) error {
	if len(row) != len(s.Fields) {
		return sp.Invalid(fmt.Sprintf("row %d", n), "", sp.WrongLength, fmt.Sprintf("must have %d values", len(s.Fields)))
	}
	for i := range row {
		if f := &s.Fields[i]; !row[i].fits(f) {
			return sp.Invalid(fmt.Sprintf("row %d", n), f.Name, sp.WrongType, "must be of type "+string(f.Type)+decimals(f.Decimals))
		}
	}
	return nil
}

func decimals(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" with %d decimals", n)
}

// mostDecimals is how many decimals an exact number can have.
const mostDecimals = 18

func (s Schema) check() error {
	e := &sp.InvalidError{Subject: "export: table"}
	e.Check(named(s.Name, '-'), "name", sp.Malformed, "must be of lower case letters, digits and hyphens")
	e.Check(len(s.Fields) > 0, "fields", sp.WrongLength, "needs at least one")
	seen := map[string]bool{}
	for i, f := range s.Fields {
		at := fmt.Sprintf("fields[%d]", i)
		e.Check(named(f.Name, '_'), at+".name", sp.Malformed, "must be of lower case letters, digits and underscores")
		e.Check(!seen[f.Name], at+".name", sp.Duplicate, "must be a name of its own")
		e.Check(f.Type == Text || f.Type == Integer || f.Type == Number || f.Type == Day, at+".type", sp.NotListed, "must be string, integer, number or date")
		e.Check(f.Meaning != "", at+".meaning", sp.Missing, "must say what the column holds")
		e.Check(f.Decimals == 0 || f.Type == Number && f.Decimals > 0 && f.Decimals <= mostDecimals, at+".decimals", sp.OutOfRange, "must be from 1 to 18, of a number alone")
		seen[f.Name] = true
	}
	for i, k := range s.Key {
		e.Check(seen[k], fmt.Sprintf("key[%d]", i), sp.NotListed, "must be the name of a field")
	}
	return e.Err()
}

// named reports whether a name is of lower case letters, digits and one mark.
func named(s string, mark rune) bool {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z'
		if further := c == mark || c >= '0' && c <= '9'; !letter && (i == 0 || !further) {
			return false
		}
	}
	return s != ""
}

// room is how much is written at a time.
const room = 64 << 10

// write writes lines, each appended by row, behind a first one.
func (t Table) write(w io.Writer, first []byte, row func(b []byte, values []Value) []byte) error {
	b := append(make([]byte, 0, room+4096), first...)
	put := func() error {
		_, err := w.Write(b)
		b = b[:0]
		if err != nil {
			return fmt.Errorf("export: write %s: %w", t.schema.Name, err)
		}
		return nil
	}
	for values, err := range t.Rows() {
		if err != nil {
			return err
		}
		if b = row(b, values); len(b) >= room {
			if err := put(); err != nil {
				return err
			}
		}
	}
	return put()
}
