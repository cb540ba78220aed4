package referral

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// A NoSessionError refuses a result that says of a need that it was met, though nobody ever
// came to a session of what was proposed for it. It is [sp.ErrInvalid]. Where it was met by
// something else, [needs.Result].Otherwise says by what.
type NoSessionError struct {
	Referral ID
	Needs    []needs.Code // that are said to be met
}

// Error names the needs.
func (e *NoSessionError) Error() string {
	return fmt.Sprintf("referral: case %s: no session was attended of what was proposed for %v: it is not met, or it is to be stated by what else it was met", e.Referral, e.Needs)
}

// Unwrap returns [sp.ErrInvalid].
func (e *NoSessionError) Unwrap() error { return sp.ErrInvalid }

// shown refuses a result by which something was met that never took place. What was only
// talked about with the link worker may have been met by that.
func (c *Case) shown(result *needs.Result) error {
	if result == nil || result.Otherwise != "" {
		return nil
	}
	refused := &NoSessionError{Referral: c.Referral.id}
	for _, n := range result.Met(c.needs()) {
		if by, proposed := c.metBy(n); proposed && by == "" {
			refused.Needs = append(refused.Needs, n)
		}
	}
	if len(refused.Needs) > 0 {
		return refused
	}
	return nil
}

// metBy returns by what of this case a need can have been met, and whether anything was
// proposed for it at all: by sessions to which somebody came, or by a signpost or a
// self-referral, of which nobody keeps a list.
func (c *Case) metBy(n needs.Code) (by needs.Means, proposed bool) {
	for _, p := range c.Placements {
		if p.State() == placement.StateInError || !slices.Contains(p.Needs(), n) {
			continue
		}
		proposed = true
		if slices.ContainsFunc(c.SessionsOf(p.ID()), func(x *session.Session) bool { return x.State() == session.StateAttended }) {
			return needs.BySessions, true
		}
		if level := p.Sent().Level; level == placement.Signpost || level == placement.SelfReferral {
			by = needs.Unrecorded
		}
	}
	return by, proposed
}

// Resolve ends one need of an assessment of the case with an outcome, as
// [needs.Assessment.Resolve] does, and looks by what it was met where nobody says so: by a
// session, or a signpost. Where something was proposed for it and nobody ever came, it
// fails with a [*NoSessionError]; where nothing was, it is to be said by what else it was
// met. The error is [sp.ErrNotFound] if the case does not hold the assessment.
func (c *Case) Resolve(of needs.AssessmentID, id needs.ID, outcome needs.Outcome, otherwise needs.Means, s sp.Stamp) error {
	if err := c.check("resolve a need"); err != nil {
		return err
	}
	i := slices.IndexFunc(c.Assessments, func(a *needs.Assessment) bool { return a.ID() == of })
	if i < 0 {
		return fmt.Errorf("referral: resolve need %s: assessment %s is not of case %s: %w", id, of, c.id(), sp.ErrNotFound)
	}
	a, by := c.Assessments[i], otherwise
	all := a.Needs()
	at := slices.IndexFunc(all, func(n needs.Need) bool { return n.ID == id })
	if at >= 0 && (outcome == needs.Met || outcome == needs.PartlyMet) && (by == "" || by == needs.BySessions) {
		shown, proposed := c.metBy(all[at].Code)
		if by != "" && shown != by || shown == "" && proposed {
			return &NoSessionError{c.Referral.id, []needs.Code{all[at].Code}}
		}
		by = shown
	}
	return a.Resolve(id, outcome, by, s)
}
