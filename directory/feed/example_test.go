package feed_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
)

// A feed from which it does not follow whether 03/04/2026 is in March or in April. Whoever
// knows its publisher says so.
func ExampleOptions() {
	const text = `{"id": "shed", "name": "Men's Shed", "assured_date": "03/04/2026"}`
	for _, order := range []feed.DateOrder{feed.OneReading, feed.DayFirst} {
		catalogue, issues, err := hsds.ReadJSON(context.Background(), strings.NewReader(text), "bay.json", feed.Options{Feed: "bay", Dates: order})
		if err != nil {
			panic(err)
		}
		service := catalogue.Services[0]
		fmt.Printf("%s was assured %q, issues: %d\n", service.ID, service.Freshness.Assured, len(issues))
	}
	// Output:
	// bay/shed was assured "unknown", issues: 2
	// bay/shed was assured "2026-04-03", issues: 1
}
