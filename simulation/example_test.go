package simulation_test

import (
	"context"
	"fmt"
	"log"

	"github.com/socialprescribing/sp/simulation"
)

// Is it worth more to have a third link worker, or twice as many places?
func Example() {
	ctx := context.Background()
	for _, plan := range []struct {
		name          string
		posts, places int
	}{
		{"2 workers, 8 places", 2, 8},
		{"3 workers, 8 places", 3, 8},
		{"2 workers, 16 places", 2, 16},
	} {
		result, err := simulation.Run(ctx, district(6, plan.posts, plan.places), simulation.Policy{}, simulation.Options{Seed: "plan 2027"})
		if err != nil {
			log.Fatal(err)
		}
		g := result.Groups[0]
		median, place := g.ToContact.Quantile(0.5), g.ToPlace.Quantile(0.5)
		fmt.Printf("%s: half are spoken to within %v days and placed within %v more; of %d referred, %d began something, %d gave up\n",
			plan.name, median, place, g.Referred, g.Begun, g.Withdrew+g.GaveUp)
	}
	fmt.Println("assumed:", len(simulation.Published().Assumed()), "of", len(simulation.Published().Sources), "parameters")
	// Output:
	// 2 workers, 8 places: half are spoken to within 53 days and placed within 12 more; of 612 referred, 113 began something, 137 gave up
	// 3 workers, 8 places: half are spoken to within 15 days and placed within 29 more; of 612 referred, 130 began something, 92 gave up
	// 2 workers, 16 places: half are spoken to within 65 days and placed within 8 more; of 612 referred, 129 began something, 116 gave up
	// assumed: 16 of 22 parameters
}
