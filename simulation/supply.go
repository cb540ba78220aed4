package simulation

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/simulation/queue"
)

// An offered is an offer and who has its places.
type offered struct {
	places int
	taken  int
	paid   bool // is there, and paid for
	asked  int
	full   int
	begun  int     // people who came to a session of a course
	seen   *belief // of its service

	formed    bool    // is there since enough wait for it, or was from the first day
	closed    bool    // for good
	gathering []int32 // slots of who waits for the course to begin
	postponed int     // courses that did not begin as there were too few
	crew      crew

	last               queue.Time
	takenArea, allArea int64
}

func (o *offered) free() int {
	if !o.paid {
		return 0
	}
	return o.places - o.taken
}

// room returns how many people an offer may be asked for: as many as it has free places, or
// any number where nobody knows of those.
func (r *run) room(i int) int {
	o := &r.supply[i]
	switch {
	case r.p.Sharing == Live:
		return o.free()
	case !o.paid || r.p.Sharing == Learning && o.seen.HasRoom(r.log.time(r.now), r.o.Match.CapacityLife) == sp.No:
		return 0
	default:
		return max(1, len(r.wishing))
	}
}

func (o *offered) tick(now queue.Time) {
	dt := int64(now - o.last)
	o.last = now
	o.takenArea += dt * int64(o.taken)
	if o.paid {
		o.allArea += dt * int64(max(o.places, o.taken))
	}
}

func (o *offered) take(now queue.Time) {
	o.tick(now)
	o.taken++
}

func (o *offered) give(now queue.Time) {
	o.tick(now)
	o.taken--
}

func (o *offered) result(s *Supply, fee sp.Money, now time.Time) (SupplyResult, error) {
	out := SupplyResult{Offer: string(s.Offer.ID), Asked: o.asked, Full: o.full, Open: int(o.allArea / int64(day)), Begun: o.begun, Postponed: o.postponed, There: o.formed && !o.closed}
	if o.allArea > 0 {
		out.Used = sp.Know(float64(o.takenArea) / float64(o.allArea))
	}
	if v := s.Volunteers; v != nil {
		out.Volunteers, out.Hours = len(o.crew.there), v.Takes*float64(o.takenArea)/float64(week)
	}
	var err error
	if out.Observed, err = o.seen.until(now); err != nil {
		return out, err
	}
	out.Paid, err = fee.Mul(int64(o.begun))
	return out, err
}

// provider returns who runs the offer.
func (s *Supply) provider() directory.ID {
	if s.Offer.Organisation != "" {
		return s.Offer.Organisation
	}
	return s.Offer.Service
}

// on reports whether the offer is paid for on a day.
func (s *Supply) on(d sp.Date) bool {
	return len(s.Funded) == 0 || slices.ContainsFunc(s.Funded, func(f Funded) bool { return f.From <= d && d <= f.Until })
}

// openSupply puts the days on which money begins and ends on the calendar.
func (r *run) openSupply() {
	r.supplyIndex = make(map[directory.ID]int, len(r.s.Supply))
	beliefs, lives := map[directory.ID]*belief{}, map[directory.ID]queue.Time{}
	for i := range r.s.Supply {
		s := &r.s.Supply[i]
		r.supplyIndex[s.Offer.ID] = i
		o := offered{places: s.Places, formed: s.Forms == 0}
		o.paid = o.formed && s.on(r.s.Start)
		if beliefs[s.Offer.Service] == nil {
			beliefs[s.Offer.Service] = &belief{Observed: directory.Observed{Service: s.Offer.Service}}
		}
		o.seen = beliefs[s.Offer.Service]
		o.enlist(s, string(s.Offer.ID))
		r.supply = append(r.supply, o)
		r.planClosure(i, lives)
		if s.Least > 1 && s.Starts > 0 {
			r.cal.Put(queue.Time(s.Starts)*day, late, event{kind: starts, slot: int32(i)})
		}
		for _, f := range s.Funded {
			for _, d := range []sp.Date{f.From, f.Until.Add(1)} {
				if in := d.Sub(r.s.Start); in > 0 {
					r.cal.Put(queue.Time(in)*day, early, event{kind: funded, slot: int32(i)})
				}
			}
		}
	}
}

// fund opens an offer whose money begins, or closes one whose money ends: whoever was there
// or was to come looks for something else.
func (r *run) fund(i int) {
	o := &r.supply[i]
	paid := o.formed && !o.closed && r.s.Supply[i].on(r.s.Start.Add(int(r.now/day)))
	if o.paid == paid {
		return // another contract follows on at once
	}
	o.tick(r.now)
	o.paid = paid
	clear(r.options)
	for slot := range r.people {
		switch c := &r.people[slot]; {
		case c.state == gone || c.placed.stage == none || c.placed.stage == over:
		case c.placed.stage == wishing:
			r.reconsider(int32(slot))
		case !paid && c.placed.supply == i:
			r.cut(int32(slot))
		}
	}
	r.handOut(i)
}

// reconsider gives somebody who waits the options that there are now.
func (r *run) reconsider(slot int32) {
	c := &r.people[slot]
	options, err := r.optionsOf(wish{c.group, c.need})
	if err != nil {
		r.failed = err
		return
	}
	c.placed.options = slices.DeleteFunc(slices.Clone(options), func(o option) bool { return slices.Contains(c.placed.refused, o.supply) })
	r.theirOwn(c, c.placed.options)
	c.placed.next()
}

// cut takes the place of somebody away.
func (r *run) cut(slot int32) {
	c := &r.people[slot]
	p := &c.placed
	r.of(c).Cut++
	r.log.cut(r, c, reason.Because(reason.NoCapacity))
	if p.stage == asked {
		r.supply[p.supply].seen.no(true, r.log.time(r.now))
	}
	r.ungather(slot)
	p.cutOnce = true
	r.letGo(p)
	p.want(r.now)
	r.look(slot)
}
