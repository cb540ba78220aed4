// Package matching finds, among many offers of help, those that fit one person,
// puts the best first, and says why: why this one, why not that one, and what
// would make it fit.
//
// What directories say is patchy and what people tell about themselves is too, so
// whether an offer fits is yes, no or unknown. A no is never outweighed: however
// near an offer is, it does not fit somebody of the wrong age. An unknown is not
// a no: the offer is still proposed, costs some points more, and comes with a
// question for somebody to ask.
//
//   - [Rank] returns proposals, best first. Each [Proposal] has a score, which is
//     exactly the sum of its terms, and the [Verdict] on every rule.
//   - [NearMisses] returns the offers that one change would make fit: "if
//     transport is funded". An offer that fails by something nobody can change,
//     such as age, is no near miss.
//   - [WhyNot] returns what speaks against one offer, and [Judge] the whole tree.
//   - [WhySoFew] counts by which rules offers are left out, and how many by one alone.
//   - [Weights] say how many points a minute of travel, a penny and a day of
//     waiting cost. They are data with a version, which belongs into the record
//     of a decision.
//
// The functions are pure: they read no clock, keep nothing, and do not depend on
// the order of the offers. What they return is advice to a link worker and the
// person, not a decision.
//
//	for _, p := range matching.Rank(profile, offers, matching.Options{Needs: needs, Travel: byBus, Limit: 5}) {
//		fmt.Println(p.Offer.Name, p.Score)
//		for _, term := range p.Terms {
//			fmt.Println("  ", term) // 14 min by bus (14 points)
//		}
//	}
//	for _, m := range matching.NearMisses(profile, offers, matching.Options{Needs: needs, Limit: 5}) {
//		fmt.Println(m.Offer.Name, "would fit if", m.Change)
//	}
//
// # What is asked
//
// Age, groups and the area served are asked of every offer. What a person needs
// or would rather have is asked only if the profile states it: an access need
// that nobody mentioned rules nothing out. If a profile states some modes of
// delivery or days and not others, those not mentioned are unknown.
//
// Reasonable adjustments are asked where the person needs some; few directories state
// any, so they are mostly a question for the service. About the size of a group a
// directory that does not say for how many its sessions are states at most how many places
// it has: few places prove that a group is small enough, but many do not prove that it is
// too large.
//
// A scheme asks more by [Criterion] and lets more count by [Factor]: what this package asks
// and counts are values of these types.
//
// # What is not stated
//
// A thin entry is neither punished nor rewarded. Nobody waits for a drop-in; a wait that is
// not stated is what people have waited ([directory.Observed]), else what is usual
// ([Usual]), and so are prices and the age of entries. By [DefaultWeights] all open
// questions together cost less than ten minutes of travel. A service that said lately that
// it is full is proposed behind the wait that this means, with a warning
// ([Proposal.Warnings]), and so is one whose money ends before help would.
package matching
