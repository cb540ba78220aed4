package evaluation

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// A day is when something first happened; 0 is never, so far.
type day sp.Date

// or returns the earlier of d and another day.
func (d day) or(on day) day {
	if d == 0 || on != 0 && on < d {
		return on
	}
	return d
}

// by reports whether it happened on a day or before.
func (d day) by(on sp.Date) bool { return d != 0 && sp.Date(d) <= on }

// referralFacts are the days of one referral. Each is the earliest, so that
// order and repetition of events make no difference.
type referralFacts struct {
	received, accepted, refused, contacted, ended day
	assessed, nothing                             map[needs.Code]day
	inError                                       day
}

func (f *referralFacts) merge(o *referralFacts) {
	f.received = f.received.or(o.received)
	f.accepted = f.accepted.or(o.accepted)
	f.refused = f.refused.or(o.refused)
	f.contacted = f.contacted.or(o.contacted)
	f.ended = f.ended.or(o.ended)
	for need, d := range o.assessed {
		note(&f.assessed, need, d)
	}
	for need, d := range o.nothing {
		note(&f.nothing, need, d)
	}
	f.inError = f.inError.or(o.inError)
}

// note keeps the earliest day for a need.
func note(m *map[needs.Code]day, need needs.Code, on day) {
	if *m == nil {
		*m = map[needs.Code]day{}
	}
	(*m)[need] = (*m)[need].or(on)
}

// placementFacts are the days of one placement. Outcome and reason can be given
// once only in its history.
type placementFacts struct {
	referral                              string // its ID
	offered, started, completed, declined day
	outcome                               needs.Outcome
	reason                                reason.Reason
	inError                               day
}

func (f *placementFacts) merge(o *placementFacts) {
	f.offered = f.offered.or(o.offered)
	f.started = f.started.or(o.started)
	f.completed = f.completed.or(o.completed)
	f.declined = f.declined.or(o.declined)
	if o.referral != "" {
		f.referral = o.referral
	}
	if o.outcome != "" {
		f.outcome = o.outcome
	}
	if o.reason.Code != "" {
		f.reason = o.reason
	}
	f.inError = f.inError.or(o.inError)
}

// sessionFacts are the days of one session.
type sessionFacts struct {
	placement         string // its ID
	attended, inError day
}

func (f *sessionFacts) merge(o *sessionFacts) {
	f.attended = f.attended.or(o.attended)
	f.inError = f.inError.or(o.inError)
	if o.placement != "" {
		f.placement = o.placement
	}
}

// take notes what an event says, and reports whether it says anything. Only
// the data that is needed is decoded.
func (r *Run) take(e store.RecordedEvent, on day) (used bool, err error) {
	take := r.takeReferral
	switch e.Key.Kind {
	case referral.Kind:
	case placement.Kind:
		take = r.takePlacement
	case session.Kind:
		take = r.takeSession
	default:
		return false, nil
	}
	if on == 0 { // which would mean that it never happened
		return false, fmt.Errorf("its time is no date: %w", sp.ErrInvalid)
	}
	return take(e, on)
}

func (r *Run) takeReferral(e store.RecordedEvent, on day) (used bool, err error) {
	f := of(r.referrals, e.Key)
	switch e.Type {
	case referral.EventReceived:
		f.received = f.received.or(on)
	case referral.EventAccepted:
		f.accepted = f.accepted.or(on)
	case referral.EventDeclined, referral.EventRerouted, referral.EventExpired:
		f.refused = f.refused.or(on)
		f.ended = f.ended.or(on)
	case referral.EventWithdrawn, referral.EventClosed:
		f.ended = f.ended.or(on)
	case referral.EventContacted:
		f.contacted = f.contacted.or(on)
	case referral.EventEnteredInError:
		f.inError = f.inError.or(on)
	case referral.EventAssessed:
		a, err := read[referral.Assessed](e)
		if err != nil {
			return false, err
		}
		for _, need := range a.Needs {
			note(&f.assessed, need, on)
		}
	case referral.EventNothingFound:
		n, err := read[referral.NothingFound](e)
		if err != nil {
			return false, err
		}
		note(&f.nothing, n.Need, on)
	default:
		return false, nil
	}
	return true, nil
}

func (r *Run) takePlacement(e store.RecordedEvent, on day) (used bool, err error) {
	f := of(r.placements, e.Key)
	switch e.Type {
	case placement.EventProposed:
		p, err := read[placement.Proposed](e)
		if err != nil {
			return false, err
		}
		f.referral = string(p.Referral)
	case placement.EventOffered:
		f.offered = f.offered.or(on)
	case placement.EventStarted:
		f.started = f.started.or(on)
	case placement.EventCompleted:
		c, err := read[placement.Completed](e)
		if err != nil {
			return false, err
		}
		f.completed = f.completed.or(on)
		f.outcome = c.Outcome
	case placement.EventDeclined:
		d, err := read[placement.Declined](e)
		if err != nil {
			return false, err
		}
		f.declined = f.declined.or(on)
		f.reason = d.Reason
	case placement.EventEnteredInError:
		f.inError = f.inError.or(on)
	default:
		return false, nil
	}
	return true, nil
}

func (r *Run) takeSession(e store.RecordedEvent, on day) (used bool, err error) {
	f := of(r.sessions, e.Key)
	switch e.Type {
	case session.EventPlanned:
		p, err := read[session.Planned](e)
		if err != nil {
			return false, err
		}
		f.placement = string(p.Placement)
	case session.EventAttended:
		f.attended = f.attended.or(on)
	case session.EventEnteredInError:
		f.inError = f.inError.or(on)
	default:
		return false, nil
	}
	return true, nil
}

// read decodes the data of an event. The error does not quote it.
func read[F any](e store.RecordedEvent) (F, error) {
	var fact F
	if err := store.Unmarshal(e.Data, &fact); err != nil {
		return fact, fmt.Errorf("%s cannot be read: %w", e.Type, sp.ErrInvalid)
	}
	return fact, nil
}
