// Package pathway is what a referral, a placement and a session have in common: how
// a command is decided, which reasons there are for saying no, with what outcome it
// all can end, and who else has to be asked.
//
// Real systems that describe the same standard disagree on which steps are
// legal, and most check nobody's role. Here the rules are data: each of the
// three has a table of package transition. [Permit] asks it, then looks at the
// input and the times, and last asks whether this worker may do this.
//
// Saying no takes a [Reason]: a code, whose reason it is, and what follows for
// finding something else. [Reasons] is the list that ships with this package,
// built on the one of the NHS Booking and Referral Standard; schemes add their own.
//
//	m := referral.Machine()
//	rule, ok := m.Find("accept", referral.StateReceived, sp.RoleReferrer) // false: that is for a link worker
//	why := pathway.Because(pathway.NoCapacity)                            // the provider's reason; look for something else
//	why = why.ParkedUntil(sp.NewDate(2026, time.June, 1))                 // or ask again in June
//
// Two questions are not for a table to answer, and the embedding service
// answers them: may this worker do this ([Remit]), and may this reader see that
// ([Permission])? Whoever supplies neither is refused, never waved through. One
// type with a few lines of the scheme's own answers both; the repositories and
// the first command of a referral take it as their remit, and whatever tells of
// a case takes it as its permission:
//
//	func (r rules) May(by sp.Actor, do pathway.Act) error {
//		if do.Machine == referral.Kind && do.Command == "accept" && !slices.Contains(r.trained, by.ID) {
//			return fmt.Errorf("%s is not trained to take people on: %w", by.ID, sp.ErrDenied)
//		}
//		return nil
//	}
//
//	func (r rules) See(reader sp.Actor, of person.ID, field string) error {
//		if reader.Role != sp.RoleLinkWorker && !slices.Contains(r.agreed[of], field) {
//			return fmt.Errorf("%s has not agreed that a %s sees %s: %w", of, reader.Role, field, sp.ErrDenied)
//		}
//		return nil
//	}
//
//	r, err := referral.Receive(submission, scheme, stamp)
package pathway
