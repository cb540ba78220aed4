package referral

import (
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// A referral ends through its case and in no other way: alone it knows neither
// of the sessions to come nor of alerts that wait for an answer. Each of the seven
// withdraws the placements that are open and calls off the sessions that are still to
// come; those that have begun wait to be marked.
//
// An end may take effect before it is recorded, as of a day on which nothing stood in
// its way: no flag was open, no alert waited, and for closing every placement had
// ended. Only a death asks for none of that, since it waits for nobody; what was open
// then must be handed over and answered all the same before the end is recorded.

// Decline is the scheme's no.
func (c *Case) Decline(why pathway.Reason, s sp.Stamp) error {
	return c.end("decline", Declined{why, c.needs()}, why, s, nil)
}

// Reroute passes the referral on to an organisation that can do more.
func (c *Case) Reroute(to directory.ID, why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidID(to), "to", sp.IDRule)
	return c.end("reroute", Rerouted{to, why}, why, s, e.Fields)
}

// Expire ends a referral on which nobody acted in time.
func (c *Case) Expire(why pathway.Reason, s sp.Stamp) error {
	return c.end("expire", Expired{why, c.needs()}, why, s, nil)
}

// Withdraw ends the referral at the wish of the person or the referrer.
func (c *Case) Withdraw(why pathway.Reason, s sp.Stamp) error {
	return c.end("withdraw", Withdrawn{why}, why, s, nil)
}

// Close ends the referral with a result, once every placement has ended.
func (c *Case) Close(result pathway.Result, s sp.Stamp) error {
	var e sp.InvalidError
	of := c.needs()
	result.Check(&e, of)
	closed := Closed{Result: result.Complete(of)}
	return c.end("close", closed, pathway.Because(pathway.NoLongerNeeded), s, e.Fields, c.unended(s.At)...)
}

// GiveUp ends a referral whose person cannot be reached, once the scheme's
// policy is met.
func (c *Case) GiveUp(policy Unreachable, s sp.Stamp) error {
	var e sp.InvalidError
	policy.check(&e)
	closed := Closed{
		Result: pathway.Result{Outcome: pathway.UnknownOutcome},
		Reason: pathway.Because(pathway.NotReached),
		Policy: policy.Name,
	}
	var missing []string
	if c.Referral != nil {
		missing = policy.missing(c.Referral, s.At)
	}
	return c.end(giveUp, closed, closed.Reason, s, e.Fields, missing...)
}

// EnterInError says that the referral and what is still open of it should never
// have been there.
func (c *Case) EnterInError(why pathway.Reason, s sp.Stamp) error {
	return c.end("enter in error", EnteredInError{why}, why, s, nil)
}

// end makes the event happen that ends the referral and, as a consequence that
// nobody decides, ends its open placements and planned sessions for the reason
// given. If any of it is refused, nothing changes.
func (c *Case) end(command string, e Event, why pathway.Reason, s sp.Stamp, fields []sp.Field, missing ...string) error {
	if err := c.check(command); err != nil {
		return err
	}
	follows, leave := "withdraw", (*placement.Placement).Withdraw
	if command == "enter in error" {
		follows, leave = command, (*placement.Placement).EnterInError
	}
	placements, err := c.open(follows, s)
	if err != nil {
		return err
	}
	sessions, err := c.toCome(s, func(session.Plan) bool { return true })
	if err != nil {
		return err
	}
	invalid := sp.InvalidError{Fields: fields}
	why.Check(&invalid)
	if err := c.Referral.record(command, e, s, invalid.Fields, append(c.unsettled(s.At, why), missing...)...); err != nil {
		return err
	}
	c.Referral.unseen = c.Referral.unseen || !c.informed
	for _, a := range c.Assessments {
		a.Touch() // whoever measures the person at this moment is to meet a conflict
	}
	for _, p := range placements {
		if err := leave(p, why, consequence(s, beganAt(p.History()))); err != nil {
			return err
		}
	}
	return callOff(sessions, why, s)
}

// needs returns the needs of the referral, if there is one.
func (c *Case) needs() []needs.Code {
	if c.Referral == nil {
		return nil
	}
	return c.Referral.Needs()
}

// unsettled is what is missing before the case may end in any way as of a time:
// hand-overs, the end of placements of which it knows nothing, and answers to alerts.
func (c *Case) unsettled(at time.Time, why pathway.Reason) []string {
	if why.Code == pathway.Died {
		at = time.Time{} // nobody had been worried yet
	}
	missing := c.Referral.unflagged(at)
	for _, id := range c.Referral.proposed {
		if c.find(id) == nil && !slices.Contains(c.Missing, id) {
			missing = append(missing, hasEnded(id))
		}
	}
	for _, a := range c.Assessments {
		for _, alert := range a.WaitedAt(at) {
			missing = append(missing, fmt.Sprintf("alert %s of assessment %s is answered", alert, a.ID()))
		}
	}
	return missing
}

// unended is what is missing before the case may close as of a time: the end of each
// placement, which does not end with it.
func (c *Case) unended(at time.Time) []string {
	var missing []string
	for _, p := range c.Placements {
		if p != nil && (p.State().Open() || endOf(p).After(at)) {
			missing = append(missing, hasEnded(p.ID()))
		}
	}
	return missing
}

func hasEnded(id placement.ID) string { return fmt.Sprintf("placement %s has ended", id) }
