// Package transition holds what may happen to an aggregate as a table: from which
// states a command is legal, who may give it, what must be there first, and where
// it leads.
//
// Rules that are spread over the code are read by nobody and drift away from their
// description. A [Machine] has one [Rule] for each command. It decides
// ([Machine.Allow]), tells whoever is refused what would have been possible instead
// ([Error]), and draws the pages of the docs ([Machine.Diagram], [Machine.Table]).
// Packages referral, placement and session have one each, and package grant two;
// an aggregate of one's own can have another:
//
//	m := transition.Machine[string]{Name: "wheelchair", Rules: []transition.Rule[string]{
//		{Command: "lend", Event: "wheelchair.lent", From: []string{"", "home"}, To: "lent", By: []sp.Role{sp.RoleLinkWorker}},
//		{Command: "take back", Event: "wheelchair.came-back", From: []string{"lent"}, To: "home", By: []sp.Role{sp.RoleLinkWorker, sp.RoleProvider}},
//	}}
//	err := m.Allow("W-3", "lend", "lent", sp.RoleLinkWorker)
//	// wheelchair: lend W-3: not while lent; a link-worker may once it is new or home; ...
package transition
