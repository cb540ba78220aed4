package team_test

import (
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// staff are ann, who is for young people, and whose cap is two here; bea, who has left; and
// lena, who leads them.
func staff() []workforce.Worker {
	today := sp.NewDate(2026, 11, 2)
	link := []sp.Role{sp.RoleLinkWorker}
	return []workforce.Worker{
		{ID: "ann", Roles: link, Ages: workforce.YoungPeople, Supervisor: "lena"},
		{ID: "bea", Roles: link, Employment: sp.Hide(workforce.Employment{WTE: 60, Contract: sp.Period{Start: today.Add(-400), End: today.Add(-2)}})},
		{ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}},
	}
}

var few = []caseload.Cap{
	{Ages: workforce.YoungPeople, People: true, Soft: 1, Hard: 2, Sessions: 6, Source: "an example", From: sp.NewDate(2026, 11, 1)},
	{Soft: 8500, Hard: 10000, Stable: 1500, Source: "an example", From: sp.NewDate(2026, 11, 1)},
}

// received saves so many referrals that nobody has accepted.
func received(ctx context.Context, db store.Driver, n int) {
	for i := range n {
		r := referral.New(referral.ID(fmt.Sprintf("R-%d", i)), transition.TableOnly{})
		must(r.Receive(referral.Submission{Person: person.ID(fmt.Sprintf("P-%d", i)), Urgency: referral.Routine, Reasons: []needs.Code{needs.Debt}}, by("dr", sp.RoleReferrer, i)))
		must(store.Save(ctx, db, r))
	}
}

var at = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func by(id string, role sp.Role, hours int) sp.Stamp {
	return sp.By(sp.Actor{ID: id, Role: role}, at.Add(time.Duration(hours)*time.Hour))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// accepted returns a referral on ann's caseload.
func accepted() *referral.Referral {
	r := referral.New("R-0", transition.TableOnly{})
	must(r.Receive(referral.Submission{Person: "P-0", Urgency: referral.Routine, Reasons: []needs.Code{needs.Debt}}, by("dr", sp.RoleReferrer, 0)))
	must(r.Accept("ann", by("ann", sp.RoleLinkWorker, 0)))
	return r
}

// The lead's morning is one list, from what waits least.
func ExampleRead() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	received(ctx, db, 6)
	limits := caseload.Limits{Team: staff(), Caps: few, On: sp.NewDate(2026, 10, 30)} // when bea was there
	for id, to := range map[referral.ID]string{"R-0": "ann", "R-1": "ann", "R-2": "bea", "R-3": "bea"} {
		_, err := limits.Give(ctx, db, transition.TableOnly{}, id, referral.WorkerID(to), by(to, sp.RoleLinkWorker, 6))
		must(err)
	}
	r, err := referral.NewRepository(db, transition.TableOnly{}).Load(ctx, "R-0")
	must(err)
	must(r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by("ann", sp.RoleLinkWorker, 7)))
	must(store.Save(ctx, db, r))
	h := caseload.New("H-1", transition.TableOnly{})
	must(h.Offer(caseload.Offering{From: "bea", Lead: "lena", Why: caseload.Leaving, By: sp.NewDate(2026, 11, 3), Cases: []caseload.Pass{{Referral: "R-2", To: "ann"}}}, by("lena", sp.RoleTeamLead, 7)))
	must(store.Save(ctx, db, h))

	m, err := team.Read(ctx, db, team.Scheme{
		Limits:   limits,
		Waiting:  worklist.Standards{Name: "bay-1", Days: map[referral.Urgency]int{referral.Routine: 14}},
		Concerns: map[concern.Kind]concern.Standard{concern.Crisis: concern.Proposed(concern.Crisis, sp.Calendar{}), concern.Safeguarding: concern.Proposed(concern.Safeguarding, sp.Calendar{})},
		Stuck:    []worklist.Rule{{Code: "not-spoken-to", States: []referral.State{referral.StateAccepted}, Since: worklist.SinceReceived, Days: 2}},
		Notice:   56, Heavy: 1,
	}, sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, at.AddDate(0, 0, 3))
	fmt.Println(err)
	m.Due = []team.Due{{Code: "supervision-clinical", Worker: "ann", By: sp.NewDate(2026, 10, 1)}}
	for _, line := range m.Lines() {
		fmt.Println(line)
	}
	// Output:
	// <nil>
	// risk-held ann R-0 escalate F-1 (3) by 2026-11-02 late 3
	// worker-gone bea (2) by 2026-10-31 late 5
	// hand-over-due bea H-1 (1) by 2026-11-03 late 2
	// intake-due R-4
	// intake-due R-5
	// cap-reached ann ann carries 2 of 1 people, at most 2
	// case-stuck ann R-0 not-spoken-to by 2026-11-04 late 1
	// case-stuck ann R-1 not-spoken-to by 2026-11-04 late 1
	// case-stuck bea R-2 not-spoken-to by 2026-11-04 late 1
	// case-stuck bea R-3 not-spoken-to by 2026-11-04 late 1
	// record-due ann supervision-clinical by 2026-10-01 late 35
	// heavy-weeks ann (1)
}

// What somebody carried is for them and their supervisor.
func ExampleBurdenOf() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	r := accepted()
	must(r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, by("ann", sp.RoleLinkWorker, 7)))
	must(store.Save(ctx, db, r))
	today := sp.NewDate(2026, 11, 2)
	b, err := team.BurdenOf(ctx, db, "ann", sp.Period{Start: today.Add(-27), End: today.Add(1)}, sp.Calendar{})
	fmt.Println(b, err)
	ann := staff()[0]
	for _, reader := range []string{"ann", "lena", "cy"} {
		fmt.Println(b.Show(ann, sp.Actor{ID: reader, Role: sp.RoleLinkWorker}))
	}
	// Output:
	// burden of ann <nil>
	// {1 0 0} <nil>
	// {1 0 0} <nil>
	// {0 0 0} team: the burden of ann is for them and their supervisor: denied
}

// What became of people, and who said thank you, is taken back to the worker.
func ExampleTakenBack() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	c := referral.NewCase(accepted())
	must(c.Referral.Contact(person.Phone, 30, by("ann", sp.RoleLinkWorker, 2)))
	must(c.Close(needs.Result{Outcome: needs.Met, Otherwise: needs.ByLinkWorker}, by("ann", sp.RoleLinkWorker, 3)))
	t, err := team.Thank(team.Thanks{ID: "T-1", On: sp.NewDate(2026, 11, 2), Worker: "ann", From: team.ByPerson, For: team.ForListening, Referral: "R-0"}, by("lena", sp.RoleTeamLead, 4))
	must(err)
	must(store.Save(ctx, db, c, t))
	back, err := team.TakenBack(ctx, db, "ann", sp.Period{Start: sp.NewDate(2026, 11, 1), End: sp.NewDate(2026, 12, 1)}, sp.Calendar{})
	fmt.Println(err)
	for _, f := range back.Fates {
		fmt.Println(f.Referral, f.State, f.On, f.Outcome)
	}
	for _, t := range back.Thanks {
		fmt.Println("thanks of a", t.From, "for", t.For)
	}
	for t := range team.Thanked(db).Due(ctx, sp.NewDate(2026, 11, 10), record.Query{}) {
		fmt.Println("not told yet:", t)
	}
	// Output:
	// <nil>
	// R-0 closed 2026-11-02 met
	// thanks of a person for listening
	// not told yet: thanks T-1
}
