package lab_test

import (
	"context"
	"fmt"
	"log"

	"github.com/socialprescribing/sp/simulation/lab"
)

// Is a third link worker worth more, or twice as many places?
func Example() {
	s := study(
		lab.Policy{Name: "as now"},
		lab.Policy{Name: "a worker more", Workers: 1},
		lab.Policy{Name: "six places more", Places: 6},
	)
	c, err := lab.Compare(context.Background(), s, lab.Options{Seed: "plan 2027", Pairs: 8, Workers: 2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(c.Decision(lab.GaveUp, lab.Began, lab.Cost))
	// Output:
	// gave up waiting         began something       cost
	// as now             119.9                   115.2                 82,069
	//   a worker more    -16.6 (-27.5 to -5.7)   +3.6 (-0.2 to 7.5) ?  +36,266 (31,057 to 41,475)
	//   six places more  -45.6 (-58.1 to -33.1)  +62.9 (48.0 to 77.7)  +7,890, always
}
