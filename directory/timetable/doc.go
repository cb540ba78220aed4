// Package timetable says when offers happen next: on which days and at what hours, as
// people read it off a notice board.
//
// A directory states rules: every Tuesday, but other hours in the week of Christmas, until
// July. What a person asks is what comes next, and whether it is open now. A [Timetable]
// works that out for one offer:
//
//   - A schedule that is valid for a shorter time takes precedence over one that is valid
//     for longer, or for ever: exceptional hours are stated as a schedule of their own
//     with a short validity, as the Human Services Data Specification has it.
//   - A [Calendar] of the caller has the days on which all is closed, and the bank
//     holidays, of which only the service knows whether it opens: such a day is unknown
//     unless a schedule is stated for it in particular.
//   - Hours that end past midnight belong to the day on which they begin.
//   - What is over is over: a series has no sessions after its last day.
//
// Clocks on walls count: 10:00 in Europe/London stays 10:00 when summer time begins.
//
//	t := timetable.Of(offer, calendar)
//	for s := range t.From(today) { ... }   // the sessions from today on, the next one first
//	open := t.Open(now)                    // yes, no or unknown
//	next := timetable.Next(query, offers, calendar, now, 10) // for a person, over many offers
package timetable
