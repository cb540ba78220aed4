package sp

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/socialprescribing/sp/internal/column"
)

// Known is a value that may not be known: an age, a number of free places, the
// most that a person can pay. The zero Known is unknown, which is never the same
// as a known zero: somebody who can pay nothing differs from somebody whom
// nobody has asked.
type Known[T comparable] struct {
	value T
	known bool
}

// Know returns v as a known value.
func Know[T comparable](v T) Known[T] { return Known[T]{v, true} }

// Lookup returns the value and whether it is known.
func (k Known[T]) Lookup() (T, bool) { return k.value, k.known }

// Or returns the value, or v if it is not known.
func (k Known[T]) Or(v T) T {
	if k.known {
		return k.value
	}
	return v
}

// IsZero reports whether the value is unknown.
func (k Known[T]) IsZero() bool { return !k.known }

// Equal reports whether k and o are the same value, or both unknown.
func (k Known[T]) Equal(o Known[T]) bool { return k == o }

// String returns the value as fmt prints it, or "unknown".
func (k Known[T]) String() string {
	if !k.known {
		return "unknown"
	}
	return fmt.Sprint(k.value)
}

// MarshalJSON writes the value itself, or null for unknown.
func (k Known[T]) MarshalJSON() ([]byte, error) {
	if !k.known {
		return []byte("null"), nil
	}
	return json.Marshal(k.value)
}

// UnmarshalJSON reads what [Known.MarshalJSON] writes. What cannot be read is
// unknown, and [ErrInvalid].
func (k *Known[T]) UnmarshalJSON(data []byte) error {
	*k = Known[T]{}
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		return nil
	}
	var v T
	switch err := json.Unmarshal(data, &v); {
	case errors.Is(err, ErrInvalid):
		return err
	case err != nil: // the decoder's own error may quote the value
		return invalidValue("value", Malformed, fmt.Sprintf("cannot be read as %T", v))
	}
	*k = Know(v)
	return nil
}

// MarshalText writes the value as text, and nothing for unknown. It fails for a
// known empty text, which would read as unknown, and for a T that is neither a
// number, a string nor a bool and has no text form of its own.
func (k Known[T]) MarshalText() ([]byte, error) {
	if !k.known {
		return []byte{}, nil
	}
	text, ok, err := column.AppendText(k.value)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, invalidValue("value", Unsupported, fmt.Sprintf("of type %T has no form as text", k.value))
	case len(text) == 0:
		return nil, invalidValue("value", Unsupported, "is known and empty, which as text is the same as unknown")
	}
	return text, nil
}

// UnmarshalText reads what MarshalText writes.
func (k *Known[T]) UnmarshalText(text []byte) error {
	*k = Known[T]{}
	if len(text) == 0 {
		return nil
	}
	var v T
	ok, err := column.ReadText(&v, text)
	if err != nil {
		return err
	}
	if !ok {
		return invalidValue("value", Malformed, fmt.Sprintf("cannot be read as %T", v))
	}
	*k = Know(v)
	return nil
}

// Value implements [driver.Valuer]: that of the value itself, and NULL for unknown.
func (k Known[T]) Value() (driver.Value, error) {
	if !k.known {
		return nil, nil //nolint:nilnil // driver.Valuer calls NULL so
	}
	if v, ok := any(k.value).(driver.Valuer); ok {
		return v.Value()
	}
	return driver.DefaultParameterConverter.ConvertValue(k.value)
}

// Scan implements sql.Scanner: it reads what T reads, and NULL as unknown.
func (k *Known[T]) Scan(src any) error {
	var v sql.Null[T]
	err := v.Scan(src)
	*k = Known[T]{}
	switch {
	case errors.Is(err, ErrInvalid):
		return err
	case err != nil: // its own words may quote the value
		return invalidValue("value", Malformed, fmt.Sprintf("cannot be read as %T", v.V))
	case v.Valid:
		*k = Know(v.V)
	}
	return nil
}

// MarshalBinary writes what [Known.MarshalJSON] does; package encoding/gob uses it.
func (k Known[T]) MarshalBinary() ([]byte, error) { return k.MarshalJSON() }

// UnmarshalBinary reads what MarshalBinary writes.
func (k *Known[T]) UnmarshalBinary(data []byte) error { return k.UnmarshalJSON(data) }
