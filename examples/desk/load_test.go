package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
)

// A load is how many people use the desk at once, and how. The usual one is short; this
// plays 200 people for a minute, each of whom looks at what they see for ten seconds:
//
//	go test ./examples/desk -run UnderLoad -v -args -users 200 -lasts 1m -think 10s -caseload 10
var (
	users    = flag.Int("users", 20, "people who use the desk at once")
	lasts    = flag.Duration("lasts", 2*time.Second, "for how long")
	think    = flag.Duration("think", 200*time.Millisecond, "mean time that somebody looks at an answer, of which each takes from a half to one and a half")
	caseload = flag.Int("caseload", 2, "people whom each worker carries at the start")
)

// Of ten people seven are link workers, two refer, and one answers for a service.
const workersOfTen, referrersOfTen = 7, 2

func TestDeskUnderLoadHasEveryCommandOnceOnSQLite(t *testing.T) {
	underLoad(t, options{folder: t.TempDir()})
}

func TestDeskUnderLoadHasEveryCommandOnceOnPostgreSQL(t *testing.T) {
	underLoad(t, options{folder: t.TempDir(), postgres: pgserver.Need(t).DSN})
}

// underLoad plays the load against a desk, prints how long it took by route, and looks up
// in the log what was acknowledged.
func underLoad(t *testing.T, o options) {
	t.Helper()
	o.rate = 1 << 20 // all of them come from one address here
	d := start(t, o)
	g := &game{t: t, d: d, links: make(chan string, 10_000), acknowledged: map[string]bool{}, made: map[string]string{}}
	g.prepare()
	ctx, cancel := context.WithTimeout(t.Context(), *lasts)
	defer cancel()
	var playing sync.WaitGroup
	for n := range *users {
		p := &player{game: g, ctx: ctx, n: n, rng: rand.New(rand.NewPCG(1, uint64(n)))}
		playing.Go(func() { p.play() })
	}
	baseline := &player{game: g, ctx: ctx, n: *users}
	playing.Go(baseline.ping)
	playing.Wait()
	g.report()
	g.compare()
}

// A game is one load that is being played.
type game struct {
	t     *testing.T
	d     *opened
	links chan string // of offers that nobody has answered yet

	mu           sync.Mutex
	asked        []asked
	acknowledged map[string]bool   // keys of commands
	made         map[string]string // IDs of what they made, and their routes

	began store.Position // of the log, where the game begins
}

func (g *game) desk() *app.Desk { return g.d.service.desks["dale"] }

// An asked is one request and how it was answered; a status of 0 is not at all.
type asked struct {
	route  string
	status int
	took   time.Duration
}

// prepare employs as many workers as play, gives them their caseloads, and has room at
// every service.
func (g *game) prepare() {
	desk, ctx := g.desk(), g.t.Context()
	dir, err := seed.Directory(ctx, desk.Now())
	require.NoError(g.t, err)
	for i := range dir.Offers {
		dir.Offers[i].Capacity.Available, dir.Offers[i].Capacity.Maximum = sp.Know(100_000), sp.Know(100_000)
	}
	_, err = desk.StatePlaces(ctx, dir.Offers)
	require.NoError(g.t, err)
	var preparing sync.WaitGroup
	for n := range *users {
		who := actor(n)
		if who.Role == sp.RoleProvider {
			continue
		}
		desk.Scheme.Accounts = append(desk.Scheme.Accounts, app.Account{Tenant: "dale", Actor: who})
		if who.Role != sp.RoleLinkWorker {
			continue
		}
		w := workforce.Worker{ID: workforce.WorkerID(who.ID), Roles: []sp.Role{who.Role}, Name: sp.Hide(who.ID), Ages: workforce.AllAges, Supervisor: "lena", Areas: []string{"dale"}, Employer: "alliance"}
		w.Employment = sp.Hide(workforce.Employment{WTE: 100, PayBand: "AfC-5", Contract: sp.Period{Start: sp.DateOf(desk.Now()).Add(-700)}})
		r, err := workforce.Register(w, sp.By(seed.Lena, desk.Now()))
		require.NoError(g.t, err)
		require.NoError(g.t, store.Save(ctx, desk.Store(), r))
		preparing.Go(func() { g.carry(desk, who, n) })
	}
	preparing.Wait()
	for e, err := range desk.Store().Log(ctx, "", "") {
		require.NoError(g.t, err)
		g.began = e.Position
	}
}

// carry puts people on the caseload of a worker.
func (g *game) carry(desk *app.Desk, who sp.Actor, n int) {
	ctx := g.t.Context()
	for i := range *caseload {
		key := fmt.Sprintf("before-%d-%d", n, i)
		sent, err := desk.Refer(ctx, app.Acting{By: seed.DrKhan, Key: key}, seed.Form(numbered(500_000+4*(n*100+i)), "Guest", "Number", born, referral.Routine, needs.Loneliness))
		if err == nil {
			err = desk.Accept(ctx, app.Acting{By: who, Key: key + "-a"}, sent.Referral)
		}
		if err == nil {
			err = desk.Talk(ctx, app.Acting{By: who, Key: key + "-t"}, sent.Referral, app.Talk{Channel: "phone", Minutes: 30, Needs: []needs.Code{needs.Loneliness}, Agrees: sp.Yes})
		}
		if err != nil {
			g.t.Error(err)
			return
		}
	}
}

// actor returns who the n-th player is.
func actor(n int) sp.Actor {
	switch {
	case n%10 < workersOfTen:
		return sp.Actor{ID: fmt.Sprint("worker-", n), Role: sp.RoleLinkWorker}
	case n%10 < workersOfTen+referrersOfTen:
		return sp.Actor{ID: fmt.Sprint("dr-", n), Role: sp.RoleReferrer, For: fmt.Sprint("practice-", n)}
	}
	return sp.Actor{Role: sp.RoleProvider} // by a link
}

// report prints how long each route took.
func (g *game) report() {
	routes := map[string][]asked{}
	for _, a := range g.asked {
		routes[a.route] = append(routes[a.route], a)
		if a.route != "GET /health" {
			routes["all but health"] = append(routes["all but health"], a)
		}
	}
	var said strings.Builder
	table := tabwriter.NewWriter(&said, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "route\trequests\tp50\tp95\tp99\tmost\trefused\terrors\t")
	for _, route := range slices.Sorted(maps.Keys(routes)) {
		all, refused, failed := routes[route], 0, 0
		for _, a := range all {
			switch {
			case a.status == 0 || a.status == http.StatusTooManyRequests || a.status >= 500:
				failed++
			case a.status >= 400:
				refused++
			}
		}
		slices.SortFunc(all, func(a, b asked) int { return int(a.took - b.took) })
		at := func(percent int) time.Duration {
			return all[(len(all)-1)*percent/100].took.Round(10 * time.Microsecond)
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\t%d\t%d\t\n", route, len(all), at(50), at(95), at(99), at(100), refused, failed)
		require.Zero(g.t, failed, route)
	}
	require.NoError(g.t, table.Flush())
	g.t.Logf("%d users for %s, %s to think\n%s", *users, *lasts, *think, &said)
}

// compare holds what was acknowledged against the log, in which the desk writes a key of its
// own for the key of each command: there are as many, and none did anything twice.
func (g *game) compare() {
	keys, records, done := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for e, err := range g.desk().Store().Log(context.WithoutCancel(g.t.Context()), "", g.began) {
		require.NoError(g.t, err)
		if e.Stamp.Key == "" {
			continue // what follows from a command, or comes with time
		}
		what := fmt.Sprintln(e.Stamp.Key, e.Key, e.Type)
		require.False(g.t, done[what], what)
		done[what], keys[e.Stamp.Key], records[e.Key.ID] = true, true, true
	}
	for id, route := range g.made {
		require.True(g.t, records[id], "%s: %s was acknowledged", route, id)
	}
	require.NotEmpty(g.t, g.acknowledged)
	require.Len(g.t, keys, len(g.acknowledged))
	g.t.Logf("%d commands were acknowledged, and each is in the log once", len(g.acknowledged))
}

// An opened is a service that listens on loopback.
type opened struct {
	service *service
	db      store.Driver
	address string
	client  *http.Client
	stop    func() // ends it as SIGTERM does, and waits
}

// start opens the desk. It is stopped at the end of the test at the latest.
func start(t *testing.T, o options) *opened {
	t.Helper()
	db, err := open(t.Context(), o)
	require.NoError(t, err)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	d := &opened{db: db, address: "http://" + l.Addr().String()}
	d.service, err = build(t.Context(), db, o, slog.New(slog.DiscardHandler), d.address)
	require.NoError(t, err)
	transport := &http.Transport{MaxIdleConnsPerHost: 1000}
	d.client = &http.Client{Transport: transport, Timeout: time.Minute}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- d.service.serve(ctx, l) }()
	d.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-ended)
		transport.CloseIdleConnections()
	})
	t.Cleanup(func() { d.stop(); require.NoError(t, db.Close()) })
	return d
}

// ask sends a request with headers, each a name and a value, and returns the answer and what
// it says. A status of 0 is none.
func (d *opened) ask(ctx context.Context, method, path, body string, headers ...string) (*http.Response, []byte) {
	r, err := http.NewRequestWithContext(ctx, method, d.address+path, strings.NewReader(body))
	if err != nil {
		return &http.Response{}, nil
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := d.client.Do(r)
	if err != nil {
		return &http.Response{}, nil
	}
	defer got.Body.Close()
	said, err := io.ReadAll(got.Body)
	if err != nil {
		return &http.Response{}, nil
	}
	return got, said
}

var born = sp.NewDate(1950, time.May, 1)

// numbered returns the first NHS number that begins with 999 and at least n.
func numbered(n int) sp.NHSNumber {
	for ; ; n++ {
		for check := range 10 {
			if number, err := sp.ParseNHSNumber(fmt.Sprintf("999%06d%d", n%1_000_000, check)); err == nil {
				return number
			}
		}
	}
}
