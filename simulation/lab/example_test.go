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
	// as now             121.0                   114.5                 82,069
	//   a worker more    -15.6 (-25.9 to -5.3)   +4.8 (0.7 to 8.8)     +36,266 (31,057 to 41,475)
	//   six places more  -45.5 (-58.8 to -32.2)  +63.4 (48.8 to 78.0)  +7,890, always
}
