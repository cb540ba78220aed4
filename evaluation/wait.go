package evaluation

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/survival"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

// The ways in which a wait for help ends.
const (
	Begun = "begun" // a first placement started: somebody was there
	Left  = "left"  // the referral ended without one: turned away, withdrawn, expired or closed
)

// contacted is how a wait to be spoken to ends well.
const contacted = "contacted"

// Waits returns how the waits for help in the cohort ended, and after how many
// days: from receipt to the first placement that started. Use its cumulative
// incidence. People who left before are an end of their own and do not count as
// still waiting; for the wait as if nobody ever left, use [survival.Ends.Waits].
// Referrals entered in error are left out.
func (r *Run) Waits() *survival.Ends {
	r.ready()
	asOf := r.options.AsOf
	if asOf.IsZero() {
		asOf = r.last
	}
	started := r.begun(r.attended(asOf), asOf)
	waits := new(survival.Ends)
	for key, f := range r.referrals {
		if r.follows(f, asOf) && !f.inError.by(asOf) {
			countWait(waits, f.received, map[string]day{Begun: started[key], Left: f.ended}, asOf)
		}
	}
	return waits
}

// begun returns the first day on which the person of each referral was at any of its
// placements.
func (r *Run) begun(attended map[store.Key]day, asOf sp.Date) map[store.Key]day {
	first := map[store.Key]day{}
	for of, f := range r.placements {
		if !f.inError.by(asOf) {
			key := store.Key{Tenant: of.Tenant, Kind: referral.Kind, ID: f.referral}
			first[key] = first[key].or(f.started).or(f.completed.on).or(attended[of])
		}
	}
	return first
}

// countWait counts a wait that ended in the first way that happened by a day, the other
// way before leaving, or goes on.
func countWait(waits *survival.Ends, since day, ways map[string]day, asOf sp.Date) {
	days := func(until day) int { return min(max(sp.Date(until).Sub(sp.Date(since)), 0), survival.MaxDuration) }
	for _, way := range []string{contacted, Begun, Left} {
		if on := ways[way]; on.by(asOf) {
			if err := waits.Ended(way, days(on)); err != nil {
				panic(err) // within the limits that it names
			}
			return
		}
	}
	if err := waits.Waiting(days(day(asOf))); err != nil {
		panic(err) // within the limits that it names
	}
}
