// Package placement is about one attempt to have one service meet a person's
// needs.
//
// A link worker proposes a service to the person, who says yes or no. Then it
// goes to the provider, in one of three ways that differ in what the provider
// learns: a signpost (nothing; the person goes there), a self-referral (nothing
// from us; the person tells what they like) and a full referral (what the
// permission allows, field by field, noted as it was when it was sent). The
// provider accepts, puts the person on their own waiting list, declines, or
// never answers and the offer lapses. What was accepted starts, and is completed
// or stopped, with an outcome or a reason.
//
// The types to know are [Placement], its [Proposal] and [Sending], the events
// that it records ([Event]), and [Group]: several offers at once of which the first to be
// accepted counts, while the others are withdrawn in the same commit.
//
//	p, err := c.Propose(placement.Proposal{ID: "PL-1", Service: garden, Provider: green, Needs: r.Needs()}, stamp)
//	err = p.Offer(placement.Sending{Level: placement.FullReferral, Items: items}, permission, stamp)
//	err = p.Accept(sp.By(provider, at))
//
//	group, err := placement.Together("G-1", p, q) // proposed with Group: "G-1"; of several, the first yes counts
//	err = store.Save(ctx, db, c.Referral, group)
//
//	group, err = placements.Group(ctx, "G-1")
//	err = group.Accept("PL-2", sp.By(provider, at))
//	err = store.Save(ctx, db, group) // one accepted, the others withdrawn, in one commit
//
// A group cannot be accepted twice, whoever is quickest: the second meets a
// version conflict, loads again and finds itself withdrawn. Accepting a member
// on its own is refused.
//
// Commands that end a placement know nothing of its sessions. EndPlacement of a
// Case of package referral gives them and calls off what is still to come, as a
// group does for those that it withdraws.
//
// Providers are owed news of what somebody else decided about a placement that
// they knew of, and of an offer that lapsed since they did not answer
// ([Repository.FeedbackOwed]). When a person withdraws their permission, withdraw
// what is in flight because of [reason.PermissionWithdrawn]; what was disclosed
// until then stays on record.
//
// Placements are opened by Propose of a Case of package referral, saved with it,
// and checked against the rules in [Table].
package placement
