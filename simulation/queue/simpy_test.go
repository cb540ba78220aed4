package queue_test

import (
	"context"
	"fmt"
	"math"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/simulation/queue"
)

// SimPy is what is used most for such simulations. It is Debian's, for the Python of Debian.
const python = "/usr/bin/python3"

// simpy runs the queue of mmc in SimPy, and returns the mean wait of all, in mean services, and how
// many seconds it took.
func simpy(ctx context.Context, tb testing.TB, arrivals, servers int, rate, theta float64, seed int) (wait, seconds float64) {
	tb.Helper()
	args := []string{"testdata/mmc.py"}
	for _, x := range []any{arrivals, servers, rate, theta, seed} {
		args = append(args, fmt.Sprint(x))
	}
	out, err := exec.CommandContext(ctx, python, args...).Output()
	require.NoError(tb, err, "needs the package python3-simpy3 of Debian")
	_, err = fmt.Sscan(string(out), &wait, &seconds)
	require.NoError(tb, err, string(out))
	return wait, seconds
}

func TestRunAgreesWithSimPy(t *testing.T) {
	tier.Need(t, tier.Long)
	const runs, arrivals = 12, 20_000
	for name, c := range map[string]struct {
		servers     int
		rate, theta float64
	}{
		"ten workers at nine tenths": {10, 9, 0},
		"people who give up":         {10, 12, .5},
		"one worker at eight tenths": {1, .8, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var theirs, ours []float64
			for n := range runs {
				wait, _ := simpy(t.Context(), t, arrivals, c.servers, c.rate, c.theta, n)
				theirs = append(theirs, wait)
				r, err := queue.Run(t.Context(), mmc(c.servers, c.rate, c.theta, arrivals), queue.Options{Seed: "simpy", Replication: n})
				require.NoError(t, err)
				ours = append(ours, r.Stations[0].All().MeanWait().Or(math.NaN())/1e6)
			}
			difference, err := stat.Unpaired(theirs, ours, 0.9999)
			require.NoError(t, err)
			require.Less(t, difference.Interval.Lower, 0.0)
			require.Greater(t, difference.Interval.Upper, 0.0)
		})
	}
}

// BenchmarkSimPy is the baseline of BenchmarkRun, in the same run.
func BenchmarkSimPy(b *testing.B) {
	tier.Need(b, tier.Long)
	const arrivals = 200_000
	total := 0.0
	for b.Loop() {
		_, seconds := simpy(b.Context(), b, arrivals, 10, 9, 0, 1)
		total += seconds
	}
	b.ReportMetric(arrivals*float64(b.N)/total/1e6, "Marrivals/s")
}
