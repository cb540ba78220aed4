// Package concern says what happens to a worry about somebody's safety: who is asked
// to take it over, what they answered, who carries it meanwhile, and what is due.
//
// A link worker is no clinician. Whoever hears that somebody wants to die, or is being
// harmed, has to see that a team whose task it is takes that over, and carries it
// until they do. "I left a message" is not "they have it": of the nine answers that a
// team can give, three end the duty of whoever carries the concern ([Answer.Ends]),
// and only the team's own word, or that of a second person, counts for these. A refusal
// is not the end of it either: the next team has to be asked, sooner rather than later.
//
// Package referral records concerns, by its commands to raise, offer, answer and accept.
// What is here are their words and rules:
//
//   - A [Concern] is what the history of one adds up to: its offers with their answers,
//     and the ledger of who carried it from when to when.
//   - A [Standard] says how soon somebody must answer, and [Standard.Next] what is to
//     be done now and by when. Those of [Proposed] are this library's proposal, made from
//     local procedures: there is no national clock. A scheme agrees its own.
//   - A [Reason] says what the worry is about; [Reason.Code] and [FromCode] translate it
//     to and from the code list of the NHS Booking and Referral Standard (BaRS).
package concern
