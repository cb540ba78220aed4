// Package agreement keeps what partners have agreed is a good outcome, and what each of them
// means by the words they share.
//
// A council counts attendances, a charity wants people to have friends, and a practice wants
// fewer appointments: all three run one scheme, and each is disappointed by another's figures.
// So what counts as good, by which measure and by when is agreed beforehand, in each partner's
// own words, and indicators report against it.
//
//   - An [Agreement] is a target of partners; [Agreement.Report] holds a figure against it.
//   - A [Report] says what came of it: reached, short, too few people to tell, or unknown, and
//     how sure that is.
//   - [Overdue] are the agreements that somebody is to report on.
//   - A [Glossary] holds the words of one partner. [Translate] finds another's word for the
//     same, [Unmapped] lists what nobody has explained, and [FalseFriends] are words by which
//     two partners mean different things.
//
// In a line each:
//
//	r, err := agreement.Make(agreement.Agreement{ID: "OA-1", Partners: partners, Measure: "contacted-in-time", Good: agreement.AtLeast, Target: 0.8, From: start, By: end, Every: 3, Reporter: "bay/scheme"}, stamp)
//	a, report := r.Document().Report(estimate, quarter, today)
//	err = r.Amend(a, stamp)
//	due := agreement.Overdue(all, today)
package agreement
