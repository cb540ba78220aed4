package export

import (
	"fmt"
	"io"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// A Within holds rows for an audience that a contract names, such as a research environment, and
// never for the public: it is no [Table], so nothing that publishes tables takes it.
type Within struct {
	table    Table
	audience disclosure.Audience
}

// NewWithin returns a table of rows that stay within, by [disclosure.Within]. It fails with an
// error that is [sp.ErrInvalid] for a schema that is none, and [sp.ErrDenied] for rows that are
// for the public or for nobody.
func NewWithin(s Schema, rows disclosure.Released[Rows]) (Within, error) {
	if err := s.check(); err != nil {
		return Within{}, err
	}
	if rows.Basis() != disclosure.StaysWithin {
		return Within{}, fmt.Errorf("export: table %s is not for an audience: %w", s.Name, sp.ErrDenied)
	}
	inside, grounds, err := rows.Draw()
	if err != nil {
		return Within{}, fmt.Errorf("export: table %s: %w", s.Name, err)
	}
	return Within{Table{s, inside, grounds}, rows.Audience()}, nil
}

// Audience returns for whom alone the rows are.
func (t Within) Audience() disclosure.Audience { return t.audience }

// Schema returns what the columns are.
func (t Within) Schema() Schema { return t.table.schema }

// WriteCSV writes the rows as [Table.WriteCSV] does.
func (t Within) WriteCSV(w io.Writer) error { return t.table.WriteCSV(w) }

// WritePackage writes datapackage.json as [WritePackage] does; it says for whom the rows are.
func (t Within) WritePackage(w io.Writer, title string) error { return WritePackage(w, title, t.table) }
