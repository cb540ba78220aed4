package inequality

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
)

// An ItemError says which item of a column cannot be used. It is [sp.ErrInvalid].
type ItemError struct {
	Index  int    // in the columns, from 0
	Column string // "value", "population" or "position"
	Rule   string // what would be right: "must be a finite number"
}

// Error names the index, the column and the rule.
func (e *ItemError) Error() string {
	return fmt.Sprintf("inequality: item %d: %s %s", e.Index, e.Column, e.Rule)
}

// Unwrap returns [sp.ErrInvalid].
func (e *ItemError) Unwrap() error { return sp.ErrInvalid }

// An UndefinedError says that a measure has no value for the data, and why. It
// is [sp.ErrInvalid].
type UndefinedError struct {
	Measure string // such as "palma ratio"
	Reason  string // such as "the poorest 40 % hold nothing"
}

// Error names the measure and the reason.
func (e *UndefinedError) Error() string {
	return "inequality: " + e.Measure + " is undefined: " + e.Reason
}

// Unwrap returns [sp.ErrInvalid].
func (e *UndefinedError) Unwrap() error { return sp.ErrInvalid }

// invalid returns the error of a whole column or argument.
func invalid(path string, code sp.Fault, rule string) error {
	return sp.Invalid("inequality", path, code, rule)
}

// checkLength fails unless there are items, and the column has an entry for
// each of them.
func checkLength(column string, got, items int) error {
	switch {
	case items == 0:
		return invalid(column, sp.WrongLength, "needs at least one item")
	case got != items:
		return invalid(column, sp.Inconsistent, fmt.Sprintf("has %d items where %d are expected", got, items))
	}
	return nil
}

// What an amount or a population may be, beside nothing: within it squares and
// products neither overflow nor lose their digits below the smallest float64.
const (
	smallest = 1e-100
	largest  = 1e100
)

// checkItems returns an [*ItemError] for the first entry that is not a finite
// number, or that is negative or out of all proportion where the column is not signed.
func checkItems(column string, entries []float64, sign sign) error {
	for i, v := range entries {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return &ItemError{Index: i, Column: column, Rule: "must be a finite number"}
		case v < 0 && sign == unsigned:
			return &ItemError{Index: i, Column: column, Rule: "must not be negative"}
		case sign == unsigned && v != 0 && (v < smallest || v > largest):
			return &ItemError{Index: i, Column: column, Rule: "must be 0 or from 1e-100 to 1e100"}
		}
	}
	return nil
}

// A sign says whether the entries of a column may be negative.
type sign int8

const (
	unsigned sign = iota
	signed
)

// checkSum fails if finite entries have added up to more than a float64 holds.
func checkSum(column string, sum float64) error {
	if math.IsInf(sum, 0) || math.IsNaN(sum) {
		return invalid(column, sp.OutOfRange, "adds up to more than a float64 can hold")
	}
	return nil
}
