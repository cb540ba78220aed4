package observed

import (
	"cmp"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// Facts gathers from events how services answered. The zero Facts has seen none. Only one
// goroutine may use it at a time.
type Facts struct {
	requests map[store.Key]*request // by placement
	sessions map[store.Key]*attendance
}

// A request is what happened to one placement, and when it first did.
type request struct {
	service                           string
	offered, yes, lapsed, gone, begun time.Time // gone: nobody asks any longer
	no                                refusal
	inError                           time.Time
}

// A refusal is a no, and whose.
type refusal struct {
	at     time.Time
	reason reason.Reason
}

// An attendance is one session.
type attendance struct {
	placement         string
	attended, inError time.Time
}

// earlier returns the earlier of two times, of which the zero one is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// or returns the earlier of two refusals, the same one in whatever order they come.
func (r refusal) or(o refusal) refusal {
	switch {
	case o.at.IsZero():
		return r
	case r.at.IsZero():
		return o
	case cmp.Or(r.at.Compare(o.at), cmp.Compare(r.reason.Code, o.reason.Code), cmp.Compare(r.reason.Whose, o.reason.Whose)) <= 0:
		return r
	}
	return o
}

func (r *request) merge(o *request) {
	r.service = cmp.Or(min(r.service, o.service), r.service, o.service)
	r.offered, r.yes, r.lapsed = earlier(r.offered, o.offered), earlier(r.yes, o.yes), earlier(r.lapsed, o.lapsed)
	r.gone, r.begun, r.inError = earlier(r.gone, o.gone), earlier(r.begun, o.begun), earlier(r.inError, o.inError)
	r.no = r.no.or(o.no)
}

func (a *attendance) merge(o *attendance) {
	a.placement = cmp.Or(min(a.placement, o.placement), a.placement, o.placement)
	a.attended, a.inError = earlier(a.attended, o.attended), earlier(a.inError, o.inError)
}

// Merge takes into account everything that o has seen; o stays as it is. Merging is
// associative and commutative, and merging the same twice changes nothing.
func (f *Facts) Merge(o *Facts) {
	if o == nil {
		return
	}
	for key, r := range o.requests {
		of(&f.requests, key).merge(r)
	}
	for key, s := range o.sessions {
		of(&f.sessions, key).merge(s)
	}
}

func of[T any](m *map[store.Key]*T, key store.Key) *T {
	if *m == nil {
		*m = map[store.Key]*T{}
	}
	if (*m)[key] == nil {
		(*m)[key] = new(T)
	}
	return (*m)[key]
}

// Add takes an event into account. Events may come in any order and more than once;
// those that say nothing of how services answer leave f as it is. It fails with an error
// that is [sp.ErrInvalid], and leaves f as it is, if the data of an event cannot be read
// or it has no time.
func (f *Facts) Add(e store.RecordedEvent) error {
	var err error
	switch e.Key.Kind {
	case placement.Kind:
		err = f.addPlacement(e)
	case session.Kind:
		err = f.addSession(e)
	}
	if err != nil {
		return fmt.Errorf("observed: add event %d of %s: %w", e.Version, e.Key, err)
	}
	return nil
}

func (f *Facts) addPlacement(e store.RecordedEvent) error {
	at := e.Stamp.At
	var r request
	switch e.Type {
	case placement.EventProposed:
		p, err := read[placement.Proposed](e)
		if err != nil {
			return err
		}
		r.service = string(p.Service)
	case placement.EventDeclined:
		d, err := read[placement.Declined](e)
		if err != nil {
			return err
		}
		r.no = refusal{at, d.Reason}
	case placement.EventOffered:
		r.offered = at
	case placement.EventAccepted, placement.EventWaitListed:
		r.yes = at
	case placement.EventLapsed:
		r.lapsed = at
	case placement.EventWithdrawn, placement.EventStopped:
		r.gone = at
	case placement.EventStarted:
		r.begun = at
	case placement.EventCompleted: // who was at the end has been there
		r.begun = at
	case placement.EventEnteredInError:
		r.inError = at
	default:
		return nil
	}
	if at.IsZero() {
		return timeless(e)
	}
	of(&f.requests, e.Key).merge(&r)
	return nil
}

func (f *Facts) addSession(e store.RecordedEvent) error {
	var a attendance
	switch e.Type {
	case session.EventPlanned:
		p, err := read[session.Planned](e)
		if err != nil {
			return err
		}
		a.placement = string(p.Placement)
	case session.EventAttended:
		a.attended = e.Stamp.At
	case session.EventEnteredInError:
		a.inError = e.Stamp.At
	default:
		return nil
	}
	if e.Stamp.At.IsZero() {
		return timeless(e)
	}
	of(&f.sessions, e.Key).merge(&a)
	return nil
}

// read decodes the data of an event. The error does not quote it.
func read[F any](e store.RecordedEvent) (F, error) {
	var fact F
	if err := store.Unmarshal(e.Data, &fact); err != nil {
		return fact, fmt.Errorf("%s cannot be read: %w", e.Type, sp.ErrInvalid)
	}
	return fact, nil
}

func timeless(e store.RecordedEvent) error {
	return fmt.Errorf("%s happened at no time: %w", e.Type, sp.ErrInvalid)
}
