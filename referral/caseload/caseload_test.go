package caseload_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/lives"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

var at = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func by(id string, role sp.Role, hours int) sp.Stamp {
	return sp.By(sp.Actor{ID: id, Role: role}, at.Add(time.Duration(hours)*time.Hour))
}

// A leaver's caseload, and the link workers that it is offered to.
func ExampleHandOver() {
	cases := accepted(2)
	h := caseload.New("H-1", transition.TableOnly{})
	err := h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving, Cases: []caseload.Pass{{Referral: "R-0", To: "bea"}, {Referral: "R-1", To: "bea"}}}, by("lena", sp.RoleTeamLead, 1))
	fmt.Println(err)
	fmt.Println(h.Accept(cases[0], by("bea", sp.RoleLinkWorker, 2)))
	fmt.Println(h.Refuse(cases[1], caseload.NotTrained, "", by("bea", sp.RoleLinkWorker, 2)))
	for _, p := range h.Passes() {
		fmt.Printf("%s is with %s, refused by %v\n", p.Referral, p.Owner, p.Refused)
	}
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// R-0 is with bea, refused by []
	// R-1 is with lena, refused by [bea]
}

func ExampleScale_Weigh() {
	fmt.Println(caseload.Proposed().Weigh(caseload.Facts{Phase: caseload.Going, Needs: 2, Crises: 1}))
	// Output: 1.70 = going 1.20 + needs (2) 0.10 + crises (1) 0.40
}

// accepted returns so many referrals on ann's caseload.
func accepted(n int) []*referral.Referral {
	var all []*referral.Referral
	for i := range n {
		r := referral.New(referral.ID(fmt.Sprintf("R-%d", i)), transition.TableOnly{})
		must(r.Receive(referral.Submission{Person: person.ID(fmt.Sprintf("P-%d", i)), Urgency: referral.Routine, Reasons: []needs.Code{needs.Debt}}, by("dr", sp.RoleReferrer, 0)))
		must(r.Accept("ann", by("ann", sp.RoleLinkWorker, 0)))
		all = append(all, r)
	}
	return all
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func TestScaleNoFactMoreMakesACaseLighter(t *testing.T) {
	count := rapid.IntRange(0, 40)
	rapid.Check(t, func(t *rapid.T) {
		phases := []caseload.Phase{caseload.Waiting, caseload.Going, caseload.First}
		phase := rapid.IntRange(0, 2).Draw(t, "phase")
		counts := rapid.SliceOfN(count, 7, 7).Draw(t, "counts")
		more := rapid.SliceOfN(rapid.IntRange(0, 3), 7, 7).Draw(t, "more")
		later := rapid.IntRange(phase, 2).Draw(t, "later")
		of := func(phase int, n []int) caseload.Facts {
			return caseload.Facts{Phase: phases[phase], Needs: n[0], Sensitive: n[1], Crises: n[2], Flags: n[3], Contacts: n[4], Adjustments: n[5], Young: n[6]}
		}
		sum := make([]int, 7)
		for i := range sum {
			sum[i] = counts[i] + more[i]
		}
		table := caseload.Proposed()
		require.NoError(t, table.Check())
		lighter, heavier := table.Weigh(of(phase, counts)), table.Weigh(of(later, sum))
		require.LessOrEqual(t, lighter.Points, heavier.Points)
		total := 0
		for _, term := range heavier.Terms {
			total += term.Points
		}
		require.Equal(t, heavier.Points, total, "the terms add up")
	})
}

func TestScaleThatMakesACaseLighterIsRefused(t *testing.T) {
	table := caseload.Proposed()
	at := func(what string) *caseload.Row {
		return &table.Rows[slices.IndexFunc(table.Rows, func(r caseload.Row) bool { return r.What == what })]
	}
	for name, spoil := range map[string]func(){
		"a fact that has less than nothing":    func() { at("crises").Points = -1 },
		"a limit that is less than nothing":    func() { at("needs").Most = -1 },
		"who goes on, lighter than who waits":  func() { at("going").Points = 10 },
		"a row that nobody stands behind":      func() { at("young").Source = "" },
		"a fact twice":                         func() { table.Rows = append(table.Rows, *at("young")) },
		"a fact that nobody counts":            func() { at("young").What = "mood" },
		"a table without a day":                func() { table.From = 0 },
		"a table of which nobody knows which":  func() { table.Version = "" },
		"a number that is a mistake of typing": func() { at("contacts").Points = 1_000_001 },
	} {
		table = caseload.Proposed()
		spoil()
		require.ErrorIs(t, table.Check(), sp.ErrInvalid, name)
	}
}

func TestLimits(t *testing.T) {
	today := sp.NewDate(2026, 11, 2)
	worker := func(id workforce.WorkerID, ages workforce.Ages, e workforce.Employment) workforce.Worker {
		return workforce.Worker{ID: id, Roles: []sp.Role{sp.RoleLinkWorker}, Ages: ages, Employment: sp.Hide(e)}
	}
	limits := caseload.Limits{On: today, Caps: caseload.ProposedCaps(), Team: []workforce.Worker{
		worker("full", "", workforce.Employment{WTE: 100}), worker("half", "", workforce.Employment{WTE: 50}),
		worker("young", workforce.YoungPeople, workforce.Employment{WTE: 100}),
		worker("away", "", workforce.Employment{Leave: []sp.Period{{Start: today, End: today.Add(7)}}}),
		worker("gone", "", workforce.Employment{Contract: sp.Period{Start: today.Add(-9), End: today}}),
	}}
	for _, c := range []struct {
		name, to string
		load     int
		ok       bool
	}{
		{"takes what is at the hard cap", "full", 10000, true},
		{"refuses what is beyond it", "full", 10001, false},
		{"knows that half the hours are half the cap", "half", 5001, false},
		{"counts people where a cap is of people", "young", 25, true},
		{"lets nobody have a 26th young person", "young", 26, false},
		{"refuses whose load is unknown", "full", -1, false},
		{"refuses who is on leave", "away", 0, false},
		{"refuses whose contract has ended", "gone", 0, false},
		{"refuses who is of no team", "who", 0, false},
	} {
		t.Run("a limit "+c.name, func(t *testing.T) {
			r := referral.New("R-1", limits)
			require.NoError(t, r.Receive(referral.Submission{Person: "P-1", Urgency: referral.Routine, Reasons: []needs.Code{needs.Debt}}, by("dr", sp.RoleReferrer, 0)))
			if c.load >= 0 {
				r.SupplyLoad(&referral.Caseload{Worker: referral.WorkerID(c.to)}, c.load)
			}
			err := r.Accept(referral.WorkerID(c.to), by(c.to, sp.RoleLinkWorker, 1))
			require.Equal(t, c.ok, err == nil, "%v", err)
			if !c.ok {
				require.ErrorIs(t, err, sp.ErrDenied)
			}
		})
	}
}

func TestHandOverRefuses(t *testing.T) {
	cases := accepted(3)
	h := caseload.New("H-1", transition.TableOnly{})
	lead := by("lena", sp.RoleTeamLead, 1)
	passes := []caseload.Pass{{Referral: "R-0", To: "bea"}, {Referral: "R-1", To: "bea"}}
	require.ErrorIs(t, h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving, Cases: append(passes, passes[0])}, lead), sp.ErrInvalid, "a case twice")
	require.ErrorIs(t, h.Offer(caseload.Offering{From: "ann", Lead: "ann", Why: caseload.Leaving, Cases: passes}, lead), sp.ErrInvalid, "nobody else to have what is left")
	require.NoError(t, h.Offer(caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving, Cases: passes}, lead))
	require.ErrorIs(t, h.Accept(cases[0], by("cy", sp.RoleLinkWorker, 2)), sp.ErrDenied, "somebody who was not asked")
	require.ErrorIs(t, h.Accept(cases[2], by("bea", sp.RoleLinkWorker, 2)), sp.ErrInvalid, "a case of no offer")
	require.ErrorIs(t, h.Accept(nil, by("bea", sp.RoleLinkWorker, 2)), sp.ErrInvalid, "no case")
	require.NoError(t, h.Accept(cases[0], by("bea", sp.RoleLinkWorker, 2)))
	require.ErrorIs(t, h.Refuse(cases[0], caseload.NoRoom, "", by("bea", sp.RoleLinkWorker, 2)), sp.ErrInvalid, "what is answered")
	require.NoError(t, cases[1].Assign("cy", by("ann", sp.RoleLinkWorker, 2)))
	require.ErrorIs(t, h.Accept(cases[1], by("bea", sp.RoleLinkWorker, 3)), sp.ErrInvalid, "what somebody has moved since")
	require.NoError(t, h.Drop(cases[1], lead))
	require.Empty(t, h.Open())
}

// Whatever is answered, killed, run twice and run by two at once: every case has one owner,
// which is what the protocol says, and what is killed half-way is resumed to its end.
func TestHandOverNeverLeavesACaseWithoutAnOwner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept := store.Tenant(memstore.New(), "bay")
		n := rapid.IntRange(1, 6).Draw(t, "cases")
		h := caseload.New("H-1", transition.TableOnly{})
		o := caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving}
		var changes []store.Change
		for i, r := range accepted(n) {
			changes = append(changes, r)
			o.Cases = append(o.Cases, caseload.Pass{Referral: r.ID(), To: referral.WorkerID([]string{"bea", "cy"}[i%2])})
		}
		require.NoError(t, h.Offer(o, by("lena", sp.RoleTeamLead, 1)))
		require.NoError(t, store.Save(t.Context(), kept, append(changes, h)...))

		for step := 0; ; step++ {
			db := kept
			after := rapid.Bool().Draw(t, "the commit went through")
			if step < 12 && rapid.Bool().Draw(t, "killed") {
				db = storetest.Faulty(kept, storetest.Fault{Op: storetest.Commit, After: after})
			}
			h := load(t, kept)
			two := load(t, kept) // somebody else, at the same time
			open := h.Open()
			if len(open) == 0 {
				break
			}
			p := open[rapid.IntRange(0, len(open)-1).Draw(t, "which")]
			answer := rapid.SampledFrom([]string{"accept", "refuse", "pass on", "take"}).Draw(t, "answer")
			for _, who := range []*caseload.HandOver{h, two} {
				r, err := referral.NewRepository(kept, transition.TableOnly{}).Load(t.Context(), p.Referral)
				require.NoError(t, err)
				if err := give(who, r, p, answer, 2+step); err != nil {
					require.ErrorIs(t, err, sp.ErrInvalid)
					continue
				}
				if err := store.Save(t.Context(), db, who); err != nil {
					require.True(t, errors.Is(err, storetest.ErrInjected) || errors.Is(err, sp.ErrConflict), "%v", err)
				}
			}
			owned(t, kept)
		}
		for _, p := range load(t, kept).Passes() {
			require.True(t, p.Done)
			require.NotEqual(t, referral.WorkerID("ann"), p.Owner)
		}
	})
}

func load(t *rapid.T, db store.Driver) *caseload.HandOver {
	h, err := caseload.NewRepository(db, transition.TableOnly{}).Load(t.Context(), "H-1")
	require.NoError(t, err)
	return h
}

func give(h *caseload.HandOver, r *referral.Referral, p caseload.Pass, answer string, hour int) error {
	to := by(string(p.To), sp.RoleLinkWorker, hour)
	switch answer {
	case "accept":
		return h.Accept(r, to)
	case "refuse":
		return h.Refuse(r, caseload.NoRoom, "", to)
	case "pass on":
		return h.Refuse(r, caseload.NoRoom, "dee", to)
	}
	return h.Take(r, by("lena", sp.RoleTeamLead, hour))
}

// owned fails unless each case is with whom the protocol says.
func owned(t *rapid.T, db store.Driver) {
	for _, p := range load(t, db).Passes() {
		r, err := referral.NewRepository(db, nil).Load(t.Context(), p.Referral)
		require.NoError(t, err)
		require.Equal(t, p.Owner, r.Worker())
		require.NotEmpty(t, r.Worker())
	}
}

func TestCaseloadsInMemory(t *testing.T) {
	lives.Caseloads(t, func(*testing.T) store.Driver { return memstore.New() })
}

func BenchmarkHandOver(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		db := store.Tenant(memstore.New(), "bay")
		cases := accepted(250)
		h := caseload.New("H-1", transition.TableOnly{})
		o := caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving}
		var changes []store.Change
		for _, r := range cases {
			changes = append(changes, r)
			o.Cases = append(o.Cases, caseload.Pass{Referral: r.ID(), To: "bea"})
		}
		must(h.Offer(o, by("lena", sp.RoleTeamLead, 1)))
		must(store.Save(b.Context(), db, append(changes, h)...))
		b.StartTimer()
		for _, r := range cases {
			must(h.Accept(r, by("bea", sp.RoleLinkWorker, 2)))
		}
		must(store.Save(b.Context(), db, h))
	}
}

// A team of 100 workers with 60 cases each: weighed and explained, beside the plain loop,
// which adds up the points that the table has for each and explains nothing.
func BenchmarkLoad(b *testing.B) {
	table := caseload.Proposed()
	team := make([][]caseload.Carried, 100)
	for w := range team {
		for i := range 60 {
			team[w] = append(team[w], caseload.Carried{Referral: referral.ID(fmt.Sprintf("R-%d-%d", w, i)), Facts: caseload.Facts{
				Phase: []caseload.Phase{caseload.Waiting, caseload.Going, caseload.First}[(w+i)%3], Needs: 1 + i%4, Sensitive: i % 2, Crises: i / 50, Contacts: i % 6, Adjustments: i % 7 / 6,
			}})
		}
	}
	var sum, want int
	for _, cases := range team {
		want += table.Load("ann", cases).Points
	}
	b.Run("100 workers with 60 cases", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sum = 0
			for _, cases := range team {
				sum += table.Load("ann", cases).Points
			}
		}
	})
	b.Run("and each explained in words", func(b *testing.B) {
		for b.Loop() {
			for _, cases := range team {
				for _, c := range table.Load("ann", cases).Cases {
					sum += len(c.String())
				}
			}
		}
	})
	b.Run("baseline: the sum alone", func(b *testing.B) {
		points := map[string]int{}
		for _, r := range table.Rows {
			points[r.What] = r.Points
		}
		for b.Loop() {
			sum = 0
			for _, cases := range team {
				for _, c := range cases {
					f := c.Facts
					sum += points[string(f.Phase)] + min(f.Needs, 6)*points["needs"] + min(f.Sensitive, 1)*points["sensitive"] + f.Crises*points["crises"] +
						f.Flags*points["flags"] + min(f.Contacts, 12)*points["contacts"] + f.Adjustments*points["adjustments"] + f.Young*points["young"]
				}
			}
		}
		require.Equal(b, want, sum)
	})
}

var someNeeds = []needs.Code{needs.Debt}
