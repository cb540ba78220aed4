package measure_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs/measure"
)

func TestValueSetsGiveThePublishedIndices(t *testing.T) {
	for _, c := range []struct {
		file, code string
		set        measure.ValueSet
		states     int
	}{
		{"eq5d3l_uk_tto_expected.csv", "eq-5d-3l", measure.UK3L(), 243},
		{"eq5d5l_expected.csv", "eq-5d-5l", measure.UK5L(), 80},
	} {
		in, table := find(t, c.code), rows(t, c.file)
		require.Len(t, table, c.states)
		for _, row := range table {
			a := measure.Answers{}
			for i, item := range in.Items[:5] {
				a[item.ID] = int(row[0][i] - '0')
			}
			got, err := c.set.Index(in, a)
			require.NoError(t, err)
			require.Equal(t, number(t, row[1]), got.Value, row[0]) //nolint:testifylint // equal to the last bit
			require.Equal(t, c.set.Code+" "+c.set.Version, got.ValueSet)
		}
	}
}

func TestValueSetsByHand(t *testing.T) {
	for _, c := range []struct {
		set  measure.ValueSet
		code string
		want map[string]float64
	}{
		{measure.UK3L(), "eq-5d-3l", map[string]float64{"11111": 1, "21111": 0.85, "11113": 0.414, "12321": 0.329, "33333": -0.594}},
		{measure.UK5L(), "eq-5d-5l", map[string]float64{"11111": 1, "22222": 0.784, "33333": 0.604, "44444": -0.209, "55555": -0.567}},
	} {
		in := find(t, c.code)
		for state, want := range c.want {
			a := measure.Answers{}
			for i, item := range in.Items[:5] {
				a[item.ID] = int(state[i] - '0')
			}
			got, err := c.set.Index(in, a)
			require.NoError(t, err)
			require.Equal(t, want, got.Value, state) //nolint:testifylint // equal to the last bit
		}
	}
}

func TestICECAPORunsFromNothingToOne(t *testing.T) {
	in := find(t, "icecap-o")
	for level, want := range map[int]float64{1: 0, 4: 1} {
		a := measure.Answers{}
		for _, item := range in.Items {
			a[item.ID] = level
		}
		got, err := measure.ICECAPO().Index(in, a)
		require.NoError(t, err)
		require.Equal(t, want, got.Value) //nolint:testifylint // exact by construction
	}
}

func TestAnIndexNeedsEveryItemAndItsOwnInstrument(t *testing.T) {
	in := find(t, "eq-5d-5l")
	_, err := measure.UK5L().Index(in, measure.Answers{"mobility": 1, "pain": 2, "vas": 50})
	var refusal *measure.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, []string{"self-care", "activity", "anxiety"}, refusal.Missing)
	_, err = measure.UK3L().Index(in, measure.Answers{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = measure.UK5L().Index(in, measure.Answers{"mobility": 6})
	require.ErrorContains(t, err, "answers[mobility] must be from 1 to 5")
	mistyped := measure.ICECAPO()
	mistyped.Weights["atachment"] = mistyped.Weights["attachment"]
	delete(mistyped.Weights, "attachment")
	_, err = mistyped.Index(find(t, "icecap-o"), measure.Answers{"attachment": 1, "security": 4, "role": 4, "enjoyment": 4, "control": 4})
	require.ErrorContains(t, err, "weights must each be of an item of the instrument", "no item is left out in silence")
	_, err = measure.ValueSet{Instrument: "eq-5d-5l", Unit: 1, Base: 1}.Index(in, measure.Answers{})
	require.ErrorContains(t, err, "weights must be there")
	short := measure.UK5L()
	short.Weights["mobility"] = short.Weights["mobility"][:2]
	_, err = short.Index(in, measure.Answers{"mobility": 3})
	require.ErrorContains(t, err, "mobility has 2 weights, and none for this answer")
}
