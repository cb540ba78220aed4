package simulation

import (
	"hash/fnv"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A state is where a person is on their way to and with a link worker.
type state uint8

const (
	gone     state = iota
	received       // the scheme has not answered yet
	queueing       // for a link worker
	called         // has one, and was not reached yet
	active         // was spoken to
)

// A client is a person who is in hand.
type client struct {
	entity uint64 // of their random numbers: the same under every policy
	number uint32 // in the order of referral
	step   uint16 // counts the turns of their way, so that events that were planned before a turn are let go
	state  state
	group  int32
	class  int // of urgency, 0 is the most urgent
	need   needs.Code

	arrived  queue.Time
	joined   queue.Time // when they joined the queue for a worker
	worker   uint32     // the number of the one whose case they are
	weight   int        // of the case, in hundredths of a point
	attempts int        // in vain
	talks    int        // conversations that have been
	agreed   int        // conversations that are to be in all
	reached  bool       // was ever spoken to, also by a worker who has left

	raised uint16         // concerns about their safety
	flags  uint16         // of these, those that nobody has taken over yet
	crises uint16         // of these, about a danger to life, taken over or not
	asking int32          // 1 more than the index of the second answer that they owe
	mode   directory.Mode // in which they would rather take help; empty is any

	known  *known // what a log told of their luck; nil is nothing
	placed place
	log    versions
}

// The purposes of the draws of a person: each has 4,096 of them.
const (
	forTriage uint64 = iota << 12
	forYes
	forPatience
	forAttempt // one for each attempt, and one for its day
	forAnswer
	forContacts
	forTalk
	forWish
	forPlacePatience
	forReplyDay
	forReply
	forCourse // 64 for each course
	forMet
	forEnd        // 64 for each course
	forSessionDay // 64 for each course
	forCalling    // one for each call in vain

	forConcern uint64 = 1 << 20 // as many for each conversation as there are concerns
	forTeam    uint64 = 1 << 21
	forScore   uint64 = 1 << 22 // the first, and the second
	forSecond  uint64 = 1 << 23
)

// The purposes of the draws at arrival.
const (
	drawUrgency uint64 = iota
	drawNeed
	drawMode
)

// A source is the people of a group who are still to come.
type source struct {
	base  uint64 // of the entities of the group
	count uint64
	at    float64 // seconds at which the last one came
}

// entities returns the number of the first of the entities that a name has for itself.
func entities(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64() << 24
}

func newSource(s *Scenario, g int) source { return source{base: entities(s.Groups[g].Name)} }

// nextArrival puts the next arrival of a group on the calendar. The rate of a Poisson process
// may change: a gap of an exponential variate of mean 1 is used up at the rate of the day.
func (r *run) nextArrival(g int) {
	src := &r.sources[g]
	left := queue.Exponential(1).Quantile(r.streams.arrivals.Unit(src.base, src.count))
	rates := r.s.Groups[g].PerWeek
	for i, rate := range rates {
		until := float64(r.end)
		if i+1 < len(rates) {
			until = float64(rates[i+1].From.Sub(r.s.Start)) * float64(day)
		}
		src.at = max(src.at, float64(rate.From.Sub(r.s.Start))*float64(day))
		perSecond := rate.PerWeek / float64(week)
		if until <= src.at || perSecond == 0 {
			continue
		}
		if span := left / perSecond; src.at+span < until {
			src.at += span
			src.count++
			r.cal.Put(queue.Time(src.at), usual, event{kind: arrives, slot: int32(g)})
			return
		}
		left -= (until - src.at) * perSecond
		src.at = until
	}
}

// arrive lets somebody of a group be referred.
func (r *run) arrive(g int) {
	group, entity := &r.s.Groups[g], r.sources[g].base+r.sources[g].count
	urgency := group.Urgency[pick(group.Urgency, r.streams.people.Unit(entity, drawUrgency))].Value
	slot := r.enter(g, entity, r.now, urgency, "")
	r.plan(slot, triaged, r.days(r.s.Way.TriageDays, &r.people[slot], forTriage))
	r.planWithdrawal(slot)
	r.nextArrival(g)
}

// enter puts somebody of a group on record, who was referred at a moment. An empty need is drawn.
func (r *run) enter(g int, entity uint64, at queue.Time, urgency referral.Urgency, need needs.Code) int32 {
	slot := int32(len(r.people))
	if n := len(r.free); n > 0 {
		slot, r.free = r.free[n-1], r.free[:n-1]
	} else {
		r.people = append(r.people, client{})
	}
	r.number++
	group := &r.s.Groups[g]
	c := &r.people[slot]
	*c = client{entity: entity, number: r.number, state: received, group: int32(g), arrived: at, class: classOf(urgency), need: need}
	if need == "" {
		c.need = group.Needs[pick(group.Needs, r.streams.people.Unit(entity, drawNeed))].Value
	}
	if len(group.Modes) > 0 {
		c.mode = group.Modes[pick(group.Modes, r.streams.people.Unit(entity, drawMode))].Value
	}
	r.of(c).Referred++
	now := r.now
	r.now = at // which is before the first day for those who wait already
	r.log.file(r, c, referral.Received{
		Person: person.ID(c.id("P")), Urgency: urgency, Reasons: []needs.Code{c.need},
		Source: group.Source, From: group.From, Medium: referral.Structured,
	})
	r.now = now
	return slot
}

func classOf(u referral.Urgency) int {
	switch u {
	case referral.Urgent:
		return 0
	case referral.Soon:
		return 1
	default:
		return 2
	}
}

// of returns where the people of the group of c are counted.
func (r *run) of(c *client) *GroupResult { return &r.result.Groups[c.group] }

// plan puts what happens next on somebody's way to and with a link worker on the calendar.
func (r *run) plan(slot int32, k kind, in queue.Time) {
	c := &r.people[slot]
	r.cal.Put(r.now+in, usual, event{k, slot, c.number, c.step})
}

// turn makes everything that was planned for somebody's way to a link worker void.
func (c *client) turn(to state) {
	c.step++
	c.state = to
}

// triage is the scheme's yes or no.
func (r *run) triage(slot int32) {
	c := &r.people[slot]
	if r.is(r.s.Way.Declined, c, forYes) {
		r.of(c).Declined++
		r.log.file(r, c, referral.Declined{Reason: reason.Because(reason.OutsideRemit), Needs: []needs.Code{c.need}})
		r.depart(slot)
		return
	}
	r.queue(slot, false)
}

// queue lets somebody wait for a worker. Whoever had one already comes first.
func (r *run) queue(slot int32, again bool) {
	c := &r.people[slot]
	c.turn(queueing)
	c.joined = r.now
	t := r.teamOf(c)
	r.teams[t].wait(r.now, slot, c, again)
	r.planWithdrawal(slot)
	r.takeOn(t)
}

// planWithdrawal puts the day on which somebody withdraws, if nobody has spoken to them or is to
// call them, on the calendar.
func (r *run) planWithdrawal(slot int32) {
	c := &r.people[slot]
	if r.s.Way.Patience == nil || c.reached {
		return
	}
	until := c.arrived + r.days(r.s.Way.Patience, c, forPatience)
	if c.arrived < 0 {
		until = left(r.s.Way.Patience, -c.arrived, r.streams.ways.Unit(c.entity, forPatience))
	}
	r.plan(slot, impatient, max(0, until-r.now))
}

// withdraw lets somebody who has waited long enough go.
func (r *run) withdraw(slot int32) {
	c := &r.people[slot]
	r.of(c).Withdrew++
	if c.state == queueing {
		r.teams[r.teamOf(c)].gone(r.now, c.joined)
	}
	r.log.file(r, c, referral.Withdrawn{Reason: waited})
	r.depart(slot)
}

// waited is why people withdraw who wait for a link worker.
var waited = reason.Reason{Code: string(reason.NoneLater), Whose: reason.Person, Effect: reason.NoEffect}

// attempt is a try to reach somebody for the first time, or for the first time again.
func (r *run) attempt(slot int32) {
	c := &r.people[slot]
	if c.reached || r.is(r.s.Way.Answers, c, forAnswer+uint64(c.attempts)) {
		r.speak(slot)
		return
	}
	r.log.file(r, c, referral.Attempted{Channel: person.Phone})
	c.attempts++
	if over, told := r.recorded(c, forCalling+uint64(c.attempts)); told && over > 0 || !told && c.attempts >= r.s.Way.Attempts {
		r.of(c).NotReached++
		r.log.file(r, c, referral.Closed{Result: unknownResult, Reason: reason.Because(reason.NotReached)})
		r.depart(slot)
		return
	}
	r.plan(slot, attempted, r.days(r.s.Way.AttemptDays, c, forAttempt+1+uint64(c.attempts)))
}

// speak is a conversation. In the first it comes out what the person needs, and whether they
// would like to go somewhere.
func (r *run) speak(slot int32) {
	c := &r.people[slot]
	if c.state == called {
		c.turn(active)
	}
	c.talks++
	r.log.file(r, c, referral.Contacted{Channel: person.Phone, Minutes: 30})
	r.worry(slot)
	r.reweigh(c)
	if !c.reached {
		c.reached = true
		c.agreed = max(1, int(count(r.s.Way.Contacts, r.unit(c, forContacts))))
		if told, is := r.recorded(c, forContacts); is {
			c.agreed = int(told)
		} else if c.known != nil {
			c.agreed = max(c.agreed, int(c.known.beyond[forContacts]))
		}
		r.of(c).Reached++
		r.of(c).ToContact.add(r.now - c.arrived)
		r.log.file(r, c, referral.Assessed{Needs: []needs.Code{c.need}})
		r.measure(slot)
		if r.is(r.s.Way.WantsService, c, forWish) {
			r.wish(slot)
		}
	}
	if c.talks < c.agreed {
		r.plan(slot, spoken, max(1, r.days(r.s.Way.ContactDays, c, forTalk+uint64(c.talks))))
		return
	}
	r.closeIfDone(slot)
}

// count returns a number of a distribution, 0 where there is none.
func count(d queue.Distribution, u float64) float64 {
	if d == nil {
		return 0
	}
	return min(d.Quantile(u)+0.5, 1000)
}

// closeIfDone closes a case once all conversations have been and nothing more can come of a place.
func (r *run) closeIfDone(slot int32) {
	c := &r.people[slot]
	if c.state != active || c.talks < c.agreed || c.placed.open() || c.flags > 0 {
		return
	}
	r.of(c).Closed++
	r.log.file(r, c, referral.Closed{Result: c.placed.result()})
	r.depart(slot)
}

// depart lets one person leave, and their worker take somebody else on.
func (r *run) depart(slot int32) {
	c := &r.people[slot]
	had, t := c.state == called || c.state == active, r.teamOf(c)
	if had {
		r.teams[t].put(r.now, slot, c)
	}
	*c = client{number: c.number, group: c.group}
	c.number = 0
	r.free = append(r.free, slot)
	if had {
		r.takeOn(t)
	}
}

func (r *run) teamOf(c *client) int { return r.teamIndex[r.s.Groups[c.group].Team] }

// urgencies are the classes, the most urgent first.
const urgencies = 3

// effective returns the class of somebody who has waited since a moment.
func (r *run) effective(class int, since queue.Time) int {
	if r.p.Ageing <= 0 {
		return class
	}
	return max(0, class-int((r.now-since)/(queue.Time(r.p.Ageing)*day)))
}
