package simulation

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/simulation/queue"
)

// gather lets somebody who has a place wait until there are enough for a course. They may give
// up meanwhile, as those who wait for a place do.
func (r *run) gather(slot int32) {
	c := &r.people[slot]
	p := &c.placed
	p.gathers = true
	o, s := &r.supply[p.supply], &r.s.Supply[p.supply]
	o.gathering = append(o.gathering, slot)
	r.planHopeless(slot)
	if s.Starts == 0 && len(o.gathering) >= s.Least {
		r.start(p.supply)
	}
}

// start lets a course begin with those who wait for it, if they are enough.
func (r *run) start(i int) {
	o, s := &r.supply[i], &r.s.Supply[i]
	if s.Starts > 0 {
		r.cal.Put(r.now+queue.Time(s.Starts)*day, late, event{kind: starts, slot: int32(i)})
	}
	if len(o.gathering) < s.Least {
		if len(o.gathering) > 0 {
			o.postponed++
		}
		return
	}
	for _, slot := range o.gathering {
		p := &r.people[slot].placed
		p.gathers = false
		p.turn(going)
		r.planSession(slot, day)
	}
	o.gathering = o.gathering[:0]
}

// ungather takes somebody out of those who wait for a course to begin.
func (r *run) ungather(slot int32) {
	p := &r.people[slot].placed
	if !p.gathers {
		return
	}
	p.gathers = false
	o := &r.supply[p.supply]
	k := slices.Index(o.gathering, slot)
	o.gathering = slices.Delete(o.gathering, k, k+1)
}

// disperse lets somebody go for whom the course began too late.
func (r *run) disperse(slot int32) {
	c := &r.people[slot]
	r.log.placement(r, c, placement.Withdrawn{Reason: waited, About: r.about(c)})
	r.ungather(slot)
	c.placed.turn(none)
	r.giveBack(&c.placed)
	r.closeIfDone(slot)
}

// planClosure puts the end of a provider on the calendar, the same for all their offers.
func (r *run) planClosure(i int, lives map[directory.ID]queue.Time) {
	if r.s.Way.Closure == nil {
		return
	}
	name := r.s.Supply[i].provider()
	if _, ok := lives[name]; !ok {
		lives[name] = ticks(r.s.Way.Closure.Quantile(r.streams.supply.Unit(entities("provider "+string(name)), 0)))
	}
	r.cal.Put(max(day, lives[name]), early, event{kind: closes, slot: int32(i)})
}

// shut closes an offer for good, as its provider is no more.
func (r *run) shut(i int) {
	r.supply[i].closed = true
	r.fund(i)
}

// countWeek looks at who waits and who helps, once a week.
func (r *run) countWeek() {
	for i := range r.supply {
		r.supply[i].tick(r.now)
		r.volunteer(i)
		r.form(i)
	}
}

// form opens a group once enough people wait whom it would help.
func (r *run) form(i int) {
	o, s := &r.supply[i], &r.s.Supply[i]
	if o.formed || o.closed || !s.on(r.s.Start.Add(int(r.now/day))) {
		return
	}
	waits := 0
	for _, slot := range r.wishing {
		c := &r.people[slot]
		if r.suits(wish{c.group, c.need}, i) && !slices.Contains(c.placed.refused, i) {
			waits++
		}
	}
	if waits >= s.Forms {
		o.formed = true
		r.fund(i)
	}
}

// mayForm reports whether a group may still form that would help somebody.
func (r *run) mayForm(c *client) bool {
	for i := range r.supply {
		if o := &r.supply[i]; !o.formed && !o.closed && r.suits(wish{c.group, c.need}, i) {
			return true
		}
	}
	return false
}

// suits reports whether an offer would be an option for a wish, were it there and paid for.
func (r *run) suits(w wish, i int) bool {
	all, ok := r.fits[w]
	if !ok {
		m := r.o.Match
		at := r.s.Start.Add(int(r.now / day))
		m.At, m.Needs, m.Limit = at.In(r.log.zone()), []needs.Code{w.need}, 0
		profile := r.s.Groups[w.group].Profile
		profile.On = at
		var offers []directory.Offer
		for k := range r.s.Supply {
			offers = append(offers, r.s.Supply[k].Offer)
		}
		all = make([]bool, len(r.s.Supply))
		for _, p := range matching.Rank(profile, offers, m) {
			all[r.supplyIndex[p.Offer.ID]] = true
		}
		r.fits[w] = all
	}
	return all[i]
}

// A crew is the volunteers of an offer.
type crew struct {
	base  uint64   // of their entities
	there []uint64 // their numbers
	last  uint64   // of all numbers
	weeks uint64
}

// enlist puts the volunteers of the first day in.
func (o *offered) enlist(s *Supply, id string) {
	if s.Volunteers == nil {
		return
	}
	o.crew.base = entities("volunteers " + id)
	for range s.Volunteers.Number {
		o.crew.last++
		o.crew.there = append(o.crew.there, o.crew.last)
	}
	o.places = s.placesOf(len(o.crew.there))
}

// placesOf returns for how many people the hours of some volunteers suffice.
func (s *Supply) placesOf(volunteers int) int {
	hours := float64(volunteers) * s.Volunteers.Gives
	return int(min(float64(s.Places), math.Floor(hours/s.Volunteers.Takes+1e-9)))
}

// volunteer lets volunteers stop and begin, as in a week. Who has as much to do as they can do tires.
func (r *run) volunteer(i int) {
	o, v := &r.supply[i], r.s.Supply[i].Volunteers
	if v == nil || o.closed {
		return
	}
	w := &o.crew
	w.weeks++
	stop := v.Leaving
	if hours := float64(len(w.there)) * v.Gives; hours > 0 && r.p.PerPlace.IsZero() {
		stop += float64(v.Tiring * min(1, float64(o.taken)*v.Takes/hours))
	}
	w.there = slices.DeleteFunc(w.there, func(n uint64) bool {
		return r.streams.supply.Unit(w.base+n, w.weeks) < stop
	})
	for range r.joining(w, v.Joining) {
		w.last++
		w.there = append(w.there, w.last)
	}
	o.places = r.s.Supply[i].placesOf(len(w.there))
	r.handOut(i)
}

// joining draws how many volunteers begin in a week: as many exponential gaps as end within it.
func (r *run) joining(w *crew, mean float64) (n uint64) {
	for sum := 0.0; n < mostJoining; n++ {
		if sum += queue.Exponential(1).Quantile(r.streams.supply.Unit(w.base, w.weeks*mostJoining+n)); sum > mean {
			break
		}
	}
	return n
}

const mostJoining = 1000 // in a week
