package caseload_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
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

// three are ann, whose cases are handed over, bea and cy, and lena, who leads them.
func three() caseload.Limits {
	link := []sp.Role{sp.RoleLinkWorker}
	return caseload.Limits{On: sp.NewDate(2026, 11, 2), Caps: caseload.ProposedCaps(), Team: []workforce.Worker{
		{ID: "ann", Roles: link}, {ID: "bea", Roles: link}, {ID: "cy", Roles: link}, {ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}},
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
	require.NoError(t, handOvers.Offer(t.Context(), "H-1", leaving(n), three(), by("lena", sp.RoleTeamLead, 1).Under("k-1")))
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
	fmt.Println(handOvers.Offer(ctx, "H-1", leaving(2), three(), by("lena", sp.RoleTeamLead, 1)))
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
	// cy has 0
	// <nil>
}

func TestRepositoryOffersACaseOfWhoHasItAndOnce(t *testing.T) {
	db, handOvers := handed(t, 2)
	require.NoError(t, handOvers.Offer(t.Context(), "H-1", leaving(2), three(), by("lena", sp.RoleTeamLead, 1).Under("k-1")), "twice is once")
	require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-0", caseload.Reply{Yes: true}, three(), 0, by("bea", sp.RoleLinkWorker, 2)))
	require.NoError(t, handOvers.Offer(t.Context(), "H-1", leaving(2), three(), by("lena", sp.RoleTeamLead, 1).Under("k-1")), "also once one has moved")
	require.ErrorIs(t, handOvers.Offer(t.Context(), "H-2", leaving(2), three(), by("lena", sp.RoleTeamLead, 3)), store.ErrChanged, "it is bea's by now")
	require.ErrorIs(t, handOvers.Offer(t.Context(), "H-2", leaving(3), three(), by("lena", sp.RoleTeamLead, 3)), sp.ErrConflict)
	n, err := store.Count(t.Context(), db, store.Query{Kind: caseload.HandOverKind})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	missing := caseload.NewRepository(store.Tenant(memstore.New(), "bay"), transition.TableOnly{})
	require.ErrorIs(t, missing.Offer(t.Context(), "H-1", leaving(1), three(), by("lena", sp.RoleTeamLead, 3)), sp.ErrNotFound)
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

// A repository that was opened without the limits keeps them all the same.
func TestRepositoryKeepsTheCapWhenAHandOverIsAccepted(t *testing.T) {
	limits := three()
	limits.Caps = []caseload.Cap{{People: true, Soft: 1, Hard: 1, Source: "a test"}}
	bea := by("bea", sp.RoleLinkWorker, 2)
	db, handOvers := handed(t, 2)
	require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-0", caseload.Reply{Yes: true}, limits, 0, bea.Under("k-1")))
	err := handOvers.Answer(t.Context(), "H-1", "R-1", caseload.Reply{Yes: true}, limits, 0, bea.Under("k-2"))
	var beyond *caseload.LimitError
	require.ErrorAs(t, err, &beyond)
	require.Equal(t, caseload.BeyondCap, beyond.Why)
	require.Equal(t, referral.WorkerID("ann"), owner(t, db, "R-1"), "somebody has it")
	require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-0", caseload.Reply{Yes: true}, limits, 0, bea.Under("k-1")), "what was taken is not weighed twice")
	require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-1", caseload.Reply{Why: caseload.NoRoom}, limits, 0, bea.Under("k-3")), "a no is for whoever is full, too")
	require.Equal(t, referral.WorkerID("lena"), owner(t, db, "R-1"))
}

// Of two pages on which the last room is taken at the same moment, one has taken it.
func TestRepositoryGivesTheLastRoomToOneHandOver(t *testing.T) {
	limits := three()
	limits.Caps = []caseload.Cap{{People: true, Soft: 1, Hard: 1, Source: "a test"}}
	db, handOvers := handed(t, 2)
	errs := make([]error, 2)
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			errs[i] = handOvers.Answer(context.Background(), "H-1", referral.ID(fmt.Sprint("R-", i)), caseload.Reply{Yes: true}, limits, 0, by("bea", sp.RoleLinkWorker, 2).Under(fmt.Sprint("k-", i)))
		})
	}
	wait.Wait()
	require.NotEqual(t, errs[0] == nil, errs[1] == nil, "%v", errs)
	require.ErrorIs(t, errors.Join(errs...), sp.ErrDenied)
	carried, err := referral.NewRepository(db, nil).Caseload(t.Context(), "bea")
	require.NoError(t, err)
	require.Len(t, carried.Open, 1)
}

// Whoever the last case goes to, since nobody else has taken it, is asked nothing.
func TestRepositoryLetsAWorkerRefuseAlthoughTheLeadIsAway(t *testing.T) {
	db, handOvers := handed(t, 1)
	limits := three()
	limits.Team = limits.Team[:3] // lena has left since
	require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-0", caseload.Reply{Why: caseload.NotTrained}, limits, 0, by("bea", sp.RoleLinkWorker, 2)))
	require.Equal(t, referral.WorkerID("lena"), owner(t, db, "R-0"))
	require.ErrorIs(t, handOvers.Offer(t.Context(), "H-2", caseload.Offering{From: "lena", Lead: "ann", Why: caseload.Leaving, Cases: []caseload.Pass{{Referral: "R-0", To: "dee"}}}, limits, by("lena", sp.RoleTeamLead, 3)), sp.ErrDenied, "nobody is offered a case who is not there")
}

// A second lead helps out: what is offered to them is theirs to take or to refuse.
func TestRepositoryTakesTheAnswerOfALeadToWhomACaseIsOffered(t *testing.T) {
	limits := three()
	limits.Team = append(limits.Team, workforce.Worker{ID: "max", Roles: []sp.Role{sp.RoleTeamLead}})
	second := by("max", sp.RoleTeamLead, 2)
	for name, c := range map[string]struct {
		reply caseload.Reply
		s     sp.Stamp
		owner referral.WorkerID
		want  error
	}{
		"a yes":                      {caseload.Reply{Yes: true}, second, "max", nil},
		"a no goes to the lead":      {caseload.Reply{Why: caseload.NoRoom}, second, "lena", nil},
		"a no without a reason":      {caseload.Reply{}, second, "ann", sp.ErrInvalid},
		"the lead takes it for them": {caseload.Reply{Yes: true}, by("lena", sp.RoleTeamLead, 2), "lena", nil},
	} {
		t.Run(name, func(t *testing.T) {
			db := store.Tenant(memstore.New(), "bay")
			require.NoError(t, store.Save(t.Context(), db, accepted(1)[0]))
			handOvers := caseload.NewRepository(db, transition.TableOnly{})
			o := leaving(1)
			o.Cases[0].To = "max"
			require.NoError(t, handOvers.Offer(t.Context(), "H-1", o, limits, by("lena", sp.RoleTeamLead, 1)))
			require.ErrorIs(t, handOvers.Answer(t.Context(), "H-1", "R-0", c.reply, limits, 1, c.s), c.want)
			require.Equal(t, c.owner, owner(t, db, "R-0"))
		})
	}
}

// Clients number their requests, so that those of two have the same key.
func TestRepositoryTakesTheAnswersOfTwoUnderOneKeyForTwo(t *testing.T) {
	db, handOvers := handed(t, 2)
	require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-0", caseload.Reply{Yes: true}, three(), 0, by("bea", sp.RoleLinkWorker, 2).Under("1")))
	require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-1", caseload.Reply{}, three(), 0, by("lena", sp.RoleTeamLead, 2).Under("1")))
	require.Equal(t, referral.WorkerID("lena"), owner(t, db, "R-1"))
	denied := caseload.NewRepository(db, nil)
	require.ErrorIs(t, denied.Answer(t.Context(), "H-1", "R-1", caseload.Reply{Yes: true}, three(), 0, by("bea", sp.RoleLinkWorker, 3)), sp.ErrDenied, "nobody was asked whether it may be done")
}

func TestRepositoryTakesNoAnswerForAnotherUnderItsKey(t *testing.T) {
	bea := by("bea", sp.RoleLinkWorker, 2).Under("1")
	for name, c := range map[string]struct {
		of    referral.ID
		reply caseload.Reply
		same  bool
	}{
		"the same yes":               {"R-0", caseload.Reply{Yes: true}, true},
		"a yes to another case":      {"R-1", caseload.Reply{Yes: true}, false},
		"a no to the same case":      {"R-0", caseload.Reply{Why: caseload.NoRoom}, false},
		"the same no":                {"R-2", caseload.Reply{Why: caseload.NoRoom, Next: "cy"}, true},
		"a no for another reason":    {"R-2", caseload.Reply{Why: caseload.Knows, Next: "cy"}, false},
		"a no that asks another":     {"R-2", caseload.Reply{Why: caseload.NoRoom, Next: "dee"}, false},
		"a yes after that no":        {"R-2", caseload.Reply{Yes: true}, false},
		"a no to a case without one": {"R-1", caseload.Reply{Why: caseload.NoRoom, Next: "cy"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			db, handOvers := handed(t, 3)
			require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-0", caseload.Reply{Yes: true}, three(), 0, bea))
			require.NoError(t, handOvers.Answer(t.Context(), "H-1", "R-2", caseload.Reply{Why: caseload.NoRoom, Next: "cy"}, three(), 0, bea))
			err := handOvers.Answer(t.Context(), "H-1", c.of, c.reply, three(), 0, bea)
			require.Equal(t, c.same, err == nil, "%v", err)
			require.Equal(t, referral.WorkerID("ann"), owner(t, db, "R-1"))
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
