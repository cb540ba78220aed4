package store

import (
	"context"
	"fmt"
	"iter"
)

// Load returns what read makes of a record, or an error that is sp.ErrNotFound if
// there is none. With [Select] it is what a repository is made of.
func Load[T any](ctx context.Context, d Driver, kind, id string, read func(Record) (T, error)) (T, error) {
	r, err := d.Get(ctx, Key{Kind: kind, ID: id})
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

// Select yields what read makes of each record that answers q, in the order of
// [Driver.Scan]. The first error is the last pair.
func Select[T any](ctx context.Context, d Driver, q Query, read func(Record) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for r, err := range d.Scan(ctx, q) {
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

// Where is what records must be: each term named must equal one of its values.
type Where map[string][]string

// Is asks that a term has a value; an empty value is not asked for.
func (w Where) Is(term, value string) Where {
	if value != "" {
		w[term] = []string{value}
	}
	return w
}

// In asks that a term of w has one of several values, unless there are none.
func In[S ~string](w Where, term string, values []S) Where {
	for _, v := range values {
		w[term] = append(w[term], string(v))
	}
	return w
}
