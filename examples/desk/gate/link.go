package gate

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/rest/limit"
	"github.com/socialprescribing/sp/rest/token"
)

// A Link lets somebody without an account do one thing, until a time. The actor's Only
// says which, such as "placement/PL-1": the library holds them to it.
type Link struct {
	Tenant string    `json:"tenant"`
	Actor  sp.Actor  `json:"actor"`
	To     string    `json:"to"` // the path of the page that it opens
	Until  time.Time `json:"until"`
}

// Seal returns the token that stands for a link, at the end of the path that
// [Gate.Follow] handles.
func (g *Gate) Seal(l Link) (string, error) {
	e := &sp.InvalidError{Subject: "link"}
	e.Check(l.Actor.Only != "", "actor.only", sp.Missing, "must say the one thing that the link is for")
	e.Check(local(l.To), "to", sp.Malformed, "must be a path of this service")
	e.Check(l.Until.After(g.o.Now()), "until", sp.Untimely, "must lie ahead")
	if err := e.Err(); err != nil {
		return "", err
	}
	return g.links.Seal(l, l.Until)
}

// errGuesses says that somebody has tried too many links that do not open.
var errGuesses = rest.ProblemOfStatus(http.StatusTooManyRequests)

// Visit begins the session that a link is for, and returns its bearer token. The error is
// [token.ErrUnknown], [token.ErrEnded], or a problem (429) for whoever tries many that do not
// open. It writes nothing, whoever uses the link and however often.
func (g *Gate) Visit(r *http.Request, text string) (Session, string, error) {
	now := g.o.Now()
	if g.guesses.Wait(limit.Address(r.RemoteAddr), now) > 0 {
		return Session{}, "", errGuesses
	}
	l, err := g.links.Open(text, now)
	if errors.Is(err, token.ErrUnknown) {
		g.guesses.Take(limit.Address(r.RemoteAddr), now)
	}
	if err != nil {
		return Session{}, "", fmt.Errorf("gate: link: %w", err)
	}
	until := now.Add(LinkVisit)
	if until.After(l.Until) {
		until = l.Until
	}
	return g.begin(Session{Tenant: l.Tenant, Actor: l.Actor, Until: until, To: l.To})
}

// Follow handles GET /link/{token}: it begins a visit in the browser and sends it on to
// the page of the link. Who tries tokens that do not open is soon told to wait (429).
func (g *Gate) Follow(w http.ResponseWriter, r *http.Request) {
	s, bearer, err := g.Visit(r, r.PathValue("token"))
	switch {
	case err == nil:
		http.SetCookie(w, g.cookie(bearer, int(s.Until.Sub(g.o.Now()).Seconds())))
		http.Redirect(w, r, s.To, http.StatusSeeOther)
	case errors.Is(err, errGuesses):
		g.tooMany(w, r, g.guesses.Wait(limit.Address(r.RemoteAddr), g.o.Now()))
	default:
		g.o.Refuse(w, r, rest.ProblemOf(err).Status)
	}
}

// local reports whether a path stays on this host: browsers take // and /\ for another.
func local(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.Contains(path, `\`)
}
