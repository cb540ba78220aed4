package observed

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// level is the confidence of the limits in a [directory.Observed].
const level = 0.95

// A Service is what was observed of a service, as estimates with their intervals.
type Service struct {
	directory.Observed

	Accepted stat.Estimate // yes of all that the service answered, or did not answer in time
	Reply    stat.Estimate // days until half were answered
	Wait     stat.Estimate // days from the request until half of those accepted were there
}

// At returns what had become of its requests by a time, for each service that was sent
// any. It is the Observed of [matching.Options].
//
// [matching.Options]: https://pkg.go.dev/github.com/socialprescribing/sp/matching#Options
func (f *Facts) At(at time.Time) map[directory.ID]directory.Observed {
	all := map[directory.ID]directory.Observed{}
	for _, s := range f.Services(at) {
		all[s.Service] = s.Observed
	}
	return all
}

// Services returns what At returns together with estimates and their intervals, in
// order of the services' IDs.
func (f *Facts) Services(at time.Time) []Service {
	tallies := map[string]*tally{}
	attended := f.attended(at)
	for key, r := range f.requests {
		if r.service == "" || !by(r.offered, at) || by(r.inError, at) {
			continue
		}
		if tallies[r.service] == nil {
			tallies[r.service] = new(tally)
		}
		tallies[r.service].add(r, earlier(r.begun, attended[key]), at)
	}
	all := make([]Service, 0, len(tallies))
	for id, t := range tallies {
		all = append(all, t.service(directory.ID(id), at))
	}
	slices.SortFunc(all, func(a, b Service) int { return cmp.Compare(a.Service, b.Service) })
	return all
}

// by reports whether something happened by a time.
func by(t, at time.Time) bool { return !t.IsZero() && !t.After(at) }

// attended returns when the person of each placement was first at a session of it.
func (f *Facts) attended(at time.Time) map[store.Key]time.Time {
	first := map[store.Key]time.Time{}
	for key, s := range f.sessions {
		if by(s.attended, at) && !by(s.inError, at) {
			of := store.Key{Tenant: key.Tenant, Kind: placement.Kind, ID: s.placement}
			first[of] = earlier(first[of], s.attended)
		}
	}
	return first
}

// The ways in which a request and a wait end.
const (
	answered = "answered"
	silent   = "silent"
	begun    = "begun"
	left     = "left"
)

// A tally adds up the requests to one service.
type tally struct {
	seen            directory.Observed
	replies, waits  days
	lastYes         time.Time
	full            []time.Time
	asked, accepted int64
}

func (t *tally) add(r *request, first, at time.Time) {
	end, how := r.end(at)
	t.replies.count(how, r.offered, end, at)
	switch how {
	case answered:
		t.asked++
	case silent:
		t.asked++
		t.seen.Silent++
	}
	if how == answered {
		t.answer(r, at)
	}
	if by(r.yes, at) {
		t.wait(r, first, at)
	}
}

// end returns when, by a time, a request came to its end, and how: the first of what
// happened. The zero time is that it is still open.
func (r *request) end(at time.Time) (end time.Time, how string) {
	first := func(t time.Time, way string) {
		if by(t, at) && (end.IsZero() || t.Before(end)) {
			end, how = t, way
		}
	}
	first(r.yes, answered)
	if r.no.reason.Whose == reason.Provider {
		first(r.no.at, answered)
	}
	first(r.lapsed, silent)
	if r.no.reason.Whose != reason.Provider {
		first(r.no.at, left)
	}
	first(r.gone, left)
	return end, how
}

// answer counts an answer of the service. A no that came after a place on its waiting list
// is its last word.
func (t *tally) answer(r *request, at time.Time) {
	no := r.no.reason.Whose == reason.Provider && by(r.no.at, at)
	switch {
	case no && r.no.reason.Code == reason.NoCapacity:
		t.seen.Full++
		t.full = append(t.full, r.no.at)
	case no:
		t.seen.Refused++
	default:
		t.accepted++
		t.seen.Accepted++
	}
	if by(r.yes, at) && r.yes.After(t.lastYes) {
		t.lastYes = r.yes
	}
}

// wait counts the wait of somebody who was accepted: until they were there, or left, or
// until now.
func (t *tally) wait(r *request, first, at time.Time) {
	ended := r.gone
	if !r.no.at.IsZero() {
		ended = earlier(ended, r.no.at)
	}
	switch {
	case by(first, at) && (!by(ended, at) || !first.After(ended)):
		t.seen.Begun++
		t.waits.count(begun, r.offered, first, at)
	case by(ended, at):
		t.waits.count(left, r.offered, ended, at)
	default:
		t.waits.count("", r.offered, time.Time{}, at)
	}
}

func (t *tally) service(id directory.ID, at time.Time) Service {
	o := t.seen
	o.Service, o.Until, o.Asked = id, at, int(t.asked)
	slices.SortFunc(t.full, time.Time.Compare)
	for _, when := range t.full {
		if when.After(t.lastYes) {
			o.FullInARow, o.FullLast = o.FullInARow+1, when
			if o.FullInARow == 1 {
				o.FullSince = when
			}
		}
	}
	s := Service{Reply: t.replies.within(answered, "requests"), Wait: t.waits.within(begun, "people accepted")}
	s.Accepted = must(stat.Proportion(float64(t.accepted), math.Max(1, float64(t.asked)), level))
	s.Accepted.Of = "requests that were answered or lapsed"
	if t.asked > 0 {
		o.Share = sp.Know(directory.ObservedShare{Value: s.Accepted.Value, Lower: s.Accepted.Interval.Lower, Upper: s.Accepted.Interval.Upper})
	} else {
		s.Accepted.Value, s.Accepted.Denominator, s.Accepted.Interval, s.Accepted.Undefined = 0, 0, stat.Interval{Upper: 1}, stat.NoCases
	}
	o.ReplyDays, o.WaitDays = whole(s.Reply), whole(s.Wait)
	s.Observed = o
	return s
}

// whole returns the whole days within which something happened.
func whole(e stat.Estimate) sp.Known[int] {
	if !e.Defined() {
		return sp.Known[int]{}
	}
	return sp.Know(int(math.Ceil(e.Value)))
}

// must returns an estimate of counts that this package made, which fit together.
func must(e stat.Estimate, err error) stat.Estimate {
	if err != nil {
		panic(err)
	}
	return e
}

// days are the durations of a tally, in days begun: what took five hours was over within
// one day.
type days struct{ survival.Ends }

func (d *days) count(how string, from, end, at time.Time) {
	const day = 24 * time.Hour
	if end.IsZero() {
		end = at
	}
	n := min(max(0, int((end.Sub(from)+day-1)/day)), survival.MaxDuration)
	var err error
	if how == "" {
		err = d.Waiting(n)
	} else {
		err = d.Ended(how, n)
	}
	if err != nil {
		panic(err) // within the limits that it names
	}
}

// within returns the days within which half of all have ended in a way.
func (d *days) within(way, of string) stat.Estimate {
	e := must(d.Incidence(way).Quantile(0.5, level))
	e.Of = of
	return e
}
