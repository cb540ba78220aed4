package observed_test

import (
	"fmt"

	"github.com/socialprescribing/sp/evaluation/observed"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
)

// The garden took one person on in April, and has answered three times since that it is
// full.
// The limits of its share are Wilson's (1927, doi 10.1080/01621459.1927.10502953), its
// medians those of the cumulative incidence (Aalen & Johansen 1978).
func Example() {
	log := asked("PL-1", 0, event("PL-1", 4, placement.Accepted{}), event("PL-1", 11, placement.Started{}))
	for i, n := range []int{20, 27, 34} {
		id := fmt.Sprint("PL-", i+2)
		log = append(log, asked(id, n, event(id, n+2, placement.Declined{Reason: reason.Because(reason.NoCapacity)}))...)
	}

	var facts observed.Facts
	for _, e := range log { // in life: for e, err := range db.Log(ctx, "", position)
		if err := facts.Add(e); err != nil {
			fmt.Println(err)
		}
	}
	for _, s := range facts.Services(day(40)) {
		fmt.Println(s.Service, "said yes to", s.Accepted)
		fmt.Println("answers within", s.ReplyDays.Or(0), "days; full", s.FullInARow, "times in a row; has room:", s.HasRoom(day(40), 0))
	}
	// Output:
	// garden said yes to 25 % (4.56 to 69.9), 1 of 4 requests that were answered or lapsed, Wilson 95 %
	// answers within 2 days; full 3 times in a row; has room: no
}
