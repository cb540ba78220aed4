package area_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

func FuzzRead(f *testing.F) {
	f.Add(header + "A,x,10,1.5,1,5,4,6\nB,x,20,-2.25,2,10,20,0\n")
	f.Add(header + "A,x,1e18,-0.000000000000000001,1,5,4,6\nB,,+20,.5,2,10,20,0\n")
	f.Add("lsoa11cd,pop_mid2020,a0_4\nE01000001,9223372036854775807,1e-3\n")
	f.Add("a\n\n\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range []area.Layout{wards, {}} {
			areas, issues, err := area.Read(strings.NewReader(text), l)
			if areas == nil {
				if err == nil {
					t.Fatal("neither areas nor an error")
				}
				continue
			}
			lost := 0
			for _, issue := range issues {
				if issue.Severity == sp.Error {
					lost++
				}
			}
			if (lost > 0) != (err != nil) {
				t.Fatalf("%d rows were lost and the error is %v", lost, err)
			}
			// Whatever was read can be divided by, or says why not.
			a, err := funding.Allocate(sp.Pence(math.MaxInt64), areas, funding.Policy{})
			if err != nil {
				continue
			}
			var sum int64
			for _, pence := range a.Minor() {
				sum += pence
			}
			if sum != math.MaxInt64 {
				t.Fatalf("adds up to %d", sum)
			}
		}
	})
}

func TestLinesMayEndWithACarriageReturnAlone(t *testing.T) {
	areas, issues, err := area.Read(strings.NewReader("code,population\rA,10\rB,20\r"), area.Layout{})
	require.NoError(t, err)
	require.Empty(t, issues)
	require.Equal(t, []string{"A", "B"}, areas.Codes())
}

func TestReadTakesNoRankForAnIndex(t *testing.T) {
	layout := described("people", field("people", area.Count), field("rank", area.Rank), field("decile", area.Decile))
	areas, _, err := area.Read(strings.NewReader("code,people,rank,decile\nA,10,1,5\nB,10,2,10\n"), layout)
	require.NoError(t, err)
	for _, column := range []string{"rank", "decile"} {
		_, err = funding.Allocate(sp.Pounds(10), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: column}}}})
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, "factor "+column+": invalid: must have a rule")
	}
	_, err = funding.Allocate(sp.Pounds(10), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "decile", DecileGradient: "0.5"}}}})
	require.NoError(t, err)
}
