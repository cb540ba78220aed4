package referral

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
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
	of := func(x session.Plan) bool { return x.Placement == id }
	if _, err := c.callOff(reason.Because(reason.NoLongerNeeded), s, of); err != nil {
		return err
	}
	if err := end(p, s); err != nil || p.State().Open() {
		return err
	}
	why := p.Reason()
	if why.Code == "" { // it was completed
		why = reason.Because(reason.NoLongerNeeded)
	}
	off, err := c.callOff(why, s, of)
	for _, record := range off {
		record()
	}
	return err
}

// id returns the ID of the referral, if there is one.
func (c *Case) id() ID {
	if c.Referral == nil {
		return "(none)"
	}
	return c.Referral.id
}

// endOf returns as of when a placement ended, or the zero time. One that was found
// to be a mistake afterwards had ended before.
func endOf(p *placement.Placement) time.Time {
	for e := range p.History() {
		switch e.Event.(type) {
		case placement.Declined, placement.Lapsed, placement.Withdrawn, placement.Completed, placement.Stopped, placement.EnteredInError:
			return e.Stamp.At
		}
	}
	return time.Time{}
}

// callOff prepares to call off the planned sessions that are concerned and begin after
// something took effect. Those that have begun by then may have been attended, and wait
// to be marked.
func (c *Case) callOff(why reason.Reason, s sp.Stamp, concerned func(session.Plan) bool) (records []func(), err error) {
	for _, x := range c.Sessions {
		if x.State() != session.StatePlanned || !x.Plan().Start.After(s.At) || !concerned(x.Plan()) {
			continue
		}
		record, err := x.PrepareCancel(why, s)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}
