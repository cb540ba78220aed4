package site

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"slices"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/referral/words"
)

// Options are what a site is made of.
type Options struct {
	Desks map[app.Tenant]*app.Desk
	Gate  *gate.Gate
	Log   *slog.Logger

	Lang  string     // of the words, as BCP 47 has it; empty is British English
	Words page.Words // of pages and site; nil is English
}

// A Site answers requests of people. It is safe for use by many goroutines.
type Site struct {
	o     Options
	pages *page.Pages
	words words.Table // of the library
}

// New returns the site of some desks.
func New(o Options) (*Site, error) {
	if o.Lang == "" {
		o.Lang = "en-GB"
	}
	pages, err := page.New(o.Lang, o.Words)
	if err != nil {
		return nil, err
	}
	return &Site{o, pages, LibraryWords(o.Words)}, nil
}

// A route is a line of the table.
type route struct {
	method, path string
	roles        []sp.Role // none is everybody, signed in or not
	do           func(*visit) (answer, error)
}

// A visit is one request of somebody.
type visit struct {
	app.Acting
	site *Site
	desk *app.Desk // nil where nobody has signed in
	w    http.ResponseWriter
	r    *http.Request
}

// An answer is a page to draw, or one to go on to.
type answer struct {
	view   page.View
	to     string // a path; empty is to draw the view
	status int
	seen   int64 // version of what is shown
	back   page.Link
}

func show(v page.View) answer { return answer{view: v, status: http.StatusOK} }

func goTo(path string) answer { return answer{to: path} }

// Mount hangs the routes into a mux, the style sheet, and a page that says that there is none.
func (s *Site) Mount(mux *http.ServeMux) {
	for _, rt := range s.table() {
		mux.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, r *http.Request) { s.serve(r.Context(), rt, w, r) })
	}
	mux.HandleFunc("GET /desk.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write([]byte(page.Style())) //nolint:errcheck // whoever asked has gone
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.Refuse(w, r, http.StatusNotFound) })
}

// visit finds out who asks.
func (s *Site) visit(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{site: s, w: w, r: r}
	if session, ok := gate.Of(r.Context()); ok {
		v.By, v.desk = session.Actor, s.o.Desks[app.Tenant(session.Tenant)]
	}
	return v
}

// serve answers one request by one route.
func (s *Site) serve(ctx context.Context, rt route, w http.ResponseWriter, r *http.Request) {
	v := s.visit(w, r)
	switch {
	case len(rt.roles) > 0 && v.desk == nil:
		s.Refuse(w, r, http.StatusUnauthorized)
		return
	case len(rt.roles) > 0 && !slices.Contains(rt.roles, v.By.Role):
		s.Refuse(w, r, http.StatusForbidden)
		return
	}
	if id := r.PathValue("id"); id != "" && !sp.ValidID(id) {
		s.Refuse(w, r, http.StatusNotFound)
		return
	}
	if r.Method == http.MethodPost {
		if err := r.ParseForm(); err != nil {
			s.Refuse(w, r, http.StatusRequestEntityTooLarge)
			return
		}
		v.Key = v.key()
		v.Seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64) //nolint:errcheck // of what was not shown, none was seen
	}
	a, err := rt.do(v)
	if err != nil {
		a = v.problem(ctx, err)
	}
	v.answer(a)
}

// answer draws a page, or sends the browser on to one.
func (v *visit) answer(a answer) {
	if a.to != "" {
		http.Redirect(v.w, v.r, a.to, http.StatusSeeOther)
		return
	}
	if a.view == nil { // it has answered by itself
		return
	}
	f, err := v.frame(a)
	if err != nil {
		v.log(err)
		http.Error(v.w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(a.status)
	if err := v.site.pages.Write(v.w, f, a.view); err != nil {
		v.log(err)
	}
}

// log writes down an error of the library, which holds IDs and rules and nothing of a person.
func (v *visit) log(err error) {
	v.site.o.Log.Error("site", "route", v.r.Pattern, "error", err)
}

// frame is what is around the pages of whoever has signed in.
func (v *visit) frame(a answer) (page.Frame, error) {
	f := page.Frame{Site: v.say("Social prescribing desk"), Seen: a.seen, Back: a.back, Key: rand.Text()}
	if key := v.r.PostFormValue("key"); key != "" && sp.ValidID(key) && a.status >= http.StatusBadRequest {
		f.Key = key // nothing was saved, as far as is known: sent again it is the same
	}
	var err error
	if f.Token, err = v.site.o.Gate.FormToken(v.r); err != nil || v.desk == nil {
		return f, err
	}
	f.Site, f.Who, f.Out = v.desk.Scheme.Name, v.name(v.By.ID), "/signout"
	if f.Who != "" {
		f.Veil, f.Veiled = "/veil", v.veiled()
	}
	if role := v.role(v.By.Role); f.Who != "" && role != "" {
		f.Who += ", " + role
	}
	for _, l := range v.links() {
		l.Here = l.To == v.r.URL.Path
		f.Pages = append(f.Pages, l)
	}
	return f, nil
}

// account returns the account of somebody of the team, zero if they have none.
func (v *visit) account(id string) app.Account {
	for _, a := range v.desk.Scheme.Accounts {
		if a.Actor.ID == id {
			return a
		}
	}
	return app.Account{}
}

// name returns what somebody of the team is called.
func (v *visit) name(id string) string { return v.account(id).Name.Reveal() }

// Link returns the path that opens a door for somebody without an account.
func (s *Site) Link(t app.Tenant, d app.Door) (string, error) {
	token, err := s.o.Gate.Seal(gate.Link{Tenant: string(t), To: d.To, Until: d.Until, Actor: d.Actor})
	return "/link/" + token, err
}
