package caseload_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

func TestRoomIsThatOfTheRoleAndOfThoseServed(t *testing.T) {
	link, lead := []sp.Role{sp.RoleLinkWorker}, []sp.Role{sp.RoleTeamLead, sp.RoleLinkWorker}
	half := sp.Hide(workforce.Employment{WTE: 50})
	load := caseload.Load{People: 21, Points: 4000}
	for _, c := range []struct {
		name       string
		w          workforce.Worker
		load       int
		soft, hard int
		full       bool
	}{
		{"a link worker for all ages", workforce.Worker{Roles: link}, 5500, 8500, 10000, false},
		{"a link worker for adults", workforce.Worker{Roles: link, Ages: workforce.Adults}, 5500, 8500, 10000, false},
		{"a link worker on half the hours", workforce.Worker{Roles: link, Employment: half}, 5500, 4250, 5000, true},
		{"a young people's worker", workforce.Worker{Roles: link, Ages: workforce.YoungPeople}, 21, 20, 25, true},
		{"a lead beside leading", workforce.Worker{Roles: lead}, 5500, 4250, 5000, true},
		{"a lead for young people", workforce.Worker{Roles: lead, Ages: workforce.YoungPeople}, 21, 10, 12, true},
	} {
		room, ok := caseload.RoomOf(c.w, load, caseload.ProposedCaps())
		require.True(t, ok, c.name)
		require.Equal(t, []any{c.load, c.soft, c.hard, c.full, c.load > c.hard}, []any{room.Load, room.Soft, room.Hard, room.Full(), room.Over()}, c.name)
		require.NotEmpty(t, room.Cap.Source)
		require.False(t, room.Cap.From.IsZero())
	}
	_, ok := caseload.RoomOf(workforce.Worker{Roles: link}, load, nil)
	require.False(t, ok)
}

func TestRoomiestHasTheLargestShareLeftAndIsNobodyWhereAllAreFull(t *testing.T) {
	full := caseload.Room{Worker: "full", Load: 20, Soft: 20}
	best, ok := caseload.Roomiest([]caseload.Room{full, {Worker: "half", Load: 10, Soft: 20}, {Worker: "third", Load: 3000, Soft: 9000}, {Worker: "same", Load: 1, Soft: 3}})
	require.True(t, ok)
	require.Equal(t, referral.WorkerID("third"), best.Worker, "people and points are compared by their share")
	_, ok = caseload.Roomiest([]caseload.Room{full, {Worker: "none"}})
	require.False(t, ok)
}

func TestLimitsGiveAssignsWhatSomebodyHasAndSaysWhoIsOfNoTeam(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r := accepted(1)[0]
	require.NoError(t, store.Save(t.Context(), db, r))
	limits := caseload.Limits{Team: []workforce.Worker{{ID: "cy", Roles: []sp.Role{sp.RoleLinkWorker}}}, Caps: caseload.ProposedCaps(), On: sp.NewDate(2026, 11, 2)}
	room, err := limits.Give(t.Context(), db, transition.TableOnly{}, "R-0", "cy", by("ann", sp.RoleLinkWorker, 2))
	require.NoError(t, err)
	require.Equal(t, "cy carries 15.41 of 85.00 points, at most 100.00", room.String(), "a case that waits, with one need, beside what is no case")
	r, err = referral.NewRepository(db, nil).Load(t.Context(), "R-0")
	require.NoError(t, err)
	require.Equal(t, referral.WorkerID("cy"), r.Worker())
	_, err = limits.Give(t.Context(), db, transition.TableOnly{}, "R-0", "who", by("ann", sp.RoleLinkWorker, 2))
	denied := func(who referral.WorkerID, why caseload.LimitReason, says string) {
		var limit *caseload.LimitError
		require.ErrorAs(t, err, &limit)
		require.Equal(t, []any{who, why}, []any{limit.Worker, limit.Why})
		require.ErrorIs(t, err, sp.ErrDenied)
		require.ErrorContains(t, err, says)
	}
	denied("who", caseload.NotOfTeam, "who is not of the team: name somebody else")
	_, err = limits.Give(t.Context(), db, transition.TableOnly{}, "R-9", "cy", by("ann", sp.RoleLinkWorker, 2))
	require.ErrorIs(t, err, sp.ErrNotFound)

	c, err := referral.NewRepository(db, nil).Caseload(t.Context(), "cy")
	require.NoError(t, err)
	rooms, err := limits.Rooms([]*referral.Caseload{c}, at)
	require.NoError(t, err)
	require.Equal(t, []caseload.Room{room}, rooms)
	again, err := limits.Supply(r, c, at)
	require.NoError(t, err)
	require.Equal(t, room, again, "whoever has it already carries it once")
	_, err = limits.Rooms([]*referral.Caseload{{Worker: "who"}}, at)
	denied("who", caseload.NotOfTeam, "register them first")
	act := transition.Act{Machine: referral.Kind, Command: string(referral.Accept), ID: "R-0", To: "cy"}
	err = limits.Authorize(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, act)
	denied("cy", caseload.LoadUnknown, "the load of cy is unknown: supply it")
	act.Attributes = []transition.Attribute{{Name: "load", Text: "cy", Number: 1_000_000}}
	err = limits.Authorize(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, act)
	denied("cy", caseload.BeyondCap, "give the case to somebody who has room")
	limits.Caps = nil // nobody is without a cap by an oversight
	_, err = limits.Rooms([]*referral.Caseload{c}, at)
	denied("cy", caseload.NoCap, "no cap is for cy: set one")
	_, err = limits.Supply(r, c, at)
	denied("cy", caseload.NoCap, "no cap is for cy")
}

// The answer was lost, and the request comes again.
func TestLimitsGiveOnceWhatComesTwice(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r := referral.New("R-0", transition.TableOnly{})
	require.NoError(t, r.Receive(referral.Submission{Person: "P-1", Urgency: referral.Routine, Reasons: someNeeds}, by("dr", sp.RoleReferrer, 0)))
	require.NoError(t, store.Save(t.Context(), db, r))
	limits := caseload.Limits{Team: []workforce.Worker{{ID: "ann", Roles: []sp.Role{sp.RoleLinkWorker}}}, Caps: []caseload.Cap{{People: true, Soft: 1, Hard: 1}}, On: sp.NewDate(2026, 11, 2)}
	var rooms [2]caseload.Room
	for i := range rooms {
		var err error
		rooms[i], err = limits.Give(t.Context(), db, transition.TableOnly{}, "R-0", "ann", by("ann", sp.RoleLinkWorker, 2).Under("k-1"))
		require.NoError(t, err)
	}
	require.Equal(t, rooms[0], rooms[1])
	r, err := referral.NewRepository(db, nil).Load(t.Context(), "R-0")
	require.NoError(t, err)
	require.EqualValues(t, 2, r.Version())
}

func TestLoadIsTheSumOfItsWeightsAndReadsItsOwnJSON(t *testing.T) {
	table := caseload.Proposed()
	cases := []caseload.Carried{
		{Referral: "R-1", Facts: caseload.Facts{Phase: caseload.Waiting, Needs: -3, Crises: 2}},
		{Referral: "R-2", Facts: caseload.Facts{Phase: caseload.First, Needs: 9, Contacts: 40, Young: 1}},
		{Referral: "R-3"},
	}
	l := table.Load("ann", cases)
	sum := 0
	for i, c := range l.Cases {
		require.Equal(t, table.Weigh(cases[i].Facts), c.Weight)
		sum += c.Points
	}
	for _, terms := range l.Terms {
		sum -= terms.Points
	}
	require.Zero(t, sum)
	require.Equal(t, "4.46 = waiting 0.36 + first 1.60 + needs (9) 0.30 + crises (2) 0.80 + contacts (40) 0.60 + young (1) 0.40"[5:], l.String()[5:])
	require.Equal(t, []referral.ID{"R-2", "R-1", "R-3"}, l.Heaviest())
	text, err := json.Marshal(l)
	require.NoError(t, err)
	require.Contains(t, string(text), `{"what":"crises","count":2,"points":80}`)
	var again caseload.Load
	require.NoError(t, json.Unmarshal(text, &again))
	again.Cases[2].Terms = l.Cases[2].Terms // none, or an empty list
	require.Equal(t, l, again)
	for _, bad := range []string{`{"what":"mood"}`, `[]`, `{"count":"many"}`} {
		require.ErrorIs(t, new(caseload.Term).UnmarshalJSON([]byte(bad)), sp.ErrInvalid)
	}
}

func TestAgreeFindsNothingInNothingAndEverythingInALine(t *testing.T) {
	line := []caseload.Observed{{100, 20}, {200, 40}, {300, 60}, {400, 80}}
	a, err := caseload.Agree(line, 0.95)
	require.NoError(t, err)
	require.InDelta(t, 1, a.Explained.Value, 1e-12)
	require.InDelta(t, 20, a.PerPoint, 1e-12)
	require.False(t, a.Wrong)
	for i := range line {
		line[i].Minutes = 100 - line[i].Minutes
	}
	a, err = caseload.Agree(line, 0.95)
	require.NoError(t, err)
	require.True(t, a.Wrong, "the heavier, the less time")
	require.False(t, math.IsNaN(a.Explained.Interval.Lower))
	a, err = caseload.Agree([]caseload.Observed{{100, 20}, {200, 50}, {300, 10}, {400, 40}, {500, 20}}, 0.95)
	require.NoError(t, err)
	require.Zero(t, a.Explained.Interval.Lower, "there may be no connection")
	for why, cases := range map[stat.Undefined][]caseload.Observed{
		stat.NoCases: nil, stat.TooFewValues: line[:3], stat.NoSpread: {{100, 20}, {100, 30}, {100, 40}, {100, 50}},
	} {
		a, err = caseload.Agree(cases, 0.95)
		require.NoError(t, err)
		require.Equal(t, why, a.Explained.Undefined)
	}
	_, err = caseload.Agree([]caseload.Observed{{-1, 2}}, 0.95)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = caseload.Agree(line, 1)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestMinutesOfAreUnknownWhereOneConversationsAre(t *testing.T) {
	r := accepted(1)[0]
	minutes, known := caseload.MinutesOf(r, at)
	require.Equal(t, []any{0, true}, []any{minutes, known})
	must(r.Contact(person.Phone, 20, by("ann", sp.RoleLinkWorker, 1)))
	must(r.Contact(person.Phone, 25, by("ann", sp.RoleLinkWorker, 30)))
	minutes, known = caseload.MinutesOf(r, at.AddDate(0, 0, 2))
	require.Equal(t, []any{45, true}, []any{minutes, known})
	minutes, _ = caseload.MinutesOf(r, at.AddDate(0, 0, 29))
	require.Equal(t, 25, minutes, "28 days, as the facts are counted")
	must(r.Contact(person.Phone, 0, by("ann", sp.RoleLinkWorker, 40)))
	_, known = caseload.MinutesOf(r, at.AddDate(0, 0, 3))
	require.False(t, known)
}

func TestQueueKeepsWhyAndWhenSomebodyLooksAgain(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	day := sp.NewDate(2026, 11, 2)
	lead := by("lena", sp.RoleTeamLead, 5)
	good := caseload.Queued{Referral: "R-1", On: day, Why: caseload.NobodyThat, For: "ann", Area: "E07000121", Look: day.Add(7)}
	for name, spoil := range map[string]func(*caseload.Queued){
		"without a day":         func(q *caseload.Queued) { q.On = 0 },
		"for no reason":         func(q *caseload.Queued) { q.Why = "later" },
		"for one, and not whom": func(q *caseload.Queued) { q.For = "" },
		"for whoever, and whom": func(q *caseload.Queued) { q.Why = caseload.NobodyRoom },
		"looked at yesterday":   func(q *caseload.Queued) { q.Look = day },
	} {
		bad := good
		spoil(&bad)
		_, err := caseload.Queue(bad, lead)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	_, err := caseload.Queue(good, by("dr", sp.RoleReferrer, 5))
	require.ErrorIs(t, err, sp.ErrDenied)
	q, err := caseload.Queue(good, lead)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, q))
	found, err := caseload.Queues(db).List(t.Context(), record.Query{Worker: "ann", Area: "E07000121", Code: string(caseload.NobodyThat)})
	require.NoError(t, err)
	require.Equal(t, []caseload.Queued{good}, found)
	for r, err := range caseload.Queues(db).Due(t.Context(), day.Add(8), record.Query{}) {
		require.NoError(t, err)
		require.Equal(t, good, r.Document())
		good.Look = day.Add(20)
		require.ErrorIs(t, r.Amend(good, by("lena", sp.RoleTeamLead, 4)), sp.ErrInvalid, "a clock does not go back")
		require.NoError(t, r.Amend(good, by("lena", sp.RoleTeamLead, 200)))
		require.NoError(t, store.Save(t.Context(), db, r))
	}
	for range caseload.Queues(db).Due(t.Context(), day.Add(8), record.Query{}) {
		t.Error("somebody has looked")
	}
}
