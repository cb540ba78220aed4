package simulation_test

import (
	"context"
	"fmt"
	"log"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
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

// The walks are paid by two contracts with three months between them, and the other services by
// contracts that nobody has written down. How many people lose their place?
func ExamplePaidBy() {
	book, err := contract.NewBook([]contract.Terms{
		{ID: "A-1", Provider: "bay/green", Service: "bay/walks", Period: start.Months(9), Amount: sp.Pounds(9_000)},
		{ID: "A-2", Provider: "bay/green", Service: "bay/walks", Period: start.AddMonths(12).Months(12), Amount: sp.Pounds(12_000)},
	})
	if err != nil {
		log.Fatal(err)
	}
	s := district(6, 3, 8)
	for _, named := range []bool{false, true} {
		var unknown []directory.ID
		if named {
			s.Supply, unknown = simulation.PaidBy(book, s.Supply)
		}
		result, err := simulation.Run(context.Background(), s, simulation.Policy{}, simulation.Options{Seed: "plan 2027"})
		if err != nil {
			log.Fatal(err)
		}
		g := result.Groups[0]
		fmt.Printf("%d begun, %d lost their place, %d gave up; no contract is known for %v\n", g.Begun, g.Cut, g.GaveUp, unknown)
	}
	// Output:
	// 130 begun, 0 lost their place, 71 gave up; no contract is known for []
	// 123 begun, 3 lost their place, 79 gave up; no contract is known for [bay/choir bay/advice]
}
