// Package shelf reads aggregates from a store; the repositories of the pathway share it.
package shelf

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/store"
)

// History reads the history of an aggregate. What happened is not checked again,
// since rules change and the past does not; but a history whose first fact does
// not open one, or not say whose it is, is none.
func History[F store.Fact](r store.Record, decode func(name string, data []byte) (F, error), opens func(F) bool) (store.History[F], error) {
	h, err := store.LoadHistory(r, decode)
	if err != nil {
		return h, err
	}
	for e := range h.All() {
		if opens(e.Fact) {
			return h, nil
		}
		break
	}
	return h, fmt.Errorf("%s: load %s: its history does not begin with whose it is: %w", r.Kind, r.ID, sp.ErrInvalid)
}

// Refused completes the refusal of a command: it is a repetition if the same
// actor did the same before, at the same time, and not if somebody else came first.
func Refused[F store.Fact, S ~string](err error, m pathway.Machine[S], h *store.History[F], s sp.Stamp) error {
	te, ok := errors.AsType[*pathway.TransitionError](err)
	if !ok {
		return err
	}
	s = pathway.Precise(s)
	for e := range h.All() {
		if e.Stamp.By == s.By && e.Stamp.At.Equal(s.At) && slices.ContainsFunc(m.Rules, func(r pathway.Rule[S]) bool {
			return r.Command == te.Command && r.Event == e.Fact.EventType()
		}) {
			te.Repeated = true
		}
	}
	return err
}

// Load returns what read makes of the record of kind and id.
func Load[T any](ctx context.Context, d store.Driver, kind, id string, read func(store.Record) (T, error)) (T, error) {
	r, err := d.Get(ctx, store.Key{Kind: kind, ID: id})
	if err != nil {
		var none T
		return none, fmt.Errorf("%s: load %s: %w", kind, id, err)
	}
	return read(r)
}

// Scan yields what read makes of each record that answers q. The first error is
// the last pair.
func Scan[T any](ctx context.Context, d store.Driver, q store.Query, read func(store.Record) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for r, err := range d.Scan(ctx, q) {
			var v T
			if err == nil {
				v, err = read(r)
			} else {
				err = fmt.Errorf("%s: scan: %w", q.Kind, err)
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// Where collects the exact terms of a query; a term without a value is not asked for.
type Where map[string][]string

// Is asks for one value of a term, unless it is empty.
func (w Where) Is(term, value string) Where {
	if value != "" {
		w[term] = []string{value}
	}
	return w
}

// In asks for one of several values of a term, unless there are none.
func In[S ~string](w Where, term string, values []S) Where {
	for _, v := range values {
		w[term] = append(w[term], string(v))
	}
	return w
}
