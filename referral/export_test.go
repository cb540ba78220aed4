package referral

import "github.com/socialprescribing/sp/store"

// Replay rebuilds the state of r from its history.
func Replay(r *Referral) *Referral {
	again := &Referral{id: r.id, remit: r.remit}
	for e := range r.history.All() {
		again.apply(e.Fact, e.Stamp)
	}
	return again
}

// Unsaved returns r with its history as if none of it were saved.
func Unsaved(r *Referral) *Referral {
	again := &Referral{id: r.id, received: r.received, state: r.state, since: r.since, requester: r.requester, remit: r.remit, history: store.History[Event]{}}
	for e := range r.history.All() {
		again.history.Append(e.Fact, e.Stamp)
	}
	return again
}
