package referral

import (
	"cmp"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/transition"
)

// A view is what the rules of a referral look at.
type view struct {
	r      *Referral
	whole  *Case     // nil where the referral is alone, and does not know enough to end
	person person.ID // for whom it is to be opened
}

// view returns what the rules look at when somebody asks the referral.
func (r *Referral) view() view { return view{r: r, whole: r.whole} }

func (v view) State() State { return v.r.state }

func (v view) Act() transition.Act {
	return transition.Act{
		ID: string(v.r.id), Person: string(cmp.Or(v.r.received.Person, v.person)), Worker: string(v.r.worker.value), Attributes: v.r.attributes,
	}
}

// Apply is the only way in which a referral changes.
func (v view) Apply(e Event, s sp.Stamp) { v.r.apply(e, s) }

// unknown returns the placements that were proposed and that the case does not hold.
func (v view) unknown() (ids []string) {
	for _, id := range v.r.proposed {
		if v.whole.find(id) == nil && !slices.Contains(v.whole.Missing, id) {
			ids = append(ids, string(id))
		}
	}
	return ids
}

// going returns the placements of the case that have not ended.
func (v view) going() (ids []string) {
	for _, p := range v.whole.Placements {
		if p != nil && p.State().Open() {
			ids = append(ids, string(p.ID()))
		}
	}
	return ids
}

// alerts returns the alerts of the person's assessments that wait for an answer.
func (v view) alerts() (waiting []string) {
	for _, a := range v.whole.Assessments {
		if a == nil {
			continue
		}
		for alert := range a.Alerts() {
			waiting = append(waiting, alert+" of assessment "+string(a.ID()))
		}
	}
	return waiting
}

type (
	party = transition.Party[view]
	guard = transition.Guard[view]
	rule  = transition.Rule[State, Command, view]
)

var (
	worker   = party{Words: "a link worker", Role: sp.RoleLinkWorker}
	timer    = party{Words: "the system", Role: sp.RoleSystem}
	sender   = party{Words: "a referrer", Role: sp.RoleReferrer}
	referrer = party{Words: "the referrer of this referral", Role: sp.RoleReferrer, Is: func(v view, by sp.Actor) bool {
		return by.Same(v.r.requester) || by.For != "" && directory.ID(by.For) == v.r.received.From
	}}
	self = party{Words: "the person of this referral", Role: sp.RolePerson, Is: func(v view, by sp.Actor) bool {
		of := cmp.Or(v.r.received.Person, v.person)
		return by.For != "" && (person.ID(by.For) == of || of == "" && v.r.state == "") // nobody's yet
	}}
	helper = party{Words: "a provider of one of its placements", Role: sp.RoleProvider, Is: func(v view, by sp.Actor) bool {
		return by.For != "" && slices.Contains(v.r.providers, directory.ID(by.For))
	}}
	second = party{Words: "a link worker who neither carries the flag nor has asked the team", Role: sp.RoleLinkWorker, Is: func(v view, by sp.Actor) bool {
		return v.r.FlaggedSince().IsZero() || // then it is not about who it is
			v.r.anyConcern(func(c *concern.Concern) bool { return v.r.seconds(c, "", by) })
	}}
	receiver = party{Words: "the team that an open flag was offered to", Is: func(v view, by sp.Actor) bool {
		return by.For != "" && v.r.anyConcern(func(c *concern.Concern) bool { return c.Offered(concern.TeamID(by.For)) })
	}}

	isWhole = guard{
		Code: "case-needed", Words: "its case is loaded, which knows its placements, its sessions and alerts", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return v.whole != nil },
	}
	allKnown = guard{
		Code: "placement-unknown", Words: "its case holds every placement that was proposed", Audience: transition.Everyone,
		Holds:  func(v view, _ sp.Stamp) bool { return len(v.unknown()) == 0 },
		Detail: func(v view, _ sp.Stamp) string { return strings.Join(v.unknown(), ", ") },
	}
	noFlag = guard{
		Code: "flag-open", Words: "every flag is in other hands, or was found to be none", Audience: transition.Scheme,
		Holds:  func(v view, _ sp.Stamp) bool { return v.r.FlaggedSince().IsZero() },
		Detail: func(v view, _ sp.Stamp) string { return strings.Join(v.r.openConcerns(), ", ") },
	}
	noAlert = guard{
		Code: "alert-waiting", Words: "every alert is answered", Audience: transition.Scheme,
		Holds:  func(v view, _ sp.Stamp) bool { return len(v.alerts()) == 0 },
		Detail: func(v view, _ sp.Stamp) string { return strings.Join(v.alerts(), ", ") },
	}
	noPlacement = guard{
		Code: "placement-open", Words: "every placement has ended", Audience: transition.Everyone,
		Holds:  func(v view, _ sp.Stamp) bool { return len(v.going()) == 0 },
		Detail: func(v view, _ sp.Stamp) string { return strings.Join(v.going(), ", ") },
	}
	aFlag = guard{
		Code: "no-flag", Words: "a flag is open", Audience: transition.Scheme,
		Holds: func(v view, _ sp.Stamp) bool { return !v.r.FlaggedSince().IsZero() },
	}
	tried = guard{
		Code: "no-attempt", Words: "somebody has tried to reach the person", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return len(v.r.attempts) > 0 },
	}
	isPlanned = guard{
		Code: "no-follow-up", Words: "a follow-up is planned", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return !v.r.followUp.IsZero() },
	}
	isTold = guard{
		Code: "no-feedback", Words: "the referrer was told something", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return v.r.told },
	}

	open    = []State{StateReceived, StateAccepted, StateActive}
	early   = []State{StateReceived, StateAccepted}
	working = []State{StateAccepted, StateActive}
	active  = []State{StateActive}
	asked   = []State{StateActive, StateClosed}
	kept    = []State{StateReceived, StateAccepted, StateActive, StateClosed, StateDeclined, StateRerouted, StateExpired, StateWithdrawn}
	workers = []party{worker}
	timers  = []party{worker, timer}
	ends    = []guard{isWhole, allKnown, noFlag, noAlert}
	machine = &transition.Machine[State, Command, view]{Name: "referral", Rules: []rule{
		{Command: Receive, Event: EventReceived, From: []State{""}, To: StateReceived, By: []party{sender, worker, self, timer}},
		{Command: Triage, Event: EventTriaged, From: []State{StateReceived}, By: timers},
		{Command: Accept, Event: EventAccepted, From: []State{StateReceived}, To: StateAccepted, By: workers},
		{Command: Decline, Event: EventDeclined, From: early, To: StateDeclined, By: workers, Guards: ends},
		{Command: Reroute, Event: EventRerouted, From: early, To: StateRerouted, By: workers, Guards: ends},
		{Command: Expire, Event: EventExpired, From: early, To: StateExpired, By: timers, Guards: ends},
		{Command: Assign, Event: EventAssigned, From: working, By: timers},
		{Command: Attempt, Event: EventAttempted, From: working, By: workers},
		{Command: CheckIn, Event: EventCheckedIn, From: early, By: workers},
		{Command: Contact, Event: EventContacted, From: working, To: StateActive, By: workers},
		{Command: Assess, Event: EventAssessed, From: active, By: workers},
		{Command: ShowOptions, Event: EventOptionsShown, From: active, By: workers},
		{Command: Propose, Event: EventPlacementProposed, From: active, By: workers},
		{Command: FindNothing, Event: EventNothingFound, From: active, By: timers},
		{Command: Close, Event: EventClosed, From: active, To: StateClosed, By: workers, Guards: append(slices.Clone(ends), noPlacement)},
		{Command: GiveUp, Event: EventClosed, From: working, To: StateClosed, By: workers, Guards: append(slices.Clone(ends), tried)},
		// The wish of the person is noted, always, and completed by the link worker: were it
		// refused while a flag is open, or done where none is, whoever reads along would learn
		// of the flag.
		{Command: Withdraw, Event: EventWithdrawn, From: open, To: StateWithdrawn, By: []party{worker, referrer}, Guards: ends},
		{Command: Withdraw, Event: EventWithdrawalAsked, From: open, By: []party{self}},
		// A death waits for nobody. Whom the flags and alerts are about, they still have to be answered.
		{Command: RecordDeath, Event: EventWithdrawn, From: open, To: StateWithdrawn, By: timers, Guards: []guard{isWhole, allKnown}},
		{Command: Prioritise, Event: EventPrioritised, From: open, By: []party{worker, referrer}},
		{Command: RaiseFlag, Event: EventFlagged, From: kept, By: []party{worker, referrer, self, helper, timer}},
		{Command: OfferHandOver, Event: EventHandOverOffered, From: kept, By: []party{worker, referrer}, Guards: []guard{aFlag}},
		{Command: AcceptHandOver, Event: EventHandedOver, From: kept, By: []party{second, referrer}, Guards: []guard{aFlag}},
		{Command: AcceptHandOver, Event: EventHandedOver, From: kept, By: []party{receiver}},
		{Command: AnswerHandOver, Event: EventHandOverAnswered, From: kept, By: workers, Guards: []guard{aFlag}},
		{Command: AnswerHandOver, Event: EventHandOverAnswered, From: kept, By: []party{receiver}},
		{Command: PlanFollowUp, Event: EventFollowUpPlanned, From: asked, By: workers},
		{Command: FollowUp, Event: EventFollowedUp, From: asked, By: workers, Guards: []guard{isPlanned}},
		{Command: CallOffFollowUp, Event: EventFollowUpCalledOff, From: asked, By: timers, Guards: []guard{isPlanned}},
		{Command: SendFeedback, Event: EventFeedbackSent, From: kept, By: timers},
		{Command: AcknowledgeFeedback, Event: EventFeedbackAcknowledged, From: kept, By: []party{worker, referrer, timer}, Guards: []guard{isTold}},
		{Command: CodeFeedback, Event: EventFeedbackCoded, From: kept, By: []party{worker, referrer, timer}, Guards: []guard{isTold}},
		{Command: EnterInError, Event: EventEnteredInError, From: kept, To: StateInError, By: []party{worker, referrer}, Guards: ends},
	}}
)
