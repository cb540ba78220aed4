package placement_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// give gives a command with good input.
func give(p *placement.Placement, c placement.Command, s sp.Stamp) error {
	if c == placement.Propose {
		return p.Propose(referraltest.Proposal(p.ID()), s)
	}
	if command := commands[string(c)]; command != nil {
		return command(p, s)
	}
	return errors.New("no such command")
}

func behaviour(t *testing.T) goldentest.Behaviour[*placement.Placement, placement.State, placement.Command] {
	t.Helper()
	var worlds []goldentest.World[*placement.Placement]
	add := func(name string, p *placement.Placement) {
		db := store.Tenant(memstore.New(), "bay")
		require.NoError(t, store.Save(t.Context(), db, p))
		worlds = append(worlds, goldentest.World[*placement.Placement]{Name: name, Make: func() *placement.Placement {
			p, err := placement.NewRepository(db, referraltest.AllowAll{}).LoadOrNew(t.Context(), "PL-1")
			require.NoError(t, err)
			return p
		}})
	}
	add("new", placement.New("PL-1", referraltest.AllowAll{}))
	for _, state := range placement.Table().States() {
		add(string(state), referraltest.Placement("PL-1", state))
	}
	for _, level := range []placement.Level{placement.Signpost, placement.SelfReferral} {
		p := referraltest.Placement("PL-1", placement.StateProposed)
		require.NoError(t, p.Offer(placement.Sending{Level: level}, nil, by(sp.RoleLinkWorker, 5)))
		add("offered, a "+string(level), p)
		gone := referraltest.Placement("PL-1", placement.StateProposed)
		require.NoError(t, gone.Offer(placement.Sending{Level: level}, nil, by(sp.RoleLinkWorker, 5)))
		require.NoError(t, gone.Start(by(sp.RoleLinkWorker, 9)))
		add("started, a "+string(level), gone)
	}
	listed := referraltest.Placement("PL-1", placement.StateOffered)
	require.NoError(t, listed.WaitList(0, by(sp.RoleProvider, 6)))
	add("offered, on a waiting list", listed)
	a := referraltest.Proposal("PL-1")
	a.Group = "G-1"
	member, err := referraltest.Propose(a, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.NoError(t, member.Offer(referraltest.Sending(), referraltest.AllowAll{}, by(sp.RoleLinkWorker, 5)))
	add("offered, in a group", member)
	return goldentest.Behaviour[*placement.Placement, placement.State, placement.Command]{
		Table: placement.Table, Worlds: worlds, Give: give, Actors: people(),
		May: (*placement.Placement).May, Legal: (*placement.Placement).Legal,
		Events: func(p *placement.Placement) (names []store.EventType, to placement.State) {
			for e := range p.History() {
				names = append(names, e.Event.EventType())
			}
			return names, p.State()
		},
	}
}

// people are all who try; the last ones are strangers.
func people() []sp.Stamp {
	who := func(id string, role sp.Role, of, only string) sp.Stamp {
		return sp.By(sp.Actor{ID: id, Role: role, For: of, Only: only}, referraltest.Day(100))
	}
	early := by(sp.RoleLinkWorker, 8)
	early.By.ID = "worker-before"
	return []sp.Stamp{
		who("worker", sp.RoleLinkWorker, "", ""), early, who("provider", sp.RoleProvider, "bay/green", ""), who("june", sp.RolePerson, "P-1", ""),
		by(sp.RoleSystem, 100), who("link", sp.RoleProvider, "bay/green", "placement/PL-1"),
		who("other-link", sp.RoleProvider, "bay/green", "placement/PL-2"), who("other-provider", sp.RoleProvider, "bay/grey", ""),
		who("omar", sp.RolePerson, "P-2", ""), who("nobody", sp.RolePerson, "", ""), who("nobodys-provider", sp.RoleProvider, "", ""),
		who("referrer-for-provider", sp.RoleReferrer, "bay/green", ""), who("referrer-for-person", sp.RoleReferrer, "P-1", ""), who("claimed-system", sp.RoleSystem, "", ""),
	}
}

func TestEveryCommandOfAPlacementByEverybody(t *testing.T) {
	b := behaviour(t)
	goldentest.Equal(t, "testdata/commands.txt", b.String(placement.Table().Commands(), t.Errorf))
	for _, row := range placement.Table().Rows {
		require.NotEmpty(t, row.By)
	}
	b.AStrangerLearnsNothing(t, people()[6:]...)
}

func TestEveryMistakeInTheTableOfPlacementsIsSeen(t *testing.T) {
	goldentest.EveryMutantIsSeen(t, placement.Machine, behaviour(t))
}

func TestARequestThatComesTwiceHappensOnceToAPlacement(t *testing.T) {
	for _, w := range behaviour(t).Worlds {
		for _, c := range placement.Table().Commands() {
			p, s := w.Make(), people()[0].Under("k-1")
			if give(p, c, s) != nil || c == placement.PlanSession {
				continue
			}
			n := len(snapshot(p)["history"].([]store.Entry[placement.Event]))
			s.At, s.Recorded = referraltest.Day(101), referraltest.Day(101)
			require.NoError(t, give(p, c, s), "%s: %s", w.Name, c)
			require.Len(t, snapshot(p)["history"], n, "%s: %s", w.Name, c)
		}
	}
}

func TestAskingAPlacementCostsNoAllocation(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Skip("coverage counters keep the iterator of Legal from being inlined, so that it escapes")
	}
	p, s := referraltest.Placement("PL-1", placement.StateOffered), people()[0]
	n := 0
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for c := range p.Legal(s) {
			if p.May(c, s) == nil {
				n++
			}
		}
	}))
	require.Positive(t, n)
}
