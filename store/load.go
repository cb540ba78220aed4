package store

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
)

// Load reads one record and returns it as the function read decodes it, or an
// error that is [sp.ErrNotFound] if there is none. Repositories are written with
// Load and [Select].
func Load[T any](ctx context.Context, d Driver, kind, id string, read func(Record) (T, error)) (T, error) {
	r, err := given(d).Get(ctx, Key{Kind: kind, ID: id})
	if err != nil {
		var none T
		return none, fmt.Errorf("%s: load %s: %w", kind, id, err)
	}
	v, err := read(r)
	if err == nil {
		err = loaded(ctx, v)
	}
	return v, err
}

// OrNew returns fresh where loading failed because there is no such record, and otherwise
// what was loaded and the error: A command that makes an aggregate begins with it, since
// the same request may come twice.
//
//	f, err := funds.Load(ctx, id)
//	return store.OrNew(f, err, NewFund(id, may))
func OrNew[T any](loaded T, err error, fresh T) (T, error) {
	if errors.Is(err, sp.ErrNotFound) {
		return fresh, nil
	}
	return loaded, err
}

// Select yields each record that matches q, as the function read decodes it, in
// the order of [Driver.Scan]. The first error is the last pair.
func Select[T any](ctx context.Context, d Driver, q Query, read func(Record) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for r, err := range given(d).Scan(ctx, q) {
			var v T
			if err == nil {
				if v, err = read(r); err == nil {
					err = loaded(ctx, v)
				}
			} else {
				err = fmt.Errorf("%s: scan: %w", q.Kind, err)
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// Where selects records by exact terms: for each term that it names, the value of
// the record must be one of those listed.
type Where map[string][]string

// Is adds to w the condition that a term has a value, and returns w. An empty
// value adds none.
func (w Where) Is(term, value string) Where {
	if value != "" {
		w[term] = []string{value}
	}
	return w
}

// In adds to w the condition that a term has one of several values, and returns
// w. Without values it adds none.
func In[S ~string](w Where, term string, values []S) Where {
	for _, v := range values {
		w[term] = append(w[term], string(v))
	}
	return w
}
