// Package observe reports each call of a driver and its result, for logs, metrics
// and traces in whatever library a service uses for them.
//
// [Driver] wraps any driver. Before each call it calls a [Start], and after it
// the [End] that Start returned. So the observer measures the time by its own
// clock, and its context, with a tracing span for instance, reaches the database:
//
//	var db store.Driver = memstore.New()
//	db = observe.Driver(db, func(ctx context.Context, call observe.Call) (context.Context, observe.End) {
//		begun := time.Now()
//		return ctx, func(r observe.Result) {
//			log.InfoContext(ctx, "store", "call", call, "rows", r.Rows, "took", time.Since(begun), "error", r.Err)
//		}
//	})
//
// The observer sees identifiers, sizes and errors, never terms or bodies, so it
// may log all of them.
package observe

import (
	"context"
	"iter"
	"log/slog"

	"github.com/socialprescribing/sp/store"
)

// A Call is one use of a driver's method. A Scan or Log is called each time it
// is ranged over, and ends with the loop; its time includes that of the loop's body.
type Call struct {
	Method                string    // "Get", "Commit", "Scan" or "Log", or "Confirm" where a transaction of [store.InTx] is committed
	Key                   store.Key // of a Get; of a Scan the tenant and kind; of a Log the tenant; of a Commit the first key it writes
	Puts, Deletes, Events int       // of a Commit
}

// LogValue returns the fields of the call that are set.
func (c Call) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("method", c.Method)}
	for _, part := range []struct{ name, value string }{{"tenant", c.Key.Tenant}, {"kind", c.Key.Kind}, {"id", c.Key.ID}} {
		if part.value != "" {
			attrs = append(attrs, slog.String(part.name, part.value))
		}
	}
	if c.Method == "Commit" {
		attrs = append(attrs, slog.Int("puts", c.Puts), slog.Int("deletes", c.Deletes), slog.Int("events", c.Events))
	}
	return slog.GroupValue(attrs...)
}

// A Result is the outcome of a call.
type Result struct {
	Rows int   // records or events that were yielded or returned
	Err  error // of the call; nil for a loop that was left early
}

// An End is told the result of the call that it belongs to. It may be nil.
type End func(Result)

// A Start is told that a call begins. The call goes on with the context that it
// returns. It is used by as many goroutines as the driver is.
type Start func(context.Context, Call) (context.Context, End)

// Driver returns a driver over d that tells start about every call.
func Driver(d store.Driver, start Start) store.Driver { return driver{d, start} }

type driver struct {
	d     store.Driver
	start Start
}

// Below, Over and Confirm make it a [store.Wrapper] that sees the end of
// transactions too.
func (o driver) Below() store.Driver              { return o.d }
func (o driver) Over(d store.Driver) store.Driver { return driver{d, o.start} }

func (o driver) Confirm(ctx context.Context, confirm func(context.Context) error) error {
	ctx, end := o.begin(ctx, Call{Method: "Confirm"})
	err := confirm(ctx)
	end(Result{Err: err})
	return err
}

func (o driver) begin(ctx context.Context, c Call) (context.Context, End) {
	ctx, end := o.start(ctx, c)
	if end == nil {
		end = func(Result) {}
	}
	return ctx, end
}

func (o driver) Get(ctx context.Context, k store.Key) (store.Record, error) {
	ctx, end := o.begin(ctx, Call{Method: "Get", Key: k})
	r, err := o.d.Get(ctx, k)
	rows := 0
	if err == nil {
		rows = 1
	}
	end(Result{Rows: rows, Err: err})
	return r, err
}

func (o driver) Commit(ctx context.Context, b store.Batch) error {
	ctx, end := o.begin(ctx, Call{Method: "Commit", Key: first(b), Puts: len(b.Puts), Deletes: len(b.Deletes), Events: len(b.Events)})
	err := o.d.Commit(ctx, b)
	end(Result{Err: err})
	return err
}

func first(b store.Batch) store.Key {
	switch {
	case len(b.Puts) > 0:
		return b.Puts[0].Key
	case len(b.Deletes) > 0:
		return b.Deletes[0].Key
	case len(b.Events) > 0:
		return b.Events[0].Key
	}
	return store.Key{}
}

func (o driver) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	call := Call{Method: "Scan", Key: store.Key{Tenant: q.Tenant, Kind: q.Kind}}
	return watch(ctx, o, call, func(ctx context.Context) iter.Seq2[store.Record, error] { return o.d.Scan(ctx, q) })
}

func (o driver) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	call := Call{Method: "Log", Key: store.Key{Tenant: tenant}}
	return watch(ctx, o, call, func(ctx context.Context) iter.Seq2[store.RecordedEvent, error] { return o.d.Log(ctx, tenant, after) })
}

func watch[T any](ctx context.Context, o driver, c Call, open func(context.Context) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, end := o.begin(ctx, c)
		var result Result
		defer func() { end(result) }() // also when the body panics
		for v, err := range open(ctx) {
			if err != nil {
				result.Err = err
			} else {
				result.Rows++
			}
			if !yield(v, err) {
				return
			}
		}
	}
}
