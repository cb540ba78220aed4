package session_test

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
)

// Somebody turned round at the door. The next offer is gentler, and nothing
// starts again.
func Example() {
	x, err := referraltest.Schedule("S-1", session.Plan{
		Placement: "PL-1", Person: "P-1", Provider: "bay/green", Step: session.Accompanied, Start: referraltest.Day(10),
	}, referraltest.AllowAll{}, referraltest.By(sp.RoleProvider, 7))
	if err != nil {
		fmt.Println(err)
		return
	}
	err = x.Miss(session.Anxiety, referraltest.By(sp.RoleProvider, 10))
	fmt.Println(x.State(), x.Cause(), err)
	advice := session.Advise(x.Plan().Step, x.Cause())
	fmt.Println(advice.Next, advice.Rebook, "-", advice.Do)
	// Output:
	// missed anxiety <nil>
	// home again - Offer again one step gentler, with somebody to come along.
}
