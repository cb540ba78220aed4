// Package forum keeps the meetings in which partners of a scheme learn of each other: who was
// invited, and who came.
//
// Link workers connect people with what there is, and are often not told of the meetings where
// that is spoken of. This package shows the meetings to which no link worker was invited, and
// the partners who were never asked.
//
//   - A [Meeting] is one forum, with an [Invitation] for each who was asked.
//   - [Uninvited] are the meetings without a link worker among those invited; [Unseen] the
//     partners whom nobody invited, or who did not come.
//   - [Reach] is indicator 69.
//
// In a line each:
//
//	r, err := forum.Note(forum.Meeting{ID: "F-1", On: day, Organiser: "bay/council", Invited: []forum.Invitation{{Who: "ann", As: sp.RoleLinkWorker}}}, stamp)
//	meetings, err := forum.Meetings(db).List(ctx, record.Query{From: start, Before: end})
//	without := forum.Uninvited(meetings)
//	figure, err := forum.Reach(meetings, partners, quarter)
package forum
