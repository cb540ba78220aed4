// Package duckdbtest counts three indicators with DuckDB, from the same log, as an
// oracle of what the engine counts and a baseline of how fast it does.
package duckdbtest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
)

// three are a share, a wait with competing ends and a share of rows clustered by person.
func three() (some []evaluation.Indicator) {
	for _, i := range catalogue.All(catalogue.Standards{}) {
		switch i.ID {
		case catalogue.AcceptedID, catalogue.WaitID, catalogue.MissedID:
			some = append(some, i)
		}
	}
	return some
}

// logOf writes a log of some referrals, whose events are apart, into a file.
func logOf(tb testing.TB, referrals int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "events.ndjson")
	f, err := os.Create(path)
	require.NoError(tb, err)
	require.NoError(tb, eventfile.Write(f, (evaluationtest.World{Seed: 1, Referrals: referrals, Apart: true}).Log()))
	require.NoError(tb, f.Close())
	return path
}

// counted is what DuckDB has counted, with seconds of processor time: to load the file, and to count.
type counted struct {
	Load, Count float64
	Tallies     map[string]map[string]int64
}

func duckDB(tb testing.TB, path string) (c counted) {
	tb.Helper()
	out, err := exec.CommandContext(tb.Context(), "node", "count.mjs", path, evaluationtest.End.String()).Output()
	require.NoError(tb, err, "setup fetches DuckDB")
	require.NoError(tb, json.Unmarshal(out, &c))
	return c
}

func newRun(tb testing.TB) *evaluation.Run {
	tb.Helper()
	run, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End}, three()...)
	require.NoError(tb, err)
	return run
}

func tallies(tb testing.TB, run *evaluation.Run) map[string]map[string]int64 {
	tb.Helper()
	counts, err := run.Count(tb.Context())
	require.NoError(tb, err)
	all := map[string]map[string]int64{}
	for _, of := range counts.Of {
		all[of.ID] = map[string]int64{}
		for answer, n := range of.Groups[""] {
			all[of.ID][answer.String()] = n
		}
	}
	return all
}

func TestRunCountsThreeIndicatorsAsDuckDBCountsThem(t *testing.T) {
	path := logOf(t, tier.Pick(1000, 5000, 50_000))
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	run := newRun(t)
	require.NoError(t, run.Read(t.Context(), eventfile.Read(f, path), nil))
	got := tallies(t, run)
	require.Len(t, got, 3)
	require.Equal(t, duckDB(t, path).Tallies, got)
}

func spent() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// BenchmarkBesideDuckDB counts the same log in the same run, events in memory, in seconds of processor time: DuckDB's table
// and queries beside the run that adds every event.
func BenchmarkBesideDuckDB(b *testing.B) {
	path := logOf(b, 50_000)
	var events []store.RecordedEvent
	for e, err := range (evaluationtest.World{Seed: 1, Referrals: 50_000, Apart: true}).Log() {
		require.NoError(b, err)
		events = append(events, e)
	}
	for b.Loop() {
		theirs := duckDB(b, path)
		from := spent()
		run := newRun(b)
		for _, e := range events {
			require.NoError(b, run.Add(e))
		}
		add := spent() - from
		got := tallies(b, run)
		ours := spent() - from
		require.Equal(b, theirs.Tallies, got)
		b.ReportMetric(theirs.Load, "duckdb-load-s")
		b.ReportMetric(theirs.Count, "duckdb-count-s")
		b.ReportMetric(add, "add-s")
		b.ReportMetric(ours-add, "count-s")
	}
}
