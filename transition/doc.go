// Package transition decides what may happen to an aggregate: from which states a
// command is legal, who may give it, what must be so first, and where it leads.
//
// Rules that are spread over the code are read by nobody and drift away from their
// description. A [Machine] is a state machine as a table: a [Rule] is a row with the
// states, the parties and the guards of one command. Parties and guards are code in the
// row: "the provider of this placement" is a [Party] with a role and a relation, and
// "every flag is taken over" is a [Guard] with a function. [Machine.Decide] answers
// "may I?" and is what the command itself asks, so the two cannot disagree; the
// pages of the docs are drawn from the same rows ([Machine.Table]).
//
// It asks in one order: is this somebody whom it concerns, is it legal in this
// state, does the [Authorizer] of the embedding service allow it, do the guards hold.
// Whoever is stopped at one of these questions learns nothing of the later ones, so a
// stranger gets the same answer in every state. A reason that not everybody may hear
// has an [Audience], and [Machine.Check] refuses a table in which somebody could tell
// from a refusal, or from the lack of one, what they may not know.
//
//	lend := transition.Rule[State, Command, view]{
//		Command: Lend, Event: "wheelchair.lent", From: []State{Home}, To: Lent,
//		By:     []transition.Party[view]{{Words: "a link worker", Role: sp.RoleLinkWorker}},
//		Guards: []transition.Guard[view]{{Code: "brakes", Words: "the brakes are checked", Audience: transition.Everyone, Holds: view.checked}},
//	}
//
// Package aggregate joins a machine with a history of events. Whoever writes an
// [Authorizer] sees an [Act] in plain values; [Roles], [Only], [OneOf] and [AllOf] are
// ready made. Package transitiontest proves that the tests of a table see every
// change of it.
package transition
