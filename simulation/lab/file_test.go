package lab_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
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
	f.Fuzz(func(t *testing.T, data []byte) {
		studies, err := lab.Parse(data)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.NotEmpty(t, studies)
	})
}
