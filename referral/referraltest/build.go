package referraltest

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

// Day returns ten o'clock on the n-th day of the calendar that the builders
// use. Day 0 is Monday 2 March 2026. Referrals are received on day 0.
func Day(n int) time.Time { return time.Date(2026, time.March, 2+n, 10, 0, 0, 0, time.UTC) }

// By returns the stamp of what the one actor of a role in these fixtures does on
// [Day] n: "referrer-1", "link-worker-1", "provider-1" and so on. They act for those
// who are concerned in the fixtures: the provider bay/green, the practice that refers,
// person P-1.
func By(role sp.Role, n int) sp.Stamp {
	if role == sp.RoleSystem {
		return sp.BySystem("system-1", Day(n))
	}
	behalf := map[sp.Role]string{sp.RoleReferrer: "bay/practice-1", sp.RoleProvider: "bay/green", sp.RolePerson: "P-1"}
	return sp.By(sp.Actor{ID: string(role) + "-1", Role: role, For: behalf[role]}, Day(n))
}

// Worker is the link worker on whose caseload the builders put referrals.
const Worker referral.WorkerID = "link-worker-1"

// must stops at a fixture that the pathway refuses: a mistake in this package.
func must(err error) {
	if err != nil {
		panic("referraltest: " + err.Error())
	}
}

// Submission returns what [Referral] starts from: loneliness and debt of person P-1.
func Submission(id referral.ID) referral.Submission {
	return referral.Submission{
		ID: id, Person: "P-1", Urgency: referral.Routine, Source: "gp", From: "bay/practice-1",
		Reasons: []needs.Code{needs.Loneliness, needs.Debt},
	}
}

// Referral returns a referral of person P-1 in a state, none of it saved. It
// panics if there is no such state.
func Referral(id referral.ID, state referral.State) *referral.Referral {
	r := referral.New(id, AllowAll{})
	must(r.Receive(Submission(id), By(sp.RoleReferrer, 0)))
	c := referral.NewCase(r)
	worker := func(n int) sp.Stamp { return By(sp.RoleLinkWorker, n) }
	accept := func() { must(r.Accept(Worker, worker(1))) }
	contact := func() { accept(); must(r.Contact(person.Phone, 30, worker(3))) }
	switch state {
	case referral.StateReceived:
	case referral.StateAccepted:
		accept()
	case referral.StateActive:
		contact()
	case referral.StateClosed:
		contact()
		must(c.Close(needs.Result{Outcome: needs.Met}, worker(30)))
	case referral.StateDeclined:
		must(c.Decline(reason.Because(reason.OutsideRemit), worker(1)))
	case referral.StateRerouted:
		must(c.Reroute("bay/mental-health-team", reason.Because(reason.NotSuitable), worker(1)))
	case referral.StateExpired:
		must(c.Expire(reason.Because(reason.NoCapacity), By(sp.RoleSystem, 60)))
	case referral.StateWithdrawn:
		accept()
		must(c.Withdraw(reason.Because(reason.PersonsChoice), By(sp.RolePerson, 2)))
		must(c.Withdraw(reason.Because(reason.PersonsChoice), worker(2)))
	case referral.StateInError:
		must(c.EnterInError(reason.Because(reason.Mistake), By(sp.RoleReferrer, 0)))
	default:
		panic(fmt.Sprintf("referraltest: a referral is never %q", state))
	}
	return r
}

// Proposal returns what [Placement] starts from: a garden group against
// loneliness, for referral R-1 of person P-1.
func Proposal(id placement.ID) placement.Proposal {
	return placement.Proposal{
		ID: id, Referral: "R-1", Person: "P-1", Service: "bay/garden", Provider: "bay/green",
		Needs: []needs.Code{needs.Loneliness}, Step: session.SmallGroup,
	}
}

// Sending returns a full referral that discloses a name and one need.
func Sending() placement.Sending {
	return placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}, {Field: "need", Code: string(needs.Loneliness)}}}
}

// Placement returns a placement of person P-1 in a state, none of it saved. It
// panics if there is no such state.
func Placement(id placement.ID, state placement.State) *placement.Placement {
	return PlacementOf(Proposal(id), state)
}

// PlacementOf is [Placement] with another start: nobody is offered one service twice at
// a time, so of those that are saved together and open each has its own.
func PlacementOf(a placement.Proposal, state placement.State) *placement.Placement {
	p := placement.New(a.ID, AllowAll{})
	must(p.Propose(a, By(sp.RoleLinkWorker, 4)))
	worker := func(n int) sp.Stamp { return By(sp.RoleLinkWorker, n) }
	provider := func(n int) sp.Stamp { return By(sp.RoleProvider, n) }
	offer := func() { must(p.Offer(Sending(), AllowAll{}, worker(5))) }
	accept := func() { offer(); must(p.Accept(provider(7))) }
	start := func() { accept(); must(p.Start(provider(10))) }
	switch state {
	case placement.StateProposed:
	case placement.StateOffered:
		offer()
	case placement.StateAccepted:
		accept()
	case placement.StateStarted:
		start()
	case placement.StateCompleted:
		start()
		must(p.Complete(needs.Result{Outcome: needs.Met}, provider(28)))
	case placement.StateStopped:
		start()
		must(p.Stop(reason.Because(reason.Illness), By(sp.RolePerson, 20)))
	case placement.StateDeclined:
		offer()
		must(p.Decline(reason.Because(reason.NoCapacity), provider(7)))
	case placement.StateLapsed:
		offer()
		must(p.Lapse(By(sp.RoleSystem, 5+placement.ReplyDays)))
	case placement.StateWithdrawn:
		offer()
		must(p.Withdraw(reason.Because(reason.NoLongerNeeded), worker(6)))
	case placement.StateInError:
		must(p.EnterInError(reason.Because(reason.Mistake), worker(4)))
	default:
		panic(fmt.Sprintf("referraltest: a placement is never %q", state))
	}
	return p
}

// Plan returns what [Session] starts from: an afternoon of placement PL-1.
func Plan() session.Plan {
	return session.Plan{Placement: "PL-1", Referral: "R-1", Person: "P-1", Provider: "bay/green", Step: session.SmallGroup, Start: Day(10)}
}

// Session returns a session of person P-1 in a state, none of it saved. It
// panics if there is no such state.
func Session(id session.ID, state session.State) *session.Session {
	x := session.New(id, AllowAll{})
	must(x.Schedule(Plan(), By(sp.RoleProvider, 7)))
	provider := func(n int) sp.Stamp { return By(sp.RoleProvider, n) }
	switch state {
	case session.StatePlanned:
	case session.StateAttended:
		must(x.Attend(session.Attended{Minutes: 90}, provider(10)))
	case session.StateMissed:
		must(x.Miss(session.Anxiety, provider(10)))
	case session.StateCancelled:
		must(x.Cancel(reason.Because(reason.Illness), By(sp.RolePerson, 9)))
	case session.StateInError:
		must(x.EnterInError(reason.Because(reason.Mistake), provider(8)))
	default:
		panic(fmt.Sprintf("referraltest: a session is never %q", state))
	}
	return x
}
