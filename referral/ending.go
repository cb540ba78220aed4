package referral

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

// A referral ends through its case and in no other way: alone it knows neither
// of the sessions to come nor of alerts that wait for an answer. Each of the eight
// withdraws the placements that are open and calls off the sessions that are still to
// come; those that have begun wait to be marked.
//
// An end may take effect before it is recorded, as of a day on which nothing stood in
// its way: no flag was open, no alert waited, and for closing every placement had
// ended. Only a death asks for none of that, since it waits for nobody; what is open
// then stays on its lists, and must be answered all the same.

// Decline is the scheme's no.
func (c *Case) Decline(why reason.Reason, s sp.Stamp) error {
	return c.end(Decline, why, s, nil, Declined{why, c.needs()})
}

// Reroute passes the referral on to an organisation that can do more.
func (c *Case) Reroute(to directory.ID, why reason.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(to), "to")
	return c.end(Reroute, why, s, e.Fields, Rerouted{to, why})
}

// Expire ends a referral on which nobody acted in time.
func (c *Case) Expire(why reason.Reason, s sp.Stamp) error {
	return c.end(Expire, why, s, nil, Expired{why, c.needs()})
}

// Withdraw ends the referral at the wish of the person or the referrer. A person who
// gives the command themself has their wish noted, always, and a link worker completes
// it by giving the same command: see [Repository.WithdrawalsAsked].
func (c *Case) Withdraw(why reason.Reason, s sp.Stamp) error {
	return c.end(Withdraw, why, s, nil, Withdrawn{why}, WithdrawalAsked{why})
}

// RecordDeath ends the referral of a person who has died. It waits neither for flags nor
// for alerts. Those stay on their lists, since somebody has to be told; nobody asks the
// person how they are any more.
func (c *Case) RecordDeath(s sp.Stamp) error {
	died := reason.Because(reason.Died)
	return c.end(RecordDeath, died, s, nil, Withdrawn{died})
}

// Close ends the referral with a result, once every placement has ended. A need is not met
// by what never took place: where something was proposed for it, somebody came to a
// session, or it was a signpost and nobody keeps a list, or the result states by what else
// it was met ([needs.Result].Otherwise).
func (c *Case) Close(result needs.Result, s sp.Stamp) error {
	var e sp.InvalidError
	of := c.needs()
	result.Check(&e, of)
	closed := Closed{Result: result.Complete(of)}
	c.endedAt(&e, s.At)
	return c.endWith(&result, Close, reason.Because(reason.NoLongerNeeded), s, e.Fields, closed)
}

// End ends the referral in the way that fits: without a reason it is closed with the result
// ([Case.Close]). With a reason it ends before it is done: as declined by the scheme, if nobody
// has spoken to the person yet and the reason is not the person's ([Case.Decline]), and
// otherwise as withdrawn ([Case.Withdraw]).
func (c *Case) End(result needs.Result, why reason.Reason, s sp.Stamp) error {
	switch {
	case why.Code == "":
		return c.Close(result, s)
	case c.Referral != nil && c.Referral.FirstContact().IsZero() && why.Whose != reason.Person:
		return c.Decline(why, s)
	}
	return c.Withdraw(why, s)
}

// GiveUp ends a referral whose person cannot be reached, once the scheme's
// policy is met.
func (c *Case) GiveUp(policy Unreachable, s sp.Stamp) error {
	var e sp.InvalidError
	policy.check(&e)
	closed := Closed{
		Result: needs.Result{Outcome: needs.UnknownOutcome},
		Reason: reason.Because(reason.NotReached),
		Policy: policy.Name,
	}
	if c.Referral != nil {
		for _, missing := range policy.missing(c.Referral, s.At) {
			e.Check(false, "policy", sp.WrongState, "is not met before there are "+missing)
		}
	}
	return c.end(GiveUp, closed.Reason, s, e.Fields, closed)
}

// EnterInError says that the referral and what is still open of it should never
// have been there.
func (c *Case) EnterInError(why reason.Reason, s sp.Stamp) error {
	return c.end(EnterInError, why, s, nil, EnteredInError{why})
}

// end makes the event happen that ends the referral and, as a consequence that
// nobody decides, ends its open placements and planned sessions for the reason
// given. All of it is prepared before any is recorded, so that a refusal changes nothing.
func (c *Case) end(command Command, why reason.Reason, s sp.Stamp, fields []sp.Field, events ...Event) error {
	return c.endWith(nil, command, why, s, fields, events...)
}

func (c *Case) endWith(result *needs.Result, command Command, why reason.Reason, s sp.Stamp, fields []sp.Field, events ...Event) error {
	if err := c.check(string(command)); err != nil {
		return err
	}
	e := sp.InvalidError{Fields: fields}
	why.Check(&e)
	e.Check(command == RecordDeath || why.Code != reason.Died, "reason", sp.Inconsistent, "must not be a death, which RecordDeath records: it waits for nothing")
	if s.By.Role != sp.RolePerson { // whose wish is noted whatever there was
		c.settledAt(&e, s.At, why)
	}
	ours, err := c.Referral.root.Prepare(c.view(), command, "", s, e.Fields, events...)
	if err != nil || !ours.Waits() {
		return err
	}
	if err := c.shown(result); err != nil {
		return err
	}
	if ours.To() == "" {
		ours.Record()
		return nil
	}
	follows, err := c.follows(command, why, s)
	if err != nil {
		return err
	}
	ours.Record()
	for _, record := range follows {
		record()
	}
	for _, a := range c.Assessments {
		a.Touch() // whoever measures the person at this moment is to meet a conflict
	}
	return nil
}

// follows prepares the end of what is open and of what is still to come.
func (c *Case) follows(command Command, why reason.Reason, s sp.Stamp) (records []func(), err error) {
	for _, p := range c.Placements {
		if !p.State().Open() {
			continue
		}
		leave := p.PrepareWithdraw
		if command == EnterInError {
			leave = p.PrepareEnterInError
		}
		record, err := leave(why, s)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	off, err := c.callOff(why, s, func(session.Plan) bool { return true })
	return append(records, off...), err
}

// needs returns the needs of the referral, if there is one.
func (c *Case) needs() []needs.Code {
	if c.Referral == nil {
		return nil
	}
	return c.Referral.Needs()
}

// settledAt notes in e what stood in the way of an end at the time as of which it is
// recorded, though it does not any more. A death waits for nobody.
func (c *Case) settledAt(e *sp.InvalidError, at time.Time, why reason.Reason) {
	if why.Code == reason.Died {
		return
	}
	c.Referral.flaggedAt(e, at)
	for _, a := range c.Assessments {
		waits := make(map[string]bool)
		for alert := range a.Alerts() {
			waits[alert] = true
		}
		for _, alert := range a.WaitedAt(at) {
			e.Check(waits[alert], "stamp.at", sp.Untimely, fmt.Sprintf("must not be before alert %s of assessment %s was answered", alert, a.ID()))
		}
	}
}

// endedAt notes in e the placements that have ended since, and had not at the time as
// of which the case closes.
func (c *Case) endedAt(e *sp.InvalidError, at time.Time) {
	for _, p := range c.Placements {
		e.Check(p == nil || p.State().Open() || !endOf(p).After(at), "stamp.at", sp.Untimely, "must not be before placement "+idOf(p)+" has ended")
	}
}

func idOf(p *placement.Placement) string {
	if p == nil {
		return ""
	}
	return string(p.ID())
}
