// Package referraltest helps teams to test their own services against the pathway.
//
// [Referral], [Placement] and [Session] build valid aggregates in any state, by the
// same commands that a service gives, so that no test begins with ten lines of getting
// there. [NewWorld] makes a small scheme with people, services, workers, and referrals
// in every state; the same seed makes the same world. AllowAll allows every command and
// every field, and [Only] refuses all but what a test is about.
//
//	db := store.Tenant(memstore.New(), "bay")
//	world := referraltest.NewWorld(42)
//	world.Save(t, db)
//
// Everything takes place in March 2026 and after: see [Day].
package referraltest
