package referral

import (
	"context"
	"errors"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// Forget prepares that a person is forgotten, and returns everything that changes, to be
// saved in one commit with [store.Save]: their record and their plans are erased, and what
// is open ends, so that no case goes on of somebody whom nobody can reach any more. Open
// referrals are withdrawn with their placements and sessions, follow-ups are called off, and
// questionnaires that are due are no longer asked. Whoever erases other records of theirs,
// such as notes and statements, saves them in the same commit.
//
// It is refused as [Case.Withdraw] is while a concern about their safety is open, or an
// alert waits: somebody has to answer that first. The refusal is for the scheme alone. The
// stamp is that of a link worker. A person who is erased already, or was never registered,
// may have left cases that are open: those end.
func (p *Repository) Forget(ctx context.Context, of person.ID, s sp.Stamp) (store.Changes, error) {
	var changes store.Changes
	why := reason.Because(reason.PermissionWithdrawn)
	var assessments []*needs.Assessment // one of each, since all cases of a person have the same
	for r, err := range p.All(ctx, Query{Person: of}) {
		if err != nil {
			return nil, err
		}
		c, err := p.Case(ctx, r.ID())
		if err != nil {
			return nil, err
		}
		if assessments == nil {
			assessments = c.Assessments
		}
		c.Assessments = assessments
		if c.Referral.State().Open() {
			err = c.Withdraw(why, s)
		} else if !c.Referral.FollowUpDue().IsZero() {
			err = c.Referral.CallOffFollowUp(why, s)
		}
		if err != nil {
			return nil, fmt.Errorf("referral: forget %s: %w", of, err)
		}
		changes = append(changes, c.Referral)
		for _, pl := range c.Placements {
			changes = append(changes, pl)
		}
		for _, x := range c.Sessions {
			changes = append(changes, x)
		}
	}
	theirs := needs.NewRepository(p.db, p.may)
	if assessments == nil {
		for a, err := range theirs.Of(ctx, of) {
			if err != nil {
				return nil, err
			}
			assessments = append(assessments, a)
		}
	}
	for _, a := range assessments {
		for _, x := range a.Series() {
			left := x.Left()
			if len(left) == 0 {
				continue
			}
			if err := a.Skip(x.ID, left, why.Code, s); err != nil {
				return nil, fmt.Errorf("referral: forget %s: %w", of, err)
			}
		}
		changes = append(changes, a)
	}
	for plan, err := range theirs.Plans(ctx, of) {
		if err == nil {
			err = plan.Erase(s)
		}
		if err != nil {
			return nil, fmt.Errorf("referral: forget %s: %w", of, err)
		}
		changes = append(changes, plan)
	}
	record, err := person.NewRepository(p.db).Load(ctx, of)
	switch {
	case errors.Is(err, sp.ErrNotFound):
		return changes, nil
	case err == nil:
		err = record.Erase(s)
	}
	if err != nil {
		return nil, fmt.Errorf("referral: forget %s: %w", of, err)
	}
	return append(changes, record), nil
}
