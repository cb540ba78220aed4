package worklist

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// A list gathers the tasks of one referral.
type list struct {
	r     *referral.Referral
	by    Policy
	at    time.Time
	tasks []Task
}

// on adds a task that is to be done by a day.
func (l *list) on(next Next, why Why, since, day sp.Date) {
	l.tasks = append(l.tasks, Task{Referral: l.r.ID(), Person: l.r.Person(), Class: l.class(next), Why: why, Since: since, Next: next, By: day})
}

// after adds a task that is to be done within so many days of a moment.
func (l *list) after(next Next, why Why, since time.Time, days int) {
	if !since.IsZero() && !since.After(l.at) {
		day := l.day(since)
		l.on(next, why, day, day.Add(days))
	}
}

// day returns the day of a moment where the scheme is, and zero of none.
func (l *list) day(t time.Time) sp.Date {
	if t.IsZero() {
		return 0
	}
	return l.by.Calendar.Date(t)
}

// class returns how soon a step is to be taken beside others: what is about safety first,
// and of somebody who waits the class that grows with waiting.
func (l *list) class(next Next) Class {
	answer, _ := l.r.CheckedIn()
	switch {
	case next.Safety():
		return Safety
	case l.r.Waiting() && answer == referral.GotWorse:
		return Class(referral.Urgent)
	case l.r.Waiting():
		return Class(l.by.Waiting.wait(l.r, l.by.Calendar, l.at).Class)
	}
	return Class(l.r.Urgency())
}

// left returns what is left to do of a referral, whether it has ended or not.
func left(r *referral.Referral, by Policy, at time.Time) []Task {
	l := &list{r: r, by: by, at: at}
	l.always()
	return l.tasks
}

// always adds what is to be done in any state.
func (l *list) always() {
	for _, c := range concerns(l.r, l.by.Concerns, l.at) {
		since := c.Concern.Raised
		if c.Due.Step == concern.StepSpeak {
			since = c.Concern.Ended
		}
		l.on(NextConcern, concernWhy[c.Due.Step], l.day(since), l.day(c.Due.By))
	}
	l.after(NextAlarm, WhyConcernRaised, l.r.AlarmSince(), 0)
	l.after(NextTell, WhyNews, l.r.NewsSince(), l.by.Tell)
	if due := l.r.FollowUpDue(); !due.IsZero() {
		l.on(NextFollowUp, WhyPlanned, 0, due)
	}
}

// tasks returns what is to be done of a case that is open.
func tasks(c *referral.Case, by Policy, at time.Time) []Task {
	l := &list{r: c.Referral, by: by, at: at}
	l.always()
	for _, a := range c.Assessments {
		for range a.Alerts() {
			l.after(NextAlert, WhyAlert, at, 0)
		}
	}
	for _, a := range c.Assessments {
		if due := a.Due(); len(due) > 0 {
			l.on(NextMeasure, WhySeries, 0, due[0].On)
		}
	}
	l.after(NextWithdraw, WhyWithdrawal, c.Referral.WithdrawalAsked(), 0)
	if c.Referral.Waiting() {
		l.waits()
		return l.tasks
	}
	going := 0
	for _, p := range c.Placements {
		if p.State().Open() {
			going++
			l.placement(p, c.Sessions)
		}
	}
	switch {
	case going > 0:
	case len(c.Placements) > 0:
		l.after(NextClose, WhyAllEnded, l.r.Touched(), by.Look)
	default:
		l.after(NextSuggest, WhyNothingGoes, l.r.Touched(), by.Look)
	}
	return l.tasks
}

// waits adds when somebody who waits is to be spoken to, and to be rung meanwhile. One who
// has got worse is rung as if they were urgent.
func (l *list) waits() {
	r := l.r
	received := l.by.Calendar.Date(r.Received())
	due, ok := l.by.Waiting.Due(r.Urgency(), received, l.by.Calendar)
	switch {
	case r.Received().After(l.at): // which is no wait yet
	case ok:
		l.on(NextSpeak, WhyWaits, received, due)
	default:
		l.on(NextSpeak, WhyWaits, received, received.Add(l.by.Look))
	}
	answer, since := r.CheckedIn()
	urgency, why := r.Urgency(), WhyWaits
	if answer == referral.GotWorse {
		urgency, why = referral.Urgent, WhyWorse
	}
	if since.IsZero() {
		since = r.Received()
	}
	if every, ok := l.by.CheckIn[urgency]; ok {
		l.after(NextCheckIn, why, since, every)
	}
}

// placement adds what is next in a placement that is open.
func (l *list) placement(p *placement.Placement, sessions []*session.Session) {
	planned := false
	for _, x := range sessions {
		plan := x.Plan()
		if x.State() != session.StatePlanned || plan.Placement != p.ID() {
			continue
		}
		planned = true
		if plan.Start.Before(l.at) {
			l.on(NextMark, WhySessionOver, l.day(plan.Start), l.day(plan.Start))
		} else {
			l.on(NextSession, WhyPlanned, 0, l.day(plan.Start))
		}
	}
	expected, listed := p.Waiting()
	switch sent := p.Sent(); {
	case planned:
	case p.State() == placement.StateProposed:
		l.after(NextSend, WhySuggested, l.r.Touched(), 0)
	case listed && !expected.IsZero():
		l.on(NextStart, WhyListed, 0, expected)
	case p.State() == placement.StateOffered && sent.ReplyBy.IsZero(): // an old one
		l.after(NextAnswer, WhySent, l.r.Touched(), l.by.Look)
	case p.State() == placement.StateOffered && sent.Level != placement.FullReferral:
		l.on(NextAsk, WhyHasDetails, 0, l.day(sent.ReplyBy))
	case p.State() == placement.StateOffered:
		l.on(NextAnswer, WhySent, 0, l.day(sent.ReplyBy))
	case p.State() == placement.StateStarted && !l.r.FollowUpDue().IsZero(): // somebody has set a day
	case p.State() == placement.StateStarted:
		if heard := l.day(heard(l.r, p, sessions)); heard.Add(l.by.Look) > l.day(l.at) { // afterwards nobody has set a day
			l.on(NextAsk, WhyGoing, heard, heard.Add(l.by.Look))
		}
	default:
		l.after(NextStart, WhySaidYes, l.r.Touched(), l.by.Look)
	}
}

// heard returns when anything was last heard of somebody who goes somewhere: they were
// spoken to, or came to a session, or the placement began.
func heard(r *referral.Referral, p *placement.Placement, sessions []*session.Session) time.Time {
	last := r.Spoken()
	for e := range p.History() {
		if e.Event.EventType() == placement.EventStarted && e.Stamp.At.After(last) {
			last = e.Stamp.At
		}
	}
	for _, x := range sessions {
		if plan := x.Plan(); plan.Placement == p.ID() && x.State() == session.StateAttended && plan.Start.After(last) {
			last = plan.Start
		}
	}
	return last
}

// unplanned is the line of a case for which nobody has set a next step.
func unplanned(c *referral.Case, by Policy, at time.Time) Task {
	l := &list{r: c.Referral, by: by, at: at}
	var last time.Time
	for _, p := range c.Placements {
		if h := heard(c.Referral, p, c.Sessions); p.State().Open() && h.After(last) {
			last = h
		}
	}
	return Task{Referral: c.Referral.ID(), Person: c.Referral.Person(), Class: l.class(""), Why: WhyGoing, Since: l.day(last)}
}

// checkConcerns adds to e what is wrong with the standards for concerns.
func checkConcerns(e *sp.InvalidError, path string, by map[concern.Kind]concern.Standard) {
	for _, k := range concern.Kinds() {
		standard, ok := by[k]
		e.Check(ok, path+string(k), sp.Missing, "must have a standard")
		if ok {
			standard.Check(e, path+string(k)+".")
		}
	}
}
