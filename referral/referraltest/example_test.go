package referraltest_test

import (
	"fmt"

	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// A referral in any state, and a whole scheme, in a line each.
func Example() {
	r := referraltest.Referral("R-1", referral.StateActive)
	p := referraltest.Placement("PL-1", placement.StateLapsed)
	fmt.Println(r.State(), p.State())

	world := referraltest.NewWorld(42)
	fmt.Println(len(world.People), "people,", len(world.Catalogue.Services), "services,", len(world.Referrals(referral.StateClosed)), "closed referrals")
	// Output:
	// active lapsed
	// 40 people, 8 services, 2 closed referrals
}
