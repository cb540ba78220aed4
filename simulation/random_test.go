package simulation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/observed"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

// scenarios draws a scheme in which everything can go wrong.
func scenarios(t *rapid.T) (simulation.Scenario, simulation.Policy) {
	share := rapid.Float64Range(0, 1)
	some := func(name string, d queue.Distribution) queue.Distribution {
		if rapid.Bool().Draw(t, name) {
			return d
		}
		return nil
	}
	s := district(rapid.Float64Range(0, 12).Draw(t, "a week"), rapid.IntRange(0, 4).Draw(t, "posts"), rapid.IntRange(0, 8).Draw(t, "places"))
	s.Days = rapid.IntRange(1, 250).Draw(t, "days")
	s.Teams[0].Cap = rapid.IntRange(1, 3000).Draw(t, "cap")
	w := &s.Way
	w.Declined, w.Answers, w.WantsService, w.Accepts, w.Met = share.Draw(t, "declined"), share.Draw(t, "answers"), share.Draw(t, "wants"), share.Draw(t, "accepts"), share.Draw(t, "met")
	w.Attempts, w.StopAfter, w.Options = rapid.IntRange(1, 4).Draw(t, "attempts"), rapid.IntRange(0, 3).Draw(t, "stop after"), rapid.IntRange(1, 3).Draw(t, "options")
	w.Attendance.Base = share.Draw(t, "attendance")
	w.TriageDays, w.AttemptDays, w.ContactDays, w.ReplyDays = some("triage", w.TriageDays), some("attempt", w.AttemptDays), some("contact", w.ContactDays), some("reply", w.ReplyDays)
	w.Patience, w.PlacePatience = some("patience", queue.Exponential(20)), some("place patience", queue.Exponential(20))
	w.Contacts = some("contacts", queue.Uniform{High: 4})
	w.Tenure, w.Vacancy = some("tenure", queue.Exponential(40)), some("vacancy", w.Vacancy)
	w.Closure = some("closure", queue.Exponential(300))
	w.Attendance.OtherMode, w.Attendance.AfterCut, w.Attendance.PerTenPounds = share.Draw(t, "other mode"), share.Draw(t, "after cut"), share.Draw(t, "pounds")
	if rapid.Bool().Draw(t, "outcome") {
		w.Outcome = &simulation.Outcome{
			Instrument: "ons4", Scale: "satisfied", Mean: 7, SD: rapid.Float64Range(0, 4).Draw(t, "sd"), Retest: share.Draw(t, "retest"), Start: 4,
			Days: rapid.IntRange(1, 100).Draw(t, "asked again after"), Replies: share.Draw(t, "replies"), Effect: 1,
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "concerns") {
		w.Concerns = append(w.Concerns, simulation.Concern{Kind: rapid.SampledFrom(concern.Kinds()).Draw(t, "concern"), Share: share.Draw(t, "comes out"), Days: some("team", queue.Exponential(20))})
	}
	for i := range rapid.IntRange(0, 30).Draw(t, "waiting") {
		s.Waiting = append(s.Waiting, simulation.Waiting{
			Referral: referral.ID(fmt.Sprintf("W-%d", i)), Group: rapid.SampledFrom([]string{"mill", "harbour"}).Draw(t, "group"),
			Urgency: rapid.SampledFrom([]referral.Urgency{referral.Routine, referral.Urgent}).Draw(t, "urgency"), Days: rapid.IntRange(0, 100).Draw(t, "since"),
			Attempts: rapid.IntRange(0, 9).Draw(t, "tried"), Taken: rapid.Bool().Draw(t, "taken"),
		})
	}
	s.Groups[0].Modes = []simulation.Chance[directory.Mode]{{Value: directory.Online, Weight: 1}, {Value: directory.InPerson, Weight: 1}}
	for i := range s.Supply {
		o := &s.Supply[i]
		o.Places = max(1, o.Places)
		o.Least, o.Forms = rapid.IntRange(0, o.Places).Draw(t, "least"), rapid.SampledFrom([]int{0, 0, 1, 4}).Draw(t, "forms")
		if rapid.Bool().Draw(t, "volunteers") {
			o.Volunteers = &simulation.Volunteers{Number: rapid.IntRange(0, 9).Draw(t, "number"), Gives: 3, Takes: 1, Leaving: 0.02, Tiring: share.Draw(t, "tiring"), Joining: 0.3}
		}
		o.Sessions, o.Gap, o.Starts = rapid.IntRange(1, 10).Draw(t, "sessions"), rapid.IntRange(1, 14).Draw(t, "gap"), rapid.SampledFrom([]int{0, 7, 30}).Draw(t, "starts")
		for range rapid.IntRange(0, 2).Draw(t, "contracts") {
			from := start.Add(rapid.IntRange(-50, 200).Draw(t, "from"))
			o.Funded = append(o.Funded, simulation.Funded{From: from, Until: from.Add(rapid.IntRange(0, 100).Draw(t, "until"))})
		}
	}
	return s, simulation.Policy{
		Ageing:  rapid.SampledFrom([]int{0, 1, 30}).Draw(t, "ageing"),
		Placing: rapid.SampledFrom([]simulation.Placing{simulation.Weekly, simulation.AtOnce}).Draw(t, "placing"),

		Sharing:  rapid.SampledFrom([]simulation.Sharing{simulation.Live, simulation.Asking, simulation.Learning}).Draw(t, "sharing"),
		PerPlace: rapid.SampledFrom([]sp.Money{{}, sp.Pounds(50)}).Draw(t, "fee"),
	}
}

func TestRunOfAnySchemeLosesNobodyAndWritesWhatTheTablesAllow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, p := scenarios(t)
		h, learned := newHistory(), &observed.Facts{}
		h.also = learned.Add
		r, err := simulation.Run(t.Context(), s, p, simulation.Options{Seed: "any", Log: h.add})
		require.NoError(t, err) // Little's law among others
		all := sum(r)
		require.Equal(t, all.Referred, all.Declined+all.Withdrew+all.NotReached+all.Closed+all.InHand)
		require.LessOrEqual(t, all.Begun, all.Accepted)
		require.LessOrEqual(t, all.Finished, all.Begun)
		require.Equal(t, all.Referred-all.InHand, h.ended)
		for _, o := range r.Supply {
			require.LessOrEqual(t, o.Used.Or(0), 1.0)
			require.Equal(t, int64(o.Begun)*p.PerPlace.Minor(), o.Paid.Minor())
		}
		require.Equal(t, len(s.Waiting), r.Groups[0].Waiting+r.Groups[1].Waiting)
		sameBelief(t, r, learned.At(start.Add(r.Days).In(time.UTC).Add(9*time.Hour)))
	})
}

// sameBelief holds what the run has learned to what package evaluation/observed learns from its events.
func sameBelief(t require.TestingT, r *simulation.Result, learned map[directory.ID]directory.Observed) {
	for _, s := range r.Supply {
		want := learned[s.Observed.Service]
		want.Service, want.Until = s.Observed.Service, s.Observed.Until
		want.ReplyDays, want.WaitDays, want.Begun = sp.Known[int]{}, sp.Known[int]{}, 0
		require.Equal(t, want, s.Observed)
	}
}

func TestRunFollowsTheRatesOfArrival(t *testing.T) {
	s := district(0, 1, 1)
	s.Days = 300
	s.Groups = s.Groups[:1]
	s.Groups[0].PerWeek = []simulation.Rate{{From: start.Add(-30), PerWeek: 70}, {From: start.Add(100), PerWeek: 0}, {From: start.Add(200), PerWeek: 35}}
	_, events := written(t, s, simulation.Policy{}, "rates")
	days := map[int]float64{}
	for _, e := range events {
		if e.Type == referral.EventReceived {
			days[sp.DateOf(e.Stamp.At).Sub(start)/100]++
		}
	}
	require.InDelta(t, 1000, days[0], 4*31.6) // four standard deviations
	require.Zero(t, days[1])
	require.InDelta(t, 500, days[2], 4*22.4)
}

func TestRunTakesTheUrgentFirstAndTheOthersInTime(t *testing.T) {
	mean := func(p simulation.Policy) map[referral.Urgency]time.Duration {
		s := district(6, 2, 5)
		s.Days, s.Way.Patience, s.Way.Tenure = 365, nil, nil
		_, events := written(t, s, p, "urgent")
		received, urgency := map[string]time.Time{}, map[string]referral.Urgency{}
		sum, n := map[referral.Urgency]time.Duration{}, map[referral.Urgency]time.Duration{}
		for _, e := range events {
			switch e.Type {
			case referral.EventReceived:
				got, err := referral.DecodeEvent(e.Type, e.Data)
				require.NoError(t, err)
				received[e.Key.ID], urgency[e.Key.ID] = e.Stamp.At, got.(referral.Received).Urgency
			case referral.EventAccepted:
				u := urgency[e.Key.ID]
				sum[u] += e.Stamp.At.Sub(received[e.Key.ID])
				n[u]++
			}
		}
		for u := range sum {
			sum[u] /= n[u]
		}
		return sum
	}
	strict, fair := mean(simulation.Policy{}), mean(simulation.Policy{Ageing: 7})
	require.Less(t, 2*strict[referral.Urgent], strict[referral.Routine])
	require.Greater(t, fair[referral.Urgent], strict[referral.Urgent], "who has waited long comes before the urgent of today")
}

// A history follows every referral, placement and session through its table.
type history struct {
	states   map[store.Key]string
	versions map[store.Key]int64
	last     time.Time
	ended    int
	flags    map[string]int                  // of referrals, that nobody has taken over
	also     func(store.RecordedEvent) error // is told of every event too
}

func newHistory() *history {
	return &history{states: map[store.Key]string{}, versions: map[store.Key]int64{}, flags: map[string]int{}}
}
