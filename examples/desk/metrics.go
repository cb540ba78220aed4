package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store/observe"
)

// meters measure how long things take. Their labels are patterns of routes, names of calls
// and kinds of records, so that nothing of anybody is in them.
type meters struct {
	mu  sync.Mutex
	all map[string]*meter // by name and labels
}

// A meter is a histogram: how many took no longer than each bound, how many there were, and
// how long all of them took.
type meter struct {
	within [len(bounds)]int
	count  int
	sum    time.Duration
}

// bounds are in seconds.
var bounds = [...]float64{0.01, 0.05, 0.25, 1, 5}

func (m *meters) add(took time.Duration, name, labels string, values ...any) {
	series := name + "\t" + fmt.Sprintf(labels, values...)
	m.mu.Lock()
	defer m.mu.Unlock()
	x := m.all[series]
	if x == nil {
		x = &meter{}
		m.all[series] = x
	}
	x.count++
	x.sum += took
	for i, bound := range bounds {
		if took.Seconds() <= bound {
			x.within[i]++
		}
	}
}

// request measures an answer of the gate.
func (m *meters) request(route string, status int, took time.Duration) {
	m.add(took, "desk_request_seconds", "route=%q,status=\"%d\"", route, status)
}

// store measures each call of the database, and logs those that failed or took long. What it
// is told holds no personal data.
func (m *meters) store(log *slog.Logger) observe.Start {
	return func(ctx context.Context, call observe.Call) (context.Context, observe.End) {
		begun := time.Now()
		return ctx, func(r observe.Result) {
			took := time.Since(begun)
			failed := r.Err != nil && !errors.Is(r.Err, sp.ErrNotFound) && !errors.Is(r.Err, sp.ErrConflict)
			m.add(took, "desk_store_seconds", "call=%q,kind=%q,failed=\"%t\"", call.Method, call.Key.Kind, failed)
			if took > long || failed {
				log.WarnContext(ctx, "store", "call", call, "rows", r.Rows, "took", took, "error", r.Err)
			}
		}
	}
}

// metrics answers in the text format of Prometheus, with how far messages are behind.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
func (s *service) metrics(w http.ResponseWriter, r *http.Request) {
	var out strings.Builder
	fmt.Fprintln(&out, "# TYPE desk_events_behind gauge")
	for _, beside := range s.works {
		if n, err := beside.Behind(r.Context(), most); err == nil { // where it is not known, there is no line
			fmt.Fprintf(&out, "desk_events_behind{tenant=%q} %d\n", beside.Desk.Tenant, n)
		}
	}
	s.meters.write(&out)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write([]byte(out.String())) //nolint:errcheck // whoever asked has gone
}

// most is up to how many events are counted that messages are behind.
const most = 10_000

func (m *meters) write(out *strings.Builder) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var last string
	for _, series := range slices.Sorted(maps.Keys(m.all)) {
		name, labels, _ := strings.Cut(series, "\t")
		if name != last {
			fmt.Fprintf(out, "# TYPE %s histogram\n", name)
		}
		last = name
		x := m.all[series]
		for i, bound := range bounds {
			fmt.Fprintf(out, "%s_bucket{%s,le=\"%g\"} %d\n", name, labels, bound, x.within[i])
		}
		fmt.Fprintf(out, "%s_bucket{%s,le=\"+Inf\"} %d\n%s_sum{%s} %g\n%s_count{%s} %d\n", name, labels, x.count, name, labels, x.sum.Seconds(), name, labels, x.count)
	}
}
