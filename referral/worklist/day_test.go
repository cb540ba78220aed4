package worklist_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/transition"
)

var policy = worklist.Policy{
	Waiting:  worklist.Standards{Name: "bay-1", Days: map[referral.Urgency]int{referral.Routine: 14, referral.Urgent: 2}},
	Concerns: clocks,
	CheckIn:  map[referral.Urgency]int{referral.Routine: 7, referral.Urgent: 1},
	Look:     14, Tell: 21,
}

func worker(day int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, day) }

// The morning of a link worker: one person in a crisis, one who waits, one who goes to a
// course, and one of whom nobody has thought.
func ExampleToday() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	going := referral.NewCase(referraltest.Referral("R-going", referral.StateActive))
	forgotten := referral.NewCase(referraltest.Referral("R-forgotten", referral.StateActive))
	for _, c := range []*referral.Case{going, forgotten} {
		a := referraltest.Proposal(placement.ID("PL-" + c.Referral.ID()))
		a.Service = directory.ID("bay/" + c.Referral.ID()) // nobody is sent to one service twice
		p, _ := c.Propose(a, worker(4))
		_ = p.Offer(placement.Sending{Level: placement.Signpost}, all, worker(4))
		_ = p.Start(worker(5))
	}
	_, _ = going.PlanSession("PL-R-going", "S-1", referraltest.Day(20), worker(6))
	_ = store.Save(ctx, db, worried("R-crisis", concern.Crisis), referraltest.Referral("R-waits", referral.StateAccepted), going, forgotten)

	day, err := worklist.Today(ctx, referral.NewRepository(db, all), referraltest.Worker, policy, referraltest.Day(19))
	for _, t := range slices.Concat(day.Safety, day.Due) {
		fmt.Printf("%s: %s, %s since %s: %s by %s\n", t.Class, t.Referral, t.Why, t.Since, t.Next, t.By)
	}
	for _, t := range day.Coming {
		fmt.Printf("%s: %s, %s: %s on %s\n", t.Class, t.Referral, t.Why, t.Next, t.By)
	}
	for _, t := range day.Without {
		fmt.Printf("nothing is planned for %s, %s since %s\n", t.Referral, t.Why, t.Since)
	}
	fmt.Println(err)
	// Output:
	// safety: R-crisis, bounced since 2026-03-06: concern by 2026-03-06
	// safety: R-crisis, concern-raised since 2026-03-06: alarm by 2026-03-06
	// routine: R-waits, waits since 2026-03-02: check-in by 2026-03-09
	// routine: R-waits, waits since 2026-03-02: speak by 2026-03-16
	// routine: R-crisis, nothing-goes since 2026-03-05: suggest by 2026-03-19
	// routine: R-going, planned: session on 2026-03-22
	// nothing is planned for R-forgotten, going since 2026-03-07
	// <nil>
}

// next returns the lines of the day of a case, for a moment on a day.
func next(t *testing.T, c *referral.Case, day int) []string {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, c))
	d, err := worklist.Today(t.Context(), referral.NewRepository(db, all), referraltest.Worker, policy, referraltest.Day(day))
	require.NoError(t, err)
	var lines []string
	for _, x := range slices.Concat(d.Safety, d.Due, d.Coming) {
		lines = append(lines, fmt.Sprintf("%s %d", x.Next, x.By.Sub(sp.DateOf(referraltest.Day(0)))))
	}
	for _, x := range d.Without {
		lines = append(lines, fmt.Sprintf("nothing for %s, %s since %d", x.Referral, x.Why, x.Since.Sub(sp.DateOf(referraltest.Day(0)))))
	}
	return lines
}

func TestWhatIsNextInEachSituation(t *testing.T) {
	ok := func(err error) { require.NoError(t, err) }
	active := func(do func(*referral.Case)) *referral.Case {
		c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive)) // spoken to on day 3; the referrer is owed news since day 1
		ok(c.Referral.SendFeedback("D-1", worker(3)))
		do(c)
		return c
	}
	place := func(do func(*referral.Case, *placement.Placement)) *referral.Case {
		return active(func(c *referral.Case) {
			p, err := c.Propose(referraltest.Proposal("PL-1"), worker(4))
			ok(err)
			do(c, p)
		})
	}
	measured := func(c *referral.Case, end bool) {
		a := needs.New("A-1", transition.TableOnly{})
		ok(a.Open("P-1", worker(4)))
		ucla, _ := measure.Find("ucla-3")
		ok(a.PlanSeries("S-1", []*measure.Instrument{ucla}, nil, worker(4)))
		_, err := a.Answer(needs.SeriesAnswer{Series: "S-1", Point: "baseline", Instrument: ucla, Answers: measure.Answers{"1": 3, "2": 3, "3": 3}}, worker(4))
		ok(err)
		c.Assessments = append(c.Assessments, a)
		if end {
			ok(c.Close(needs.Result{Outcome: needs.Met}, worker(6)))
			ok(c.Referral.SendFeedback("D-2", worker(6)))
		}
	}
	send := func(p *placement.Placement) {
		ok(p.Offer(placement.Sending{Level: placement.FullReferral, ReplyBy: referraltest.Day(9), Items: []placement.Item{{Field: "name"}}}, all, worker(4)))
	}
	going := func(came bool) *referral.Case {
		return place(func(c *referral.Case, p *placement.Placement) {
			send(p)
			ok(p.Accept(referraltest.By(sp.RoleProvider, 6)))
			ok(p.Start(referraltest.By(sp.RoleProvider, 7)))
			if came {
				x, err := c.PlanSession("PL-1", "S-1", referraltest.Day(10), worker(7))
				ok(err)
				ok(x.Attend(session.Attended{}, referraltest.By(sp.RoleProvider, 10)))
			}
		})
	}
	for _, c := range []struct {
		name string
		make *referral.Case
		day  int
		want []string
	}{
		{"spoken to: something is to be suggested", active(func(*referral.Case) {}), 10, []string{"suggest 17"}},
		{"suggested: it is to be sent", place(func(*referral.Case, *placement.Placement) {}), 10, []string{"send 4"}},
		{"sent: the provider is to answer", place(func(_ *referral.Case, p *placement.Placement) { send(p) }), 5, []string{"answer 9"}},
		{"on their list: when a place is expected", place(func(_ *referral.Case, p *placement.Placement) {
			send(p)
			ok(p.WaitList(sp.DateOf(referraltest.Day(30)), referraltest.By(sp.RoleProvider, 6)))
		}), 10, []string{"start 30"}},
		{"accepted: somebody sees that it begins", place(func(_ *referral.Case, p *placement.Placement) {
			send(p)
			ok(p.Accept(referraltest.By(sp.RoleProvider, 6)))
		}), 10, []string{"start 18"}},
		{"a session is planned", place(func(c *referral.Case, p *placement.Placement) {
			send(p)
			ok(p.Accept(referraltest.By(sp.RoleProvider, 6)))
			_, err := c.PlanSession("PL-1", "S-1", referraltest.Day(12), worker(7))
			ok(err)
		}), 10, []string{"session 12"}},
		{"a session is over: did they come?", place(func(c *referral.Case, p *placement.Placement) {
			send(p)
			ok(p.Accept(referraltest.By(sp.RoleProvider, 6)))
			_, err := c.PlanSession("PL-1", "S-1", referraltest.Day(12), worker(7))
			ok(err)
		}), 13, []string{"mark 12"}},
		{"going there, with nothing planned: somebody asks how it goes", going(false), 10, []string{"ask 21"}},
		{"and nobody has heard of it for as long as that: there is no next step", going(false), 21, []string{"nothing for R-1, going since 7"}},
		{"and they came since: that is news of them", going(true), 21, []string{"ask 24"}},
		{"and a day is set on which somebody asks", place(func(c *referral.Case, p *placement.Placement) {
			send(p)
			ok(p.Accept(referraltest.By(sp.RoleProvider, 6)))
			ok(p.Start(referraltest.By(sp.RoleProvider, 7)))
			ok(c.Referral.PlanFollowUp(sp.DateOf(referraltest.Day(40)), worker(8)))
		}), 10, []string{"follow-up 40"}},
		{"told where to go: did they?", place(func(_ *referral.Case, p *placement.Placement) {
			ok(p.Offer(placement.Sending{Level: placement.Signpost, ReplyBy: referraltest.Day(9)}, all, worker(4)))
		}), 5, []string{"ask 9"}},
		{"everything has ended: the case is to be closed", place(func(_ *referral.Case, p *placement.Placement) {
			ok(p.Withdraw(reason.Because(reason.Moved), worker(5)))
		}), 10, []string{"close 18"}},
		{"a follow-up is planned", active(func(c *referral.Case) {
			ok(c.Referral.PlanFollowUp(sp.DateOf(referraltest.Day(12)), worker(5)))
		}), 10, []string{"follow-up 12"}},
		{"the person wishes to withdraw", active(func(c *referral.Case) {
			ok(c.Withdraw(reason.Because(reason.PersonsChoice), referraltest.By(sp.RolePerson, 6)))
		}), 6, []string{"withdraw 6"}},
		{"an alert waits for an answer", active(func(c *referral.Case) {
			a := needs.New("A-1", transition.TableOnly{})
			ok(a.Open("P-1", worker(4)))
			phq, _ := measure.Find("phq-9")
			_, err := a.Measure(phq, measure.Answers{"9": 1}, worker(4))
			ok(err)
			c.Assessments = append(c.Assessments, a)
		}), 5, []string{"alert 5", "suggest 17"}},
		{"news is owed", referral.NewCase(referraltest.Referral("R-1", referral.StateActive)), 5, []string{"suggest 17"}},
		{"news has been owed for three weeks", referral.NewCase(referraltest.Referral("R-1", referral.StateActive)), 30, []string{"suggest 17", "tell 22"}},
		{"closed, and to be asked how things are", active(func(c *referral.Case) {
			ok(c.Referral.PlanFollowUp(sp.DateOf(referraltest.Day(40)), worker(5)))
			ok(c.Close(needs.Result{Outcome: needs.Met}, worker(6)))
		}), 10, []string{"follow-up 40"}},
		{"a questionnaire is due at the end of a follow-up", active(func(c *referral.Case) { measured(c, false) }), 50, []string{"suggest 17", "measure 46"}},
		{"a questionnaire is due after all has ended", active(func(c *referral.Case) { measured(c, true) }), 50, []string{"measure 46"}},
		{"closed, and nothing left", active(func(c *referral.Case) {
			ok(c.Close(needs.Result{Outcome: needs.Met}, worker(6)))
			ok(c.Referral.SendFeedback("D-2", worker(6)))
		}), 10, nil},
	} {
		require.Equal(t, c.want, next(t, c.make, c.day), c.name)
	}
}

// Who waits is rung again and again, sooner if they have got worse.
func TestWhoWaitsIsRungMeanwhile(t *testing.T) {
	wait := func(do func(*referral.Referral)) *referral.Case {
		r := referraltest.Referral("R-1", referral.StateAccepted)
		require.NoError(t, r.SendFeedback("D-1", worker(1)))
		do(r)
		return referral.NewCase(r)
	}
	require.Equal(t, []string{"check-in 7"}, next(t, wait(func(*referral.Referral) {}), 3))
	rung := wait(func(r *referral.Referral) {
		require.NoError(t, r.CheckIn(person.Phone, referral.StillWanted, worker(6)))
	})
	require.Equal(t, []string{"check-in 13"}, next(t, rung, 8))
	worse := wait(func(r *referral.Referral) {
		require.NoError(t, r.CheckIn(person.Phone, referral.GotWorse, worker(6)))
	})
	require.Equal(t, []string{"check-in 7"}, next(t, worse, 8), "as if they were urgent")
	waiting := wait(func(*referral.Referral) {})
	require.Equal(t, []string{"check-in 7", "speak 14"}, next(t, waiting, 15))
}

// Nobody is left out of a day, whatever state their referral is in.
func TestTodayHasEverybodyOnACaseloadOnce(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	want := []referral.ID{}
	for _, s := range referral.Table().States() {
		for i := range 3 {
			r := referraltest.Referral(referral.ID(fmt.Sprintf("R-%s-%d", s, i)), s)
			require.NoError(t, store.Save(ctx, db, r))
			if r.State().Open() && r.Worker() == referraltest.Worker {
				want = append(want, r.ID())
			}
		}
	}
	repo := referral.NewRepository(db, all)
	for day := range 60 {
		d, err := worklist.Today(ctx, repo, referraltest.Worker, policy, referraltest.Day(day+4))
		require.NoError(t, err)
		var due, coming []referral.ID
		for _, x := range d.Due {
			require.LessOrEqual(t, x.By, d.On)
			due = append(due, x.Referral)
		}
		for _, x := range d.Coming {
			require.Greater(t, x.By, d.On)
			coming = append(coming, x.Referral)
		}
		slices.Sort(due)
		due = slices.Compact(due)
		var without []referral.ID
		for _, x := range d.Without {
			without = append(without, x.Referral)
		}
		got := slices.Concat(due, coming, without)
		slices.Sort(got)
		require.Len(t, slices.Compact(slices.Clone(got)), len(got), "each is in one part")
		for _, id := range want {
			require.Contains(t, got, id)
		}
	}
	d, err := worklist.Today(ctx, repo, "ben", policy, referraltest.Day(30))
	require.NoError(t, err)
	require.Empty(t, slices.Concat(d.Safety, d.Due, d.Coming))
	require.Empty(t, d.Without)
}

func TestADayOfAPolicyThatSaysNothingIsRefused(t *testing.T) {
	repo := referral.NewRepository(store.Tenant(memstore.New(), "bay"), all)
	_, err := worklist.Today(t.Context(), repo, "ann", worklist.Policy{CheckIn: map[referral.Urgency]int{referral.Soon: 0}, Tell: -1}, referraltest.Day(1))
	for _, field := range []string{"concerns.crisis", "concerns.safeguarding", "checkIn.soon", "look", "tell"} {
		require.ErrorContains(t, err, field)
	}
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestTodayIsThatOfTheZone(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, referraltest.Referral("R-1", referral.StateAccepted)))
	kiribati := policy
	kiribati.Calendar = sp.NewCalendar(time.FixedZone("Kiribati", 14*3600))
	d, err := worklist.Today(t.Context(), referral.NewRepository(db, all), referraltest.Worker, kiribati, referraltest.Day(6))
	require.NoError(t, err)
	require.Equal(t, sp.DateOf(referraltest.Day(7)), d.On)
}

func TestTodayThatCannotBeReadIsAnError(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, worried("R-1", concern.Crisis)))
	for n := range 8 {
		repo := referral.NewRepository(storetest.Faulty(db, storetest.Fault{Nth: n + 1, Err: errDisk}), all)
		_, err := worklist.Today(t.Context(), repo, referraltest.Worker, policy, referraltest.Day(5))
		require.ErrorIs(t, err, errDisk, n)
	}
}

func TestPeopleOfADayAreNamedOnceInItsOrder(t *testing.T) {
	of := func(all ...person.ID) (tasks []worklist.Task) {
		for _, p := range all {
			tasks = append(tasks, worklist.Task{Person: p})
		}
		return tasks
	}
	d := worklist.Day{Safety: of("P-3"), Due: of("P-1", "P-3", "P-1"), Coming: of("P-2"), Without: of("P-1", "P-4")}
	require.Equal(t, []person.ID{"P-3", "P-1", "P-2", "P-4"}, d.People())
	require.Empty(t, new(worklist.Day).People())
}
