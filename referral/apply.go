package referral

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/transition"
)

// apply is the only way in which a referral changes.
func (r *Referral) apply(e Event, s sp.Stamp) {
	e.apply(r, s)
	switch e.(type) {
	case Received, Assessed, Prioritised:
		r.learn()
	default: // nothing that an authorizer is told of
	}
	if s.Recorded.After(r.last) && !withheld(e) { // clocks differ
		r.last = s.Recorded
	}
}

// withheld reports whether an event is of a concern, which moves nothing that the person,
// or whoever reads along, can see.
func withheld(e Event) bool {
	switch e.(type) {
	case Flagged, HandOverOffered, HandOverAnswered, HandedOver:
		return true
	default:
		return false
	}
}

// learn gathers what an authorizer is told, when it happens and not when somebody asks.
// While a referral is loaded nobody asks, so that it is gathered once, at the end.
func (r *Referral) learn() {
	if r.loading {
		return
	}
	codes := r.needs()
	known := make([]transition.Attribute, 0, 2+len(codes)+len(r.loads)) // not the same memory again: an authorizer may have kept it
	if r.urgency.value != "" {
		known = append(known, transition.Attribute{Name: "urgency", Text: string(r.urgency.value)})
	}
	if r.received.AgeBand != "" {
		known = append(known, transition.Attribute{Name: "age-band", Text: r.received.AgeBand})
	}
	for _, n := range codes {
		known = append(known, transition.Attribute{Name: "need", Text: string(n)})
	}
	for _, l := range r.loads {
		known = append(known, l.told)
	}
	r.attributes = known
}

// A dated value is the latest that was said, by when it took effect: what is noted
// late stands where it happened.
type dated[T any] struct {
	value T
	since time.Time
}

// say replaces the value by one that took effect at the same time or later.
func (d *dated[T]) say(value T, since time.Time) {
	if !since.Before(d.since) {
		d.value, d.since = value, since
	}
}

func (e Received) apply(r *Referral, s sp.Stamp) {
	r.received, r.requester, r.since, r.state = e, s.By, s.At, StateReceived
	r.urgency.say(e.Urgency, s.At)
}
func (Triaged) apply(*Referral, sp.Stamp) {}
func (e Accepted) apply(r *Referral, s sp.Stamp) {
	r.news(s)
	r.take(e.Worker, s)
	r.state = StateAccepted
}
func (e Declined) apply(r *Referral, s sp.Stamp) { r.end(StateDeclined, e.Reason, s) }
func (e Rerouted) apply(r *Referral, s sp.Stamp) { r.end(StateRerouted, e.Reason, s) }
func (e Expired) apply(r *Referral, s sp.Stamp)  { r.end(StateExpired, e.Reason, s) }
func (WithdrawalAsked) apply(r *Referral, s sp.Stamp) {
	if r.asked.IsZero() {
		r.asked = s.At
	}
}

func (e Withdrawn) apply(r *Referral, s sp.Stamp) {
	r.end(StateWithdrawn, e.Reason, s)
	r.followUp = 0 // nobody asks after what was taken back, least of all where somebody has died
}

func (e Closed) apply(r *Referral, s sp.Stamp) {
	r.end(StateClosed, e.Reason, s)
	r.result = e.Result
}

func (e EnteredInError) apply(r *Referral, s sp.Stamp) {
	r.end(StateInError, e.Reason, s)
	r.owed, r.alarming, r.followUp = nil, nil, 0 // what never was needs no news
}

func (e Assigned) apply(r *Referral, s sp.Stamp)    { r.take(e.Worker, s) }
func (e Prioritised) apply(r *Referral, s sp.Stamp) { r.urgency.say(e.Urgency, s.At) }
func (e Attempted) apply(r *Referral, s sp.Stamp) {
	if !s.At.Before(r.spoken) && !s.At.Before(r.standing.since) { // noted late, they may have spoken since
		r.attempts = append(r.attempts, try{s.At, e.Channel})
	}
}

func (Contacted) apply(r *Referral, s sp.Stamp) {
	if r.contacted.IsZero() || s.At.Before(r.contacted) {
		r.contacted = s.At
	}
	if s.At.After(r.spoken) {
		r.spoken = s.At
	}
	r.attempts = slices.DeleteFunc(r.attempts, func(t try) bool { return !t.at.After(s.At) })
	r.state = StateActive
}

func (e CheckedIn) apply(r *Referral, s sp.Stamp) {
	r.standing.say(e.Answer, s.At)
	r.attempts = slices.DeleteFunc(r.attempts, func(t try) bool { return !t.at.After(s.At) }) // they were reached
}

func (e Assessed) apply(r *Referral, s sp.Stamp) { r.assessed.say(e.Needs, s.At) }
func (e PlacementProposed) apply(r *Referral, _ sp.Stamp) {
	if r.proposed == nil {
		r.proposed = make([]placement.ID, 0, 4) // as many as most have
	}
	r.proposed = append(r.proposed, e.Placement)
	if e.Provider != "" && !slices.Contains(r.providers, e.Provider) {
		r.providers = append(r.providers, e.Provider)
	}
}
func (NothingFound) apply(*Referral, sp.Stamp) {}
func (e FollowUpPlanned) apply(r *Referral, _ sp.Stamp) {
	r.followUp = e.On
}
func (FollowedUp) apply(r *Referral, _ sp.Stamp)        { r.followUp = 0 }
func (FollowUpCalledOff) apply(r *Referral, _ sp.Stamp) { r.followUp = 0 }
func (FeedbackSent) apply(r *Referral, s sp.Stamp) {
	r.told = true
	told := func(news time.Time) bool { return !news.After(s.At) } // noted late, there may be more since
	r.owed, r.alarming = slices.DeleteFunc(r.owed, told), slices.DeleteFunc(r.alarming, told)
}

// take puts the referral on a worker's caseload, with the concerns that go with it.
func (r *Referral) take(w WorkerID, s sp.Stamp) {
	before := r.worker.value
	r.worker.say(w, s.At)
	r.carry(before, r.worker.value, s.At)
}

// end notes an end and that the referrer is to hear of it.
func (r *Referral) end(state State, why reason.Reason, s sp.Stamp) {
	r.news(s)
	if r.state.Open() { // and is not found to be a mistake afterwards
		r.ended = s.At
	}
	r.reason, r.state = why, state
}

// news notes that the referrer is owed word of what somebody else decided.
func (r *Referral) news(s sp.Stamp) {
	if r.owes(s) {
		r.owed = append(r.owed, s.At)
	}
}

// alarm notes that the referrer is owed word of a concern about safety.
func (r *Referral) alarm(s sp.Stamp) {
	if r.owes(s) {
		r.alarming = append(r.alarming, s.At)
	}
}

// owes reports whether the referrer is to hear what somebody else did. A person who
// referred themself is spoken to anyway.
func (r *Referral) owes(s sp.Stamp) bool {
	return r.requester.Role == sp.RoleReferrer && !s.By.Same(r.requester)
}

// ID returns the referral's identifier.
func (r *Referral) ID() ID { return r.id }

// String returns "referral R-7": whom it is about and why is nothing for a log.
func (r *Referral) String() string { return "referral " + string(r.id) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (r *Referral) Format(f fmt.State, _ rune) { f.Write([]byte(r.String())) }

// LogValue implements [slog.LogValuer].
func (r *Referral) LogValue() slog.Value { return slog.StringValue(r.String()) }

// State returns where the referral is on its way.
func (r *Referral) State() State { return r.state }

// Person returns whom it is for.
func (r *Referral) Person() person.ID { return r.received.Person }

// Requester returns who referred.
func (r *Referral) Requester() sp.Actor { return r.requester }

// From returns the organisation that referred, if one did.
func (r *Referral) From() directory.ID { return r.received.From }

// Previous returns the referral that the person had before, if any.
func (r *Referral) Previous() ID { return r.received.Previous }

// Received returns when it took effect.
func (r *Referral) Received() time.Time { return r.since }

// Touched returns when anything was last recorded that is not of a concern about
// somebody's safety: who may not know of those learns nothing of them here. They have
// times of their own, such as [Referral.FlaggedSince].
func (r *Referral) Touched() time.Time { return r.last }

// Urgency returns how soon the person should hear from somebody.
func (r *Referral) Urgency() Urgency { return r.urgency.value }

// Worker returns whose caseload it is on, if anybody's.
func (r *Referral) Worker() WorkerID { return r.worker.value }

// WorkerSince returns since when it is on that caseload, or the zero time.
func (r *Referral) WorkerSince() time.Time { return r.worker.since }

// WithdrawalAsked returns when the person wished to withdraw, or the zero time. As
// long as it is open, a link worker is to complete it.
func (r *Referral) WithdrawalAsked() time.Time {
	if !r.state.Open() {
		return time.Time{}
	}
	return r.asked
}

// FirstContact returns when the person and the link worker first spoke, or the
// zero time.
func (r *Referral) FirstContact() time.Time { return r.contacted }

// Spoken returns when the person and the link worker last spoke, or the zero time.
func (r *Referral) Spoken() time.Time { return r.spoken }

// Attempts returns how often somebody tried in vain to reach the person since
// they last spoke, whenever either was noted.
func (r *Referral) Attempts() int { return len(r.attempts) }

// Needs returns the needs that were assessed, or before that the reasons of the
// referral.
func (r *Referral) Needs() []needs.Code { return slices.Clone(r.needs()) }

// needs returns them without a copy.
func (r *Referral) needs() []needs.Code {
	if r.assessed.value != nil {
		return r.assessed.value
	}
	return r.received.Reasons
}

// Placements returns the IDs of the placements that were proposed, oldest first.
func (r *Referral) Placements() []placement.ID { return slices.Clone(r.proposed) }

// FollowUpDue returns the day on which to ask how things are; zero is none.
func (r *Referral) FollowUpDue() sp.Date { return r.followUp }

// OwedSince returns since when the referrer is owed news of any kind, or the zero time.
func (r *Referral) OwedSince() time.Time {
	news, alarm := r.NewsSince(), r.AlarmSince()
	if news.IsZero() || !alarm.IsZero() && alarm.Before(news) {
		return alarm
	}
	return news
}

// NewsSince returns since when the referrer is owed news that is of no concern about
// anybody's safety, or the zero time.
func (r *Referral) NewsSince() time.Time {
	if len(r.owed) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(r.owed, time.Time.Compare)
}

// AlarmSince returns since when the referrer is owed news of a concern about somebody's
// safety, which they are to have on the same day, or the zero time.
func (r *Referral) AlarmSince() time.Time {
	if len(r.alarming) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(r.alarming, time.Time.Compare)
}

// Result returns the result of a referral that was closed.
func (r *Referral) Result() needs.Result {
	result := r.result
	result.Unmet = slices.Clone(result.Unmet)
	return result
}

// Reason returns why it ended, if it ended before it was done.
func (r *Referral) Reason() reason.Reason { return r.reason }
