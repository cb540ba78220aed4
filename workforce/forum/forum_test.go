package forum_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/record"
)

var (
	today   = sp.NewDate(2026, 11, 2)
	quarter = sp.NewDate(2026, 10, 1).Months(3)
	lena    = sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
)

// A forum to which nobody invited a link worker, and the partners whom none reached.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	r, err := forum.Note(forum.Meeting{ID: "F-1", Organiser: "bay/council", On: today.Add(-10), Invited: []forum.Invitation{
		{Who: "bay/green", As: sp.RoleProvider, On: today.Add(-30), Came: sp.Yes},
		{Who: "bay/choir", As: sp.RoleProvider, On: today.Add(-30), Came: sp.No},
	}}, lena)
	fmt.Println(r, err, store.Save(ctx, db, r))
	meetings, err := forum.Meetings(db).List(ctx, record.Query{From: quarter.Start, Before: quarter.End})
	for _, m := range forum.Uninvited(meetings) {
		fmt.Println("no link worker:", m.ID, m.On, err)
	}
	partners := []string{"bay/green", "bay/choir", "bay/advice"}
	fmt.Println(forum.Unseen(meetings, partners, quarter))
	f, err := forum.Reach(meetings, partners, quarter)
	fmt.Println(f.Estimate, err)
	// Output:
	// forum F-1 <nil> <nil>
	// no link worker: F-1 2026-10-23 <nil>
	// [{bay/choir did-not-come} {bay/advice not-invited}]
	// 33.3 % (6.15 to 79.2), 1 of 3 partners, Wilson 95 % <nil>
}

func TestUninvited(t *testing.T) {
	ann := forum.Invitation{Who: "ann", As: sp.RoleLinkWorker, On: today.Add(-20)}
	came := forum.Invitation{Who: "ann", As: sp.RoleLinkWorker, Came: sp.Yes}
	other := forum.Invitation{Who: "bay/green", As: sp.RoleProvider, On: today.Add(-20)}
	for _, c := range []struct {
		name string
		m    forum.Meeting
		want int
	}{
		{"a meeting without anybody", forum.Meeting{}, 1},
		{"a meeting of partners alone", forum.Meeting{Invited: []forum.Invitation{other}}, 1},
		{"a meeting to which a link worker came unasked", forum.Meeting{Invited: []forum.Invitation{came}}, 1},
		{"no meeting with a link worker invited", forum.Meeting{Invited: []forum.Invitation{other, ann}}, 0},
		{"no meeting that did not take place", forum.Meeting{Off: true}, 0},
	} {
		t.Run("Uninvited names "+c.name, func(t *testing.T) {
			require.Len(t, forum.Uninvited([]forum.Meeting{c.m}), c.want)
		})
	}
	all := forum.Uninvited([]forum.Meeting{{ID: "b", On: today}, {ID: "c", On: today.Add(-1)}, {ID: "a", On: today}})
	require.Equal(t, []string{"c", "a", "b"}, []string{all[0].ID, all[1].ID, all[2].ID}, "in the order of their days")
}

func TestReach(t *testing.T) {
	in := func(who string, came sp.Truth) forum.Invitation {
		return forum.Invitation{Who: who, As: sp.RoleProvider, On: today.Add(-60), Came: came}
	}
	unasked := forum.Invitation{Who: "unasked", As: sp.RoleProvider, Came: sp.Yes}
	all := []forum.Meeting{
		{ID: "1", On: quarter.Start, Invited: []forum.Invitation{in("came", sp.No), in("unsaid", sp.No), in("not", sp.No), unasked}},
		{ID: "2", On: quarter.End.Add(-1), Invited: []forum.Invitation{in("came", sp.Yes), in("unsaid", sp.Unknown)}},
		{ID: "3", On: quarter.End, Invited: []forum.Invitation{in("not", sp.Yes)}},
		{ID: "4", On: quarter.Start, Off: true, Invited: []forum.Invitation{in("not", sp.Unknown)}},
	}
	partners := []string{"came", "unsaid", "not", "unasked", "never"}
	f, err := forum.Reach(all, partners, quarter)
	require.NoError(t, err)
	require.Equal(t, 69, f.Number)
	require.InDelta(t, 1, f.Estimate.Numerator, 0)
	require.InDelta(t, 4, f.Estimate.Denominator, 0)
	require.Equal(t, 1, f.Excluded)
	require.Equal(t, []forum.Missed{{"unsaid", forum.Unknown}, {"not", forum.DidNotCome}, {"unasked", forum.NotInvited}, {"never", forum.NotInvited}}, forum.Unseen(all, partners, quarter))
	_, err = forum.Reach(all, []string{"a", "a"}, quarter)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = forum.Reach(all, partners, sp.Period{End: today})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// Nobody is both reached and missed, and nobody is neither.
func TestUnseenAndReachCountEachPartnerOnce(t *testing.T) {
	partners := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(t *rapid.T) {
		var all []forum.Meeting
		for i := range rapid.IntRange(0, 5).Draw(t, "meetings") {
			m := forum.Meeting{ID: fmt.Sprint(i), On: quarter.Start.Add(rapid.IntRange(-9, 100).Draw(t, "on")), Off: rapid.Bool().Draw(t, "off")}
			for _, p := range partners {
				if rapid.Bool().Draw(t, "asked") {
					m.Invited = append(m.Invited, forum.Invitation{Who: p, As: sp.RoleProvider, On: today, Came: rapid.SampledFrom([]sp.Truth{sp.Unknown, sp.Yes, sp.No}).Draw(t, "came")})
				}
			}
			all = append(all, m)
		}
		f, err := forum.Reach(all, partners, quarter)
		require.NoError(t, err)
		require.Equal(t, len(partners), len(forum.Unseen(all, partners, quarter))+int(f.Estimate.Numerator))
		require.Equal(t, len(partners), f.Excluded+int(f.Estimate.Denominator))
	})
}

func TestNote(t *testing.T) {
	m := forum.Meeting{ID: "F-1", Organiser: "bay/council", On: today.Add(9), Invited: []forum.Invitation{{Who: "ann", As: sp.RoleLinkWorker, On: today}}}
	for name, change := range map[string]func(*forum.Meeting){
		"no organiser":                       func(m *forum.Meeting) { m.Organiser = "" },
		"no day":                             func(m *forum.Meeting) { m.On = 0 },
		"somebody twice":                     func(m *forum.Meeting) { m.Invited = append(m.Invited, m.Invited[0]) },
		"a name":                             func(m *forum.Meeting) { m.Invited[0].Who = "Ann Archer" },
		"nobody in a role":                   func(m *forum.Meeting) { m.Invited[0].As = "" },
		"an invitation after it":             func(m *forum.Meeting) { m.Invited[0].On = m.On.Add(1) },
		"people who came before it was":      func(m *forum.Meeting) { m.Invited[0].Came = sp.Yes },
		"people who came although it is off": func(m *forum.Meeting) { m.On, m.Off, m.Invited[0].Came = today, true, sp.Yes },
	} {
		t.Run("Note refuses a meeting with "+name, func(t *testing.T) {
			m := m
			m.Invited = append([]forum.Invitation(nil), m.Invited...)
			change(&m)
			_, err := forum.Note(m, lena)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	db := store.Tenant(memstore.New(), "bay")
	r, err := forum.Note(m, lena)
	require.NoError(t, err, "what is to come")
	require.NoError(t, store.Save(t.Context(), db, r))
	due := func() (n int) {
		for _, err := range forum.Meetings(db).Due(t.Context(), m.On.Add(1), record.Query{}) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	require.Equal(t, 1, due(), "nobody has said who came")
	m.Invited = []forum.Invitation{{Who: "ann", As: sp.RoleLinkWorker, On: today, Came: sp.Yes}}
	require.NoError(t, r.Amend(m, sp.By(lena.By, lena.At.AddDate(0, 0, 10))))
	require.NoError(t, store.Save(t.Context(), db, r))
	require.Zero(t, due())
}
