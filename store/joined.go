package store

import (
	"context"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
)

// joined is the driver that InTx gives. It refuses calls by which the transaction
// would not learn of an aggregate: those with another context, and those after its
// end. So no wrapper, not even a foreign one that hides what it wraps, can make Save
// believe that it has saved.
type joined struct {
	tx Tx
	t  *transaction
}

func (j *joined) check(ctx context.Context) error {
	j.t.mu.Lock()
	over := j.t.over
	j.t.mu.Unlock()
	if over {
		return fmt.Errorf("store: the transaction has ended: %w", sp.ErrInvalid)
	}
	if ctx.Value(inside{}) != j.t {
		return fmt.Errorf("store: within a transaction use the context that InTx gave: %w", sp.ErrInvalid)
	}
	return nil
}

func (j *joined) Get(ctx context.Context, k Key) (Record, error) {
	if err := j.check(ctx); err != nil {
		return Record{}, err
	}
	return j.tx.Get(ctx, k)
}

func (j *joined) Commit(ctx context.Context, b Batch) error {
	if err := j.check(ctx); err != nil {
		return err
	}
	return j.tx.Commit(ctx, b)
}

func (j *joined) Scan(ctx context.Context, q Query) iter.Seq2[Record, error] {
	return checked(ctx, j, j.tx.Scan(ctx, q))
}

func (j *joined) Log(ctx context.Context, tenant string, after Position) iter.Seq2[RecordedEvent, error] {
	return checked(ctx, j, j.tx.Log(ctx, tenant, after))
}

// checked is seq as long as the transaction lasts.
func checked[T any](ctx context.Context, j *joined, seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if err := j.check(ctx); err != nil {
			var none T
			yield(none, err)
			return
		}
		seq(yield)
	}
}
