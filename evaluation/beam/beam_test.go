package beam_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local" // the scheme of paths
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/beam"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/internal/tier"
)

func TestMain(m *testing.M) {
	beam.Declare()
	register.Function1x2(fragile)
	sdk.Init()
	os.Exit(m.Run())
}

// logOf writes the log of an invented scheme into a file.
func logOf(tb testing.TB, referrals int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "events.ndjson")
	var b bytes.Buffer
	require.NoError(tb, eventfile.Write(&b, (evaluationtest.World{Seed: 1, Referrals: referrals, Apart: true, Heard: true}).Log()))
	require.NoError(tb, os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

// onPrism counts a log by the pipeline, on the runner of the SDK.
func onPrism(ctx context.Context, tb testing.TB, events string, p beam.Plan, also func(sdk.Scope, sdk.PCollection) sdk.PCollection) (*evaluation.Counts, error) {
	tb.Helper()
	out := filepath.Join(tb.TempDir(), "counts.json")
	pipeline, s := sdk.NewPipelineWithRoot()
	lines := textio.Read(s, events)
	if also != nil {
		lines = also(s, lines)
	}
	textio.Write(s, out, beam.Count(s, lines, p))
	if _, err := prism.Execute(ctx, pipeline); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(out)
	require.NoError(tb, err)
	var counts evaluation.Counts
	require.NoError(tb, json.Unmarshal(text, &counts))
	return &counts, nil
}

// oneProcess counts the same log at once.
func oneProcess(tb testing.TB, events string, p beam.Plan) *evaluation.Counts {
	tb.Helper()
	run, err := p.Run()
	require.NoError(tb, err)
	file, err := os.Open(events)
	require.NoError(tb, err)
	defer file.Close() // nothing was written
	require.NoError(tb, run.Read(tb.Context(), eventfile.Read(file, events), nil))
	counts, err := run.Count(tb.Context())
	require.NoError(tb, err)
	return counts
}

func same(tb testing.TB, want, got *evaluation.Counts, p beam.Plan) {
	tb.Helper()
	a, err := want.MarshalBinary()
	require.NoError(tb, err)
	b, err := got.MarshalBinary()
	require.NoError(tb, err)
	require.Equal(tb, a, b, "to the bit")
	run, err := p.Run()
	require.NoError(tb, err)
	x, err := want.Figures(evaluation.Precision{}, run.Indicators()...)
	require.NoError(tb, err)
	y, err := got.Figures(evaluation.Precision{}, run.Indicators()...)
	require.NoError(tb, err)
	require.Equal(tb, x, y)
}

func TestCountGivesTheEstimatesOfOneProcessToTheBit(t *testing.T) {
	for _, p := range []beam.Plan{{AsOf: evaluationtest.End}, {AsOf: evaluationtest.End, By: "practice"}} {
		events := logOf(t, tier.Pick(500, 2000, 50_000))
		got, err := onPrism(t.Context(), t, events, p, nil)
		require.NoError(t, err)
		same(t, oneProcess(t, events, p), got, p)
	}
}

// fragile fails once in the middle of a log, as a worker does that dies; the file that it leaves
// says that it has.
func fragile(line string) (string, error) {
	if mark, dies := strings.CutPrefix(os.Getenv("SP_BEAM_DIES"), "at:"); dies && strings.Contains(line, `"id":"R-250"`) {
		if _, err := os.Stat(mark); err != nil {
			_ = os.WriteFile(mark, nil, 0o600) // the test looks for it
			return "", errors.New("the worker dies")
		}
	}
	return line, nil
}

func TestCountCountsNobodyTwiceWhereAWorkerDies(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "died")
	t.Setenv("SP_BEAM_DIES", "at:"+mark)
	p := beam.Plan{AsOf: evaluationtest.End}
	events := logOf(t, 500)
	through := func(s sdk.Scope, lines sdk.PCollection) sdk.PCollection { return sdk.ParDo(s, fragile, lines) }
	got, err := onPrism(t.Context(), t, events, p, through)
	if err != nil { // a runner that gives up is started again, as its operators do
		got, err = onPrism(t.Context(), t, events, p, through)
	}
	require.NoError(t, err)
	require.FileExists(t, mark, "it did die")
	same(t, oneProcess(t, events, p), got, p)
}

func TestPlanRefusesWhatWorkersCannotAgreeOn(t *testing.T) {
	for _, p := range []beam.Plan{{}, {AsOf: evaluationtest.End, By: "star sign"}} {
		_, err := p.Run()
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

// How long the pipeline takes beside one process.
func BenchmarkCount(b *testing.B) {
	tier.Need(b, tier.Full)
	p, events := beam.Plan{AsOf: evaluationtest.End}, logOf(b, 50_000)
	b.Run("prism", func(b *testing.B) {
		for b.Loop() {
			_, err := onPrism(b.Context(), b, events, p, nil)
			require.NoError(b, err)
		}
	})
	b.Run("one process", func(b *testing.B) {
		for b.Loop() {
			oneProcess(b, events, p)
		}
	})
}
