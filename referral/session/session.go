package session

import (
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/aggregate"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/id"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// An ID names a session.
type ID = id.Session

// A Session is the state that its history adds up to. Commands change it by
// recording events; [store.Save] saves them. It must not be used by several
// goroutines at once.
type Session struct {
	id      ID
	state   State
	plan    Planned
	missed  time.Time // when the person did not come
	learnt  time.Time // when the cause was found out
	offAt   time.Time // when it was recorded that it was called off
	cause   Cause
	minutes int
	root    aggregate.Root[State, Command, Event, view]
}

// A Plan is what a session starts from.
type Plan struct {
	Placement id.Placement // the placement that it belongs to
	Referral  id.Referral  // the referral behind it
	Person    person.ID
	Provider  directory.ID // whose it is, so that they can mark it; empty is unknown
	Step      Step
	Start     time.Time
}

// New returns a session that does not exist yet: [Session.Schedule] plans it. The
// authorizer is asked before each command; nil denies them all.
func New(id ID, may transition.Authorizer) *Session {
	return &Session{id: id, root: aggregate.New[State, Command, Event, view](func() *transition.Machine[State, Command, view] { return machine }, may)}
}

// Schedule plans the session without asking its placement. Programs call PlanSession of
// a case or of a placement, which asks whether the placement may have another session,
// and plans it at the placement's step.
func (x *Session) Schedule(p Plan, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(p.Placement), "placement")
	e.CheckOptionalID(string(p.Referral), "referral")
	e.CheckPersonID(string(p.Person), "person")
	e.Check(p.Step.Valid(), "step", sp.NotListed, "must be phone, home, accompanied, small-group or group")
	e.Check(!sp.DateOf(p.Start.UTC()).IsZero(), "start", sp.Missing, "must say when it starts, in the years 1 to 9999")
	e.CheckOptionalID(string(p.Provider), "provider")
	planned := Planned{p.Placement, p.Referral, p.Person, p.Provider, p.Step, p.Start.UTC().Truncate(time.Microsecond)}
	return x.root.Do(view{x, p.Person, p.Provider}, Schedule, "", s, e.Fields, planned)
}

// Attend records that the person came. A session that stands as called off only because
// its case or its placement was ended later, as of a day before it, can still be
// marked: the person came all the same.
func (x *Session) Attend(a Attended, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(a.Minutes >= 0 && a.Minutes <= 24*60, "minutes", sp.OutOfRange, "must be from 0 to 1440; 0 is unknown")
	return x.do(Attend, s, e.Fields, a)
}

// Miss records that the person did not come.
func (x *Session) Miss(cause Cause, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(cause.Valid(), "cause", sp.NotListed, causeRule)
	return x.do(Miss, s, e.Fields, Missed{cause})
}

// Explain records why the person had not come, learnt later.
func (x *Session) Explain(cause Cause, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(cause.Valid(), "cause", sp.NotListed, causeRule)
	e.Check(!s.At.Before(x.missed), "stamp.at", sp.Untimely, "must not be before the person did not come")
	return x.do(Explain, s, e.Fields, Explained{cause})
}

// Cancel calls the session off.
func (x *Session) Cancel(why reason.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return x.do(Cancel, s, e.Fields, Cancelled{why})
}

// PrepareCancel returns what calls the session off as a consequence of what somebody
// does at s, if that is allowed; whatever ends what it belongs to prepares all of it
// before any of it is recorded. See [aggregate.Root.Consequence].
func (x *Session) PrepareCancel(why reason.Reason, s sp.Stamp) (record func(), err error) {
	var e sp.InvalidError
	why.Check(&e)
	ready, err := x.root.Prepare(view{x: x}, Cancel, "", x.root.Consequence(s), e.Fields, Cancelled{why})
	return ready.Record, err
}

// EnterInError says that none of it happened.
func (x *Session) EnterInError(why reason.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return x.do(EnterInError, s, e.Fields, EnteredInError{why})
}

// early is how long before its start the day of a session may have begun.
const early = 12 * time.Hour

const causeRule = "must be anxiety, transport, cost, illness, refusal or unknown"

// May returns nil if a command may be given now, with some input, and otherwise the
// [*transition.Refusal] that the command would return.
func (x *Session) May(c Command, s sp.Stamp) error { return x.root.May(view{x: x}, c, s) }

// Legal yields the commands that may be given now, in the order of the table.
func (x *Session) Legal(s sp.Stamp) iter.Seq[Command] { return x.root.Legal(view{x: x}, s) }

func (x *Session) do(c Command, s sp.Stamp, fields []sp.Field, e Event) error {
	return x.root.Do(view{x: x}, c, "", s, fields, e)
}

func (e Planned) apply(x *Session, s sp.Stamp) {
	x.plan, x.state = e, StatePlanned
	if day := e.Start.Add(-early); day.Before(s.At) { // it was noted afterwards
		x.root.Began(day)
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
	return Plan(x.plan)
}

// Cause returns why the person did not come, if they did not.
func (x *Session) Cause() Cause { return x.cause }

// Minutes returns how long the person stayed; 0 is unknown.
func (x *Session) Minutes() int { return x.minutes }

// Len returns how many events have been recorded.
func (x *Session) Len() int { return x.root.Len() }

// History returns everything that happened, in the order in which it was
// recorded. The events share memory with it and are not to be changed.
func (x *Session) History() iter.Seq[store.Entry[Event]] { return x.root.History() }
