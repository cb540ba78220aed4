package site

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/examples/desk/page"
)

// door is the first page: who has signed in goes on to their own.
func door(v *visit) (answer, error) {
	if v.desk == nil {
		return show(v.whom(page.Form{})), nil
	}
	if to := home(v.By.Role); to != "" {
		return goTo(to), nil
	}
	return v.notice(http.StatusOK, v.say("There is no page for you here"), v.say("Your role has none. Sign out, and come as somebody else.")), nil
}

// whom asks a visitor who they are. It stands in for the identity provider of an organisation,
// and believes whoever sits at this machine.
func (v *visit) whom(f page.Form) page.Ask {
	ask := page.Ask{
		Title: v.say("A desk for link workers"),
		Text:  v.say("Two invented schemes, to be tried and copied: a practice refers somebody, a link worker listens and finds help, a service answers, a lead sees that nobody is lost. Everybody is invented."),
	}
	if !gate.Local(v.r) {
		ask.Text = v.say("Open the link that you were sent. Others sign in where their organisation says.")
		return ask
	}
	if ask.Form = f; f.Button == "" {
		ask.Form = v.accounts()
	}
	return ask
}

// accounts are those of all schemes.
func (v *visit) accounts() page.Form {
	f := page.Form{To: "/signin", Button: v.say("Sign in"), Fields: []page.Field{{Name: "user", Label: v.say("Who are you today?"), Hint: v.say("Only on this machine can you choose.")}}}
	for _, d := range v.site.desks() {
		for _, a := range d.Scheme.Accounts {
			if home(a.Actor.Role) != "" {
				f.Fields[0].Choices = append(f.Fields[0].Choices, page.Choice{
					Value: string(d.Tenant) + "/" + a.Actor.ID, Text: a.Name.Reveal() + ", " + v.role(a.Actor.Role), Hint: d.Scheme.Name,
				})
			}
		}
	}
	return f
}

// desks returns all desks in the order of their names.
func (s *Site) desks() (all []*app.Desk) {
	for _, d := range s.o.Desks {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *app.Desk) int { return -strings.Compare(string(a.Tenant), string(b.Tenant)) })
	return all
}

func signIn(v *visit) (answer, error) {
	if !gate.Local(v.r) {
		return show(v.whom(page.Form{})), nil
	}
	in := v.input()
	tenant, user, _ := strings.Cut(in.text("user"), "/")
	if desk := v.site.o.Desks[app.Tenant(tenant)]; desk != nil {
		for _, a := range desk.Scheme.Accounts {
			if a.Actor.ID == user && home(a.Actor.Role) != "" {
				return goTo(home(a.Actor.Role)), v.site.o.Gate.SignIn(v.w, tenant, a.Actor)
			}
		}
	}
	in.check(false, "user", "Choose who you are")
	return v.mend(in.wrong.Err(), v.accounts(), func(f page.Form) page.View { return v.whom(f) })
}

func signOut(v *visit) (answer, error) {
	v.site.o.Gate.SignOut(v.w, v.r)
	return goTo("/"), nil
}

// veils is the cookie of a browser that hides names when a page opens.
const veils = "veil"

// veiled reports whether names are hidden when a page opens, for a screen that others see.
func (v *visit) veiled() bool {
	c, err := v.r.Cookie(veils)
	return err == nil && c.Value == "on"
}

// veil hides names from now on, or shows them again, on this browser until it is closed.
func veil(v *visit) (answer, error) {
	value := "off"
	if v.r.PostFormValue("veil") == "on" {
		value = "on"
	}
	http.SetCookie(v.w, &http.Cookie{Name: veils, Value: value, Path: "/", HttpOnly: true, Secure: !gate.Local(v.r), SameSite: http.SameSiteStrictMode})
	return goTo(cmp.Or(home(v.By.Role), "/")), nil
}
