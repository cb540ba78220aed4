package referral

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// EndPlacement ends a placement of the case by a command of its own and calls off
// its sessions that are still to come, so that nobody stands before a closed
// door. Those whose time has come wait to be marked. If any of it is refused,
// nothing changes; a command that leaves the placement open calls nothing off.
// The error is [sp.ErrNotFound] if the case does not hold the placement.
//
//	err := c.EndPlacement("PL-1", (*placement.Placement).Lapse, stamp)
//	err = c.EndPlacement("PL-2", func(p *placement.Placement, s sp.Stamp) error { return p.Stop(why, s) }, stamp)
func (c *Case) EndPlacement(id placement.ID, end func(*placement.Placement, sp.Stamp) error, s sp.Stamp) error {
	i := slices.IndexFunc(c.Placements, func(p *placement.Placement) bool { return p.ID() == id })
	if i < 0 {
		return fmt.Errorf("referral: end placement %s: is not of case %s: %w", id, c.Referral.id, sp.ErrNotFound)
	}
	p := c.Placements[i]
	sessions, err := c.planned(s, func(x session.Plan) bool { return x.Placement == string(id) && x.Start.After(s.At) })
	if err != nil {
		return err
	}
	if err := end(p, s); err != nil || p.State().Open() {
		return err
	}
	why := p.Reason()
	if why.Code == "" { // it was completed
		why = pathway.Because(pathway.NoLongerNeeded)
	}
	return callOff(sessions, why, s)
}

// Decline is the scheme's no.
func (c *Case) Decline(why pathway.Reason, s sp.Stamp) error {
	return c.Referral.decline(why, s, c.unheld())
}

// Reroute passes the referral on to an organisation that can do more.
func (c *Case) Reroute(to directory.ID, why pathway.Reason, s sp.Stamp) error {
	return c.Referral.reroute(to, why, s, c.unheld())
}

// Expire ends a referral on which nobody acted in time.
func (c *Case) Expire(why pathway.Reason, s sp.Stamp) error {
	return c.Referral.expire(why, s, c.unheld())
}

// Close ends the referral with a result, once every placement has ended, and
// calls off the sessions that are still planned.
func (c *Case) Close(result pathway.Result, s sp.Stamp) error {
	return c.wind("withdraw", pathway.Because(pathway.NoLongerNeeded), s, func() error { return c.Referral.close(result, s, c.unended()) })
}

// Withdraw ends the referral at the wish of the person or the referrer, and
// withdraws what is still open.
func (c *Case) Withdraw(why pathway.Reason, s sp.Stamp) error {
	return c.wind("withdraw", why, s, func() error { return c.Referral.withdraw(why, s, c.unheld()) })
}

// GiveUp ends a referral whose person cannot be reached, once the scheme's
// policy is met, and withdraws what is still open.
func (c *Case) GiveUp(policy Unreachable, s sp.Stamp) error {
	return c.wind("withdraw", pathway.Because(pathway.NotReached), s, func() error { return c.Referral.giveUp(policy, s, c.unheld()) })
}

// EnterInError says that the referral and what is still open of it should never
// have been there.
func (c *Case) EnterInError(why pathway.Reason, s sp.Stamp) error {
	return c.wind("enter in error", why, s, func() error { return c.Referral.enterInError(why, s, c.unheld()) })
}

// wind ends the referral and, as a consequence that nobody decides, its open
// placements and planned sessions. If any of it is refused, nothing changes.
func (c *Case) wind(command string, why pathway.Reason, s sp.Stamp, end func() error) error {
	var placements []*placement.Placement
	for _, p := range c.Placements {
		if !p.State().Open() {
			continue
		}
		if err := p.Permits(command, consequence(s)); err != nil {
			return err
		}
		placements = append(placements, p)
	}
	sessions, err := c.planned(s, func(session.Plan) bool { return true })
	if err != nil {
		return err
	}
	if err := end(); err != nil {
		return err
	}
	for _, p := range placements {
		ended := p.Withdraw
		if command == "enter in error" {
			ended = p.EnterInError
		}
		if err := ended(why, consequence(s)); err != nil {
			return err
		}
	}
	return callOff(sessions, why, s)
}

// consequence stamps what nobody decides, but follows from what somebody did.
func consequence(s sp.Stamp) sp.Stamp {
	s.By.Role = sp.RoleSystem
	return s
}

// planned returns the planned sessions that are concerned, or why one of them
// cannot be called off.
func (c *Case) planned(s sp.Stamp, concerned func(session.Plan) bool) ([]*session.Session, error) {
	var sessions []*session.Session
	for _, x := range c.Sessions {
		if x.State() != session.StatePlanned || !concerned(x.Plan()) {
			continue
		}
		if err := x.Permits("cancel", consequence(s)); err != nil {
			return nil, err
		}
		sessions = append(sessions, x)
	}
	return sessions, nil
}

func callOff(sessions []*session.Session, why pathway.Reason, s sp.Stamp) error {
	for _, x := range sessions {
		if err := x.Cancel(why, consequence(s)); err != nil {
			return err
		}
	}
	return nil
}

// unheld is what is missing before the referral may end and take everything with
// it: hand-overs, answers to alerts, and placements of which the case knows nothing.
func (c *Case) unheld() []string {
	known := slices.Clone(c.Missing)
	for _, p := range c.Placements {
		known = append(known, p.ID())
	}
	missing := c.Referral.endable(known...)
	for _, a := range c.Assessments {
		for alert := range a.Alerts() {
			missing = append(missing, fmt.Sprintf("alert %s of assessment %s is answered", alert, a.ID()))
		}
	}
	return missing
}

// unended is what is missing before the referral may end where nothing else ends
// with it: what is unheld, and the end of each placement.
func (c *Case) unended() []string {
	missing := c.unheld()
	for _, p := range c.Placements {
		if p.State().Open() {
			missing = append(missing, hasEnded(p.ID()))
		}
	}
	return missing
}
