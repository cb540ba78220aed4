package storetest

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// errorMutants report what did not happen, or do not report what did.
func errorMutants() (ms []mutant) {
	for name, match := range map[string]error{"conflicts": sp.ErrConflict, "records that exist": sp.ErrExists, "what is invalid": sp.ErrInvalid, "the end of the context": context.Canceled} {
		for what, to := range map[string]error{"nothing": nil, "a fault": errors.New("failed"), "a lost answer": store.ErrOutcomeUnknown, "a missing record": sp.ErrNotFound} {
			ms = append(ms, mutant{"commits report " + name + " as " + what, committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
				err := d.Commit(ctx, b)
				if errors.Is(err, match) {
					return to
				}
				return err
			}), []string{"StaleUpdate", "CreateTwice", "RefusedBatch", "Cancel"}})
		}
	}
	for name, match := range map[string]error{"missing records": sp.ErrNotFound, "what is invalid": sp.ErrInvalid, "the end of the context": context.Canceled} {
		for what, to := range map[string]error{"nothing": nil, "a fault": errors.New("failed")} {
			swap := func(err error) error {
				if errors.Is(err, match) {
					return to
				}
				return err
			}
			ms = append(ms, mutant{"Get reports " + name + " as " + what, getting(func(d store.Driver, ctx context.Context, k store.Key) (store.Record, error) {
				r, err := d.Get(ctx, k)
				return r, swap(err)
			}), []string{"GetMissing", "RefusedKey", "Cancel"}})
			if errors.Is(match, sp.ErrNotFound) {
				continue
			}
			ms = append(ms, mutant{"Scan reports " + name + " as " + what, scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
				return reported(d.Scan(ctx, q), swap)
			}), []string{"RefusedKey", "Cancel"}},
				mutant{"Log reports " + name + " as " + what, logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
					return reported(d.Log(ctx, tenant, after), swap)
				}), []string{"RefusedKey", "Cancel"}})
		}
	}
	for name, commit := range map[string]func(d store.Driver, ctx context.Context, b store.Batch) error{
		"that happened says cancelled": func(d store.Driver, ctx context.Context, b store.Batch) error {
			if err := d.Commit(ctx, b); err != nil {
				return err
			}
			return ctx.Err()
		},
		"is not told of its context once it has begun, and says cancelled": func(d store.Driver, ctx context.Context, b store.Batch) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			runtime.Gosched()
			err := d.Commit(context.WithoutCancel(ctx), b)
			return cmp.Or(ctx.Err(), err)
		},
		"goes on behind the back of whoever cancelled it": func(d store.Driver, ctx context.Context, b store.Batch) error {
			done := make(chan error, 1)
			b = store.Batch{Puts: slices.Clone(b.Puts), Deletes: slices.Clone(b.Deletes), Events: slices.Clone(b.Events)}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			go func() { done <- d.Commit(context.WithoutCancel(ctx), b) }()
			select {
			case err := <-done:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		"that is cancelled after its puts keeps them": func(d store.Driver, ctx context.Context, b store.Batch) error {
			if b.Check() != nil || len(b.Puts) == 0 || len(b.Deletes) > 0 {
				return d.Commit(ctx, b)
			}
			if err := d.Commit(ctx, store.Batch{Puts: b.Puts}); err != nil {
				return err
			}
			return d.Commit(ctx, store.Batch{Events: b.Events})
		},
	} {
		ms = append(ms, mutant{"a commit " + name, committing(commit), []string{"CancelInCommit"}})
	}
	return ms
}

func reported[T any](seq iter.Seq2[T, error], swap func(error) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			if err != nil {
				if err = swap(err); err == nil {
					return
				}
			}
			if !yield(v, err) {
				return
			}
		}
	}
}
