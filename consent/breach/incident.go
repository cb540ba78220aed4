package breach

import (
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/aggregate"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// An ID names an incident.
type ID string

// Hours is within how many hours of becoming aware the supervisory authority is told.
// Source: UK GDPR, article 33(1).
const Hours = 72

// An Incident is the state that its history adds up to. It must not be used by several
// goroutines at once.
type Incident struct {
	id       ID
	state    State
	noted    Noted
	assessed Assessed
	reported Reported
	late     time.Time // when it was reported
	informed Informed
	root     aggregate.Root[State, Command, Event, view]
}

// New returns an incident that does not exist yet: [Incident.Note] begins it. The authorizer
// is asked before each command; nil denies them all.
func New(id ID, may transition.Authorizer) *Incident {
	return &Incident{id: id, root: aggregate.New[State, Command, Event, view](func() *transition.Machine[State, Command, view] { return machine }, may)}
}

// Note begins the incident, as soon as anybody knows of it. The clock runs from Aware, which
// may be before it was noted; zero is the time of the stamp.
func (b *Incident) Note(n Noted, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(b.id), "id")
	e.Check(slices.Contains(ways[:], n.How), "how", sp.NotListed, "must be a way of package breach")
	e.Check(len(n.Kinds) > 0, "kinds", sp.Missing, "must say what it is about")
	for _, k := range n.Kinds {
		e.Check(k == consent.Status || slices.Contains(consent.Kinds(), k), "kinds", sp.NotListed, "must be kinds of package consent")
	}
	people, known := n.People.Lookup()
	e.Check(!known || people >= 0, "people", sp.OutOfRange, "must be 0 or more")
	if n.Aware.IsZero() {
		n.Aware = s.At
	}
	e.Check(!n.Aware.After(s.At), "aware", sp.Untimely, "must not be later than it is noted")
	n.Aware = n.Aware.UTC().Truncate(time.Microsecond)
	return b.do(Note, s, e.Fields, n)
}

// Assess records how likely it is to harm people, and why, in a code. It can be assessed
// again as more is known, until it is closed: the last counts. Where a risk is unlikely the
// code is the reason why it is not reported.
func (b *Incident) Assess(a Assessed, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(a.Risk == Unlikely || a.Risk == Likely || a.Risk == High, "risk", sp.NotListed, "must be unlikely, likely or high")
	e.Check(sp.ValidCode(a.Why), "why", sp.Missing, "must say why, as a code")
	return b.do(Assess, s, e.Fields, a)
}

// Report records that the supervisory authority was told, under its reference. After the 72
// hours it says why it is late.
func (b *Incident) Report(r Reported, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(r.Reference, "reference")
	e.Check(!s.At.After(b.ReportBy()) || b.state == "" || sp.ValidCode(r.WhyLate), "whyLate", sp.Missing, "must say why it is later than 72 hours, as a code")
	return b.do(Report, s, e.Fields, r)
}

// Inform records that the people whom it is about were told, and how many, or by a code why
// they were not. Of each, the register of the person says so too.
func (b *Incident) Inform(i Informed, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check((i.People > 0) != (i.WhyNot != ""), "people", sp.Inconsistent, "must be how many were told, or why they were not")
	e.Check(i.People >= 0, "people", sp.OutOfRange, "must be 0 or more")
	e.Check(i.WhyNot == "" || sp.ValidCode(i.WhyNot), "whyNot", sp.Malformed, sp.CodeRule)
	return b.do(Inform, s, e.Fields, i)
}

// Close records what was done so that it does not happen again, as codes. What is owed has
// been done by then: it was assessed, reported unless a risk is unlikely, and the people were
// told, or it says why not, where the risk is high.
func (b *Incident) Close(c Closed, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(len(c.Done) > 0, "done", sp.Missing, "must say what was done, as codes")
	for _, code := range c.Done {
		e.Check(sp.ValidCode(code), "done", sp.Malformed, sp.CodeRule)
	}
	return b.do(Close, s, e.Fields, c)
}

func (b *Incident) do(c Command, s sp.Stamp, fields []sp.Field, e Event) error {
	return b.root.Do(view{b}, c, "", s, fields, e)
}

// ID returns what the incident is called.
func (b *Incident) ID() ID { return b.id }

// State returns where it stands.
func (b *Incident) State() State { return b.state }

// Noted returns what happened.
func (b *Incident) Noted() Noted {
	n := b.noted
	n.Kinds = slices.Clone(n.Kinds)
	return n
}

// Risk returns how likely it is to harm people; empty is not assessed yet.
func (b *Incident) Risk() Risk { return b.assessed.Risk }

// ReportBy returns until when the supervisory authority is to be told: 72 hours after the
// controller became aware, weekends and holidays included.
func (b *Incident) ReportBy() time.Time { return b.noted.Aware.Add(Hours * time.Hour) }

// ReportDue reports whether the supervisory authority still has to be told: always as long as
// nobody has assessed the risk, and then unless a risk is unlikely.
func (b *Incident) ReportDue() bool {
	return b.state == StateOpen && b.assessed.Risk != Unlikely && b.reported.Reference == ""
}

// InformDue reports whether people still have to be told of it: the risk is high.
func (b *Incident) InformDue() bool {
	return b.state == StateOpen && b.assessed.Risk == High && b.informed == (Informed{})
}

// Late returns by how much later than 72 hours it was reported, or has not been reported at a
// time; zero is in time, or not to be reported.
func (b *Incident) Late(at time.Time) time.Duration {
	switch {
	case b.reported.Reference != "":
		at = b.late
	case !b.ReportDue():
		return 0
	}
	return max(at.Sub(b.ReportBy()), 0)
}

// History returns everything that happened, in the order in which it was recorded.
func (b *Incident) History() iter.Seq[store.Entry[Event]] { return b.root.History() }

// Version returns the version of the record; see [store.History.Version].
func (b *Incident) Version() int64 { return b.root.Version() }

// May returns nil if a command may be given now, with some input, and otherwise the
// [*transition.Refusal] that the command would return.
func (b *Incident) May(c Command, s sp.Stamp) error { return b.root.May(view{b}, c, s) }

// Legal yields the commands that may be given now, in the order of the table.
func (b *Incident) Legal(s sp.Stamp) iter.Seq[Command] { return b.root.Legal(view{b}, s) }

// String returns "incident B-1".
func (b *Incident) String() string { return "incident " + string(b.id) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (b *Incident) Format(f fmt.State, _ rune) { f.Write([]byte(b.String())) }

// LogValue implements [slog.LogValuer].
func (b *Incident) LogValue() slog.Value { return slog.StringValue(b.String()) }
