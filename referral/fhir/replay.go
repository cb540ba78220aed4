package fhir

import (
	"cmp"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
)

// Replay records in a case that is kept here what a case that was read says has happened to
// it: the referral, what was proposed and what became of it, what was attended. The stamp is
// that of whoever takes it in, in whose role each command is checked by the tables of our
// machines; what they refuse is not recorded, and reported as [Refused]. So is what the
// permission here does not let be disclosed, whatever was permitted where it comes from.
//
// The same case twice records nothing the second time. Of a placement that is known here
// already, no more than one step is taken: further ones somebody has to decide. A new
// placement takes all steps to where it stands; those between are stamped as the last, and
// that is reported. The error is [sp.ErrInvalid] where the case is not that of this referral
// and person, and nothing is recorded then.
//
//	kept := referral.NewCase(referral.New(read.Referral.ID, may)) // or as it is stored
//	lost, err := read.Replay(kept, permission, sp.By(ann, now))
//	err = store.Save(ctx, db, kept)
//
// A concern that is open there is raised here. Needs and goals are recorded in the
// assessment in which they were found, if the case has it: where there is none yet, give
// one to [referral.NewCase] that [needs.New] begins. What the person permitted is recorded
// by [Case.ReplayChoices], before. The rest is not, and reported: scores and answers may raise an
// alert that somebody has to answer, so whoever takes them in enters them
// ([needs.Assessment.Measure]); a plan is the person's own words, which they agree to again
// ([needs.WritePlan]).
func (c *Case) Replay(kept *referral.Case, may consent.Permission, s sp.Stamp) (Report, error) {
	known := kept.Referral
	var e sp.InvalidError
	e.Subject = "fhir: replay referral " + string(known.ID())
	e.Check(c.Referral.ID == known.ID(), "referral.id", sp.Inconsistent, "must be that of the case that is kept")
	e.Check(known.State() == "" || c.Referral.Person == known.Person(), "referral.person", sp.Inconsistent, "must be the person of the case that is kept")
	for i, p := range c.Placements {
		e.Check(p.Person == "" || p.Person == c.Referral.Person, at("placements", i)+".person", sp.Inconsistent, "must be the person of the referral")
	}
	for i, x := range c.Sessions {
		e.Check(x.Person == "" || x.Person == c.Referral.Person, at("sessions", i)+".person", sp.Inconsistent, "must be the person of the referral")
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	r := &replay{c: c, kept: kept, may: may, s: s, fresh: make(map[placement.ID]bool)}
	begun := r.begin()
	if begun {
		for i := range c.Placements {
			r.begun(at("placements", i), &c.Placements[i])
		}
		for i := range c.Sessions { // while the placements are under way
			r.session(at("sessions", i), &c.Sessions[i])
		}
		for i := range c.Placements {
			r.ended(at("placements", i), &c.Placements[i])
		}
		r.flags()
		r.assessed()
		r.end()
	}
	r.records(begun)
	return r.report, nil
}

// A replay is a case that is being recorded.
type replay struct {
	c      *Case
	kept   *referral.Case
	may    consent.Permission
	s      sp.Stamp
	fresh  map[placement.ID]bool // placements that were not known before
	report Report
}

func (r *replay) lose(l Loss) { r.report = append(r.report, l) }

// do gives a command, under a key that is the same whenever it comes, and reports it if it
// is refused.
func (r *replay) do(path, id, what string, at time.Time, command func(sp.Stamp) error) bool {
	s := r.s.Under("fhir-" + digest(id+"|"+what+"|"+at.UTC().Format(time.RFC3339Nano)))
	if !at.IsZero() && at.Before(s.At) {
		s = s.Happened(at)
	}
	if err := command(s); err != nil {
		r.lose(Loss{Path: path, Theirs: what, Kind: Refused, Severity: sp.Warning})
		return false
	}
	return true
}

// begin records the referral as far as it is open: that it was received, taken on and that
// the person was spoken to.
func (r *replay) begin() bool {
	from, known := r.c.Referral, r.kept.Referral
	if known.State() == "" {
		if from.Referrer != (sp.Actor{}) && !from.Referrer.Same(r.s.By) {
			r.lose(Loss{Path: "referral.referrer", Ours: string(r.s.By.Role), Theirs: string(from.Referrer.Role), Kind: Coarsened})
		}
		if !r.do("referral.state", string(r.c.Referral.ID), string(referral.StateReceived), from.Received, func(s sp.Stamp) error { return known.Receive(from.Submission(), s) }) {
			return false
		}
	}
	reached := from.State == referral.StateActive || from.State == referral.StateClosed || len(r.c.Placements) > 0
	if known.State() == referral.StateReceived && (reached || from.State == referral.StateAccepted) {
		worker := cmp.Or(from.Worker, referral.WorkerID(r.s.By.ID))
		if !r.do("referral.state", string(r.c.Referral.ID), string(referral.StateAccepted), from.FirstContact, func(s sp.Stamp) error { return known.Accept(worker, s) }) {
			return true
		}
	}
	if known.State() == referral.StateAccepted && reached {
		r.lose(Loss{Path: "referral.firstContact", Ours: "channel unknown", Kind: Defaulted})
		r.do("referral.state", string(r.c.Referral.ID), string(referral.StateActive), from.FirstContact, func(s sp.Stamp) error { return known.Contact("unknown", 0, s) })
	}
	return true
}

// end records how the referral ended, if whoever takes it in may end it so.
func (r *replay) end() {
	from, now := r.c.Referral, r.kept.Referral.State()
	if from.State == now || from.State == "" || from.State.Open() && now != "" {
		if from.State != now && from.State != "" && !now.Open() {
			r.lose(Loss{Path: "referral.state", Ours: string(now), Theirs: string(from.State), Kind: Refused, Severity: sp.Warning})
		}
		return
	}
	why := orOther(from.Reason)
	r.do("referral.state", string(r.c.Referral.ID), string(from.State), from.Ended, func(s sp.Stamp) error {
		switch from.State {
		case referral.StateClosed:
			return r.kept.Close(from.Result, s)
		case referral.StateDeclined:
			return r.kept.Decline(why, s)
		case referral.StateRerouted:
			return r.kept.Reroute(from.To, why, s)
		case referral.StateExpired:
			return r.kept.Expire(why, s)
		case referral.StateWithdrawn:
			return r.kept.Withdraw(why, s)
		default:
			return r.kept.EnterInError(why, s)
		}
	})
}

// orOther is the reason that says nothing where there is none.
func orOther(why reason.Reason) reason.Reason {
	if why.Code == "" {
		return reason.Because(reason.OtherReason)
	}
	return why
}
