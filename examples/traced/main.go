// Command traced watches a store with OpenTelemetry and with log/slog at once.
// The library imports neither a tracer nor a logger: package observe tells when
// a call starts and how it ended, and a service does the rest.
//
//	go run ./examples/traced
//
// A real service would hand the spans to an exporter. This one keeps them, and
// prints those of a referral that is received and found again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/observe"
	"github.com/socialprescribing/sp/transition"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "traced:", err)
		os.Exit(1)
	}
}

// spans starts a span for each call, which ends with it. The context carries
// the span on, so that what the database driver traces stands below it.
func spans(tracer trace.Tracer) observe.Start {
	return func(ctx context.Context, call observe.Call) (context.Context, observe.End) {
		ctx, span := tracer.Start(ctx, "store."+call.Method, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
			attribute.String("sp.tenant", call.Key.Tenant),
			attribute.String("sp.kind", call.Key.Kind),
			attribute.Int("sp.puts", call.Puts),
			attribute.Int("sp.events", call.Events),
		))
		return ctx, func(r observe.Result) {
			span.SetAttributes(attribute.Int("sp.rows", r.Rows))
			if r.Err != nil && !errors.Is(r.Err, sp.ErrNotFound) {
				span.RecordError(r.Err)
				span.SetStatus(codes.Error, "the call failed")
			}
			span.End()
		}
	}
}

// lines logs each call. What it is told holds no personal data.
func lines(log *slog.Logger, clock func() time.Time) observe.Start {
	return func(ctx context.Context, call observe.Call) (context.Context, observe.End) {
		begun := clock()
		return ctx, func(r observe.Result) {
			log.InfoContext(ctx, "store", "call", call, "rows", r.Rows, "took", clock().Sub(begun), "error", r.Err)
		}
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("traced", flag.ContinueOnError)
	flags.SetOutput(stderr)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	log := slog.New(slog.NewTextHandler(stdout, &slog.HandlerOptions{ReplaceAttr: untimed}))

	db := observe.Driver(memstore.New(), spans(provider.Tracer("scheme")))
	db = store.Tenant(observe.Driver(db, lines(log, time.Now)), "morecambe-bay")
	if err := serve(ctx, db); err != nil {
		return err
	}

	for _, span := range recorder.Ended() {
		var b strings.Builder
		for _, a := range span.Attributes() {
			fmt.Fprintf(&b, " %s=%s", a.Key, a.Value.String())
		}
		if _, err := fmt.Fprintf(stdout, "span %s%s %s\n", span.Name(), b.String(), strings.ToLower(span.Status().Code.String())); err != nil {
			return err
		}
	}
	return provider.Shutdown(ctx)
}

// untimed leaves out what differs from run to run, so that the output can be
// compared. A service would keep it.
func untimed(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey || a.Key == "took" {
		return slog.Attr{}
	}
	return a
}

// serve is what the service does: it saves a referral, finds it again, looks
// for one that is not there, and tries to save one for the second time.
func serve(ctx context.Context, db store.Driver) error {
	gp := sp.Actor{ID: "gp-7", Role: sp.RoleReferrer}
	submission := referral.Submission{ID: "R-1007", Person: "P-55", Urgency: referral.Routine, Reasons: []needs.Code{needs.Loneliness}}
	received := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	may := transition.TableOnly{}
	r := referral.New("R-1007", may)
	if err := r.Receive(submission, sp.By(gp, received)); err != nil {
		return err
	}
	if err := store.Save(ctx, db, r); err != nil {
		return err
	}
	referrals := referral.NewRepository(db, may)
	if _, err := referrals.Load(ctx, "R-1007"); err != nil {
		return err
	}
	if _, err := referrals.Load(ctx, "R-1008"); !errors.Is(err, sp.ErrNotFound) {
		return err
	}
	again := referral.New("R-1007", may) // and not LoadOrNew, as a service would
	if err := again.Receive(submission, sp.By(gp, received)); err != nil {
		return err
	}
	if err := store.Save(ctx, db, again); !errors.Is(err, sp.ErrExists) {
		return err
	}
	return nil
}
