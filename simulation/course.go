package simulation

import (
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/simulation/queue"
)

// answer is the provider's yes or no.
func (r *run) answer(slot int32) {
	c := &r.people[slot]
	p, o := &c.placed, &r.supply[c.placed.supply]
	full := !p.holds && o.free() <= 0
	if full || !r.is(r.s.Way.Accepts, c, forReply+uint64(p.courses)) {
		why := reason.ServiceDeclined
		if full {
			why = reason.NoCapacity
			o.full++
			p.full = append(p.full, p.supply)
		} else {
			p.refused = append(p.refused, p.supply)
			r.spent(c)
		}
		r.log.placement(r, c, placement.Declined{Reason: reason.Because(why), About: r.about(c)})
		o.seen.no(full, r.log.time(r.now))
		r.giveBack(p)
		r.look(slot)
		return
	}
	r.hold(p)
	r.spent(c)
	o.seen.yes(r.log.time(r.now))
	if !p.accepted {
		p.accepted = true
		r.of(c).Accepted++
		r.of(c).ToPlace.add(r.now - p.since)
	}
	p.turn(going)
	r.log.placement(r, c, placement.Accepted{})
	if r.s.Supply[p.supply].Least > 1 {
		r.gather(slot)
		return
	}
	in := queue.Time(0)
	if every := queue.Time(r.s.Supply[p.supply].Starts) * day; every > 0 {
		in = (every - r.now%every) % every
	}
	r.planSession(slot, max(day, in))
}

// planSession arranges the next session of a course.
func (r *run) planSession(slot int32, in queue.Time) {
	c := &r.people[slot]
	c.placed.sessions++
	if s := &r.s.Supply[c.placed.supply]; c.placed.sessions > 1 || s.Starts == 0 && s.Least <= 1 {
		if told, is := r.recorded(c, forSessionDay+sessionDraw(c.placed.courses, c.placed.sessions)); is {
			in = queue.Time(told)
		} else if c.known != nil {
			in = max(in, c.known.beyond[forSessionDay+sessionDraw(c.placed.courses, c.placed.sessions)])
		}
	}
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
	if r.is(r.s.Way.Attendance.of(c), c, forCourse+sessionDraw(p.courses, p.sessions)) {
		r.of(c).Attended++
		r.log.session(r, c, session.Attended{Minutes: 60})
		p.missed = 0
		if p.came++; p.came == 1 {
			r.log.placement(r, c, placement.Started{})
			r.supply[p.supply].begun++
			if !p.begun {
				p.begun = true
				r.of(c).Begun++
			}
		}
	} else {
		p.missed++
		r.log.session(r, c, session.Missed{Cause: session.UnknownCause})
	}
	switch r.ends(c) {
	case leavesCourse:
		r.of(c).Left++
		r.stop(slot, reason.PersonsChoice)
	case goesOn:
		r.planSession(slot, queue.Time(s.Gap)*day)
	case finishes:
		r.complete(slot)
	}
}

// of returns how likely somebody comes to a session.
func (a Attendance) of(c *client) float64 {
	p := &c.placed
	weeks, tens := float64(p.waited)/float64(week), float64(p.minutes)/10
	share := a.Base - float64(a.PerWeekWaited*weeks) - float64(a.PerTenMinutes*tens) - float64(a.PerTenPounds*(float64(p.pence)/1000))
	if c.mode != "" && p.mode != c.mode {
		share -= a.OtherMode
	}
	if p.cutOnce {
		share -= a.AfterCut
	}
	return share
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
	r.help(c)
	r.of(c).Finished++
	if p.met = r.is(r.s.Way.Met, c, forMet); p.met {
		r.of(c).Met++
	}
	r.log.placement(r, c, placement.Completed{Result: p.result(), About: r.about(c)})
	p.turn(over)
	r.giveBack(p)
	r.closeIfDone(slot)
}
