package lab_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/lab"
	"github.com/socialprescribing/sp/simulation/queue"
)

func bay(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile("../../examples/policylab/bay.json")
	require.NoError(tb, err)
	return data
}

func TestParseReadsASchemeAndItsQuestions(t *testing.T) {
	studies, err := lab.Parse(bay(t))
	require.NoError(t, err)
	require.Len(t, studies, 7)
	want := simulation.Published().Way
	want.Tenure = queue.Exponential(700)
	require.Equal(t, want, studies[0].Scenario.Way, "what is left out is as published")
	require.Equal(t, lab.Contracts{Months: 3, CarryOver: true}, studies[0].Policies[2].Contracts)
	require.NotNil(t, studies[1].Scenario.Money)
	require.Nil(t, studies[2].Scenario.Money)
	require.Equal(t, sp.Know(91), studies[5].Policies[1].Vacancy)
	for _, s := range studies {
		s.Scenario.Days = 30
		compare(t, s, lab.Options{Pairs: 2})
	}
}

func TestParseReadsWhatIsOffByDefault(t *testing.T) {
	const scheme = `{"name": "x", "start": "2026-04-01", "days": 200, "teams": [{"name": "a", "posts": 0}],
		"way": {"closure": {"exponential": 900}, "attendanceAfterCut": 0.2, "attendancePerTenPounds": 0.1,
			"concerns": [{"kind": "crisis", "share": 0.1, "days": {"constant": 5}}],
			"outcome": {"instrument": "ons4", "scale": "satisfied", "mean": 7, "sd": 2, "retest": 0.6, "start": 4.7, "days": 84, "replies": 0.7}},
		"groups": [{"name": "g", "team": "a", "perWeek": 9, "lat": 54, "lon": -3, "needs": {"loneliness": 1}}],
		"questions": [{"name": "q", "policies": [{"name": "p"}],
			"money": {"quarters": ["60000 GBP", "90000 GBP"], "post": "36428 GBP", "areas": [{"team": "a", "people": 1000, "decile": 1}]}}]}`
	studies, err := lab.Parse([]byte(scheme))
	require.NoError(t, err)
	w := simulation.Published().Way
	w.Closure, w.Attendance.AfterCut, w.Attendance.PerTenPounds = queue.Exponential(900), 0.2, 0.1
	w.Concerns = []simulation.Concern{{Kind: "crisis", Share: 0.1, Days: queue.Constant(5)}}
	w.Outcome = &simulation.Outcome{Instrument: "ons4", Scale: "satisfied", Mean: 7, SD: 2, Retest: 0.6, Start: 4.7, Days: 84, Replies: 0.7}
	s := studies[0].Scenario
	require.Equal(t, w, s.Way)
	require.Equal(t, []sp.Money{sp.Pounds(60_000), sp.Pounds(90_000)}, s.Money.Quarters)
	r, err := simulation.Run(t.Context(), s, simulation.Policy{}, simulation.Options{Seed: "x"})
	require.NoError(t, err)
	require.Positive(t, r.Groups[0].Concerns)
	require.Positive(t, r.Groups[0].Scores.Twice)
	require.Len(t, r.Years, 3)
	_, err = lab.Parse([]byte(strings.Replace(scheme, `"constant": 5`, `"uniform": [5]`, 1)))
	require.ErrorContains(t, err, "way.concerns[0].days")
}

func TestParseReadsModesVolunteersGroupsThatFormAndWhoWaits(t *testing.T) {
	const scheme = `{"name": "x", "start": "2026-04-01", "days": 300, "teams": [{"name": "a", "posts": 2}],
		"way": {"attendanceOtherMode": 0.3, "attendancePerTenPounds": 0.1, "wantsService": 1},
		"groups": [{"name": "g", "team": "a", "lat": 54, "lon": -3, "needs": {"loneliness": 1}, "modes": {"online": 1, "in-person": 3},
			"rates": [{"from": "2026-04-01", "perWeek": 9}, {"from": "2026-10-01", "perWeek": 0}]}],
		"supply": [{"name": "cafe", "needs": ["loneliness"], "lat": 54, "lon": -3, "places": 12, "sessions": 6, "provider": "Age Well", "price": "5 GBP",
				"modes": ["in-person", "online"], "funded": [{"from": "2026-04-01", "until": "2026-12-31"}],
				"volunteers": {"number": 6, "gives": 3, "takes": 1.5, "leaving": 0.01, "tiring": 0.02, "joining": 0.1}},
			{"name": "course", "needs": ["loneliness"], "lat": 54, "lon": -3, "places": 8, "sessions": 6, "starts": 28, "least": 4, "forms": 5}],
		"waiting": [{"group": "g", "days": 40, "need": "loneliness"}, {"group": "g", "days": 3, "urgency": "urgent", "attempts": 1, "taken": true}],
		"sources": [{"parameter": "WantsService", "says": "all", "from": "own records 2026"}],
		"questions": [{"name": "q", "policies": [{"name": "p"}, {"name": "paid", "perPlace": "50 GBP"}]}]}`
	studies, err := lab.Parse([]byte(scheme))
	require.NoError(t, err)
	s := studies[0].Scenario
	require.InDelta(t, 0.3, s.Way.Attendance.OtherMode, 0)
	require.Equal(t, []simulation.Chance[directory.Mode]{{Value: directory.InPerson, Weight: 3}, {Value: directory.Online, Weight: 1}}, s.Groups[0].Modes)
	require.Equal(t, []simulation.Rate{{From: start, PerWeek: 9}, {From: sp.NewDate(2026, 10, 1)}}, s.Groups[0].PerWeek)
	cafe, course := s.Supply[0], s.Supply[1]
	require.Equal(t, &simulation.Volunteers{Number: 6, Gives: 3, Takes: 1.5, Leaving: 0.01, Tiring: 0.02, Joining: 0.1}, cafe.Volunteers)
	require.Equal(t, directory.Truths[directory.Mode]{directory.InPerson: sp.Yes, directory.Online: sp.Yes}, cafe.Offer.Delivery)
	require.Equal(t, directory.NewID("lab", "Age Well"), cafe.Offer.Organisation)
	require.Equal(t, []simulation.Funded{{From: start, Until: sp.NewDate(2026, 12, 31)}}, cafe.Funded)
	require.Equal(t, []int{28, 4, 5}, []int{course.Starts, course.Least, course.Forms})
	require.Equal(t, simulation.Waiting{Referral: "W-2", Group: "g", Urgency: referral.Urgent, Days: 3, Attempts: 1, Taken: true}, s.Waiting[1])
	require.Contains(t, s.Sources, simulation.Source{Parameter: "WantsService", Says: "all", From: "own records 2026"})
	require.Equal(t, sp.Pounds(50), studies[0].Policies[1].PerPlace)
	c := compare(t, studies[0], lab.Options{Pairs: 2})
	require.NotEqual(t, lab.Untold, difference(t, c, "paid", lab.Began).Verdict)
	r, err := simulation.Run(t.Context(), s, simulation.Policy{}, simulation.Options{Seed: "x"})
	require.NoError(t, err)
	require.Equal(t, 2, r.Groups[0].Waiting)
	require.True(t, r.Supply[1].There, "enough waited for the course to form")

	_, err = lab.Parse([]byte(strings.NewReplacer(`"online": 1`, `"by post": 1`, `"in-person", "online"`, `"by post"`, `"5 GBP"`, `"-5 GBP"`, `"need": "loneliness"`, `"need": "luck"`, `"lat": 54, "lon": -3, "needs": {`, `"perWeek": 1, "lat": 54, "lon": -3, "needs": {`).Replace(scheme)))
	for _, path := range []string{"groups[0].modes", "groups[0].perWeek", "supply[0].modes", "supply[0].price", "waiting[0].need"} {
		require.ErrorContains(t, err, path)
	}
}

func TestParseNamesEveryFaultByItsPath(t *testing.T) {
	_, err := lab.Parse([]byte(`{"name": "x", "start": "2026-04-01", "days": 10, "groups": [{"name": "g", "needs": {"luck": 1}, "lat": 100, "urgency": {"now": 1}}], "supply": [{"name": "s"}],
		"way": {"patience": {"constant": 1, "exponential": 2}, "tenure": {"uniform": [1]}},
		"questions": [{"name": "q", "decides": "luck", "money": {"years": [], "post": "1 GBP", "areas": [{"team": "a", "people": 1, "decile": 11}]},
			"policies": [{"name": "p", "workers": 2, "vouchers": true}], "ranges": [{"parameter": "met", "low": 2, "high": 1}]}]}`))
	require.ErrorIs(t, err, sp.ErrInvalid)
	for _, path := range []string{
		"groups[0].lat", "groups[0].needs", "groups[0].urgency", "supply[0].needs", "way.patience", "way.tenure",
		"questions[0].decides", "questions[0].money.areas", "questions[0].policies[0].vouchers", "questions[0].ranges[0].high",
	} {
		require.ErrorContains(t, err, path)
	}
	_, err = lab.Parse([]byte(`{"name": "x", "dayz": 10, "start": "tomorrow"}`))
	require.ErrorContains(t, err, "was probably meant")
	require.ErrorContains(t, err, "start")
}

// Whatever is read either has faults that are named or is a study that can be checked.
func FuzzParse(f *testing.F) {
	f.Add(bay(f))
	f.Add([]byte(`{"name":"x","start":"2026-04-01","days":1,"teams":[],"groups":[],"questions":[{"name":"q","policies":[{"name":"p"}]}]}`))
	f.Add([]byte(`{"name":"x","start":"2026-04-01","days":9,"teams":[{"name":"a","posts":1}],"groups":[{"name":"g","team":"a","lat":1,"lon":1,"needs":{"debt":1},"modes":{"online":1},"rates":[{"from":"2026-04-01","perWeek":2}]}],
		"supply":[{"name":"s","needs":["debt"],"lat":1,"lon":1,"places":3,"sessions":2,"least":2,"forms":1,"price":"5 GBP","volunteers":{"number":2,"gives":1,"takes":1},"funded":[{"from":"2026-04-01","until":"2026-04-05"}]}],
		"waiting":[{"group":"g","days":4}],"sources":[{"parameter":"Met","says":"x"}],"questions":[{"name":"q","policies":[{"name":"p","perPlace":"5 GBP"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		studies, err := lab.Parse(data)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.NotEmpty(t, studies)
		s := studies[0]
		people := len(s.Scenario.Waiting)
		for _, g := range s.Scenario.Groups {
			for _, r := range g.PerWeek {
				people += int(min(r.PerWeek, 1e6))
			}
		}
		if people > 50 || s.Scenario.Days > 60 || len(s.Policies) > 2 {
			return // takes too long
		}
		for _, t := range s.Scenario.Teams {
			people += t.Posts
		}
		if people > 100 {
			return
		}
		_, err = lab.Compare(t.Context(), s, lab.Options{Pairs: 2})
		if err != nil { // what is wrong with the scenario itself is told by the run, by its path
			require.ErrorIs(t, err, sp.ErrInvalid)
		}
	})
}
