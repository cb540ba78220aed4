package simulation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

// Options say how a scenario is run.
type Options struct {
	Seed        string // of the study: the same for every policy that is compared
	Replication int    // which of several runs of one study

	// Match says what is asked of offers and how they are put in order, as for real people. The
	// run sets its time, needs and limit. Without Match.Travel, journeys keep nobody away.
	Match matching.Options

	// Draws say, by the names of [Luck], how luck is drawn that a log did not tell of recorded arrivals.
	// A kind that is not in it is drawn as everything else is.
	Draws map[string]Draw

	// Scale weighs cases. Its zero value is [caseload.Proposed].
	Scale caseload.Scale

	// Log is told of everything that happens, as a service in use would write it down, in
	// order of time. Its first error ends the run. Nil is for nobody.
	Log func(store.RecordedEvent) error

	Progress func(played, of int) // is called for each day that has been played; nil is for nobody
}

const (
	day  queue.Time = 24 * 3600
	week            = 7 * day
)

// A kind is what happens next to somebody.
type kind uint8

const (
	arrives    kind = iota // the next of a group
	returns                // somebody whose referral was recorded
	triaged                // the scheme says yes or no
	impatient              // withdraws, if nobody has taken them on
	attempted              // is called
	spoken                 // is spoken to again
	hopeless               // gives up the wish for a place
	answered               // a provider says yes or no
	meets                  // comes to a session of a course, or does not
	placing                // places are given out
	funded                 // the money for an offer begins or ends
	leaves                 // a link worker
	hired                  // a post is filled
	divided                // the money of a year
	handed                 // a concern about somebody's safety, to a team
	starts                 // a course, if there are enough
	closes                 // a provider, for good
	askedAgain             // the questionnaire of the start
	counts                 // demand and volunteers of a week
	newDay                 // progress
)

// An event is one thing that is to happen. It is for nobody any more if who it is for has
// gone, or has gone on by another way since.
type event struct {
	kind   kind
	slot   int32
	number uint32 // of the person, of the worker, or of the hiring
	step   uint16 // of their way
}

// A run is one playing of a scenario.
type run struct {
	s      *Scenario
	p      *Policy
	o      *Options
	result *Result
	cal    queue.Calendar[event]
	now    queue.Time
	end    queue.Time

	people []client
	free   []int32 // slots of people who have left
	number uint32  // of the last who was referred

	sources     []source
	teams       []team
	supply      []offered
	wishing     []int32 // who waits for a place, in order of their wish
	options     map[wish][]option
	teamIndex   map[string]int
	supplyIndex map[directory.ID]int
	weights     [2]int // of a usual case, in hundredths of a point: not spoken to yet, and going on
	scale       caseload.Scale

	askings     []asking
	freeAskings []int32
	instrument  *measure.Instrument // of the outcome
	lowest      float64
	highest     float64

	luck  [purposes]Luck   // of recorded arrivals
	draws [purposes]*drawn // of what is not told of them; nil is as of everybody

	fits map[wish][]bool // which offers would help, were they there

	log     journal
	streams streams
	failed  error // of asking another package
}

type streams struct{ arrivals, people, ways, tenure, supply queue.Stream }

// Run plays a scenario under a policy. It fails with an [*sp.InvalidError] that names every
// fault of the scenario, the policy and the options by its path; with the error of funding
// where money cannot be divided as the policy says; and with the error of the context once
// that has ended, together with what was counted until then, marked Partial. Memory depends
// on how many people are in hand at a moment, not on how long is played.
func Run(ctx context.Context, s Scenario, p Policy, o Options) (*Result, error) {
	if err := validate(&s, &p); err != nil {
		return nil, err
	}
	if len(o.Scale.Rows) == 0 {
		o.Scale = caseload.Proposed()
	}
	if err := o.Scale.Check(); err != nil {
		return nil, err
	}
	r := &run{s: &s, p: &p, o: &o, result: &Result{}, end: queue.Time(s.Days) * day, options: map[wish][]option{}, fits: map[wish][]bool{}}
	r.log = journal{to: o.Log, start: s.Start}
	of := func(purpose string) queue.Stream { return queue.NewStream(o.Seed, o.Replication, purpose) }
	r.streams = streams{of("arrivals"), of("people"), of("ways"), of("tenure"), of("supply")}
	r.scale = o.Scale
	r.weights = [2]int{o.Scale.Weigh(caseload.Facts{Phase: caseload.First, Needs: 1}).Points, o.Scale.Weigh(caseload.Facts{Phase: caseload.Going, Needs: 1}).Points}
	if err := cmp.Or(r.openDraws(), r.begin()); err != nil {
		return nil, err
	}
	err := r.play(ctx)
	return r.result, cmp.Or(err, r.finish(), r.little())
}

// begin puts the first of everything on the calendar.
func (r *run) begin() error {
	if err := r.openTeams(); err != nil {
		return err
	}
	r.openSupply()
	r.openOutcome()
	for g := range r.s.Groups {
		r.result.Groups = append(r.result.Groups, GroupResult{Name: r.s.Groups[g].Name})
		r.sources = append(r.sources, newSource(r.s, g))
		r.nextArrival(g)
	}
	r.awaken()
	r.expect()
	if slices.ContainsFunc(r.s.Supply, func(s Supply) bool { return s.Forms > 0 || s.Volunteers != nil }) {
		r.cal.Put(week, late, event{kind: counts})
	}
	if r.p.Placing == Weekly || r.p.Sharing != Live {
		r.cal.Put(week, late, event{kind: placing})
	}
	r.cal.Put(day, late, event{kind: newDay})
	return nil
}

// The ranks of events at one moment: what changes the scheme, what people do, and what is
// done at the end of the day.
const (
	early uint8 = iota
	usual
	late
)

// play takes one event after the other until the end.
func (r *run) play(ctx context.Context) error {
	for {
		at, more := r.cal.Next()
		if !more || at >= r.end {
			r.now = r.end
			return nil
		}
		if r.result.Events%1024 == 0 {
			if err := ctx.Err(); err != nil {
				r.result.Partial = true
				return fmt.Errorf("simulation: after %d of %d days: %w", r.now/day, r.s.Days, err)
			}
		}
		r.result.Events++
		var e event
		r.now, e = r.cal.Take()
		if err := r.happen(ctx, e); err != nil {
			r.result.Partial = true
			return fmt.Errorf("simulation: day %d: %w", r.now/day+1, err)
		}
	}
}

// happen lets one event happen.
func (r *run) happen(ctx context.Context, e event) error {
	switch e.kind {
	case arrives:
		r.arrive(int(e.slot))
	case returns:
		r.again(int(e.slot))
	case placing:
		r.cal.Put(r.now+week, late, e)
		if err := r.relearn(); err != nil {
			return err
		}
		if r.p.Placing == Weekly {
			return r.giveOut(ctx)
		}
		r.askAgain()
	case funded:
		r.fund(int(e.slot))
	case leaves:
		r.leave(int(e.slot), e.number)
	case hired:
		r.hire(int(e.slot), e.number)
	case divided:
		return r.divide()
	case askedAgain:
		r.secondAnswer(e.slot)
	case starts:
		r.start(int(e.slot))
	case closes:
		r.shut(int(e.slot))
	case counts:
		r.cal.Put(r.now+week, late, e)
		r.countWeek()
	case newDay:
		return r.nextDay(ctx, e)
	default:
		r.goOn(e)
	}
	return cmp.Or(r.failed, r.log.failed)
}

// nextDay tells how far the run is, and looks whether it is to stop, also where little happens.
func (r *run) nextDay(ctx context.Context, e event) error {
	r.cal.Put(r.now+day, late, e)
	if r.o.Progress != nil {
		r.o.Progress(int(r.now/day), r.s.Days)
	}
	return ctx.Err()
}

// goOn lets something happen to a person.
func (r *run) goOn(e event) {
	c := &r.people[e.slot]
	if c.number != e.number {
		return // has left, and somebody else stands here
	}
	if e.kind == handed {
		r.handOver(e.slot, e.step)
		return
	}
	ofPlace := e.kind == hopeless || e.kind == answered || e.kind == meets
	if !ofPlace && c.step != e.step || ofPlace && c.placed.step != e.step {
		return // went on by another way
	}
	switch e.kind { //nolint:exhaustive // the others are of nobody: see happen
	case triaged:
		r.triage(e.slot)
	case impatient:
		r.withdraw(e.slot)
	case attempted:
		r.attempt(e.slot)
	case spoken:
		r.speak(e.slot)
	case hopeless:
		r.giveUp(e.slot)
	case answered:
		r.answer(e.slot)
	case meets:
		r.meet(e.slot)
	}
}

// finish counts who and what is still there at the end.
func (r *run) finish() error {
	r.result.Days = int(r.now / day)
	r.result.Assumed = r.s.assumed()
	for i, l := range r.luck {
		if l.Of = lucks()[i]; l.Recorded+l.Drawn > 0 {
			r.result.Luck = append(r.result.Luck, l)
		}
	}
	for i := range r.people {
		if c := &r.people[i]; c.state != gone {
			r.result.Groups[c.group].InHand++
		}
	}
	for i := range r.teams {
		r.teams[i].tick(r.now)
		r.result.Teams = append(r.result.Teams, r.teams[i].result(r.s.Teams[i].Name))
	}
	for i := range r.supply {
		r.supply[i].tick(r.now)
		s, err := r.supply[i].result(&r.s.Supply[i], r.p.PerPlace, r.log.time(r.now))
		if err != nil {
			return err
		}
		r.result.Supply = append(r.result.Supply, s)
	}
	return nil
}

// days draws a time of the way of a person. A draw is for one purpose.
func (r *run) days(d queue.Distribution, c *client, draw uint64) queue.Time {
	if told, is := r.recorded(c, draw); is {
		return queue.Time(told)
	}
	if d != nil && c.known != nil && c.known.beyond[draw] > 0 {
		lasted := c.known.beyond[draw]
		return lasted + left(d, lasted, r.unit(c, draw))
	}
	if d == nil {
		return 0
	}
	return ticks(d.Quantile(r.unit(c, draw)))
}

// ticks makes seconds of days, from 0 to a thousand years.
func ticks(days float64) queue.Time {
	if !(days > 0) {
		return 0
	}
	return queue.Time(min(days, 365_000) * float64(day))
}

// is draws whether something that is true of a share of people is true of one.
func (r *run) is(share float64, c *client, draw uint64) bool {
	if told, is := r.recorded(c, draw); is {
		return told > 0
	}
	return r.unit(c, draw) < share
}

// pick draws one of some chances.
func pick[T any](chances []Chance[T], u float64) int {
	total := 0.0
	for _, c := range chances {
		total += c.Weight
	}
	below := 0.0
	for i, c := range chances {
		if below += c.Weight; u*total < below {
			return i
		}
	}
	return max(0, slices.IndexFunc(chances, func(c Chance[T]) bool { return c.Weight > 0 }))
}
