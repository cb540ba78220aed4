package simulation

import (
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/simulation/queue"
)

// planSession arranges the next session of a course.
func (r *run) planSession(slot int32, in queue.Time) {
	c := &r.people[slot]
	c.placed.sessions++
	r.log.session(r, c, session.Planned{
		Placement: c.placementID(), Referral: referral.ID(c.id("R")), Person: c.person(),
		Provider: r.s.Supply[c.placed.supply].provider(), Step: session.Group, Start: r.log.time(r.now + in),
	})
	r.planPlace(slot, meets, in)
}

// meet is a session, to which the person comes or not.
func (r *run) meet(slot int32) {
	c := &r.people[slot]
	p, s := &c.placed, &r.s.Supply[c.placed.supply]
	r.of(c).Sessions++
	if r.is(r.s.Way.Attendance.of(p), c, forCourse+uint64(p.courses&63)<<6+uint64(min(p.sessions, 63))) {
		r.of(c).Attended++
		r.log.session(r, c, session.Attended{Minutes: 60})
		p.missed = 0
		if p.came++; p.came == 1 {
			r.log.placement(r, c, placement.Started{})
			if !p.begun {
				p.begun = true
				r.of(c).Begun++
			}
		}
	} else {
		p.missed++
		r.log.session(r, c, session.Missed{Cause: session.UnknownCause})
	}
	switch stop := r.s.Way.StopAfter; {
	case stop > 0 && p.missed >= stop:
		r.of(c).Left++
		r.stop(slot, reason.PersonsChoice)
	case p.sessions < s.Sessions:
		r.planSession(slot, queue.Time(s.Gap)*day)
	case p.came == 0: // nobody can finish what they have not begun
		r.of(c).Left++
		r.stop(slot, reason.PersonsChoice)
	default:
		r.complete(slot)
	}
}

// of returns how likely somebody comes to a session.
func (a Attendance) of(p *place) float64 {
	weeks, tens := float64(p.waited)/float64(week), float64(p.minutes)/10
	return a.Base - float64(a.PerWeekWaited*weeks) - float64(a.PerTenMinutes*tens)
}

// stop ends a course before its end, for good.
func (r *run) stop(slot int32, why string) {
	c := &r.people[slot]
	r.log.placement(r, c, placement.Stopped{Reason: reason.Because(why), About: r.about(c)})
	c.placed.turn(over)
	r.giveBack(&c.placed)
	r.closeIfDone(slot)
}

// complete is the end of a course.
func (r *run) complete(slot int32) {
	c := &r.people[slot]
	p := &c.placed
	p.finished = true
	r.of(c).Finished++
	if p.met = r.is(r.s.Way.Met, c, forMet); p.met {
		r.of(c).Met++
	}
	r.log.placement(r, c, placement.Completed{Result: p.result(), About: r.about(c)})
	p.turn(over)
	r.giveBack(p)
	r.closeIfDone(slot)
}
