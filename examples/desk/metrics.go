package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store/observe"
)

// meters measure how long things take. Their labels are patterns of routes, names of calls
// and kinds of records, so that nothing of anybody is in them.
type meters struct{ *metrics.Set }

// bounds are in seconds.
var bounds = []float64{0.01, 0.05, 0.25, 1, 5}

func (m meters) add(took time.Duration, series string, labels ...any) {
	m.GetOrCreatePrometheusHistogramExt(fmt.Sprintf(series, labels...), bounds).Update(took.Seconds())
}

// request measures an answer of the gate.
func (m meters) request(route string, status int, took time.Duration) {
	m.add(took, `desk_request_seconds{route=%q,status="%d"}`, route, status)
}

// store measures each call of the database, and logs those that failed or took long. What it
// is told holds no personal data.
func (m meters) store(log *slog.Logger) observe.Start {
	return func(ctx context.Context, call observe.Call) (context.Context, observe.End) {
		begun := time.Now()
		return ctx, func(r observe.Result) {
			took := time.Since(begun)
			failed := r.Err != nil && !errors.Is(r.Err, sp.ErrNotFound) && !errors.Is(r.Err, sp.ErrConflict)
			m.add(took, `desk_store_seconds{call=%q,kind=%q,failed="%t"}`, call.Method, call.Key.Kind, failed)
			if took > long || failed {
				log.WarnContext(ctx, "store", "call", call, "rows", r.Rows, "took", took, "error", r.Err)
			}
		}
	}
}

// metrics answers in the text format of Prometheus, with how far messages are behind.
func (s *service) metrics(w http.ResponseWriter, r *http.Request) {
	for _, beside := range s.works {
		series := fmt.Sprintf(`desk_events_behind{tenant=%q}`, beside.Desk.Tenant)
		if n, err := beside.Behind(r.Context(), most); err == nil {
			s.meters.GetOrCreateGauge(series, nil).Set(float64(n))
		} else { // where it is not known, there is no line
			s.meters.UnregisterMetric(series)
		}
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	s.meters.WritePrometheus(w)
}

// most is up to how many events are counted that messages are behind.
const most = 10_000
