package caseload_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

func offering(from referral.WorkerID) caseload.Offering {
	return caseload.Offering{From: from, Lead: "lena", Why: caseload.Leaving, Cases: []caseload.Pass{{Referral: "R-0", To: "bea"}, {Referral: "R-1", To: "lena"}, {Referral: "R-2", To: "bea"}}}
}

// command gives a command with good input.
func command(h *caseload.HandOver, c caseload.Command, s sp.Stamp) error {
	cases := accepted(3)
	theirs := cases[0]
	if s.By.Role == sp.RoleTeamLead {
		theirs = cases[1]
	}
	switch c {
	case caseload.Offer:
		from := referral.WorkerID("ann")
		if s.By.Role == sp.RoleLinkWorker {
			from = referral.WorkerID(s.By.ID)
		}
		o := offering(from)
		for i := range o.Cases {
			if o.Cases[i].To == from {
				o.Cases[i].To = "carl"
			}
		}
		return h.Offer(o, s)
	case caseload.Accept:
		return h.Accept(theirs, s)
	case caseload.Refuse:
		return h.Refuse(theirs, caseload.NoRoom, "", s)
	case caseload.Take:
		return h.Take(theirs, s)
	case caseload.Drop:
		must(cases[2].Assign("cy", by("ann", sp.RoleLinkWorker, 2))) // somebody has moved it since
		return h.Drop(cases[2], s)
	}
	return errors.New("no such command")
}

func behaviour(t *testing.T) goldentest.Behaviour[*caseload.HandOver, caseload.State, caseload.Command] {
	t.Helper()
	offered := caseload.New("H-1", transition.TableOnly{})
	require.NoError(t, offered.Offer(offering("ann"), by("lena", sp.RoleTeamLead, 1)))
	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, offered))
	return goldentest.Behaviour[*caseload.HandOver, caseload.State, caseload.Command]{
		Table: caseload.Table, Give: command, May: (*caseload.HandOver).May, Legal: (*caseload.HandOver).Legal,
		Worlds: []goldentest.World[*caseload.HandOver]{
			{Name: "nothing is offered", Make: func() *caseload.HandOver { return caseload.New("H-1", transition.TableOnly{}) }},
			{Name: "three cases are offered", Make: func() *caseload.HandOver {
				h, err := caseload.NewRepository(db, transition.TableOnly{}).Load(t.Context(), "H-1")
				require.NoError(t, err)
				return h
			}},
		},
		Actors: []sp.Stamp{
			by("ann", sp.RoleLinkWorker, 9), by("bea", sp.RoleLinkWorker, 9), by("carl", sp.RoleLinkWorker, 9), by("lena", sp.RoleTeamLead, 9), by("other-lead", sp.RoleTeamLead, 9),
			sp.BySystem("timer", by("", "", 9).At), by("dr", sp.RoleReferrer, 9), by("sam", sp.RoleProvider, 9), by("june", sp.RolePerson, 9), by("claimed-system", sp.RoleSystem, 9),
			by("bea", sp.RoleProvider, 9), by("lena", sp.RoleReferrer, 9), // the IDs of those who are asked, in other roles
		},
		Events: func(h *caseload.HandOver) (names []store.EventType, to caseload.State) {
			for e := range h.History() {
				names = append(names, e.Event.EventType())
			}
			return names, h.State()
		},
	}
}

func TestEveryCommandOfAHandOverByEverybody(t *testing.T) {
	b := behaviour(t)
	goldentest.Equal(t, "testdata/commands.txt", b.String(caseload.Table().Commands(), t.Errorf))
	b.EveryCommandIsGiven(t)
	b.AStrangerLearnsNothing(t, b.Actors[6:]...)
}

func TestEveryMistakeInTheTableOfHandOversIsSeen(t *testing.T) {
	goldentest.EveryMutantIsSeen(t, caseload.Machine, behaviour(t))
}

func TestHandOverOfAnothersCaseloadIsForALeadToOffer(t *testing.T) {
	h := caseload.New("H-1", transition.TableOnly{})
	require.ErrorContains(t, h.Offer(offering("ann"), by("carl", sp.RoleLinkWorker, 1)), "from must be who offers it, unless a team lead does")
	require.Empty(t, h.Passes())
	require.NoError(t, h.Offer(offering("ann"), by("ann", sp.RoleLinkWorker, 1)))
}
