// Package workforce knows link workers: who they are, what they may be asked to do, and
// when they are there to do it.
//
// Link workers leave because of too many people, work that is not theirs, and nobody who
// supervises them; and the people they helped then belong to nobody. A scheme that wants to
// keep them has to know a few things at the right time: that a contract ends in eight weeks,
// that somebody is on leave, that one practice sends people in crisis again and again. This
// package knows no cases; package caseload decides about cases by what stands here.
//
//   - A [Worker] is a link worker, lead or other member of staff. Name, hours, pay band,
//     leave and contract stand in the erasable record and never print themselves.
//   - [Worker.Available] says why somebody can be given no work on a day; [Notices] whose
//     contract ends, early enough to act.
//   - [Suitable] finds who speaks a language, works in an area, and is for somebody's age.
//   - A [Remit] is what the work is and is not, as data: each [Violation] names what must
//     happen instead. A [Pressure] is a time when somebody was asked for it all the same,
//     and [PressureByPractice] says who asks.
//   - A [Figure] is an indicator with its interval: 51 is [Caseload] and [PeoplePerYear], 53
//     is [Turnover], [Vacancies] and [Tenure], 56 is [Boundary].
//
// What else a team needs to carry on has packages below this one: supervision, training,
// minutes, site, forum, fidelity and agreement; package measure makes all their figures.
//
// In a line each:
//
//	ann, err := workforce.Register(workforce.Worker{ID: "ann", Roles: []sp.Role{sp.RoleLinkWorker}}, sp.By(lena, at))
//	err = store.Save(ctx, db, ann)
//	team, err := workforce.Workers(db).List(ctx, record.Query{Area: "E07000121"})
//	err = team[0].Available(today)
//	notices := workforce.Notices(team, today, 84)
//	violations := remit.Violations([]workforce.Matter{workforce.Crisis}, sp.Know(44))
//
// Guidance on this work is thin. What a source says is cited where it stands; everything
// else is this library's own choice, marked as such, and a value that a scheme can replace.
package workforce
