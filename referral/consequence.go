package referral

import (
	"fmt"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// EndPlacement ends a placement of the case by a command of its own and calls off
// its sessions that are still to come then, so that nobody stands before a closed
// door. Those whose time has come wait to be marked. If any of it is refused,
// nothing changes; a command that leaves the placement open calls nothing off.
// The error is [sp.ErrNotFound] if the case does not hold the placement.
//
//	err := c.EndPlacement("PL-1", (*placement.Placement).Lapse, stamp)
//	err = c.EndPlacement("PL-2", func(p *placement.Placement, s sp.Stamp) error { return p.Stop(why, s) }, stamp)
func (c *Case) EndPlacement(id placement.ID, end func(*placement.Placement, sp.Stamp) error, s sp.Stamp) error {
	p := c.find(id)
	if p == nil {
		return fmt.Errorf("referral: end placement %s: is not of case %s: %w", id, c.id(), sp.ErrNotFound)
	}
	if err := c.check("end placement"); err != nil {
		return err
	}
	sessions, err := c.toCome(s, func(x session.Plan) bool { return x.Placement == string(id) })
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

// id returns the ID of the referral, if there is one.
func (c *Case) id() ID {
	if c.Referral == nil {
		return "(none)"
	}
	return c.Referral.id
}

// consequence stamps what nobody decides, but follows from what somebody did, for
// something that began at a given time. An end may be heard of late and something
// may have begun since: that ends as soon as it has begun.
func consequence(s sp.Stamp, began time.Time) sp.Stamp {
	s.By.Role = sp.RoleSystem
	if s.At.Before(began) {
		s.At = began
	}
	return s
}

// beganAt returns when something took effect, by its history.
func beganAt[F store.Fact](history iter.Seq[store.Entry[F]]) time.Time {
	for e := range history {
		return e.Stamp.At
	}
	return time.Time{}
}

// endOf returns as of when a placement ended, or the zero time. One that was found
// to be a mistake afterwards had ended before.
func endOf(p *placement.Placement) time.Time {
	for e := range p.History() {
		switch e.Fact.(type) {
		case placement.Declined, placement.Lapsed, placement.Withdrawn, placement.Completed, placement.Stopped, placement.EnteredInError:
			return e.Stamp.At
		}
	}
	return time.Time{}
}

// open returns the open placements, or why one of them cannot be given a command.
func (c *Case) open(command string, s sp.Stamp) ([]*placement.Placement, error) {
	var placements []*placement.Placement
	for _, p := range c.Placements {
		if !p.State().Open() {
			continue
		}
		if err := p.Permits(command, consequence(s, beganAt(p.History()))); err != nil {
			return nil, err
		}
		placements = append(placements, p)
	}
	return placements, nil
}

// toCome returns the planned sessions that are concerned and begin after something
// took effect, or why one of them cannot be called off. Those that have begun by then
// may have been attended, and wait to be marked.
func (c *Case) toCome(s sp.Stamp, concerned func(session.Plan) bool) ([]*session.Session, error) {
	var sessions []*session.Session
	for _, x := range c.Sessions {
		if x.State() != session.StatePlanned || !x.Plan().Start.After(s.At) || !concerned(x.Plan()) {
			continue
		}
		if err := x.Permits("cancel", consequence(s, beganAt(x.History()))); err != nil {
			return nil, err
		}
		sessions = append(sessions, x)
	}
	return sessions, nil
}

func callOff(sessions []*session.Session, why pathway.Reason, s sp.Stamp) error {
	for _, x := range sessions {
		if err := x.Cancel(why, consequence(s, beganAt(x.History()))); err != nil {
			return err
		}
	}
	return nil
}
