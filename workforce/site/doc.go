// Package site knows the places that link workers work from: whether there is a private room,
// a telephone and a computer, and what was asked for and has not come.
//
// Access to these is a lottery: one practice has a room and an account on its system, and in
// the next people tell of a bereavement in a corridor. The list of a site makes that visible,
// and the gaps of an area say where money for it would go.
//
//   - A [Readiness] is what was found at a site on a day: an [Item] and its [State] each.
//   - [Gaps] are what is missing, partly there or unknown; [ByArea] counts them.
//   - [Adequacy] is indicator 74: workers with a private room and a device wherever they work.
//   - A [Request] is somebody's call for help with what they work with; [Open] tells how long
//     each has waited, and [Solved] is the share that was solved in time (73).
//
// In a line each:
//
//	r, err := site.Note(site.Readiness{Site: "bay/hill", Area: "E07000121", On: day, Items: site.Items{site.PrivateRoom: site.No}}, stamp)
//	sites, err := site.Sites(db).List(ctx, record.Query{Area: "E07000121"})
//	gaps := site.Gaps(sites, site.Essential())
//	q, err := site.Ask(site.Request{ID: "Q-1", Worker: "ann", Matter: site.Access, On: day}, stamp)
//	open := site.Open(requests, site.ProposedAnswer(), calendar, today)
package site
