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
func (l *list) on(next Next, day sp.Date) {
	l.tasks = append(l.tasks, Task{Referral: l.r.ID(), Person: l.r.Person(), Next: next, By: day})
}

// after adds a task that is to be done within so many days of a moment.
func (l *list) after(next Next, since time.Time, days int) {
	if !since.IsZero() && !since.After(l.at) {
		l.on(next, l.by.Calendar.Date(since).Add(days))
	}
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
		l.on(NextConcern, l.by.Calendar.Date(c.Due.By))
	}
	l.after(NextAlarm, l.r.AlarmSince(), 0)
	if l.r.AlarmSince().IsZero() { // a letter about the one tells of the other
		l.after(NextTell, l.r.OwedSince(), l.by.Tell)
	}
	if due := l.r.FollowUpDue(); !due.IsZero() {
		l.on(NextFollowUp, due)
	}
}

// tasks returns what is to be done of a case that is open.
func tasks(c *referral.Case, by Policy, at time.Time) []Task {
	l := &list{r: c.Referral, by: by, at: at}
	l.always()
	for _, a := range c.Assessments {
		for range a.Alerts() {
			l.after(NextAlert, at, 0)
		}
	}
	for _, a := range c.Assessments {
		if due := a.Due(); len(due) > 0 {
			l.on(NextMeasure, due[0].On)
		}
	}
	l.after(NextWithdraw, c.Referral.WithdrawalAsked(), 0)
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
		l.after(NextClose, c.Referral.Touched(), by.Look)
	default:
		l.after(NextSuggest, c.Referral.Touched(), by.Look)
	}
	return l.tasks
}

// waits adds when somebody who waits is to be spoken to, and to be rung meanwhile. One who
// has got worse is rung as if they were urgent.
func (l *list) waits() {
	r := l.r
	received := l.by.Calendar.Date(r.Received())
	due, ok := l.by.Waiting.due(r.Urgency(), received, l.by.Calendar)
	switch {
	case r.Received().After(l.at): // which is no wait yet
	case ok:
		l.on(NextSpeak, due)
	default:
		l.on(NextSpeak, received.Add(l.by.Look))
	}
	answer, since := r.CheckedIn()
	urgency := r.Urgency()
	if answer == referral.GotWorse {
		urgency = referral.Urgent
	}
	if since.IsZero() {
		since = r.Received()
	}
	if every, ok := l.by.CheckIn[urgency]; ok {
		l.after(NextCheckIn, since, every)
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
		next := NextSession
		if plan.Start.Before(l.at) {
			next = NextMark
		}
		l.on(next, l.by.Calendar.Date(plan.Start))
	}
	expected, listed := p.Waiting()
	switch sent := p.Sent(); {
	case planned:
	case p.State() == placement.StateProposed:
		l.after(NextSend, l.r.Touched(), 0)
	case listed && !expected.IsZero():
		l.on(NextStart, expected)
	case p.State() == placement.StateOffered && !sent.ReplyBy.IsZero():
		l.on(NextAnswer, l.by.Calendar.Date(sent.ReplyBy))
	case p.State() != placement.StateStarted:
		l.after(NextStart, l.r.Touched(), l.by.Look)
	}
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
