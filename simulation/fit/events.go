package fit

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// Events gathers what events say. The zero Events has seen none. It keeps times and counts for each
// referral and placement, and nothing about people. Only one goroutine may use it at a time.
type Events struct {
	referrals  map[store.Key]*way
	placements map[store.Key]*request
	attended   int64
	missed     int64
}

// A way is somebody's way to a link worker and with them.
type way struct {
	from     directory.ID
	received time.Time
	accepted time.Time // by a worker for the first time
	ended    time.Time

	calls      []time.Time // in vain, before the first conversation
	talks      []time.Time
	declined   bool
	withdrew   bool
	notReached bool
	asked      time.Time // a provider, for the first time
	gaveUp     time.Time // as nothing had a place
	nothing    bool      // was found, for whatever reason
	flags      map[concern.ID]raised
	taken      []taken
}

type raised struct {
	kind concern.Kind
	at   time.Time
}

// taken is a concern that a team has taken over.
type taken struct {
	kind concern.Kind
	days float64
}

// A request is what was asked of a provider.
type request struct {
	asked, answered time.Time
	yes, full       bool
	result          needs.Outcome
}

// Add takes an event into account. The events of one referral or placement come in their order, as
// they do in a log. It fails with an error that is [sp.ErrInvalid] if an event cannot be read;
// kinds that say nothing here are passed over.
func (e *Events) Add(r store.RecordedEvent) error {
	if e.referrals == nil {
		e.referrals, e.placements = map[store.Key]*way{}, map[store.Key]*request{}
	}
	var err error
	switch r.Key.Kind {
	case referral.Kind:
		err = e.addReferral(r)
	case placement.Kind:
		err = e.addPlacement(r)
	case session.Kind:
		switch r.Type {
		case session.EventAttended:
			e.attended++
		case session.EventMissed:
			e.missed++
		}
	}
	if err != nil {
		return fmt.Errorf("fit: event %d of %s: %s cannot be read: %w", r.Version, r.Key, r.Type, sp.ErrInvalid)
	}
	return nil
}

func (e *Events) addReferral(r store.RecordedEvent) error {
	event, err := referral.DecodeEvent(r.Type, r.Data)
	if err != nil {
		return err
	}
	w, at := e.referrals[r.Key], r.Stamp.At
	if w == nil {
		w = &way{flags: map[concern.ID]raised{}}
		e.referrals[r.Key] = w
	}
	switch event := event.(type) {
	case referral.Received:
		w.from, w.received = event.From, at
	case referral.Accepted:
		if w.accepted.IsZero() {
			w.accepted = at
		}
	case referral.Attempted:
		if len(w.talks) == 0 {
			w.calls = append(w.calls, at)
		}
	case referral.Contacted:
		w.talks = append(w.talks, at)
	case referral.PlacementProposed:
		if w.asked.IsZero() {
			w.asked = at
		}
	case referral.NothingFound:
		w.nothing = true
		if event.Reason.Code == reason.NoCapacity && w.gaveUp.IsZero() {
			w.gaveUp = at
		}
	case referral.Flagged:
		w.flags[event.Flag] = raised{event.Kind, at}
	case referral.HandedOver:
		if f, ok := w.flags[event.Flag]; ok {
			w.taken = append(w.taken, taken{f.kind, days(f.at, at)})
		}
	case referral.Declined:
		w.declined, w.ended = true, at
	case referral.Withdrawn:
		w.withdrew, w.ended = true, at
	case referral.Closed:
		w.notReached, w.ended = event.Reason.Code == reason.NotReached, at
	case referral.Rerouted, referral.Expired:
		w.ended = at
	case referral.EnteredInError:
		delete(e.referrals, r.Key)
	}
	return nil
}

func (e *Events) addPlacement(r store.RecordedEvent) error {
	event, err := placement.DecodeEvent(r.Type, r.Data)
	if err != nil {
		return err
	}
	q := e.placements[r.Key]
	if q == nil {
		q = &request{}
		e.placements[r.Key] = q
	}
	switch event := event.(type) {
	case placement.Offered:
		q.asked = r.Stamp.At
	case placement.Accepted:
		q.answered, q.yes = r.Stamp.At, true
	case placement.Declined:
		if event.Reason.Whose == reason.Provider && q.answered.IsZero() {
			q.answered, q.full = r.Stamp.At, event.Reason.Code == reason.NoCapacity
		}
	case placement.Completed:
		q.result = event.Outcome
	case placement.EnteredInError:
		delete(e.placements, r.Key)
	}
	return nil
}

// days returns the days from one moment to another.
func days(from, to time.Time) float64 { return to.Sub(from).Hours() / 24 }
