package referral

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/aggregate"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/internal/id"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce/record"
)

// An ID names a referral.
type ID = id.Referral

// A DocumentID names a letter or message that the embedding service keeps.
type DocumentID = id.Document

// A WorkerID names a link worker, by the pseudonym that their [sp.Actor] has.
type WorkerID = record.WorkerID

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
	id         ID
	state      State
	received   Received
	requester  sp.Actor
	since      time.Time // received
	urgency    dated[Urgency]
	worker     dated[WorkerID]
	standing   dated[CheckInAnswer] // how they were when they were last rung while they waited
	assessed   dated[[]needs.Code]
	contacted  time.Time // first conversation, by when it took place
	spoken     time.Time // last conversation, likewise
	attempts   []try     // to reach the person, since the last conversation
	concerns   []concern.Concern
	proposed   []placement.ID
	choices    []store.Entry[OptionsShown] // what the person was shown
	followUp   sp.Date
	owed       []time.Time // when there was news that the referrer has not been told
	alarming   []time.Time // when there was such news about somebody's safety
	told       bool        // whether a document told the referrer
	result     needs.Result
	reason     reason.Reason
	ended      time.Time              // as of which it ended, if it did
	last       time.Time              // when anything was last recorded
	asked      time.Time              // when the person wished to withdraw
	providers  []directory.ID         // of its placements
	whole      *Case                  // that holds it, if one does
	attributes []transition.Attribute // what an authorizer is told
	loading    bool                   // from a record: nobody asks yet
	loads      []supplied             // of workers, as the caller supplied them
	by         []*Caseload            // by which it was given to somebody since it was last saved
	root       aggregate.Root[State, Command, Event, view]
}

// New returns a referral that does not exist yet: Receive opens it. The authorizer is
// asked before each command; nil denies them all.
func New(id ID, may transition.Authorizer) *Referral {
	return &Referral{id: id, root: aggregate.New[State, Command, Event, view](func() *transition.Machine[State, Command, view] { return machine }, may)}
}

// A Submission is what a referral starts from. Who it is for, who asked and why
// cannot be changed later.
type Submission struct {
	ID       ID // may be left out
	Person   person.ID
	Urgency  Urgency
	Reasons  []needs.Code // what the person seems to need, as whoever refers sees it
	Source   string       // the kind of referrer as a code, such as "gp", "school" or "self"; may be empty
	From     directory.ID // the organisation that refers, if any
	Medium   Medium       // how it reached the scheme; empty is unknown
	Previous ID           // the referral that this person had before, if any: coming back is a new episode

	// AgeBand is a code for how old the person is, such as "0-17", as whoever decides
	// which worker may take them on wants it told. Empty is unknown.
	AgeBand string

	// Taxonomy is the one that the reasons are terms of; nil is [needs.Standard].
	Taxonomy *needs.Taxonomy
}

// Receive opens the referral; the stamp says who refers.
func (r *Referral) Receive(a Submission, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckPersonID(string(a.Person), "person")
	e.Check(slices.Contains(urgencies, a.Urgency), "urgency", sp.NotListed, urgencyRule)
	a.Taxonomy.Check(&e, "reasons", a.Reasons)
	e.Check(a.Source == "" || sp.ValidCode(a.Source), "source", sp.Malformed, sp.CodeRule)
	e.CheckOptionalID(string(a.From), "from")
	e.Check(a.Medium == "" || slices.Contains(media, a.Medium), "medium", sp.NotListed, "must be structured, online-form, email, letter, phone or in-person, or empty")
	e.CheckOptionalID(string(a.Previous), "previous")
	e.Check(a.Previous == "" || a.Previous != r.id, "previous", sp.Inconsistent, "must be another referral")
	e.Check(a.AgeBand == "" || sp.ValidCode(a.AgeBand), "ageBand", sp.Malformed, sp.CodeRule)
	e.Check(a.ID == "" || a.ID == r.id, "id", sp.Inconsistent, "must be that of the referral")
	received := Received{a.Person, a.Urgency, slices.Clone(a.Reasons), a.Source, a.From, a.Previous, a.AgeBand, a.Medium}
	v := r.view()
	v.person = a.Person
	return r.root.Do(v, Receive, "", s, e.Fields, received)
}

// ReferAgain opens a new referral for the person of one that has ended, and not as
// of a time before it ended. It is a new episode: what was is not reopened, and the
// new one says what it follows. Save both in one commit: nothing happens to the old
// one, but of two who refer again at the same moment the second meets a version
// conflict, loads the old one again and can look what has come of it.
func (r *Referral) ReferAgain(a Submission, s sp.Stamp) (*Referral, error) {
	e := sp.InvalidError{Subject: "referral: refer again"}
	e.Check(!r.state.Open() && r.state != StateInError, "previous", sp.WrongState, "must have ended; as long as it has not, work on it")
	e.Check(a.Person == "" || a.Person == r.received.Person, "person", sp.Inconsistent, "must be the person of the referral before")
	e.Check(!s.At.Before(r.ended), "stamp.at", sp.Untimely, "must not be before the end of the referral before")
	if err := e.Err(); err != nil {
		return nil, err
	}
	a.Person, a.Previous = r.received.Person, r.id
	again := New(a.ID, r.root.Authorizer())
	if err := again.Receive(a, s); err != nil {
		return nil, err
	}
	r.root.Touch()
	return again, nil
}

// Triage records how the referral fares against criteria. Package triage finds
// out; the link worker still decides.
func (r *Referral) Triage(t Triaged, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidCode(t.Criteria), "criteria", sp.Malformed, sp.CodeRule)
	for i, code := range slices.Concat(t.Failed, t.Unknown) {
		if !sp.ValidCode(code) {
			e.Check(false, fmt.Sprintf("findings[%d]", i), sp.Malformed, sp.CodeRule)
		}
	}
	e.Check((t.Fits == sp.No) == (len(t.Failed) > 0), "fits", sp.Inconsistent, "must be no exactly where a criterion failed")
	e.Check(t.Fits != sp.Yes || len(t.Unknown) == 0, "fits", sp.Inconsistent, "must not be yes as long as something must be asked")
	t.Failed, t.Unknown = slices.Clone(t.Failed), slices.Clone(t.Unknown)
	return r.do(Triage, "", s, e.Fields, t)
}

const urgencyRule = "must be routine, soon or urgent"

// Accept puts the referral on a worker's caseload.
func (r *Referral) Accept(worker WorkerID, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(worker), "worker")
	return r.give(Accept, worker, s, e.Fields, Accepted{worker})
}

// Assign moves the referral to another worker's caseload.
func (r *Referral) Assign(worker WorkerID, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(worker), "worker")
	e.Check(worker != r.worker.value, "worker", sp.Inconsistent, "must be another one")
	return r.give(Assign, worker, s, e.Fields, Assigned{worker})
}

// Prioritise changes the urgency.
func (r *Referral) Prioritise(u Urgency, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(slices.Contains(urgencies, u), "urgency", sp.NotListed, urgencyRule)
	return r.do(Prioritise, "", s, e.Fields, Prioritised{u})
}

// Assess records the needs that an assessment found. They stand in for the reasons of
// the referral from then on. They are terms of a taxonomy, nil for [needs.Standard], or
// needs that the referral had before: any other code is refused with the nearest. The ID
// of the assessment is empty where the needs were found without one.
func (r *Referral) Assess(assessment needs.AssessmentID, found []needs.Code, t *needs.Taxonomy, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckOptionalID(string(assessment), "assessment")
	needs.CheckCodes(&e, "needs", found)
	had := r.Needs()
	for i, c := range found {
		if slices.Contains(had, c) || !sp.ValidCode(c) { // which was said already
			continue
		}
		var one sp.InvalidError
		t.Check(&one, "needs", []needs.Code{c})
		for _, f := range one.Fields {
			e.Check(false, fmt.Sprintf("needs[%d]", i), f.Code, f.Rule)
		}
	}
	return r.do(Assess, "", s, e.Fields, Assessed{assessment, slices.Clone(found)})
}

// propose puts a service to the person by a placement that does not exist yet.
func (r *Referral) propose(p *placement.Placement, a placement.Proposal, s sp.Stamp, fields []sp.Field) error {
	e := sp.InvalidError{Fields: fields}
	for i, n := range a.Needs {
		e.Check(slices.Contains(r.Needs(), n), fmt.Sprintf("needs[%d]", i), sp.NotListed, "must be among the needs of the referral")
	}
	e.Check(!slices.Contains(r.proposed, p.ID()), "id", sp.WrongState, "was proposed before")
	proposed := PlacementProposed{p.ID(), a.Service, a.Provider, slices.Clone(a.Needs)}
	ours, err := r.root.Prepare(r.view(), Propose, string(a.Provider), s, e.Fields, proposed)
	if err != nil || !ours.Waits() {
		return err
	}
	a.ID, a.Referral, a.Person = p.ID(), r.id, r.received.Person
	theirs, err := p.PreparePropose(a, s)
	if err != nil {
		return err
	}
	ours.Record()
	theirs()
	return nil
}

// NothingFound records that there is nothing for a need. It leaves a line in
// the ledger of unmet needs.
func (r *Referral) NothingFound(need needs.Code, why reason.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(slices.Contains(r.Needs(), need), "need", sp.NotListed, "must be among the needs of the referral")
	why.Check(&e)
	return r.do(FindNothing, "", s, e.Fields, NothingFound{need, why})
}

// PlanFollowUp sets the day on which to ask the person how things are. It
// replaces the day that was set before.
func (r *Referral) PlanFollowUp(on sp.Date, s sp.Stamp) error {
	var e sp.InvalidError
	today, _ := s.Days()
	e.Check(on > today, "on", sp.Untimely, "must be a day to come")
	return r.do(PlanFollowUp, "", s, e.Fields, FollowUpPlanned{on})
}

// FollowUp records that somebody asked.
func (r *Referral) FollowUp(s sp.Stamp) error {
	return r.do(FollowUp, "", s, nil, FollowedUp{})
}

// CallOffFollowUp records that nobody is going to ask, and why: the person has
// died, moved, or does not want to be asked. It may be said after the referral was
// closed as well, since that is when most follow-ups fall due.
func (r *Referral) CallOffFollowUp(why reason.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return r.do(CallOffFollowUp, "", s, e.Fields, FollowUpCalledOff{why})
}

// May returns nil if a command may be given now, with some input, and otherwise the
// [*transition.Refusal] that the command would return. Whoever asks the referral of a
// [Case] asks the case; alone it cannot end.
func (r *Referral) May(c Command, s sp.Stamp) error { return r.root.May(r.view(), c, s) }

// Legal yields the commands that may be given now, in the order of the table: the
// buttons of a screen.
func (r *Referral) Legal(s sp.Stamp) iter.Seq[Command] { return r.root.Legal(r.view(), s) }

func (r *Referral) do(c Command, to string, s sp.Stamp, fields []sp.Field, e Event) error {
	return r.root.Do(r.view(), c, to, s, fields, e)
}

// History returns everything that happened, in the order in which it was
// recorded. The events share memory with it and are not to be changed.
func (r *Referral) History() iter.Seq[store.Entry[Event]] { return r.root.History() }
