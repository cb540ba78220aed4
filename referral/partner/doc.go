// Package partner says what happens to a referral in the words of those who
// take part in it, and understands theirs.
//
// A GP system, a charity's platform and the person at the kitchen table each
// speak of the same case differently, and one of the commonest complaints about
// social prescribing is that they never hear of each other. Everything here is
// derived from what was recorded anyway, so that nobody writes it twice:
//
//   - A [Dialect] maps the states of a placement to the words of another system
//     and back. Where a word cannot carry everything, the row says what is lost.
//   - [Look] is what one partner sees of a placement: in their dialect, field by
//     field as the permission allows, with what was withheld.
//   - [MessageBack] is the message to the referrer: text and codes.
//   - [Story] tells the person their own case in plain sentences, as far as it is
//     safe where they read it.
//
// Each is a line:
//
//	word, lost := partner.FHIRTask().Say(partner.Of(p))   // "cancelled", and not that nobody answered
//	status, open, err := partner.Findhelp().Hear("Pending")
//	message := partner.MessageBack(c, wording, permission, at)
//	lines, withheld := partner.Story(c, wording, reader, permission)
//
// What is said is made of codes and identifiers. Names are put in by whoever
// prints it, through [Wording].
package partner
