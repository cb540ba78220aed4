package queue_test

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp/simulation/queue"
)

const (
	hour = queue.Time(3600) // a tick is a second
	day  = 24 * hour
	week = 7 * day
)

// Forty people a week are referred, and six link workers with 42 places each see them for
// six weeks on average: do the places suffice, and who has to wait?
func Example() {
	scheme := queue.Network{
		Sources: []queue.Source{{Name: "GP practices", To: "link workers", Between: queue.Exponential(week / 40)}},
		Stations: []queue.Station{{
			Name: "link workers", Servers: 6 * 42, // places, of which each person takes one
			Service: queue.Lognormal{Mean: float64(6 * week), SD: float64(2 * week)},
		}},
	}
	result, err := queue.Run(context.Background(), scheme, queue.Options{Seed: "plan", Until: 156 * week, WarmUp: 52 * week})
	if err != nil {
		fmt.Println(err)
		return
	}
	all := result.Stations[0].All()
	utilisation, _ := all.Utilisation().Lookup()
	longest, _ := all.WaitQuantile(0.92).Lookup()
	fmt.Printf("%d people, %.0f %% of the time busy, 92 in 100 waited at most %d days\n", all.Arrived, 100*utilisation, longest/day)
	// Output: 4055 people, 93 % of the time busy, 92 in 100 waited at most 2 days
}

// The same people under two policies: replications side by side, in pairs.
func ExampleReplicate() {
	wait := func(servers int) ([]float64, error) {
		n := queue.Network{
			Sources:  []queue.Source{{Name: "GP practices", To: "advice", Between: queue.Exponential(hour)}},
			Stations: []queue.Station{{Name: "advice", Servers: servers, Service: queue.Exponential(float64(3*hour) * 0.95)}},
		}
		return queue.Replicate(context.Background(), 20, 2, func(ctx context.Context, i int) (float64, error) {
			r, err := queue.Run(ctx, n, queue.Options{Seed: "advice", Replication: i, Until: 4 * week})
			if err != nil {
				return 0, err
			}
			return r.Stations[0].All().MeanWait().Or(0) / float64(hour), nil
		}, nil)
	}
	three, err := wait(3)
	if err != nil {
		fmt.Println(err)
		return
	}
	four, err := wait(4)
	if err != nil {
		fmt.Println(err)
		return
	}
	better := 0
	for i := range three {
		if four[i] < three[i] {
			better++
		}
	}
	fmt.Printf("waits are shorter with a fourth adviser in %d of %d worlds\n", better, len(three))
	// Output: waits are shorter with a fourth adviser in 20 of 20 worlds
}

// How many advisers does a line need on which 9 people call an hour, each for 20 minutes,
// if fewer than one in ten is to wait?
func ExampleErlangC() {
	for servers := 4; ; servers++ {
		e, err := queue.ErlangC(servers, 9, 3)
		if err != nil {
			fmt.Println(err)
			return
		}
		if e.ShareWaiting < 0.1 {
			fmt.Printf("%d advisers: %.1f %% wait, %.0f seconds on average\n", servers, 100*e.ShareWaiting, 3600*e.MeanWait)
			return
		}
	}
	// Output: 6 advisers: 9.9 % wait, 40 seconds on average
}
