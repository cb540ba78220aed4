package gate

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/rest/limit"
	"github.com/socialprescribing/sp/rest/token"
)

// Options are what a gate needs to know.
type Options struct {
	Keys *token.Keys
	Now  func() time.Time
	Log  *slog.Logger

	// Plain says that cookies travel without TLS: on loopback, and nowhere else.
	Plain bool

	// Refuse answers a request that the gate stops, with a page or a problem. If nil, it is
	// the problem of the status.
	Refuse func(w http.ResponseWriter, r *http.Request, status int)

	// Observe is told of each answer, by the pattern of its route; nil is nobody.
	Observe func(route string, status int, took time.Duration)

	PerAddress limit.Rate    // requests, before it is known who asks; zero is 300 at once, 50 each second
	PerSession limit.Rate    // requests; zero is 60 at once, 10 each second
	Guesses    limit.Rate    // tokens that do not open, by address; zero is 10 at once, 1 each minute
	Body       int64         // the largest body in bytes; zero is 1 MiB
	Timeout    time.Duration // until the context of a request ends; zero is 10 s
}

// A Gate keeps a service. It is safe for use by many goroutines.
type Gate struct {
	o                               Options
	cross                           *http.CrossOriginProtection
	perAddress, perSession, guesses *limit.Limiter
	ended                           token.Ended

	// What a token is sealed for. None opens as another.
	sessions token.Purpose[Session]
	links    token.Purpose[Link]
	forms    token.Purpose[string] // the ID of a session
}

// New returns a gate, or an error that says which option is missing.
func New(o Options) (*Gate, error) {
	e := &sp.InvalidError{Subject: "gate options"}
	e.Check(o.Keys != nil, "Keys", sp.Missing, "must be there")
	e.Check(o.Now != nil, "Now", sp.Missing, "must be there")
	e.Check(o.Log != nil, "Log", sp.Missing, "must be there")
	if err := e.Err(); err != nil {
		return nil, err
	}
	if o.Refuse == nil {
		o.Refuse = func(w http.ResponseWriter, _ *http.Request, status int) {
			rest.ProblemOfStatus(status).Write(w)
		}
	}
	if o.Observe == nil {
		o.Observe = func(string, int, time.Duration) {}
	}
	o.Body = cmp.Or(o.Body, 1<<20)
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	return &Gate{
		o: o, cross: http.NewCrossOriginProtection(),
		sessions: token.For[Session](o.Keys, "session"), links: token.For[Link](o.Keys, "link"), forms: token.For[string](o.Keys, "form"),
		perAddress: limit.New(cmp.Or(o.PerAddress, limit.Rate{Every: time.Second / 50, Burst: 300})),
		perSession: limit.New(cmp.Or(o.PerSession, limit.Rate{Every: time.Second / 10, Burst: 60})),
		guesses:    limit.New(cmp.Or(o.Guesses, limit.Rate{Every: time.Minute, Burst: 10})),
	}, nil
}

// Handler returns a mux behind the gate. It is a mux, and not any handler, because the log
// tells the patterns of one.
func (g *Gate) Handler(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := g.o.Now()
		s, ok, byCookie := g.session(r)
		ctx, cancel := context.WithTimeout(r.Context(), g.o.Timeout)
		defer cancel()
		if ok {
			ctx = context.WithValue(ctx, sessionKey{}, s)
		}
		r = r.WithContext(ctx)
		answered := &answer{ResponseWriter: w}
		r.Body = http.MaxBytesReader(answered, r.Body, g.o.Body)
		_, route := mux.Handler(r)
		defer func() {
			if p := recover(); p != nil {
				g.broken(answered, r, route, p)
			}
			took := g.o.Now().Sub(begun)
			g.o.Observe(route, answered.status, took)
			g.o.Log.InfoContext(ctx, "request", "method", method(r), "route", route, "status", answered.status, "took", took, "tenant", s.Tenant)
		}()
		g.protect(answered.Header())
		if g.admit(answered, r, byCookie) {
			mux.ServeHTTP(answered, r)
		}
	})
}

// admit reports whether a request may go on; if not, it has been answered.
func (g *Gate) admit(w http.ResponseWriter, r *http.Request, byCookie bool) bool {
	now := g.o.Now()
	wait := g.perAddress.Take(limit.Address(r.RemoteAddr), now)
	s, ok := Of(r.Context())
	if ok && wait == 0 {
		wait = g.perSession.Take(s.ID, now)
	}
	if wait > 0 {
		g.tooMany(w, r, wait)
		return false
	}
	if g.cross.Check(r) != nil || byCookie && !safe(r.Method) && !g.formed(r, s) {
		g.o.Refuse(w, r, http.StatusForbidden)
		return false
	}
	return true
}

func (g *Gate) tooMany(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	g.o.Refuse(w, r, http.StatusTooManyRequests)
}

// safe reports whether a method only reads (RFC 9110, section 9.2.1).
func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// method returns the method of a request if it is a known one: a client can write
// anything there, and it would stand in the log.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// protect sets the headers of every answer. A handler may replace them, such as the one
// that serves a stylesheet, which may be kept.
func (g *Gate) protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin") // no-referrer would make the Origin of our own forms null
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Cache-Control", "no-store") // else Back shows a record after signing out
	if !g.o.Plain {
		h.Set("Strict-Transport-Security", "max-age=63072000")
	}
}

// broken answers for a handler that panicked, and logs where.
func (g *Gate) broken(w *answer, r *http.Request, route string, p any) {
	if p == http.ErrAbortHandler { //nolint:errorlint // it is panicked with itself, as its documentation says
		panic(p)
	}
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	var at []string
	for f, more := frames.Next(); ; f, more = frames.Next() {
		at = append(at, fmt.Sprintf("%s:%d", f.Function, f.Line))
		if !more {
			break
		}
	}
	g.o.Log.ErrorContext(r.Context(), "panic", "route", route, "type", fmt.Sprintf("%T", p), "at", at)
	if w.status == 0 {
		g.o.Refuse(w, r, http.StatusInternalServerError)
	}
}

// An answer remembers its status.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(data []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(data)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
