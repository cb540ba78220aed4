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
// The types to know are [Placement], its [Proposal] and [Sending], the [Event]s
// that it records, and [Group]: several offers at once of which the first to be
// accepted counts, while the others are withdrawn in the same commit.
//
// Placements are opened by Propose of package referral, and checked against the
// rules in [Machine].
package placement
