package worklist

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/store"
)

// A Next is what is to be done next for somebody, or what they are waiting for.
type Next string

// What can be next, what waits least first.
const (
	NextConcern  Next = "concern"   // see to a concern about their safety; [Concerns] says how
	NextAlert    Next = "alert"     // answer an alert of a questionnaire
	NextAlarm    Next = "alarm"     // tell the referrer of a concern
	NextWithdraw Next = "withdraw"  // complete the withdrawal that the person has asked for
	NextSpeak    Next = "speak"     // speak to them for the first time
	NextCheckIn  Next = "check-in"  // ring them while they wait
	NextMark     Next = "mark"      // note whether they came to a session
	NextSend     Next = "send"      // send on what was suggested
	NextAnswer   Next = "answer"    // a provider is to answer
	NextStart    Next = "start"     // see that it begins
	NextSession  Next = "session"   // a session takes place
	NextAsk      Next = "ask"       // ask how it goes: they go somewhere, or have the details, and no day is set
	NextMeasure  Next = "measure"   // ask the questionnaires of a series that are due
	NextFollowUp Next = "follow-up" // ask how things are
	NextSuggest  Next = "suggest"   // suggest something, or close
	NextClose    Next = "close"     // close: everything has ended
	NextTell     Next = "tell"      // tell the referrer how things stand
)

var nexts = []Next{
	NextConcern, NextAlert, NextAlarm, NextWithdraw, NextSpeak, NextCheckIn, NextMark, NextSend, NextAnswer, NextStart, NextSession, NextAsk, NextMeasure,
	NextFollowUp, NextSuggest, NextClose, NextTell,
}

// rank is lower the less it waits, and -1 where there is no next step.
func (n Next) rank() int { return slices.Index(nexts, n) }

// Safety reports whether it is about somebody's safety.
func (n Next) Safety() bool { return n == NextConcern || n == NextAlert || n == NextAlarm }

// A Policy is what a scheme promises, by which days are worked out. There is no national
// norm for any of it, so there are no defaults, but for the times that package concern
// proposes.
type Policy struct {
	Waiting  Standards
	Concerns map[concern.Kind]concern.Standard // one for every kind

	// CheckIn is after how many days somebody who waits is rung, by urgency, and rung
	// again. An urgency that is not there is not rung.
	CheckIn map[referral.Urgency]int

	Look int // days after the last entry within which somebody looks where no day is set; 1 or more
	Tell int // days within which the referrer hears news that is not of a concern

	// Calendar has the days, and the working days, of all that. A standard for concerns
	// that says nothing of its own has them too.
	Calendar sp.Calendar
}

func (p Policy) check(subject string) error {
	e := sp.InvalidError{Subject: subject}
	p.Waiting.check(&e, "waiting.")
	checkConcerns(&e, "concerns.", p.Concerns)
	for u, days := range p.CheckIn {
		e.Check(days >= 1, "checkIn."+string(u), sp.OutOfRange, "must be 1 or more")
	}
	e.Check(p.Look >= 1, "look", sp.OutOfRange, "must be 1 or more")
	e.Check(p.Tell >= 0, "tell", sp.OutOfRange, "must not be negative")
	return e.Err()
}

// concerns returns the standards for concerns with the calendar of the policy, unless they
// have one of their own.
func (p Policy) concerns() map[concern.Kind]concern.Standard {
	by := maps.Clone(p.Concerns)
	for k, s := range by {
		if s.Calendar.IsZero() {
			s.Calendar = p.Calendar
		}
		by[k] = s
	}
	return by
}

// A Task is a line of a day: for whom, what, and by when.
type Task struct {
	Referral referral.ID `json:"referral"`
	Person   person.ID   `json:"person"`
	Class    Class       `json:"class"`
	Why      Why         `json:"why"`            // why now
	Since    sp.Date     `json:"since,omitzero"` // since when it is so; zero is not known
	Next     Next        `json:"next,omitempty"` // the next step; empty where nobody has set one
	By       sp.Date     `json:"by,omitzero"`    // by when
	Late     bool        `json:"late,omitempty"` // the day has passed
}

// A Day is the morning of a link worker. What is about somebody's safety stands apart, and
// the rest is the same whether or not there is a concern: it can be shown where the person
// or somebody beside them reads along.
type Day struct {
	Worker referral.WorkerID `json:"worker"`
	On     sp.Date           `json:"on"`
	Safety []Task            `json:"safety,omitempty"` // what is about somebody's safety, in the order of its day
	Due    []Task            `json:"due,omitempty"`    // what else is to be done by today, longest late first
	Coming []Task            `json:"coming,omitempty"` // of everybody else the next step, in the order of its day

	// Without are the open referrals for which nobody has set a next step: the person goes
	// somewhere, the days of Policy.Look have passed since anything was heard of it, and neither a
	// session nor a follow-up is planned. The most urgent first, and then in order of their IDs.
	Without []Task `json:"without,omitempty"`
}

// People returns everybody of the day, each once.
func (d *Day) People() (all []person.ID) {
	known := map[person.ID]bool{}
	for _, t := range slices.Concat(d.Safety, d.Due, d.Coming, d.Without) {
		if !known[t.Person] {
			all = append(all, t.Person)
		}
		known[t.Person] = true
	}
	return all
}

// Today returns the day of one link worker: of everybody on their caseload what is due,
// and what is next. Nobody is left out: an open referral is among what is due, what is
// coming, or what is without a next step, whatever is to be done about their safety. It loads each open case, and reads the
// indexed scans of what is left of those that have ended.
func Today(ctx context.Context, referrals *referral.Repository, worker referral.WorkerID, by Policy, at time.Time) (Day, error) {
	if err := by.check("worklist: today"); err != nil {
		return Day{}, err
	}
	by.Concerns = by.concerns()
	d := Day{Worker: worker, On: by.Calendar.Date(at)}
	var open []referral.State
	for _, s := range referral.Table().States() {
		if s.Open() {
			open = append(open, s)
		}
	}
	for r, err := range referrals.All(ctx, referral.Query{Worker: worker, States: open}) {
		if err != nil {
			return Day{}, err
		}
		c, err := referrals.Case(ctx, r.ID())
		if err != nil {
			return Day{}, err
		}
		if !d.add(tasks(c, by, at)) {
			d.Without = append(d.Without, unplanned(c, by, at))
		}
	}
	ended, err := afterwards(ctx, referrals, worker)
	if err != nil {
		return Day{}, err
	}
	for _, r := range ended {
		d.add(left(r, by, at)) // what has ended needs no next step
	}
	if err := d.measures(ctx, referrals, by, at); err != nil {
		return Day{}, err
	}
	d.sort()
	return d, nil
}

// add puts the tasks of one referral into the day: all that are due, or else the next, and
// beside them what is about safety. It reports whether the person has a next step that is
// not about their safety; news for the referrer is none of theirs.
func (d *Day) add(list []Task) bool {
	var next *Task
	due := false
	for i := range list {
		t := &list[i]
		t.Late = t.By < d.On
		switch {
		case t.Next.Safety():
			d.Safety = append(d.Safety, *t)
		case t.By <= d.On:
			due = due || t.Next != NextTell
			d.Due = append(d.Due, *t)
		case t.Next != NextTell && (next == nil || t.By < next.By):
			next = t
		}
	}
	if !due && next != nil {
		d.Coming = append(d.Coming, *next)
	}
	return due || next != nil
}

// measures adds the questionnaires that are due of people whose referrals have ended: they
// are asked by whoever had the last of them.
func (d *Day) measures(ctx context.Context, referrals *referral.Repository, by Policy, at time.Time) error {
	for a, err := range referrals.MeasuresDue(ctx, d.On.Add(1)) {
		if err != nil {
			return err
		}
		var last *referral.Referral
		for r, err := range referrals.All(ctx, referral.Query{Person: a.Person()}) {
			if err != nil {
				return err
			}
			if r.State().Open() {
				last = nil // it is among the tasks of that one
				break
			}
			if last == nil || r.Received().After(last.Received()) {
				last = r
			}
		}
		if last != nil && last.Worker() == d.Worker {
			l := &list{r: last, by: by, at: at}
			l.on(NextMeasure, WhySeries, 0, a.Due()[0].On)
			d.add(l.tasks)
		}
	}
	return nil
}

func (d *Day) sort() {
	order := func(a, b Task) int {
		return cmp.Or(
			cmp.Compare(a.By, b.By), cmp.Compare(a.Class.rank(), b.Class.rank()), cmp.Compare(a.Next.rank(), b.Next.rank()),
			strings.Compare(string(a.Referral), string(b.Referral)), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Why, b.Why),
		)
	}
	for _, list := range [][]Task{d.Safety, d.Due, d.Coming, d.Without} {
		slices.SortFunc(list, order)
	}
}

// afterwards returns the referrals of a worker that have ended, and of which something
// may be left to do. It reads those of the worker alone, and not the lists of everybody.
func afterwards(ctx context.Context, referrals *referral.Repository, worker referral.WorkerID) ([]*referral.Referral, error) {
	of := referral.Query{Worker: worker, Limit: 100}
	for _, s := range referral.Table().States() {
		if !s.Open() {
			of.States = append(of.States, s)
		}
	}
	var ended []*referral.Referral
	seen := make(map[referral.ID]bool)
	for _, list := range []referral.List{referral.FlaggedList, referral.SpeakList, referral.FollowUpList, referral.FeedbackList} {
		for after, more := (store.Cursor{}), true; more; more = after != (store.Cursor{}) {
			page, next, err := referrals.Page(ctx, list, of, after)
			if err != nil {
				return nil, err
			}
			for _, r := range page {
				if !seen[r.ID()] {
					seen[r.ID()] = true
					ended = append(ended, r)
				}
			}
			after = next
		}
	}
	return ended, nil
}
