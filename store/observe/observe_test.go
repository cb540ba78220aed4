package observe_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/observe"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestDriverKeepsEveryPromiseOfTheOneBelow(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Driver {
		return observe.Driver(memstore.New(), func(ctx context.Context, _ observe.Call) (context.Context, observe.End) {
			return ctx, nil
		})
	})
}

type seen struct {
	observe.Call
	observe.Result
}

type notes struct {
	mu  sync.Mutex
	all []seen
}

func (n *notes) start(ctx context.Context, c observe.Call) (context.Context, observe.End) {
	return ctx, func(r observe.Result) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.all = append(n.all, seen{c, r})
	}
}

func TestEveryCallIsToldWithItsResult(t *testing.T) {
	var n notes
	db := observe.Driver(memstore.New(), n.start)
	ctx := t.Context()
	key := func(id string) store.Key { return store.Key{Tenant: "north", Kind: "referral", ID: id} }
	stamp := sp.By(sp.Actor{ID: "w"}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	b := store.Batch{
		Puts:   []store.Put{{Key: key("a")}, {Key: key("b")}},
		Events: []store.RecordedEvent{{Key: key("a"), Version: 1, Type: "created", Stamp: stamp}},
	}
	require.NoError(t, db.Commit(ctx, b))
	require.Error(t, db.Commit(ctx, b))
	require.NoError(t, db.Commit(ctx, store.Batch{Deletes: []store.Delete{{Key: key("b"), If: 1}}}))
	require.NoError(t, db.Commit(ctx, store.Batch{}))
	_, err := db.Get(ctx, key("a"))
	require.NoError(t, err)
	_, err = db.Get(ctx, key("b"))
	require.ErrorIs(t, err, sp.ErrNotFound)
	scan := db.Scan(ctx, store.Query{Tenant: "north", Kind: "referral"})
	require.Len(t, n.all, 6, "nothing is told before the loop")
	for range scan {
	}
	for range scan {
		break
	}
	for range db.Log(ctx, "north", "") {
	}
	for range db.Log(ctx, "north", "nonsense") {
	}
	require.Panics(t, func() {
		for range scan {
			panic("in the body")
		}
	})

	of := store.Key{Tenant: "north", Kind: "referral"}
	want := []seen{
		{observe.Call{Method: "Commit", Key: key("a"), Puts: 2, Events: 1}, observe.Result{}},
		{observe.Call{Method: "Commit", Key: key("a"), Puts: 2, Events: 1}, observe.Result{Err: sp.ErrExists}},
		{observe.Call{Method: "Commit", Key: key("b"), Deletes: 1}, observe.Result{}},
		{observe.Call{Method: "Commit"}, observe.Result{}},
		{observe.Call{Method: "Get", Key: key("a")}, observe.Result{Rows: 1}},
		{observe.Call{Method: "Get", Key: key("b")}, observe.Result{Err: sp.ErrNotFound}},
		{observe.Call{Method: "Scan", Key: of}, observe.Result{Rows: 1}},
		{observe.Call{Method: "Scan", Key: of}, observe.Result{Rows: 1}},
		{observe.Call{Method: "Log", Key: store.Key{Tenant: "north"}}, observe.Result{Rows: 1}},
		{observe.Call{Method: "Log", Key: store.Key{Tenant: "north"}}, observe.Result{Err: sp.ErrInvalid}},
		{observe.Call{Method: "Scan", Key: of}, observe.Result{Rows: 1}},
	}
	require.Empty(t, cmp.Diff(want, n.all, cmpopts.EquateErrors()))
}

type span struct{}

func TestTheContextOfTheObserverReachesTheDriver(t *testing.T) {
	var reached []any
	below := observe.Driver(memstore.New(), func(ctx context.Context, _ observe.Call) (context.Context, observe.End) {
		reached = append(reached, ctx.Value(span{}))
		return ctx, nil
	})
	db := observe.Driver(below, func(ctx context.Context, c observe.Call) (context.Context, observe.End) {
		return context.WithValue(ctx, span{}, c.Method), nil
	})
	k := store.Key{Tenant: "north", Kind: "referral", ID: "a"}
	require.NoError(t, db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: k}}}))
	_, err := db.Get(t.Context(), k)
	require.NoError(t, err)
	for range db.Scan(t.Context(), store.Query{Tenant: "north", Kind: "referral"}) {
	}
	for range db.Log(t.Context(), "north", "") {
	}
	require.Equal(t, []any{"Commit", "Get", "Scan", "Log"}, reached)
}

func TestADriverTellsNothingPersonal(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	db := observe.Driver(memstore.New(), func(ctx context.Context, c observe.Call) (context.Context, observe.End) {
		return ctx, func(r observe.Result) {
			log.InfoContext(ctx, "store", "call", c, "result", r, "plain", fmt.Sprintf("%+v %+v", c, r))
		}
	})
	put := store.Put{Key: store.Key{Tenant: "north", Kind: "person", ID: "P-1"}, Terms: store.Terms{"name": "canary"}, Body: []byte("canary")}
	for range 2 { // the second is refused, and its error is told
		_ = db.Commit(t.Context(), store.Batch{Puts: []store.Put{put}})
	}
	_, err := db.Get(t.Context(), put.Key)
	require.NoError(t, err)
	for range db.Scan(t.Context(), store.Query{Tenant: "north", Kind: "person", Where: store.Where{"name": {"canary"}}}) {
	}
	require.Contains(t, out.String(), "P-1")
	require.NotContains(t, out.String(), "canary")
}

// How long a call took differs from run to run, so the clock is left out of what is shown.
func Example() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "took" {
			return slog.Attr{}
		}
		return a
	}}))
	var db store.Driver = memstore.New()
	db = observe.Driver(db, func(ctx context.Context, call observe.Call) (context.Context, observe.End) {
		begun := time.Now()
		return ctx, func(r observe.Result) {
			log.InfoContext(ctx, "store", "call", call, "rows", r.Rows, "took", time.Since(begun), "error", r.Err)
		}
	})
	_, _ = db.Get(context.Background(), store.Key{Tenant: "morecambe-bay", Kind: "referral", ID: "R-1007"})
	// Output:
	// level=INFO msg=store call.method=Get call.tenant=morecambe-bay call.kind=referral call.id=R-1007 rows=0 error="memstore: get morecambe-bay/referral/R-1007: not found"
}

// What the comment of the package shows is what [Example] compiles, line by line.
func TestObserveSnippetIsItsExample(t *testing.T) {
	source, err := os.ReadFile("observe.go")
	require.NoError(t, err)
	example, err := os.ReadFile("observe_test.go")
	require.NoError(t, err)
	lines := 0
	for line := range strings.Lines(string(source)) {
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			require.Contains(t, string(example), "\n\t"+code)
			lines++
		}
	}
	require.Equal(t, 7, lines)
}

// Every call becomes a line of log/slog. A tracer starts its span in the same
// place and ends it in the returned function.
func ExampleDriver() {
	clock := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { clock = clock.Add(3 * time.Millisecond); return clock } // time.Now in a service
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	db := observe.Driver(memstore.New(), func(ctx context.Context, call observe.Call) (context.Context, observe.End) {
		begun := now()
		return ctx, func(r observe.Result) {
			log.InfoContext(ctx, "store", "call", call, "rows", r.Rows, "took", now().Sub(begun), "error", r.Err)
		}
	})
	scheme := store.Tenant(db, "morecambe-bay")
	_, _ = scheme.Get(context.Background(), store.Key{Kind: "referral", ID: "R-1007"})
	_ = scheme.Commit(context.Background(), store.Batch{Puts: []store.Put{{Key: store.Key{Kind: "referral", ID: "R-1007"}}}})
	// Output:
	// level=INFO msg=store call.method=Get call.tenant=morecambe-bay call.kind=referral call.id=R-1007 rows=0 took=3ms error="memstore: get morecambe-bay/referral/R-1007: not found"
	// level=INFO msg=store call.method=Commit call.tenant=morecambe-bay call.kind=referral call.id=R-1007 call.puts=1 call.deletes=0 call.events=0 rows=0 took=3ms error=<nil>
}
