// Package team makes the list that whoever leads link workers sees in the morning, and
// tells each link worker what became of the people they helped.
//
// Nobody looks into five lists each morning. So all that waits for a lead is one list, from
// what waits least: somebody's safety that no team has taken over, people whose worker has
// gone, a load that nobody can carry, who waits in the queue, a supervision that is
// overdue. And link workers hear of what goes wrong and seldom of what went well: what
// became of the people whom they helped, and who said thank you.
//
//   - A [Morning] is read from the store ([Read]) and makes one ordered list
//     ([Morning.Lines]). What is overdue by other records goes in as a [Due].
//   - A [Burden] counts the crises, deaths and refusals that a worker carried: a reason for
//     their supervisor to ask, and nobody else's business.
//   - A [Return] is the feedback to a worker ([TakenBack]): the [Fate] of people, and
//     [Thanks], which are kept by [Thank].
//
// In a line each:
//
//	morning, err := team.Read(ctx, db, scheme, lead, at)
//	morning.Due = append(morning.Due, team.Due{Code: "supervision-clinical", Worker: "ann", By: day})
//	for _, line := range morning.Lines() { ... }
//	back, err := team.TakenBack(ctx, db, "ann", month, calendar)
//
// Each list can be paged ([worklist.Page], by [worklist.Lines]). Nothing here is decided, and
// nothing is written but thanks.
package team

import "github.com/socialprescribing/sp/referral/worklist"

var _ worklist.Line = Line{}
