package app

import (
	"context"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// Attempted is how somebody was tried to be reached in vain.
type Attempted struct {
	Channel person.Channel `json:"channel" validate:"required,max=40"`
}

// Attempt records that somebody tried to reach a person in vain.
func (d *Desk) Attempt(ctx context.Context, a Acting, id referral.ID, in Attempted) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		return nil, c.Referral.Attempt(in.Channel, s)
	})
}

// An Ending is how a referral ends: with what came of it, or why it ends before: declined by
// the scheme before the first conversation, withdrawn by whoever is of another mind later.
type Ending struct {
	Result needs.Result  `json:"result"`
	Why    reason.Reason `json:"why"` // empty where it was closed with a result
}

// End ends a referral, and tells whoever sent it by a message back.
func (d *Desk) End(ctx context.Context, a Acting, id referral.ID, how Ending) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		return nil, c.End(how.Result, how.Why, s)
	})
}
