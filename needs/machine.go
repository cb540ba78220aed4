package needs

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A State is where an assessment stands.
type State string

// The states in which an assessment can be: it is opened once and closed once.
const (
	// StateOpen is set when a link worker opens it. Needs are found, goals are agreed on
	// and reviewed.
	StateOpen State = "open"
	// StateClosed is set by a link worker once nothing in it waits any more. Whatever comes
	// later is another assessment.
	StateClosed State = "closed"
)

// A Command names a command in the transition table of assessments, for
// [Assessment.May].
type Command string

// The commands that can be given to an assessment.
const (
	Open       Command = "open"
	Identify   Command = "identify"
	Rate       Command = "rate"
	Order      Command = "order"
	Measure    Command = "measure"
	Enter      Command = "enter"
	Escalate   Command = "escalate"
	SetGoal    Command = "set goal"
	ReviewGoal Command = "review goal"
	Resolve    Command = "resolve"
	PlanSeries Command = "plan series"
	Answer     Command = "answer"
	Skip       Command = "skip"
	Close      Command = "close"
)

// The stored names of what happens in an assessment. The comments at the types of the
// events say what each means.
const (
	EventOpened        store.EventType = "assessment.opened"
	EventIdentified    store.EventType = "assessment.identified"
	EventRated         store.EventType = "assessment.rated"
	EventOrdered       store.EventType = "assessment.ordered"
	EventMeasured      store.EventType = "assessment.measured"
	EventEscalated     store.EventType = "assessment.escalated"
	EventGoalSet       store.EventType = "assessment.goal-set"
	EventReviewed      store.EventType = "assessment.reviewed"
	EventResolved      store.EventType = "assessment.resolved"
	EventSeriesPlanned store.EventType = "assessment.series-planned"
	EventPointsSkipped store.EventType = "assessment.points-skipped"
	EventClosed        store.EventType = "assessment.closed"
)

// Table returns the rules of an assessment.
func Table() transition.Table[State, Command] { return machine.Table() }

// A view is what the rules of an assessment look at.
type view struct {
	a      *Assessment
	person person.ID // for whom it is opened
}

func (v view) State() State {
	switch {
	case v.a.person == "":
		return ""
	case v.a.closed:
		return StateClosed
	}
	return StateOpen
}

func (v view) Act() transition.Act {
	return transition.Act{ID: string(v.a.id), Person: string(cmp.Or(v.a.person, v.person)), Attributes: v.a.attributes}
}

// Apply is the only way in which an assessment changes.
func (v view) Apply(e Event, s sp.Stamp) {
	e.apply(v.a, s)
	if s.At.After(v.a.last) {
		v.a.last = s.At
	}
	switch e.(type) {
	case Identified, Resolved:
		v.a.learn()
	default: // nothing that an authorizer is told of
	}
}

// learn gathers what an authorizer is told, when it happens and not when somebody asks.
// While an assessment is loaded nobody asks, so that it is gathered once, at the end.
func (a *Assessment) learn() {
	if a.loading {
		return
	}
	codes := a.Codes()
	a.attributes = make([]transition.Attribute, 0, len(codes)) // not the same memory again: an authorizer may have kept it
	for _, c := range codes {
		a.attributes = append(a.attributes, transition.Attribute{Name: "need", Text: string(c)})
	}
}

func (v view) openNeeds() (ids []string) {
	for _, n := range v.a.needs {
		if n.Open() {
			ids = append(ids, string(n.ID))
		}
	}
	return ids
}

func (v view) openGoals() (ids []string) {
	for _, g := range v.a.goals {
		if g.Outcome == "" {
			ids = append(ids, string(g.ID))
		}
	}
	return ids
}

type (
	party = transition.Party[view]
	guard = transition.Guard[view]
	rule  = transition.Rule[State, Command, view]
)

var (
	worker = party{Words: "a link worker", Role: sp.RoleLinkWorker}
	timer  = party{Words: "the system", Role: sp.RoleSystem}
	self   = party{Words: "the person of this assessment", Role: sp.RolePerson, Is: func(v view, by sp.Actor) bool {
		return by.For != "" && by.For == string(v.a.person)
	}}

	alertWaits = guard{
		Code: "no-alert", Words: "an alert waits for an answer", Audience: transition.Scheme,
		Holds: func(v view, _ sp.Stamp) bool { return len(v.a.alerts) > 0 },
	}
	noAlert = guard{
		Code: "alert-waiting", Words: "every alert is escalated, or asked again where there was no answer", Audience: transition.Scheme,
		Holds:  func(v view, _ sp.Stamp) bool { return len(v.a.alerts) == 0 },
		Detail: func(v view, _ sp.Stamp) string { return strings.Join(slices.Sorted(maps.Keys(v.a.alerts)), ", ") },
	}
	needOpen = guard{
		Code: "no-open-need", Words: "a need is open", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return slices.ContainsFunc(v.a.needs, Need.Open) },
	}
	noNeed = guard{
		Code: "need-open", Words: "every need is resolved", Audience: transition.Everyone,
		Holds:  func(v view, _ sp.Stamp) bool { return !slices.ContainsFunc(v.a.needs, Need.Open) },
		Detail: func(v view, _ sp.Stamp) string { return strings.Join(v.openNeeds(), ", ") },
	}
	aimed = guard{
		Code: "nothing-to-aim-at", Words: "a need is open, or a strength is known", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool {
			return slices.ContainsFunc(v.a.needs, func(n Need) bool { return n.Outcome == "" })
		},
	}
	goalOpen = guard{
		Code: "no-open-goal", Words: "a goal goes on", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return slices.ContainsFunc(v.a.goals, Goal.open) },
	}
	noGoal = guard{
		Code: "goal-open", Words: "every goal is reviewed to its end", Audience: transition.Everyone,
		Holds:  func(v view, _ sp.Stamp) bool { return !slices.ContainsFunc(v.a.goals, Goal.open) },
		Detail: func(v view, _ sp.Stamp) string { return strings.Join(v.openGoals(), ", ") },
	}

	seriesPlanned = guard{
		Code: "no-series", Words: "a series of questionnaires is planned", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return len(v.a.series) > 0 },
	}

	open    = []State{StateOpen}
	always  = []State{StateOpen, StateClosed} // follow-ups fall due after the last review
	workers = []party{worker}
	answers = []party{worker, self, timer}
	machine = &transition.Machine[State, Command, view]{Name: "assessment", Rules: []rule{
		{Command: Open, Event: EventOpened, From: []State{""}, To: StateOpen, By: workers},
		{Command: Identify, Event: EventIdentified, From: open, By: workers},
		{Command: Rate, Event: EventRated, From: open, By: workers, Guards: []guard{needOpen}},
		{Command: Order, Event: EventOrdered, From: open, By: workers},
		{Command: Measure, Event: EventMeasured, From: open, By: answers},
		{Command: Enter, Event: EventMeasured, From: open, By: answers},
		{Command: Escalate, Event: EventEscalated, From: always, By: workers, Guards: []guard{alertWaits}},
		{Command: SetGoal, Event: EventGoalSet, From: open, By: workers, Guards: []guard{aimed}},
		{Command: ReviewGoal, Event: EventReviewed, From: open, By: workers, Guards: []guard{goalOpen}},
		{Command: Resolve, Event: EventResolved, From: open, By: workers, Guards: []guard{needOpen}},
		{Command: PlanSeries, Event: EventSeriesPlanned, From: open, By: workers},
		{Command: Answer, Event: EventMeasured, From: always, By: answers, Guards: []guard{seriesPlanned}},
		{Command: Skip, Event: EventPointsSkipped, From: always, By: []party{worker, timer}, Guards: []guard{seriesPlanned}},
		{Command: Close, Event: EventClosed, From: open, To: StateClosed, By: workers, Guards: []guard{noAlert, noNeed, noGoal}},
	}}
)
