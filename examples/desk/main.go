// Command desk is a service of a link worker's team that uses every room of the library as an
// embedder would: the program to copy. It serves two invented schemes over one database and
// opens on loopback, where a visitor may choose whom to be.
//
//	go run ./examples/desk
//	go run ./examples/desk -folder desk -addr 127.0.0.1:8080
//	go run ./examples/desk -folder desk -postgres postgres://desk@localhost/desk
//	go run ./examples/desk -folder desk -check     // says what is wrong and what to do, and ends
//
// Its parts, each of which knows only those above it:
//
//	app   what may be asked of the desk, without HTTP
//	work  what is done beside requests
//	gate  who asks, and what is kept out
//	api   the desk for other programs, below /api/v1
//	page  what the pages look like
//	site  the desk for people: open it in a browser
//	seed  the invented world; leave it out of a copy
//
// SIGTERM or an interrupt ends it: requests that have begun are answered, and work beside
// them stops where it can go on.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/examples/desk/api"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/examples/desk/site"
	"github.com/socialprescribing/sp/examples/desk/work"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/rest/limit"
	"github.com/socialprescribing/sp/rest/token"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/health"
	"github.com/socialprescribing/sp/store/seal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "desk:", err)
		os.Exit(1)
	}
}

// options are what the command line says.
type options struct {
	addr, folder, postgres string
	resume, check          bool
	rate                   int
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	var o options
	flags := flag.NewFlagSet("desk", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8080", "`HOST:PORT` to listen on")
	flags.StringVar(&o.folder, "folder", "", "`folder` of keys, outbox and database; empty is one that is removed at the end")
	flags.StringVar(&o.postgres, "postgres", "", "`DSN` of a PostgreSQL database; empty is the SQLite file desk.db in the folder")
	flags.IntVar(&o.rate, "rate", 50, "requests a `second` that one address may send: a practice behind one router needs more")
	flags.BoolVar(&o.resume, "resume", false, "go on after the database was put back from a backup")
	flags.BoolVar(&o.check, "check", false, "say what is wrong and what to do, and end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.folder == "" && o.postgres != "" {
		return errors.New("name a -folder too: it keeps the keys without which nothing in the database can be read")
	}
	if o.folder == "" {
		if o.folder, err = os.MkdirTemp("", "desk"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.folder)) }()
	}
	if err := os.MkdirAll(o.folder, 0o700); err != nil { // for nobody else: keys are in it
		return err
	}
	db, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	if o.check {
		return report(ctx, db, o, log, stdout)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return err
	}
	s, err := build(ctx, db, o, log, "http://"+listener.Addr().String())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	log.InfoContext(ctx, "open", "address", "http://"+listener.Addr().String())
	return s.serve(ctx, listener)
}

// A service is the desks of all tenants behind one gate.
type service struct {
	keys   seal.Folder
	gate   *gate.Gate
	desks  map[app.Tenant]*app.Desk
	works  []*work.Work
	site   *site.Site
	mux    *http.ServeMux
	meters meters
}

// build puts the parts together.
func build(ctx context.Context, db store.Driver, o options, log *slog.Logger, address string) (*service, error) {
	metrics.ExposeMetadata(true)
	s := &service{keys: seal.Folder(filepath.Join(o.folder, "keys")), desks: map[app.Tenant]*app.Desk{}, mux: http.NewServeMux(), meters: meters{metrics.NewSet()}}
	secret, err := s.keys.KeyOrNew(ctx, "", "service") // of no tenant
	if err != nil {
		return nil, err
	}
	keys, err := token.NewKeys(secret)
	if err != nil {
		return nil, err
	}
	g, err := gate.New(gate.Options{
		Keys: keys, Now: time.Now, Log: log, Plain: true, Refuse: s.refuse, Observe: s.meters.request,
		PerAddress: limit.Rate{Every: time.Second / time.Duration(cmp.Or(o.rate, 50)), Burst: 6 * cmp.Or(o.rate, 50)},
	})
	if err != nil {
		return nil, err
	}
	s.gate = g
	for _, tenant := range seed.Tenants {
		if err := s.add(ctx, db, o, log, tenant, person.HashKey{Name: "1", Secret: secret}, address); err != nil {
			return nil, fmt.Errorf("%s: %w", tenant, err)
		}
	}
	a, err := api.New(api.Options{Desks: s.desks, Gate: g, Log: log}) //nolint:contextcheck // each request brings its own
	if err != nil {
		return nil, err
	}
	if s.site, err = site.New(site.Options{Desks: s.desks, Gate: g, Log: log}); err != nil {
		return nil, err
	}
	a.Mount(s.mux)
	s.routes()
	return s, nil
}

// add opens the desk of a tenant, with its work beside requests.
func (s *service) add(ctx context.Context, db store.Driver, o options, log *slog.Logger, tenant app.Tenant, index person.HashKey, address string) error {
	desk, err := app.New(db, app.Setup{
		Tenant: tenant, Scheme: seed.Scheme(tenant), Keys: s.keys,
		Index: index, Observe: s.meters.store(log), Now: time.Now,
	})
	if err != nil {
		return err
	}
	if err := seed.World(ctx, desk); err != nil {
		return err
	}
	w := &work.Work{Desk: desk, Outbox: filepath.Join(o.folder, "outbox"), Log: log, Link: s.link(tenant, address), Directory: seed.Reader(desk)}
	s.desks[tenant], s.works = desk, append(s.works, w)
	if o.resume {
		return w.Resume(ctx)
	}
	return nil
}

// refuse answers what the gate stops, in the language of whoever asks.
func (s *service) refuse(w http.ResponseWriter, r *http.Request, status int) {
	if strings.HasPrefix(r.URL.Path, api.Prefix) {
		api.Refuse(w, r, status)
		return
	}
	s.site.Refuse(w, r, status)
}

// routes are what everybody may ask.
func (s *service) routes() {
	s.mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	s.mux.HandleFunc("GET /ready", s.ready)
	s.mux.Handle("GET /metrics", s.gate.Loopback(http.HandlerFunc(s.metrics)))
	s.mux.Handle("GET /check", s.gate.Loopback(http.HandlerFunc(s.check)))
	s.mux.HandleFunc("GET /link/{token}", s.gate.Follow)
	s.site.Mount(s.mux)
}

// ready says whether requests can be served.
func (s *service) ready(w http.ResponseWriter, r *http.Request) {
	for _, beside := range s.works {
		if beside.Ready(r.Context()) != nil { // why stands in the check, which is not for everybody
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// check says in words what is wrong, and what to do.
func (s *service) check(w http.ResponseWriter, r *http.Request) {
	all := []health.Finding{}
	for _, beside := range s.works {
		all = append(all, beside.Check(r.Context())...)
	}
	rest.Show(w, r, http.StatusOK, map[string]any{"wrong": all})
}

// report builds the service without opening it, does what is due once, and prints in words
// what is wrong then.
func report(ctx context.Context, db store.Driver, o options, log *slog.Logger, out io.Writer) error {
	s, err := build(ctx, db, o, log, "http://"+o.addr)
	if err != nil {
		return err
	}
	var said strings.Builder
	for i, beside := range s.works {
		if err := beside.Pass(ctx); err != nil {
			return err
		}
		all := beside.Check(ctx)
		if len(all) == 0 {
			fmt.Fprintf(&said, "%s: everything is in order\n", seed.Tenants[i])
		}
		for _, f := range all {
			fmt.Fprintln(&said, f)
		}
	}
	_, err = io.WriteString(out, said.String())
	return err
}

// link seals the addresses at which providers of a tenant answer.
func (s *service) link(tenant app.Tenant, address string) func(placement.ID, directory.ID, time.Time) (string, error) {
	return func(of placement.ID, provider directory.ID, until time.Time) (string, error) {
		d := app.ProviderDoor(of, provider, until)
		token, err := s.gate.Seal(gate.Link{Tenant: string(tenant), To: d.To, Until: d.Until, Actor: d.Actor})
		return address + "/link/" + token, err
	}
}

// serve answers until ctx is done, and then finishes what has begun.
func (s *service) serve(ctx context.Context, l net.Listener) error {
	beside, stop := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	for _, w := range s.works {
		working.Go(func() { w.Run(beside, time.Tick(pause)) })
	}
	server := gate.Server(s.gate.Handler(s.mux))
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		err = server.Shutdown(grace)
	}
	stop()
	working.Wait()
	return err
}

const (
	pause    = 5 * time.Second        // between two passes of the work beside requests
	patience = 20 * time.Second       // for requests that have begun
	long     = 250 * time.Millisecond // from which on a call of the database is logged
)
