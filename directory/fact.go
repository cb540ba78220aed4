package directory

import (
	"bytes"
	"encoding/json"

	"github.com/socialprescribing/sp"
)

// Stated is a value that a feed may or may not state. The zero Stated states
// nothing, which is not the same as a stated zero: "no places left" is
// State(0), and no word about places is Stated[int]{}.
type Stated[T comparable] struct {
	value  T
	stated bool
}

// State returns v as a stated value.
func State[T comparable](v T) Stated[T] { return Stated[T]{v, true} }

// Value returns the value and whether it is stated.
func (s Stated[T]) Value() (T, bool) { return s.value, s.stated }

// Or returns the value, or v if none is stated.
func (s Stated[T]) Or(v T) T {
	if s.stated {
		return s.value
	}
	return v
}

// IsZero reports whether nothing is stated.
func (s Stated[T]) IsZero() bool { return !s.stated }

// Equal reports whether s and o state the same, or both nothing.
func (s Stated[T]) Equal(o Stated[T]) bool { return s == o }

// MarshalJSON writes the value, or null.
func (s Stated[T]) MarshalJSON() ([]byte, error) {
	if !s.stated {
		return []byte("null"), nil
	}
	return json.Marshal(s.value)
}

// UnmarshalJSON reads what [Stated.MarshalJSON] writes.
func (s *Stated[T]) UnmarshalJSON(data []byte) error {
	*s = Stated[T]{}
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*s = State(v)
	return nil
}

// Truths answers many yes-or-no questions of one sort, such as which languages
// are spoken. What it does not mention is unknown, so indexing it is safe:
//
//	o.Access[directory.StepFree] // unknown unless the feed says so
//
// The nil Truths knows nothing.
type Truths[K ~string] map[K]sp.Truth

// Any is Yes if one of keys is, No if all of them are, and otherwise Unknown.
// Of no keys it is No.
func (t Truths[K]) Any(keys ...K) sp.Truth {
	answer := sp.No
	for _, k := range keys {
		answer = answer.Or(t[k])
	}
	return answer
}

// All is Yes if all of keys are, No if one of them is, and otherwise Unknown.
// Of no keys it is Yes.
func (t Truths[K]) All(keys ...K) sp.Truth {
	answer := sp.Yes
	for _, k := range keys {
		answer = answer.And(t[k])
	}
	return answer
}

// Extra holds the fields of a record that this package has no place for, as the
// feed wrote them, so that an import loses nothing.
type Extra map[string]json.RawMessage
