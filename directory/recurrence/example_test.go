package recurrence_test

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// A club meets every other Wednesday. Whoever does not know since when cannot tell which.
func ExampleRule_Occurs() {
	rule, err := recurrence.ParseRule("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE")
	if err != nil {
		panic(err)
	}
	first, on := sp.NewDate(2026, time.November, 4), sp.NewDate(2026, time.November, 25)
	fmt.Println(rule, rule.Occurs(first, on), rule.Occurs(0, on), rule.Occurs(0, on.Add(1)))
	// Output: FREQ=WEEKLY;INTERVAL=2;BYDAY=WE no unknown no
}
