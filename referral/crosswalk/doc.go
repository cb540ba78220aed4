// Package crosswalk translates what becomes of a placement into the status words of
// other systems, and back.
//
// A GP system, a charity's platform and a national standard each have words of
// their own for the same state, and none of them has a word for every state. A
// [Dialect] is one system's list of words as data, with a [Row] for each pair of
// a state and a word. Where a word does not express the whole state, the row says
// what is lost, so that a translation never pretends to be exact:
//
//	word, lost := crosswalk.FHIRTask().Say(crosswalk.Of(p))       // "cancelled", and not that nobody answered
//	status, open, err := crosswalk.Findhelp().Hear("Pending")     // accepted, on the provider's waiting list
//
// [FHIRTask], [BaRS], [BSeR] and [Findhelp] come with the package; a program can write
// its own. Package letter tells people, rather than systems, what has happened.
package crosswalk
