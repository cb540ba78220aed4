package gate

import (
	"net/http"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
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
	return g.o.Keys.seal(forLink, l)
}

// Follow handles GET /link/{token}: it begins a visit in the browser and sends it on to
// the page of the link. It writes nothing else, whoever follows it and however often.
// Who tries tokens that do not open is soon told to wait (429).
func (g *Gate) Follow(w http.ResponseWriter, r *http.Request) {
	now := g.o.Now()
	if wait := g.guesses.wait(address(r), now); wait > 0 {
		g.tooMany(w, r, wait)
		return
	}
	var l Link
	if g.o.Keys.open(forLink, r.PathValue("token"), &l) != nil {
		g.guesses.take(address(r), now)
		g.o.Refuse(w, r, http.StatusNotFound)
		return
	}
	if !now.Before(l.Until) { // it was good once: whoever holds it may be told so
		g.o.Refuse(w, r, http.StatusGone)
		return
	}
	until := now.Add(LinkVisit)
	if until.After(l.Until) {
		until = l.Until
	}
	_, token, err := g.begin(Session{Tenant: l.Tenant, Actor: l.Actor, Until: until})
	if err != nil {
		g.o.Refuse(w, r, http.StatusInternalServerError)
		return
	}
	http.SetCookie(w, g.cookie(token, int(until.Sub(now).Seconds())))
	http.Redirect(w, r, l.To, http.StatusSeeOther)
}

// local reports whether a path stays on this host: browsers take // and /\ for another.
func local(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.Contains(path, `\`)
}
