package referraltest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// A World is a small scheme with a past: people with records, services with
// their organisations, link workers, and cases of which at least one is in every
// state that a referral, a placement and a session can be in. Nobody in it is real.
type World struct {
	People    []person.Person
	Catalogue directory.Catalogue
	Workers   []referral.WorkerID
	Cases     []*referral.Case // one for each person, in the order of People
}

// people is how many live in a world: enough for every state twice.
const people = 40

// NewWorld returns the world of a seed. The same seed makes the same world, in
// every version of this package that does not say otherwise.
func NewWorld(seed uint64) *World {
	m := &maker{rng: rand.New(rand.NewPCG(seed, 1)), world: &World{Workers: []referral.WorkerID{"ann", "ben", "cara"}}}
	for i, need := range wants {
		m.service(i, need)
	}
	for i := range people {
		m.person(i)
		m.happen(i)
	}
	return m.world
}

// Save writes the world into a store of one tenant, such as
// store.Tenant(memstore.New(), "bay"), that has none of it yet, and stops the test if
// that fails.
func (w *World) Save(tb testing.TB, db store.Driver) {
	tb.Helper()
	ctx := tb.Context()
	if err := directory.NewRepository(db).Save(ctx, w.Catalogue, By(sp.RoleSystem, 0)); err != nil {
		tb.Fatalf("referraltest: save the directory: %v", err)
	}
	for i, p := range w.People {
		record, err := person.Register(p, By(sp.RoleLinkWorker, 0))
		if err == nil {
			err = store.Save(ctx, db, record, w.Cases[i])
		}
		if err != nil {
			tb.Fatalf("referraltest: save person %s: %v", p.ID, err)
		}
	}
}

// Referrals returns the referrals of the world in one of the states, or all of
// them if none is given.
func (w *World) Referrals(states ...referral.State) []*referral.Referral {
	var list []*referral.Referral
	for _, c := range w.Cases {
		if len(states) == 0 || slices.Contains(states, c.Referral.State()) {
			list = append(list, c.Referral)
		}
	}
	return list
}

// wants are what people in a world need, each with one service.
var wants = []needs.Code{
	needs.Loneliness, needs.Debt, needs.Housing, needs.Caring, needs.Grief, needs.Inactivity, needs.Anxiety, needs.Employment,
}

// maker makes a world, drawing everything from one stream.
type maker struct {
	rng   *rand.Rand
	world *World
}

func (m *maker) service(i int, need needs.Code) {
	organisation := directory.NewID("bay", fmt.Sprintf("O-%d", i/2))
	if i%2 == 0 {
		m.world.Catalogue.Organisations = append(m.world.Catalogue.Organisations, directory.Organisation{
			ID: organisation, Name: fmt.Sprintf("Bay charity %d", i/2+1),
		})
	}
	m.world.Catalogue.Services = append(m.world.Catalogue.Services, directory.Service{
		ID: directory.NewID("bay", "S-"+string(need)), Organisation: organisation, Name: "Help with " + string(need),
	})
}

func (m *maker) person(i int) {
	p := person.Person{
		ID:       person.ID(fmt.Sprintf("P-%03d", i+1)),
		Name:     sp.Hide(person.Name{Given: fmt.Sprintf("Given%d", i+1), Family: fmt.Sprintf("Family%d", i+1)}),
		Born:     sp.Hide(sp.NewDate(1930+m.rng.IntN(75), 1, 1).Add(m.rng.IntN(365))),
		Channels: map[person.Channel]sp.Truth{person.Phone: sp.TruthOf(m.rng.IntN(10) > 0), person.Letter: sp.Yes},
	}
	m.world.People = append(m.world.People, p)
}

// happen gives the i-th person a case. The first ones go round the states of a
// referral, the next ones those of a placement and its sessions, and chance
// decides about the rest.
func (m *maker) happen(i int) {
	states, placements, sessions := referral.Table().States(), placement.Table().States(), session.Table().States()
	m.world.Cases = append(m.world.Cases, nil)
	var c *referral.Case
	switch n := i - len(states); {
	case n < 0:
		m.refer(i, states[i])
	case n < len(placements):
		c = m.refer(i, referral.StateActive)
		m.place(c, i, placements[n])
	case n < len(placements)+len(sessions):
		c = m.refer(i, referral.StateActive)
		m.place(c, i, placement.StateStarted)
		m.meet(c, i, sessions[n-len(placements)])
	default:
		c = m.refer(i, states[m.rng.IntN(len(states))])
		if c.Referral.State() == referral.StateActive {
			m.place(c, i, placements[m.rng.IntN(len(placements))])
		}
	}
}

// by is the stamp of a role on a day of the i-th person's calendar, in which the
// referral is received on day 0.
func (m *maker) by(role sp.Role, i, n int) sp.Stamp {
	s := By(role, i%20+n)
	switch role {
	default:
	case sp.RoleLinkWorker:
		s.By.ID = string(m.world.Workers[i%len(m.world.Workers)])
	case sp.RolePerson:
		s.By.For = string(m.world.People[i].ID)
	case sp.RoleProvider:
		for _, p := range m.world.Cases[i].Placements {
			s.By.For = string(p.Provider())
		}
	}
	return s
}

func (m *maker) refer(i int, state referral.State) *referral.Case {
	first := m.rng.IntN(len(wants))
	a := referral.Submission{
		ID: referral.ID(fmt.Sprintf("R-%03d", i+1)), Person: m.world.People[i].ID, Source: "gp",
		Urgency: [...]referral.Urgency{referral.Routine, referral.Routine, referral.Soon, referral.Urgent}[m.rng.IntN(4)],
		Reasons: []needs.Code{wants[first], wants[(first+1+m.rng.IntN(len(wants)-1))%len(wants)]},
	}
	r := referral.New(a.ID, AllowAll{})
	must(r.Receive(a, m.by(sp.RoleReferrer, i, 0)))
	c := referral.NewCase(r)
	m.world.Cases[i] = c
	worker := func(n int) sp.Stamp { return m.by(sp.RoleLinkWorker, i, n) }
	if state == referral.StateAccepted || state == referral.StateActive || state == referral.StateClosed {
		must(r.Accept(referral.WorkerID(worker(1).By.ID), worker(1)))
	}
	if state == referral.StateActive || state == referral.StateClosed {
		for n := range m.rng.IntN(3) {
			must(r.Attempt(person.Phone, worker(2+n)))
		}
		must(r.Contact(person.Phone, 15+5*m.rng.IntN(9), worker(5)))
		must(r.Assess("", a.Reasons[:1+m.rng.IntN(2)], nil, worker(5)))
	}
	switch state {
	default:
	case referral.StateClosed:
		result := needs.Result{Outcome: needs.Met}
		if m.rng.IntN(3) == 0 {
			result.Outcome = needs.NotMet
			must(r.NothingFound(r.Needs()[0], reason.Because(reason.NoCapacity), worker(20)))
		}
		must(c.Close(result, worker(40)))
	case referral.StateDeclined:
		must(c.Decline(reason.Because(reason.OutsideRemit), worker(1)))
	case referral.StateRerouted:
		must(c.Reroute("bay/mental-health-team", reason.Because(reason.NotSuitable), worker(1)))
	case referral.StateExpired:
		must(c.Expire(reason.Because(reason.NoCapacity), m.by(sp.RoleSystem, i, 60)))
	case referral.StateWithdrawn:
		must(c.Withdraw(reason.Because(reason.PersonsChoice), m.by(sp.RolePerson, i, 2)))
		must(c.Withdraw(reason.Because(reason.PersonsChoice), worker(2)))
	case referral.StateInError:
		must(c.EnterInError(reason.Because(reason.Mistake), m.by(sp.RoleReferrer, i, 0)))
	}
	return c
}

func (m *maker) place(c *referral.Case, i int, state placement.State) {
	need := c.Referral.Needs()[0]
	service := m.world.Catalogue.Services[slices.Index(wants, need)]
	worker := func(n int) sp.Stamp { return m.by(sp.RoleLinkWorker, i, n) }
	provider := func(n int) sp.Stamp { return m.by(sp.RoleProvider, i, n) }
	p, err := c.Propose(placement.Proposal{
		ID: placement.ID(fmt.Sprintf("PL-%03d", i+1)), Service: service.ID, Provider: service.Organisation,
		Needs: []needs.Code{need}, Step: session.Steps()[m.rng.IntN(5)],
	}, worker(6))
	must(err)
	switch state {
	default:
	case placement.StateProposed:
		return
	case placement.StateInError:
		must(p.EnterInError(reason.Because(reason.Mistake), worker(6)))
		return
	}
	must(p.Offer(placement.Sending{
		Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}, {Field: "need", Code: string(need)}},
	}, AllowAll{}, worker(7)))
	switch state {
	default:
	case placement.StateDeclined:
		must(p.Decline(reason.Because([...]string{reason.NoCapacity, reason.NotEligible, reason.TooFar}[m.rng.IntN(3)]), provider(9)))
		return
	case placement.StateLapsed:
		must(p.Lapse(m.by(sp.RoleSystem, i, 7+placement.ReplyDays)))
		return
	case placement.StateWithdrawn:
		must(p.Withdraw(reason.Because(reason.NoLongerNeeded), worker(9)))
		return
	case placement.StateOffered:
		return
	}
	must(p.Accept(provider(9)))
	if state == placement.StateAccepted {
		return
	}
	must(p.Start(provider(14)))
	switch state {
	default:
	case placement.StateCompleted:
		must(p.Complete(needs.Result{Outcome: needs.Met}, provider(50)))
	case placement.StateStopped:
		must(p.Stop(reason.Because(reason.Illness), m.by(sp.RolePerson, i, 30)))
	}
}

func (m *maker) meet(c *referral.Case, i int, state session.State) {
	start := m.by(sp.RoleProvider, i, 14)
	x, err := c.PlanSession(c.Placements[0].ID(), session.ID(fmt.Sprintf("S-%03d", i+1)), start.At, m.by(sp.RoleProvider, i, 10))
	must(err)
	switch state {
	default:
	case session.StateAttended:
		must(x.Attend(session.Attended{Minutes: 60 + 30*m.rng.IntN(3)}, start))
	case session.StateMissed:
		must(x.Miss([...]session.Cause{session.Anxiety, session.NoTransport, session.UnknownCause}[m.rng.IntN(3)], start))
	case session.StateCancelled:
		must(x.Cancel(reason.Because(reason.Illness), m.by(sp.RolePerson, i, 13)))
	case session.StateInError:
		must(x.EnterInError(reason.Because(reason.Mistake), m.by(sp.RoleProvider, i, 11)))
	}
}
