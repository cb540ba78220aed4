package session_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// give gives a command with good input.
func give(x *session.Session, c session.Command, s sp.Stamp) error {
	switch {
	case c == session.Schedule:
		plan := referraltest.Plan()
		if s.By.Role == sp.RoleProvider { // their own
			plan.Provider = directory.ID(s.By.For)
		}
		return x.Schedule(plan, s)
	case c == session.Explain && x.State() == session.StateMissed:
		s.At, s.Recorded = referraltest.Day(100), referraltest.Day(100)
	}
	if command := commands[string(c)]; command != nil {
		return command(x, s)
	}
	return errors.New("no such command")
}

func behaviour(t *testing.T) goldentest.Behaviour[*session.Session, session.State, session.Command] {
	t.Helper()
	var worlds []goldentest.World[*session.Session]
	add := func(name string, x *session.Session) {
		db := store.Tenant(memstore.New(), "bay")
		require.NoError(t, store.Save(t.Context(), db, x))
		worlds = append(worlds, goldentest.World[*session.Session]{Name: name, Make: func() *session.Session {
			x, err := session.NewRepository(db, referraltest.AllowAll{}).LoadOrNew(t.Context(), "S-1")
			require.NoError(t, err)
			return x
		}})
	}
	add("new", session.New("S-1", referraltest.AllowAll{}))
	for _, state := range session.Table().States() {
		add(string(state), referraltest.Session("S-1", state))
	}
	late := referraltest.Session("S-1", session.StatePlanned)
	require.NoError(t, late.Cancel(reason.Because(reason.Died), by(sp.RoleLinkWorker, 12)))
	add("cancelled after its time", late)
	return goldentest.Behaviour[*session.Session, session.State, session.Command]{
		Table: session.Table, Worlds: worlds, Give: give, Actors: people(),
		May: (*session.Session).May, Legal: (*session.Session).Legal,
		Events: func(x *session.Session) (names []store.EventType, to session.State) {
			for e := range x.History() {
				names = append(names, e.Event.EventType())
			}
			return names, x.State()
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
		by(sp.RoleSystem, 100), who("link", sp.RoleProvider, "bay/green", "session/S-1"),
		who("other-link", sp.RoleProvider, "bay/green", "session/S-2"), who("other-provider", sp.RoleProvider, "bay/grey", ""),
		who("omar", sp.RolePerson, "P-2", ""), who("nobody", sp.RolePerson, "", ""), who("nobodys-provider", sp.RoleProvider, "", ""),
		who("referrer-for-provider", sp.RoleReferrer, "bay/green", ""), who("referrer-for-person", sp.RoleReferrer, "P-1", ""), who("claimed-system", sp.RoleSystem, "", ""),
	}
}

func TestEveryCommandOfASessionByEverybody(t *testing.T) {
	b := behaviour(t)
	goldentest.Equal(t, "testdata/commands.txt", b.String(session.Table().Commands(), t.Errorf))
	b.EveryCommandIsGiven(t)
	b.AStrangerLearnsNothing(t, people()[6:]...)
}

func TestEveryMistakeInTheTableOfSessionsIsSeen(t *testing.T) {
	goldentest.EveryMutantIsSeen(t, session.Machine, behaviour(t))
}
