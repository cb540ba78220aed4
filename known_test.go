package sp_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
)

func TestAnUnknownValueIsNotAKnownZero(t *testing.T) {
	var k sp.Known[int]
	require.True(t, k.IsZero())
	require.False(t, sp.Know(0).IsZero())
	require.Equal(t, 6, k.Or(6))
	require.Equal(t, 0, sp.Know(0).Or(6))
	_, ok := k.Lookup()
	require.False(t, ok)
	require.False(t, k.Equal(sp.Know(0)))
	require.Equal(t, "unknown 0 £5.00", fmt.Sprint(k, sp.Know(0), sp.Know(sp.Pounds(5))))
}

func TestKnownSurvivesJSON(t *testing.T) {
	type facts struct {
		Room sp.Known[int]      `json:"room,omitzero"`
		Fee  sp.Known[sp.Money] `json:"fee,omitzero"`
	}
	for _, tt := range []struct {
		name string
		in   facts
		want string
	}{
		{"what is unknown is not written", facts{}, `{}`},
		{"a known zero is", facts{Room: sp.Know(0)}, `{"room":0}`},
		{"an amount is exact", facts{Fee: sp.Know(sp.Pence(450))}, `{"fee":"4.50 GBP"}`},
		{"nothing to pay is known", facts{Fee: sp.Know(sp.Money{})}, `{"fee":"0"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, err := json.Marshal(tt.in)
			require.NoError(t, err)
			require.Equal(t, tt.want, string(data))
			var back facts
			require.NoError(t, json.Unmarshal(data, &back))
			require.Empty(t, cmp.Diff(tt.in, back))
		})
	}
	k := sp.Know(99)
	require.NoError(t, json.Unmarshal([]byte(" null "), &k))
	require.True(t, k.IsZero(), "null is unknown, whatever was there before")
}

func TestWhatIsNotKnownSinceItCannotBeReadIsNotRepeated(t *testing.T) {
	for _, input := range []string{`"9434765919"`, `9434765919.5`, `[9434765919]`, `9434765919999999999999999`} {
		k := sp.Know(99)
		err := json.Unmarshal([]byte(input), &k)
		require.ErrorIs(t, err, sp.ErrInvalid, input)
		require.NotContains(t, err.Error(), "9434765919", input)
		require.True(t, k.IsZero(), "what cannot be read is unknown")
	}
	var fee sp.Known[sp.Money]
	require.ErrorContains(t, json.Unmarshal([]byte(`"4.50"`), &fee), "written as 1234.50 GBP", "a type that says what is wrong is heard")
}
