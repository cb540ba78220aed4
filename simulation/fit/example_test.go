package fit_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/fit"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A scheme of two years is learned from its events. How many people will be spoken to in the next
// two years is then said with what its parameters may be, and not only with chance.
func Example() {
	ctx := context.Background()
	scheme := scheme(4, 12)
	var seen fit.Events // of a store in use: for e, err := range db.Log(ctx, "", position) { seen.Add(e) }
	if _, err := simulation.Run(ctx, scheme, simulation.Policy{}, simulation.Options{Seed: "what was", Log: seen.Add}); err != nil {
		log.Fatal(err)
	}
	learned, err := seen.Fit(simulation.Published(), start.Add(730).In(time.UTC))
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range learned.Parameters[:3] {
		fmt.Println(p)
	}
	fmt.Println(learned.Gaps[0])
	reached, err := queue.Replicate(ctx, 20, 2, func(ctx context.Context, n int) (float64, error) {
		r, err := simulation.Run(ctx, learned.Draw(scheme, "plan 2028", n), simulation.Policy{}, simulation.Options{Seed: "plan 2028", Replication: n})
		if err != nil {
			return 0, err
		}
		return float64(r.Groups[0].Reached), nil
	}, nil)
	if err != nil {
		log.Fatal(err)
	}
	slices.Sort(reached)
	fmt.Printf("spoken to: in 18 of 20 runs from %.0f to %.0f\n", reached[1], reached[18])
	// Output:
	// Declined 0.0889 (0.0641 to 0.12), of 405 referrals decided on
	// Answers 0.436 (0.401 to 0.471), of 755 calls
	// WantsService 0.571 (0.508 to 0.633), of 238 people spoken to half a year ago or earlier
	// PlacePatience: only 5 people who gave up in the events
	// spoken to: in 18 of 20 runs from 285 to 337
}
