// Package caseload says how much a link worker carries, lets nobody be given more than they
// can carry, and moves a whole caseload to others so that nobody is ever without a link
// worker.
//
// Workload out of proportion is a main reason why link workers leave, and when one leaves,
// their people are lost. So load is counted here by what makes it, whoever finds no room
// waits in a queue that somebody looks at, and handing over is one operation with a protocol.
//
//   - A [Weight] is how much work a case is: a sum of stated [Facts], with points from a
//     dated [Scale], and explained term by term. [Proposed] is this library's own choice;
//     [Agree] says how well it agrees with the minutes that were noted.
//   - A [Cap] says how much is enough, by role and by the age of those served: a soft one,
//     from which new cases wait instead ([Room.Full]), and a hard one, which nobody is given
//     a case beyond ([Limits]), also not by two at the same moment ([Limits.Give]).
//   - [Intake] is the queue of those who wait for a worker, and [Queue] keeps why, and when
//     somebody looks again.
//   - A [HandOver] moves cases from one worker to others: offered, and accepted or refused
//     case by case. Until somebody says yes, the case is with who had it; refused twice, it
//     is with the lead.
//
// In a line each:
//
//	w := caseload.Proposed().Weigh(caseload.FactsOf(r, at))
//	limits := caseload.Limits{Team: team, Caps: caseload.ProposedCaps(), On: today}
//	room, err := limits.Give(ctx, db, rules, "R-7", "ann", stamp) // denied beyond the hard cap
//	line, err := caseload.Intake(ctx, db, standards, calendar, at)
//
//	h := caseload.New("H-1", transition.AllOf{rules, limits})
//	err := h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving, Cases: cases}, stamp)
//	err = h.Accept(r, stamp)       // as the worker it was offered to
//	err = store.Save(ctx, db, h)   // with every referral that it moved, in one commit
//
// # What is kept
//
// Each kind of record has a query, and a rule by which it is overdue or missing:
//
//   - A caseload ([referral.Repository.Caseload]) is overdue at a cap: [Room.Full] and
//     [Room.Over]. It feeds indicator 51, people for each full-time worker
//     ([workforce.Caseload]).
//   - A place in the queue ([Queues], [Intake]) is overdue when nobody has looked by its day
//     or the standard of waiting is missed, and missing where nobody wrote down why somebody
//     waits. Those people are part of every wait until the first conversation.
//   - A hand-over ([Repository.Going], [Repository.Of]) is overdue when a case is unanswered
//     after its day ([Repository.Overdue]); of a worker whose contract ends it is missing as
//     long as there is none, as the lead's morning in package team says. It stands beside
//     indicator 53, who leaves.
package caseload
