package sp

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"

	"github.com/socialprescribing/sp/internal/column"
)

// redacted is what personal data looks like wherever it is printed.
const redacted = "[personal]"

// Personal holds a piece of personal data, such as a name or a telephone number,
// that cannot leak by accident. Printed, logged or marshalled in any way it gives
// "[personal]". Written to a column of a database or by package encoding/gob,
// where "[personal]" would later be read back as the value, it gives an error.
// Two ways remain, both easy to find in a code review: [Personal.Reveal], and the
// codec [Plain] in the wire types of the package that stores it. The zero
// Personal holds nothing.
//
// The value sits behind two pointers because reflection that skips methods,
// such as fmt's treatment of unexported fields, prints addresses instead of what
// is behind them; behind a single one fmt shows structs and slices after all,
// where the verb does not fit. Debuggers and the differences that failed tests
// print do follow pointers, and would be of no use otherwise: tests are for
// invented people.
//
// Compare with [Personal.Equal], since == compares those addresses.
type Personal[T any] struct{ value **T }

// Hide returns v as personal data.
func Hide[T any](v T) Personal[T] {
	held := &struct {
		pointer *T
		value   T
	}{value: v}
	held.pointer = &held.value
	return Personal[T]{&held.pointer}
}

// Reveal returns the value itself, or T's zero value if there is none.
func (p Personal[T]) Reveal() T {
	if p.value == nil {
		var zero T
		return zero
	}
	return **p.value
}

// IsZero reports whether p holds nothing.
func (p Personal[T]) IsZero() bool { return p.value == nil }

// Equal reports whether p and q hold deeply equal values.
func (p Personal[T]) Equal(q Personal[T]) bool {
	if p.value == nil || q.value == nil {
		return p.value == q.value
	}
	return reflect.DeepEqual(**p.value, **q.value)
}

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (p Personal[T]) Format(f fmt.State, _ rune) { f.Write([]byte(redacted)) }

// String implements [fmt.Stringer].
func (p Personal[T]) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (p Personal[T]) GoString() string { return redacted }

// LogValue implements [slog.LogValuer].
func (p Personal[T]) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements [encoding.TextMarshaler], and so JSON and XML.
func (p Personal[T]) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Value implements [driver.Valuer] and refuses. A redacted text in a column would
// make two people equal. Reveal the value, or keep it in an encrypted record: see
// package store/seal.
func (p Personal[T]) Value() (driver.Value, error) {
	return nil, invalidValue("personal data", Unsupported, "does not go into a column by itself; reveal it there, or seal it")
}

// MarshalBinary refuses, as Value does; package encoding/gob uses it.
func (p Personal[T]) MarshalBinary() ([]byte, error) {
	return nil, invalidValue("personal data", Unsupported, "has no binary form; reveal it, or write it in Plain")
}

// UnmarshalBinary refuses: nothing was written.
func (p *Personal[T]) UnmarshalBinary([]byte) error {
	return invalidValue("personal data", Unsupported, "has no binary form")
}

// Scan implements sql.Scanner: it reads what T reads, and NULL as nothing.
func (p *Personal[T]) Scan(src any) error {
	var v sql.Null[T]
	err := v.Scan(src)
	switch {
	case errors.Is(err, ErrInvalid):
		return invalidValue("personal data", Malformed, fmt.Sprintf("cannot be read as %T", v.V)+why(err))
	case err != nil: // its own words may quote the value
		return invalidValue("personal data", Malformed, fmt.Sprintf("cannot be read as %T", v.V))
	}
	return p.take(v.V, !v.Valid)
}

// UnmarshalText reads T from text, such as a field of a form. An empty text is no
// value.
func (p *Personal[T]) UnmarshalText(text []byte) error {
	var v T
	if len(text) == 0 {
		return p.take(v, true)
	}
	switch ok, err := column.ReadText(&v, text); {
	case err != nil:
		return invalidValue("personal data", Malformed, fmt.Sprintf("cannot be read as %T", v)+why(err))
	case !ok:
		return invalidValue("personal data", Malformed, fmt.Sprintf("cannot be read as %T from text", v))
	}
	return p.take(v, false)
}

// take makes p hold v, or nothing. It refuses the redaction mark.
func (p *Personal[T]) take(v T, nothing bool) error {
	switch {
	case nothing:
		*p = Personal[T]{}
	case any(v) == any(redacted):
		return invalidValue("personal data", Identifying, "was redacted where this was written; read the original")
	default:
		*p = Hide(v)
	}
	return nil
}

// UnmarshalJSON reads T, so that input can be taken straight into personal
// data. It refuses the redaction mark: a printed copy must not overwrite the original.
func (p *Personal[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*p = Personal[T]{}
		return nil
	}
	var text string
	if json.Unmarshal(data, &text) == nil && text == redacted {
		return invalidValue("personal data", Identifying, "was redacted where this was written; read the original")
	}
	v := new(T)
	if err := json.Unmarshal(data, v); err != nil {
		return invalidValue("personal data", Malformed, fmt.Sprintf("cannot be read as %T", *v)+why(err))
	}
	p.value = &v
	return nil
}

// why returns as much of a decoder's error as does not quote the value: which
// rules it breaks, or where another type was met.
func why(err error) string {
	if broken, ok := errors.AsType[*InvalidError](err); ok {
		var rules []string
		for _, f := range broken.Fields {
			rules = append(rules, f.Rule)
		}
		return ": " + strings.Join(rules, "; ")
	}
	if met, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && met.Field != "" {
		return ": " + met.Field + " is of another type"
	}
	return ""
}

// Plain is the codec of personal data for the wire types of a package that stores or
// sends it: JSON shows the value. Printed in any other way it is redacted as a Personal
// is. A wire type therefore stays unexported in its package, and is never handed to a
// logger that writes JSON.
//
//	type wire struct {
//		Name sp.Plain[string] `json:"name,omitzero"`
//	}
//	json.Marshal(wire{Name: sp.Plain[string]{Personal: person.Name}})
type Plain[T any] struct{ Personal[T] }

// MarshalJSON writes the value itself, or null. It fails if a text in the value reads
// like the redaction mark: either the original was lost before, or a Personal inside
// the Plain would be lost here.
func (p Plain[T]) MarshalJSON() ([]byte, error) {
	if p.value == nil {
		return []byte("null"), nil
	}
	data, err := json.Marshal(**p.value)
	if err != nil {
		return nil, invalidValue("personal data", Unsupported, fmt.Sprintf("of type %T cannot be written", **p.value))
	}
	if holdsMark(data) {
		return nil, invalidValue("personal data", Identifying, "holds the redaction mark where the original should be; write that, in Plain")
	}
	return data, nil
}

// holdsMark reports whether one of the texts in a JSON value is the redaction mark.
func holdsMark(data []byte) bool {
	unescaped := bytes.ReplaceAll(data, []byte(`\"`), []byte("'")) // only quotes around texts are left
	return bytes.Contains(unescaped, []byte(`"`+redacted+`"`))
}
