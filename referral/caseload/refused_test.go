package caseload_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

func TestHandOverRefusesAnOfferThatMeansNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*caseload.Offering)
		path   string
	}{
		"of nobody":            {func(o *caseload.Offering) { o.From = "" }, "from"},
		"for no reason":        {func(o *caseload.Offering) { o.Why = "because" }, "why"},
		"of no case":           {func(o *caseload.Offering) { o.Cases = nil }, "cases"},
		"of a case without ID": {func(o *caseload.Offering) { o.Cases[0].Referral = "" }, "cases[0].referral"},
		"of one case twice":    {func(o *caseload.Offering) { o.Cases[1].Referral = "R-0" }, "cases[1].referral"},
		"to nobody":            {func(o *caseload.Offering) { o.Cases[0].To = "" }, "cases[0].to"},
		"to who has it":        {func(o *caseload.Offering) { o.Cases[0].To = "ann" }, "cases[0].to"},
		"with no lead":         {func(o *caseload.Offering) { o.Lead = "" }, "lead"},
		"led by who leaves":    {func(o *caseload.Offering) { o.Lead = "ann" }, "lead"},
	} {
		t.Run(name, func(t *testing.T) {
			o := leaving(2)
			tt.change(&o)
			h := caseload.New("H-1", transition.TableOnly{})
			err := h.Offer(o, by("lena", sp.RoleTeamLead, 1))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, tt.path)
			require.Empty(t, h.State())
		})
	}
	o := leaving(1)
	o.Why = caseload.Conflict
	require.NoError(t, caseload.New("H-1", transition.TableOnly{}).Offer(o, by("lena", sp.RoleTeamLead, 1)))
}

// A case that is left out has no answer to come, so that one which still goes on with the worker
// who leaves would be nobody's.
func TestHandOverDropsOnlyWhatHasEndedOrIsElsewhere(t *testing.T) {
	cases, lead := accepted(3), by("lena", sp.RoleTeamLead, 2)
	h := caseload.New("H-1", transition.TableOnly{})
	require.NoError(t, h.Offer(leaving(2), by("lena", sp.RoleTeamLead, 1)))
	require.ErrorContains(t, h.Drop(cases[0], lead), "must have ended, or be on another's caseload")
	require.ErrorContains(t, h.Drop(cases[2], lead), "must be of this hand-over")
	require.ErrorIs(t, h.Drop(nil, lead), sp.ErrInvalid)
	require.Len(t, h.Open(), 2)
	require.NoError(t, cases[0].Assign("cy", by("ann", sp.RoleLinkWorker, 2)))
	require.NoError(t, h.Drop(cases[0], by("lena", sp.RoleTeamLead, 3)))
	require.Equal(t, referral.WorkerID("cy"), h.Passes()[0].Owner)
	require.True(t, h.Passes()[0].Done)
	require.ErrorContains(t, h.Drop(cases[0], by("lena", sp.RoleTeamLead, 4)), "is answered already")
	passes := h.Passes()
	passes[0].Refused = append(passes[0].Refused, "bea")
	require.Empty(t, h.Passes()[0].Refused, "what it returns is the caller's")
}

func TestLimitsDecideAboutCasesAndHandOversAlone(t *testing.T) {
	lead := sp.Actor{ID: "lena", Role: sp.RoleTeamLead}
	for name, act := range map[string]transition.Act{
		"a place that is offered":         {Machine: placement.Kind, Command: string(placement.Offer), To: "nobody"},
		"a hand-over that is taken":       {Machine: caseload.HandOverKind, Command: string(caseload.Take), To: "nobody"},
		"a referral that is given nobody": {Machine: referral.Kind, Command: string(referral.Accept)},
		"a referral that is ended":        {Machine: referral.Kind, Command: string(referral.Close), To: "nobody"},
	} {
		require.NoError(t, three().Authorize(lead, act), name)
	}
	for _, act := range []transition.Act{
		{Machine: caseload.HandOverKind, Command: string(caseload.Offer), To: "nobody"},
		{Machine: caseload.HandOverKind, Command: string(caseload.Refuse), To: "nobody"},
		{Machine: referral.Kind, Command: string(referral.Assign), To: "nobody"},
	} {
		require.ErrorIs(t, three().Authorize(lead, act), sp.ErrDenied, act.Command)
	}
}

func TestRoomOfAWorkerWhoseAgesAreUnknownIsThatForAllAges(t *testing.T) {
	caps := []caseload.Cap{{Ages: workforce.YoungPeople, Soft: 1, Hard: 1}, {Ages: workforce.AllAges, Soft: 2, Hard: 3}}
	room, ok := caseload.RoomOf(workforce.Worker{ID: "ann"}, caseload.Load{Points: 3}, caps)
	require.True(t, ok)
	require.Equal(t, 3, room.Hard)
	require.True(t, room.Full())
	require.False(t, room.Over(), "all that they can carry, and no more")
	_, ok = caseload.RoomOf(workforce.Worker{ID: "ann", Ages: workforce.Adults}, caseload.Load{}, caps)
	require.False(t, ok)
}
