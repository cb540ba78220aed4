package grant

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/transition"
)

// RoleFunder is the role of those who answer for a fund: a commissioner, a
// council, the trustees of a citizens' fund.
const RoleFunder sp.Role = "funder"

// A State is where a fund or an award stands.
type State string

// The states. A fund is open or wound up; the others are those of an award.
const (
	StateOpen    State = "open"
	StateWoundUp State = "wound-up"

	StateOffered    State = "offered"    // the money is set aside
	StateAgreed     State = "agreed"     // signed: payments can be made
	StateDeclined   State = "declined"   // by the provider
	StateWithdrawn  State = "withdrawn"  // by the funder, before it was agreed
	StateEnded      State = "ended"      // as planned
	StateTerminated State = "terminated" // before its planned end
)

// FundMachine returns the rules of a fund.
func FundMachine() transition.RoleMachine[State] { return fundMachine.Clone() }

// AwardMachine returns the rules of an award.
func AwardMachine() transition.RoleMachine[State] { return awardMachine.Clone() }

var (
	funder  = []sp.Role{RoleFunder}
	keeper  = []sp.Role{RoleFunder, sp.RoleSystem}
	parties = []sp.Role{RoleFunder, sp.RoleProvider}

	open    = []State{StateOpen}
	offered = []State{StateOffered}
	agreed  = []State{StateAgreed}
	lived   = []State{StateAgreed, StateEnded, StateTerminated}

	fundMachine = transition.RoleMachine[State]{Name: "fund", Rules: []transition.RoleRule[State]{
		{Command: "open", Event: "fund.opened", From: []State{""}, To: StateOpen, By: funder, Requires: []string{"currency", "carry-over rule"}},
		{Command: "allocate", Event: "fund.allocated", From: open, By: keeper, Requires: []string{"an open year"}},
		{Command: "draw", Event: "fund.drawn", From: open, By: funder, Requires: []string{"that much in the reserve", "an open year"}},
		{Command: "vire", Event: "fund.vired", From: open, By: funder, Requires: []string{"free money", "no ring-fence around the source"}},
		{Command: "commit", Event: "fund.committed", From: open, By: funder, Requires: []string{"free money in every year of the award"}},
		{Command: "pay", Event: "fund.paid", From: open, By: keeper, Requires: []string{"an instalment that was promised"}},
		{Command: "release", Event: "fund.released", From: open, By: parties, Requires: []string{"money that was promised and is not paid"}},
		{Command: "recover", Event: "fund.recovered", From: open, By: keeper, Requires: []string{"money that was paid"}},
		{Command: "close year", Event: "fund.year-closed", From: open, By: keeper, Requires: []string{"the year is over and all before it are closed"}},
		{Command: "wind up", Event: "fund.wound-up", From: open, To: StateWoundUp, By: funder, Requires: []string{"no promise is open"}},
	}}

	awardMachine = transition.RoleMachine[State]{Name: "award", Rules: []transition.RoleRule[State]{
		{Command: "offer", Event: "award.offered", From: []State{""}, To: StateOffered, By: funder, Requires: []string{"terms that the fund allows", "free money"}},
		{Command: "agree", Event: "award.agreed", From: offered, To: StateAgreed, By: parties},
		{Command: "decline", Event: "award.closed", From: offered, To: StateDeclined, By: []sp.Role{sp.RoleProvider}, Requires: []string{"reason"}},
		{Command: "withdraw", Event: "award.closed", From: offered, To: StateWithdrawn, By: funder, Requires: []string{"reason"}},
		{Command: "pay", Event: "award.paid", From: []State{StateAgreed, StateTerminated}, By: keeper, Requires: []string{"an instalment that is still to be paid"}},
		{Command: "report spend", Event: "award.spent", From: lived, By: parties, Requires: []string{"no more than the budget of each class of cost"}},
		{Command: "vire", Event: "award.vired", From: agreed, By: funder, Requires: []string{"unspent budget"}},
		{Command: "extend", Event: "award.extended", From: agreed, By: funder, Requires: []string{"a later end", "free money"}},
		{Command: "terminate", Event: "award.closed", From: agreed, To: StateTerminated, By: parties, Requires: []string{"reason", "last day"}},
		{Command: "end", Event: "award.closed", From: agreed, To: StateEnded, By: keeper, Requires: []string{"the period is over and everything is paid"}},
		{Command: "recover", Event: "award.recovered", From: lived, By: keeper, Requires: []string{"money that was paid and not spent"}},
	}}
)
