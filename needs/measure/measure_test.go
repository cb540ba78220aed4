package measure_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/needs/measure"
)

func find(tb testing.TB, code string) *measure.Instrument {
	tb.Helper()
	in, ok := measure.Find(code)
	require.True(tb, ok, code)
	return in
}

// answers numbers the given answers as items 1, 2, 3 ...; a negative one is missing.
func answers(values ...int) measure.Answers {
	a := measure.Answers{}
	for i, v := range values {
		if v >= 0 {
			a[strconv.Itoa(i+1)] = v
		}
	}
	return a
}

func rows(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(shared.Dir(t), "data/evaluation/instruments", name))
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return all[1:]
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return v
}

func TestScores(t *testing.T) {
	for _, c := range []struct {
		name, code string
		answers    measure.Answers
		scale      string
		value      float64
		band       string
		crossed    []string
		missing    int
	}{
		{"a life satisfaction of 4 is low", "ons4", measure.Answers{"satisfied": 4}, "satisfied", 4, "low", nil, 0},
		{"a life satisfaction of 9 is very high", "ons4", measure.Answers{"satisfied": 9}, "satisfied", 9, "very high", nil, 0},
		{"an anxiety of 1 is very low", "ons4", measure.Answers{"anxious": 1}, "anxious", 1, "very low", nil, 0},
		{"an anxiety of 6 is high", "ons4", measure.Answers{"anxious": 6}, "anxious", 6, "high", nil, 0},
		{"the least WEMWBS", "wemwbs", answers(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), "total", 14, "", nil, 0},
		{"a WEMWBS of 40", "wemwbs", answers(3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1), "total", 40, "", nil, 0},
		{"lonely on UCLA-3", "ucla-3", answers(2, 2, 2), "total", 6, "", []string{"lonely"}, 0},
		{"not lonely on UCLA-3", "ucla-3", answers(2, 2, 1), "total", 5, "", nil, 0},
		{"lonely often or always", "ons-loneliness", answers(1), "frequency", 1, "", []string{"often or always"}, 0},
		{"lonely some of the time", "ons-loneliness", answers(2), "frequency", 2, "", nil, 0},
		{"all of De Jong Gierveld", "djg-6", measure.Answers{"3": 2, "9": 1, "10": 2, "4": 0, "7": 1, "8": 0}, "total", 6, "severely lonely", nil, 0},
		{"none of De Jong Gierveld", "djg-6", measure.Answers{"3": 0, "9": 0, "10": 0, "4": 2, "7": 2, "8": 2}, "total", 0, "not lonely", nil, 0},
		{"De Jong Gierveld with one item missing", "djg-6", measure.Answers{"9": 1, "10": 2, "4": 0, "7": 2, "8": 2}, "total", 3, "moderately lonely", nil, 1},
		{"emotional loneliness alone", "djg-6", measure.Answers{"3": 1, "9": 0, "10": 0}, "emotional", 1, "lonely", nil, 0},
		{"few friends", "lsns-6", answers(3, 3, 3, 0, 1, 1), "total", 11, "", []string{"at risk of isolation"}, 0},
		{"enough friends", "lsns-6", answers(3, 3, 3, 1, 1, 1), "total", 12, "", nil, 0},
		{"the friends of LSNS-6", "lsns-6", answers(3, 3, 3, 1, 2, 3), "friends", 6, "", nil, 0},
		{"a PHQ-9 of 4", "phq-9", answers(1, 1, 1, 1, 0, 0, 0, 0, 0), "total", 4, "minimal", nil, 0},
		{"a PHQ-9 of 9", "phq-9", answers(1, 1, 1, 1, 1, 1, 1, 1, 1), "total", 9, "mild", nil, 0},
		{"a PHQ-9 of 10", "phq-9", answers(2, 1, 1, 1, 1, 1, 1, 1, 1), "total", 10, "moderate", []string{"caseness"}, 0},
		{"a PHQ-9 of 27", "phq-9", answers(3, 3, 3, 3, 3, 3, 3, 3, 3), "total", 27, "severe", []string{"caseness"}, 0},
		{"a GAD-7 of 7", "gad-7", answers(1, 1, 1, 1, 1, 1, 1), "total", 7, "mild", nil, 0},
		{"a GAD-7 of 8", "gad-7", answers(2, 1, 1, 1, 1, 1, 1), "total", 8, "mild", []string{"caseness"}, 0},
		{"a positive AUDIT-C", "audit-c", answers(4, 1, 0), "total", 5, "", []string{"positive"}, 0},
		{"a negative AUDIT-C", "audit-c", answers(4, 0, 0), "total", 4, "", nil, 0},
		{"a MYCaW profile of two", "mycaw", measure.Answers{"concern-1": 5, "wellbeing": 4}, "profile", 4.5, "", nil, 1},
		{"the scale of EQ-5D", "eq-5d-5l", measure.Answers{"vas": 70}, "vas", 70, "", nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := find(t, c.code)
			result, err := in.Score(c.answers)
			require.NoError(t, err)
			got, err := result.Of(c.scale)
			require.NoError(t, err)
			want := measure.Score{
				Instrument: c.code, Version: in.Version, Scale: c.scale,
				Value: c.value, Band: c.band, Crossed: c.crossed, Missing: c.missing,
			}
			require.Empty(t, cmp.Diff(want, got))
		})
	}
}

func TestAnInstrumentGivesThePublishedMetricOfSWEMWBS(t *testing.T) {
	in := find(t, "swemwbs")
	table := rows(t, "swemwbs_raw_to_metric.csv")
	require.Len(t, table, 29)
	for _, row := range table {
		raw := int(number(t, row[0]))
		a := answers(1, 1, 1, 1, 1, 1, 1)
		for i, left := 1, raw-7; left > 0; i++ {
			step := min(left, 4)
			a[strconv.Itoa(i)] += step
			left -= step
		}
		result, err := in.Score(a)
		require.NoError(t, err)
		score, err := result.Of("metric")
		require.NoError(t, err)
		require.Equal(t, row[1], strconv.FormatFloat(score.Value, 'f', 2, 64))
	}
}

func TestAMissingItemIsNamedAndTheOtherScalesAreScored(t *testing.T) {
	in := find(t, "djg-6")
	result, err := in.Score(measure.Answers{"3": 1, "9": 0, "4": 2, "7": 2})
	require.NoError(t, err)
	_, err = result.Of("total")
	var refusal *measure.Refusal
	require.ErrorAs(t, err, &refusal)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.Equal(t, "measure: djg-6 total: no answer to 10, 8; 1 may be missing", err.Error())
	_, err = result.Of("emotional")
	require.EqualError(t, err, "measure: djg-6 emotional: no answer to 10")
	_, err = result.Of("romantic")
	require.ErrorIs(t, err, sp.ErrNotFound)

	ons, err := find(t, "ons4").Score(measure.Answers{"happy": 7})
	require.NoError(t, err)
	require.Len(t, ons.Scores, 1)
	require.Len(t, ons.Refusals, 3)

	empty, err := find(t, "mycaw").Score(nil)
	require.NoError(t, err)
	require.Empty(t, empty.Scores, "the mean of nothing is no score")
}

func TestAnInstrumentProratesForThoseWhoAskForIt(t *testing.T) {
	in := find(t, "phq-9")
	prorated := in.Prorated(2)
	require.NoError(t, prorated.Check())
	seven := answers(2, 2, 2, 2, 2, 2, 2, -1, -1)
	result, err := prorated.Score(seven)
	require.NoError(t, err)
	score, err := result.Of("total")
	require.NoError(t, err)
	require.Equal(t, measure.Score{
		Instrument: "phq-9", Version: in.Version + ", 2 prorated", Scale: "total", Value: 18, Missing: 2,
		Band: "moderately severe", Crossed: []string{"caseness"},
	}, score)
	require.Equal(t, sp.Unknown, result.Alert("self-harm"), "no mean stands in for the ninth answer")

	result, err = prorated.Score(answers(2, 2, 2, 2, 2, 2, -1, -1, -1))
	require.NoError(t, err)
	_, err = result.Of("total")
	require.EqualError(t, err, "measure: phq-9 total: no answer to 7, 8, 9; 2 may be missing")

	require.Equal(t, in, in.Prorated(0), "nothing is lacking, so nothing is new")

	// The original goes on as before, and the two do not compare.
	result, err = in.Score(seven)
	require.NoError(t, err)
	require.Empty(t, result.Scores)
	whole, err := in.Score(answers(1, 1, 1, 1, 1, 1, 1, 1, 1))
	require.NoError(t, err)
	_, err = in.Change(score, whole.Scores[0])
	require.ErrorIs(t, err, sp.ErrInvalid)

	// A table needs every item, and a question cannot be the mean of no others.
	require.Empty(t, diffScales(find(t, "swemwbs"), find(t, "swemwbs").Prorated(3)))
	require.Empty(t, diffScales(find(t, "ons4"), find(t, "ons4").Prorated(1)))
}

func diffScales(a, b *measure.Instrument) string { return cmp.Diff(a.Scales, b.Scales) }

func TestWrongAnswersScoreNothing(t *testing.T) {
	in := find(t, "gad-7")
	for name, c := range map[string]struct {
		answers measure.Answers
		want    string
	}{
		"out of range":     {answers(4, 0, 0, 0, 0, 0, -1), "measure: gad-7: invalid: answers[1] must be from 0 to 3"},
		"of no item":       {measure.Answers{"8": 1, "x": 2}, "measure: gad-7: invalid: answers must be to items of the questionnaire, without 2 to others"},
		"below the least":  {measure.Answers{"2": -1}, "measure: gad-7: invalid: answers[2] must be from 0 to 3"},
		"both in one form": {measure.Answers{"2": 9, "9": 9}, "measure: gad-7: invalid: answers[2] must be from 0 to 3; answers must be to items of the questionnaire, without 1 to others"},
	} {
		result, err := in.Score(c.answers)
		require.EqualError(t, err, c.want, name)
		require.Empty(t, result, name)
	}
	_, err := new(measure.Instrument).Score(nil)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestAnInstrumentThatWasNotFoundIsAnError(t *testing.T) {
	missing, ok := measure.Find("gad-nine")
	require.False(t, ok)
	require.ErrorIs(t, missing.Check(), sp.ErrInvalid)
	_, err := missing.Score(answers(1))
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = missing.Prorated(1).Score(answers(1))
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = missing.Enter("total", 3)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = missing.Change(measure.Score{}, measure.Score{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = measure.UK5L().Index(missing, nil)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestAScaleWhoseRangeIsUncheckedDoesNotPanic(t *testing.T) {
	in := &measure.Instrument{
		Code: "x", Items: []measure.Item{{ID: "1", Min: math.MinInt, Max: math.MaxInt, Points: []int{1}}},
		Scales: []measure.Scale{{Code: "s", Method: measure.Sum, Table: []float64{1}}},
	}
	require.ErrorIs(t, in.Check(), sp.ErrInvalid)
	for _, answer := range []int{math.MinInt, -1, 0, math.MaxInt} {
		_, err := in.Score(measure.Answers{"1": answer})
		require.NoError(t, err)
	}
}

func TestAlerts(t *testing.T) {
	in := find(t, "phq-9")
	for name, c := range map[string]struct {
		answers measure.Answers
		want    sp.Truth
	}{
		"any thought raises it, whatever the total": {measure.Answers{"9": 1}, sp.Yes},
		"none does not":                {measure.Answers{"9": 0}, sp.No},
		"no answer is unknown, not no": {answers(3, 3, 3, 3, 3, 3, 3, 3, -1), sp.Unknown},
	} {
		result, err := in.Score(c.answers)
		require.NoError(t, err)
		require.Equal(t, c.want, result.Alert("self-harm"), name)
	}
	result, err := find(t, "gad-7").Score(nil)
	require.NoError(t, err)
	require.Equal(t, sp.Unknown, result.Alert("self-harm"), "it does not ask")
}

func TestEnteredScores(t *testing.T) {
	pam := find(t, "pam")
	before, err := pam.Enter("activation", 47.4)
	require.NoError(t, err)
	after, err := pam.Enter("activation", 50.4)
	require.NoError(t, err)
	change, err := pam.Change(before, after)
	require.NoError(t, err)
	require.Equal(t, measure.Change{Points: 3, Better: sp.Yes, Met: []string{"gain"}}, change)

	_, err = pam.Enter("activation", 100.1)
	require.ErrorContains(t, err, "activation must be from 0 to 100")
	_, err = pam.Enter("level", 3)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = find(t, "phq-9").Enter("total", 9)
	require.ErrorIs(t, err, sp.ErrInvalid, "a score that can be computed is computed")
	star, err := find(t, "outcomes-star").Enter("area-3", 7)
	require.NoError(t, err)
	require.Equal(t, "area-3", star.Scale)
}

func TestChange(t *testing.T) {
	swemwbs, ons := find(t, "swemwbs"), find(t, "ons4")
	score := func(in *measure.Instrument, scale string, a measure.Answers) measure.Score {
		result, err := in.Score(a)
		require.NoError(t, err)
		s, err := result.Of(scale)
		require.NoError(t, err)
		return s
	}
	low, high := score(swemwbs, "metric", answers(3, 3, 3, 3, 3, 3, 3)), score(swemwbs, "metric", answers(4, 4, 4, 3, 3, 3, 3))
	change, err := swemwbs.Change(low, high)
	require.NoError(t, err)
	require.Equal(t, measure.Change{Points: 2.29, Better: sp.Yes, Met: []string{"one standard error"}}, change)
	change, err = swemwbs.Change(high, low)
	require.NoError(t, err)
	require.Equal(t, measure.Change{Points: -2.29, Better: sp.No, Met: []string{"one standard error"}}, change)
	change, err = swemwbs.Change(low, low)
	require.NoError(t, err)
	require.Equal(t, measure.Change{}, change)

	worse, err := ons.Change(score(ons, "anxious", measure.Answers{"anxious": 2}), score(ons, "anxious", measure.Answers{"anxious": 5}))
	require.NoError(t, err)
	require.Equal(t, sp.No, worse.Better, "more anxiety is not better")

	other := high
	other.Version = "2030-01"
	_, err = swemwbs.Change(low, other)
	require.ErrorContains(t, err, "version must be that of the instrument")
	_, err = ons.Change(score(ons, "anxious", measure.Answers{"anxious": 2}), score(ons, "happy", measure.Answers{"happy": 2}))
	require.ErrorContains(t, err, "scale must be the same")
	low.Scale, high.Scale = "total", "total"
	_, err = swemwbs.Change(low, high)
	require.ErrorContains(t, err, "scale must be one of the instrument, or an index")
	eq5d := find(t, "eq-5d-5l")
	best, err := measure.UK5L().Index(eq5d, measure.Answers{"mobility": 1, "self-care": 1, "activity": 1, "pain": 1, "anxiety": 1})
	require.NoError(t, err)
	bad, err := measure.UK5L().Index(eq5d, measure.Answers{"mobility": 5, "self-care": 5, "activity": 5, "pain": 5, "anxiety": 5})
	require.NoError(t, err)
	change, err = eq5d.Change(bad, best)
	require.NoError(t, err)
	require.Equal(t, measure.Change{Points: 1.567, Better: sp.Yes}, change)
	bad.ValueSet = "uk-3l-tto 1997"
	_, err = eq5d.Change(bad, best)
	require.ErrorIs(t, err, sp.ErrInvalid, "indices of two value sets do not compare")
}
