package session

import (
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/refusal"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/store"
)

// An ID names a session.
type ID string

// A Session is the state that its history adds up to. Commands change it by
// recording events; [store.Save] saves them. It must not be used by several
// goroutines at once.
type Session struct {
	id      ID
	state   State
	plan    Planned
	since   time.Time // when it was planned, or its day if it was noted afterwards
	missed  time.Time // when the person did not come
	learnt  time.Time // when the cause was found out
	offAt   time.Time // when it was recorded that it was called off
	cause   Cause
	minutes int
	history store.History[Event]
	remit   pathway.Remit
}

// A Plan is what a session starts from.
type Plan struct {
	ID        ID
	Placement string // ID of the placement that it belongs to
	Referral  string // ID of the referral behind it
	Person    person.ID
	Step      Step
	Start     time.Time
}

// Schedule plans a session. The remit is asked before this and every later
// command; nil refuses.
func Schedule(p Plan, remit pathway.Remit, s sp.Stamp) (*Session, error) {
	var e sp.InvalidError
	e.Check(sp.ValidID(p.Placement), "placement", sp.IDRule)
	e.Check(p.Referral == "" || sp.ValidID(p.Referral), "referral", sp.IDRule)
	e.Check(sp.ValidID(p.Person), "person", sp.IDRule)
	e.Check(p.Step.Valid(), "step", "must be phone, home, accompanied, small-group or group")
	e.Check(!sp.DateOf(p.Start.UTC()).IsZero(), "start", "must say when it starts, in the years 1 to 9999")
	x := &Session{id: p.ID, remit: remit, plan: Planned{Person: p.Person}}
	planned := Planned{p.Placement, p.Referral, p.Person, p.Step, p.Start.UTC().Truncate(time.Microsecond)}
	if err := x.record("plan", planned, s, e.Fields); err != nil {
		return nil, err
	}
	return x, nil
}

// Attend records that the person came. Where the case or the placement ended
// afterwards and as of a day before, the session stands as called off although
// nobody did so beforehand: its list is filled in all the same.
func (x *Session) Attend(a Attended, s sp.Stamp) error {
	e := x.dayHasCome(s)
	e.Check(a.Minutes >= 0 && a.Minutes <= 24*60, "minutes", "must be from 0 to 1440; 0 is unknown")
	return x.record("attend", a, s, e.Fields, x.calledOff()...)
}

// Miss records that the person did not come.
func (x *Session) Miss(cause Cause, s sp.Stamp) error {
	e := x.dayHasCome(s)
	e.Check(cause.Valid(), "cause", causeRule)
	return x.record("miss", Missed{cause}, s, e.Fields, x.calledOff()...)
}

// Explain records why the person had not come, learnt later.
func (x *Session) Explain(cause Cause, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(cause.Valid(), "cause", causeRule)
	e.Check(!s.At.Before(x.missed), "stamp.at", "must not be before the person did not come")
	return x.record("explain", Explained{cause}, s, e.Fields)
}

// Cancel calls the session off.
func (x *Session) Cancel(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return x.record("cancel", Cancelled{why}, s, e.Fields)
}

// EnterInError says that none of it happened.
func (x *Session) EnterInError(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return x.record("enter in error", EnteredInError{why}, s, e.Fields)
}

// dayHasCome checks that nobody is marked before the day of the session. A day
// and not a minute, because lists are filled in while people arrive; and twelve
// hours, because the day does not begin everywhere at the same moment.
func (x *Session) dayHasCome(s sp.Stamp) (e sp.InvalidError) {
	e.Check(!s.At.Before(x.plan.Start.Add(-early)), "stamp.at", "must not be before the day of the session")
	return e
}

// early is how long before its start the day of a session may have begun.
const early = 12 * time.Hour

// calledOff is what is missing where somebody called the session off in time.
func (x *Session) calledOff() []string {
	if x.state == StateCancelled && x.offAt.Before(x.plan.Start) {
		return []string{calledOffLate}
	}
	return nil
}

const causeRule = "must be anxiety, transport, cost, illness, refusal or unknown"

// Permits returns nil if the rules and the remit would let a command happen now,
// by its name in [Machine], and otherwise the error that they would give. The
// command's own input is not looked at.
func (x *Session) Permits(command string, s sp.Stamp) error { return x.permit(command, s, nil) }

// permit asks the rules whether a command is legal now.
func (x *Session) permit(command string, s sp.Stamp, fields []sp.Field, missing ...string) error {
	err := pathway.Permit(machine, pathway.Attempt[State]{
		Command: command, ID: string(x.id), Person: x.plan.Person, State: x.state, Since: x.since,
		Stamp: s, Fields: fields, Missing: missing, Remit: x.remit,
	})
	return refusal.Complete(err, machine, &x.history, s, nil)
}

// record makes an event happen, if the rules allow it.
func (x *Session) record(command string, e Event, s sp.Stamp, fields []sp.Field, missing ...string) error {
	if err := x.permit(command, s, fields, missing...); err != nil {
		return err
	}
	e.apply(x, x.history.Append(e, s))
	return nil
}

func (e Planned) apply(x *Session, s sp.Stamp) {
	x.plan, x.state, x.since = e, StatePlanned, s.At
	if day := e.Start.Add(-early); day.Before(x.since) {
		x.since = day
	}
}

func (e Attended) apply(x *Session, _ sp.Stamp) { x.minutes, x.state = e.Minutes, StateAttended }

func (e Missed) apply(x *Session, s sp.Stamp) {
	x.cause, x.missed, x.learnt, x.state = e.Cause, s.At, s.At, StateMissed
}

func (e Explained) apply(x *Session, s sp.Stamp) {
	if !s.At.Before(x.learnt) { // noted late, more may be known since
		x.cause, x.learnt = e.Cause, s.At
	}
}

func (Cancelled) apply(x *Session, s sp.Stamp)      { x.offAt, x.state = s.Recorded, StateCancelled }
func (EnteredInError) apply(x *Session, _ sp.Stamp) { x.state = StateInError }

// ID returns the session's identifier.
func (x *Session) ID() ID { return x.id }

// String returns "session S-7": whom it is about and why is nothing for a log.
func (x *Session) String() string { return "session " + string(x.id) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (x *Session) Format(f fmt.State, _ rune) { f.Write([]byte(x.String())) }

// LogValue implements [slog.LogValuer].
func (x *Session) LogValue() slog.Value { return slog.StringValue(x.String()) }

// State returns where the session stands.
func (x *Session) State() State { return x.state }

// Plan returns what the session started from.
func (x *Session) Plan() Plan {
	p := x.plan
	return Plan{ID: x.id, Placement: p.Placement, Referral: p.Referral, Person: p.Person, Step: p.Step, Start: p.Start}
}

// Cause returns why the person did not come, if they did not.
func (x *Session) Cause() Cause { return x.cause }

// Minutes returns how long the person stayed; 0 is unknown.
func (x *Session) Minutes() int { return x.minutes }

// History returns everything that happened, in the order in which it was
// recorded. The facts share memory with it and are not to be changed.
func (x *Session) History() iter.Seq[store.Entry[Event]] { return x.history.All() }
