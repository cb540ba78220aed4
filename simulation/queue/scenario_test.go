package queue_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/simulation/queue"
)

// at is a source of recorded arrivals.
func at(name, class string, times ...queue.Time) queue.Source {
	return queue.Source{Name: name, Class: class, To: "desk", At: times}
}

// A moment is an event in few words.
type moment struct {
	at    queue.Time
	kind  queue.Kind
	class int
	wait  queue.Time
}

func play(t *testing.T, n queue.Network, until queue.Time) ([]moment, *queue.Result) {
	t.Helper()
	var got []moment
	r, err := queue.Run(t.Context(), n, queue.Options{Seed: "s", Until: until, Observe: func(e queue.Event) {
		if e.Kind != queue.Arrived {
			got = append(got, moment{e.At, e.Kind, e.Class, e.Wait})
		}
	}})
	require.NoError(t, err)
	return got, r
}

func TestRunPlaysStationsByTheirRules(t *testing.T) {
	two := []queue.Class{{Name: "urgent"}, {Name: "routine", Priority: 1}}
	ageing := []queue.Class{{Name: "urgent"}, {Name: "routine", Priority: 1, Ageing: 15}}
	desk := func(change func(s *queue.Station)) []queue.Station {
		s := queue.Station{Name: "desk", Servers: 1, Service: queue.Constant(10)}
		change(&s)
		return []queue.Station{s}
	}
	plain := func(*queue.Station) {}
	for _, c := range []struct {
		name  string
		n     queue.Network
		until queue.Time
		want  []moment
	}{
		{
			"who came first is served first",
			queue.Network{Sources: []queue.Source{at("a", "", 0, 1, 2)}, Stations: desk(plain)},
			0,
			[]moment{{0, queue.Started, 0, 0}, {10, queue.Served, 0, 0}, {10, queue.Started, 0, 9}, {20, queue.Served, 0, 0}, {20, queue.Started, 0, 18}, {30, queue.Served, 0, 0}},
		},
		{
			"the urgent come first",
			queue.Network{Classes: two, Sources: []queue.Source{at("a", "routine", 0, 1), at("b", "urgent", 5)}, Stations: desk(plain)},
			20,
			[]moment{{0, queue.Started, 1, 0}, {10, queue.Served, 1, 0}, {10, queue.Started, 0, 5}, {20, queue.Served, 0, 0}, {20, queue.Started, 1, 19}},
		},
		{
			"who has waited long enough counts as urgent, and came before",
			queue.Network{Classes: ageing, Sources: []queue.Source{at("a", "routine", 0, 1), at("b", "urgent", 5, 12)}, Stations: desk(plain)},
			20,
			[]moment{{0, queue.Started, 1, 0}, {10, queue.Served, 1, 0}, {10, queue.Started, 0, 5}, {20, queue.Served, 0, 0}, {20, queue.Started, 1, 19}},
		},
		{
			"who gives up leaves the line",
			queue.Network{Sources: []queue.Source{at("a", "", 0, 1, 2)}, Stations: desk(func(s *queue.Station) { s.Patience = queue.Constant(15) })},
			0,
			[]moment{{0, queue.Started, 0, 0}, {10, queue.Served, 0, 0}, {10, queue.Started, 0, 9}, {17, queue.Abandoned, 0, 15}, {20, queue.Served, 0, 0}},
		},
		{
			"who is served at the moment their patience ends is served",
			queue.Network{Sources: []queue.Source{at("a", "", 0, 0)}, Stations: desk(func(s *queue.Station) { s.Patience = queue.Constant(10) })},
			10,
			[]moment{{0, queue.Started, 0, 0}, {10, queue.Served, 0, 0}, {10, queue.Started, 0, 10}},
		},
		{
			"there is room for one",
			queue.Network{Sources: []queue.Source{at("a", "", 0, 1, 2)}, Stations: desk(func(s *queue.Station) { s.Room = 1 })},
			10,
			[]moment{{0, queue.Started, 0, 0}, {2, queue.TurnedAway, 0, 0}, {10, queue.Served, 0, 0}, {10, queue.Started, 0, 9}},
		},
		{
			"there is room for nobody",
			queue.Network{Sources: []queue.Source{at("a", "", 0, 1)}, Stations: desk(func(s *queue.Station) { s.Room = queue.NoRoom })},
			0,
			[]moment{{0, queue.Started, 0, 0}, {1, queue.TurnedAway, 0, 0}, {10, queue.Served, 0, 0}},
		},
		{
			"all go away who see somebody waiting",
			queue.Network{Sources: []queue.Source{at("a", "", 0, 1, 2)}, Stations: desk(func(s *queue.Station) { s.Baulk = []float64{0, 1} })},
			10,
			[]moment{{0, queue.Started, 0, 0}, {2, queue.Baulked, 0, 0}, {10, queue.Served, 0, 0}, {10, queue.Started, 0, 9}},
		},
		{
			"places are given out at certain times, and all begin at once",
			queue.Network{Sources: []queue.Source{at("a", "", 0, 3, 4, 5)}, Stations: desk(func(s *queue.Station) { s.Servers, s.Slots = 0, queue.Slots{First: 7, Every: 100, Places: 3} })},
			110,
			[]moment{{7, queue.Started, 0, 7}, {7, queue.Started, 0, 4}, {7, queue.Started, 0, 3}, {17, queue.Served, 0, 0}, {17, queue.Served, 0, 0}, {17, queue.Served, 0, 0}, {107, queue.Started, 0, 102}},
		},
		{
			"a shift that ends finishes what it has begun",
			queue.Network{Sources: []queue.Source{at("a", "", 0, 1)}, Stations: desk(func(s *queue.Station) { s.Shifts, s.Every = []queue.Shift{{0, 1}, {5, 0}}, 100 })},
			100,
			[]moment{{0, queue.Started, 0, 0}, {10, queue.Served, 0, 0}, {100, queue.Started, 0, 99}},
		},
		{
			"the list that there is has been waiting",
			queue.Network{Sources: []queue.Source{at("a", "", -50, -20, 3)}, Stations: desk(plain)},
			20,
			[]moment{{0, queue.Started, 0, 50}, {10, queue.Served, 0, 0}, {10, queue.Started, 0, 30}, {20, queue.Served, 0, 0}, {20, queue.Started, 0, 17}},
		},
		{
			"a batch comes at once",
			queue.Network{Sources: []queue.Source{{Name: "a", To: "desk", At: []queue.Time{4}, Batch: queue.Constant(2)}}, Stations: desk(plain)},
			0,
			[]moment{{4, queue.Started, 0, 0}, {14, queue.Served, 0, 0}, {14, queue.Started, 0, 10}, {24, queue.Served, 0, 0}},
		},
		{
			"a class takes its own time",
			queue.Network{Classes: two, Sources: []queue.Source{at("a", "routine", 0)}, Stations: desk(func(s *queue.Station) {
				s.Services = map[string]queue.Distribution{"routine": queue.Constant(3)}
			})},
			0,
			[]moment{{0, queue.Started, 1, 0}, {3, queue.Served, 1, 0}},
		},
		{
			"a class goes its own way",
			queue.Network{Classes: two, Sources: []queue.Source{at("a", "routine", 0), at("b", "urgent", 30)}, Stations: append(desk(func(s *queue.Station) {
				s.Routes = []queue.Route{{Class: "urgent", To: "course", Share: 1}, {To: "course", Share: 0}}
			}), queue.Station{Name: "course", Servers: queue.Unlimited})},
			0,
			[]moment{{0, queue.Started, 1, 0}, {10, queue.Served, 1, 0}, {30, queue.Started, 0, 0}, {40, queue.Served, 0, 0}, {40, queue.Started, 0, 0}, {40, queue.Served, 0, 0}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := play(t, c.n, c.until)
			require.Equal(t, c.want, got)
		})
	}
}

func TestFlowCountsWhatHappened(t *testing.T) {
	_, r := play(t, queue.Network{
		Sources:  []queue.Source{at("a", "", -50, 0, 3, 12)},
		Stations: []queue.Station{{Name: "desk", Servers: 1, Service: queue.Constant(10)}},
	}, 25)
	f := r.Stations[0].All()
	require.Equal(t, []int64{4, 3, 3, 2, 1, 1}, []int64{f.Arrived, f.Waited, f.Started, f.Served, f.Waiting, f.InService})
	require.InDelta(t, (50+10+17)/3., known(t, f.MeanWait()), 1e-12)
	require.InDelta(t, (10+17+13)/25., known(t, f.MeanQueue()), 1e-12)
	require.InDelta(t, 1, known(t, f.Utilisation()), 1e-12)
	require.InDelta(t, .75, known(t, f.ShareWaiting()), 1e-12)
	require.Equal(t, queue.Time(17), known(t, f.WaitQuantile(0.5)))
	require.Equal(t, queue.Time(50), known(t, f.WaitQuantile(1)))
	var none queue.Flow
	_, ok := none.MeanWait().Lookup()
	require.False(t, ok)
	_, ok = none.WaitQuantile(.5).Lookup()
	require.False(t, ok)
}

// The recursion of Kiefer and Wolfowitz (1955): with one line and first come, first served,
// everybody begins when they have come and the first server is free.
func TestRunIsTheRecursionOfOneLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		servers := rapid.IntRange(1, 4).Draw(t, "servers")
		arrivals := rapid.SliceOfN(rapid.Int64Range(0, 300), 1, 60).Draw(t, "arrivals")
		slices.Sort(arrivals)
		law := queue.Exponential(rapid.Float64Range(1, 40).Draw(t, "mean"))
		source := queue.Source{Name: "a", To: "desk"}
		for _, a := range arrivals {
			source.At = append(source.At, queue.Time(a))
		}
		var waits []queue.Time
		takes := queue.NewStream("s", 3, "service desk")
		free := make([]queue.Time, servers)
		var want []queue.Time
		_, err := queue.Run(context.Background(), queue.Network{Sources: []queue.Source{source}, Stations: []queue.Station{{Name: "desk", Servers: servers, Service: law}}}, queue.Options{Seed: "s", Replication: 3, Observe: func(e queue.Event) {
			if e.Kind != queue.Started {
				return
			}
			waits = append(waits, e.Wait)
			slices.Sort(free)
			begins := max(free[0], source.At[len(want)])
			want = append(want, begins-source.At[len(want)])
			free[0] = begins + queue.Time(math.Floor(law.Quantile(takes.Unit(e.Person, 0))+0.5))
		}})
		if err != nil || !slices.Equal(want, waits) || len(waits) != len(arrivals) {
			t.Fatalf("%v: %v is not %v", err, waits, want)
		}
	})
}

// Everybody is somewhere, at the end and at each moment, whatever the network.
func TestRunLosesNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := network(t)
		last := queue.Time(0)
		r, err := queue.Run(context.Background(), n, queue.Options{Seed: "s", Until: 2000, WarmUp: rapid.SampledFrom([]queue.Time{0, 700}).Draw(t, "warm-up"), Observe: func(e queue.Event) {
			if e.At < last || e.Wait < 0 {
				t.Fatalf("%+v comes after %d", e, last)
			}
			last = e.At
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Stations {
			for _, f := range s.Classes {
				if f.Arrived != f.Baulked+f.TurnedAway+f.Abandoned+f.Started+f.Waiting || f.Started != f.Served+f.InService {
					t.Fatalf("%s: %+v", s.Station, f)
				}
			}
		}
	})
}

func network(t *rapid.T) queue.Network {
	laws := rapid.SampledFrom([]queue.Distribution{queue.Exponential(20), queue.Constant(0), queue.Constant(7), queue.Uniform{Low: 0, High: 50}, queue.Lognormal{Mean: 20, SD: 30}})
	n := queue.Network{Classes: []queue.Class{{Name: "x"}, {Name: "y", Priority: 1, Ageing: queue.Time(rapid.IntRange(0, 60).Draw(t, "ageing"))}}}
	names := []string{"a", "b", "c"}
	for _, name := range names {
		s := queue.Station{
			Name: name, Servers: rapid.SampledFrom([]int{queue.Unlimited, 1, 2, 5}).Draw(t, "servers"), Service: laws.Draw(t, "service"),
			Room: rapid.SampledFrom([]int{0, queue.NoRoom, 1, 5}).Draw(t, "room"),
		}
		if rapid.Bool().Draw(t, "patience") {
			s.Patience = laws.Draw(t, "patience")
		}
		if rapid.Bool().Draw(t, "baulk") {
			s.Baulk = []float64{0.1, 0.9}
		}
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			s.Servers, s.Slots = 0, queue.Slots{First: 3, Every: 70, Places: 4}
		case 1:
			s.Shifts, s.Every = []queue.Shift{{0, 3}, {40, 0}, {50, queue.Unlimited}, {60, 1}}, 100
		}
		if rapid.Bool().Draw(t, "routes") {
			s.Routes = []queue.Route{{To: rapid.SampledFrom(names).Draw(t, "to"), Share: 0.5}, {Class: "y", To: rapid.SampledFrom(names).Draw(t, "to"), Share: 0.3}}
		}
		n.Stations = append(n.Stations, s)
		source := queue.Source{Name: name, Class: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "class"), To: name, Between: queue.Exponential(15)}
		if rapid.Bool().Draw(t, "recorded") {
			source.Between, source.At = nil, []queue.Time{-30, -30, 0, 100, 800}
		}
		n.Sources = append(n.Sources, source)
	}
	return n
}

func TestRunMeetsTheSamePeopleUnderEveryPolicy(t *testing.T) {
	type life struct{ arrived, served queue.Time }
	lives := func(n queue.Network) map[uint64]life {
		got := map[uint64]life{}
		_, err := queue.Run(t.Context(), n, queue.Options{Seed: "s", Observe: func(e queue.Event) {
			l := got[e.Person]
			switch e.Kind {
			case queue.Arrived:
				l.arrived = e.At
			case queue.Started:
				l.served = -e.At
			case queue.Served:
				l.served += e.At
			default: // nobody goes away here
			}
			got[e.Person] = l
		}})
		require.NoError(t, err)
		return got
	}
	few := mmc(10, 9, 0, 3000)
	more := mmc(13, 9, 0, 3000)
	more.Classes = []queue.Class{{Name: "routine", Priority: 7}}
	more.Sources[0].Class = "routine"
	more.Stations = append([]queue.Station{{Name: "somebody else", Servers: 1}}, more.Stations...)
	require.Equal(t, lives(few), lives(more))
}

func TestRunKnowsItsDifferencesTenTimesAsWell(t *testing.T) {
	tier.Unraced(t)
	difference := func(other string) (variance float64) {
		var sum, squares float64
		const n = 60
		for i := range n {
			w := [2]float64{}
			for k, servers := range []int{10, 11} {
				seed := "a"
				if k == 1 {
					seed = other
				}
				r, err := queue.Run(t.Context(), mmc(servers, 12, .1, 2000), queue.Options{Seed: seed, Replication: i})
				require.NoError(t, err)
				w[k] = wait(r.Stations[0].All())
			}
			sum += w[0] - w[1]
			squares += (w[0] - w[1]) * (w[0] - w[1])
		}
		return (squares - sum*sum/n) / (n - 1)
	}
	require.Less(t, difference("a")*5, difference("b"), "the variance of independent worlds is about ten times as large")
}

func TestRunStopsWhereItIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var calls []queue.Time
	r, err := queue.Run(ctx, mmc(10, 9, 0, 0), queue.Options{Seed: "s", Until: 1e11, Progress: func(now queue.Time) {
		if calls = append(calls, now); len(calls) == 3 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, r.Partial)
	require.Less(t, r.Until, queue.Time(1e11))
	require.Positive(t, r.Stations[0].All().Served)
	require.Len(t, calls, 3)

	calls = nil
	_, err = queue.Run(t.Context(), mmc(1, .5, 0, 0), queue.Options{Seed: "s", Until: 1e9, Progress: func(now queue.Time) { calls = append(calls, now) }})
	require.NoError(t, err)
	require.True(t, slices.IsSorted(calls))
	require.Equal(t, queue.Time(1e9), calls[len(calls)-1])
	require.LessOrEqual(t, len(calls), 101)
}

func TestRunGivesUpOnQueuesWithoutBound(t *testing.T) {
	_, err := queue.Run(t.Context(), mmc(10, 20, 0, 0), queue.Options{Seed: "s", Until: 1e12, MaxPeople: 1000})
	var unbounded *queue.UnboundedError
	require.ErrorAs(t, err, &unbounded)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.Equal(t, "link workers", unbounded.Station)
	require.InDelta(t, 990, unbounded.Waiting, 1)
	require.Contains(t, err.Error(), "add servers")
}
