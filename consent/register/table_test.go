package register_test

import (
	"cmp"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// commands give each command with good input, under IDs with a number.
var commands = map[register.Command]func(*register.Register, string, sp.Stamp) error{
	register.Open: func(r *register.Register, _ string, s sp.Stamp) error { return r.Open(consent.England, s) },
	register.Choose: func(r *register.Register, n string, s sp.Stamp) error {
		return r.Choose(choice(consent.ChoiceID("C-"+n), "P-1"), s)
	},
	register.Withdraw: func(r *register.Register, _ string, s sp.Stamp) error { return r.Withdraw("C-1", s) },
	register.Object: func(r *register.Register, n string, s sp.Stamp) error {
		return r.Object(consent.Objection{ID: consent.ObjectionID("J-" + n), By: "P-1", Scope: consent.Scope{To: []string{"bay/blue"}}}, s)
	},
	register.Lift: func(r *register.Register, _ string, s sp.Stamp) error { return r.Lift("J-1", s) },
	register.Override: func(r *register.Register, n string, s sp.Stamp) error {
		return r.Override(policy, consent.Override{ID: consent.DeedID("O-" + n), Ground: consent.AdultAtRisk, To: "bay/council", Kinds: []consent.Kind{consent.Identity}, Facts: "N-7", Asked: sp.Yes, Told: sp.Yes}, s)
	},
	register.BreakGlass: func(r *register.Register, n string, s sp.Stamp) error {
		return r.BreakGlass(policy, consent.Glass{ID: consent.DeedID("G-" + n), Ground: consent.DangerToLife, Facts: "N-7"}, register.Waiting{Reader: s.By.ID}, s)
	},
	register.Review: func(r *register.Register, _ string, s sp.Stamp) error { return r.Review("O-1", sp.Yes, s) },
	register.Order: func(r *register.Register, n string, s sp.Stamp) error {
		return r.Order(consent.Order{ID: consent.OrderID("D-" + n), Duty: "court-order", By: "court", To: []string{"bay/council"}, Kinds: []consent.Kind{consent.Identity}}, s)
	},
	register.Comply:  func(r *register.Register, _ string, s sp.Stamp) error { return r.Comply("D-1", s) },
	register.Correct: func(r *register.Register, _ string, s sp.Stamp) error { return r.Correct("T-1", s) },
	register.Expose: func(r *register.Register, n string, s sp.Stamp) error {
		return r.Expose(register.Exposed{Incident: breach.ID("B-" + n), Kinds: []consent.Kind{consent.Identity}}, s)
	},
	register.Inform: func(r *register.Register, _ string, s sp.Stamp) error { return r.Inform("B-1", s) },
	register.Find: func(r *register.Register, n string, s sp.Stamp) error {
		return r.Find(consent.Finding{ID: consent.FindingID("F-" + n), Scope: choice("C-0", "P-1").Scope, Standard: consent.MCA}, s)
	},
	register.Appoint: func(r *register.Register, n string, s sp.Stamp) error {
		return r.Appoint(consent.Decider{ID: person.ID("P-2" + n), Authority: person.FamilyCarer}, s)
	},
	register.Warn: func(r *register.Register, n string, s sp.Stamp) error {
		return r.Warn(register.Warned{Harm: []string{"X-" + n}}, s)
	},
	register.Tell: func(r *register.Register, n string, s sp.Stamp) error {
		_, err := r.Tell(policy, facts, telling(register.TellingID("T-"+n), garden, "name"), s)
		return err
	},
	register.Request: func(r *register.Register, n string, s sp.Stamp) error {
		by := "bay/green"
		if s.By.Role != sp.RoleLinkWorker {
			by = cmp.Or(s.By.For, s.By.ID)
		}
		return r.Request(register.Requested{Request: register.RequestID("Q-" + n), By: by, As: consent.ToProvider, Fields: []string{"measures"}, Reason: "to-plan"}, s)
	},
	register.Reply: func(r *register.Register, _ string, s sp.Stamp) error {
		return r.Reply(register.Replied{Request: "Q-1", Refused: "no-agreement"}, s)
	},
}

func behaviour(t *testing.T) goldentest.Behaviour[*register.Register, register.State, register.Command] {
	t.Helper()
	full := opened(t, "P-1")
	require.NoError(t, commands[register.Override](full, "2", ann(1)))
	_, err := full.Tell(policy, facts, telling("T-1", consent.Ask{To: "bay/council", As: consent.ToProvider, Purpose: consent.ForSafeguarding}, "name"), ann(1))
	require.NoError(t, err)
	require.NoError(t, full.Review("O-2", sp.No, by("lee", sp.RoleSafeguardingLead, 1)))
	for _, c := range []register.Command{register.Choose, register.Object, register.Override, register.Request, register.Order, register.Expose} {
		require.NoError(t, commands[c](full, "1", ann(1)), c)
	}
	var worlds []goldentest.World[*register.Register]
	for _, w := range []struct {
		name string
		is   *register.Register // nil for none
	}{{"a register that is not there", nil}, {"a register", full}} {
		db := store.Tenant(memstore.New(), "bay")
		if w.is != nil {
			require.NoError(t, store.Save(t.Context(), db, w.is))
		}
		worlds = append(worlds, goldentest.World[*register.Register]{Name: w.name, Make: func() *register.Register {
			r, err := register.NewRepository(db, transition.TableOnly{}).LoadOrNew(t.Context(), "P-1")
			require.NoError(t, err)
			return r
		}})
	}
	return goldentest.Behaviour[*register.Register, register.State, register.Command]{
		Table: register.Table, Worlds: worlds, Actors: people(),
		Give: func(r *register.Register, c register.Command, s sp.Stamp) error {
			if give := commands[c]; give != nil {
				return give(r, "9", s)
			}
			return errors.New("no such command")
		},
		May: (*register.Register).May, Legal: (*register.Register).Legal,
		Events: func(r *register.Register) (names []store.EventType, to register.State) {
			for e := range r.History() {
				names = append(names, e.Event.EventType())
			}
			if r.Person() != "" {
				to = register.StateOpen
			}
			return names, to
		},
	}
}

// people are all who try; the last ones are strangers.
func people() []sp.Stamp {
	who := func(id string, role sp.Role, of string) sp.Stamp {
		return sp.By(sp.Actor{ID: id, Role: role, For: of}, ann(9).At)
	}
	return []sp.Stamp{
		ann(9), who("lena", sp.RoleTeamLead, ""), who("lee", sp.RoleSafeguardingLead, ""), sp.BySystem("timer", ann(9).At),
		who("dr-khan", sp.RoleReferrer, ""), who("sam", sp.RoleProvider, "bay/green"), who("june", sp.RolePerson, "P-1"),
		who("omar", sp.RolePerson, "P-2"), who("nobody", sp.RolePerson, ""), who("guardian", sp.RoleGuardian, "P-1"),
		who("researcher", sp.RoleResearcher, "P-1"), who("auditor", sp.RoleAuditor, "P-1"), who("claimed-system", sp.RoleSystem, ""),
	}
}

func TestEveryCommandOfARegisterByEverybody(t *testing.T) {
	b := behaviour(t)
	goldentest.Equal(t, "testdata/commands.txt", b.String(register.Table().Commands(), t.Errorf))
	b.EveryCommandIsGiven(t)
	b.AStrangerLearnsNothing(t, people()[7:]...)
}

func TestEveryMistakeInTheTableOfRegistersIsSeen(t *testing.T) {
	goldentest.EveryMutantIsSeen(t, register.Machine, behaviour(t))
}

func TestAskingARegisterTakesNoMemory(t *testing.T) {
	r := behaviour(t).Worlds[1].Make()
	june := people()[6]
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if r.May(register.Choose, june) != nil {
			panic("she may")
		}
	}))
	require.Zero(t, testing.AllocsPerRun(100, func() {
		n := 0
		for range r.Legal(june) {
			n++
		}
		if n == 0 {
			panic(fmt.Sprint(n))
		}
	}))
}
