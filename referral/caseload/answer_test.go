package caseload_test

import (
	"context"
	"fmt"
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

// three are ann, whose cases are handed over, bea and lena, who leads them.
func three() caseload.Limits {
	link := []sp.Role{sp.RoleLinkWorker}
	return caseload.Limits{On: sp.NewDate(2026, 11, 2), Caps: caseload.ProposedCaps(), Team: []workforce.Worker{
		{ID: "ann", Roles: link}, {ID: "bea", Roles: link}, {ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}},
	}}
}

// leaving is the hand-over of ann's cases to bea.
func leaving(n int) caseload.Offering {
	o := caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving}
	for i := range n {
		o.Cases = append(o.Cases, caseload.Pass{Referral: referral.ID(fmt.Sprint("R-", i)), To: "bea"})
	}
	return o
}

// handed is a store in which ann's cases are offered to bea.
func handed(t *testing.T, n int) (store.Driver, *caseload.Repository) {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	for _, r := range accepted(n) {
		require.NoError(t, store.Save(t.Context(), db, r))
	}
	handOvers := caseload.NewRepository(db, transition.TableOnly{})
	require.NoError(t, handOvers.Offer(t.Context(), "H-1", leaving(n), by("lena", sp.RoleTeamLead, 1).Under("k-1")))
	return db, handOvers
}

// owner returns whose a case is.
func owner(t *testing.T, db store.Driver, id referral.ID) referral.WorkerID {
	t.Helper()
	r, err := referral.NewRepository(db, nil).Load(t.Context(), id)
	require.NoError(t, err)
	return r.Worker()
}

// Ann leaves, and offers her two cases to Bea, who has room for one.
func ExampleRepository_Answer() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	for _, r := range accepted(2) {
		must(store.Save(ctx, db, r))
	}
	handOvers := caseload.NewRepository(db, transition.TableOnly{})
	fmt.Println(handOvers.Offer(ctx, "H-1", leaving(2), by("lena", sp.RoleTeamLead, 1)))
	bea := by("bea", sp.RoleLinkWorker, 2)
	fmt.Println(handOvers.Answer(ctx, "H-1", "R-0", caseload.Reply{Yes: true}, three(), 1, bea.Under("k-1")))
	fmt.Println(handOvers.Answer(ctx, "H-1", "R-1", caseload.Reply{Why: caseload.NoRoom}, three(), 1, bea.Under("k-2")))
	fmt.Println(handOvers.Answer(ctx, "H-1", "R-1", caseload.Reply{Why: caseload.NoRoom}, three(), 0, bea.Under("k-2")))
	rooms, loads, err := three().Carried(ctx, referral.NewRepository(db, nil), bea.At)
	for _, r := range rooms {
		fmt.Println(r.Worker, "has", loads[r.Worker].People)
	}
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
	// caseload: answer H-1: it has changed since it was shown: version conflict
	// <nil>
	// ann has 0
	// bea has 1
	// <nil>
}

func TestRepositoryOffersACaseOfWhoHasItAndOnce(t *testing.T) {
	db, handOvers := handed(t, 2)
	require.NoError(t, handOvers.Offer(t.Context(), "H-1", leaving(2), by("lena", sp.RoleTeamLead, 1).Under("k-1")), "twice is once")
	require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-0", caseload.Reply{Yes: true}, three(), 0, by("bea", sp.RoleLinkWorker, 2)))
	require.NoError(t, handOvers.Offer(t.Context(), "H-1", leaving(2), by("lena", sp.RoleTeamLead, 1).Under("k-1")), "also once one has moved")
	require.ErrorIs(t, handOvers.Offer(t.Context(), "H-2", leaving(2), by("lena", sp.RoleTeamLead, 3)), store.ErrChanged, "it is bea's by now")
	require.ErrorIs(t, handOvers.Offer(t.Context(), "H-2", leaving(3), by("lena", sp.RoleTeamLead, 3)), sp.ErrConflict)
	n, err := store.Count(t.Context(), db, store.Query{Kind: caseload.HandOverKind})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	missing := caseload.NewRepository(store.Tenant(memstore.New(), "bay"), transition.TableOnly{})
	require.ErrorIs(t, missing.Offer(t.Context(), "H-1", leaving(1), by("lena", sp.RoleTeamLead, 3)), sp.ErrNotFound)
}

func TestRepositoryTakesTheAnswerOfWhomACaseIsOfferedTo(t *testing.T) {
	lead, bea := by("lena", sp.RoleTeamLead, 2), by("bea", sp.RoleLinkWorker, 2)
	for name, c := range map[string]struct {
		reply caseload.Reply
		s     sp.Stamp
		seen  int64
		owner referral.WorkerID
		want  error
	}{
		"a yes":                      {caseload.Reply{Yes: true}, bea, 1, "bea", nil},
		"a yes to what was not seen": {caseload.Reply{Yes: true}, bea, 0, "bea", nil},
		"a no goes to the lead":      {caseload.Reply{Why: caseload.NoRoom}, bea, 1, "lena", nil},
		"a no asks the next":         {caseload.Reply{Why: caseload.NoRoom, Next: "cy"}, bea, 1, "ann", nil},
		"the lead takes it":          {caseload.Reply{}, lead, 1, "lena", nil},
		"an old page":                {caseload.Reply{Yes: true}, bea, 9, "ann", store.ErrChanged},
		"a no without a reason":      {caseload.Reply{}, bea, 1, "ann", sp.ErrInvalid},
		"somebody else's yes":        {caseload.Reply{Yes: true}, by("ann", sp.RoleLinkWorker, 2), 1, "ann", sp.ErrDenied},
		"somebody of no team":        {caseload.Reply{Yes: true}, by("dee", sp.RoleLinkWorker, 2), 1, "ann", sp.ErrDenied},
		"a provider":                 {caseload.Reply{Yes: true}, by("sam", sp.RoleProvider, 2), 1, "ann", sp.ErrDenied},
	} {
		t.Run(name, func(t *testing.T) {
			db, handOvers := handed(t, 1)
			err := handOvers.Answer(t.Context(), "H-1", "R-0", c.reply, three(), c.seen, c.s.Under("k-2"))
			require.ErrorIs(t, err, c.want)
			require.Equal(t, c.owner, owner(t, db, "R-0"))
			if c.want == nil {
				require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-0", c.reply, three(), c.seen, c.s.Under("k-2")), "twice is once")
			}
			require.ErrorIs(t, handOvers.Answer(t.Context(), "H-9", "R-0", c.reply, three(), 0, c.s), sp.ErrNotFound)
		})
	}
}

func TestHandOverConcernsWhoseCasesTheyAreAndWhoIsOrWasAsked(t *testing.T) {
	_, handOvers := handed(t, 1)
	require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-0", caseload.Reply{Why: caseload.NoRoom, Next: "cy"}, three(), 0, by("bea", sp.RoleLinkWorker, 2)))
	h, err := handOvers.Load(t.Context(), "H-1")
	require.NoError(t, err)
	for worker, want := range map[referral.WorkerID]bool{"ann": true, "bea": true, "cy": true, "dee": false, "": false} {
		require.Equal(t, want, h.Concerns(worker), worker)
	}
}
