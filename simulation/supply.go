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
	paid   bool
	asked  int
	full   int
	seen   directory.Observed // what a scheme that keeps its answers knows of it

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
	case !o.paid || r.p.Sharing == Learning && o.seen.HasRoom(r.log.time(r.now), 0) == sp.No:
		return 0
	default:
		return max(1, len(r.wishing))
	}
}

// isFull notes an answer that there is no place.
func (o *offered) isFull(at time.Time) {
	o.full++
	o.seen.FullInARow++
	o.seen.FullLast = at
}

func (o *offered) tick(now queue.Time) {
	dt := int64(now - o.last)
	o.last = now
	o.takenArea += dt * int64(o.taken)
	if o.paid {
		o.allArea += dt * int64(o.places)
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

func (o *offered) result(id string) SupplyResult {
	out := SupplyResult{Offer: id, Asked: o.asked, Full: o.full, Open: int(o.allArea / int64(day))}
	if o.allArea > 0 {
		out.Used = sp.Know(float64(o.takenArea) / float64(o.allArea))
	}
	return out
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
	for i := range r.s.Supply {
		s := &r.s.Supply[i]
		r.supplyIndex[s.Offer.ID] = i
		r.supply = append(r.supply, offered{places: s.Places, paid: s.on(r.s.Start)})
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
	o, paid := &r.supply[i], r.s.Supply[i].on(r.s.Start.Add(int(r.now/day)))
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
	c.placed.next()
}

// cut takes the place of somebody away.
func (r *run) cut(slot int32) {
	c := &r.people[slot]
	r.of(c).Cut++
	r.log.cut(r, c, reason.Because(reason.NoCapacity))
	r.letGo(&c.placed)
	c.placed.want(r.now)
	r.look(slot)
}
