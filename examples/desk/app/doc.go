// Package app is a link worker's desk without HTTP: what a practice, a link worker, a
// provider, a lead, a board and the person themself may ask of it, as methods of a [Desk].
//
// A Desk is one tenant: one scheme with its people, its directory and its keys. Several
// stand in one process over one database and never see each other, since each has a driver
// of its own tenant and nothing else.
//
//	desk, err := app.New(db, app.Setup{Tenant: "bay", Keys: keys, Index: key, Scheme: scheme, Now: time.Now})
//	sent, err := desk.Refer(ctx, app.Acting{By: drKhan, Key: "k-1"}, form) // sent twice, received once
//	day, err := desk.Morning(ctx, ann)
//	page, err := desk.Person(ctx, ann, sent.Referral)
//	options, err := desk.Options(ctx, ann, sent.Referral, needs.Loneliness)
//	asked, err := desk.Offer(ctx, app.Acting{By: ann, Seen: page.Version, Key: "k-2"}, app.Offer{...})
//	err = desk.Answer(ctx, app.Acting{By: green, Key: "k-3"}, asked, app.Answer{Yes: true})
//
// # Commands and queries
//
// A query takes who asks. It answers what the consent policy lets them see, and nothing
// else: the policy is asked for each kind of information, of a file that is read once. A command takes an [Acting]: who,
// the version that they saw, and the key under which the same request is known again. It is
// decided again where somebody else was faster, and refused as [store.ErrChanged] where what they saw
// has changed since. Time comes from the clock in [Setup].
//
// # What is told
//
// Whatever leaves the desk for somebody goes through the register of the person, in the
// commit that tells it: [Desk.Offer] with the question, [Desk.Answer] the rest with the yes.
// So the person's own page ([Desk.Mine]) can say who was told what.
//
// # Errors
//
// All errors are those of the library: branch on sp.ErrNotFound, sp.ErrDenied,
// sp.ErrConflict and sp.ErrInvalid, and read *sp.InvalidError, *transition.Refusal,
// *place.FullError and *consent.DeniedError. None holds personal data. Who may not know that
// somebody is known here is told sp.ErrNotFound.
package app
