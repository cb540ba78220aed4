package barrier_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/store"
)

// spent returns the processor time that this program has used.
func spent(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A pass is a run with the processor time that it has taken.
type pass struct {
	run  *evaluation.Run
	took time.Duration
}

func (p *pass) add(tb testing.TB, events []store.RecordedEvent) {
	tb.Helper()
	from := spent(tb)
	for _, e := range events {
		if err := p.run.Add(e); err != nil {
			tb.Fatal(err)
		}
	}
	p.took += spent(tb) - from
}

// block is how many referrals are made; larger logs have as many schemes of them as it takes.
const block = 10_000

var tenants = func() (names [100]string) {
	for n := range names {
		names[n] = fmt.Sprintf("bay-%d", n)
	}
	return names
}()

// BenchmarkReport reads a log into two runs, some events into the one and the same into the other: the whole
// catalogue by practice, and what a report of barriers by quarter and practice needs; then each is counted,
// and the report made. Processor time, so that other work on the machine counts for little.
func BenchmarkReport(b *testing.B) {
	for _, referrals := range []int{10_000, 100_000, 300_000, 1_000_000} {
		b.Run(fmt.Sprint(referrals), func(b *testing.B) {
			for b.Loop() {
				besides(b, referrals)
			}
		})
	}
}

func besides(b *testing.B, referrals int) {
	b.Helper()
	groups := evaluation.By("practice", facts.Practice)
	plan := barrier.Plan{Groups: groups}
	options := evaluation.Options{AsOf: evaluationtest.End, By: groups}
	alone, with := new(pass), new(pass)
	var err error
	alone.run, err = evaluation.New(options, catalogue.All(catalogue.Standards{})...)
	require.NoError(b, err)
	options.By = plan.By()
	with.run, err = evaluation.New(options, plan.Indicators()...)
	require.NoError(b, err)
	var some []store.RecordedEvent
	for e := range (evaluationtest.World{Seed: 1, Referrals: block}).Log() {
		some = append(some, e)
	}
	for n := range referrals / block { // each is another scheme's
		for i := range some {
			some[i].Key.Tenant = tenants[n]
		}
		alone.add(b, some)
		with.add(b, some)
	}
	b.ReportMetric((with.took - alone.took).Seconds(), "more-to-add-s")
	from := spent(b)
	_, err = alone.run.Figures(b.Context())
	require.NoError(b, err)
	alone.took += spent(b) - from
	from = spent(b)
	counts, err := with.run.Count(b.Context())
	require.NoError(b, err)
	counted := spent(b)
	_, err = plan.Make(counts, barrier.Sources{}, disclosure.HES())
	require.NoError(b, err)
	with.took += spent(b) - from
	b.ReportMetric(alone.took.Seconds(), "catalogue-s")
	b.ReportMetric(with.took.Seconds(), "report-s")
	b.ReportMetric((spent(b) - counted).Seconds(), "make-s")
	b.ReportMetric(100*(with.took.Seconds()/alone.took.Seconds()-1), "%-more")
}
