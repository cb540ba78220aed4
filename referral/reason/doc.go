// Package reason says why something was refused or ended, whose reason it is, and what
// follows for finding something else.
//
// "Declined" alone helps nobody: a service that is full is worth asking again, one that
// is for other people is not, and a person who said no for fear of a crowd needs a
// gentler step rather than another crowd. So every no in package referral and below it
// takes a [Reason]: a code, the [Party] whose reason it is, and the [Effect] on the
// search. [List] ships with this package and is built on the list of the NHS Booking and
// Referral Standard; a scheme adds codes of its own.
//
//	why := reason.Because(reason.NoCapacity)              // the provider's reason; look for something else
//	why = why.ParkedUntil(sp.NewDate(2026, time.June, 1)) // or ask again in June
package reason
