package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// InTx is [store.InTx] over a Store, wrapped or not, for one's own tables in the same
// database: what f writes to tx and what it saves to in are there together, or
// neither is. It is not for f to commit tx or to roll it back. The isolation is
// the default of the database, unless f begins with SET TRANSACTION. Serialization
// failures and deadlocks, of its own statements too, are [store.ErrAgain]: put
// [store.Retry] around it.
func InTx(ctx context.Context, d store.Driver, f func(ctx context.Context, tx pgx.Tx, in store.Driver) error) error {
	err := store.InTx(ctx, d, func(ctx context.Context, in store.Driver) error {
		t, ok := store.Base(in).(*transaction)
		if !ok {
			return fmt.Errorf("postgres: %T is not a driver of this package: %w", store.Base(d), sp.ErrInvalid)
		}
		return f(ctx, t.tx, in)
	})
	if errors.Is(err, store.ErrOutcomeUnknown) {
		return err
	}
	return inTransaction(err)
}

// outside refuses a call with the context of a transaction that s has begun.
func (s *Store) outside(ctx context.Context) error {
	if s.joined {
		return nil
	}
	return store.Outside(ctx, s)
}

// A transaction is a Store within one.
type transaction struct {
	of, in *Store
	tx     pgx.Tx
}

// Begin implements [store.Beginner], for [store.InTx].
func (s *Store) Begin(ctx context.Context) (store.Tx, error) {
	if err := s.outside(ctx); err != nil {
		return nil, err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("postgres: begin: %w", err)
	}
	return &transaction{of: s, in: &Store{db: tx, joined: true, sql: s.sql}, tx: tx}, nil
}

func (t *transaction) Of() store.Driver { return t.of }

func (t *transaction) Confirm(ctx context.Context) error {
	err := confirm(ctx, t.tx)
	if err == nil {
		return nil
	}
	abandon(ctx, t.tx)
	return fmt.Errorf("postgres: confirm: %w", inTransaction(err))
}

func (t *transaction) Abandon(ctx context.Context) { abandon(ctx, t.tx) }

func (t *transaction) Get(ctx context.Context, k store.Key) (store.Record, error) {
	return t.in.Get(ctx, k)
}

func (t *transaction) Commit(ctx context.Context, b store.Batch) error { return t.in.Commit(ctx, b) }

func (t *transaction) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return t.in.Scan(ctx, q)
}

func (t *transaction) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return t.in.Log(ctx, tenant, after)
}
