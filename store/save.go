package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Change has something to save and knows what: an aggregate, as a rule.
type Change interface {
	// Pending returns what is to be written.
	Pending() (Batch, error)
	// Committed is called once it has been written.
	Committed()
	// Stale is called if it was saved or loaded within a transaction that has failed,
	// or may have: see [InTx]. Commands and Pending then fail with [ErrStale].
	Stale()
}

// Changes are several that are saved as one Change, such as a case with its
// placements and sessions.
type Changes []Change

// Pending returns what all of them are to write, in their order. One that is nil is
// [sp.ErrInvalid].
func (cs Changes) Pending() (Batch, error) {
	var all Batch
	for i, c := range cs {
		if absent(c) {
			return Batch{}, fmt.Errorf("store: save: change %d of %d is nil: %w", i+1, len(cs), sp.ErrInvalid)
		}
		b, err := c.Pending()
		if err != nil {
			return Batch{}, err
		}
		all.Puts = append(all.Puts, b.Puts...)
		all.Deletes = append(all.Deletes, b.Deletes...)
		all.Events = append(all.Events, b.Events...)
	}
	return all, nil
}

// Committed tells each of them that it has been written.
func (cs Changes) Committed() {
	for _, c := range cs {
		c.Committed()
	}
}

// Stale marks each of them as stale.
func (cs Changes) Stale() {
	for _, c := range cs {
		c.Stale()
	}
}

// Save commits the pending changes of all cs in one batch, or of none. Pass each
// of them once. A Change that saves its parts, such as a case of package
// referral, is passed without them. After an error all changes are still pending.
// Within a transaction of [InTx], what follows in it sees them as saved.
func Save(ctx context.Context, d Driver, cs ...Change) error {
	d = given(d)
	b, err := Changes(cs).Pending()
	if err != nil {
		return err
	}
	if b.IsZero() {
		return ctx.Err()
	}
	if direct(d) {
		return fmt.Errorf("store: save: a transaction that InTx did not begin may be rolled back: %w", sp.ErrInvalid)
	}
	if slices.ContainsFunc(b.Puts, func(p Put) bool { return p.Sealed }) && !seals(d) {
		return fmt.Errorf("store: save: a record must be sealed, and nothing between here and the database does; see package seal: %w", sp.ErrInvalid)
	}
	for _, c := range cs {
		enlist(ctx, c)
	}
	if err := d.Commit(ctx, b); err != nil {
		return err
	}
	Changes(cs).Committed()
	return nil
}

// Retry runs f, which loads, decides and saves, until it returns anything but a
// version conflict of a store, at most n times and at least once. Repeated are a
// [*ConflictError] about a version that was expected, [ErrAgain] and [ErrStale]; what f
// itself refuses by [sp.ErrConflict], such as a page that somebody had opened before
// another change, would be refused again. It does not run f again after
// [ErrOutcomeUnknown]: the commit may have succeeded, and a conversation would be noted,
// or money set aside, a second time.
func Retry(ctx context.Context, n int, f func(context.Context) error) (err error) {
	for range max(n, 1) {
		if err = ctx.Err(); err != nil {
			return err
		}
		if err = f(ctx); !overtaken(err) || errors.Is(err, ErrOutcomeUnknown) {
			return err
		}
	}
	return err
}

// overtaken reports whether somebody else was faster, so that whoever loads again
// decides on something else.
func overtaken(err error) bool {
	conflict, ok := errors.AsType[*ConflictError](err)
	return ok && conflict.Want != New || errors.Is(err, ErrAgain) || errors.Is(err, ErrStale)
}

// Page returns up to q.Limit records and the cursor to put into q.After for the
// next page (keyset paging). The cursor is zero if there are no more records.
func Page(ctx context.Context, d Driver, q Query) ([]Record, Cursor, error) {
	limit := q.Limit
	if limit > 0 && limit < math.MaxInt {
		q.Limit++ // one more tells whether there is a next page
	}
	var page []Record
	for r, err := range given(d).Scan(ctx, q) {
		if err != nil {
			return nil, Cursor{}, err
		}
		if limit > 0 && len(page) == limit {
			return page, q.Cursor(page[limit-1]), nil
		}
		page = append(page, r)
	}
	return page, Cursor{}, nil
}
