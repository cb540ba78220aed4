package referral

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/placement"
)

// Machine is for the tests that make mistakes in it.
var Machine = &machine

// Replay rebuilds the state of r from its history, as a repository does.
func Replay(r *Referral) *Referral {
	again := New(r.id, r.root.Authorizer())
	again.loading = true
	for e := range r.root.History() {
		again.apply(e.Event, e.Stamp)
	}
	again.loading = false
	again.learn()
	return again
}

// Unsaved returns r with its history as if none of it were saved.
func Unsaved(r *Referral) *Referral {
	again := New(r.id, r.root.Authorizer())
	for e := range r.root.History() {
		again.root.Append(view{r: again}, e.Event, e.Stamp)
	}
	return again
}

// Flag records a flag as replay does, whatever the state.
func Flag(r *Referral, f Flagged, s sp.Stamp) { r.root.Append(r.view(), f, s) }

// Know has r know of a placement that its case does not hold.
func Know(r *Referral, id placement.ID) { r.proposed = append(r.proposed, id) }
