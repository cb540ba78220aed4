// Package minutes knows where the time of link workers goes.
//
// Paperwork and tick boxes take the time from people, say link workers, and nobody can say how
// much: no share of administration was found for this work. A diary of a few weeks can. Each
// [Day] holds the minutes that somebody worked, by what they went to; meetings with partners
// are work as much as a talk with a person is.
//
//   - [Diaries] are kept by the link workers themselves, one record for each day.
//   - [Missing] says on which days that somebody worked no diary was kept, so that a share is
//     not that of the quiet days.
//   - [ByKind] says where the time went, and [AdminShare] is indicator 52.
//
// In a line each:
//
//	r, err := minutes.Note(minutes.Day{Worker: "ann", On: day, Spent: minutes.Spent{minutes.People: 240, minutes.Returns: 95}}, stamp)
//	days, err := minutes.Diaries(db).List(ctx, record.Query{From: start, Before: end})
//	share, err := minutes.AdminShare(days, november)
package minutes
