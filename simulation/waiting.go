package simulation

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/simulation/queue"
)

// Waiting is somebody who was referred before the first day, was not declined, and waits for
// a first conversation. A run says of them nothing but numbers, as of everybody.
type Waiting struct {
	Referral referral.ID // unlike that of any other: from it their luck is drawn, under every policy the same
	Group    string      // whose home and practice they have
	Urgency  referral.Urgency
	Need     needs.Code // empty is drawn from those of the group
	Days     int        // that they have waited on the first day
	Attempts int        // to reach them so far, in vain
	Taken    bool       // a link worker has taken them on: they come before all others
}

// WaitingOf makes the beginning of a scenario of a real waiting list, as [worklist.Waiting]
// reads it from a store for the morning of the first day. The function says of each to which
// group of the scenario they belong, and what they need if that is known; it is asked in the
// order of the list.
//
//	list, err := worklist.Waiting(ctx, referrals, referral.Query{}, standards, calendar, firstMorning)
//	scenario.Waiting = simulation.WaitingOf(list, func(w worklist.Wait) (string, needs.Code) { return practiceOf(w.Referral), "" })
func WaitingOf(list []worklist.Wait, of func(worklist.Wait) (group string, need needs.Code)) []Waiting {
	all := make([]Waiting, 0, len(list))
	for _, w := range list {
		group, need := of(w)
		all = append(all, Waiting{
			Referral: w.Referral, Group: group, Urgency: w.Urgency, Need: need,
			Days: w.Days, Attempts: w.Attempts, Taken: w.Worker != "",
		})
	}
	return all
}

// awaken lets those come in who wait on the first day, who has waited longest first.
func (r *run) awaken() {
	groups := map[string]int{}
	for i, g := range r.s.Groups {
		groups[g.Name] = i
	}
	list := slices.Clone(r.s.Waiting)
	slices.SortFunc(list, func(a, b Waiting) int {
		return cmp.Or(cmp.Compare(b.Days, a.Days), cmp.Compare(a.Referral, b.Referral))
	})
	slots := make([]int32, len(list))
	for i, w := range list { // receipts first, so that what is written down is in order of time
		g := groups[w.Group]
		slots[i] = r.enter(g, entities("waiting "+string(w.Referral)), -queue.Time(w.Days)*day, w.Urgency, w.Need)
		c := &r.people[slots[i]]
		c.attempts = min(w.Attempts, r.s.Way.Attempts-1) // whoever waits still is called at least once more
		r.of(c).Waiting++
	}
	for _, taken := range []bool{true, false} {
		for i, w := range list {
			if w.Taken == taken {
				r.queue(slots[i], taken)
			}
		}
	}
}

// left draws how much longer something lasts that has lasted for a time already: the rest of a
// distribution beyond it. How likely so much is, is found by bisection, as distributions have
// no other way.
func left(d queue.Distribution, lasted queue.Time, u float64) queue.Time {
	below, above := 0.0, 1.0
	for range 40 {
		middle := (below + above) / 2
		if ticks(d.Quantile(middle)) <= lasted {
			below = middle
		} else {
			above = middle
		}
	}
	p := below + float64(u*(1-below))
	if p >= 1 || p <= 0 {
		return 0
	}
	return max(0, ticks(d.Quantile(p))-lasted)
}
