// Package evaluationtest makes logs of invented schemes, of any size, for tests and
// benchmarks of what counts them: the same seed, the same events.
//
//	for event, err := range (evaluationtest.World{Seed: 1, Referrals: 10_000}).Log() {
//		...
//	}
//
// People are referred in the year from April 2025, seven in eight of them once, and followed for a year. Each
// kind of event that the pathway can record is there; the proportions are invented.
package evaluationtest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// A World is an invented scheme. The events of its first referrals are the same however
// many follow.
type World struct {
	Seed      uint64
	Referrals int
	// Apart yields the events of one referral far from each other: the first of all in a
	// block of 65,536, then the second of all, and so on. Otherwise those of one stand together.
	Apart bool
	// Heard adds a diary of barriers and questionnaires of people, workers and partners, ages of
	// adults, reasons of the body and what people were shown. The other events stay as they are.
	Heard bool
}

// Start is the first day on which somebody is referred, and End the day after the last
// event.
var (
	Start = sp.NewDate(2025, time.April, 1)
	End   = sp.NewDate(2027, time.August, 1)
)

// Log returns the events. It can be ranged over again, and never fails.
func (w World) Log() iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		if !w.Apart {
			for i := range w.Referrals {
				for _, e := range w.story(i) {
					if !yield(e.recorded(), nil) {
						return
					}
				}
			}
			return
		}
		for from := 0; from < w.Referrals; from += block {
			if !w.apart(from, min(from+block, w.Referrals), yield) {
				return
			}
		}
	}
}

const block = 1 << 16

// apart yields the events of some referrals in rounds.
func (w World) apart(from, to int, yield func(store.RecordedEvent, error) bool) bool {
	var stories [][]entry
	for i := from; i < to; i++ {
		stories = append(stories, w.story(i))
	}
	for n, more := 0, true; more; n++ {
		more = false
		for _, story := range stories {
			if n >= len(story) {
				continue
			}
			more = true
			if !yield(story[n].recorded(), nil) {
				return false
			}
		}
	}
	return true
}

// An entry is an event before it is encoded.
type entry struct {
	kind, id string
	version  int64
	day      sp.Date
	event    store.Event
}

func (e entry) recorded() store.RecordedEvent {
	data, err := store.Encode(e.event)
	if err != nil {
		panic(err) // every event of this package can be written
	}
	at := e.day.In(time.UTC).Add(10 * time.Hour)
	return store.RecordedEvent{
		Key: store.Key{Tenant: "bay", Kind: e.kind, ID: e.id}, Version: e.version, Type: e.event.EventType(),
		Stamp: sp.Stamp{At: at, Recorded: at}, Data: data,
	}
}

// A story is what happens to one referral, in order of time for each aggregate.
type story struct {
	*rand.Rand
	beside   *rand.Rand // see [story.aside]
	entries  []entry
	versions map[string]int64
	person   person.ID
	referral string
	found    []needs.Code
	day      sp.Date
}

func (w World) story(i int) []entry {
	s := &story{Rand: rand.New(rand.NewPCG(w.Seed, uint64(i))), beside: rand.New(rand.NewPCG(^w.Seed, uint64(i))), versions: map[string]int64{}, referral: fmt.Sprintf("R-%d", i)}
	who := i
	if i%8 == 7 {
		who-- // comes back
	}
	s.person = person.ID(fmt.Sprintf("P-%d", who))
	s.day = Start.Add(s.IntN(365))
	s.receive()
	if s.one(3) {
		s.permit()
	}
	if s.one(3) {
		s.say()
	}
	s.elsewhere(i)
	if w.Heard {
		s.hear(w.Seed, i)
	}
	return s.entries
}

// one reports what happens once in n times.
func (s *story) one(n int) bool { return s.IntN(n) == 0 }

// later lets up to n days pass.
func (s *story) later(n int) { s.day = s.day.Add(1 + s.IntN(n)) }

func (s *story) add(kind, id string, e store.Event) {
	s.versions[kind+id]++
	s.entries = append(s.entries, entry{kind, id, s.versions[kind+id], s.day, e})
}

func (s *story) file(e store.Event) { s.add(referral.Kind, s.referral, e) }

var (
	taxonomy = []needs.Code{needs.Loneliness, needs.Debt, needs.Anxiety, needs.Housing, needs.Grief}
	whys     = []string{reason.NoCapacity, reason.TooFar, reason.PersonsChoice, reason.TooDear, reason.NotSuitable, reason.Anxiety}
)

func (s *story) need() needs.Code { return taxonomy[s.IntN(len(taxonomy))] }

func (s *story) why() reason.Reason { return reason.Because(whys[s.IntN(len(whys))]) }

func (s *story) receive() {
	e := referral.Received{
		Person: s.person, Urgency: referral.Routine, Reasons: []needs.Code{s.need()},
		Source: []string{"gp", "gp", "gp", "self", "community", ""}[s.IntN(6)], From: directory.ID(fmt.Sprintf("bay/practice-%d", s.IntN(50))),
	}
	if s.one(9) {
		e.AgeBand = "0-17"
	}
	e.Medium = []referral.Medium{referral.Structured, referral.Structured, referral.ByEmail, referral.OnlineForm, ""}[s.beside.IntN(5)]
	s.file(e)
	switch s.later(10); s.IntN(20) {
	case 0:
		s.file(referral.Declined{Reason: reason.Because(reason.OutsideRemit)})
		return
	case 1:
		s.file(referral.Withdrawn{Reason: reason.Because(reason.PersonsChoice)})
		return
	case 2:
		s.day = s.day.Add(60)
		s.file(referral.Expired{Reason: reason.Because(reason.NoReply)})
		return
	case 3:
		s.file(referral.Rerouted{To: "bay/other", Reason: reason.Because(reason.OutsideRemit)})
		return
	case 4:
		s.file(referral.EnteredInError{Reason: reason.Because(reason.Mistake)})
		return
	}
	s.file(referral.Accepted{Worker: referral.WorkerID(fmt.Sprintf("worker-%d", s.IntN(20)))})
	s.contact()
}

func (s *story) contact() {
	for s.one(2) {
		s.later(7)
		s.file(referral.Attempted{Channel: person.Phone})
	}
	if s.one(12) {
		s.file(referral.Closed{Result: needs.Result{Outcome: needs.UnknownOutcome}, Reason: reason.Because(reason.NotReached)})
		return
	}
	if s.one(8) {
		return // waits still
	}
	s.later(14)
	s.file(referral.Contacted{Channel: person.Phone, Minutes: 20 + s.IntN(40)})
	if s.one(15) {
		s.rare()
	}
	s.found = []needs.Code{s.need()}
	if n := s.need(); n != s.found[0] && s.one(2) {
		s.found = append(s.found, n)
	}
	s.file(referral.Assessed{Needs: s.found})
	if s.one(6) {
		s.assess()
	}
	if s.one(10) {
		s.file(referral.NothingFound{Need: s.found[0], Reason: s.why()})
	} else {
		s.file(referral.PlacementProposed{Placement: placement.ID("PL" + s.referral), Service: "bay/garden", Needs: s.found})
		s.place("PL" + s.referral)
	}
	s.end()
}

// rare is what happens to few.
func (s *story) rare() {
	s.file(referral.Flagged{Flag: "F-1", Kind: "crisis", Reason: "suicidal-thoughts", To: "crisis-team"})
	if s.one(2) {
		s.later(2)
	}
	s.file(referral.HandOverOffered{Flag: "F-1", To: "crisis-team"})
	s.file(referral.HandOverAnswered{Flag: "F-1", By: "crisis-team", Answer: "told-unconfirmed"})
	s.file(referral.HandedOver{Flag: "F-1", To: "crisis-team"})
	s.file(referral.Triaged{Criteria: "bay-1", Fits: sp.Yes})
	s.file(referral.Assigned{Worker: "worker-0"})
	s.file(referral.Prioritised{Urgency: referral.Urgent})
	s.file(referral.CheckedIn{Channel: person.Phone, Answer: "same"})
	s.file(referral.OptionsShown{Needs: []needs.Code{needs.Debt}, Options: []directory.ID{"bay/garden"}})
	s.file(referral.FollowUpPlanned{On: s.day.Add(20)})
	s.file(referral.FollowUpCalledOff{Reason: s.why()})
	s.file(referral.FollowedUp{})
	s.file(referral.WithdrawalAsked{Reason: s.why()})
}

func (s *story) end() {
	if s.one(10) {
		return // still there
	}
	s.later(30)
	r := needs.Result{Outcome: []needs.Outcome{needs.Met, needs.Met, needs.PartlyMet, needs.NotMet, needs.Signposted, needs.UnknownOutcome}[s.IntN(6)]}
	s.partly(&r)
	s.file(referral.Closed{Result: r})
	if !s.one(4) {
		s.later(20)
		s.file(referral.FeedbackSent{Document: "D-1"})
		s.reads()
	}
}

// partly says which needs are left where some were met.
func (s *story) partly(r *needs.Result) {
	switch {
	case r.Outcome != needs.PartlyMet:
	case len(s.found) == 1:
		r.Outcome = needs.NotMet
	default:
		r.Unmet = s.found[:1]
	}
}

func (s *story) place(id string) {
	to := func(e store.Event) { s.add(placement.Kind, id, e) }
	about := placement.About{Referral: referral.ID(s.referral), Service: "bay/garden", Needs: s.found}
	to(placement.Proposed{Referral: referral.ID(s.referral), Person: s.person, Service: "bay/garden", Provider: directory.ID(fmt.Sprintf("bay/provider-%d", s.IntN(9))), Needs: s.found, Step: session.Group})
	to(placement.Offered{Level: "referral", Disclosed: [][]placement.Item{nil, nil, {{Field: placement.FieldAdjustment, Code: "ramp"}}}[s.beside.IntN(3)]})
	switch s.later(14); s.IntN(10) {
	case 0:
		to(placement.Declined{Reason: s.why(), About: about})
		return
	case 1:
		to(placement.Lapsed{Reason: reason.Because(reason.NoReply), About: about})
		return
	case 2:
		to(placement.Withdrawn{Reason: s.why(), About: about})
		return
	case 3:
		to(placement.EnteredInError{Reason: reason.Because(reason.Mistake)})
		return
	case 4:
		to(placement.WaitListed{Expected: s.day.Add(100)})
		s.day = s.day.Add(90)
	}
	to(placement.Accepted{})
	if s.one(8) {
		to(placement.Disclosed{})
		to(placement.Stepped{Step: session.Home})
	}
	s.later(30)
	if s.one(5) {
		to(placement.Started{})
	}
	for n := range s.IntN(4) {
		s.meet(fmt.Sprintf("S%s-%d", id, n), id)
		s.later(14)
	}
	s.adjusts(id)
	s.later(60)
	switch s.IntN(4) {
	case 0:
		to(placement.Stopped{Reason: s.why(), About: about})
	case 1:
		return
	default:
		r := needs.Result{Outcome: []needs.Outcome{needs.Met, needs.PartlyMet, needs.NotMet, needs.UnknownOutcome}[s.IntN(4)]}
		s.partly(&r)
		to(placement.Completed{Result: r, About: about})
		if s.one(4) {
			to(placement.FeedbackSent{Document: "D-2"})
		}
	}
}

func (s *story) meet(id, placed string) {
	to := func(e store.Event) { s.add(session.Kind, id, e) }
	to(session.Planned{Placement: placement.ID(placed), Referral: referral.ID(s.referral), Person: s.person, Step: session.Group, Start: s.day.In(time.UTC)})
	switch s.IntN(10) {
	case 0:
		to(session.Missed{Cause: "transport"})
		if s.one(2) {
			to(session.Explained{Cause: "anxiety"})
		}
	case 1:
		to(session.Cancelled{Reason: reason.Because(reason.Illness)})
	case 2:
		to(session.EnteredInError{Reason: reason.Because(reason.Mistake)})
	case 3: // is to come
	default:
		to(session.Attended{Minutes: 60, Accompanied: s.one(4)})
	}
}
