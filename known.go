package sp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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

// Value returns the value and whether it is known.
func (k Known[T]) Value() (T, bool) { return k.value, k.known }

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
		return invalidValue("value", fmt.Sprintf("cannot be read as %T", v))
	}
	*k = Know(v)
	return nil
}
