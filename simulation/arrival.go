package simulation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation/queue"
)

// An Arrival is a referral that was recorded: the same person, moment, urgency and need are played
// again. One that [Recording.Arrivals] made also knows what the log told of the person's luck, such as
// which calls they answered and which sessions they came to; what it did not tell is drawn.
type Arrival struct {
	Referral referral.ID
	Group    string // of the scenario
	From     directory.ID
	At       time.Time
	Urgency  referral.Urgency
	Need     needs.Code

	known *known
}

// Drawn gives the arrival without its known luck: all of it is drawn.
func (a Arrival) Drawn() Arrival {
	a.known = nil
	return a
}

// known is what a log told of somebody's luck, in the numbers of their draws.
type known struct {
	draws  map[uint64]float64    // days in seconds, yes as 1 and no as 0
	beyond map[uint64]queue.Time // that lasted so long and had not ended then
	asked  map[directory.ID]*answers

	counted map[uint64]bool // draws of a run, in its Luck
}

// answers are what an offer answered somebody, and what they did there.
type answers struct {
	replies []reply  // to each request
	courses []course // one for each answer that was no "full"
}

// A reply took so long, or, where it is open, had not come by then.
type reply struct {
	took queue.Time
	open bool
}

// A course is the answer of a provider, and what followed.
type course struct {
	yes      bool
	sessions []bool       // that they came to, or missed
	gaps     []queue.Time // before each
	end      ending
	open     queue.Time // for which nothing was heard of the next session by the end of the log
	met      sp.Known[bool]
}

// An ending is how a course goes on after a session.
type ending uint8

const (
	goesOn ending = iota
	finishes
	leavesCourse
)

// A Luck is one thing that chance decides for the people of [Scenario].Arrivals: how often the log told how
// it came out, and how often it had to be drawn.
type Luck struct {
	Of       string // such as "comes to a session"
	Recorded int    // the log told it
	Drawn    int    // the log did not, or could not
}

// purposes is how many purposes of draws have a name.
const purposes = 16

// lucks names the purposes of draws, by their number.
func lucks() [purposes]string {
	return [purposes]string{
		"days until the scheme answers", "yes of the scheme", "patience for a link worker", "days from call to call", "answers a call", "number of conversations",
		"days from talk to talk", "wants to go somewhere", "patience for a place", "days until a provider answers", "answer of a provider", "comes to a session",
		"need met by a course", "end of a course", "days from session to session", "is called again",
	}
}

// recorded returns what the log told of a draw of somebody.
func (r *run) recorded(c *client, draw uint64) (value float64, told bool) {
	if c.known == nil {
		return 0, false
	}
	value, told = c.known.draws[draw]
	if i := draw >> 12; i < purposes && !c.known.counted[draw] {
		c.known.counted[draw] = true
		if told {
			r.luck[i].Recorded++
		} else {
			r.luck[i].Drawn++
		}
	}
	return value, told
}

// moment returns when something was on the calendar of a run, as [journal.time] writes it down: of
// the eight hours from nine each second is three.
func moment(start sp.Date, at time.Time) queue.Time {
	year, month, date := at.Date()
	nine := time.Date(year, month, date, 9, 0, 0, 0, at.Location())
	within := queue.Time(at.Sub(nine)/time.Second) * 3
	return queue.Time(sp.DateOf(at).Sub(start))*day + max(0, min(day-1, within))
}

// expect puts the recorded arrivals on the calendar.
func (r *run) expect() {
	for i, a := range r.s.Arrivals {
		if at := moment(r.s.Start, a.At); at >= 0 && at < r.end {
			r.cal.Put(at, usual, event{kind: returns, slot: int32(i)})
		}
	}
}

// again lets somebody be referred as they were.
func (r *run) again(i int) {
	a := &r.s.Arrivals[i]
	g := slices.IndexFunc(r.s.Groups, func(g Group) bool { return g.Name == a.Group })
	slot := r.enter(g, entities("arrival "+string(a.Referral)), r.now, a.Urgency, a.Need)
	c := &r.people[slot]
	c.known = &known{counted: map[uint64]bool{}}
	if a.known != nil {
		c.known.draws, c.known.beyond, c.known.asked = maps.Clone(a.known.draws), maps.Clone(a.known.beyond), make(map[directory.ID]*answers, len(a.known.asked))
		for offer, all := range a.known.asked {
			own := *all
			c.known.asked[offer] = &own
		}
	}
	r.plan(slot, triaged, r.days(r.s.Way.TriageDays, c, forTriage))
	r.planWithdrawal(slot)
}

// recall makes known what the log told of the offer that somebody asks for a place.
func (r *run) recall(c *client) {
	k, p := c.known, &c.placed
	if k == nil || k.asked == nil {
		return
	}
	delete(k.draws, forMet)
	all := k.asked[r.s.Supply[p.supply].Offer.ID]
	if all == nil {
		return
	}
	if len(all.replies) > 0 {
		k.tell(forReplyDay+uint64(p.courses), all.replies[0])
		all.replies = all.replies[1:]
	}
	if len(all.courses) == 0 {
		return
	}
	told := &all.courses[0]
	k.draws[forReply+uint64(p.courses)] = truth(told.yes)
	if met, is := told.met.Lookup(); is {
		k.draws[forMet] = truth(met)
	}
	for i, came := range told.sessions {
		at := sessionDraw(p.courses, i+1)
		k.draws[forCourse+at] = truth(came)
		k.draws[forSessionDay+at] = float64(told.gaps[i])
		if last := i+1 == len(told.sessions); !last || told.end != goesOn {
			k.draws[forEnd+at] = 0
			if last {
				k.draws[forEnd+at] = float64(told.end)
			}
		}
	}
	if told.open > 0 {
		k.beyond[forSessionDay+sessionDraw(p.courses, len(told.sessions)+1)] = told.open
	}
}

// tell notes how long something took, or for how long it had not happened.
func (k *known) tell(draw uint64, took reply) {
	if took.open {
		k.beyond[draw] = took.took
	} else {
		k.draws[draw] = float64(took.took)
	}
}

// spent lets what the log told of an answer be used once.
func (r *run) spent(c *client) {
	if c.known == nil {
		return
	}
	if all := c.known.asked[r.s.Supply[c.placed.supply].Offer.ID]; all != nil && len(all.courses) > 0 {
		all.courses = all.courses[1:]
	}
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// sessionDraw is the number of a session of a course among the draws of a purpose.
func sessionDraw(courses, sessions int) uint64 {
	return uint64(courses&63)<<6 + uint64(min(sessions, 63))
}

// ends says how the course of somebody goes on after a session.
func (r *run) ends(c *client) ending {
	p := &c.placed
	if told, is := r.recorded(c, forEnd+sessionDraw(p.courses, p.sessions)); is {
		return ending(told)
	}
	switch stop := r.s.Way.StopAfter; {
	case stop > 0 && p.missed >= stop:
		return leavesCourse
	case p.sessions < r.s.Supply[p.supply].Sessions:
		return goesOn
	case p.came == 0: // nobody can finish what they have not begun
		return leavesCourse
	default:
		return finishes
	}
}

// theirOwn puts the offers first that somebody was sent to by the log. Where nobody knows what is free
// the order says who is asked in vain, and is left to the policy.
func (r *run) theirOwn(c *client, options []option) {
	if c.known == nil || r.p.Sharing != Live {
		return
	}
	slices.SortStableFunc(options, func(a, b option) int {
		return cmp.Compare(r.strange(c, a), r.strange(c, b))
	})
}

func (r *run) strange(c *client, o option) int {
	if all := c.known.asked[r.s.Supply[o.supply].Offer.ID]; all != nil && len(all.courses) > 0 {
		return 0
	}
	return 1
}

// validateArrivals names every fault of the recorded arrivals.
func validateArrivals(e *sp.InvalidError, s *Scenario) {
	groups, seen := map[string]bool{}, map[referral.ID]bool{}
	for _, g := range s.Groups {
		groups[g.Name] = true
	}
	for i, a := range s.Arrivals {
		path := fmt.Sprintf("arrivals[%d]", i)
		e.CheckID(string(a.Referral), path+".referral")
		e.Check(!seen[a.Referral], path+".referral", sp.Duplicate, "must be unlike all others")
		seen[a.Referral] = true
		e.Check(groups[a.Group], path+".group", sp.NotListed, "must be the name of a group")
		e.Check(!a.At.IsZero(), path+".at", sp.Missing, "must be there")
		e.Check(a.Urgency.Rank() > 0 || a.Urgency == referral.Routine, path+".urgency", sp.NotListed, "must be routine, soon or urgent")
	}
}
