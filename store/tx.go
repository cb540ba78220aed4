package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/socialprescribing/sp"
)

// ErrStale says that an aggregate may differ from what is stored: it was saved or
// loaded within a transaction that failed, or may have failed. It accepts no
// command and cannot be saved; load it again. The error is [sp.ErrConflict], so
// [Retry] loads it again.
var ErrStale = fmt.Errorf("may differ from what is stored, as its transaction failed or may have failed: load it again: %w", sp.ErrConflict)

// ErrAgain says that others were faster, and that all is to be loaded and decided
// again. A transaction of [InTx] fails with it, and a function that [Retry] runs may
// return it, where somebody has just created what it did not find. It is
// [sp.ErrConflict].
var ErrAgain = fmt.Errorf("others were faster, load and decide again: %w", sp.ErrConflict)

// InTx calls f with a driver that is d within a transaction of its database. If f
// returns nil, InTx commits; if f fails or panics, or ctx ends meanwhile, it
// rolls back. If the answer to the commit is lost, the error is
// [ErrOutcomeUnknown]. All that f has to observe is to use the context and the
// driver that it is given.
//
// Unless the commit certainly succeeded, every aggregate that was saved or loaded
// through that driver, by [Save], [Load] or [Select], becomes stale: see
// [ErrStale]. So an aggregate is either as stored or stale. Aggregates that were
// only loaded become stale too, since they may hold what was rolled back.
//
// The backends have an InTx of their own, which gives f the transaction of their
// library as well, for one's own tables. What others have changed meanwhile is
// [ErrAgain], from a call within f or from InTx, so put [Retry] around it. Events
// that f saves may or may not be met by [Driver.Log] within it.
//
// A transaction is for one goroutine. It is [sp.ErrInvalid] to begin one within
// another, to use the driver after the end or with another context, and to use d
// itself within f, which on some databases would wait for ever for the transaction
// around it. A driver that has no transactions, or a wrapper around one that is no
// [Wrapper], is [errors.ErrUnsupported].
func InTx(ctx context.Context, d Driver, f func(ctx context.Context, in Driver) error) error {
	if ctx.Value(inside{}) != nil {
		return fmt.Errorf("store: a transaction within a transaction: %w", sp.ErrInvalid)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	var t transaction
	in, err := t.begin(ctx, given(d))
	if err != nil {
		return err
	}
	defer t.end(ctx) // also if f panics
	if err := f(context.WithValue(ctx, inside{}, &t), in); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return t.commit(ctx)
}

// A Tx is a driver within a transaction, for [InTx] alone. [Save] refuses to save
// through one directly, since an aggregate would count as saved although the
// transaction may still be rolled back. Either Confirm or Abandon is called,
// once, and releases everything.
type Tx interface {
	Driver

	// Confirm commits. The error is [ErrOutcomeUnknown] unless the database has
	// certainly not committed, and [ErrAgain] if the whole transaction is to be run
	// again.
	Confirm(context.Context) error

	// Abandon rolls back.
	Abandon(context.Context)

	// Of returns the driver that began it.
	Of() Driver
}

// A Beginner is a driver that has transactions. Each of its own methods first
// calls [Outside].
type Beginner interface {
	Driver

	// Begin begins a transaction that can write.
	Begin(context.Context) (Tx, error)
}

// A Wrapper is a driver that wraps another one. It returns the driver that it
// wraps, and can wrap another in the same way, which [InTx] needs for the driver
// of a transaction. All wrapping drivers of this module are Wrappers.
type Wrapper interface {
	Driver

	// Below returns the driver that is wrapped.
	Below() Driver

	// Over returns the same wrapper over another driver.
	Over(Driver) Driver
}

// A Confirmer is a Wrapper that takes part in the commit of a transaction, such
// as an observer. Its Confirm is called to commit, and must call the function
// confirm, which commits.
type Confirmer interface {
	Confirm(ctx context.Context, confirm func(context.Context) error) error
}

// Base returns the driver below all wrappers; within a transaction it is a [Tx], by
// which a backend finds its own handle.
func Base(d Driver) Driver {
	for {
		switch w := d.(type) {
		case *joined:
			return w.tx
		case Wrapper:
			d = w.Below()
		default:
			return d
		}
	}
}

// direct reports whether d is a transaction that was not given by InTx.
func direct(d Driver) bool {
	for {
		switch w := d.(type) {
		case *joined:
			return false
		case Tx:
			return true
		case Wrapper:
			d = w.Below()
		default:
			return false
		}
	}
}

// Outside returns an error that is [sp.ErrInvalid] if ctx is that of a transaction
// which d has begun: a call of d itself would not be part of it, and may wait for
// ever for its end.
func Outside(ctx context.Context, d Beginner) error {
	if t, ok := ctx.Value(inside{}).(*transaction); ok && same(t.tx.Of(), d) {
		return fmt.Errorf("store: within a transaction use the driver that InTx gave: %w", sp.ErrInvalid)
	}
	return nil
}

// same reports whether two drivers are one.
func same(a, b Driver) bool { return reflect.TypeOf(a).Comparable() && a == b }

// inside is the key under which the context within a transaction holds it.
type inside struct{}

// A transaction is what InTx knows of one.
type transaction struct {
	tx      Tx
	confirm func(context.Context) error

	mu      sync.Mutex
	over    bool    // f has returned
	asked   bool    // Tx.Confirm was called
	certain bool    // and has returned nil
	members []stale // that become stale unless everything went well
}

// begin looks down through wrappers for a driver that has transactions, and puts
// the same wrappers over what it begins.
func (t *transaction) begin(ctx context.Context, d Driver) (Driver, error) {
	switch d := d.(type) {
	case *joined:
		return nil, fmt.Errorf("store: a transaction within a transaction: %w", sp.ErrInvalid)
	case Beginner:
		tx, err := d.Begin(ctx)
		if err != nil {
			return nil, err
		}
		if !same(tx.Of(), d) {
			tx.Abandon(ctx)
			return nil, fmt.Errorf("store: %T embeds what has transactions, which would pass it by: make it a store.Wrapper: %w", d, errors.ErrUnsupported)
		}
		t.tx = tx
		t.confirm = func(ctx context.Context) error {
			t.asked = true
			err := tx.Confirm(ctx)
			t.certain = err == nil
			return err
		}
		return &joined{tx, t}, nil
	case Wrapper:
		below, err := t.begin(ctx, d.Below())
		if err != nil {
			return nil, err
		}
		over := d.Over(below)
		if c, ok := over.(Confirmer); ok {
			confirm := t.confirm
			t.confirm = func(ctx context.Context) error { return c.Confirm(ctx, confirm) }
		}
		return over, nil
	}
	return nil, fmt.Errorf("store: %T has no transactions and is no store.Wrapper over one that has: %w", d, errors.ErrUnsupported)
}

// commit ends the use of the driver and commits. What wrappers make of it does not
// change what is certain.
func (t *transaction) commit(ctx context.Context) error {
	t.mu.Lock()
	t.over = true
	t.mu.Unlock()
	err := t.confirm(ctx)
	if err == nil && !t.certain {
		return fmt.Errorf("store: a wrapper says that it has committed, and the database does not: %w", ErrOutcomeUnknown)
	}
	if err == nil {
		t.members = nil
	}
	return err
}

// end rolls back unless a commit was tried, and makes what has not been committed
// for certain stale.
func (t *transaction) end(ctx context.Context) {
	t.mu.Lock()
	t.over = true
	members := t.members
	t.mu.Unlock()
	if !t.asked {
		t.tx.Abandon(ctx)
	}
	for _, m := range members {
		m.Stale()
	}
}

// A stale can be told that it is.
type stale interface{ Stale() }

// enlist notes that v was saved or loaded within the transaction of ctx, if any.
func enlist(ctx context.Context, v any) {
	t, ok := ctx.Value(inside{}).(*transaction)
	if !ok {
		return
	}
	if v, ok := v.(stale); ok {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.members = append(t.members, v)
	}
}

// loaded enlists v, and refuses a copy of what could become stale.
func loaded[T any](ctx context.Context, v T) error {
	if _, in := ctx.Value(inside{}).(*transaction); !in {
		return nil
	}
	_, whole := any(v).(stale)
	if _, ok := any(&v).(stale); ok && !whole {
		return fmt.Errorf("store: within a transaction a %T is loaded as a pointer, so that it can be told that it is stale: %w", v, sp.ErrInvalid)
	}
	enlist(ctx, v)
	return nil
}
