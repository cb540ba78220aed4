package register

import (
	"cmp"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/transition"
)

// A State is where a register stands.
type State string

// StateOpen is the one state of a register that exists.
const StateOpen State = "open"

// A Command names a command in the table of registers, for [Register.May].
type Command string

// The commands that can be given to a register.
const (
	Open       Command = "open"
	Choose     Command = "choose"
	Withdraw   Command = "withdraw"
	Object     Command = "object"
	Lift       Command = "lift objection"
	Override   Command = "override"
	BreakGlass Command = "break glass"
	Review     Command = "review"
	Order      Command = "note order"
	Find       Command = "find competence"
	Appoint    Command = "appoint decider"
	Warn       Command = "warn"
	Tell       Command = "tell"
	Request    Command = "request more"
	Reply      Command = "answer request"
	Comply     Command = "comply with order"
	Correct    Command = "correct"
	Expose     Command = "note exposure"
	Inform     Command = "inform person"
)

// A view is what the rules of a register look at.
type view struct {
	r      *Register
	person person.ID
}

func (v view) State() State {
	if v.r.file.Person == "" {
		return ""
	}
	return StateOpen
}

func (v view) Act() transition.Act {
	return transition.Act{ID: string(v.r.id), Person: string(cmp.Or(v.r.file.Person, v.person))}
}

// Apply is the only way in which a register changes.
func (v view) Apply(e Event, s sp.Stamp) {
	e.apply(v.r, s)
	if s.At.After(v.r.file.Last) {
		v.r.file.Last = s.At
	}
}

type (
	party = transition.Party[view]
	rule  = transition.Rule[State, Command, view]
)

var (
	worker   = party{Words: "a link worker", Role: sp.RoleLinkWorker}
	lead     = party{Words: "a lead", Role: sp.RoleTeamLead}
	guards   = party{Words: "the safeguarding lead", Role: sp.RoleSafeguardingLead}
	timer    = party{Words: "the system", Role: sp.RoleSystem}
	sender   = party{Words: "a referrer", Role: sp.RoleReferrer}
	provider = party{Words: "a provider", Role: sp.RoleProvider}
	self     = party{Words: "the person, or whoever speaks for them", Role: sp.RolePerson, Is: func(v view, by sp.Actor) bool {
		return by.For != "" && by.For == string(cmp.Or(v.r.file.Person, v.person))
	}}

	exists = []State{StateOpen}
	team   = []party{worker, lead, guards}
	leads  = []party{lead, guards}
	chosen = []party{worker, lead, guards, self}
	asks   = []party{provider, sender, worker}

	machine = &transition.Machine[State, Command, view]{Name: "permission", Rules: []rule{
		{Command: Open, Event: EventOpened, From: []State{""}, To: StateOpen, By: []party{worker, lead, guards, sender, self, timer}},
		{Command: Choose, Event: EventChosen, From: exists, By: chosen},
		{Command: Withdraw, Event: EventWithdrawn, From: exists, By: chosen},
		{Command: Object, Event: EventObjected, From: exists, By: chosen},
		{Command: Lift, Event: EventLifted, From: exists, By: chosen},
		{Command: Override, Event: EventOverridden, From: exists, By: team},
		{Command: BreakGlass, Event: EventGlassBroken, From: exists, By: team},
		{Command: Review, Event: EventReviewed, From: exists, By: leads},
		{Command: Order, Event: EventOrdered, From: exists, By: team},
		{Command: Find, Event: EventFound, From: exists, By: []party{worker, lead, guards, sender}},
		{Command: Appoint, Event: EventAppointed, From: exists, By: team},
		{Command: Warn, Event: EventWarned, From: exists, By: team},
		{Command: Tell, Event: EventTold, From: exists, By: []party{worker, lead, guards, timer}},
		{Command: Request, Event: EventRequested, From: exists, By: asks},
		{Command: Reply, Event: EventReplied, From: exists, By: team},
		{Command: Comply, Event: EventComplied, From: exists, By: team},
		{Command: Correct, Event: EventCorrected, From: exists, By: team},
		{Command: Expose, Event: EventExposed, From: exists, By: team},
		{Command: Inform, Event: EventInformed, From: exists, By: team},
	}}
)

// Table returns the rules of a register.
func Table() transition.Table[State, Command] { return machine.Table() }
