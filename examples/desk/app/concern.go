package app

import (
	"cmp"
	"context"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/store"
)

// Raise raises a concern about somebody's safety, and asks a team to take it over if one is
// named. Without a name the concern gets one.
func (d *Desk) Raise(ctx context.Context, a Acting, id referral.ID, f referral.Flagged) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		f.Flag = cmp.Or(f.Flag, concern.ID("F-"+s.Key))
		return nil, c.Referral.Raise(f, s)
	})
}

// AskTeam asks one more team to take a concern over.
func (d *Desk) AskTeam(ctx context.Context, a Acting, id referral.ID, o referral.HandOverOffered) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		return nil, c.Referral.OfferHandOver(o.Flag, o.To, s)
	})
}

// HandedOver records that a team has taken a concern over, with the reference that it gave.
// A second worker does, who neither carries it nor has asked the team. Alerts of
// questionnaires that waited for somebody are with that team then too.
func (d *Desk) HandedOver(ctx context.Context, a Acting, id referral.ID, by referral.HandedOver) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		return nil, c.AcceptHandOver(by.Flag, by.To, by.Reference, s)
	})
}

// AnswerConcern records what a team said other than yes: that it refuses, that nobody is
// reached, or that there is nothing to be concerned about.
func (d *Desk) AnswerConcern(ctx context.Context, a Acting, id referral.ID, answer referral.HandOverAnswered) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		return nil, c.Referral.AnswerHandOver(answer, s)
	})
}
