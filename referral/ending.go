package referral

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/placement"
)

// Decline is the scheme's no. Where the person may have filled in a
// questionnaire, use [Case.Decline].
func (r *Referral) Decline(why pathway.Reason, s sp.Stamp) error {
	return r.decline(why, s, r.unflagged())
}

// Reroute passes the referral on to an organisation that can do more. Where the
// person may have filled in a questionnaire, use [Case.Reroute].
func (r *Referral) Reroute(to directory.ID, why pathway.Reason, s sp.Stamp) error {
	return r.reroute(to, why, s, r.unflagged())
}

// Expire ends a referral on which nobody acted in time. Where the person may have
// filled in a questionnaire, use [Case.Expire].
func (r *Referral) Expire(why pathway.Reason, s sp.Stamp) error {
	return r.expire(why, s, r.unflagged())
}

// Withdraw ends the referral at the wish of the person or the referrer. Where
// services were proposed or the person was assessed, use [Case.Withdraw].
func (r *Referral) Withdraw(why pathway.Reason, s sp.Stamp) error {
	return r.withdraw(why, s, r.alone())
}

// Close ends the referral with a result. Where services were proposed or the
// person was assessed, use [Case.Close].
func (r *Referral) Close(result pathway.Result, s sp.Stamp) error {
	return r.close(result, s, r.alone())
}

// GiveUp ends a referral whose person cannot be reached, once the scheme's
// policy is met. Where services were proposed or the person was assessed, use
// [Case.GiveUp].
func (r *Referral) GiveUp(policy Unreachable, s sp.Stamp) error {
	return r.giveUp(policy, s, r.alone())
}

// EnterInError says that the referral should never have been there. Where
// services were proposed or the person was assessed, use [Case.EnterInError].
func (r *Referral) EnterInError(why pathway.Reason, s sp.Stamp) error {
	return r.enterInError(why, s, r.alone())
}

func (r *Referral) decline(why pathway.Reason, s sp.Stamp, missing []string) error {
	var e sp.InvalidError
	why.Check(&e)
	return r.record("decline", Declined{why, r.Needs()}, s, e.Fields, missing...)
}

func (r *Referral) reroute(to directory.ID, why pathway.Reason, s sp.Stamp, missing []string) error {
	var e sp.InvalidError
	e.Check(sp.ValidID(to), "to", sp.IDRule)
	why.Check(&e)
	return r.record("reroute", Rerouted{to, why}, s, e.Fields, missing...)
}

func (r *Referral) expire(why pathway.Reason, s sp.Stamp, missing []string) error {
	var e sp.InvalidError
	why.Check(&e)
	return r.record("expire", Expired{why, r.Needs()}, s, e.Fields, missing...)
}

func (r *Referral) withdraw(why pathway.Reason, s sp.Stamp, missing []string) error {
	var e sp.InvalidError
	why.Check(&e)
	return r.record("withdraw", Withdrawn{why}, s, e.Fields, missing...)
}

func (r *Referral) close(result pathway.Result, s sp.Stamp, missing []string) error {
	var e sp.InvalidError
	of := r.Needs()
	result.Check(&e, of)
	return r.record("close", Closed{Result: result.Complete(of)}, s, e.Fields, missing...)
}

func (r *Referral) giveUp(policy Unreachable, s sp.Stamp, missing []string) error {
	closed := Closed{
		Result: pathway.Result{Outcome: pathway.UnknownOutcome},
		Reason: pathway.Because(pathway.NotReached),
		Policy: policy.Name,
	}
	var e sp.InvalidError
	policy.check(&e)
	return r.record("give up", closed, s, e.Fields, append(missing, policy.missing(r)...)...)
}

func (r *Referral) enterInError(why pathway.Reason, s sp.Stamp, missing []string) error {
	var e sp.InvalidError
	why.Check(&e)
	return r.record("enter in error", EnteredInError{why}, s, e.Fields, missing...)
}

// endable is what is missing before the referral may end: hand-overs, and the end
// of each placement apart from those of which more is known.
func (r *Referral) endable(known ...placement.ID) []string {
	missing := r.unflagged()
	for _, id := range r.proposed {
		if !slices.Contains(known, id) {
			missing = append(missing, hasEnded(id))
		}
	}
	return missing
}

// alone is what is missing before the referral may end without its case: the end
// of every placement, and a look for alerts that only a case can take.
func (r *Referral) alone() []string {
	missing := r.endable()
	for _, id := range r.assessing {
		missing = append(missing, "its case has looked for alerts in assessment "+id)
	}
	return missing
}

func hasEnded(id placement.ID) string { return fmt.Sprintf("placement %s has ended", id) }
