package pathway_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/referral/pathway"
)

// A no has a code, says whose it is, and what follows for finding something else.
func Example() {
	why := pathway.Because(pathway.NoCapacity)
	fmt.Println("because", why.Means(), "- whose:", why.Whose, "- then:", why.Effect)
	// Output:
	// because the service is full - whose: provider - then: rematch
}

func TestTheReasonsHoldTheListOfTheNHS(t *testing.T) {
	f, err := os.Open(filepath.Join(shared.Dir(t), "reference/field/decline_reasons.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	ours := map[string]string{}
	for _, r := range pathway.Reasons() {
		if !r.NHS.IsZero() {
			ours[r.NHS.Code] = r.NHS.Display
		}
	}
	n := 0
	for _, row := range rows {
		if row[0] == "BaRS dos-rejected-reasons" {
			require.Equal(t, row[2], ours[row[1]], "code %s", row[1])
			n++
		}
	}
	require.Equal(t, 12, n)
	require.Len(t, ours, n)
}

func TestAServiceThatCannotBeReachedIsNoReasonToStopLooking(t *testing.T) {
	for _, r := range pathway.Reasons() {
		if r.NHS.Code == "27" { // "Service could not be contacted"
			require.Equal(t, pathway.Provider, r.Whose)
			require.Equal(t, pathway.Rematch, r.Effect)
		}
	}
	require.Equal(t, pathway.NoEffect, pathway.Because(pathway.NotReached).Effect, "the person is another matter")
}

func TestEveryListedReasonCanBeGiven(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range pathway.Reasons() {
		e := &sp.InvalidError{}
		r.Check(e)
		require.NoError(t, e.Err(), r.Code)
		require.Equal(t, r.Reason, pathway.Because(r.Code))
		require.NotEmpty(t, r.Means)
		require.False(t, seen[r.Code], r.Code)
		seen[r.Code] = true
	}
}

func TestAReasonSaysWhoseItIsAndWhatFollows(t *testing.T) {
	day := sp.NewDate(2026, time.June, 1)
	for _, tt := range []struct {
		name string
		r    pathway.Reason
		ok   bool
	}{
		{"a shipped one", pathway.Because(pathway.TooFar), true},
		{"a local one, with both", pathway.Reason{Code: "dog-not-allowed", Whose: pathway.Provider, Effect: pathway.Rematch}, true},
		{"a local one alone is not enough", pathway.Because("dog-not-allowed"), false},
		{"parking needs a day", pathway.Reason{Code: "other", Whose: pathway.Person, Effect: pathway.Park}, false},
		{"parked until a day", pathway.Because(pathway.PersonsChoice).ParkedUntil(day), true},
		{"a day without parking", pathway.Reason{Code: "other", Whose: pathway.Person, Effect: pathway.Rematch, Until: day}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := &sp.InvalidError{}
			tt.r.Check(e)
			require.Equal(t, tt.ok, e.Err() == nil, e)
		})
	}
	require.Equal(t, "dog-not-allowed", pathway.Because("dog-not-allowed").Means())
}

func TestTheListThatIsReturnedIsACopy(t *testing.T) {
	pathway.Reasons()[0].Code = "changed"
	require.NotEqual(t, "changed", pathway.Reasons()[0].Code)
}

func TestWhatCodesLookLike(t *testing.T) {
	for code, ok := range map[string]bool{
		"no-capacity": true, "adjustforhighlevelsofanxiety": true, "a:1.2": true,
		"": false, "Loneliness": false, "two words": false, strings.Repeat("x", 64): true, strings.Repeat("x", 65): false,
		"a": true, "z": true, "0": true, "9": true, "`": false, "{": false, "/": false, ";": false, // what stands beside them
	} {
		require.Equal(t, ok, pathway.ValidCode(code), "%q", code)
	}
}
