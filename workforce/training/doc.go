// Package training is the register of what link workers, and those who refer to them, have
// learned, and says where something is missing.
//
// A gap matters where people are: an area in which nobody is trained for suicidal thoughts
// is another thing than a team of twenty in which one is not. So gaps are told by person and
// by area.
//
//   - A [Completion] says that somebody completed a course, or showed a competence to an
//     assessor, and until when that is in date.
//   - A [Requirement] says who needs what, how soon and how often; [Proposed] has the few that
//     this library proposes.
//   - A [Learner] is whom the rules are asked of: link workers ([Learners]), and referrers.
//   - [Gaps] are what is missing, has run out or soon will; [ByArea] says how many of an area
//     have it. [Complete] is indicator 55, and [CPD] somebody's points of a year.
//
// In a line each:
//
//	r, err := training.Note(training.Completion{ID: "T-1", Learner: "ann", Module: "suicide-awareness", On: day}, stamp)
//	done, err := training.Completions(db).List(ctx, record.Query{})
//	gaps, err := training.Gaps(training.Learners(team, today), done, training.Proposed(), today, 28)
package training
