// Package observed learns from the event log how services answer: how soon, how often
// with a yes, and how long people then wait.
//
// A directory says what a service offers. It seldom says that the service has been full
// since spring, that nobody answers its letters, or that the wait is four months; and
// where link workers do not tell one another, each asks again. A service that said
// "full" thirty times was asked thirty times. The answers stand in the log. [Facts]
// gathers them, and [Facts.At] returns a [directory.Observed] for each service: what
// package matching asks, so that whoever is full is not asked again and a wait that
// nobody states is estimated from what happened.
//
//	var facts observed.Facts
//	for event, err := range db.Log(ctx, "", position) {
//		...
//		err = facts.Add(event)
//	}
//	options.Observed = facts.At(now)
//	proposals := matching.Rank(profile, offers, options)
//
// # What counts
//
// A request counts from when it was sent until the service answers, by yes, a place on
// its own waiting list, or no; or until it lapses. What the person decides meanwhile is no
// answer of the service: the time until then counts, and the request no further. Waits
// run from the request to the first session, of people who were accepted; those who
// still wait, and those who left, are part of them (Aalen-Johansen), so that a
// service is not quick because only the quick ones are seen. Placements entered in
// error are left out.
//
// # Many events
//
// Facts takes events in any order, counts an event once even if it is added twice, and
// can be merged with others, in whatever order: parts of a log can be read in parallel,
// and the logs of several schemes that use one directory be put together. It keeps
// times and codes for each placement, and nothing about people.
package observed
