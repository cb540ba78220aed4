package gate

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
)

// How long sessions last: a working day, or what it takes to answer an offer.
const (
	WorkingDay = 10 * time.Hour
	LinkVisit  = time.Hour
)

// FormField is the name that the field of a form has whose value [Gate.FormToken] returns.
const FormField = "form_token"

// A Session says who asks. It is made by whoever knows who somebody is, and never from
// what a request claims.
type Session struct {
	ID     string    `json:"id"` // drawn anew for each
	Tenant string    `json:"tenant"`
	Actor  sp.Actor  `json:"actor"`
	Until  time.Time `json:"until"`
	To     string    `json:"to,omitempty"` // the page of the link that it came by
}

type sessionKey struct{}

// Of returns the session of a request's context, or false if nobody has signed in.
func Of(ctx context.Context) (Session, bool) {
	s, ok := ctx.Value(sessionKey{}).(Session)
	return s, ok
}

// Begin returns a new session, and the bearer token that stands for it.
func (g *Gate) Begin(tenant string, actor sp.Actor) (Session, string, error) {
	return g.begin(Session{Tenant: tenant, Actor: actor, Until: g.o.Now().Add(WorkingDay)})
}

func (g *Gate) begin(s Session) (Session, string, error) {
	s.ID = rand.Text()
	token, err := g.sessions.Seal(s, s.Until)
	return s, token, err
}

// SignIn begins a session in the browser that w answers.
func (g *Gate) SignIn(w http.ResponseWriter, tenant string, actor sp.Actor) error {
	s, token, err := g.Begin(tenant, actor)
	if err != nil {
		return err
	}
	http.SetCookie(w, g.cookie(token, int(s.Until.Sub(g.o.Now()).Seconds())))
	return nil
}

// SignOut ends the session of a request, here and in the browser.
func (g *Gate) SignOut(w http.ResponseWriter, r *http.Request) {
	if s, ok := Of(r.Context()); ok {
		g.ended.Add(s.ID, s.Until, g.o.Now())
	}
	http.SetCookie(w, g.cookie("", -1))
}

// FormToken returns what a form of this request's session must send back in [FormField].
// It differs from page to page, so that compression gives nothing of it away.
func (g *Gate) FormToken(r *http.Request) (string, error) {
	s, _ := Of(r.Context())
	return g.forms.Seal(s.ID, s.Until)
}

// Only lets those in one of the roles to next: others are told that they may not (403) and
// whoever has not signed in, to do so (401). It is about whole routes, of which everybody
// may know; a record that somebody may not see, is not there (404).
func (g *Gate) Only(next http.Handler, roles ...sp.Role) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, ok := Of(r.Context())
		if !ok {
			g.o.Refuse(w, r, http.StatusUnauthorized)
			return
		}
		if slices.Contains(roles, s.Actor.Role) {
			next.ServeHTTP(w, r)
			return
		}
		g.o.Refuse(w, r, http.StatusForbidden)
	})
}

// cookie returns the cookie of a session. With TLS its name binds it to this host, so that
// no neighbour can set it. It is Lax, not Strict: a provider comes from a link in an e-mail.
func (g *Gate) cookie(token string, age int) *http.Cookie {
	return &http.Cookie{
		Name: g.cookieName(), Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: !g.o.Plain, SameSite: http.SameSiteLaxMode,
	}
}

func (g *Gate) cookieName() string {
	if g.o.Plain {
		return "desk"
	}
	return "__Host-desk"
}

// session returns the session of a request, and whether a browser sent it on its own.
func (g *Gate) session(r *http.Request) (s Session, ok, byCookie bool) {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		cookie, err := r.Cookie(g.cookieName())
		if err != nil {
			return Session{}, false, false
		}
		token = cookie.Value
	}
	s, err := g.sessions.Open(token, g.o.Now())
	if err != nil || g.ended.Has(s.ID) {
		return Session{}, false, false
	}
	return s, true, !bearer
}

// formed reports whether a form brought the token of its session.
func (g *Gate) formed(r *http.Request, s Session) bool {
	id, err := g.forms.Open(r.PostFormValue(FormField), g.o.Now())
	return err == nil && id == s.ID
}
