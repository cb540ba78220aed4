package site

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
)

// table is all that the site can do.
func (s *Site) table() []route {
	return slices.Concat(forEverybody(), forPractices(), forWorkers(), forProviders(), forLeads(), forPeople())
}

// forEverybody are the pages of the door.
func forEverybody() []route {
	everybody := []sp.Role(nil)
	return []route{
		{"GET", "/{$}", everybody, door},
		{"POST", "/signin", everybody, signIn},
		{"POST", "/signout", everybody, signOut},
		{"POST", "/veil", everybody, veil},
	}
}

// forPractices are the pages of whoever refers.
func forPractices() []route {
	referrers := []sp.Role{sp.RoleReferrer}
	return []route{
		{"GET", "/refer", referrers, refer},
		{"POST", "/refer/check", referrers, check},
		{"POST", "/refer", referrers, send},
		{"GET", "/refer/sent", referrers, sent},
		{"GET", "/refer/sent/{id}", referrers, receipt},
	}
}

// forWorkers are the pages of link workers. A lead may read some.
func forWorkers() []route {
	workers, readers := []sp.Role{sp.RoleLinkWorker}, []sp.Role{sp.RoleLinkWorker, sp.RoleTeamLead}
	return []route{
		{"GET", "/today", workers, today},
		{"GET", "/waiting/{id}", workers, waiting},
		{"POST", "/waiting/{id}", workers, accept},

		{"GET", "/people/{id}", readers, somebody},
		{"POST", "/people/{id}/notes", workers, note},
		{"POST", "/people/{id}/goals", workers, setGoal},
		{"GET", "/people/{id}/goals/{n}", workers, goal},
		{"POST", "/people/{id}/goals/{n}", workers, reviewGoal},
		{"GET", "/people/{id}/talk", workers, talk},
		{"POST", "/people/{id}/talk", workers, talked},
		{"POST", "/people/{id}/attempts", workers, attempt},
		{"GET", "/people/{id}/questions/{n}", workers, questions},
		{"POST", "/people/{id}/questions/{n}", workers, measured},
		{"POST", "/people/{id}/concerns", workers, raise},
		{"GET", "/people/{id}/crisis", readers, crisis},
		{"POST", "/people/{id}/crisis", workers, answered},
		{"GET", "/people/{id}/more/{n}", workers, wish},
		{"POST", "/people/{id}/more/{n}", workers, grant},
		{"GET", "/people/{id}/page", workers, doorway},
		{"POST", "/people/{id}/page", workers, openDoor},
		{"GET", "/people/{id}/end", workers, ending},
		{"POST", "/people/{id}/end", workers, end},
		{"GET", "/people/{id}/erase", workers, erasing},
		{"POST", "/people/{id}/erase", workers, erase},
		{"GET", "/erased", workers, erased},
		{"GET", "/people/{id}/options/{n}", readers, options},
		{"POST", "/people/{id}/offer", workers, offer},
		{"POST", "/people/{id}/offers", workers, offered},
	}
}

// forProviders are the pages that a service opens by its link.
func forProviders() []route {
	providers := []sp.Role{sp.RoleProvider}
	return []route{
		{"GET", "/provider/{id}", providers, question},
		{"POST", "/provider/{id}/answer", providers, reply},
		{"POST", "/provider/{id}/more", providers, askMore},
		{"POST", "/provider/{id}/came", providers, came},
		{"POST", "/provider/{id}/done", providers, done},
	}
}

// forLeads are the pages of leads and boards. A worker answers what a hand-over asks of them.
func forLeads() []route {
	leads, readers, boards := []sp.Role{sp.RoleTeamLead}, []sp.Role{sp.RoleLinkWorker, sp.RoleTeamLead}, []sp.Role{app.Board, sp.RoleTeamLead}
	return []route{
		{"GET", "/team", leads, team},
		{"POST", "/team/over", leads, handOver},
		{"GET", "/handovers/{id}", readers, handedOn},
		{"GET", "/handovers/{id}/{case}", readers, taking},
		{"POST", "/handovers/{id}/{case}", readers, take},
		{"GET", "/board", boards, board},
		{"GET", "/board/report", boards, report},
	}
}

// forPeople are a person's own pages.
func forPeople() []route {
	people := []sp.Role{sp.RolePerson}
	return []route{
		{"GET", "/mine", people, mine},
		{"POST", "/mine/stop", people, stopping},
		{"POST", "/mine/stopped", people, stop},
		{"GET", "/mine/copy", people, copies},
		{"GET", "/mine/forget", people, forgetting},
		{"POST", "/mine/forget", people, forget},
	}
}

// home is the page that somebody begins on.
func home(r sp.Role) string {
	switch r {
	default:
	case sp.RoleReferrer:
		return "/refer"
	case sp.RoleLinkWorker:
		return "/today"
	case sp.RoleTeamLead:
		return "/team"
	case app.Board:
		return "/board"
	case sp.RolePerson:
		return "/mine"
	}
	return ""
}

// links are the pages that somebody can begin on.
func (v *visit) links() (all []page.Link) {
	switch v.By.Role {
	default:
	case sp.RoleReferrer:
		all = []page.Link{{Text: v.say("Refer somebody"), To: "/refer"}, {Text: v.say("Whom you referred"), To: "/refer/sent"}}
	case sp.RoleLinkWorker:
		all = []page.Link{{Text: v.say("Today"), To: "/today"}}
	case sp.RoleTeamLead:
		all = []page.Link{{Text: v.say("Team"), To: "/team"}, {Text: v.say("Board"), To: "/board"}}
	case app.Board:
		all = []page.Link{{Text: v.say("Board"), To: "/board"}, {Text: v.say("Report"), To: "/board/report"}}
	}
	return all
}

// role is what a role is called.
func (v *visit) role(r sp.Role) string {
	return map[sp.Role]string{
		sp.RoleReferrer: v.say("referrer"), sp.RoleLinkWorker: v.say("link worker"), sp.RoleTeamLead: v.say("team lead"),
		app.Board: v.say("board"), app.Administrator: v.say("administrator"),
	}[r]
}
