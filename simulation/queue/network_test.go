package queue_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/simulation/queue"
)

func TestNetworkFaultsAreAllNamedByPath(t *testing.T) {
	paths := func(err error) []string {
		var invalid *sp.InvalidError
		require.ErrorAs(t, err, &invalid)
		var got []string
		for _, f := range invalid.Fields {
			got = append(got, f.Path)
		}
		return got
	}
	for _, c := range []struct {
		name   string
		change func(n *queue.Network)
		want   []string
	}{
		{"nothing at all", func(n *queue.Network) { *n = queue.Network{} }, []string{"stations", "sources"}},
		{"no way to come", func(n *queue.Network) { n.Sources[0].Between = nil }, []string{"sources[0]"}},
		{"two ways to come", func(n *queue.Network) { n.Sources[0].At = []queue.Time{1} }, []string{"sources[0]"}},
		{"nobody is ever served", func(n *queue.Network) { n.Stations[0].Servers = 0 }, []string{"stations[0].servers"}},
		{"negative numbers", func(n *queue.Network) {
			n.Stations[0].Servers, n.Stations[0].Room, n.Sources[0].Limit, n.Sources[0].Every = -2, -7, -1, -1
		}, []string{"sources[0].limit", "sources[0].every", "stations[0].servers", "stations[0].room"}},
		{"servers and slots", func(n *queue.Network) { n.Stations[0].Slots = queue.Slots{Every: 1, Places: 1} }, []string{"stations[0].slots"}},
		{"slots without places", func(n *queue.Network) {
			n.Stations[0].Servers, n.Stations[0].Slots = 0, queue.Slots{Every: 1}
		}, []string{"stations[0].slots"}},
		{"unknown names", func(n *queue.Network) {
			n.Sources[0].To, n.Sources[0].Class = "x", "y"
			n.Stations[0].Routes = []queue.Route{{Class: "z", To: "q", Share: 0.5}}
			n.Stations[0].Services = map[string]queue.Distribution{"nobody": queue.Constant(1)}
		}, []string{"sources[0].class", "sources[0].to", "stations[0].services", "stations[0].routes[0].class", "stations[0].routes[0].to"}},
		{"the same name twice", func(n *queue.Network) {
			n.Sources = append(n.Sources, n.Sources[0])
			n.Stations = append(n.Stations, n.Stations[0])
		}, []string{"stations[1].name", "sources[1].name"}},
		{"shares of more than all", func(n *queue.Network) {
			n.Stations[0].Routes = []queue.Route{{To: "link workers", Share: 0.7}, {To: "link workers", Share: 0.7}}
			n.Stations[0].Baulk = []float64{math.NaN(), 2}
		}, []string{"stations[0].baulk[0]", "stations[0].baulk[1]", "stations[0].routes[1].share"}},
		{"rates out of order", func(n *queue.Network) {
			n.Sources[0].Between, n.Sources[0].Every = nil, 10
			n.Sources[0].Rates = []queue.Rate{{5, 0}, {3, math.Inf(1)}, {12, 0}}
		}, []string{"sources[0].rates[1].rate", "sources[0].rates[1].from", "sources[0].rates[2].from", "sources[0].rates[0].from"}},
		{"rates of nothing", func(n *queue.Network) {
			n.Sources[0].Between, n.Sources[0].Rates = nil, []queue.Rate{{0, 0}}
		}, []string{"sources[0].rates"}},
		{"arrivals out of order", func(n *queue.Network) {
			n.Sources[0].Between, n.Sources[0].At = nil, []queue.Time{3, 2}
		}, []string{"sources[0].at[1]"}},
		{"shifts out of order", func(n *queue.Network) {
			n.Stations[0].Shifts, n.Stations[0].Every = []queue.Shift{{0, -3}, {0, 1}, {9, 1}}, 9
		}, []string{"stations[0].shifts[0].servers", "stations[0].shifts[1].from", "stations[0].shifts[2].from"}},
		{"laws that are none", func(n *queue.Network) {
			n.Sources[0].Between, n.Sources[0].Batch = queue.Exponential(math.NaN()), queue.Discrete{{2, 1}, {1, 1}}
			n.Stations[0].Service, n.Stations[0].Patience = queue.Uniform{Low: 2, High: 1}, queue.Triangular{Low: 1, Mode: 0, High: 3}
		}, []string{"sources[0].between", "sources[0].batch", "stations[0].service", "stations[0].patience"}},
		{"other laws that are none", func(n *queue.Network) {
			n.Sources[0].Between, n.Sources[0].Batch = queue.Constant(-1), queue.Empirical{}
			n.Stations[0].Service, n.Stations[0].Patience = queue.Lognormal{Mean: math.Inf(1)}, queue.Weibull{Scale: 1}
		}, []string{"sources[0].between", "sources[0].batch", "stations[0].service", "stations[0].patience"}},
		{"classes that are one", func(n *queue.Network) { n.Classes = []queue.Class{{Priority: -1}, {Ageing: -1}} }, []string{"classes[0].priority", "classes[1].name", "classes[1].ageing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := mmc(10, 9, 0, 0)
			c.change(&n)
			require.Equal(t, c.want, paths(n.Validate()))
			_, err := queue.Run(t.Context(), n, queue.Options{Until: 1})
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	for name, o := range map[string]queue.Options{
		"no end": {}, "before the beginning": {Until: -1}, "warm for ever": {Until: 5, WarmUp: 5}, "nobody may come": {Until: 5, MaxPeople: -1},
	} {
		_, err := queue.Run(t.Context(), mmc(10, 9, 0, 0), o)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	_, err := queue.Observed()
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = queue.Observed(1, math.NaN())
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// strange is a law that gives no time.
type strange float64

func (s strange) Quantile(float64) float64 { return float64(s) }

func TestRunRefusesWhatIsNoTime(t *testing.T) {
	for _, x := range []float64{-1, math.NaN(), math.Inf(1), 1e300} {
		n := mmc(1, 1, 0, 5)
		n.Stations[0].Service = strange(x)
		_, err := queue.Run(t.Context(), n, queue.Options{})
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, "link workers")
	}
}

func TestDistributionQuantilesNeverFall(t *testing.T) {
	observed, err := queue.Observed(5, 1, 3)
	require.NoError(t, err)
	for _, c := range []struct {
		law          queue.Distribution
		mean, spread float64 // of a sample of quantiles, and how far it may be off
	}{
		{queue.Exponential(10), 10, .1},
		{queue.Constant(3), 3, 0},
		{queue.Uniform{Low: 2, High: 4}, 3, 1e-3},
		{queue.Triangular{Low: 0, Mode: 1, High: 5}, 2, 1e-3},
		{queue.Triangular{Low: 2, Mode: 2, High: 2}, 2, 0},
		{queue.Lognormal{Mean: 10, SD: 5}, 10, .05},
		{queue.Lognormal{}, 0, 0},
		{queue.Weibull{Scale: 10, Shape: 1}, 10, .1},
		{observed, 3, 1e-2},
		{queue.Discrete{{1, 3}, {5, 1}}, 2, 1e-2},
	} {
		sum, last := 0.0, math.Inf(-1)
		const n = 10_000
		for i := range n {
			x := c.law.Quantile((float64(i) + .5) / n)
			if !(x >= last) {
				t.Fatalf("%T falls from %v to %v", c.law, last, x)
			}
			last = x
			sum += x
		}
		require.InDelta(t, c.mean, sum/n, c.spread+1e-9, "%T", c.law)
		for _, p := range []float64{0x1p-53, 1 - 0x1p-53} {
			require.False(t, math.IsNaN(c.law.Quantile(p)) || math.IsInf(c.law.Quantile(p), 0), "%T", c.law)
		}
	}
	require.True(t, math.IsNaN(queue.Discrete(nil).Quantile(.5)))
}

func TestKindNamesAreWords(t *testing.T) {
	require.Equal(t, "abandoned", queue.Abandoned.String())
	require.Equal(t, "Kind(0)", queue.Kind(0).String())
	require.Equal(t, "Kind(9)", queue.Kind(9).String())
}

// The numbers are those of every machine and architecture.
func TestRunIsTheSameOnEveryMachine(t *testing.T) {
	n := mmc(5, 6, .2, 5000)
	n.Stations[0].Service = queue.Lognormal{Mean: 1e6, SD: 1e6}
	r, err := queue.Run(t.Context(), n, queue.Options{Seed: "golden"})
	require.NoError(t, err)
	f := r.Stations[0].All()
	require.Equal(t, []int64{826606795, 4527341899}, []int64{int64(r.Until), int64(f.QueueArea.Float())})
}

func TestErlangARefusesWhatHasNoAnswer(t *testing.T) {
	_, err := queue.ErlangC(10, 10, 1)
	require.ErrorIs(t, err, sp.ErrInvalid)
	for _, x := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err = queue.ErlangA(1, x, 1, 1)
		require.ErrorIs(t, err, sp.ErrInvalid)
		_, err = queue.ErlangC(1, 1, x)
		require.ErrorIs(t, err, sp.ErrInvalid)
		_, err = queue.ErlangB(1, x)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	_, err = queue.ErlangB(0, 1)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = queue.ErlangA(1, 1e9, 1e-9, 1e-9)
	require.ErrorIs(t, err, sp.ErrInvalid)
}
