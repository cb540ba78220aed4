package referral

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/refusal"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// An ID names a referral.
type ID string

// A WorkerID names a link worker, by the pseudonym that their [sp.Actor] has.
type WorkerID string

// An Urgency says how soon a person should hear from somebody. A crisis is not
// an urgency but a flag: see [Referral.Raise].
type Urgency string

// The urgencies, in rising order.
const (
	Routine Urgency = "routine"
	Soon    Urgency = "soon"
	Urgent  Urgency = "urgent"
)

var urgencies = []Urgency{Routine, Soon, Urgent}

// A Referral is the state that its history adds up to. Commands change it by
// recording events; [store.Save] saves them. A refused command changes nothing.
// It must not be used by several goroutines at once.
type Referral struct {
	id        ID
	state     State
	received  Received
	requester sp.Actor
	since     time.Time // received
	urgency   dated[Urgency]
	worker    dated[WorkerID]
	assessed  dated[[]needs.Code]
	contacted time.Time // first conversation, by when it took place
	spoken    time.Time // last conversation, likewise
	attempts  []try     // to reach the person, since the last conversation
	flags     []flag
	proposed  []placement.ID
	followUp  sp.Date
	owed      []time.Time // when there was news that the referrer has not been told
	result    pathway.Result
	reason    pathway.Reason
	ended     time.Time // as of which it ended, if it did
	last      time.Time // when anything was last recorded
	unseen    bool      // it was ended by a case that cannot know of every alert
	history   store.History[Event]
	remit     pathway.Remit
}

// A Submission is what a referral starts from. Who it is for, who asked and why
// cannot be changed later.
type Submission struct {
	ID       ID
	Person   person.ID
	Urgency  Urgency
	Reasons  []needs.Code // what the person seems to need, as whoever refers sees it
	Source   string       // the kind of referrer as a code, such as "gp", "school" or "self"; may be empty
	From     directory.ID // the organisation that refers, if any
	Previous ID           // the referral that this person had before, if any: coming back is a new episode
}

// Receive opens a referral; the stamp says who refers. The remit is asked
// before this and every later command; nil refuses.
func Receive(a Submission, remit pathway.Remit, s sp.Stamp) (*Referral, error) {
	var e sp.InvalidError
	e.Check(sp.ValidID(a.Person), "person", sp.IDRule)
	e.Check(slices.Contains(urgencies, a.Urgency), "urgency", urgencyRule)
	pathway.CheckNeeds(&e, "reasons", a.Reasons)
	e.Check(a.Source == "" || pathway.ValidCode(a.Source), "source", pathway.CodeRule)
	e.Check(a.From == "" || sp.ValidID(a.From), "from", sp.IDRule)
	e.Check(a.Previous == "" || sp.ValidID(a.Previous), "previous", sp.IDRule)
	e.Check(a.Previous == "" || a.Previous != a.ID, "previous", "must be another referral")
	r := &Referral{id: a.ID, remit: remit, received: Received{Person: a.Person}}
	received := Received{a.Person, a.Urgency, slices.Clone(a.Reasons), a.Source, a.From, a.Previous}
	if err := r.record("receive", received, s, e.Fields); err != nil {
		return nil, err
	}
	return r, nil
}

// ReferAgain opens a new referral for the person of one that has ended, and not as
// of a time before it ended. It is a new episode: what was is not reopened, and the
// new one says what it follows. Save both in one commit: nothing happens to the old
// one, but of two who refer again at the same moment the second meets a version
// conflict, loads the old one again and can look what has come of it.
func (r *Referral) ReferAgain(a Submission, s sp.Stamp) (*Referral, error) {
	e := sp.InvalidError{Subject: "referral: refer again"}
	e.Check(!r.state.Open() && r.state != StateInError, "previous", "must have ended; as long as it has not, work on it")
	e.Check(a.Person == "" || a.Person == r.received.Person, "person", "must be the person of the referral before")
	e.Check(!s.At.Before(r.ended), "stamp.at", "must not be before the end of the referral before")
	if err := e.Err(); err != nil {
		return nil, err
	}
	a.Person, a.Previous = r.received.Person, r.id
	again, err := Receive(a, r.remit, s)
	if err == nil {
		r.history.Touch()
	}
	return again, err
}

// Triage records how the referral fares against criteria. Package triage finds
// out; the link worker still decides.
func (r *Referral) Triage(t Triaged, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(pathway.ValidCode(t.Criteria), "criteria", pathway.CodeRule)
	for i, code := range slices.Concat(t.Failed, t.Unknown) {
		if !pathway.ValidCode(code) {
			e.Check(false, fmt.Sprintf("findings[%d]", i), pathway.CodeRule)
		}
	}
	e.Check((t.Fits == sp.No) == (len(t.Failed) > 0), "fits", "must be no exactly where a criterion failed")
	e.Check(t.Fits != sp.Yes || len(t.Unknown) == 0, "fits", "must not be yes as long as something must be asked")
	t.Failed, t.Unknown = slices.Clone(t.Failed), slices.Clone(t.Unknown)
	return r.record("triage", t, s, e.Fields)
}

const urgencyRule = "must be routine, soon or urgent"

// Accept puts the referral on a worker's caseload.
func (r *Referral) Accept(worker WorkerID, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidID(worker), "worker", sp.IDRule)
	return r.record("accept", Accepted{worker}, s, e.Fields)
}

// Assign moves the referral to another worker's caseload.
func (r *Referral) Assign(worker WorkerID, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidID(worker), "worker", sp.IDRule)
	e.Check(worker != r.worker.value, "worker", "must be another one")
	return r.record("assign", Assigned{worker}, s, e.Fields)
}

// Prioritise changes the urgency.
func (r *Referral) Prioritise(u Urgency, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(slices.Contains(urgencies, u), "urgency", urgencyRule)
	return r.record("prioritise", Prioritised{u}, s, e.Fields)
}

// Assess records the needs that an assessment found; its ID may be empty. They
// stand in for the reasons of the referral from then on.
func (r *Referral) Assess(assessment needs.AssessmentID, found []needs.Code, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(assessment == "" || sp.ValidID(assessment), "assessment", sp.IDRule)
	pathway.CheckNeeds(&e, "needs", found)
	return r.record("assess", Assessed{assessment, slices.Clone(found)}, s, e.Fields)
}

// Propose puts a service to the person and opens its placement. Save both in one
// commit, since neither is whole without the other; [Case.Propose] and saving the
// [Case] sees to that. The referral and the person of the proposal are filled in; its
// needs must be among [Referral.Needs].
func (r *Referral) Propose(a placement.Proposal, s sp.Stamp) (*placement.Placement, error) {
	var e sp.InvalidError
	for i, n := range a.Needs {
		e.Check(slices.Contains(r.Needs(), n), fmt.Sprintf("needs[%d]", i), "must be among the needs of the referral")
	}
	e.Check(!slices.Contains(r.proposed, a.ID), "id", "was proposed before")
	if err := r.permit("propose", s, e.Fields); err != nil {
		return nil, err
	}
	a.Referral, a.Person = string(r.id), r.received.Person
	p, err := placement.Propose(a, r.remit, s)
	if err != nil {
		return nil, err
	}
	r.happen(PlacementProposed{a.ID, a.Service, slices.Clone(a.Needs)}, s)
	return p, nil
}

// NothingFound records that there is nothing for a need. It leaves a line in
// the ledger of unmet needs.
func (r *Referral) NothingFound(need needs.Code, why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(slices.Contains(r.Needs(), need), "need", "must be among the needs of the referral")
	why.Check(&e)
	return r.record("find nothing", NothingFound{need, why}, s, e.Fields)
}

// PlanFollowUp sets the day on which to ask the person how things are. It
// replaces the day that was set before.
func (r *Referral) PlanFollowUp(on sp.Date, s sp.Stamp) error {
	var e sp.InvalidError
	today, _ := s.Days()
	e.Check(on > today, "on", "must be a day to come")
	return r.record("plan follow-up", FollowUpPlanned{on}, s, e.Fields)
}

// FollowUp records that somebody asked.
func (r *Referral) FollowUp(s sp.Stamp) error {
	return r.record("follow up", FollowedUp{}, s, nil, r.unplanned()...)
}

// CallOffFollowUp records that nobody is going to ask, and why: the person has
// died, moved, or does not want to be asked. It may be said after the referral was
// closed as well, since that is when most follow-ups fall due.
func (r *Referral) CallOffFollowUp(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return r.record("call off follow-up", FollowUpCalledOff{why}, s, e.Fields, r.unplanned()...)
}

// unplanned is what is missing where no follow-up is planned.
func (r *Referral) unplanned() []string {
	if r.followUp.IsZero() {
		return []string{followUpPlanned}
	}
	return nil
}

// SendFeedback records that the referrer was told how things stand, by the ID of
// the document. They are owed nothing until there is more to tell; what happened
// after it was sent is more, even if the sending is noted later.
func (r *Referral) SendFeedback(document string, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidID(document), "document", sp.IDRule)
	return r.record("send feedback", FeedbackSent{document}, s, e.Fields)
}

// Permits returns nil if the rules and the remit would let a command happen now,
// by its name in [Machine], and otherwise the error that they would give. The
// command's own input is not looked at.
func (r *Referral) Permits(command string, s sp.Stamp) error { return r.permit(command, s, nil) }

// permit asks the rules whether a command is legal now.
func (r *Referral) permit(command string, s sp.Stamp, fields []sp.Field, missing ...string) error {
	err := pathway.Permit(machine, pathway.Attempt[State]{
		Command: command, ID: string(r.id), Person: r.received.Person, State: r.state, Since: r.since,
		Stamp: s, Fields: fields, Missing: missing, Remit: r.remit,
	})
	return refusal.Complete(err, machine, &r.history, s, recordedBy)
}

// recordedBy reports whether a command is the one that recorded an event: closing
// and giving up record the same.
func recordedBy(e Event, command string) bool {
	closed, ok := e.(Closed)
	return !ok || (closed.Policy != "") == (command == giveUp)
}

// record makes an event happen, if the rules allow it.
func (r *Referral) record(command string, e Event, s sp.Stamp, fields []sp.Field, missing ...string) error {
	if err := r.permit(command, s, fields, missing...); err != nil {
		return err
	}
	r.happen(e, s)
	return nil
}

func (r *Referral) happen(e Event, s sp.Stamp) {
	r.apply(e, r.history.Append(e, s))
}

// History returns everything that happened, in the order in which it was
// recorded. The facts share memory with it and are not to be changed.
func (r *Referral) History() iter.Seq[store.Entry[Event]] { return r.history.All() }
