package store

import (
	"context"
	"fmt"
	"iter"
	"reflect"

	"github.com/socialprescribing/sp"
)

// given returns d, or a driver that refuses everything where there is none: that of a
// repository which somebody did not make with its function.
func given(d Driver) Driver {
	if d == nil {
		return missing{}
	}
	return d
}

var errMissing = fmt.Errorf("store: there is no driver: %w", sp.ErrInvalid)

type missing struct{}

func (missing) Get(context.Context, Key) (Record, error) { return Record{}, errMissing }
func (missing) Commit(context.Context, Batch) error      { return errMissing }
func (missing) Scan(context.Context, Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) { yield(Record{}, errMissing) }
}

func (missing) Log(context.Context, string, Position) iter.Seq2[RecordedEvent, error] {
	return func(yield func(RecordedEvent, error) bool) { yield(RecordedEvent{}, errMissing) }
}

// absent reports whether there is nothing behind a Change: nil, or the nil pointer that
// a function returned beside its error.
func absent(c Change) bool {
	v := reflect.ValueOf(c)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}
