package caseload_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

// Nobody believes that a case was given, or that nobody waits, because a disk was full: each call
// of the store fails in turn, and whoever asked is told.
func TestRepositoryTellsWhoeverAsksOfEveryCallThatFails(t *testing.T) {
	all := transition.TableOnly{}
	bea, lena := by("bea", sp.RoleLinkWorker, 2), by("lena", sp.RoleTeamLead, 2)
	answer := func(reply caseload.Reply, s sp.Stamp) func(store.Driver) error {
		return func(db store.Driver) error {
			return caseload.NewRepository(db, all).Answer(t.Context(), "H-1", "R-0", reply, three(), 0, s)
		}
	}
	for name, do := range map[string]func(store.Driver) error{
		"a hand-over is offered": func(db store.Driver) error {
			return caseload.NewRepository(db, all).Offer(t.Context(), "H-2", leaving(2), three(), lena)
		},
		"a case is accepted": answer(caseload.Reply{Yes: true}, bea),
		"a case is refused":  answer(caseload.Reply{Why: caseload.NoRoom}, bea),
		"a case is taken":    answer(caseload.Reply{Yes: true}, lena),
		"a case is given": func(db store.Driver) error {
			_, err := three().Give(t.Context(), db, all, "R-0", "cy", by("ann", sp.RoleLinkWorker, 2))
			return err
		},
		"the limits of a team are read": func(db store.Driver) error {
			l, err := caseload.LimitsOf(t.Context(), db, few, sp.DateOf(at))
			if err == nil {
				require.Equal(t, caseload.Limits{Team: l.Team, Caps: few, On: sp.DateOf(at)}, l)
				require.Equal(t, workforce.WorkerID("bea"), l.Team[0].ID)
			}
			return err
		},
		"what a team carries is read": func(db store.Driver) error {
			_, _, err := three().Carried(t.Context(), referral.NewRepository(db, all), at)
			return err
		},
		"who waits is read": func(db store.Driver) error {
			line, err := caseload.Intake(t.Context(), db, worklist.Standards{Name: "bay-1", Days: map[referral.Urgency]int{referral.Routine: 14}}, sp.Calendar{}, at)
			if err == nil {
				require.Len(t, line, 1, "who was accepted does not wait")
				require.Equal(t, referral.WorkerID("cy"), line[0].For)
				require.False(t, line[0].Unseen, "on that day somebody still may")
			}
			return err
		},
	} {
		t.Run("where "+name, func(t *testing.T) {
			for nth := 1; ; nth++ {
				db, _ := handed(t, 2)
				waits := referral.New("R-9", all)
				require.NoError(t, waits.Receive(referral.Submission{Person: "P-9", Urgency: referral.Routine, Reasons: someNeeds}, by("dr", sp.RoleReferrer, 0)))
				why, err := caseload.Queue(caseload.Queued{Referral: "R-9", On: sp.DateOf(at).Add(-1), Why: caseload.NobodyThat, For: "cy", Look: sp.DateOf(at)}, by("ann", sp.RoleLinkWorker, 1))
				require.NoError(t, err)
				w, err := workforce.Register(workforce.Worker{ID: "bea", Roles: []sp.Role{sp.RoleLinkWorker}}, lena)
				require.NoError(t, err)
				require.NoError(t, store.Save(t.Context(), db, waits, why, w))
				called := false
				err = do(storetest.Faulty(db, storetest.Fault{Nth: nth, Do: func() { called = true }, Err: storetest.ErrInjected}))
				if !called {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, storetest.ErrInjected, "call %d", nth)
			}
		})
	}
}

func TestRepositoryFindsWhatIsGoingOnAndWhose(t *testing.T) {
	db, handOvers := handed(t, 2)
	other := caseload.New("H-2", transition.TableOnly{})
	require.NoError(t, other.Offer(caseload.Offering{From: "cy", Lead: "lena", Why: caseload.OnLeave, By: sp.NewDate(2026, 11, 9), Cases: []caseload.Pass{{Referral: "R-7", To: "bea"}}}, by("lena", sp.RoleTeamLead, 1)))
	require.NoError(t, store.Save(t.Context(), db, other))
	ids := func(from referral.WorkerID) (ids []caseload.ID) {
		for h, err := range handOvers.Going(t.Context(), from) {
			require.NoError(t, err)
			ids = append(ids, h.ID())
		}
		return ids
	}
	require.Equal(t, []caseload.ID{"H-1", "H-2"}, ids(""))
	require.Equal(t, []caseload.ID{"H-2"}, ids("cy"))
	for h, err := range handOvers.Of(t.Context(), "cy") {
		require.NoError(t, err)
		require.Equal(t, []any{caseload.ID("H-2"), referral.WorkerID("cy"), sp.NewDate(2026, 11, 9)}, []any{h.ID(), h.From(), h.By()})
	}
	for _, id := range []referral.ID{"R-0", "R-1"} {
		require.NoError(t, handOvers.Answer(t.Context(), "H-1", id, caseload.Reply{Yes: true}, three(), 0, by("bea", sp.RoleLinkWorker, 2)))
	}
	require.Equal(t, []caseload.ID{"H-2"}, ids(""), "what is answered does not go on")
	require.Empty(t, ids("ann"))

	require.NoError(t, db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: store.Key{Kind: caseload.HandOverKind, ID: "H-3"}, Body: []byte(`{"v":`)}}}))
	_, err := handOvers.Load(t.Context(), "H-3")
	require.Error(t, err)
	require.NotErrorIs(t, err, sp.ErrNotFound)
	var none *caseload.HandOver
	_, err = none.Pending()
	require.ErrorContains(t, err, "there is none")
}
