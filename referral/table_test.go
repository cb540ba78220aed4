package referral_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// give gives a command with good input.
func give(c *referral.Case, command referral.Command, s sp.Stamp) (err error) {
	r, why := c.Referral, reason.Because(reason.OutsideRemit)
	switch command {
	case referral.Receive:
		a := referraltest.Submission("R-1")
		if s.By.Role == sp.RolePerson { // for themself
			a.Person = person.ID(s.By.For)
		}
		return r.Receive(a, s)
	case referral.Triage:
		return r.Triage(referral.Triaged{Criteria: "bay-1", Fits: sp.Yes}, s)
	case referral.Accept:
		return r.Accept("ann", s)
	case referral.Decline:
		return c.Decline(why, s)
	case referral.Reroute:
		return c.Reroute("bay/team", why, s)
	case referral.Expire:
		return c.Expire(why, s)
	case referral.Assign:
		return r.Assign("ben", s)
	case referral.Attempt:
		return r.Attempt(person.Phone, s)
	case referral.Contact:
		return r.Contact(person.Phone, 10, s)
	case referral.CheckIn:
		return r.CheckIn(person.Phone, referral.StillWanted, s)
	case referral.Assess:
		return r.Assess("A-9", r.Needs(), nil, s)
	case referral.ShowOptions:
		return r.ShowOptions(referral.OptionsShown{Needs: r.Needs(), Options: []directory.ID{"bay/garden", "bay/choir"}, Chosen: []directory.ID{"bay/choir"}}, s)
	case referral.Propose:
		_, err = c.Propose(placement.Proposal{ID: "PL-9", Service: "bay/walks", Provider: "bay/green", Needs: r.Needs()}, s)
		return err
	case referral.FindNothing:
		return r.NothingFound(append(r.Needs(), "debt")[0], why, s)
	case referral.Close:
		return c.Close(needs.Result{Outcome: needs.Met}, s)
	case referral.GiveUp:
		return c.GiveUp(referral.Unreachable{Name: "bay-1", Attempts: 1}, s)
	case referral.Withdraw:
		return c.Withdraw(why, s)
	case referral.Prioritise:
		return r.Prioritise(referral.Urgent, s)
	case referral.RaiseFlag:
		return r.Raise(referral.Flagged{Flag: "F-9", Kind: concern.Crisis, To: "crisis-team"}, s)
	case referral.RecordDeath:
		return c.RecordDeath(s)
	case referral.OfferHandOver:
		return r.OfferHandOver("F-1", "night-team", s)
	case referral.AcceptHandOver:
		to := concern.TeamID("crisis-team")
		if s.By.Role == sp.RoleReferrer { // who takes it on themself
			to = concern.TeamID(s.By.For)
		}
		return r.AcceptHandOver("F-1", to, "", s)
	case referral.AnswerHandOver:
		return r.AnswerHandOver(referral.HandOverAnswered{Flag: "F-1", By: "crisis-team", Answer: concern.BelowThreshold}, s)
	case referral.PlanFollowUp:
		return r.PlanFollowUp(sp.DateOf(s.At).Add(30), s)
	case referral.FollowUp:
		return r.FollowUp(s)
	case referral.CallOffFollowUp:
		return r.CallOffFollowUp(why, s)
	case referral.SendFeedback:
		return r.SendFeedback("D-1", s)
	case referral.AcknowledgeFeedback:
		return r.AcknowledgeFeedback("D-0", s)
	case referral.CodeFeedback:
		return r.CodeFeedback("D-0", "", s)
	case referral.EnterInError:
		return c.EnterInError(why, s)
	}
	return errors.New("no such command")
}

// states of worlds: each state alone and with what matters to a rule.
type situation struct {
	state                                          referral.State
	flag, alert, placed, tried, asked, told, alone bool
}

// world returns a case in a situation, loaded from what was saved, so that no rule is
// asked when it is made.
func world(t *testing.T, name string, in situation) goldentest.World[*referral.Case] {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	r := referraltest.Referral("R-1", in.state)
	c := referral.NewCase(r)
	if in.placed {
		_, err := c.Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
		require.NoError(t, err)
	}
	if in.tried {
		require.NoError(t, r.Attempt(person.Phone, by(sp.RoleLinkWorker, 40)))
	}
	if in.asked {
		require.NoError(t, r.PlanFollowUp(sp.DateOf(referraltest.Day(200)), by(sp.RoleLinkWorker, 40)))
	}
	if in.told {
		require.NoError(t, r.SendFeedback("D-0", by(sp.RoleLinkWorker, 40)))
	}
	if in.flag {
		require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 41)))
	}
	require.NoError(t, store.Save(t.Context(), db, c))
	if in.alert {
		require.NoError(t, store.Save(t.Context(), db, asked(t, 50, measure.Answers{"9": 1})))
	}
	return goldentest.World[*referral.Case]{Name: name, Make: func() *referral.Case {
		repo := referral.NewRepository(db, referraltest.AllowAll{})
		if in.alone {
			r, err := repo.Load(t.Context(), "R-1")
			require.NoError(t, err)
			return &referral.Case{Referral: r}
		}
		c, err := repo.Case(t.Context(), "R-1")
		require.NoError(t, err)
		return c
	}}
}

func behaviour(t *testing.T) goldentest.Behaviour[*referral.Case, referral.State, referral.Command] {
	t.Helper()
	worlds := []goldentest.World[*referral.Case]{{Name: "new", Make: func() *referral.Case {
		return referral.NewCase(referral.New("R-1", referraltest.AllowAll{}))
	}}}
	for _, state := range referral.Table().States() {
		worlds = append(worlds, world(t, string(state), situation{state: state, told: state != referral.StateInError}))
		if state != referral.StateInError {
			worlds = append(worlds, world(t, string(state)+", a flag", situation{state: state, flag: true}))
		}
	}
	worlds = append(worlds,
		world(t, "received, an alert", situation{state: referral.StateReceived, alert: true}),
		world(t, "accepted, tried", situation{state: referral.StateAccepted, tried: true}),
		world(t, "active, an alert", situation{state: referral.StateActive, alert: true}),
		world(t, "active, tried", situation{state: referral.StateActive, tried: true}),
		world(t, "active, tried, an alert", situation{state: referral.StateActive, tried: true, alert: true}),
		world(t, "active, tried, a flag", situation{state: referral.StateActive, tried: true, flag: true}),
		world(t, "active, a placement", situation{state: referral.StateActive, placed: true}),
		world(t, "active, a follow-up", situation{state: referral.StateActive, asked: true}),
		world(t, "closed, a follow-up", situation{state: referral.StateClosed, asked: true}),
		world(t, "closed, an alert", situation{state: referral.StateClosed, alert: true}),
		world(t, "received, alone", situation{state: referral.StateReceived, alone: true}),
		world(t, "active, alone", situation{state: referral.StateActive, alone: true, tried: true}),
		world(t, "closed, alone", situation{state: referral.StateClosed, alone: true}),
	)
	unknown := world(t, "", situation{state: referral.StateActive, placed: true, tried: true})
	early := world(t, "", situation{state: referral.StateReceived})
	mistaken := world(t, "", situation{state: referral.StateInError})
	worlds = append(worlds, goldentest.World[*referral.Case]{Name: "active, an unknown placement", Make: func() *referral.Case {
		return referral.NewCase(unknown.Make().Referral)
	}}, goldentest.World[*referral.Case]{Name: "received, an unknown placement", Make: func() *referral.Case {
		c := early.Make()
		referral.Know(c.Referral, "PL-77")
		return c
	}}, goldentest.World[*referral.Case]{Name: "closed, an unknown placement", Make: func() *referral.Case {
		c := worlds[7].Make()
		referral.Know(c.Referral, "PL-77")
		return c
	}}, goldentest.World[*referral.Case]{Name: "entered in error, a flag", Make: func() *referral.Case { // by a program that let it be
		c := mistaken.Make()
		referral.Flag(c.Referral, referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 41))
		return c
	}})
	return goldentest.Behaviour[*referral.Case, referral.State, referral.Command]{
		Table: referral.Table, Worlds: worlds, Give: give, Actors: people(),
		May: (*referral.Case).May, Legal: (*referral.Case).Legal,
		Events: func(c *referral.Case) (names []store.EventType, to referral.State) {
			for e := range c.Referral.History() {
				names = append(names, e.Event.EventType())
			}
			return names, c.Referral.State()
		},
	}
}

// people are all who try; the last ones are strangers.
func people() []sp.Stamp {
	who := func(id string, role sp.Role, of, only string) sp.Stamp {
		return sp.By(sp.Actor{ID: id, Role: role, For: of, Only: only}, referraltest.Day(100))
	}
	return []sp.Stamp{
		who("worker", sp.RoleLinkWorker, "", ""), who("referrer", sp.RoleReferrer, "bay/practice-1", ""), who("june", sp.RolePerson, "P-1", ""),
		by(sp.RoleSystem, 100), who("link", sp.RolePerson, "P-1", "referral/R-1"), who("team", sp.RoleProvider, "crisis-team", ""),
		who("helper", sp.RoleProvider, "bay/green", ""), by(sp.RoleLinkWorker, 100), who("other-referrer", sp.RoleReferrer, "bay/practice-2", ""),
		who("other-link", sp.RolePerson, "P-1", "referral/R-2"), who("other-provider", sp.RoleProvider, "bay/grey", ""),
		who("omar", sp.RolePerson, "P-2", ""), who("nobody", sp.RolePerson, "", ""), who("nobodys-provider", sp.RoleProvider, "", ""),
		who("provider-for-person", sp.RoleProvider, "P-1", ""), who("provider-for-practice", sp.RoleProvider, "bay/practice-1", ""),
		who("person-for-provider", sp.RolePerson, "bay/green", ""), who("claimed-system", sp.RoleSystem, "", ""),
	}
}

func TestEveryCommandOfAReferralByEverybody(t *testing.T) {
	b := behaviour(t)
	goldentest.Equal(t, "testdata/commands.txt", b.String(referral.Table().Commands(), t.Errorf))
	b.EveryCommandIsGiven(t)
	b.AStrangerLearnsNothing(t, people()[9:]...)
}

func TestEveryMistakeInTheTableOfReferralsIsSeen(t *testing.T) {
	goldentest.EveryMutantIsSeen(t, referral.Machine, behaviour(t))
}

func TestTheWishOfAPersonToWithdrawIsNotedAndCompletedByTheLinkWorker(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	repo := referral.NewRepository(db, referraltest.AllowAll{})
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	require.NoError(t, c.Referral.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 4)))
	require.NoError(t, c.Withdraw(reason.Because(reason.PersonsChoice), by(sp.RolePerson, 5)), "whatever is open")
	require.Equal(t, referral.StateActive, c.Referral.State())
	require.NoError(t, store.Save(t.Context(), db, c))
	var asked []referral.ID
	for r, err := range repo.WithdrawalsAsked(t.Context()) {
		require.NoError(t, err)
		asked = append(asked, r.ID())
		require.Equal(t, referraltest.Day(5), r.WithdrawalAsked())
	}
	require.Equal(t, []referral.ID{"R-1"}, asked)

	c, err := repo.Case(t.Context(), "R-1")
	require.NoError(t, err)
	require.Error(t, c.Withdraw(reason.Because(reason.PersonsChoice), by(sp.RoleLinkWorker, 6)), "the worker knows why not yet")
	require.NoError(t, c.Referral.AcceptHandOver("F-1", "crisis-team", "", lead(7)))
	require.NoError(t, c.Withdraw(reason.Because(reason.PersonsChoice), by(sp.RoleLinkWorker, 7)))
	require.NoError(t, store.Save(t.Context(), db, c))
	for range repo.WithdrawalsAsked(t.Context()) {
		t.Error("it is completed")
	}
}

func TestARequestThatComesTwiceHappensOnceToAReferral(t *testing.T) {
	b := behaviour(t)
	for _, w := range b.Worlds {
		for _, command := range referral.Table().Commands() {
			c, s := w.Make(), people()[0].Under("k-1")
			if give(c, command, s) != nil {
				continue
			}
			n, _ := b.Events(c)
			s.At, s.Recorded = referraltest.Day(101), referraltest.Day(101)
			if command == referral.PlanFollowUp { // the day that was asked for is counted from now
				s = people()[0].Under("k-1")
			}
			require.NoError(t, give(c, command, s), "%s: %s", w.Name, command)
			again, _ := b.Events(c)
			require.Equal(t, n, again, "%s: %s", w.Name, command)
		}
	}
}

func TestAskingAReferralCostsNoAllocation(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Skip("coverage counters keep the iterator of Legal from being inlined, so that it escapes")
	}
	c, s := world(t, "", situation{state: referral.StateActive, flag: true}).Make(), people()[0]
	n := 0
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for command := range c.Referral.Legal(s) {
			if c.Referral.May(command, s) == nil {
				n++
			}
		}
	}))
	require.Positive(t, n)
}
