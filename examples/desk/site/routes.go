package site

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
)

// table is all that the site can do.
func (s *Site) table() []route {
	everybody := []sp.Role(nil)
	referrers, workers := []sp.Role{sp.RoleReferrer}, []sp.Role{sp.RoleLinkWorker}
	readers := []sp.Role{sp.RoleLinkWorker, sp.RoleTeamLead}
	return []route{
		{"GET", "/{$}", everybody, door},
		{"POST", "/signin", everybody, signIn},
		{"GET", "/signout", everybody, leave},
		{"POST", "/signout", everybody, signOut},

		{"GET", "/refer", referrers, refer},
		{"POST", "/refer/check", referrers, check},
		{"POST", "/refer", referrers, send},
		{"GET", "/refer/sent", referrers, sent},
		{"GET", "/refer/sent/{id}", referrers, receipt},

		{"GET", "/today", workers, today},
		{"GET", "/waiting/{id}", workers, waiting},
		{"POST", "/waiting/{id}", workers, accept},
		{"GET", "/people/{id}", readers, somebody},
		{"POST", "/people/{id}/notes", workers, note},
		{"POST", "/people/{id}/concerns", workers, raise},
		{"GET", "/people/{id}/talk", workers, talk},
		{"POST", "/people/{id}/talk", workers, talked},
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
	}
	return append(all, page.Link{Text: v.say("Sign out"), To: "/signout"})
}

// role is what a role is called.
func (v *visit) role(r sp.Role) string {
	return map[sp.Role]string{
		sp.RoleReferrer: v.say("referrer"), sp.RoleLinkWorker: v.say("link worker"), sp.RoleTeamLead: v.say("team lead"),
		app.Board: v.say("board"), app.Administrator: v.say("administrator"),
	}[r]
}
