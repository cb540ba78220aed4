package evaluation

import (
	"cmp"
	"fmt"
	"slices"

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
	person                                        string // their pseudonym; empty if nobody said
	received, accepted, refused, contacted, ended day
	assessed, nothing                             map[needs.Code]day
	closed                                        ending
	inError                                       day
}

// An ending is a day on which something came to its end, and with what result.
type ending struct {
	on     day
	result needs.Result
}

// or returns the earlier of two ends. A history has one only; of two on one day it is
// the same one in whatever order they come.
func (e ending) or(o ending) ending {
	switch {
	case o.on == 0:
		return e
	case e.on == 0:
		return o
	}
	earlier := cmp.Or(cmp.Compare(e.on, o.on), cmp.Compare(e.result.Outcome, o.result.Outcome), slices.Compare(e.result.Unmet, o.result.Unmet))
	if earlier <= 0 {
		return e
	}
	return o
}

// met reports whether a need of those that it was for is met by the end, and whether
// anybody knows.
func (e ending) met(need needs.Code) (met, known bool) {
	switch e.result.Outcome {
	case needs.Met:
		return true, true
	case needs.PartlyMet:
		return !slices.Contains(e.result.Unmet, need), true
	case needs.NotMet:
		return false, true
	case needs.UnknownOutcome, needs.Withdrawn, needs.Signposted, needs.SelfReferred:
	}
	return false, false
}

func (f *referralFacts) merge(o *referralFacts) {
	f.received = f.received.or(o.received)
	f.accepted = f.accepted.or(o.accepted)
	f.refused = f.refused.or(o.refused)
	f.contacted = f.contacted.or(o.contacted)
	f.ended = f.ended.or(o.ended)
	if o.person != "" {
		f.person = o.person
	}
	f.closed = f.closed.or(o.closed)
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

// placementFacts are the days of one placement. Its end and a reason can be given
// once only in its history.
type placementFacts struct {
	referral                   string // its ID
	needs                      []needs.Code
	offered, started, declined day
	completed                  ending
	reason                     reason.Reason
	inError                    day
}

func (f *placementFacts) merge(o *placementFacts) {
	f.offered = f.offered.or(o.offered)
	f.started = f.started.or(o.started)
	f.completed = f.completed.or(o.completed)
	f.declined = f.declined.or(o.declined)
	if o.referral != "" {
		f.referral, f.needs = o.referral, o.needs
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
		received, err := read[referral.Received](e)
		if err != nil {
			return false, err
		}
		if received.Person != "" {
			f.person = string(received.Person)
		}
		f.received = f.received.or(on)
	case referral.EventAccepted:
		f.accepted = f.accepted.or(on)
	case referral.EventDeclined, referral.EventRerouted, referral.EventExpired:
		f.refused = f.refused.or(on)
		f.ended = f.ended.or(on)
	case referral.EventClosed:
		c, err := read[referral.Closed](e)
		if err != nil {
			return false, err
		}
		f.closed = f.closed.or(ending{on, c.Result})
		f.ended = f.ended.or(on)
	case referral.EventWithdrawn:
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
		f.referral, f.needs = string(p.Referral), p.Needs
	case placement.EventOffered:
		f.offered = f.offered.or(on)
	case placement.EventStarted:
		f.started = f.started.or(on)
	case placement.EventCompleted:
		c, err := read[placement.Completed](e)
		if err != nil {
			return false, err
		}
		f.completed = f.completed.or(ending{on, c.Result})
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
