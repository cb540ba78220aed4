package site_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
	"github.com/socialprescribing/sp/workforce/site"
)

var (
	today = sp.NewDate(2026, 11, 2) // a Monday
	ann   = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
)

// A practice without a room, and a request that nobody has answered.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	r, err := site.Note(site.Readiness{
		Site: "bay/hill", Area: "E07000121", On: today, Workers: []workforce.WorkerID{"ann"},
		Items: site.Items{site.PrivateRoom: site.No, site.Mobile: site.Yes, site.Laptop: site.Partly},
	}, ann)
	fmt.Println(r, err, store.Save(ctx, db, r))
	q, err := site.Ask(site.Request{ID: "Q-1", Worker: "ann", Matter: site.Access, On: today.Add(-10), Words: sp.Hide("My card does not open the door.")}, ann)
	fmt.Println(q, err, store.Save(ctx, db, q))

	sites, err := site.Sites(db).List(ctx, record.Query{Area: "E07000121"})
	for _, g := range site.Gaps(sites, site.Essential()) {
		fmt.Println(g.Site, g.Item, g.State, err)
	}
	requests, err := site.Requests(db).List(ctx, record.Query{})
	for _, w := range site.Open(requests, site.ProposedAnswer(), sp.Calendar{}, today) {
		fmt.Println(w.ID, w.Days, "days, late:", w.Late, err)
	}
	// Output:
	// site-readiness bay/hill <nil> <nil>
	// support-request Q-1 <nil> <nil>
	// bay/hill private-room no <nil>
	// bay/hill laptop partly <nil>
	// Q-1 10 days, late: true <nil>
}

func at(id, area string, items site.Items, workers ...workforce.WorkerID) site.Readiness {
	return site.Readiness{Site: id, Area: area, On: today, Items: items, Workers: workers}
}

func TestGaps(t *testing.T) {
	all := []site.Readiness{
		at("quay", "bay", site.Items{site.PrivateRoom: site.Yes, site.Laptop: site.NotNeeded, site.Phone: site.Unknown}),
		at("hill", "bay", site.Items{site.PrivateRoom: site.No, site.Phone: site.No, site.Mobile: site.Yes}),
	}
	require.Equal(t, []site.Gap{
		{"hill", "bay", site.PrivateRoom, site.No},
		{"hill", "bay", site.Laptop, site.Unknown},
		{"quay", "bay", site.Phone, site.Unknown},
	}, site.Gaps(all, site.Essential()), "what nobody has said is unknown, and a mobile is a phone")
	require.Equal(t, []site.AreaGap{
		{"bay", site.PrivateRoom, 2, 1, 0}, {"bay", site.Laptop, 2, 0, 1}, {"bay", site.Phone, 2, 0, 1},
	}, site.ByArea(all, site.Essential()))
	require.Len(t, site.Gaps(all, nil), 4, "of all items that anybody names: the mobile of the quay too")
}

func TestByAreaCountsEachGapOnce(t *testing.T) {
	states := rapid.SampledFrom([]site.State{site.Yes, site.No, site.Partly, site.NotNeeded, site.Unknown})
	rapid.Check(t, func(t *rapid.T) {
		var all []site.Readiness
		for i := range rapid.IntRange(0, 6).Draw(t, "sites") {
			all = append(all, at(fmt.Sprint(i), rapid.SampledFrom([]string{"", "bay", "dale"}).Draw(t, "area"), site.Items{
				site.PrivateRoom: states.Draw(t, "room"), site.Laptop: states.Draw(t, "laptop"),
			}))
		}
		n := 0
		for _, g := range site.ByArea(all, site.Essential()) {
			require.LessOrEqual(t, g.Lacking+g.Unknown, g.Sites)
			n += g.Lacking + g.Unknown
		}
		require.Len(t, site.Gaps(all, site.Essential()), n)
	})
}

func TestAdequacy(t *testing.T) {
	var team []workforce.Worker
	for _, id := range []workforce.WorkerID{"both", "room", "two", "unknown", "nowhere", "gone"} {
		w := workforce.Worker{ID: id, Roles: []sp.Role{sp.RoleLinkWorker}}
		if id == "gone" {
			w.Employment = sp.Hide(workforce.Employment{Left: today})
		}
		team = append(team, w)
	}
	good := site.Items{site.PrivateRoom: site.Yes, site.Laptop: site.Yes}
	f := site.Adequacy(team, []site.Readiness{
		at("a", "", good, "both", "two", "gone"),
		at("b", "", site.Items{site.PrivateRoom: site.NotNeeded, site.Laptop: site.Yes}, "both"),
		at("c", "", site.Items{site.PrivateRoom: site.Partly, site.Laptop: site.Yes}, "room"),
		at("d", "", site.Items{site.PrivateRoom: site.No}, "two"),
		at("e", "", site.Items{site.PrivateRoom: site.Yes}, "unknown"),
	}, today)
	require.Equal(t, 74, f.Number)
	require.InDelta(t, 1, f.Estimate.Numerator, 0, "both")
	require.InDelta(t, 3, f.Estimate.Denominator, 0, "room has one on some days, and two lacks it at one of two sites")
	require.Equal(t, 2, f.Excluded, "of whom it is unknown, or whom no site names")
}

func TestOpenAndSolvedCountInWorkingDays(t *testing.T) {
	friday := today.Add(-3)
	answer := site.Answer{Within: 2, Solve: 5}
	ask := func(id string, on, answered, solved sp.Date) site.Request {
		return site.Request{ID: id, Worker: "ann", Matter: site.Access, On: on, Answered: answered, Solved: solved}
	}
	all := []site.Request{
		ask("friday", friday, 0, 0),                   // to be answered by Tuesday
		ask("thursday", today.Add(-4), 0, 0),          // by Monday
		ask("wednesday", today.Add(-5), 0, 0),         // by Friday
		ask("answered", today.Add(-5), friday, 0),     // to be solved by Wednesday
		ask("old", today.Add(-20), today.Add(-19), 0), // by the Monday after
		ask("solved", today.Add(-20), today.Add(-19), today.Add(-14)),
		ask("slow", today.Add(-20), today.Add(-19), today.Add(-1)),
		ask("quick", friday, friday, friday),
		ask("to come", today.Add(1), 0, 0),
	}
	late := map[string]bool{}
	for _, w := range site.Open(all, answer, sp.Calendar{}, today) {
		late[w.ID] = w.Late
	}
	require.Equal(t, map[string]bool{"friday": false, "thursday": false, "wednesday": true, "answered": false, "old": true}, late)
	require.Equal(t, "old", site.Open(all, answer, sp.Calendar{}, today)[0].ID, "the oldest first")
	f := site.Solved(all, answer, sp.Calendar{}, sp.Period{Start: today.Add(-30), End: today}, today)
	require.Equal(t, 73, f.Number)
	require.InDelta(t, 1, f.Estimate.Numerator, 0, "solved")
	require.InDelta(t, 3, f.Estimate.Denominator, 0, "and old, and slow")
	require.Equal(t, 5, f.Excluded, "whose time is not over, solved or not")
}

func TestNoteAndAskRefuse(t *testing.T) {
	for name, r := range map[string]site.Readiness{
		"no site":              at("", "bay", nil),
		"no day":               {Site: "hill"},
		"a check in the past":  {Site: "hill", On: today, Again: today},
		"a worker with a name": at("hill", "bay", nil, "Ann Archer"),
		"an item in words":     at("hill", "bay", site.Items{"a kettle": site.Yes}),
		"a state that is none": at("hill", "bay", site.Items{site.Phone: "broken"}),
	} {
		t.Run("Note refuses a site with "+name, func(t *testing.T) {
			_, err := site.Note(r, ann)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	for name, change := range map[string]func(*site.Request){
		"no worker":                     func(r *site.Request) { r.Worker = "" },
		"a matter that is none":         func(r *site.Request) { r.Matter = "tea" },
		"no day":                        func(r *site.Request) { r.On = 0 },
		"a site that is none":           func(r *site.Request) { r.Site = "the hill" },
		"an answer before the question": func(r *site.Request) { r.Answered = today.Add(-9) },
		"a solution before an answer":   func(r *site.Request) { r.Solved = today },
	} {
		t.Run("Ask refuses a request with "+name, func(t *testing.T) {
			r := site.Request{ID: "Q-1", Worker: "ann", Matter: site.Room, On: today, Words: sp.Hide("There is none.")}
			change(&r)
			_, err := site.Ask(r, sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, ann.At))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.NotContains(t, err.Error(), "There is none")
		})
	}
}

func TestRequestKeepsItsWordsOutOfTheLog(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r, err := site.Ask(site.Request{ID: "Q-1", Worker: "ann", Matter: site.Room, On: today, Words: sp.Hide("There is none.")}, ann)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	again, err := site.Requests(db).Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, "There is none.", again.Document().Words.Reveal())
	plain, err := json.Marshal(again.Document())
	require.NoError(t, err)
	require.NotContains(t, string(plain)+fmt.Sprintf("%+v %#v", again.Document(), again), "There is none")
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		require.NotContains(t, string(e.Data), "There is none")
		_, err = site.DecodeEvent(e.Type, e.Data)
		require.NoError(t, err)
	}
}

func TestSitesAreDueAYearLater(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r, err := site.Note(at("hill", "bay", site.Items{site.Phone: site.Yes}), ann)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	n := 0
	for _, err := range site.Sites(db).Due(t.Context(), today.Add(site.Recheck), record.Query{}) {
		require.NoError(t, err)
		n++
	}
	require.Zero(t, n)
	for _, err := range site.Sites(db).Due(t.Context(), today.Add(site.Recheck+1), record.Query{}) {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, 1, n)
}
