package referral

import (
	"fmt"

	"github.com/socialprescribing/sp"
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
	p := c.find(id)
	if p == nil {
		return fmt.Errorf("referral: end placement %s: is not of case %s: %w", id, c.Referral.id, sp.ErrNotFound)
	}
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

// consequence stamps what nobody decides, but follows from what somebody did.
func consequence(s sp.Stamp) sp.Stamp {
	s.By.Role = sp.RoleSystem
	return s
}

// open returns the open placements, or why one of them cannot be given a command.
func (c *Case) open(command string, s sp.Stamp) ([]*placement.Placement, error) {
	var placements []*placement.Placement
	for _, p := range c.Placements {
		if !p.State().Open() {
			continue
		}
		if err := p.Permits(command, consequence(s)); err != nil {
			return nil, err
		}
		placements = append(placements, p)
	}
	return placements, nil
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
