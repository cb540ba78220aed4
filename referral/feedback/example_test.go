package feedback_test

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/feedback"
)

// A message can be written by hand too, as by a program that has it from elsewhere; package
// letter writes it from what was recorded.
func Example() {
	m := &feedback.Message{Title: "Referral R-1", Referral: "R-1", To: sp.Actor{ID: "dr-lee", Role: sp.RoleReferrer}, At: time.Date(2026, time.March, 5, 9, 0, 0, 0, time.UTC)}
	m.Add("Contact", "Spoken to on 4 March 2026.")
	m.Add("Support", "Harbour Choir: started.")
	m.Add("Support", "Walking group: on the waiting list.")
	fmt.Print(m)
	// Output:
	// Referral R-1
	//
	// Contact
	//   Spoken to on 4 March 2026.
	//
	// Support
	//   Harbour Choir: started.
	//   Walking group: on the waiting list.
}
