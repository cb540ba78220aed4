package referraltest

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/transition"
)

// Receive returns a new referral by the ID of a submission, or why it is refused.
func Receive(a referral.Submission, may transition.Authorizer, s sp.Stamp) (*referral.Referral, error) {
	r := referral.New(a.ID, may)
	if err := r.Receive(a, s); err != nil {
		return nil, err
	}
	return r, nil
}

// Propose returns a new placement by the ID of a proposal, or why it is refused.
func Propose(a placement.Proposal, may transition.Authorizer, s sp.Stamp) (*placement.Placement, error) {
	p := placement.New(a.ID, may)
	if err := p.Propose(a, s); err != nil {
		return nil, err
	}
	return p, nil
}

// Schedule returns a new session, or why it is refused.
func Schedule(id session.ID, plan session.Plan, may transition.Authorizer, s sp.Stamp) (*session.Session, error) {
	x := session.New(id, may)
	if err := x.Schedule(plan, s); err != nil {
		return nil, err
	}
	return x, nil
}

// PlanSession returns a new session that a placement plans, or why it is refused.
func PlanSession(p *placement.Placement, id session.ID, start time.Time, s sp.Stamp) (*session.Session, error) {
	x := session.New(id, AllowAll{})
	if err := p.PlanSession(x, start, s); err != nil {
		return nil, err
	}
	return x, nil
}
