// Package needs is about what a person lacks, what they have to build upon, and
// what matters to them.
//
// People come with more than a diagnosis: a widower stops going out, then the
// bills pile up, then the knee. A scheme that records "low mood" and nothing else
// helps with the wrong thing. So a need here has a word from a [Taxonomy] over the
// biological, the psychological and the social side of life, strengths stand
// beside needs, and the order in which they matter is the person's own.
//
//   - A [Code] names a kind of need: [Debt], [Loneliness]. [Standard] lists them
//     all, with crosswalks to other code systems; a scheme can bring its own.
//   - An [Assessment] is what a link worker and a person find out together over
//     time: findings, ratings, order, questionnaires (package measure), alerts
//     that somebody must act upon, goals and their review. It keeps codes and
//     numbers, so that its history may stay.
//   - A [Series] asks the same questionnaires at a baseline and at follow-ups, to see
//     whether anything has changed; what is due is a list.
//   - A [Plan] is the person's own words: what matters to me, how best to support
//     me, what we agreed to try. Each of its items belongs to a goal and so to a
//     need, and it is a record that can be erased.
//   - A [Repository] finds both, and what is to be done: reviews that are due,
//     alerts that nobody has answered.
//
// A conversation, in code:
//
//	a := needs.New("A-7", may)
//	err := a.Open("P-55", sp.By(ann, at))
//	err = a.Identify(needs.Finding{ID: "N-1", Code: needs.Debt, Source: sp.RolePerson}, nil, sp.By(ann, at))
//	err = a.Identify(needs.Finding{ID: "N-2", Code: needs.Loneliness, Severity: needs.Severe}, nil, sp.By(ann, at))
//	err = a.Order([]needs.ID{"N-2", "N-1"}, sp.By(ann, at))                 // company first, says Jo
//	result, err := a.Measure(phq9, answers, sp.By(ann, at))                 // item 9: an alert
//	err = a.Escalate("self-harm", "dr-lee", sp.By(ann, at))                 // without this, neither it nor her case ends
//	err = a.SetGoal("G-1", []needs.ID{"N-2"}, review, sp.By(ann, at))
//	plan, err := needs.WritePlan(needs.Plan{...}, a, sp.By(ann, at))
//	err = r.Assess("A-7", a.Codes(), nil, sp.By(ann, at))                   // the referral knows what to look for
//	err = store.Save(ctx, db, a, plan, r)                                   // all or nothing
//
// Who may do what, and what must be so first, stands in a table: [Table]. A command
// that is refused changes nothing and returns a [*transition.Refusal], or an
// [*sp.InvalidError] with every rule that its input breaks. What happened may be
// entered late, but not before the assessment began, and replay checks nothing: rules
// change, and the past does not.
package needs
