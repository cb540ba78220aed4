package referral

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/placement"
)

// A referral ends through its case and in no other way: alone it knows neither
// of the sessions to come nor of alerts that wait for an answer.

// Decline is the scheme's no.
func (c *Case) Decline(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return c.end("decline", Declined{why, c.Referral.Needs()}, s, e.Fields)
}

// Reroute passes the referral on to an organisation that can do more.
func (c *Case) Reroute(to directory.ID, why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(sp.ValidID(to), "to", sp.IDRule)
	why.Check(&e)
	return c.end("reroute", Rerouted{to, why}, s, e.Fields)
}

// Expire ends a referral on which nobody acted in time.
func (c *Case) Expire(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return c.end("expire", Expired{why, c.Referral.Needs()}, s, e.Fields)
}

// Close ends the referral with a result, once every placement has ended, and
// calls off the sessions that are still planned.
func (c *Case) Close(result pathway.Result, s sp.Stamp) error {
	var e sp.InvalidError
	of := c.Referral.Needs()
	result.Check(&e, of)
	return c.wind("withdraw", pathway.Because(pathway.NoLongerNeeded), s, func() error {
		return c.end("close", Closed{Result: result.Complete(of)}, s, e.Fields, c.going()...)
	})
}

// Withdraw ends the referral at the wish of the person or the referrer, and
// withdraws what is still open.
func (c *Case) Withdraw(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return c.wind("withdraw", why, s, func() error {
		return c.end("withdraw", Withdrawn{why}, s, e.Fields)
	})
}

// GiveUp ends a referral whose person cannot be reached, once the scheme's
// policy is met, and withdraws what is still open.
func (c *Case) GiveUp(policy Unreachable, s sp.Stamp) error {
	var e sp.InvalidError
	policy.check(&e)
	why := pathway.Because(pathway.NotReached)
	closed := Closed{Result: pathway.Result{Outcome: pathway.UnknownOutcome}, Reason: why, Policy: policy.Name}
	return c.wind("withdraw", why, s, func() error {
		return c.end("give up", closed, s, e.Fields, policy.missing(c.Referral)...)
	})
}

// EnterInError says that the referral and what is still open of it should never
// have been there.
func (c *Case) EnterInError(why pathway.Reason, s sp.Stamp) error {
	var e sp.InvalidError
	why.Check(&e)
	return c.wind("enter in error", why, s, func() error {
		return c.end("enter in error", EnteredInError{why}, s, e.Fields)
	})
}

// end ends the referral if nothing holds it and nothing else is missing.
func (c *Case) end(command string, e Event, s sp.Stamp, fields []sp.Field, missing ...string) error {
	return c.Referral.record(command, e, s, fields, append(c.held(), missing...)...)
}

// held is what holds the referral: flags that nobody has taken over, placements
// of which the case knows nothing, and alerts that nobody has answered.
func (c *Case) held() []string {
	missing := c.Referral.unflagged()
	for _, id := range c.Referral.proposed {
		if !slices.Contains(c.Missing, id) && !slices.ContainsFunc(c.Placements, func(p *placement.Placement) bool { return p.ID() == id }) {
			missing = append(missing, hasEnded(id))
		}
	}
	for _, a := range c.Assessments {
		for alert := range a.Alerts() {
			missing = append(missing, fmt.Sprintf("alert %s of assessment %s is answered", alert, a.ID()))
		}
	}
	return missing
}

// going is what is missing while placements go on.
func (c *Case) going() []string {
	var missing []string
	for _, p := range c.Placements {
		if p.State().Open() {
			missing = append(missing, hasEnded(p.ID()))
		}
	}
	return missing
}

func hasEnded(id placement.ID) string { return fmt.Sprintf("placement %s has ended", id) }
