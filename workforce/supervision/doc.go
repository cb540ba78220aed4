// Package supervision keeps the supervision of link workers: who is supervised, by whom
// and how often, and who is not.
//
// In a survey of 2020 three in five link workers had no clinical supervision, and one in nine
// no support at all (National Association of Link Workers, n=279). A scheme sees that only if
// the sessions that did not take place show.
//
//   - A [Session] is one meeting of a worker with who supervises them: planned, held or not.
//   - A [Rule] says how often each [Kind] is due; [Proposed] has the intervals of this library.
//   - [Standings] says how each link worker stands with each kind on a day, the longest
//     overdue first, and [Overdue] is what of it somebody must act on.
//   - [Coverage] is indicator 54.
//
// In a line each:
//
//	r, err := supervision.Note(supervision.Session{ID: "S-1", Worker: "ann", Kind: supervision.Line, On: day, Held: sp.Yes}, stamp)
//	err = store.Save(ctx, db, r)
//	sessions, err := supervision.Sessions(db).List(ctx, record.Query{From: day.Add(-400)})
//	all, err := supervision.Standings(team, sessions, flags, supervision.Proposed(), today)
//	figure, err := supervision.Coverage(team, sessions, supervision.Clinical, november)
//
// What is said in supervision is nobody's business here: a session has no notes.
package supervision
