package extract

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// A history is what a log says of each record, by the numbers of its events, so that it does not
// matter in which order they come and how often.
type history struct {
	records    map[store.Key]map[int64]told
	unreadable int
}

// A told is one event.
type told struct {
	on    sp.Date
	event store.Event
}

func read(ctx context.Context, log iter.Seq2[store.RecordedEvent, error], o *Options) (*history, error) {
	h := &history{records: map[store.Key]map[int64]told{}}
	tenant, seen := "", false
	for e, err := range log {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		if seen && e.Key.Tenant != tenant {
			return nil, sp.Invalid("extract", "log", sp.Inconsistent, "must be of one tenant: in another the same ID is somebody else")
		}
		tenant, seen = e.Key.Tenant, true
		if on := o.Calendar.Date(e.Stamp.At); on <= o.AsOf {
			h.add(e, on)
		}
	}
	return h, nil
}

func (h *history) add(e store.RecordedEvent, on sp.Date) {
	if !strings.HasPrefix(string(e.Type), e.Key.Kind+".") {
		return // somebody else's, beside those of the record: the group of a case of a sheet
	}
	var event store.Event
	var err error
	switch e.Key.Kind {
	case referral.Kind, placement.Kind, session.Kind:
		event, err = referral.DecodeEvent(e.Type, e.Data)
	case needs.AssessmentKind:
		event, err = needs.DecodeEvent(e.Type, e.Data)
	default:
		return
	}
	if err != nil {
		h.unreadable++
		return
	}
	if h.records[e.Key] == nil {
		h.records[e.Key] = map[int64]told{}
	}
	h.records[e.Key][e.Version] = told{on, event}
}

// of yields the records of a kind with their events in order.
func (h *history) of(kind string) iter.Seq2[string, []told] {
	return func(yield func(string, []told) bool) {
		for key, events := range h.records {
			if key.Kind != kind {
				continue
			}
			var in []told
			for _, n := range slices.Sorted(maps.Keys(events)) {
				in = append(in, events[n])
			}
			if !yield(key.ID, in) {
				return
			}
		}
	}
}

// cases returns the referrals, in order of their IDs.
func (h *history) cases() []*referred {
	all := map[string]*referred{}
	for id, events := range h.of(referral.Kind) {
		c := &referred{id: id}
		for _, e := range events {
			c.tell(e.on, e.event)
		}
		all[id] = c
	}
	places := map[string]*place{}
	for id, events := range h.of(placement.Kind) {
		p := &place{}
		for _, e := range events {
			p.tell(e.on, e.event)
		}
		places[id] = p
	}
	for _, events := range h.of(session.Kind) {
		attend(places, events)
	}
	for _, p := range places {
		if c := all[p.referral]; c != nil && !p.inError {
			c.take(p)
		}
	}
	scores := map[string][]int64{}
	for id, events := range h.of(needs.AssessmentKind) {
		scores[id] = wellbeing(events)
	}
	for _, c := range all {
		c.scores = scores[string(c.assessment)]
	}
	return slices.SortedFunc(maps.Values(all), func(a, b *referred) int { return cmp.Compare(a.id, b.id) })
}

// attend tells a placement of one of its sessions.
func attend(places map[string]*place, events []told) {
	var p *place
	var came sp.Date
	missed := false
	for _, e := range events {
		switch v := e.event.(type) {
		case session.Planned:
			p = places[string(v.Placement)]
		case session.Attended:
			came, missed = e.on, false
		case session.Missed:
			came, missed = 0, true
		case session.EnteredInError:
			return
		}
	}
	switch {
	case p == nil:
	case came != 0:
		p.attended++
		p.started = earliest(p.started, came)
	case missed:
		p.missed++
	}
}

// wellbeing returns the scores of the Short Warwick-Edinburgh scale in hundredths, in their order.
func wellbeing(events []told) (all []int64) {
	for _, e := range events {
		m, ok := e.event.(needs.Measured)
		if !ok {
			continue
		}
		i := slices.IndexFunc(m.Result.Scores, func(s measure.Score) bool { return s.Instrument == "swemwbs" && s.Scale == "metric" })
		if i >= 0 {
			all = append(all, int64(math.Round(100*m.Result.Scores[i].Value)))
		}
	}
	return all
}

func earliest(a, b sp.Date) sp.Date {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
