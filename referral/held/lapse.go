package held

import (
	"context"
	"errors"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// lapseTries is how often an offer is looked at again that somebody answers meanwhile.
const lapseTries = 5

// Lapse ends the offers whose answer was due before s, lets go of their places in the same
// commits, and returns how many. A service calls it from a timer, once a day, say: nothing
// else ends them. An offer that is answered meanwhile stays, and so does one that may not
// lapse, such as on a waiting list.
func Lapse(ctx context.Context, db store.Driver, may transition.Authorizer, s sp.Stamp) (n int, err error) {
	var overdue []*placement.Placement
	for p, err := range placement.NewRepository(db, may).Overdue(ctx, s.At) {
		if err != nil {
			return 0, err
		}
		overdue = append(overdue, p)
	}
	referrals := referral.NewRepository(db, may)
	for _, p := range overdue {
		err := store.Retry(ctx, lapseTries, func(ctx context.Context) error {
			c, err := referrals.Case(ctx, p.Referral())
			if errors.Is(err, sp.ErrNotFound) { // the person was erased since
				return nil
			}
			if err != nil {
				return err
			}
			if now, ok := c.Placement(p.ID()); !ok || now.May(placement.Lapse, s) != nil {
				return nil
			}
			if err := c.EndPlacement(p.ID(), (*placement.Placement).Lapse, s); err != nil {
				return err
			}
			if err := Save(ctx, db, c); err != nil {
				return err
			}
			n++
			return nil
		})
		if err != nil {
			return n, fmt.Errorf("held: lapse %s: %w", p.ID(), err)
		}
	}
	return n, nil
}
