package placement

import (
	"iter"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/aggregate"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/id"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// An ID names a placement.
type ID = id.Placement

// A DocumentID names a letter or message that the embedding service keeps.
type DocumentID = id.Document

// A Placement is the state that its history adds up to. Commands change it by
// recording events; [store.Save] saves them. It must not be used by several
// goroutines at once.
type Placement struct {
	id         ID
	state      State
	proposed   Proposed
	sent       Offered
	owed       []time.Time // when there was news that the provider has not been told
	told       []Item      // since the offer
	waiting    bool        // on the provider's own list
	listed     time.Time   // when the provider last said so
	answered   time.Time   // when the person was accepted, or went there
	stepped    time.Time   // when the step was last set
	expected   sp.Date
	step       session.Step
	result     needs.Result
	reason     reason.Reason
	attributes []transition.Attribute // what an authorizer is told
	root       aggregate.Root[State, Command, Event, view]
}

// A Proposal is what a placement starts from.
type Proposal struct {
	ID       ID          // may be left out
	Referral id.Referral // Propose of package referral fills it in
	Person   person.ID
	Service  directory.ID
	Venue    directory.ID // where of the service, such as the ID of an offer of the directory; empty where it has no place, or any will do
	Provider directory.ID // the organisation that runs it
	Needs    []needs.Code // that it is to meet
	Step     session.Step // to begin with; empty is [session.Group]

	// Group names offers of which the first to be accepted counts; empty is none.
	// Open the group with [Together]: as long as nobody has, no member can be
	// accepted, alone or otherwise, though it can still be declined or withdrawn.
	Group GroupID
}

// New returns a placement that does not exist yet: Propose opens it. The authorizer
// is asked before each command; nil denies them all.
func New(id ID, may transition.Authorizer) *Placement {
	return &Placement{id: id, root: aggregate.New[State, Command, Event, view](func() *transition.Machine[State, Command, view] { return machine }, may)}
}

// Propose puts a service to a person. Most programs call Propose of a Case of package
// referral instead, which knows the person and the needs, and save the Case: a
// placement that is saved alone is one of which its referral does not know.
func (p *Placement) Propose(a Proposal, s sp.Stamp) error {
	record, err := p.PreparePropose(a, s)
	if err == nil {
		record()
	}
	return err
}

// PreparePropose returns what opens the placement, if that is allowed: what is decided
// with something else is prepared before any of it is recorded.
func (p *Placement) PreparePropose(a Proposal, s sp.Stamp) (record func(), err error) {
	if a.Step == "" {
		a.Step = session.Group
	}
	var e sp.InvalidError
	e.CheckID(string(a.Referral), "referral")
	e.CheckPersonID(string(a.Person), "person")
	e.CheckID(string(a.Service), "service")
	e.CheckOptionalID(string(a.Venue), "venue")
	e.CheckID(string(a.Provider), "provider")
	e.CheckOptionalID(string(a.Group), "group")
	e.Check(a.Step.Valid(), "step", sp.NotListed, stepRule)
	needs.CheckCodes(&e, "needs", a.Needs)
	e.Check(a.ID == "" || a.ID == p.id, "id", sp.Inconsistent, "must be that of the placement")
	proposed := Proposed{a.Referral, a.Person, a.Service, a.Provider, slices.Clone(a.Needs), a.Step, a.Group, a.Venue}
	ready, err := p.root.Prepare(view{p: p, person: a.Person}, Propose, string(a.Provider), s, e.Fields, proposed)
	return ready.Record, err
}

const stepRule = "must be phone, home, accompanied, small-group or group"

// Offer sends the placement on, once the person has said yes. The permission is
// asked about each field that is disclosed, at the stage of the offer at which it will be
// ([consent.AtStage]); nil refuses. What was disclosed is kept as it is now, whatever
// becomes of the person's record, and so is on which ground, where the permission names it
// ([consent.AnsweringPermission]). What waits for the provider's yes is not disclosed by
// it: [Placement.Disclose] does that, and asks again.
func (p *Placement) Offer(a Sending, permission consent.Permission, s sp.Stamp) error {
	var e sp.InvalidError
	if a.ReplyBy.IsZero() {
		first := s
		if earlier, again := p.root.Earlier(s); again { // a second try is stamped later
			first = earlier
		}
		a.ReplyBy = first.At.AddDate(0, 0, ReplyDays)
	}
	a.check(&e, s.At)
	refused := DisclosureError{Placement: p.id}
	grounds := refused.ask(consent.AtStage(permission, consent.WithQuestion, string(p.proposed.Service)), p, a.Audience, a.Items)
	refused.ask(consent.AtStage(permission, consent.OnceYes, string(p.proposed.Service)), p, a.Audience, a.OnceYes)
	sent := Offered{a.Level, slices.Clone(a.Items), a.ReplyBy.UTC().Truncate(time.Microsecond), noted(&e, a.Authority, grounds), a.Audience, slices.Clone(a.OnceYes), grounds}
	ready, err := p.root.Prepare(view{p: p}, Offer, string(p.proposed.Provider), s, e.Fields, sent)
	if err != nil || !ready.Waits() {
		return err
	}
	if len(refused.Fields) > 0 {
		return &refused
	}
	ready.Record()
	return nil
}

// Disclose tells the provider more, once they have said yes: what the offer kept for then
// ([Placement.Untold]), or what they asked for. The permission is asked about each field
// as it stands now, whatever it said when the offer was made; nil refuses. If one is
// refused, nothing is told. The provider is of the audience that the offer said.
func (p *Placement) Disclose(a Disclosure, permission consent.Permission, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(len(a.Items) > 0, "items", sp.Missing, "must say what is disclosed")
	checkItems(&e, "items", a.Items)
	e.Check(a.Authority == "" || sp.ValidCode(a.Authority), "authority", sp.Malformed, sp.CodeRule)
	refused := DisclosureError{Placement: p.id}
	grounds := refused.ask(consent.AtStage(permission, consent.OnceYes, string(p.proposed.Service)), p, p.sent.Audience, a.Items)
	told := Disclosed{slices.Clone(a.Items), noted(&e, a.Authority, grounds), grounds}
	ready, err := p.root.Prepare(view{p: p}, Disclose, string(p.proposed.Provider), s, e.Fields, told)
	if err != nil || !ready.Waits() {
		return err
	}
	if len(refused.Fields) > 0 {
		return &refused
	}
	ready.Record()
	return nil
}

// Accept records the provider's yes. A placement that belongs to a [Group] is
// accepted through [Group.Accept].
func (p *Placement) Accept(s sp.Stamp) error {
	return p.do(Accept, s, nil, Accepted{})
}

// PrepareWithdraw returns what takes the placement back as a consequence of what
// somebody does at s, if that is allowed; whatever ends what it belongs to prepares
// all of it before any of it is recorded. See [aggregate.Root.Consequence].
func (p *Placement) PrepareWithdraw(why reason.Reason, s sp.Stamp) (record func(), err error) {
	return p.prepare(Withdraw, s, why, Withdrawn{why, p.about()})
}

// PrepareEnterInError is [Placement.PrepareWithdraw] for what should never have been there.
func (p *Placement) PrepareEnterInError(why reason.Reason, s sp.Stamp) (record func(), err error) {
	return p.prepare(EnterInError, s, why, EnteredInError{why})
}

func (p *Placement) prepare(c Command, s sp.Stamp, why reason.Reason, event Event) (record func(), err error) {
	var e sp.InvalidError
	why.Check(&e)
	ready, err := p.root.Prepare(view{p: p}, c, "", p.root.Consequence(s), e.Fields, event)
	return ready.Record, err
}

// WaitList records that the provider put the person on a list of their own, where
// they wait until the provider accepts them or, having done so before, until they
// start. The day on which a place is expected may be unknown.
func (p *Placement) WaitList(expected sp.Date, s sp.Stamp) error {
	return p.do(WaitList, s, nil, WaitListed{expected})
}

// Decline records a no, by the person or the provider.
func (p *Placement) Decline(why reason.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return p.do(Decline, s, e.Fields, Declined{why, p.about()})
}

// Lapse records that nobody has answered, once the reply is overdue: the
// provider after a full referral, and after a signpost or a self-referral the
// person, of whom nobody has heard that they went. A place on the provider's
// waiting list is an answer.
func (p *Placement) Lapse(s sp.Stamp) error {
	why := reason.Because(reason.NoReply)
	if p.sent.Level != FullReferral {
		why = reason.Because(reason.NoNews)
	}
	return p.do(Lapse, s, nil, Lapsed{why, p.about()})
}

// Withdraw takes the placement back.
func (p *Placement) Withdraw(why reason.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return p.do(Withdraw, s, e.Fields, Withdrawn{why, p.about()})
}

// MoveTo sets the step at which the next session is offered, gentler or bolder
// than before. The cause says why a session was missed, if that is why; it is
// empty otherwise. Nothing starts again.
func (p *Placement) MoveTo(step session.Step, after session.Cause, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(step.Valid(), "step", sp.NotListed, stepRule)
	e.Check(after == "" || after.Valid(), "after", sp.NotListed, "must be anxiety, transport, cost, illness, refusal or unknown, or empty")
	return p.do(MoveTo, s, e.Fields, Stepped{step, after})
}

// PlanSession plans an attendance at the present step, by a session that does not
// exist yet. Save both in one commit: nothing happens to the placement, but if somebody
// ends it at the same moment one of the two meets a version conflict, and no session
// is left without it.
func (p *Placement) PlanSession(x *session.Session, start time.Time, s sp.Stamp) error {
	if x == nil {
		x = &session.Session{} // which refuses everything
	}
	if x.State() == "" { // otherwise the session knows whether the request came before
		if err := p.root.Permit(view{p: p}, PlanSession, s, session.EventPlanned); err != nil {
			return err
		}
	}
	planner := s
	if planner.By.Only == "placement/"+string(p.id) {
		planner.By.Only = "" // a link is for the placement, and its sessions belong to it
	}
	n := x.Len()
	if err := x.Schedule(session.Plan{
		Placement: p.id, Referral: p.proposed.Referral, Person: p.proposed.Person, Provider: p.proposed.Provider, Step: p.step, Start: start,
	}, planner); err != nil {
		return err
	}
	if x.Len() > n {
		p.root.Touch()
	}
	return nil
}

// Start records that the person has been there. After a signpost or a
// self-referral nobody has accepted anything, and the person or the link worker says so.
func (p *Placement) Start(s sp.Stamp) error {
	return p.do(Start, s, nil, Started{})
}

// Complete records the planned end. Of somebody who has not been there, nothing is said
// to be met, unless it is stated by what else ([needs.Result].Otherwise). A signpost and a
// self-referral can be completed as just that, as soon as the person has the details, with
// the outcome [needs.Signposted] or [needs.SelfReferred]: nobody waits for news then.
func (p *Placement) Complete(r needs.Result, s sp.Stamp) error {
	var e sp.InvalidError
	r.Check(&e, p.proposed.Needs)
	ownHands := map[Level]needs.Outcome{Signpost: needs.Signposted, SelfReferral: needs.SelfReferred}[p.sent.Level]
	if p.state == StateOffered {
		e.Check(r.Outcome == ownHands, "result.outcome", sp.Inconsistent, "must be signposted of a signpost and self-referred of a self-referral, as long as nobody has been there")
	} else {
		e.Check(r.Outcome == ownHands || r.Outcome != needs.Signposted && r.Outcome != needs.SelfReferred, "result.outcome", sp.Inconsistent, "must be signposted only of a signpost, and self-referred only of a self-referral")
	}
	e.Check(p.state != StateAccepted || r.Otherwise != "" || len(r.Met(p.proposed.Needs)) == 0, "result.outcome", sp.WrongState, "must not be met where nobody has been there, unless it is stated by what else")
	return p.do(Complete, s, e.Fields, Completed{r.Complete(p.proposed.Needs), p.about()})
}

// Stop records an end before the planned one.
func (p *Placement) Stop(why reason.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return p.do(Stop, s, e.Fields, Stopped{why, p.about()})
}

// SendFeedback records that the provider was told how things stand, by the ID
// of the document. They are owed nothing until there is more to tell; what happened
// after it was sent is more, even if the sending is noted later.
func (p *Placement) SendFeedback(document DocumentID, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(document), "document")
	return p.do(SendFeedback, s, e.Fields, FeedbackSent{document})
}

// EnterInError says that the placement should never have been there.
func (p *Placement) EnterInError(why reason.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return p.do(EnterInError, s, e.Fields, EnteredInError{why})
}

func (p *Placement) about() About {
	return About{p.proposed.Referral, p.proposed.Service, p.proposed.Needs}
}

// May returns nil if a command may be given now, with some input, and otherwise the
// [*transition.Refusal] that the command would return.
func (p *Placement) May(c Command, s sp.Stamp) error { return p.root.May(view{p: p}, c, s) }

// Legal yields the commands that may be given now, in the order of the table.
func (p *Placement) Legal(s sp.Stamp) iter.Seq[Command] { return p.root.Legal(view{p: p}, s) }

func (p *Placement) do(c Command, s sp.Stamp, fields []sp.Field, e Event) error {
	return p.root.Do(view{p: p}, c, "", s, fields, e)
}

// History returns everything that happened, in the order in which it was
// recorded. The events share memory with it and are not to be changed.
func (p *Placement) History() iter.Seq[store.Entry[Event]] { return p.root.History() }
