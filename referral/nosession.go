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
	return fmt.Sprintf("referral: close %s: no session was attended of what was proposed for %v: it is not met, or it is to be stated by what else it was met", e.Referral, e.Needs)
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
		proposed, helped := false, false
		for _, p := range c.Placements {
			if p.State() != placement.StateInError && slices.Contains(p.Needs(), n) {
				proposed, helped = true, helped || c.helped(p)
			}
		}
		if proposed && !helped {
			refused.Needs = append(refused.Needs, n)
		}
	}
	if len(refused.Needs) > 0 {
		return refused
	}
	return nil
}

// helped reports whether a placement can have met what it was for: somebody came to a
// session of it, or it is a signpost or a self-referral, of which nobody keeps a list.
func (c *Case) helped(p *placement.Placement) bool {
	if level := p.Sent().Level; level == placement.Signpost || level == placement.SelfReferral {
		return true
	}
	return slices.ContainsFunc(c.SessionsOf(p.ID()), func(x *session.Session) bool { return x.State() == session.StateAttended })
}
