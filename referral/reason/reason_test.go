package reason_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/referral/reason"
)

// A no has a code, says whose it is, and what follows for finding something else.
func Example() {
	why := reason.Because(reason.NoCapacity)
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
	for _, r := range reason.List() {
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
	for _, r := range reason.List() {
		if r.NHS.Code == "27" { // "Service could not be contacted"
			require.Equal(t, reason.Provider, r.Whose)
			require.Equal(t, reason.Rematch, r.Effect)
		}
	}
	require.Equal(t, reason.NoEffect, reason.Because(reason.NotReached).Effect, "the person is another matter")
}

func TestEveryListedReasonCanBeGiven(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range reason.List() {
		e := &sp.InvalidError{}
		r.Check(e)
		require.NoError(t, e.Err(), r.Code)
		require.Equal(t, r.Reason, reason.Because(r.Code))
		require.NotEmpty(t, r.Means)
		require.False(t, seen[r.Code], r.Code)
		seen[r.Code] = true
	}
}

func TestAReasonSaysWhoseItIsAndWhatFollows(t *testing.T) {
	day := sp.NewDate(2026, time.June, 1)
	for _, tt := range []struct {
		name string
		r    reason.Reason
		ok   bool
	}{
		{"a shipped one", reason.Because(reason.TooFar), true},
		{"a local one, with both", reason.Reason{Code: "dog-not-allowed", Whose: reason.Provider, Effect: reason.Rematch}, true},
		{"a local one alone is not enough", reason.Because("dog-not-allowed"), false},
		{"parking needs a day", reason.Reason{Code: "other", Whose: reason.Person, Effect: reason.Park}, false},
		{"parked until a day", reason.Because(reason.PersonsChoice).ParkedUntil(day), true},
		{"a day without parking", reason.Reason{Code: "other", Whose: reason.Person, Effect: reason.Rematch, Until: day}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := &sp.InvalidError{}
			tt.r.Check(e)
			require.Equal(t, tt.ok, e.Err() == nil, e)
		})
	}
	require.Equal(t, "dog-not-allowed", reason.Because("dog-not-allowed").Means())
}

func TestTheListThatIsReturnedIsACopy(t *testing.T) {
	reason.List()[0].Code = "changed"
	require.NotEqual(t, "changed", reason.List()[0].Code)
}
