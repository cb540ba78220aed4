package simulation

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

// A Recording gathers from the log of a scheme who was referred, and what it tells of their luck, so
// that they can be played again under another policy. Its zero value has seen nothing. It keeps IDs,
// codes and times.
//
// Where places are shared live, and the log tells all that decides, the same policy comes to what happened.
// Where providers are asked, it comes close to it: of two things in one second the log does not say which was first. Only one goroutine may use it at a time.
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
	at       time.Time
	answered time.Time
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
		p := &request{of: f, offer: cmp.Or(proposed.Venue, proposed.Service), at: e.Stamp.At}
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
		if p.answered = at; declined.Reason.Code != string(reason.NoCapacity) {
			p.yes = sp.Know(false)
		}
	case placement.EventLapsed:
		p.answered, p.yes = at, sp.Know(false)
	case placement.EventCompleted:
		completed, err := decoded[placement.Completed](e)
		if err != nil {
			return false, err
		}
		p.end = finishes
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

// Arrivals returns the referrals of the log in order of time, for a scenario that begins on a day. Each is
// of the group that is named after who referred them. Referrals that were entered in error are left out. It
// fails with an error that is [sp.ErrInvalid] if there are none.
func (r *Recording) Arrivals(start sp.Date) ([]Arrival, error) {
	var all []Arrival
	for _, id := range r.order {
		if f := r.files[id]; !f.void {
			all = append(all, f.arrival(id, start, r.last))
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: simulation: the log has no arrivals: no event of it is %s, so there is nobody to play again", sp.ErrInvalid, referral.EventReceived)
	}
	slices.SortStableFunc(all, func(a, b Arrival) int { return a.At.Compare(b.At) })
	return all, nil
}

// Until returns the moment of the last event.
func (r *Recording) Until() time.Time { return r.last }

// Workers returns how many link workers took anybody on.
func (r *Recording) Workers() int { return len(r.workers) }

func (f *file) arrival(id referral.ID, start sp.Date, until time.Time) Arrival {
	a := Arrival{Referral: id, Group: string(f.received.From), From: f.received.From, At: f.at, Urgency: f.received.Urgency}
	if of := slices.Concat(f.needs, f.received.Reasons); len(of) > 0 {
		a.Need = of[0]
	}
	between := func(from, to time.Time) queue.Time { return max(0, moment(start, to)-moment(start, from)) }
	k := &known{draws: map[uint64]float64{}, beyond: map[uint64]queue.Time{}, asked: map[directory.ID]*answers{}}
	f.queueing(k, until, between)
	f.talking(k, until, between)
	for _, p := range f.requests {
		all := k.asked[p.offer]
		if all == nil {
			all = &answers{}
			k.asked[p.offer] = all
		}
		p.into(all, until, between)
	}
	a.known = k
	return a
}

// queueing notes what is known of the way to a link worker.
func (f *file) queueing(k *known, until time.Time, between func(from, to time.Time) queue.Time) {
	k.draws[forYes] = truth(!f.declined.IsZero()) // nobody said no while the log went on
	if !f.declined.IsZero() {
		k.draws[forTriage] = float64(between(f.at, f.declined))
	}
	switch {
	case !f.withdrew.IsZero():
		k.draws[forPatience] = float64(between(f.at, f.withdrew))
	case !f.accepted.IsZero():
		k.beyond[forPatience] = between(f.at, f.accepted)
	case f.declined.IsZero():
		k.beyond[forPatience] = between(f.at, until)
	}
	calls, last := f.calls, f.accepted
	if len(f.talks) > 0 {
		calls = append(slices.Clip(calls), f.talks[0])
	}
	for i, at := range calls {
		answers := i == len(f.calls)
		k.draws[forAnswer+uint64(i)] = truth(answers)
		if n := forAttempt + uint64(i); !last.IsZero() {
			if i > 0 {
				n++
			}
			k.draws[n] = float64(between(last, at))
		}
		if last = at; !answers && (i+1 < len(calls) || f.lost) {
			k.draws[forCalling+uint64(i+1)] = truth(i+1 == len(calls))
		}
	}
	if len(f.talks) == 0 && !f.closed && !last.IsZero() { // the next call had not been when the log ended
		n := forAttempt + uint64(len(calls))
		if len(calls) > 0 {
			n++
			k.draws[forCalling+uint64(len(calls))] = 0
		}
		k.beyond[n] = between(last, until)
	}
}

// talking notes what is known of the conversations.
func (f *file) talking(k *known, until time.Time, between func(from, to time.Time) queue.Time) {
	for i := 1; i < len(f.talks); i++ {
		k.draws[forTalk+uint64(i)] = float64(between(f.talks[i-1], f.talks[i]))
	}
	if len(f.talks) == 0 {
		return
	}
	if f.closed {
		k.draws[forContacts] = float64(len(f.talks))
	} else {
		k.beyond[forContacts] = queue.Time(len(f.talks) + 1) // the next had not been when the log ended
		k.beyond[forTalk+uint64(len(f.talks))] = between(f.talks[len(f.talks)-1], until)
	}
	if f.wishes || f.closed {
		k.draws[forWish] = truth(f.wishes)
	}
	switch {
	case !f.gaveUp.IsZero():
		k.draws[forPlacePatience+1] = float64(between(f.talks[0], f.gaveUp))
	case !f.place.IsZero():
		k.beyond[forPlacePatience+1] = between(f.talks[0], f.place)
	case !f.unfit.IsZero():
		k.beyond[forPlacePatience+1] = between(f.talks[0], f.unfit)
	case !f.closed:
		k.beyond[forPlacePatience+1] = between(f.talks[0], until)
	}
}

// into notes what is known of a request.
func (p *request) into(all *answers, until time.Time, between func(from, to time.Time) queue.Time) {
	if !p.answered.IsZero() {
		all.replies = append(all.replies, reply{took: between(p.at, p.answered)})
	} else if !p.of.closed {
		all.replies = append(all.replies, reply{between(p.at, until), true})
	}
	yes, known := p.yes.Lookup()
	if !known {
		return
	}
	one, last := course{yes: yes, met: p.met, end: p.end}, p.answered
	for _, m := range p.meetings {
		if came, known := m.came.Lookup(); known {
			one.sessions, one.gaps, last = append(one.sessions, came), append(one.gaps, between(last, m.at)), m.at
		}
	}
	if one.end == goesOn && !p.of.closed {
		one.open = between(last, until)
	}
	all.courses = append(all.courses, one)
}
