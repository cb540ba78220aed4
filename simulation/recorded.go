package simulation

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation/queue"
)

// Arrivals returns the referrals of the log in order of time, for a scenario that begins on a day. Each is
// of the group that is named after who referred them, or by the route if nobody did. Referrals that were entered in error are left out. It
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

// group names who refers people like this one.
func (f *file) group() string { return cmp.Or(string(f.received.From), f.received.Source, "unknown") }

func (f *file) arrival(id referral.ID, start sp.Date, until time.Time) Arrival {
	a := Arrival{Referral: id, Group: f.group(), From: f.received.From, At: f.at, Urgency: f.received.Urgency}
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
	f.calling(k, until, between)
}

// calling notes what is known of the calls until the first conversation.
func (f *file) calling(k *known, until time.Time, between func(from, to time.Time) queue.Time) {
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
