// Package referral follows a person's way through a social prescribing scheme,
// from the day that somebody refers them to its outcome.
//
// A referrer - a GP, a nurse, a school, the person themself - refers a person to
// a link worker, who reaches them, listens, and looks with them for help in
// their community. On that way most people are lost: nobody rings, the service
// is full, an answer never comes, and whoever referred never hears of it. The
// rules here make the worst of that impossible and the rest visible.
//
// The types to know:
//
//   - A [Referral] is one episode of one person. [Receive] opens it, commands
//     such as [Referral.Accept] move it on, and each records an [Event].
//   - [Case.Propose] opens a placement, the attempt to have one service meet some
//     needs, and a placement plans sessions: see packages placement and session.
//   - A [Case] is a referral with all of these. It saves them together and, by
//     commands such as [Case.Close], ends them together; a referral ends in no other way.
//   - A [Repository] loads what [store.Save] saved, and finds who waits, whom to
//     follow up and who is owed news. Package worklist makes lists of it.
//
// Who may do what, and what must be there first, stands in a table: [Table], drawn in
// docs/pathway.md. "May I?" ([Referral.May]), the buttons of a screen ([Referral.Legal])
// and the commands ask the same rules. A refused command changes nothing and returns a
// [*transition.Refusal], which says what would have been legal:
//
//	r := referral.New("R-1007", may)
//	err := r.Receive(referral.Submission{
//		Person: "P-55", Urgency: referral.Routine, Reasons: []needs.Code{needs.Loneliness},
//	}, sp.By(gp, at))
//	err = r.Accept("ann", sp.By(ann, at))
//	err = r.Contact("phone", 30, sp.By(ann, at))
//	c := referral.NewCase(r) // or load it, with everything that hangs on it
//	p, err := c.Propose(placement.Proposal{ID: "PL-1", Service: garden, Provider: green, Needs: r.Needs()}, sp.By(ann, at))
//	err = store.Save(ctx, db, c) // all of it or nothing
//
// # Promises
//
// No referral ends while a crisis or safeguarding flag is open, while an alert of
// one of the person's assessments waits for an answer, or while something that was
// proposed goes on; nor as of a day on which one of them was open. Only a death waits for
// none of that ([Case.RecordDeath]). A flag is with whoever carries it until a team says
// yes in its own word, or a second person has found that there is nothing in it; package
// concern has the answers, the ledger and the clocks.
// Sessions that have begun by then wait to be marked. Saying no takes a reason, whose reason it is, and what
// follows. Who is referred, by whom and for what never changes;
// coming back is a new episode ([Referral.ReferAgain]). Beyond the table, every
// command asks a [transition.Authorizer]; without one it is refused. Nothing that a person
// is answered depends on what they may not know: their wish to withdraw is always noted,
// and a link worker completes it ([Repository.WithdrawalsAsked]).
//
// Events hold identifiers, codes, numbers and times: whatever looks like text is
// refused, so that the log can stay when a person asks to be forgotten.
//
// # Time
//
// Something may be recorded after it happened, and not before; it may not have
// happened before the referral was received, nor answer what had not been asked. The
// order of a history is the order of recording; what holds is what took effect last,
// even if it was noted before. A request
// that comes twice happens once if its stamp carries a key ([sp.Stamp]), whatever has
// happened since; one that comes too late is refused as things stand.
package referral
