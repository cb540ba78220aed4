package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-playground/validator/v10"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
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
	var patterns []string
	for _, r := range a.routes {
		pattern := r.method + " " + Prefix + r.path
		mux.HandleFunc(pattern, func(w http.ResponseWriter, req *http.Request) {
			if err := a.serve(req.Context(), r, &call{w: w, r: req}); err != nil {
				a.refuse(w, req, err)
			}
		})
		patterns = append(patterns, pattern)
	}
	rest.Unrouted(mux, Prefix+"/", patterns...)
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
	var err error
	if c.body, err = rest.Body(c.w, c.r, 0); err != nil {
		return err
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
	var err error
	if c.Key, err = rest.Key(c.r); err != nil {
		return err
	}
	if r.seen {
		if c.Seen, err = rest.Seen(c.r); err != nil {
			return err
		}
	}
	answers := rest.Answers{DB: c.desk.Store()}
	answer, err := answers.Once(ctx, sp.By(c.By, c.desk.Now()).Under(c.Key), c.r, c.body, func() (rest.Answer, store.Terms, error) {
		answer, err := r.done(c)
		if err != nil {
			return answer, nil, err
		}
		about, err := c.about(ctx)
		return answer, store.Terms{"person": string(about)}, err
	})
	if err == nil {
		answer.Write(c.w, c.r)
	}
	return err
}

// about returns whom an answer is about, so that it goes with them when they are erased.
func (c *call) about(ctx context.Context) (person.ID, error) {
	if c.By.Role == sp.RolePerson {
		return person.ID(c.By.For), nil
	}
	of, err := subject.Of(ctx, c.desk.Store(), cmp.Or(c.id(), c.made))
	if errors.Is(err, sp.ErrNotFound) {
		return "", nil
	}
	return of, err
}

// answer answers a call that is not kept.
func (a *API) answer(r route, c *call) error {
	k, err := r.done(c)
	if err != nil {
		return err
	}
	k.Write(c.w, c.r)
	return nil
}

// done does what a route is for, and returns its answer.
func (r route) done(c *call) (rest.Answer, error) {
	given, err := r.do(c)
	if err != nil {
		return rest.Answer{}, err
	}
	body, err := json.Marshal(given, revealing)
	if err != nil {
		return rest.Answer{}, fmt.Errorf("api: answer of %s: %w", r.path, err)
	}
	return rest.NewAnswer(r.status, body), nil
}

// revealing has answers show the personal data that the desk gave, which writes itself as
// "[personal]" everywhere else: in logs, and in errors.
var revealing = json.JoinOptions(json.Deterministic(true), json.WithMarshalers(json.JoinMarshalers(reveal[string](), reveal[person.Name]())))

func reveal[T any]() *json.Marshalers {
	return json.MarshalFunc(func(p sp.Personal[T]) ([]byte, error) { return json.Marshal(p.Reveal()) })
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
