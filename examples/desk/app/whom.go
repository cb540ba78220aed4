package app

import (
	"context"
	"errors"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
)

// Whom returns whom a referral or placement is about, or "" where it is not there.
func (d *Desk) Whom(ctx context.Context, id string) (person.ID, error) {
	r, err := d.referrals.Load(ctx, referral.ID(id))
	if err == nil {
		return r.Person(), nil
	}
	p, other := d.placements.Load(ctx, placement.ID(id))
	if other == nil {
		return p.Person(), nil
	}
	if errors.Is(err, sp.ErrNotFound) && errors.Is(other, sp.ErrNotFound) {
		return "", nil
	}
	return "", errors.Join(err, other)
}
