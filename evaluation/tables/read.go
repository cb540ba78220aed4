package tables

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// A line is one row of a file, by column.
type line struct {
	number int
	of     map[string]string
}

func (l line) text(column string) string { return strings.TrimSpace(l.of[column]) }

// A reading reads a file of rows and collects what is wrong with it.
type reading struct {
	name string
	errs []error
}

func (r *reading) fault(l line, field, code, detail string) {
	r.errs = append(r.errs, sp.Issue{Severity: sp.Error, File: r.name, Line: l.number, Field: field, Code: code, Detail: detail})
}

// cell reads a number.
func (r *reading) cell(l line, column string) Cell {
	c, ok := parseCell(l.of[column])
	if !ok {
		r.fault(l, column, "bad-number", "is no whole number from 0 to 1,000,000,000, no mark of one that is suppressed, such as *, and none of one that is unknown, such as an empty cell")
	}
	return c
}

// err returns all that was wrong as one error that is [sp.ErrInvalid].
func (r *reading) err(what string) error {
	if len(r.errs) == 0 {
		return nil
	}
	return fmt.Errorf("tables: read %s: %w: %w", what, errors.Join(r.errs...), sp.ErrInvalid)
}

// lines returns the rows of a file by the columns that are asked for; those behind a
// question mark may be lacking. It fails with the error of r, or with one that is
// [sp.ErrInvalid] if the file is no CSV or lacks a column.
func lines(r io.Reader, name string, columns ...string) ([]line, *reading, error) {
	into := &reading{name: name}
	f, err := csvfile.Open(r, name)
	if err != nil {
		return nil, nil, fmt.Errorf("tables: %w", err)
	}
	at := map[string]int{}
	for _, column := range columns {
		column, optional := strings.CutSuffix(column, "?")
		i, found := f.Column(column)
		if found {
			at[column] = i
		} else if !optional {
			into.fault(line{number: 1}, column, "missing-column", "the table lacks this column")
		}
	}
	if err := into.err(name); err != nil {
		return nil, nil, err
	}
	var all []line
	for row, err := range f.Rows() {
		if err != nil {
			return nil, nil, fmt.Errorf("tables: read %s: %w", name, err)
		}
		l := line{row.Line, map[string]string{}}
		if len(row.Fields) != len(f.Header) {
			into.fault(l, "", "field-count", "the row has more or fewer fields than the header")
			continue
		}
		for column, i := range at {
			l.of[column] = row.Fields[i]
		}
		all = append(all, l)
	}
	for _, issue := range f.Issues.List() {
		if issue.Severity == sp.Error {
			into.errs = append(into.errs, issue)
		}
	}
	return all, into, nil
}
