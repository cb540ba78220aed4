package queue_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/simulation/queue"
)

func known[T comparable](tb testing.TB, k sp.Known[T]) T {
	tb.Helper()
	v, ok := k.Lookup()
	require.True(tb, ok, "is not known")
	return v
}

// estimates runs replications and returns the mean of each measure, with an interval.
func estimates(t *testing.T, n queue.Network, o queue.Options, replications int, measures ...func(queue.Flow) float64) []stat.Estimate {
	t.Helper()
	runs, err := queue.Replicate(t.Context(), replications, 2, func(ctx context.Context, i int) (queue.Flow, error) {
		o := o
		o.Replication = i
		r, err := queue.Run(ctx, n, o)
		if err != nil {
			return queue.Flow{}, err
		}
		return r.Stations[0].All(), nil
	}, nil)
	require.NoError(t, err)
	var out []stat.Estimate
	for _, measure := range measures {
		values := make([]float64, len(runs))
		for i, f := range runs {
			values[i] = measure(f)
		}
		e, err := stat.Mean(values, 0.999)
		require.NoError(t, err)
		out = append(out, e)
	}
	return out
}

func share(f queue.Flow) float64      { v, _ := f.ShareWaiting().Lookup(); return v }
func abandoning(f queue.Flow) float64 { v, _ := f.ShareAbandoning().Lookup(); return v }
func wait(f queue.Flow) float64       { v, _ := f.MeanWait().Lookup(); return v / 1e6 }
func waiting(f queue.Flow) float64    { v, _ := f.MeanQueue().Lookup(); return v }

// The exact answers of two independent computations, to all digits that they agree in.
var textbook = []struct {
	servers                      int
	arrivals, abandonment        float64
	waiting, giving, wait, queue float64
}{
	{1, .8, 0, .8, 0, 4, 3.2},
	{2, 1.8, 0, .852631578947, 0, 4.263157894737, 7.673684210526},
	{5, 4, 0, .554112554113, 0, .554112554113, 2.216450216450},
	{10, 9, 0, .668731524108, 0, .668731524108, 6.018583716969},
	{25, 22.5, 0, .507923029208, 0, .203169211683, 4.571307262870},
	{100, 95, 0, .506456853913, 0, .101291370783, 9.622680224347},
	{1, 1.2, .5, .760554946969, .366204210859, .732408421718, .878890106062},
	{5, 6, .2, .902820914460, .196102070837, .980510354187, 5.883062125123},
	{10, 9, .1, .577986788422, .030436788114, .304367881140, 2.739310930256},
	{10, 12, .5, .850384947915, .195655944011, .391311888021, 4.695742656257},
	{25, 30, 1, .842757972762, .183055776651, .183055776651, 5.491673299532},
	{100, 105, .25, .889694643495, .054744312915, .218977251658, 22.992611424102},
}

func TestErlangAIsExact(t *testing.T) {
	for _, x := range textbook {
		e, err := queue.ErlangA(x.servers, x.arrivals, 1, x.abandonment)
		require.NoError(t, err)
		require.InDelta(t, x.waiting, e.ShareWaiting, 1e-12)
		require.InDelta(t, x.giving, e.ShareAbandoning, 1e-12)
		require.InDelta(t, x.wait, e.MeanWait, 1e-11)
		require.InDelta(t, x.queue, e.MeanQueue, 1e-11)
	}
	b, err := queue.ErlangB(10, 9)
	require.NoError(t, err)
	require.InDelta(t, .167963, b, 5e-7)
}

func TestRunAgreesWithTheTextbook(t *testing.T) {
	arrivals, replications := tier.Pick(20_000, 50_000, 2_000_000), tier.Pick(20, 20, 100)
	for i, x := range textbook {
		if i%3 != 0 && tier.Now() == tier.Fast {
			continue
		}
		t.Run(fmt.Sprintf("%d workers, %v come, %v give up", x.servers, x.arrivals, x.abandonment), func(t *testing.T) {
			tier.Unraced(t)
			length, warm := queue.Time(float64(arrivals)/x.arrivals*1e6), queue.Time(1000e6)
			got := estimates(t, mmc(x.servers, x.arrivals, x.abandonment, 0), queue.Options{Seed: "textbook", Until: warm + length, WarmUp: warm}, replications, share, abandoning, wait, waiting)
			for k, want := range []float64{x.waiting, x.giving, x.wait, x.queue} {
				if !got[k].Defined() { // nobody gives up
					require.Zero(t, want)
					continue
				}
				require.Truef(t, want >= got[k].Interval.Lower && want <= got[k].Interval.Upper, "measure %d: %v is not in %v", k, want, got[k])
				if tier.Now() == tier.Long {
					require.InEpsilonf(t, want, got[k].Value, 5e-3, "measure %d", k)
				}
			}
		})
	}
}

func TestRunServesByPriorityWithoutLosingWork(t *testing.T) {
	tier.Unraced(t)
	// Three classes that differ in priority alone (Cobham 1954): their waits by formula, and
	// the mean of all that of one queue, since work is conserved.
	n := mmc(10, 9, 0, 0)
	n.Classes = []queue.Class{{Name: "crisis"}, {Name: "urgent", Priority: 1}, {Name: "routine", Priority: 2}}
	n.Sources = nil
	for i, rate := range []float64{1, 3, 5} {
		name := n.Classes[i].Name
		n.Sources = append(n.Sources, queue.Source{Name: name, Class: name, To: "link workers", Between: queue.Exponential(1e6 / rate)})
	}
	runs, err := queue.Replicate(t.Context(), tier.Pick(20, 40, 100), 2, func(ctx context.Context, i int) (*queue.Result, error) {
		return queue.Run(ctx, n, queue.Options{Seed: "cobham", Replication: i, WarmUp: 500e6, Until: queue.Time(tier.Pick(3_000e6, 10_000e6, 200_000e6))})
	}, nil)
	require.NoError(t, err)
	for k, want := range []float64{.0743035, .1238392, 1.1145525, .6687315} {
		values := make([]float64, len(runs))
		for i, r := range runs {
			if values[i] = wait(r.Stations[0].All()); k < 3 {
				values[i] = wait(r.Stations[0].Classes[k])
			}
		}
		e, err := stat.Mean(values, 0.999)
		require.NoError(t, err)
		require.Truef(t, want >= e.Interval.Lower && want <= e.Interval.Upper, "class %d: %v is not in %v", k, want, e)
	}
}

func TestRunLosesAsManyWhateverTheLawOfService(t *testing.T) {
	tier.Unraced(t)
	// Erlang B holds for any law of service with the same mean (insensitivity).
	want, err := queue.ErlangB(10, 9)
	require.NoError(t, err)
	observed, err := queue.Observed(0, 0, 0, 4e6)
	require.NoError(t, err)
	for name, law := range map[string]queue.Distribution{
		"exponential": queue.Exponential(1e6), "constant": queue.Constant(1e6), "uniform": queue.Uniform{Low: 0.5e6, High: 1.5e6},
		"lognormal": queue.Lognormal{Mean: 1e6, SD: 2e6}, "triangular": queue.Triangular{Low: 0, Mode: 0.5e6, High: 2.5e6},
		"Weibull": queue.Weibull{Scale: 0.5e6, Shape: 0.5}, "observed": observed,
		"discrete": queue.Discrete{{Value: 0.5e6, Weight: 3}, {Value: 2.5e6, Weight: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			n := mmc(10, 9, 0, 0)
			n.Stations[0].Room, n.Stations[0].Service = queue.NoRoom, law
			e := estimates(t, n, queue.Options{Seed: "erlang", WarmUp: 100e6, Until: queue.Time(tier.Pick(1_000e6, 4_000e6, 200_000e6))}, tier.Pick(10, 20, 20),
				func(f queue.Flow) float64 { v, _ := f.ShareLost().Lookup(); return v })[0]
			require.Truef(t, want >= e.Interval.Lower && want <= e.Interval.Upper, "%v is not in %v", want, e)
		})
	}
}

func TestRunPassesPeopleOnAlongRoutes(t *testing.T) {
	tier.Unraced(t)
	// Two stations in a row are two queues of their own (Burke 1956); a third of those served
	// at the first leave.
	n := mmc(10, 9, 0, 0)
	n.Stations[0].Routes = []queue.Route{{To: "courses", Share: 2. / 3}}
	n.Stations = append(n.Stations, queue.Station{Name: "courses", Servers: 8, Service: queue.Exponential(1e6)})
	want, err := queue.ErlangC(8, 6, 1)
	require.NoError(t, err)
	runs, err := queue.Replicate(t.Context(), 20, 2, func(ctx context.Context, i int) (float64, error) {
		r, err := queue.Run(ctx, n, queue.Options{Seed: "burke", Replication: i, WarmUp: 500e6, Until: queue.Time(tier.Pick(3_000e6, 10_000e6, 200_000e6))})
		if err != nil {
			return 0, err
		}
		return wait(r.Stations[1].All()), nil
	}, nil)
	require.NoError(t, err)
	e, err := stat.Mean(runs, 0.999)
	require.NoError(t, err)
	require.Truef(t, want.MeanWait >= e.Interval.Lower && want.MeanWait <= e.Interval.Upper, "%v is not in %v", want.MeanWait, e)
}

func TestRunFollowsRatesOfTheHour(t *testing.T) {
	tier.Unraced(t)
	// M/G/infinity: as many are in service as arrive on average within one service, here in
	// a cycle with three rates, of which one is nought.
	const week = 7000
	n := queue.Network{
		Sources:  []queue.Source{{Name: "GP", To: "anywhere", Every: week, Rates: []queue.Rate{{From: 0, Rate: 0.02}, {From: 3000, Rate: 0}, {From: 5000, Rate: 0.1}}}},
		Stations: []queue.Station{{Name: "anywhere", Servers: queue.Unlimited, Service: queue.Constant(100)}},
	}
	var inHour [3]int
	_, err := queue.Run(t.Context(), n, queue.Options{Seed: "rates", Until: 1000 * week, Observe: func(e queue.Event) {
		if e.Kind == queue.Arrived {
			at := e.At % week
			switch {
			case at < 3000:
				inHour[0]++
			case at < 5000:
				inHour[1]++
			default:
				inHour[2]++
			}
		}
	}})
	require.NoError(t, err)
	require.InDelta(t, 60_000, inHour[0], 5*math.Sqrt(60_000))
	require.LessOrEqual(t, inHour[1], 120, "rounding to a tick alone brings somebody to the first tick after an hour")
	require.InDelta(t, 200_000, inHour[2], 5*math.Sqrt(200_000))
}

func TestRunDoesNotEndWhereRatesDo(t *testing.T) {
	n := mmc(1, 1, 0, 0)
	n.Sources[0] = queue.Source{Name: "campaign", To: "link workers", Rates: []queue.Rate{{From: 10, Rate: 1}, {From: 20, Rate: 0}}}
	first, last := queue.Time(math.MaxInt64), queue.Time(0)
	r, err := queue.Run(t.Context(), n, queue.Options{Seed: "s", Until: 1e9, Observe: func(e queue.Event) {
		if e.Kind == queue.Arrived {
			first, last = min(first, e.At), max(last, e.At)
		}
	}})
	require.NoError(t, err)
	require.GreaterOrEqual(t, first, queue.Time(10))
	require.LessOrEqual(t, last, queue.Time(20))
	require.Positive(t, r.Stations[0].All().Arrived)
	require.Equal(t, queue.Time(1e9), r.Until)
}

func TestReplicateReturnsWhatIsDoneBeforeTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	for _, workers := range []int{1, 2, 7} {
		got, err := queue.Replicate(t.Context(), 20, workers, func(_ context.Context, i int) (int, error) {
			if i >= 5 {
				return 0, broken
			}
			return i, nil
		}, nil)
		require.ErrorIs(t, err, broken)
		require.Equal(t, []int{0, 1, 2, 3, 4}, got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := queue.Replicate(ctx, 3, 2, func(context.Context, int) (int, error) { return 1, nil }, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, got)
	for _, n := range []int{0, -1, 1_000_000_001} {
		_, err := queue.Replicate(t.Context(), n, 1, func(context.Context, int) (int, error) { return 1, nil }, nil)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	done := 0
	_, err = queue.Replicate(t.Context(), 9, 3, func(context.Context, int) (int, error) { return 1, nil }, func(n int) { done = n })
	require.NoError(t, err)
	require.Equal(t, 9, done)
}

func TestReplicateIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	one := func(workers int) []*queue.Result {
		got, err := queue.Replicate(t.Context(), 12, workers, func(ctx context.Context, i int) (*queue.Result, error) {
			return queue.Run(ctx, mmc(5, 6, .2, 500), queue.Options{Seed: "same", Replication: i})
		}, nil)
		require.NoError(t, err)
		return got
	}
	want := one(1)
	require.Equal(t, want, one(2))
	require.Equal(t, want, one(5))
	require.NotEqual(t, want[0], want[1])
}
