package person

import (
	"bytes"
	"encoding/json"
)

// Known is a value that may not be known: an age, a ceiling, a number of
// minutes. The zero Known is unknown, which is never the same as zero: a person
// who can pay nothing differs from one whom nobody has asked.
type Known[T any] struct {
	Value T
	Known bool
}

// Know returns v as a known value.
//
//	person.Profile{Age: person.Know(person.Years(67)), Ceiling: person.Know(sp.Pounds(5))}
func Know[T any](v T) Known[T] { return Known[T]{Value: v, Known: true} }

// IsZero reports whether k is unknown.
func (k Known[T]) IsZero() bool { return !k.Known }

// MarshalJSON writes the value itself, or null for unknown.
func (k Known[T]) MarshalJSON() ([]byte, error) {
	if !k.Known {
		return []byte("null"), nil
	}
	return json.Marshal(k.Value)
}

// UnmarshalJSON reads what [Known.MarshalJSON] writes.
func (k *Known[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		*k = Known[T]{}
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*k = Know(v)
	return nil
}
