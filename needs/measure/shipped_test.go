package measure_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs/measure"
)

func TestWhatIsShipped(t *testing.T) {
	var codes []string
	for _, in := range measure.Shipped() {
		codes = append(codes, in.Code)
		require.NoError(t, in.Check())
		require.NotEmpty(t, in.Source, in.Code)
		require.NotEmpty(t, in.Licence.Holder, in.Code)
		require.NotEmpty(t, in.Licence.Terms, in.Code)
		worded := 0
		for _, item := range in.Items {
			if item.Text != "" {
				worded++
			}
		}
		if in.Licence.Text {
			require.Equal(t, len(in.Items), worded, "%s may be worded and is", in.Code)
		} else {
			require.Zero(t, worded, "%s must not be worded", in.Code)
			require.Empty(t, in.Text, "%s must not be worded", in.Code)
		}
		data, err := json.Marshal(in)
		require.NoError(t, err)
		var back measure.Instrument
		require.NoError(t, json.Unmarshal(data, &back))
		require.Empty(t, cmp.Diff(in, back))
	}
	require.Equal(t, []string{
		"audit-c", "djg-6", "eq-5d-3l", "eq-5d-5l", "gad-7", "icecap-a", "icecap-o", "lsns-6", "mycaw", "ons-loneliness", "ons4",
		"outcomes-star", "pam", "phq-9", "r-outcomes-hcs", "r-outcomes-pws", "swemwbs", "ucla-3", "wemwbs",
	}, codes)
	_, ok := measure.Find("mood-ring")
	require.False(t, ok)
}

func TestAnInstrumentIntroducesQuestionsThatDoNotStandAlone(t *testing.T) {
	require.Contains(t, find(t, "phq-9").Text, "Over the last 2 weeks, how often")
	require.Contains(t, find(t, "gad-7").Text, "Over the last 2 weeks, how often")
	require.Contains(t, find(t, "ons4").Text, "nought is ‘not at all’ and 10 is ‘completely’")
}

func TestTheInstrumentWEMWBSNamesNobodysDepression(t *testing.T) {
	require.Empty(t, find(t, "wemwbs").Scales[0].Bands, "a band goes into the log for good, and no source was found to stand behind one")
}

func TestCheckFindsWhatIsWrongWithAnInstrument(t *testing.T) {
	in := measure.Instrument{
		Text: "Secret?",
		Items: []measure.Item{
			{ID: "a", Min: 0, Max: 2, Points: []int{0, 1}},
			{ID: "a", Min: 3, Max: 1},
			{ID: "b", Max: 1, Text: "Secret?", Options: []string{"no"}},
			{ID: "how often?", Max: 1 << 62},
		},
		Scales: []measure.Scale{
			{Method: "guess"},
			{Code: "s", Items: []string{"a", "zz"}, Method: measure.Sum, Max: 9},
			{Code: "t", Items: []string{"b"}, Method: measure.Sum, Max: 9, Missing: 1, Table: []float64{1}, Bands: []measure.Band{{3, "x"}, {1, "y"}}},
			{Code: "u", Items: []string{"b"}, Method: measure.Input, Max: 9},
			{Code: "u", Method: measure.Input, Max: 9, Cutoffs: []measure.Cutoff{{Label: strings.Repeat("x", 65)}}},
		},
		Alerts: []measure.Alert{{Code: "x", Item: "zz"}, {Code: "self-harm", Item: "b", From: 2}},
	}
	var invalid *sp.InvalidError
	require.ErrorAs(t, in.Check(), &invalid)
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{
		"code", "version", "text", "items[0].points", "items[1].id", "items[1]", "items[2].options", "items[2].text", "items[3].id", "items[3]",
		"scales[0].code", "scales[0].method", "scales[0]", "scales[1].items", "scales[2].missing", "scales[2].bands", "scales[2].table",
		"scales[4].code", "scales[4].cutoffs", "alerts[0]", "alerts[1].from",
	}, paths)
}
