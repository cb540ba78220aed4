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
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/referraltest"
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

func TestAnAttemptIsRefusedForTheFirstThingThatIsWrong(t *testing.T) {
	m := referral.Machine()
	stamp := referraltest.By(sp.RoleLinkWorker, 1)
	good := pathway.Attempt[referral.State]{
		Command: "accept", ID: "R-1", Person: "P-1", State: referral.StateReceived, Stamp: stamp, Remit: referraltest.AllowAll{},
	}
	edit := func(f func(*pathway.Attempt[referral.State])) error {
		a := good
		f(&a)
		return pathway.Permit(m, a)
	}
	require.NoError(t, pathway.Permit(m, good))

	type attempt = pathway.Attempt[referral.State]
	require.ErrorContains(t, edit(func(a *attempt) { a.Command = "juggle" }), "there is no such command")
	require.ErrorIs(t, edit(func(a *attempt) { a.State = referral.StateClosed; a.Remit = nil }), sp.ErrInvalid, "the table comes first")
	require.ErrorContains(t, edit(func(a *attempt) { a.Stamp.By.Role = "" }), "not by a (missing role); a link-worker may")
	require.ErrorContains(t, edit(func(a *attempt) { a.Stamp.By.Role = "Ann Bell" }), "not by a (malformed role); a link-worker may")
	require.ErrorIs(t, edit(func(a *attempt) { a.ID = ""; a.Remit = nil }), sp.ErrInvalid, "then the fields")
	require.ErrorContains(t, edit(func(a *attempt) { a.Missing = []string{"the cow is home"}; a.Remit = nil }), "not before the cow is home")
	require.ErrorIs(t, edit(func(a *attempt) { a.Remit = nil }), sp.ErrDenied, "and last the remit")
	require.ErrorIs(t, edit(func(a *attempt) { a.Remit = referraltest.Only{"close"} }), sp.ErrDenied)
}
