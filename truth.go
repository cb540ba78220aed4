package sp

import (
	"database/sql/driver"

	"github.com/socialprescribing/sp/internal/column"
)

// A Truth is the answer to a yes-or-no question about the world: yes, no, or
// unknown. The zero Truth is unknown, so a fact that nobody stated can never
// pass for a no. Truths combine in Kleene's strong three-valued logic.
type Truth int8

// The three answers.
const (
	Unknown Truth = iota
	Yes
	No
)

// TruthOf returns Yes for true and No for false.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Known reports whether t is Yes or No.
func (t Truth) Known() bool { return t == Yes || t == No }

// And is No if either is No, Yes if both are Yes, and otherwise Unknown.
func (t Truth) And(u Truth) Truth {
	switch {
	case t == No || u == No:
		return No
	case t == Yes && u == Yes:
		return Yes
	}
	return Unknown
}

// Or is Yes if either is Yes, No if both are No, and otherwise Unknown.
func (t Truth) Or(u Truth) Truth { return t.Not().And(u.Not()).Not() }

// Not swaps Yes and No; what is unknown stays unknown.
func (t Truth) Not() Truth {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	default:
		return Unknown
	}
}

// String returns "yes", "no" or "unknown".
func (t Truth) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	default:
		return "unknown"
	}
}

// MarshalText writes what [Truth.String] returns.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads "yes", "no", "unknown" or nothing, which is unknown.
func (t *Truth) UnmarshalText(text []byte) error {
	switch string(text) {
	case "yes":
		*t = Yes
	case "no":
		*t = No
	case "", "unknown":
		*t = Unknown
	default:
		return invalidValue("truth", NotListed, "must be yes, no or unknown")
	}
	return nil
}

// Value implements [driver.Valuer]: the text "yes" or "no", which columns of type text
// and boolean take, and NULL for unknown.
func (t Truth) Value() (driver.Value, error) { return column.Value(t, !t.Known()) }

// Scan implements sql.Scanner. It reads text, booleans, and NULL as unknown, and no
// numbers, of which nobody can say what they mean.
func (t *Truth) Scan(src any) error {
	if b, ok := src.(bool); ok {
		*t = TruthOf(b)
		return nil
	}
	return scanText("truth", src, t)
}
