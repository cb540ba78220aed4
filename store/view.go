package store

import (
	"context"
	"errors"
	"iter"
	"sync"
)

// A View is what was made of a whole log, such as the figures of a board: it is made anew
// once the log has gone on, or the database was restored from a backup, and not each time that somebody looks. Those who look at the same
// moment wait for one of them to make it. The zero View has made nothing yet; it is safe for
// use by any number of goroutines, is for one tenant, and keeps what it made for as long as
// it is kept itself.
//
//	var figures store.View[Figures]
//	f, err := figures.Of(ctx, scheme, today.String(), func(log iter.Seq2[store.RecordedEvent, error]) (Figures, error) {
//		return count(log, today)
//	})
type View[T any] struct {
	mu    sync.Mutex
	made  bool
	as    string
	upTo  Position
	value T
}

// Of returns what a function makes of the log of d, which it may read as often as it likes.
// The text as names whatever else it depends on, such as today's date: where that differs from
// the last call, the result is made anew. What shares memory with the result is shared by all
// who ask. Nothing is kept of a function that fails.
func (v *View[T]) Of(ctx context.Context, d Driver, as string, f func(log iter.Seq2[RecordedEvent, error]) (T, error)) (T, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.made && v.as == as {
		gone, err := v.gone(ctx, d)
		if err != nil || !gone {
			return v.value, err
		}
	}
	var passes int
	var upTo Position
	value, err := f(func(yield func(RecordedEvent, error) bool) {
		passes++
		for e, err := range d.Log(ctx, "", "") {
			if err == nil && passes == 1 { // what a later pass sees besides has not been seen by all
				upTo = e.Position
			}
			if !yield(e, err) {
				return
			}
		}
	})
	if err != nil {
		return value, err
	}
	v.made, v.as, v.upTo, v.value = true, as, upTo, value
	return value, nil
}

// gone reports whether the log has gone on since, or is another by now: that of a backup.
func (v *View[T]) gone(ctx context.Context, d Driver) (bool, error) {
	for _, err := range d.Log(ctx, "", v.upTo) {
		if _, restored := errors.AsType[*RestoredError](err); restored {
			return true, nil
		}
		return err == nil, err
	}
	return false, nil
}
