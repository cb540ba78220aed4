// Package caseload says how much a link worker carries, lets nobody be given more than they
// can carry, and moves a whole caseload to others so that nobody is ever without a link
// worker.
//
// Workload out of proportion is a main reason why link workers leave, and when one leaves,
// their people are lost. So load is counted here by what makes it, and handing over is one
// operation with a protocol.
//
//   - A [Weight] is how much work a case is: a sum of stated [Facts], with points from a
//     dated [Scale], and explained term by term. [Proposed] is this library's own choice.
//   - A [Cap] says how much is enough: a soft one, from which cases wait instead
//     ([Room.Full]), and a hard one, which nobody is given a case beyond ([Limits]).
//   - A [HandOver] moves cases from one worker to others: offered, and accepted or refused
//     case by case. Until somebody says yes, the case is with who had it; refused twice, it
//     is with the lead.
//
// In a line each:
//
//	w := caseload.Proposed().Weigh(caseload.FactsOf(r, at))
//	limits := caseload.Limits{Team: team, Caps: caseload.ProposedCaps(), On: today}
//	referrals := referral.NewRepository(db, transition.AllOf{rules, limits})
//
//	h := caseload.New("H-1", rules)
//	err := h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving, Cases: cases}, stamp)
//	err = h.Accept(r, stamp)       // as the worker it was offered to
//	err = store.Save(ctx, db, h)   // with every referral that it moved, in one commit
package caseload
