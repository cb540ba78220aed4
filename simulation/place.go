package simulation

import (
	"context"
	"slices"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/matching/assign"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A stage is where a person is on their way to a place.
type stage uint8

const (
	none    stage = iota // no wish, or no hope
	wishing              // waits for a place
	asked                // the provider has not answered yet
	going                // has a place
	over                 // has finished, or has left
)

// A place is somebody's way to a place.
type place struct {
	stage    stage
	step     uint16     // counts its turns, as that of [client] does
	since    queue.Time // of the wish
	options  []option   // shared: do not write to it
	wishes   int        // this one included
	refused  []int      // supplies whose provider said no
	full     []int      // supplies whose provider said that there is no place
	supply   int
	holds    bool           // one of its places
	gathers  bool           // waits until there are enough for a course
	minutes  int            // of travel
	pence    int64          // that it costs the person
	mode     directory.Mode // of taking it
	cutOnce  bool           // has lost a place
	courses  int            // places so far, this one included
	sessions int            // of the course so far
	came     int
	missed   int // in a row
	waited   queue.Time
	begun    bool // on any course
	accepted bool // by any provider
	finished bool
	met      bool
}

func (p *place) open() bool { return p.stage == wishing || p.stage == asked || p.stage == going }

// result is that with which a case is closed. What became of the need of somebody who finished
// no course is not known.
func (p *place) result() needs.Result {
	switch {
	case p.met:
		return needs.Result{Outcome: needs.Met}
	case p.finished:
		return needs.Result{Outcome: needs.NotMet}
	default:
		return unknownResult
	}
}

var unknownResult = needs.Result{Outcome: needs.UnknownOutcome}

// turn makes everything that was planned for the way to a place void.
func (p *place) turn(to stage) {
	p.step++
	p.stage = to
}

// An option is an offer for the people of a group with a need.
type option struct {
	supply  int
	cost    int // points of [matching.Rank]
	minutes int
	pence   int64
	mode    directory.Mode
}

// A wish is what decides which options there are.
type wish struct {
	group int32
	need  needs.Code
}

// mayAsk reports whether an offer has not just said that it is full.
func (p *place) mayAsk(o option) bool { return !slices.Contains(p.full, o.supply) }

// next reports whether there is somebody to ask now. Once all have said that they are full, all
// may be asked again, next week.
func (p *place) next() bool {
	if slices.ContainsFunc(p.options, p.mayAsk) {
		return true
	}
	p.full = p.full[:0]
	return false
}

// optionsOf returns the options of a wish, the best first. They are asked of package matching
// once until the money for an offer begins or ends.
func (r *run) optionsOf(w wish) ([]option, error) {
	if found, ok := r.options[w]; ok {
		return found, nil
	}
	m := r.o.Match
	at := r.s.Start.Add(int(r.now / day))
	m.At, m.Needs, m.Limit = at.In(r.log.zone()), []needs.Code{w.need}, r.s.Way.Options
	if r.p.Sharing == Learning {
		var err error
		if m.Observed, err = r.observed(); err != nil {
			return nil, err
		}
	}
	profile := r.s.Groups[w.group].Profile
	profile.On = at
	if err := m.Check(&profile); err != nil {
		return nil, err
	}
	var offers []directory.Offer
	for i := range r.s.Supply {
		if r.supply[i].paid {
			offers = append(offers, r.s.Supply[i].Offer)
		}
	}
	found := []option{}
	for _, p := range matching.Rank(profile, offers, m) {
		o := option{supply: r.supplyIndex[p.Offer.ID], cost: int(min(max(p.Score, 0), assign.MaxCost)), mode: p.Mode, pence: price(p.Terms)}
		if m.Travel != nil && p.Mode == directory.InPerson {
			if way, ok := m.Travel(profile.Home, p.Offer.Point); ok {
				o.minutes = max(0, way.Minutes)
			}
		}
		found = append(found, o)
	}
	r.options[w] = found
	return found, nil
}

// price returns what an offer costs a person by its terms, 0 where that is unknown.
func price(terms []matching.Term) int64 {
	for _, t := range terms {
		if t.Kind == matching.TermCost {
			return max(0, t.Amount.Or(0))
		}
	}
	return 0
}

// wish lets somebody look for a place.
func (r *run) wish(slot int32) {
	c := &r.people[slot]
	r.of(c).Wished++
	c.placed.want(r.now)
	r.look(slot)
}

// want begins a wish for a place, which lasts until one is found or the person gives up.
func (p *place) want(now queue.Time) {
	p.wishes++
	p.since = now
}

// look lets somebody wait for a place, if there is anywhere to go.
func (r *run) look(slot int32) {
	c := &r.people[slot]
	options, err := r.optionsOf(wish{c.group, c.need})
	if err != nil {
		r.failed = err
		return
	}
	options = slices.DeleteFunc(slices.Clone(options), func(o option) bool { return slices.Contains(c.placed.refused, o.supply) })
	r.theirOwn(c, options)
	c.placed.options = options
	if len(options) == 0 && !r.mayForm(c) {
		r.of(c).Nothing++
		r.log.file(r, c, referral.NothingFound{Need: c.need, Reason: reason.Because(reason.NotSuitable)})
		c.placed.turn(none)
		r.closeIfDone(slot)
		return
	}
	c.placed.turn(wishing)
	r.wishing = append(r.wishing, slot)
	r.planHopeless(slot)
	if c.placed.next() && r.p.Placing == AtOnce {
		r.giveBest(slot)
	}
}

// planPlace puts what happens next on somebody's way to a place on the calendar.
func (r *run) planPlace(slot int32, k kind, in queue.Time) {
	c := &r.people[slot]
	r.cal.Put(r.now+in, usual, event{k, slot, c.number, c.placed.step})
}

// planHopeless puts the day on which somebody gives up the wish for a place on the calendar.
func (r *run) planHopeless(slot int32) {
	c := &r.people[slot]
	if r.s.Way.PlacePatience != nil {
		until := c.placed.since + r.days(r.s.Way.PlacePatience, c, forPlacePatience+uint64(c.placed.wishes))
		r.planPlace(slot, hopeless, max(0, until-r.now))
	}
}

// giveUp lets somebody give up the wish for a place.
func (r *run) giveUp(slot int32) {
	c := &r.people[slot]
	r.of(c).GaveUp++
	if c.placed.gathers {
		r.disperse(slot)
		return
	}
	r.log.file(r, c, referral.NothingFound{Need: c.need, Reason: reason.Because(reason.NoCapacity)})
	r.unwish(slot)
	c.placed.turn(none)
	r.closeIfDone(slot)
}

// unwish takes somebody off the list of those who wait for a place.
func (r *run) unwish(slot int32) {
	i := slices.Index(r.wishing, slot)
	r.wishing = slices.Delete(r.wishing, i, i+1)
}

// giveBest gives somebody the best place that is free as far as anybody knows, if there is one.
func (r *run) giveBest(slot int32) {
	p := &r.people[slot].placed
	for _, o := range p.options {
		if p.mayAsk(o) && r.room(o.supply) > 0 {
			r.give(slot, o)
			return
		}
	}
}

// askAgain lets all who wait ask once more, where nobody says when a place becomes free.
func (r *run) askAgain() {
	for _, slot := range slices.Clone(r.wishing) {
		r.giveBest(slot)
	}
}

// giveOut gives out all places that are free as far as anybody knows, to all who wait together.
func (r *run) giveOut(ctx context.Context) error {
	var providers []assign.Provider
	supplies := map[string]int{}
	rooms := make([]int, len(r.supply))
	for i := range r.supply {
		rooms[i] = r.room(i)
		if n := rooms[i]; n > 0 {
			id := string(r.s.Supply[i].Offer.ID)
			supplies[id] = i
			providers = append(providers, assign.Provider{ID: id, Places: n})
		}
	}
	if len(providers) == 0 || len(r.wishing) == 0 {
		return nil
	}
	slots := map[string]int32{}
	problem, err := assign.New(providers, r.requests(slots, rooms))
	if err != nil {
		return err
	}
	policy := assign.Policy{Seed: r.o.Seed, Ageing: slices.Repeat([]int{max(0, r.p.Ageing)}, urgencies)}
	result, err := assign.Solve(ctx, problem, policy, assign.Options{})
	if err != nil {
		return err
	}
	for _, p := range result.Placements {
		slot, supply := slots[p.Request], supplies[p.Provider]
		options := r.people[slot].placed.options
		r.give(slot, options[slices.IndexFunc(options, func(o option) bool { return o.supply == supply })])
	}
	return nil
}

// requests yields those who wait and could go where there is room, and notes whose each is.
func (r *run) requests(slots map[string]int32, rooms []int) func(yield func(assign.Request) bool) {
	return func(yield func(assign.Request) bool) {
		for _, slot := range r.wishing {
			c := &r.people[slot]
			q := assign.Request{ID: c.id("R"), Class: c.class, Waited: int((r.now - c.placed.since) / day)}
			for _, o := range c.placed.options {
				if rooms[o.supply] > 0 && c.placed.mayAsk(o) {
					q.Options = append(q.Options, assign.Option{Provider: string(r.s.Supply[o.supply].Offer.ID), Cost: o.cost})
				}
			}
			if len(q.Options) == 0 {
				continue
			}
			if slots[q.ID] = slot; !yield(q) {
				return
			}
		}
	}
}

// give asks the provider of a place for somebody. Where it is known to be free, nobody else gets it meanwhile.
func (r *run) give(slot int32, o option) {
	c := &r.people[slot]
	r.unwish(slot)
	p := &c.placed
	p.turn(asked)
	p.supply, p.minutes, p.pence, p.mode, p.waited = o.supply, o.minutes, o.pence, o.mode, r.now-p.since
	p.courses++
	p.sessions, p.came, p.missed = 0, 0, 0
	r.supply[o.supply].asked++
	if r.p.Sharing == Live {
		r.hold(p)
	}
	r.log.proposed(r, c)
	r.recall(c)
	r.planPlace(slot, answered, r.days(r.s.Way.ReplyDays, c, forReplyDay+uint64(p.courses)))
}

func (r *run) about(c *client) placement.About {
	return placement.About{Referral: referral.ID(c.id("R")), Service: r.s.Supply[c.placed.supply].Offer.Service, Needs: []needs.Code{c.need}}
}

// hold takes a place of the offer that somebody asked for, unless they have it already.
func (r *run) hold(p *place) {
	if !p.holds {
		p.holds = true
		r.supply[p.supply].take(r.now)
	}
}

// giveBack makes the place free that somebody had, if they had one.
func (r *run) giveBack(p *place) {
	if r.letGo(p) {
		r.handOut(p.supply)
	}
}

// letGo counts that somebody has no place any more, and reports whether they had one.
func (r *run) letGo(p *place) bool {
	had := p.holds
	if p.holds = false; had {
		r.supply[p.supply].give(r.now)
	}
	return had
}

// handOut gives the free places of an offer to those who have waited longest for one there, where
// places are given at once and everybody knows of them.
func (r *run) handOut(i int) {
	for r.p.Placing == AtOnce && r.p.Sharing == Live && r.supply[i].free() > 0 {
		at := -1
		next := slices.IndexFunc(r.wishing, func(slot int32) bool {
			at = slices.IndexFunc(r.people[slot].placed.options, func(o option) bool { return o.supply == i })
			return at >= 0
		})
		if next < 0 {
			return
		}
		slot := r.wishing[next]
		r.give(slot, r.people[slot].placed.options[at])
	}
}
