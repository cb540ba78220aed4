package concern_test

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"

	"github.com/socialprescribing/sp/referral/concern"
)

// The crisis line says no, and it is a quarter past four on a Friday.
func ExampleStandard_Next() {
	raised := time.Date(2026, time.March, 6, 16, 0, 0, 0, time.UTC)
	c := concern.Concern{Kind: concern.Crisis, Raised: raised, Offers: []concern.Offer{
		{To: "crisis-line", At: raised.Add(5 * time.Minute), Answer: concern.NotTheirs, Answered: raised.Add(15 * time.Minute)},
	}}
	due, _ := concern.Proposed(concern.Crisis, sp.Calendar{}).Next(c, time.Time{}, raised.Add(20*time.Minute))
	fmt.Println(due.Step, due.By.Format("15:04"))
	// Output: escalate 16:15
}

// A code that other systems understand.
func ExampleReason_Code() {
	code, lost := concern.SuicidalThoughts.Code()
	fmt.Println(code, "does not say", lost)
	// Output: 401206008 does not say that it is about thoughts of suicide
}
