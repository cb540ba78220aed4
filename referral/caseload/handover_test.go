package caseload_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

// Of several who are asked each answers for their own cases: a second worker of the same
// hand-over is none of those whom this case is offered to.
func TestHandOverIsAnsweredByWhomTheCaseIsOfferedTo(t *testing.T) {
	cases := accepted(2)
	h := caseload.New("H-1", transition.TableOnly{})
	require.NoError(t, h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.TooMuch, Cases: []caseload.Pass{{Referral: "R-0", To: "bea"}, {Referral: "R-1", To: "cy"}}}, by("lena", sp.RoleTeamLead, 1)))
	for name, answer := range map[string]error{
		"accepts": h.Accept(cases[0], by("cy", sp.RoleLinkWorker, 2)),
		"refuses": h.Refuse(cases[0], caseload.NoRoom, "", by("cy", sp.RoleLinkWorker, 2)),
	} {
		require.ErrorContains(t, answer, "stamp.by must be whom the case is offered to", name)
	}
	require.Equal(t, referral.WorkerID("ann"), cases[0].Worker())
	require.Len(t, h.Open(), 2)

	require.NoError(t, h.Refuse(cases[0], caseload.NoRoom, "cy", by("bea", sp.RoleLinkWorker, 2)), "it is cy's to answer from now on")
	require.ErrorContains(t, h.Accept(cases[0], by("bea", sp.RoleLinkWorker, 3)), "stamp.by")
	for _, next := range []referral.WorkerID{"ann", "bea", "cy", "two words"} {
		require.ErrorContains(t, h.Refuse(cases[0], caseload.NoRoom, next, by("cy", sp.RoleLinkWorker, 3)), "next must be somebody who has not been asked")
	}
	require.NoError(t, h.Refuse(cases[0], caseload.Knows, "dee", by("cy", sp.RoleLinkWorker, 3)))
	require.Equal(t, referral.WorkerID("lena"), cases[0].Worker(), "two have refused it")
	require.Equal(t, []referral.WorkerID{"bea", "cy"}, h.Passes()[0].Refused)
	require.Equal(t, caseload.Knows, h.Passes()[0].Why)
}

// Its JSON is a promise to other people's programs: members are added and never change.
func TestHandOverWritesItsViewAsJSON(t *testing.T) {
	r := accepted(1)[0]
	h := caseload.New("H-1", transition.TableOnly{})
	require.NoError(t, h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.TooMuch, By: sp.NewDate(2026, 6, 8), Cases: []caseload.Pass{{Referral: "R-0", To: "bea"}}}, by("lena", sp.RoleTeamLead, 1)))
	require.NoError(t, h.Refuse(r, caseload.NoRoom, "cy", by("bea", sp.RoleLinkWorker, 2)))
	data, err := json.Marshal(h)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"H-1","version":0,"state":"offered","from":"ann","lead":"lena","why":"too-much","by":"2026-06-08",
		"cases":[{"referral":"R-0","to":"cy","refused":["bea"],"why":"no-room","owner":"ann","done":false}]}`, string(data))
}

// A clock that goes back moves nothing: else the protocol would name another than the case.
func TestHandOverDoesNotMoveACaseBeforeItCameToWhoHasIt(t *testing.T) {
	r := accepted(1)[0]
	h := caseload.New("H-1", transition.TableOnly{})
	require.NoError(t, h.Offer(caseload.Offering{From: "bea", Lead: "lena", Why: caseload.Leaving, Cases: []caseload.Pass{{Referral: "R-0", To: "cy"}}}, by("lena", sp.RoleTeamLead, 1)))
	require.NoError(t, r.Assign("bea", by("ann", sp.RoleLinkWorker, 5)))
	early, lead := by("cy", sp.RoleLinkWorker, 4), by("lena", sp.RoleTeamLead, 4)
	for _, err := range []error{h.Accept(r, early), h.Refuse(r, caseload.NoRoom, "", early), h.Take(r, lead)} {
		require.ErrorContains(t, err, "stamp.at must not be before the case came to who has it")
	}
	require.Equal(t, referral.WorkerID("bea"), r.Worker())
	require.NoError(t, h.Accept(r, by("cy", sp.RoleLinkWorker, 5)))
	require.Equal(t, r.Worker(), h.Passes()[0].Owner)
	require.Equal(t, by("", "", 5).At, r.WorkerSince())
}

// Whoever is away is not offered a case, nor named as the lead, nor asked next; what two
// have refused goes to the lead even then.
func TestHandOverIsOfferedToNobodyWhoIsAway(t *testing.T) {
	today := sp.NewDate(2026, 11, 2)
	link, lead := []sp.Role{sp.RoleLinkWorker}, []sp.Role{sp.RoleTeamLead}
	leave := sp.Hide(workforce.Employment{Leave: []sp.Period{{Start: today, End: today.Add(7)}}})
	limits := caseload.Limits{On: today, Caps: caseload.ProposedCaps(), Team: []workforce.Worker{
		{ID: "bea", Roles: link},
		{ID: "away", Roles: link, Employment: leave},
		{ID: "lena", Roles: lead},
		{ID: "lead-away", Roles: lead, Employment: leave},
		{ID: "gone", Roles: link, Employment: sp.Hide(workforce.Employment{Left: today})},
		{ID: "clerk", Roles: []sp.Role{sp.RoleReferrer}},
	}}
	offer := func(to, lead referral.WorkerID) (*caseload.HandOver, error) {
		h := caseload.New("H-1", limits)
		return h, h.Offer(caseload.Offering{From: "ann", Lead: lead, Why: caseload.Leaving, Cases: []caseload.Pass{{Referral: "R-0", To: to}}}, by("lena", sp.RoleTeamLead, 1))
	}
	for to, lead := range map[referral.WorkerID]referral.WorkerID{"away": "lena", "gone": "lena", "clerk": "lena", "who": "lena", "bea": "lead-away"} {
		h, err := offer(to, lead)
		require.ErrorIs(t, err, sp.ErrDenied, to)
		require.Empty(t, h.Passes())
	}
	h, err := offer("bea", "lena")
	require.NoError(t, err)
	r := accepted(1)[0]
	require.ErrorIs(t, h.Refuse(r, caseload.NoRoom, "away", by("bea", sp.RoleLinkWorker, 2)), sp.ErrDenied)
	require.NoError(t, h.Refuse(r, caseload.NoRoom, "", by("bea", sp.RoleLinkWorker, 2)))
	require.Equal(t, referral.WorkerID("lena"), r.Worker())
}

// Cases that are accepted in one commit count one after the other: the cap holds within it.
func TestHandOverStopsAtTheCapWithinOneCommit(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	limits := caseload.Limits{On: sp.NewDate(2026, 11, 2), Caps: few, Team: team()}
	limits.Team = append(limits.Team, workforce.Worker{ID: "cy", Roles: []sp.Role{sp.RoleLinkWorker}, Ages: workforce.YoungPeople})
	referrals := referral.NewRepository(db, limits)
	o := caseload.Offering{From: "bea", Lead: "lena", Why: caseload.Leaving}
	changes := []store.Change{}
	for _, r := range accepted(3) {
		o.Cases = append(o.Cases, caseload.Pass{Referral: r.ID(), To: "cy"})
		must(r.Assign("bea", by("ann", sp.RoleLinkWorker, 0)))
		changes = append(changes, r)
	}
	h := caseload.New("H-1", limits)
	require.NoError(t, h.Offer(o, by("lena", sp.RoleTeamLead, 1)))
	require.NoError(t, store.Save(t.Context(), db, append(changes, h)...))

	carried, err := referrals.Caseload(t.Context(), "cy")
	require.NoError(t, err)
	stale, err := referrals.Caseload(t.Context(), "cy")
	require.NoError(t, err)
	var cases []*referral.Referral
	for _, p := range h.Passes() {
		r, err := referrals.Load(t.Context(), p.Referral)
		require.NoError(t, err)
		_, err = limits.Supply(r, carried, at)
		require.NoError(t, err)
		cases = append(cases, r)
	}
	cy := by("cy", sp.RoleLinkWorker, 2)
	require.NoError(t, h.Accept(cases[0], cy))
	require.ErrorContains(t, h.Accept(cases[1], cy), "the load of cy is unknown", "it was weighed before the first was theirs")
	for i, want := range []bool{true, false} {
		_, err = limits.Supply(cases[1+i], carried, at)
		require.NoError(t, err)
		require.Equal(t, want, h.Accept(cases[1+i], cy) == nil)
	}
	require.NoError(t, store.Save(t.Context(), db, h))
	require.Equal(t, []referral.WorkerID{"cy", "cy", "bea"}, []referral.WorkerID{h.Passes()[0].Owner, h.Passes()[1].Owner, h.Passes()[2].Owner})

	_, err = limits.Supply(cases[2], stale, at)
	require.NoError(t, err)
	require.NoError(t, h.Accept(cases[2], cy), "as far as was known when it was read")
	require.ErrorIs(t, store.Save(t.Context(), db, h), sp.ErrExists, "and cy was given two since")
}

func TestRepositoryFindsWhatIsOverdueOfHandOvers(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	for id, day := range map[caseload.ID]sp.Date{"H-1": sp.NewDate(2026, 11, 9), "H-2": sp.NewDate(2026, 11, 4), "H-3": 0} {
		h := caseload.New(id, transition.TableOnly{})
		require.NoError(t, h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.OnLeave, By: day, Cases: []caseload.Pass{{Referral: "R-" + referral.ID(id), To: "bea"}}}, by("lena", sp.RoleTeamLead, 1)))
		require.NoError(t, store.Save(t.Context(), db, h))
	}
	p := caseload.NewRepository(db, transition.TableOnly{})
	overdue := func(before sp.Date) (ids []caseload.ID) {
		for h, err := range p.Overdue(t.Context(), before) {
			require.NoError(t, err)
			ids = append(ids, h.ID())
		}
		return ids
	}
	require.Empty(t, overdue(sp.NewDate(2026, 11, 4)), "that day is in time")
	require.Equal(t, []caseload.ID{"H-2"}, overdue(sp.NewDate(2026, 11, 5)))
	require.Equal(t, []caseload.ID{"H-2", "H-1"}, overdue(0), "one without a day is never overdue")
	fresh, err := p.LoadOrNew(t.Context(), "H-9")
	require.NoError(t, err)
	require.Zero(t, fresh.Version())
	h, err := p.LoadOrNew(t.Context(), "H-2")
	require.NoError(t, err)
	require.EqualValues(t, 1, h.Version())
	require.Equal(t, []any{referral.WorkerID("lena"), caseload.OnLeave}, []any{h.Lead(), h.Why()})
	r := referral.New("R-H-2", transition.TableOnly{})
	require.NoError(t, r.Receive(referral.Submission{Person: "P-1", Urgency: referral.Routine, Reasons: someNeeds}, by("dr", sp.RoleReferrer, 0)))
	require.NoError(t, r.Accept("ann", by("ann", sp.RoleLinkWorker, 0)))
	require.NoError(t, h.Take(r, by("lena", sp.RoleTeamLead, 2)))
	require.NoError(t, store.Save(t.Context(), db, h))
	require.Equal(t, []caseload.ID{"H-1"}, overdue(0), "what is answered is not overdue")
	n := 0
	for _, err := range p.Of(t.Context(), "ann") {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, 3, n, "those that are over are among them")
}
