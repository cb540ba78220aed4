package simulation

import (
	"cmp"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// A Recording gathers from the log of a scheme who was referred, and what it tells of their luck, so
// that they can be played again under another policy. Its zero value has seen nothing. It keeps IDs,
// codes and times.
//
// Where the log tells all that decides, the same policy comes to what happened. A log reaches to its
// last event: what had not happened by then is drawn from that moment on. Only one goroutine may use it
// at a time.
type Recording struct {
	Passed int // events that say nothing here
	Before int // referrals whose receipt is not in the log: they began before it

	files      map[referral.ID]*file
	order      []referral.ID
	unborn     map[referral.ID]bool
	placements map[placement.ID]*request
	sessions   map[session.ID]*meeting
	last       time.Time
	workers    map[referral.WorkerID]bool
}

// A file is what the log told of a referral.
type file struct {
	received referral.Received
	at       time.Time
	accepted time.Time // by a worker
	declined time.Time
	calls    []time.Time // in vain
	talks    []time.Time
	needs    []needs.Code
	closed   bool
	lost     bool      // closed as nobody answered
	withdrew time.Time // waiting for a worker
	gaveUp   time.Time // as nothing had a place
	wishes   bool
	unfit    time.Time // as no other offer fits
	place    time.Time // the first yes of a provider
	requests []*request
	void     bool // entered in error
}

type request struct {
	of       *file
	offer    directory.ID
	service  directory.ID
	provider directory.ID
	needs    []needs.Code
	at       time.Time
	answered time.Time
	over     time.Time      // it ended, however it did
	full     bool           // was the last answer
	cut      bool           // stopped, as there was no place any more
	yes      sp.Known[bool] // unknown is that it was full, or nobody answered
	meetings []*meeting
	end      ending
	met      sp.Known[bool]
}

type meeting struct {
	of   *request
	at   time.Time
	came sp.Known[bool]
}

// Add takes an event into account. The events of one referral, placement or session come in their
// order, as they do in a log. It fails with an error that is [sp.ErrInvalid] if an event of theirs
// cannot be read; kinds that say nothing here are passed over, and counted.
func (r *Recording) Add(e store.RecordedEvent) error {
	if r.files == nil {
		*r = Recording{
			Passed: r.Passed, Before: r.Before,
			files: map[referral.ID]*file{}, unborn: map[referral.ID]bool{}, placements: map[placement.ID]*request{},
			sessions: map[session.ID]*meeting{}, workers: map[referral.WorkerID]bool{},
		}
	}
	if e.Stamp.At.After(r.last) {
		r.last = e.Stamp.At
	}
	told := false
	var err error
	switch e.Key.Kind {
	case referral.Kind:
		told, err = r.addReferral(e)
	case placement.Kind:
		told, err = r.addPlacement(e)
	case session.Kind:
		told, err = r.addSession(e)
	}
	if err != nil {
		return fmt.Errorf("simulation: recording %s %s, version %d: %w", e.Key.Kind, e.Key.ID, e.Version, err)
	}
	if !told {
		r.Passed++
	}
	return nil
}

func (r *Recording) addReferral(e store.RecordedEvent) (told bool, err error) {
	id := referral.ID(e.Key.ID)
	if e.Type == referral.EventReceived {
		received, err := decoded[referral.Received](e)
		if err != nil {
			return false, err
		}
		if r.files[id] == nil {
			r.order = append(r.order, id)
		}
		r.files[id] = &file{received: received, at: e.Stamp.At}
		return true, nil
	}
	f := r.files[id]
	if f == nil {
		if !r.unborn[id] {
			r.unborn[id] = true
			r.Before++
		}
		return false, nil
	}
	return f.add(r, e)
}

func (f *file) add(r *Recording, e store.RecordedEvent) (told bool, err error) {
	at := e.Stamp.At
	switch e.Type {
	case referral.EventAccepted, referral.EventAssigned:
		worker, err := workerOf(e)
		if err != nil {
			return false, err
		}
		r.workers[worker] = true
		if f.accepted.IsZero() {
			f.accepted = at
		}
	case referral.EventDeclined:
		f.declined = at
	case referral.EventAttempted:
		if len(f.talks) == 0 {
			f.calls = append(f.calls, at)
		}
	case referral.EventContacted:
		f.talks = append(f.talks, at)
	case referral.EventAssessed:
		assessed, err := decoded[referral.Assessed](e)
		if err != nil {
			return false, err
		}
		f.needs = assessed.Needs
	case referral.EventNothingFound:
		found, err := decoded[referral.NothingFound](e)
		if err != nil {
			return false, err
		}
		if f.wishes = true; found.Reason.Code == string(reason.NoCapacity) {
			f.gaveUp = at
		} else {
			f.unfit = at
		}
	case referral.EventWithdrawn:
		f.closed = true
		if len(f.talks) == 0 {
			f.withdrew = at
		}
	case referral.EventClosed:
		closed, err := decoded[referral.Closed](e)
		if err != nil {
			return false, err
		}
		f.closed, f.lost = true, closed.Reason.Code == string(reason.NotReached) && len(f.talks) == 0
	case referral.EventEnteredInError:
		f.void = true
	default:
		return false, nil
	}
	return true, nil
}

func workerOf(e store.RecordedEvent) (referral.WorkerID, error) {
	if e.Type == referral.EventAccepted {
		accepted, err := decoded[referral.Accepted](e)
		return accepted.Worker, err
	}
	assigned, err := decoded[referral.Assigned](e)
	return assigned.Worker, err
}

func (r *Recording) addPlacement(e store.RecordedEvent) (told bool, err error) {
	id := placement.ID(e.Key.ID)
	if e.Type == placement.EventProposed {
		proposed, err := decoded[placement.Proposed](e)
		f := r.files[proposed.Referral]
		if err != nil || f == nil {
			return false, err
		}
		p := &request{of: f, offer: cmp.Or(proposed.Venue, proposed.Service), service: proposed.Service, provider: proposed.Provider, needs: proposed.Needs, at: e.Stamp.At}
		f.wishes, f.requests, r.placements[id] = true, append(f.requests, p), p
		return true, nil
	}
	p := r.placements[id]
	if p == nil {
		return false, nil
	}
	return p.add(e)
}

func (p *request) add(e store.RecordedEvent) (told bool, err error) {
	at := e.Stamp.At
	switch e.Type {
	case placement.EventAccepted:
		p.answered, p.yes = at, sp.Know(true)
		if p.of.place.IsZero() {
			p.of.place = at
		}
	case placement.EventDeclined:
		declined, err := decoded[placement.Declined](e)
		if err != nil {
			return false, err
		}
		if p.answered, p.full = at, declined.Reason.Code == string(reason.NoCapacity); !p.full {
			p.yes = sp.Know(false)
		}
	case placement.EventLapsed:
		p.answered, p.yes = at, sp.Know(false)
	case placement.EventCompleted:
		completed, err := decoded[placement.Completed](e)
		if err != nil {
			return false, err
		}
		p.end, p.over = finishes, at
		switch completed.Outcome { //nolint:exhaustive // of the others nobody knows
		case needs.Met:
			p.met = sp.Know(true)
		case needs.NotMet:
			p.met = sp.Know(false)
		}
	case placement.EventStopped:
		stopped, err := decoded[placement.Stopped](e)
		if err != nil {
			return false, err
		}
		p.over, p.cut = at, stopped.Reason.Code == string(reason.NoCapacity)
		if stopped.Reason.Whose == reason.Person { // of the others it is not the person's luck
			p.end = leavesCourse
		}
	default:
		return false, nil
	}
	return true, nil
}

func (r *Recording) addSession(e store.RecordedEvent) (told bool, err error) {
	id := session.ID(e.Key.ID)
	switch e.Type {
	case session.EventPlanned:
		planned, err := decoded[session.Planned](e)
		p := r.placements[planned.Placement]
		if err != nil || p == nil {
			return false, err
		}
		m := &meeting{of: p}
		p.meetings, r.sessions[id] = append(p.meetings, m), m
		return true, nil
	case session.EventAttended, session.EventMissed:
		m := r.sessions[id]
		if m == nil {
			return false, nil
		}
		m.at, m.came = e.Stamp.At, sp.Know(e.Type == session.EventAttended)
		return true, nil
	default:
		return false, nil
	}
}

// decoded reads an event of a type.
func decoded[E store.Event](e store.RecordedEvent) (E, error) {
	event, err := referral.DecodeEvent(e.Type, e.Data)
	if err != nil {
		var none E
		return none, err
	}
	is, ok := event.(E)
	if !ok {
		return is, fmt.Errorf("%w: %s is stored as another event", sp.ErrInvalid, e.Type)
	}
	return is, nil
}
