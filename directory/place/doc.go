// Package place keeps count of the places that services have free, and holds one for
// somebody while their placement is on its way.
//
// A service states how many places it has: in a feed, once a week, or on the telephone.
// Between two statements people are sent there, and unless somebody counts them, the
// last place is given away twice. So a place is held in the commit in which it is
// offered, and let go in the commit in which the placement ends:
//
//	places, err := place.NewRepository(db).LoadOrNew(ctx, offer.ID)
//	err = places.Hold(place.Hold{For: "PL-7", AnswerDue: replyBy, Until: replyBy}, stamp)
//	err = store.Save(ctx, db, c, places) // the placement and its place, or neither
//
// Two workers who reach for the last place meet in the version of its record: one gets
// it, and the other, who has to load again, finds it gone ([FullError]).
//
//   - [Places] are those of one offer: what the service last stated, and what is held.
//     [Places.Room] is what that leaves, at a time: a statement grows old and is then
//     unknown, which is not full.
//   - A [Hold] is never let go by itself. [Repository.Due] lists those that are due, and
//     [Places.LetGo] lets them go, at the time that it is told.
//   - A new statement ([Places.Restate]) takes the place of the one before and keeps what
//     is held. More may then be held than there are places; [Room] says how many, and
//     [Repository.Over] finds the offers.
//
// The count does not depend on the order in which statements, holds and ends arrive. A
// statement that is older than the one that is known changes nothing, and what has ended
// is not held again by a message that comes late.
//
// What is held is always taken off what the service states. Where a service has begun to
// count somebody among those it has, in what it states itself, let the hold go
// ([Counted]).
//
// Package referral/held lets go of places in the commit in which their placements end.
package place
