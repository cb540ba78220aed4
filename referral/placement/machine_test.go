package placement_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// TestNoSequenceOfCommandsGivesAGroupTwoAcceptances keeps two copies of a group
// of three, as two services would that do not know of each other, and gives
// random commands to either. A copy that loses against the other loads again.
func TestNoSequenceOfCommandsGivesAGroupTwoAcceptances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
		repo := placement.NewRepository(db, remit)
		var members []*placement.Placement
		for i := range 3 {
			proposal := referraltest.Proposal(placement.ID(fmt.Sprintf("PL-%d", i)))
			proposal.Group, proposal.Service = "G-1", directory.ID(fmt.Sprint("bay/garden-", i))
			p, err := referraltest.Propose(proposal, remit, by(sp.RoleLinkWorker, 0))
			require.NoError(t, err)
			require.NoError(t, p.Offer(referraltest.Sending(), remit, by(sp.RoleLinkWorker, 0)))
			members = append(members, p)
		}
		g, err := placement.Together("G-1", members...)
		require.NoError(t, err)
		require.NoError(t, store.Save(ctx, db, g))
		load := func() *placement.Group {
			g, err := repo.Group(ctx, "G-1")
			require.NoError(t, err)
			return g
		}
		copies := []*placement.Group{load(), load()}
		names := []string{"accept", "decline", "withdraw", "start", "complete", "stop", "lapse", "wait-list", "enter in error", "move to step"}
		for day := range rapid.IntRange(1, 25).Draw(t, "length") {
			who := rapid.IntRange(0, 1).Draw(t, "who")
			g := copies[who]
			p := rapid.SampledFrom(g.Members()).Draw(t, "placement")
			name := rapid.SampledFrom(names).Draw(t, "command")
			s := by(rapid.SampledFrom([]sp.Role{sp.RoleProvider, sp.RoleLinkWorker, sp.RolePerson}).Draw(t, "role"), day+1)
			before, state := slices.Collect(p.History()), p.State()
			if name == "accept" && rapid.Bool().Draw(t, "through the group") {
				err = g.Accept(p.ID(), s)
			} else {
				err = commands[name](p, s)
			}
			if err != nil {
				require.Empty(t, cmp.Diff(before, slices.Collect(p.History())), "a refused %s changed something", name)
				require.Equal(t, state, p.State())
				continue
			}
			if err := store.Save(ctx, db, g); err != nil {
				require.ErrorIs(t, err, sp.ErrConflict)
				copies[who] = load()
			} else {
				again, err := repo.Load(ctx, p.ID())
				require.NoError(t, err)
				require.Empty(t, cmp.Diff(snapshot(p), snapshot(again)), "what is loaded is what was saved")
			}
			taken := 0
			for p, err := range repo.All(ctx, placement.Query{Group: "G-1"}) {
				require.NoError(t, err)
				accepted := slices.ContainsFunc(slices.Collect(p.History()), func(e store.Entry[placement.Event]) bool {
					return e.Event == placement.Event(placement.Accepted{})
				})
				if accepted {
					taken++
				}
			}
			require.LessOrEqual(t, taken, 1, "two providers hold the same promise")
		}
	})
}

// snapshot is everything that can be asked of a placement.
func snapshot(p *placement.Placement) map[string]any {
	expected, waiting := p.Waiting()
	return map[string]any{
		"state": p.State(), "referral": p.Referral(), "person": p.Person(), "service": p.Service(), "provider": p.Provider(),
		"needs": p.Needs(), "group": p.Group(), "step": p.Step(), "sent": p.Sent(), "expected": expected, "waiting": waiting,
		"result": p.Result(), "reason": p.Reason(), "owed": p.OwedSince(), "history": slices.Collect(p.History()),
	}
}

// FuzzHistory replays what a store may hold after damage: an error or a
// placement, and never a panic.
func FuzzHistory(f *testing.F) {
	for _, s := range placement.Table().States() {
		b, err := referraltest.Placement("PL-1", s).Pending()
		require.NoError(f, err)
		f.Add(b.Puts[0].Body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		db := store.Tenant(memstore.New(), "bay")
		key := store.Key{Kind: placement.Kind, ID: "PL-1"}
		if db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key, Body: body}}}) != nil {
			return
		}
		p, err := placement.NewRepository(db, remit).Load(t.Context(), "PL-1")
		if err != nil {
			return
		}
		for _, give := range commands {
			_ = give(p, by(sp.RoleLinkWorker, 1000))
		}
		_ = p.Result()
		_, _ = p.Waiting()
	})
}
