// Package pathway is what a referral, a placement and a session have in common: which
// reasons there are for saying no, and with what outcome it all can end.
//
// Saying no takes a [Reason]: a code, whose reason it is, and what follows for
// finding something else. [Reasons] is the list that ships with this package,
// built on the one of the NHS Booking and Referral Standard; schemes add their own.
//
//	why := pathway.Because(pathway.NoCapacity)              // the provider's reason; look for something else
//	why = why.ParkedUntil(sp.NewDate(2026, time.June, 1))   // or ask again in June
package pathway
