package simulation_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestRunLetsCrisesTakeTheTimeOfWorkers(t *testing.T) {
	wait := func(share float64) (days float64, concerns int) {
		s := district(6, 3, 50)
		s.Days, s.Way.Tenure = 365, nil
		s.Way.Concerns = []simulation.Concern{{Kind: concern.Crisis, Share: share, Days: queue.Exponential(10)}}
		r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "crises"})
		return r.Groups[0].ToContact.Mean().Or(0), r.Groups[0].Concerns
	}
	without, none := wait(0)
	with, some := wait(0.2)
	require.Zero(t, none)
	require.Greater(t, some, 100)
	require.Greater(t, with, without+5, "whoever waits for a first conversation waits for those in danger")
}

func TestRunBeginsWithThoseWhoWaitAlready(t *testing.T) {
	s := district(0, 1, 5)
	s.Days, s.Way.Patience = 300, nil
	for i := range 40 {
		s.Waiting = append(s.Waiting, simulation.Waiting{Referral: referral.ID(fmt.Sprintf("REAL-%d", i)), Group: "mill", Urgency: referral.Routine, Need: needs.Debt, Days: 10 * i, Taken: i == 3})
	}
	r, events := written(t, s, simulation.Policy{}, "list")
	require.Equal(t, 40, r.Groups[0].Referred)
	require.Equal(t, 40, r.Groups[0].Waiting)
	require.Positive(t, r.Groups[0].ToContact.Count())
	require.GreaterOrEqual(t, r.Groups[0].ToContact.Quantile(1).Or(0), 390, "waits are counted from the receipt")
	require.Equal(t, start.Add(-390), sp.DateOf(events[0].Stamp.At))
	var first string
	for _, e := range events {
		require.NotContains(t, e.Key.ID, "REAL", "the real IDs are for the luck alone")
		if e.Type == referral.EventAccepted && first == "" {
			first = e.Key.ID
		}
	}
	require.Equal(t, "R-0000037", first, "whoever has a worker already comes before all others")
}

// Patience without memory: whoever has waited for a year waits as long again as anybody.
func TestRunLetsNobodyWithdrawAtOnceWhoHasWaitedLong(t *testing.T) {
	s := district(0, 0, 5)
	s.Days, s.Way.Patience = 100, queue.Exponential(100)
	for i := range 4000 {
		s.Waiting = append(s.Waiting, simulation.Waiting{Referral: referral.ID(fmt.Sprintf("W-%d", i)), Group: "mill", Urgency: referral.Routine, Days: 365})
	}
	r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "patience"})
	require.InDelta(t, 1-1/2.718281828, float64(r.Groups[0].Withdrew)/4000, 0.03)
}

func TestWaitingOfIsTheListOfAStore(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	for i, u := range []referral.Urgency{referral.Routine, referral.Urgent} {
		submission := referraltest.Submission(referral.ID(fmt.Sprintf("R-%d", i)))
		submission.Urgency = u
		one, err := referraltest.Receive(submission, referraltest.AllowAll{}, referraltest.By(sp.RoleReferrer, 10*i))
		require.NoError(t, err)
		require.NoError(t, store.Save(t.Context(), db, one))
	}
	referrals := referral.NewRepository(db, referraltest.AllowAll{})
	list, err := worklist.Waiting(t.Context(), referrals, referral.Query{}, worklist.Standards{}, sp.Calendar{}, referraltest.Day(30))
	require.NoError(t, err)
	got := simulation.WaitingOf(list, func(w worklist.Wait) (string, needs.Code) { return "mill", needs.Debt })
	require.Equal(t, []simulation.Waiting{
		{Referral: "R-1", Group: "mill", Urgency: referral.Urgent, Need: needs.Debt, Days: 20},
		{Referral: "R-0", Group: "mill", Urgency: referral.Routine, Need: needs.Debt, Days: 30},
	}, got)
	s := district(3, 2, 5)
	s.Waiting = got
	require.Equal(t, 2, run(t, s, simulation.Policy{}, simulation.Options{Seed: "store"}).Groups[0].Waiting)
}

func TestRunBeginsCoursesWithEnoughPeople(t *testing.T) {
	for name, starts := range map[string]int{"as soon as there are enough": 0, "on fixed days": 28} {
		t.Run(name, func(t *testing.T) {
			s := district(6, 4, 8)
			for i := range s.Supply {
				s.Supply[i].Least, s.Supply[i].Starts = 5, starts
			}
			r, events := written(t, s, simulation.Policy{}, "least")
			together, service := map[string]int{}, map[placement.ID]directory.ID{}
			for _, e := range events {
				if e.Type == placement.EventProposed {
					got, err := placement.DecodeEvent(e.Type, e.Data)
					require.NoError(t, err)
					service[placement.ID(e.Key.ID)] = got.(placement.Proposed).Service
				}
				if e.Type != session.EventPlanned || e.Key.ID[len(e.Key.ID)-2:] != "-1" {
					continue
				}
				got, err := session.DecodeEvent(e.Type, e.Data)
				require.NoError(t, err)
				p := got.(session.Planned)
				together[fmt.Sprint(service[p.Placement], p.Start)]++
			}
			require.Greater(t, len(together), 5)
			for when, n := range together {
				require.GreaterOrEqual(t, n, 5, when)
			}
			postponed := 0
			for _, o := range r.Supply {
				postponed += o.Postponed
			}
			require.Equal(t, starts > 0, postponed > 0)
		})
	}
}

func TestRunLetsGroupsFormWhereDemandIs(t *testing.T) {
	s := district(6, 6, 5)
	for i := range s.Supply {
		s.Supply[i].Forms = 6
	}
	s.Way.Accepts = 1
	r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "forms"})
	for _, o := range r.Supply {
		require.True(t, o.There, o.Offer)
		require.Positive(t, o.Begun, o.Offer)
	}
	require.Zero(t, sum(r).Nothing)
	s.Groups[0].Needs, s.Groups[1].Needs = s.Groups[0].Needs[:1], s.Groups[1].Needs[:1]
	r = run(t, s, simulation.Policy{}, simulation.Options{Seed: "forms"})
	require.False(t, r.Supply[2].There, "nobody is in debt")
}

func TestRunLetsVolunteersTireOfPeopleWhoBringNoMoney(t *testing.T) {
	begun := func(tiring float64, fee sp.Money) (begun, volunteers int) {
		s := district(10, 8, 12)
		for i := range s.Supply {
			s.Supply[i].Volunteers = &simulation.Volunteers{Number: 4, Gives: 3, Takes: 1, Leaving: 0.005, Tiring: tiring, Joining: 0.02}
		}
		r := run(t, s, simulation.Policy{PerPlace: fee}, simulation.Options{Seed: "volunteers"})
		for _, o := range r.Supply {
			begun += o.Begun
			volunteers += o.Volunteers
			require.Equal(t, int64(o.Begun)*fee.Minor(), o.Paid.Minor())
			require.Positive(t, o.Hours)
		}
		return begun, volunteers
	}
	fresh, there := begun(0, sp.Money{})
	tired, left := begun(0.05, sp.Money{})
	paid, stay := begun(0.05, sp.Pounds(60))
	require.Less(t, tired, fresh*3/4)
	require.Less(t, left, there)
	require.Equal(t, []int{fresh, there}, []int{paid, stay}, "money that comes with people is as if nobody tired")
}

func TestRunClosesProviders(t *testing.T) {
	s := district(6, 6, 20)
	s.Way.Closure = queue.Constant(200)
	r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "closure"})
	require.Positive(t, sum(r).Cut)
	require.Positive(t, sum(r).Nothing)
	for _, o := range r.Supply {
		require.False(t, o.There)
	}
}

func TestRunAsksInVainWhereNobodyKnowsWhoIsFull(t *testing.T) {
	s := district(12, 10, 4)
	type counted struct{ asked, full, begun int }
	with := func(c simulation.Sharing) (n counted) {
		for _, o := range run(t, s, simulation.Policy{Sharing: c}, simulation.Options{Seed: "capacity"}).Supply {
			n.asked += o.Asked
			n.full += o.Observed.Full
			n.begun += o.Begun
		}
		return n
	}
	known, unknown, learned := with(simulation.Live), with(simulation.Asking), with(simulation.Learning)
	require.Zero(t, known.full)
	require.Greater(t, unknown.full, unknown.asked/2)
	require.Less(t, learned.full, unknown.full*2/3, "whoever has said that it is full is asked less often")
	require.Greater(t, unknown.asked, 2*known.asked, "for as many who begin, many more letters")
}

func TestRunKeepsPeopleAwayByWhatStandsInTheirWay(t *testing.T) {
	attended := func(change func(s *simulation.Scenario)) float64 {
		s := district(10, 12, 500)
		s.Way.StopAfter, s.Way.Attendance = 0, simulation.Attendance{Base: 0.9}
		change(&s)
		r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "away"})
		held, came := 0, 0
		for _, g := range r.Groups {
			held += g.Sessions
			came += g.Attended
		}
		return float64(came) / float64(held)
	}
	online := []simulation.Chance[directory.Mode]{{Value: directory.Online, Weight: 1}}
	for name, c := range map[string]struct {
		want   float64
		change func(s *simulation.Scenario)
	}{
		"nothing": {0.9, func(*simulation.Scenario) {}},
		"help in another way than they would like": {0.6, func(s *simulation.Scenario) {
			s.Way.Attendance.OtherMode, s.Groups[0].Modes, s.Groups[1].Modes = 0.3, online, online
		}},
		"a wish that the offer meets": {0.9, func(s *simulation.Scenario) {
			inPerson := []simulation.Chance[directory.Mode]{{Value: directory.InPerson, Weight: 1}}
			s.Way.Attendance.OtherMode, s.Groups[0].Modes, s.Groups[1].Modes = 0.3, inPerson, inPerson
		}},
		"the price": {0.7, func(s *simulation.Scenario) {
			s.Way.Attendance.PerTenPounds = 0.2
			for i := range s.Supply {
				s.Supply[i].Offer.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(10))}}}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) { require.InDelta(t, c.want, attended(c.change), 0.02) })
	}
}

func TestRunNamesTheFaultsOfWhatIsOffByDefault(t *testing.T) {
	s := district(1, 1, 3)
	s.Supply[0].Least, s.Supply[1].Forms = 4, -1
	s.Supply[2].Volunteers = &simulation.Volunteers{Number: -1, Takes: 1, Leaving: 2, Tiring: -1, Joining: 1000}
	s.Groups[0].Modes = []simulation.Chance[directory.Mode]{{Value: directory.Online}}
	s.Waiting = []simulation.Waiting{{Referral: "W", Group: "nobody", Urgency: "now", Days: -1, Attempts: -1}, {Referral: "W", Group: "mill", Urgency: referral.Urgent}}
	s.Way.Concerns = []simulation.Concern{{Kind: "worry", Share: 2, Days: queue.Constant(-1)}}
	s.Way.Attendance.OtherMode, s.Way.Attendance.AfterCut, s.Way.Attendance.PerTenPounds, s.Way.Closure = 2, -1, 3, queue.Constant(-1)
	_, err := simulation.Run(t.Context(), s, simulation.Policy{Sharing: "guessed", PerPlace: sp.Pounds(-1)}, simulation.Options{})
	var invalid *sp.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{
		"groups[0].modes", "supply[0].least", "supply[1].forms", "supply[2].volunteers.number", "supply[2].volunteers.gives",
		"supply[2].volunteers.leaving", "supply[2].volunteers.tiring", "supply[2].volunteers.joining",
		"waiting[0].group", "waiting[0].urgency", "waiting[0].days", "waiting[0].attempts", "waiting[1].referral",
		"way.attendance.perTenPounds", "way.attendance.otherMode", "way.attendance.afterCut",
		"way.concerns[0].kind", "way.concerns[0].share", "way.concerns[0].days", "way.closure", "policy.sharing", "policy.perPlace",
	}, paths)
}
