package placement

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
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// An ID names a placement.
type ID string

// A Placement is the state that its history adds up to. Commands change it by
// recording events; [store.Save] saves them. It must not be used by several
// goroutines at once.
type Placement struct {
	id       ID
	state    State
	proposed Proposed
	sent     Offered
	since    time.Time   // proposed
	owed     []time.Time // when there was news that the provider has not been told
	waiting  bool        // on the provider's own list
	listed   time.Time   // when the provider last said so
	answered time.Time   // when the person was accepted, or went there
	stepped  time.Time   // when the step was last set
	expected sp.Date
	step     session.Step
	result   pathway.Result
	reason   pathway.Reason
	history  store.History[Event]
	remit    pathway.Remit
}

// A Proposal is what a placement starts from.
type Proposal struct {
	ID       ID
	Referral string // ID of the referral; Propose of package referral fills it in
	Person   person.ID
	Service  directory.ID
	Provider directory.ID // the organisation that runs it
	Needs    []needs.Code // that it is to meet
	Step     session.Step // to begin with; empty is [session.Group]

	// Group names offers of which the first to be accepted counts; empty is none.
	// Open the group with [Together]: as long as nobody has, no member can be
	// accepted, alone or otherwise, though it can still be declined or withdrawn.
	Group GroupID
}

// Propose puts a service to a person. The remit is asked before this and every
// later command; nil refuses. Most programs call Propose of a Case of package
// referral instead, which knows the person and the needs, and save the Case: a
// placement that is saved alone is one of which its referral does not know.
func Propose(a Proposal, remit pathway.Remit, s sp.Stamp) (*Placement, error) {
	if a.Step == "" {
		a.Step = session.Group
	}
	var e sp.InvalidError
	e.Check(sp.ValidID(a.Referral), "referral", sp.IDRule)
	e.Check(sp.ValidID(a.Person), "person", sp.IDRule)
	e.Check(sp.ValidID(a.Service), "service", sp.IDRule)
	e.Check(sp.ValidID(a.Provider), "provider", sp.IDRule)
	e.Check(a.Group == "" || sp.ValidID(a.Group), "group", sp.IDRule)
	e.Check(a.Step.Valid(), "step", stepRule)
	pathway.CheckNeeds(&e, "needs", a.Needs)
	p := &Placement{id: a.ID, remit: remit, proposed: Proposed{Person: a.Person}}
	proposed := Proposed{a.Referral, a.Person, a.Service, a.Provider, slices.Clone(a.Needs), a.Step, a.Group}
	if err := p.record("propose", proposed, s, e.Fields); err != nil {
		return nil, err
	}
	return p, nil
}

const stepRule = "must be phone, home, accompanied, small-group or group"

// Offer sends the placement on, once the person has said yes. The permission is
// asked about each field that is disclosed; nil refuses. What was disclosed is
// kept as it is now, whatever becomes of the person's record.
func (p *Placement) Offer(a Sending, permission pathway.Permission, s sp.Stamp) error {
	var e sp.InvalidError
	if a.ReplyBy.IsZero() {
		a.ReplyBy = s.At.AddDate(0, 0, ReplyDays)
	}
	a.check(&e, s.At)
	sent := Offered{a.Level, slices.Clone(a.Items), a.ReplyBy.UTC().Truncate(time.Microsecond)}
	if err := p.permit("offer", s, e.Fields); err != nil {
		return err
	}
	var refused DisclosureError
	for _, item := range a.Items {
		if err := see(permission, p.proposed.Provider, p.proposed.Person, item); err != nil {
			refused.Fields = append(refused.Fields, item.Field)
			refused.Reasons = append(refused.Reasons, err)
		}
	}
	if len(refused.Fields) > 0 {
		refused.Placement = p.id
		return &refused
	}
	p.happen(sent, s)
	return nil
}

// Accept records the provider's yes. A placement that belongs to a [Group] is
// accepted through [Group.Accept].
func (p *Placement) Accept(s sp.Stamp) error {
	var missing []string
	if p.proposed.Group != "" {
		missing = append(missing, fmt.Sprintf("its group %s is asked, which withdraws the others: Group.Accept", p.proposed.Group))
	}
	return p.record("accept", Accepted{}, s, nil, p.unknown(missing)...)
}

// unknown adds what is missing where the provider does not know of the placement.
func (p *Placement) unknown(missing []string) []string {
	if p.sent.Level == Signpost {
		missing = append(missing, "the provider knows of it: a signpost tells them nothing")
	}
	return missing
}

// WaitList records that the provider put the person on a list of their own, where
// they wait until the provider accepts them or, having done so before, until they
// start. The day on which a place is expected may be unknown.
func (p *Placement) WaitList(expected sp.Date, s sp.Stamp) error {
	return p.record("wait-list", WaitListed{expected}, s, nil, p.unknown(nil)...)
}

// Decline records a no, by the person or the provider.
func (p *Placement) Decline(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return p.record("decline", Declined{why, p.about()}, s, e.Fields)
}

// Lapse records that nobody has answered, once the reply is overdue: the
// provider after a full referral, and after a signpost or a self-referral the
// person, of whom nobody has heard that they went. A place on the provider's
// waiting list is an answer.
func (p *Placement) Lapse(s sp.Stamp) error {
	var missing []string
	if p.waiting {
		missing = append(missing, "the provider has not answered; they have put the person on their waiting list")
	} else if s.At.Before(p.sent.ReplyBy) {
		missing = append(missing, "the reply is overdue, on "+p.sent.ReplyBy.Format(time.DateOnly))
	}
	why := pathway.Because(pathway.NoReply)
	if p.sent.Level != FullReferral {
		why = pathway.Because(pathway.NoNews)
	}
	return p.record("lapse", Lapsed{why, p.about()}, s, nil, missing...)
}

// Withdraw takes the placement back.
func (p *Placement) Withdraw(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return p.record("withdraw", Withdrawn{why, p.about()}, s, e.Fields)
}

// MoveTo sets the step at which the next session is offered, gentler or bolder
// than before. The cause says why a session was missed, if that is why; it is
// empty otherwise. Nothing starts again.
func (p *Placement) MoveTo(step session.Step, after session.Cause, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(step.Valid(), "step", stepRule)
	e.Check(after == "" || after.Valid(), "after", "must be anxiety, transport, cost, illness, refusal or unknown, or empty")
	return p.record("move to step", Stepped{step, after}, s, e.Fields)
}

// PlanSession plans an attendance at the present step. Save both in one commit:
// nothing happens to the placement, but if somebody ends it at the same moment
// one of the two meets a version conflict, and no session is left without it.
func (p *Placement) PlanSession(id session.ID, start time.Time, s sp.Stamp) (*session.Session, error) {
	if err := p.permit("plan session", s, nil, p.unanswered()...); err != nil {
		return nil, err
	}
	x, err := session.Schedule(session.Plan{
		ID: id, Placement: string(p.id), Referral: p.proposed.Referral,
		Person: p.proposed.Person, Step: p.step, Start: start,
	}, p.remit, s)
	if err == nil {
		p.history.Touch()
	}
	return x, err
}

// unanswered is what is missing where a full referral has not been accepted yet.
func (p *Placement) unanswered() []string {
	if p.state == StateOffered && p.sent.Level == FullReferral {
		return []string{"the provider has accepted it"}
	}
	return nil
}

// Start records that the person has been there. After a signpost or a
// self-referral nobody has accepted anything, and the person or the link worker says so.
func (p *Placement) Start(s sp.Stamp) error {
	return p.record("start", Started{}, s, nil, p.unanswered()...)
}

// Complete records the planned end.
func (p *Placement) Complete(r pathway.Result, s sp.Stamp) error {
	var e sp.InvalidError
	r.Check(&e, p.proposed.Needs)
	return p.record("complete", Completed{r.Complete(p.proposed.Needs), p.about()}, s, e.Fields)
}

// Stop records an end before the planned one.
func (p *Placement) Stop(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return p.record("stop", Stopped{why, p.about()}, s, e.Fields)
}

// SendFeedback records that the provider was told how things stand, by the ID
// of the document. They are owed nothing until there is more to tell; what happened
// after it was sent is more, even if the sending is noted later.
func (p *Placement) SendFeedback(document string, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidID(document), "document", sp.IDRule)
	return p.record("send feedback", FeedbackSent{document}, s, e.Fields)
}

// EnterInError says that the placement should never have been there.
func (p *Placement) EnterInError(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return p.record("enter in error", EnteredInError{why}, s, e.Fields)
}

func (p *Placement) about() About {
	return About{p.proposed.Referral, p.proposed.Service, p.proposed.Needs}
}

// Permits returns nil if the rules and the remit would let a command happen now,
// by its name in [Machine], and otherwise the error that they would give. The
// command's own input is not looked at.
func (p *Placement) Permits(command string, s sp.Stamp) error { return p.permit(command, s, nil) }

// permit asks the rules whether a command is legal now.
func (p *Placement) permit(command string, s sp.Stamp, fields []sp.Field, missing ...string) error {
	err := pathway.Permit(machine, pathway.Attempt[State]{
		Command: command, ID: string(p.id), Person: p.proposed.Person, State: p.state, Since: p.since,
		Stamp: s, Fields: fields, Missing: missing, Remit: p.remit,
	})
	return refusal.Complete(err, machine, &p.history, s, nil)
}

// record makes an event happen, if the rules allow it.
func (p *Placement) record(command string, e Event, s sp.Stamp, fields []sp.Field, missing ...string) error {
	if err := p.permit(command, s, fields, missing...); err != nil {
		return err
	}
	p.happen(e, s)
	return nil
}

func (p *Placement) happen(e Event, s sp.Stamp) {
	e.apply(p, p.history.Append(e, s))
}

// History returns everything that happened, in the order in which it was
// recorded. The facts share memory with it and are not to be changed.
func (p *Placement) History() iter.Seq[store.Entry[Event]] { return p.history.All() }
