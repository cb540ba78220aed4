package fhir

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
)

// An Answer is what a partner's Task tells us to record of a placement that we sent them. One
// without a command tells nothing that our machine allows: it is to be shown to somebody, who
// may record what is nearest.
type Answer struct {
	Placement placement.ID
	Status    string            // Task.status, as it came
	Command   placement.Command // empty: nothing is recorded
	Reason    reason.Reason     // why, of a no or an end
	Result    needs.Result      // of a completion
	Found     []Need            // needs that came back with it, as they stand; whoever assesses takes them over
	Expected  sp.Date           // when a place on their waiting list is expected; may be unknown
	At        time.Time         // when it happened; zero if they do not say
	Key       string            // the same whenever the same Task comes
}

// Answer reads what a partner answers to a placement. The stamp is that of whoever sent it,
// who needs the same right as for any command. Refused, with the error [sp.ErrInvalid], is a
// Task that is about another placement or person, or is owned by nobody or somebody else. A
// status that our machine does not allow now is reported as [Refused] too, without an error,
// and the Answer has no command. A Task that is no newer than what we know says nothing.
//
// What comes back with it, the output of SDOHCC, is read where the Task contains it, or
// where both are in the bundle of [Decoder.In]: a Condition says whether a need is still
// there, and so, of all needs of the placement, the result; an Observation may say that
// somebody is on a waiting list. A Procedure, and all else, is reported.
func (d Decoder) Answer(o *resource.Object, p *placement.Placement, s sp.Stamp) (Answer, Report, error) {
	said, lost, err := d.Task(o)
	if err != nil {
		return Answer{}, lost, err
	}
	r := &in{d: d.at(o), o: o}
	r.faults.Subject = "fhir: read an answer to placement " + string(p.ID())
	focus, _ := d.ours("placement", o.Get("focus"))
	r.refuse(said.ID == p.ID() || focus == string(p.ID()), "focus", "must be the request of this placement")
	r.refuse(said.Person == "" || said.Person == p.Person(), "for", "must be the person of this placement")
	r.refuse(said.Provider == p.Provider(), "owner", "must be the provider who was asked")
	if err := r.faults.Err(); err != nil {
		return Answer{}, r.report, err
	}
	a := Answer{Placement: p.ID(), Status: o.Get("status").Text(), At: r.moment("lastModified")}
	a.Key = "fhir-" + digest(string(p.ID())+"|"+a.Status+"|"+o.Get("lastModified").Text()+"|"+string(o.Get("statusReason").Raw()))
	heard, _, err := crosswalk.FHIRTask().Hear(a.Status)
	if err != nil || !d.Profile.knows(a.Status) {
		r.lose(Loss{Path: "Task.status", Kind: UnknownCode, Severity: sp.Error})
		return a, r.report, nil
	}
	if !repeats(p, a.Key) {
		r.content("input", p.Person())
		came := r.content("output", p.Person())
		a.Found = came.needs
		heard.Waiting = heard.Waiting || came.waits && heard.State == placement.StateOffered
		r.decide(&a, p, heard, came, s)
	}
	return a, r.report, nil
}

// commands are what a status asks for, if it is not where the placement stands already.
var commands = map[placement.State]placement.Command{
	placement.StateAccepted: placement.Accept, placement.StateStarted: placement.Start, placement.StateCompleted: placement.Complete,
	placement.StateStopped: placement.Stop, placement.StateDeclined: placement.Decline,
}

// decide finds the command that a status asks for, if our machine allows it.
func (r *in) decide(a *Answer, p *placement.Placement, heard crosswalk.Status, came content, s sp.Stamp) {
	now := crosswalk.Of(p)
	if came.waits && heard.State != placement.StateOffered {
		r.lose(Loss{Path: "Task.output", Ours: string(heard.State), Theirs: "not-enrolled-on-waitlist", Kind: Dropped, Severity: sp.Warning})
	}
	if heard.State == now.State && heard.Waiting == now.Waiting {
		return
	}
	if last := last(p); !a.At.IsZero() && a.At.Before(last) {
		r.lose(Loss{Path: "Task.lastModified", Ours: string(now.State), Theirs: a.Status, Kind: Dropped})
		return
	}
	command := commands[heard.State]
	if heard.Waiting {
		command = placement.WaitList
	}
	if a.At.IsZero() {
		r.lose(Loss{Path: "Task.lastModified", Ours: "when it came", Kind: Defaulted})
	}
	if command == "" || p.May(command, s.Under(a.Key)) != nil {
		r.lose(Loss{Path: "Task.status", Ours: string(now.State), Theirs: a.Status, Kind: Refused, Severity: sp.Warning})
		return
	}
	a.Command = command
	x := r.recover("placement")
	switch command {
	case placement.WaitList:
		a.Expected = x.day("expected")
	case placement.Complete:
		a.Result = r.resultBy(x, came, p.View().Needs)
	case placement.Decline, placement.Stop:
		a.Reason = r.reason(x, heard.State)
	default:
	}
}

// repeats reports whether something was recorded of a placement under a key.
func repeats(p *placement.Placement, key string) bool {
	for e := range p.History() {
		if e.Stamp.Key == key {
			return true
		}
	}
	return false
}

// last returns when the last that is known of a placement happened.
func last(p *placement.Placement) (at time.Time) {
	for e := range p.History() {
		if e.Stamp.At.After(at) {
			at = e.Stamp.At
		}
	}
	return at
}

// Apply records the answer, as having happened when the partner says, if that is not later
// than the stamp. The same answer again records nothing, and so does one without a command.
func (a Answer) Apply(p *placement.Placement, s sp.Stamp) error {
	if p.ID() != a.Placement {
		return sp.Invalid("fhir: apply an answer", "placement", sp.Inconsistent, "must be the one that was answered")
	}
	s = s.Under(a.Key)
	if !a.At.IsZero() && a.At.Before(s.At) {
		s = s.Happened(a.At)
	}
	switch a.Command {
	case placement.Accept:
		return p.Accept(s)
	case placement.WaitList:
		return p.WaitList(a.Expected, s)
	case placement.Start:
		return p.Start(s)
	case placement.Complete:
		return p.Complete(a.Result, s)
	case placement.Stop:
		return p.Stop(a.Reason, s)
	case placement.Decline:
		return p.Decline(a.Reason, s)
	case "":
		return nil
	default:
		return sp.Invalid("fhir: apply an answer", "command", sp.NotListed, "must be one that a Task can ask for")
	}
}
