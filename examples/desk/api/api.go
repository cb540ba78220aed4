package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-playground/validator/v10"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/validate"
)

// Prefix is the path below which everything of the API is.
const Prefix = "/api/v1"

// Options are what the API is made of.
type Options struct {
	Desks map[app.Tenant]*app.Desk
	Gate  *gate.Gate
	Log   *slog.Logger
}

// An API answers requests of programs. It is safe for use by many goroutines.
type API struct {
	o           Options
	checks      *validator.Validate
	routes      []route
	description map[string]any
}

// New returns the API of some desks, or an error that says which tag of a request or which
// type of an answer cannot be described.
func New(o Options) (*API, error) {
	a := &API{o: o, checks: validator.New(validator.WithRequiredStructEnabled())}
	a.routes = a.table()
	var requests []any
	for _, r := range a.routes {
		if r.takes != nil {
			requests = append(requests, r.takes)
		}
	}
	if err := validate.Register(a.checks, requests...); err != nil {
		return nil, err
	}
	var err error
	a.description, err = describe(a.routes)
	return a, err
}

// A route is a line of the table: what it does, for whom, and what it takes and gives.
type route struct {
	method, path, does string
	roles              []sp.Role // none is everybody, signed in or not
	seen               bool      // changes what was shown, and wants If-Match
	parameters         any       // of the query
	takes, gives       any
	status             int
	do                 func(*call) (any, error)
}

// A call is one request of somebody.
type call struct {
	app.Acting
	desk *app.Desk
	w    http.ResponseWriter
	r    *http.Request
	body []byte
	made string // ID of the referral that the call has made
}

// id returns the ID in the path of a call.
func (c *call) id() string { return c.r.PathValue("id") }

// Mount hangs the routes into a mux, and a problem where there is none.
func (a *API) Mount(mux *http.ServeMux) {
	allowed := map[string][]string{}
	for _, r := range a.routes {
		mux.HandleFunc(r.method+" "+Prefix+r.path, func(w http.ResponseWriter, req *http.Request) {
			if err := a.serve(req.Context(), r, &call{w: w, r: req}); err != nil {
				a.refuse(w, req, err)
			}
		})
		allowed[r.path] = append(allowed[r.path], r.method)
	}
	for path, methods := range allowed {
		if slices.Contains(methods, http.MethodGet) {
			methods = append(methods, http.MethodHead)
		}
		mux.HandleFunc(Prefix+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			a.refuse(w, r, errMethod)
		})
	}
	mux.HandleFunc(Prefix+"/", func(w http.ResponseWriter, r *http.Request) { a.refuse(w, r, errMissing) })
}

func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError { // errors of the library hold IDs and rules, and nothing of a person
		a.o.Log.ErrorContext(r.Context(), "api", "route", r.Pattern, "error", err)
	}
	p.write(w)
}

// serve answers a call, or returns why not.
func (a *API) serve(ctx context.Context, r route, c *call) error {
	if len(r.roles) > 0 {
		if err := a.enter(ctx, r, c); err != nil {
			return err
		}
	}
	if id := c.id(); id != "" && !sp.ValidID(id) {
		return errMissing
	}
	if r.method == http.MethodGet {
		return a.answer(r, c)
	}
	body, err := io.ReadAll(c.r.Body)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return errLarge
	} else if err != nil {
		return errMissing // the client has gone
	}
	if kind, _, _ := strings.Cut(c.r.Header.Get("Content-Type"), ";"); kind != "application/json" && len(body) > 0 {
		return errType
	}
	if c.body = body; len(body) == 0 {
		c.body = []byte("{}")
	}
	if len(r.roles) == 0 {
		return a.answer(r, c)
	}
	return a.once(ctx, r, c)
}

// enter finds out who calls, and whether the route is for them.
func (a *API) enter(ctx context.Context, r route, c *call) error {
	s, ok := gate.Of(ctx)
	c.By, c.desk = s.Actor, a.o.Desks[app.Tenant(s.Tenant)]
	switch {
	case !ok || c.desk == nil:
		return errSignIn
	case !slices.Contains(r.roles, s.Actor.Role):
		return errRole
	}
	return nil
}

// once does what a request asks for once under its key, and answers it as before when it
// comes again.
func (a *API) once(ctx context.Context, r route, c *call) error {
	c.Key = c.r.Header.Get("Idempotency-Key")
	if !sp.ValidID(c.Key) {
		return errNoKey
	}
	if r.seen {
		var err error
		if c.Seen, err = seen(c.r.Header.Get("If-Match")); err != nil {
			return err
		}
	}
	id, request := keptID(c.By, c.Key), requestSum(c.r, c.body)
	before, err := earlier(ctx, c.desk, id, request)
	if err != nil {
		return err
	}
	if before == nil {
		now, err := r.done(c)
		if err != nil {
			return err
		}
		now.Request = request
		about, err := c.about(ctx)
		if err != nil {
			return err
		}
		if before, err = keep(ctx, c.desk, id, about, now); err != nil {
			return err
		}
	}
	before.write(c.w)
	return nil
}

// about returns whom an answer is about, so that it goes with them when they are erased.
func (c *call) about(ctx context.Context) (person.ID, error) {
	if c.By.Role == sp.RolePerson {
		return person.ID(c.By.For), nil
	}
	return c.desk.Whom(ctx, cmp.Or(c.id(), c.made))
}

// answer answers a call that is not kept.
func (a *API) answer(r route, c *call) error {
	k, err := r.done(c)
	if err != nil {
		return err
	}
	if k.ETag != "" && c.r.Header.Get("If-None-Match") == k.ETag {
		c.w.Header().Set("ETag", k.ETag)
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	k.write(c.w)
	return nil
}

// done does what a route is for, and returns its answer.
func (r route) done(c *call) (kept, error) {
	given, err := r.do(c)
	if err != nil {
		return kept{}, err
	}
	k := kept{Status: r.status}
	if k.Body, err = json.Marshal(given, revealing); err != nil {
		return kept{}, fmt.Errorf("api: answer of %s: %w", r.path, err)
	}
	var is struct {
		Version int64 `json:"version"`
	}
	if json.Unmarshal(k.Body, &is) == nil && is.Version > 0 { // what has a version is tagged by it
		k.ETag = fmt.Sprintf("%q", strconv.FormatInt(is.Version, 10))
	}
	return k, nil
}

// revealing has answers show the personal data that the desk gave, which writes itself as
// "[personal]" everywhere else: in logs, and in errors.
var revealing = json.JoinOptions(json.Deterministic(true), json.WithMarshalers(json.JoinMarshalers(reveal[string](), reveal[person.Name]())))

func reveal[T any]() *json.Marshalers {
	return json.MarshalFunc(func(p sp.Personal[T]) ([]byte, error) { return json.Marshal(p.Reveal()) })
}

// seen returns the version in an If-Match. "*" is whatever is there.
func seen(match string) (int64, error) {
	if match == "" {
		return 0, errUnseen
	}
	if match == "*" {
		return 0, nil
	}
	v, err := strconv.ParseInt(strings.Trim(match, `"`), 10, 64)
	if err != nil || v < 1 {
		return 0, errStale
	}
	return v, nil
}

// query is a route that reads.
func query[Out any](path, does string, roles []sp.Role, do func(*call) (Out, error)) route {
	var out Out
	return route{
		method: http.MethodGet, path: path, does: does, roles: roles, gives: out, status: http.StatusOK,
		do: func(c *call) (any, error) { return do(c) },
	}
}

// command is a route that takes an In and changes something.
func command[In, Out any](a *API, path, does string, status int, roles []sp.Role, do func(*call, In) (Out, error)) route {
	var in In
	var out Out
	return route{
		method: http.MethodPost, path: path, does: does, roles: roles, takes: in, gives: out, status: status,
		do: func(c *call) (any, error) {
			in, err := decode.JSON[In](c.body, decode.Options{Subject: "request"})
			if err != nil {
				return nil, err
			}
			if err := validate.Error("request", a.checks.Struct(in)); err != nil {
				return nil, err
			}
			return do(c, in)
		},
	}
}

// shown returns a command that wants to know what was shown of what it changes.
func shown(r route) route {
	r.seen = true
	return r
}

// with returns a query with parameters.
func with(r route, parameters any) route {
	r.parameters = parameters
	return r
}
