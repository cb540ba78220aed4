package team_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

var (
	today = sp.NewDate(2026, 11, 2)
	lena  = sp.Actor{ID: "lena", Role: sp.RoleTeamLead}
)

// full is a morning with something of everything.
func full(t *testing.T) team.Morning {
	t.Helper()
	link := []sp.Role{sp.RoleLinkWorker}
	employed := func(e workforce.Employment) sp.Personal[workforce.Employment] { return sp.Hide(e) }
	h := caseload.New("H-1", transition.TableOnly{})
	require.NoError(t, h.Offer(caseload.Offering{From: "going-offered", Lead: "lena", Why: caseload.Leaving, By: today.Add(-1), Cases: []caseload.Pass{{Referral: "R-9", To: "ann"}}}, by("lena", sp.RoleTeamLead, -99)))
	ended := sp.Period{Start: today.Add(-90), End: today.Add(-3)}
	return team.Morning{
		Reader: lena, On: today, At: at, Notice: 56, Heavy: 3,
		Team: []workforce.Worker{
			{ID: "ann", Roles: link},
			{ID: "gone", Roles: link, Employment: employed(workforce.Employment{Contract: ended})},
			{ID: "gone-without-cases", Roles: link, Employment: employed(workforce.Employment{Contract: ended})},
			{ID: "going", Roles: link, Employment: employed(workforce.Employment{Contract: sp.Period{End: today.Add(56)}})},
			{ID: "going-later", Roles: link, Employment: employed(workforce.Employment{Contract: sp.Period{End: today.Add(57)}})},
			{ID: "going-offered", Roles: link, Employment: employed(workforce.Employment{Contract: sp.Period{End: today.Add(5)}})},
			{ID: "away", Roles: link, Employment: employed(workforce.Employment{Leave: []sp.Period{{Start: today, End: today.Add(7)}}})},
			{ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}, Employment: employed(workforce.Employment{Leave: []sp.Period{{Start: today.Add(-1), End: today.Add(1)}}})},
		},
		People: map[referral.WorkerID]int{"ann": 3, "gone": 2, "going": 1, "going-later": 1, "going-offered": 1, "away": 4, "lena": 1, "nobody-knows": 2},
		Rooms: []caseload.Room{
			{Worker: "ann", Load: 9, Soft: 10, Hard: 12, Cap: caseload.Cap{Sessions: 6}}, {Worker: "away", Load: 10, Soft: 10, Hard: 12}, {Worker: "going", Load: 13, Soft: 10, Hard: 12},
		},
		Concerns: []worklist.Concern{
			{Referral: "R-2", Worker: "ann", Concern: concern.Concern{ID: "F-2", Kind: concern.Crisis, Holders: []concern.Holding{{Who: "ann", Role: sp.RoleLinkWorker, From: at.AddDate(0, 0, -2)}}}, Due: concern.Due{Step: concern.StepChase, By: at.AddDate(0, 0, -1)}},
			{Referral: "R-1", Worker: "ann", Concern: concern.Concern{ID: "F-1", Kind: concern.Safeguarding}, Due: concern.Due{Step: concern.StepOffer, By: at.AddDate(0, 0, -9)}},
		},
		Stuck: []worklist.Finding{{Rule: worklist.Rule{Code: "quiet", Days: 20}, Referral: "R-3", Worker: "ann", Days: 25}, {Rule: worklist.Rule{Code: "quiet", Days: 20}, Referral: "R-4", Worker: "ann", Days: 50}},
		Intake: []caseload.InLine{
			{Wait: worklist.Wait{Referral: "R-5", Late: sp.Yes, Due: today.Add(-2)}, Why: caseload.NobodyRoom, Look: today.Add(3)},
			{Wait: worklist.Wait{Referral: "R-6"}, Look: today.Add(3)},
			{Wait: worklist.Wait{Referral: "R-7"}, Unseen: true, Look: today.Add(-30)},
		},
		HandOvers: []*caseload.HandOver{h},
		Sessions:  []team.Sessions{{Referral: "R-1", Worker: "ann", Count: 5}, {Referral: "R-2", Worker: "ann", Count: 6}, {Referral: "R-8", Worker: "away", Count: 99}},
		Due:       []team.Due{{Code: "supervision-clinical", Worker: "ann", By: today.Add(-10)}, {Code: "support-request", Record: "Q-1", By: today.Add(-40)}},
	}
}

func TestMorningIsOneListFromWhatWaitsLeast(t *testing.T) {
	var got []string
	for _, l := range full(t).Lines() {
		got = append(got, l.String())
	}
	require.Equal(t, []string{
		"risk-held ann R-2 chase F-2 (2) by 2026-11-01 late 1",
		"risk-held ann R-1 offer F-1 by 2026-10-24 late 9",
		"worker-gone gone (2) by 2026-10-30 late 3",
		"worker-gone nobody-knows (2)",
		"over-cap going going carries 0.13 of 0.10 points, at most 0.12",
		"hand-over-due going-offered H-1 (1) by 2026-11-01 late 1",
		"intake-due R-5 nobody-has-room by 2026-10-31 late 2",
		"intake-due R-7 by 2026-10-03 late 30",
		"worker-away away (4) by 2026-11-09",
		"worker-away lena (1) by 2026-11-03",
		"worker-going going (1) by 2026-12-28",
		"cap-reached away away carries 0.10 of 0.10 points, at most 0.12",
		"case-stuck ann R-4 quiet by 2026-10-03 late 30",
		"case-stuck ann R-3 quiet by 2026-10-28 late 5",
		"record-due support-request Q-1 by 2026-09-23 late 40",
		"record-due ann supervision-clinical by 2026-10-23 late 10",
		"long-case ann R-2 (6)",
	}, got)
}

// In whatever order the lists come that have none of their own, the morning is the same; and
// its pages are the list.
func TestMorningHangsOnNoOrderAndIsPaged(t *testing.T) {
	m := full(t)
	want := m.Lines()
	stream := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		for _, swap := range []func(i, j int){
			func(i, j int) { m.Team[i], m.Team[j] = m.Team[j], m.Team[i] }, func(i, j int) { m.Rooms[i%3], m.Rooms[j%3] = m.Rooms[j%3], m.Rooms[i%3] },
			func(i, j int) { m.Stuck[i%2], m.Stuck[j%2] = m.Stuck[j%2], m.Stuck[i%2] }, func(i, j int) { m.Due[i%2], m.Due[j%2] = m.Due[j%2], m.Due[i%2] },
		} {
			stream.Shuffle(len(m.Team), swap)
		}
		require.Equal(t, want, m.Lines())
	}
	var all []team.Line
	var after store.Cursor
	for {
		page, next, err := worklist.Page(worklist.Lines(want, nil), 4, after)
		require.NoError(t, err)
		all = append(all, page...)
		if next == (store.Cursor{}) {
			break
		}
		after = next
	}
	require.Equal(t, want, all)
	n, err := worklist.Count(worklist.Lines(want, nil))
	require.NoError(t, err)
	require.Equal(t, len(want), n)
}

// carried returns a store in which ann has a case with a crisis, a refusal and a death, part
// of it after she handed it to bea.
func carried(t *testing.T) store.Driver {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	at := func(role sp.Role, id string, day int) sp.Stamp {
		return sp.By(sp.Actor{ID: id, Role: role}, referraltest.Day(day))
	}
	r := referraltest.Referral("R-1", referral.StateActive)
	must(r.Assign("ann", at(sp.RoleLinkWorker, string(referraltest.Worker), 10)))
	must(r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, at(sp.RoleLinkWorker, "ann", 11)))
	must(r.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Safeguarding}, at(sp.RoleLinkWorker, "ann", 11)))
	c := referral.NewCase(r)
	refuse := func(id placement.ID, day int, why reason.Reason) {
		a := referraltest.Proposal(id)
		p, err := c.Propose(a, at(sp.RoleLinkWorker, "ann", day))
		require.NoError(t, err)
		must(p.Offer(referraltest.Sending(), referraltest.AllowAll{}, at(sp.RoleLinkWorker, "ann", day)))
		must(p.Decline(why, referraltest.By(sp.RoleProvider, day)))
	}
	refuse("PL-1", 12, reason.Because(reason.ServiceDeclined))
	refuse("PL-2", 13, reason.Because(reason.PersonsChoice))
	h := caseload.New("H-1", transition.TableOnly{})
	must(store.Save(t.Context(), db, c))
	must(h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.OnLeave, Cases: []caseload.Pass{{Referral: "R-1", To: "bea"}}}, at(sp.RoleTeamLead, "lena", 14)))
	must(h.Accept(r, at(sp.RoleLinkWorker, "bea", 15)))
	must(store.Save(t.Context(), db, h))
	c, err := referral.NewRepository(db, transition.TableOnly{}).Case(t.Context(), "R-1")
	require.NoError(t, err)
	must(c.Referral.Raise(referral.Flagged{Flag: "F-3", Kind: concern.Crisis}, at(sp.RoleLinkWorker, "bea", 16)))
	must(c.RecordDeath(at(sp.RoleLinkWorker, "bea", 17)))
	must(store.Save(t.Context(), db, c))
	return db
}

func TestBurdenIsWhatHappenedWhileTheCaseWasTheirs(t *testing.T) {
	db := carried(t)
	first := sp.DateOf(referraltest.Day(0))
	all := sp.Period{Start: first, End: first.Add(30)}
	for worker, want := range map[referral.WorkerID]team.Strain{"ann": {Crises: 1, Refusals: 1}, "bea": {Crises: 1, Deaths: 1}, "cy": {}} {
		b, err := team.BurdenOf(t.Context(), db, worker, all, sp.Calendar{})
		require.NoError(t, err)
		got, err := b.Show(workforce.Worker{ID: worker}, sp.Actor{ID: string(worker)})
		require.NoError(t, err)
		require.Equal(t, want, got, worker)
		require.Equal(t, want.Crises+want.Deaths+want.Refusals, got.Total())
	}
	b, err := team.BurdenOf(t.Context(), db, "ann", sp.Period{Start: first.Add(12), End: first.Add(30)}, sp.Calendar{})
	require.NoError(t, err)
	got, err := b.Show(workforce.Worker{ID: "ann", Supervisor: "lena"}, lena)
	require.NoError(t, err)
	require.Equal(t, team.Strain{Refusals: 1}, got, "the crisis was before the period")
}

func TestBurdenIsShownToTheWorkerAndTheirSupervisorAlone(t *testing.T) {
	b, err := team.BurdenOf(t.Context(), carried(t), "ann", sp.Period{}, sp.Calendar{})
	require.NoError(t, err)
	ann := workforce.Worker{ID: "ann", Supervisor: "lena"}
	for _, no := range []struct {
		of     workforce.Worker
		reader sp.Actor
	}{{ann, sp.Actor{ID: "max", Role: sp.RoleTeamLead}}, {ann, sp.Actor{}}, {workforce.Worker{ID: "ann"}, sp.Actor{}}, {workforce.Worker{ID: "bea", Supervisor: "lena"}, lena}} {
		_, err := b.Show(no.of, no.reader)
		require.ErrorIs(t, err, sp.ErrDenied)
	}
	text, err := json.Marshal(b)
	require.NoError(t, err)
	for _, said := range []string{fmt.Sprintf("%v %+v %#v %s", b, b, &b, []team.Burden{b}), b.LogValue().String()} {
		require.NotContains(t, said, "1")
	}
	require.JSONEq(t, `{"worker":"ann","during":{}}`, string(text))
	m := team.Morning{Reader: sp.Actor{ID: "max", Role: sp.RoleTeamLead}, On: today, Heavy: 1, Team: []workforce.Worker{ann}, Burdens: []team.Burden{b}}
	require.Empty(t, m.Lines(), "another lead does not supervise ann")
	m.Reader = lena
	require.Len(t, m.Lines(), 1)
	m.Heavy = 0
	require.Empty(t, m.Lines())
}

func TestTakenBackHasAlsoThoseWhomOthersHaveByNow(t *testing.T) {
	db := carried(t)
	first := sp.DateOf(referraltest.Day(0))
	month := sp.Period{Start: first, End: first.Add(31)}
	back, err := team.TakenBack(t.Context(), db, "ann", month, sp.Calendar{})
	require.NoError(t, err)
	require.Equal(t, []team.Fate{{Referral: "R-1", State: referral.StateWithdrawn, On: first.Add(17), Died: true, With: "bea"}}, back.Fates)
	require.Empty(t, back.Outcomes())
	back, err = team.TakenBack(t.Context(), db, "ann", sp.Period{Start: first.Add(18)}, sp.Calendar{})
	require.NoError(t, err)
	require.Empty(t, back.Fates)
	back, err = team.TakenBack(t.Context(), db, "cy", month, sp.Calendar{})
	require.NoError(t, err)
	require.Empty(t, back.Fates)

	c := referral.NewCase(accepted())
	must(c.Referral.Contact(person.Phone, 30, by("ann", sp.RoleLinkWorker, 2)))
	must(c.Close(needs.Result{Outcome: needs.Met, Otherwise: needs.ByLinkWorker}, by("ann", sp.RoleLinkWorker, 3)))
	must(store.Save(t.Context(), db, c))
	back, err = team.TakenBack(t.Context(), db, "ann", sp.Period{Start: today}, sp.Calendar{})
	require.NoError(t, err)
	require.Equal(t, map[needs.Outcome]int{needs.Met: 1}, back.Outcomes())
}

func TestThanksAreOverdueUntilTheWorkerKnows(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	good := team.Thanks{ID: "T-1", On: today, Worker: "ann", From: team.ByFamily, For: team.ForChange}
	stamp := by("lena", sp.RoleTeamLead, 4)
	for name, spoil := range map[string]func(*team.Thanks){
		"without a day": func(x *team.Thanks) { x.On = 0 }, "of nobody": func(x *team.Thanks) { x.Worker = "" }, "by nobody": func(x *team.Thanks) { x.From = "" },
		"for nothing": func(x *team.Thanks) { x.For = "" }, "of a case that has a name": func(x *team.Thanks) { x.Referral = "June Moon" },
		"on a card that has a name": func(x *team.Thanks) { x.Document = "June Moon" }, "told before it was said": func(x *team.Thanks) { x.Told = today.Add(-1) },
		"to come": func(x *team.Thanks) { x.On = today.Add(3) },
	} {
		bad := good
		spoil(&bad)
		_, err := team.Thank(bad, stamp)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	r, err := team.Thank(good, stamp)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	due := func(before sp.Date) (ids []string) {
		for r, err := range team.Thanked(db).Due(t.Context(), before, record.Query{Worker: "ann"}) {
			require.NoError(t, err)
			ids = append(ids, r.Document().ID)
		}
		return ids
	}
	require.Empty(t, due(today.Add(team.TellWithin)))
	require.Equal(t, []string{"T-1"}, due(today.Add(team.TellWithin+1)))
	good.Told = today.Add(9)
	require.NoError(t, r.Amend(good, by("lena", sp.RoleTeamLead, 9*24)))
	require.NoError(t, store.Save(t.Context(), db, r))
	require.Empty(t, due(0))
	list, err := team.Thanked(db).List(t.Context(), record.Query{Worker: "ann", Code: string(team.ByFamily), From: today, Before: today.Add(1)})
	require.NoError(t, err)
	require.Equal(t, []team.Thanks{good}, list)
}

// Everything that waits stands in the morning: what is read is found again in its lines.
func TestReadLeavesNobodyOut(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	received(t.Context(), db, 9)
	rs := referral.NewRepository(db, transition.TableOnly{})
	for i, w := range []referral.WorkerID{"ann", "bea", "left-long-ago", "lena"} {
		r, err := rs.Load(t.Context(), referral.ID(fmt.Sprintf("R-%d", i)))
		require.NoError(t, err)
		must(r.Accept(w, by(string(w), sp.RoleLinkWorker, 20)))
		must(store.Save(t.Context(), db, r))
	}
	scheme := team.Scheme{
		Limits: caseload.Limits{Team: staff(), Caps: few}, Waiting: worklist.Standards{Name: "bay-1"},
		Concerns: map[concern.Kind]concern.Standard{concern.Crisis: concern.Proposed(concern.Crisis, sp.Calendar{}), concern.Safeguarding: concern.Proposed(concern.Safeguarding, sp.Calendar{})},
	}
	m, err := team.Read(t.Context(), db, scheme, lena, at.AddDate(0, 0, 3))
	require.NoError(t, err)
	require.Equal(t, map[referral.WorkerID]int{"ann": 1, "bea": 1, "left-long-ago": 1, "lena": 1}, m.People)
	var gone, waits []string
	for _, l := range m.Lines() {
		switch l.What {
		case team.WorkerGone:
			gone = append(gone, string(l.Worker))
		case team.IntakeDue:
			waits = append(waits, string(l.Referral))
		default:
		}
	}
	require.Equal(t, []string{"bea", "left-long-ago"}, slices.Sorted(slices.Values(gone)))
	require.Equal(t, []string{"R-4", "R-5", "R-6", "R-7", "R-8"}, slices.Sorted(slices.Values(waits)))

	scheme.Limits.Caps = nil
	_, err = team.Read(t.Context(), db, scheme, lena, at)
	require.ErrorIs(t, err, sp.ErrDenied, "a worker without a cap is an oversight")
	scheme.Limits.Caps, scheme.Concerns = few, nil
	_, err = team.Read(t.Context(), db, scheme, lena, at)
	require.ErrorIs(t, err, sp.ErrInvalid)
}
