package transition_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/transition"
)

// A scheme that lends wheelchairs writes down who may do what.
func Example_byRole() {
	m := transition.RoleMachine[string]{Name: "wheelchair", Rules: []transition.RoleRule[string]{
		{Command: "lend", Event: "wheelchair.lent", From: []string{"", "home"}, To: "lent", By: []sp.Role{sp.RoleLinkWorker}},
		{Command: "take back", Event: "wheelchair.came-back", From: []string{"lent"}, To: "home", By: []sp.Role{sp.RoleLinkWorker, sp.RoleProvider}},
	}}
	fmt.Println(m.Allow("W-3", "lend", "home", sp.RoleLinkWorker))
	fmt.Println(m.Allow("W-3", "lend", "lent", sp.RoleLinkWorker))
	fmt.Println(m.Allow("W-3", "lend", "home", sp.RoleProvider))
	fmt.Println(m.Allow("W-3", "take back", "lent", sp.RoleProvider, "the brakes are checked"))
	fmt.Print(m.Diagram())
	// Output:
	// <nil>
	// wheelchair: lend W-3: not while lent; a link-worker may once it is new or home; while lent a link-worker may take back
	// wheelchair: lend W-3: not by a provider; a link-worker may
	// wheelchair: take back W-3: not before the brakes are checked
	// stateDiagram-v2
	//     [*] --> lent: lend
	//     home --> lent: lend
	//     lent --> home: take back
}

// check holds a machine to what every table must be.
func check[S ~string](t *testing.T, m transition.RoleMachine[S]) {
	t.Helper()
	reached := map[S]bool{"": true}
	for range m.Rules {
		for _, r := range m.Rules {
			for _, from := range r.From {
				if reached[from] && r.To != "" {
					reached[r.To] = true
				}
			}
		}
	}
	for _, s := range m.States() {
		require.True(t, reached[s], "%s: nothing leads to %s", m.Name, s)
	}
	seen := map[string]bool{}
	for _, r := range m.Rules {
		require.NotEmpty(t, r.By, r.Command)
		require.Contains(t, r.Event, ".")
		for _, from := range r.From {
			key := r.Command + " while " + string(from)
			require.False(t, seen[key], "%s: two rows decide about %s", m.Name, key)
			seen[key] = true
			if from == "entered-in-error" {
				require.Empty(t, r.To, "%s: nothing leads on from what never was", m.Name)
			}
		}
	}
	require.True(t, m.Ended("entered-in-error"))
	require.False(t, m.Ended(m.Rules[0].To))
	for _, s := range m.States() {
		if s != "entered-in-error" {
			require.Contains(t, m.Diagram(), strings.ReplaceAll(string(s), "-", "_"))
		}
	}
	require.Equal(t, len(m.Rules)+2, strings.Count(m.Table(), "\n"))
}

func TestEveryTableIsWhole(t *testing.T) {
	check(t, referral.Machine())
	check(t, placement.Machine())
	check(t, session.Machine())
}

func TestARefusalNamesWhoMayDoItHereRatherThanAnywhere(t *testing.T) {
	m := transition.RoleMachine[string]{Name: "referral", Rules: []transition.RoleRule[string]{
		{Command: "end", Event: "referral.ended", From: []string{"open"}, To: "ended", By: []sp.Role{sp.RoleLinkWorker}},
		{Command: "end", Event: "referral.ended", From: []string{"held"}, To: "ended", By: []sp.Role{sp.RoleSystem}},
		{Command: "hold", Event: "referral.held", From: []string{"open"}, To: "held", By: []sp.Role{sp.RolePerson}},
	}}
	err := m.Allow("R-1", "end", "held", sp.RoleLinkWorker)
	var te *transition.Error
	require.ErrorAs(t, err, &te)
	require.Equal(t, []sp.Role{sp.RoleSystem}, te.Roles)
	require.ErrorIs(t, err, sp.ErrDenied)
	err = m.Allow("R-1", "end", "ended", sp.RoleLinkWorker)
	require.ErrorAs(t, err, &te)
	require.Equal(t, []sp.Role{sp.RoleLinkWorker, sp.RoleSystem}, te.Roles)
	require.Equal(t, []string{"open", "held"}, te.States)
	require.Equal(t, []string{"referral.ended", "referral.held"}, m.Events())
}
