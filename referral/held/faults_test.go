package held_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/storetest"
)

// A read that failed unseen would look like a place that nobody holds.
func TestBookAndKeeperFailWithEachCallOfTheStoreThatFails(t *testing.T) {
	type act func(context.Context, store.Driver, *referral.Case, *placement.Placement) error
	ended := func(p *placement.Placement) error { return p.Decline(reason.Because(reason.PersonsChoice), worker(6)) }
	for name, do := range map[string]act{
		"a place is held longer": func(ctx context.Context, db store.Driver, _ *referral.Case, p *placement.Placement) error {
			return held.NewBook(db).Hold(ctx, p, p.Sent().ReplyBy.AddDate(0, 0, 9), worker(6))
		},
		"a book is settled": func(ctx context.Context, db store.Driver, c *referral.Case, p *placement.Placement) error {
			if err := ended(p); err != nil {
				return err
			}
			return held.NewBook(db).Settle(ctx, p)
		},
		"a case is saved with its book": func(ctx context.Context, db store.Driver, c *referral.Case, p *placement.Placement) error {
			if err := ended(p); err != nil {
				return err
			}
			return held.Save(ctx, db, c)
		},
		"a keeper watches": func(ctx context.Context, db store.Driver, c *referral.Case, p *placement.Placement) error {
			if err := ended(p); err != nil {
				return err
			}
			return store.Save(ctx, held.Keeper(db), c)
		},
		"somebody is erased": func(ctx context.Context, db store.Driver, _ *referral.Case, p *placement.Placement) error {
			book := held.NewBook(db)
			if err := book.Erase(ctx, db, p.Person(), worker(6)); err != nil {
				return err
			}
			return store.Save(ctx, db, book)
		},
		"what was forgotten is looked for": func(ctx context.Context, db store.Driver, _ *referral.Case, _ *placement.Placement) error {
			for _, err := range held.Forgotten(ctx, db) {
				if err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			failed := 0
			for n := 1; ; n++ {
				below, c, p := opened(t)
				reached := false
				db := storetest.Faulty(below,
					storetest.Fault{Nth: n, Do: func() { reached = true }},
					storetest.Fault{Nth: n})
				err := do(t.Context(), db, c, p)
				if !reached {
					require.NoError(t, err)
					break
				}
				failed++
				require.ErrorIs(t, err, storetest.ErrInjected, "call %d", n)
				require.Equal(t, 1, room(t, below).Held, "call %d", n)
			}
			require.Positive(t, failed)
		})
	}
}

func TestBookHoldsForOpenPlacementsAlone(t *testing.T) {
	db, _, p := opened(t)
	require.ErrorIs(t, held.NewBook(db).Hold(t.Context(), nil, p.Sent().ReplyBy, worker(6)), sp.ErrInvalid)
	require.ErrorIs(t, new(held.Book).Hold(t.Context(), p, p.Sent().ReplyBy, worker(6)), sp.ErrInvalid, "a book of no store")
	require.NoError(t, p.Decline(reason.Because(reason.PersonsChoice), worker(6)))
	require.ErrorIs(t, held.NewBook(db).Hold(t.Context(), p, p.Sent().ReplyBy, worker(7)), sp.ErrInvalid)
}
