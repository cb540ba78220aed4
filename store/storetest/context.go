package storetest

import (
	"context"
	"iter"
	"testing"

	"github.com/socialprescribing/sp/store"
)

var contextRules = []rule{
	{"Cancel", "a cancelled context ends every method with its error, and a commit that never began changes nothing", cancelled},
	{"CancelInScan", "a context cancelled in the loop body ends the Scan with its error, not with a shorter answer", cancelInScan},
	{"CancelInLog", "a context cancelled in the loop body ends the Log with its error, not with a shorter answer", cancelInLog},
}

// failure ranges over seq to its end and returns its last error.
func failure[T any](seq iter.Seq2[T, error]) (err error) {
	for _, err = range seq {
		if err != nil {
			break
		}
	}
	return err
}

func cancelled(tb testing.TB, d store.Driver) {
	commit(tb, d, store.Batch{Puts: []store.Put{put("a", store.New)}, Events: []store.RecordedEvent{event("a", 1, "created")}})
	ctx, cancel := context.WithCancel(tb.Context())
	cancel()
	_, err := d.Get(ctx, key("a"))
	wantErr(tb, err, context.Canceled, "Get")
	b := store.Batch{Puts: []store.Put{put("b", store.New)}, Events: []store.RecordedEvent{event("b", 1, "created")}}
	wantErr(tb, d.Commit(ctx, b), context.Canceled, "Commit")
	wantErr(tb, failure(d.Scan(ctx, query())), context.Canceled, "Scan")
	none := query()
	none.Kind = "none"
	wantErr(tb, failure(d.Scan(ctx, none)), context.Canceled, "Scan with no answer")
	wantErr(tb, failure(d.Log(ctx, tenant, "")), context.Canceled, "Log")
	wantErr(tb, failure(d.Log(ctx, "none", "")), context.Canceled, "Log of no events")
	equal(tb, ids(tb, d, query()), "a", "records")
	equal(tb, len(events(tb, d, "")), 1, "events")
	expired, cancel := context.WithTimeout(tb.Context(), 0)
	defer cancel()
	_, err = d.Get(expired, key("a"))
	wantErr(tb, err, context.DeadlineExceeded, "Get after the deadline")
}

func cancelInScan(tb testing.TB, d store.Driver) {
	many(tb, d, 400)
	cancelAfterFive(tb, func(ctx context.Context) iter.Seq2[store.Record, error] { return d.Scan(ctx, query()) }, "Scan")
}

func cancelInLog(tb testing.TB, d store.Driver) {
	var b store.Batch
	for i := range 400 {
		b.Events = append(b.Events, event("a", int64(i+1), "happened"))
	}
	commit(tb, d, b)
	cancelAfterFive(tb, func(ctx context.Context) iter.Seq2[store.RecordedEvent, error] { return d.Log(ctx, tenant, "") }, "Log")
}

// cancelAfterFive cancels the context of a loop in its body.
func cancelAfterFive[T any](tb testing.TB, open func(context.Context) iter.Seq2[T, error], doing string) {
	tb.Helper()
	ctx, cancel := context.WithCancel(tb.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range open(ctx) {
		if last = err; err == nil {
			n++
		}
		if n == 5 {
			cancel()
		}
	}
	wantErr(tb, last, context.Canceled, doing)
}
