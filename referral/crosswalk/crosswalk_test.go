package crosswalk_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// One state, in the words of four others.
func Example() {
	p := referraltest.Placement("PL-1", placement.StateLapsed)
	for _, d := range []crosswalk.Dialect{crosswalk.FHIRTask(), crosswalk.BaRS(), crosswalk.BSeR(), crosswalk.Findhelp()} {
		word, lost := d.Say(crosswalk.Of(p))
		fmt.Printf("%s: %q, and not %s\n", d.Name, word, lost)
	}
	// Output:
	// FHIR Task: "cancelled", and not that nobody answered: there is no expired
	// BaRS: "update revoked", and not that nobody answered
	// BSeR: "4.0", and not that nobody answered
	// findhelp: "Couldn't get help", and not that nobody answered
}

func dialects() []crosswalk.Dialect {
	return []crosswalk.Dialect{crosswalk.FHIRTask(), crosswalk.BaRS(), crosswalk.BSeR(), crosswalk.Findhelp()}
}

// statuses are all there can be.
func statuses() (all []crosswalk.Status) {
	reasons := []string{""}
	for _, r := range reason.List() {
		reasons = append(reasons, r.Code)
	}
	for _, s := range placement.Table().States() {
		for _, reason := range reasons {
			all = append(all, crosswalk.Status{State: s, Reason: reason})
		}
		if s == placement.StateOffered || s == placement.StateAccepted {
			all = append(all, crosswalk.Status{State: s, Waiting: true})
		}
	}
	return all
}

func TestADialectHearsWhatItSaidOrDeclaresTheLoss(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d.Name, func(t *testing.T) {
			for _, s := range statuses() {
				word, lost := d.Say(s)
				if word == "" {
					require.NotEmpty(t, lost, "%v has no word, and nobody says so", s)
					continue
				}
				heard, open, err := d.Hear(word)
				require.NoError(t, err, "%v is said as %q, which the same dialect does not understand", s, word)
				if heard != s {
					require.NotEmpty(t, lost+open, "%v comes back as %v, and nobody says so", s, heard)
				}
			}
		})
	}
}

func TestADialectSaysWhatItHeardOrDeclaresTheLoss(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d.Name, func(t *testing.T) {
			for _, row := range d.In {
				s, open, err := d.Hear(row.Word)
				require.NoError(t, err)
				word, lost := d.Say(s)
				if word != row.Word {
					require.NotEmpty(t, open+lost, "%q comes back as %q, and nobody says so", row.Word, word)
				}
			}
		})
	}
}

func TestEveryWordOfADialectIsThatOfItsStandard(t *testing.T) {
	words := map[string][]string{
		// FHIR R4, required value set of Task.status
		"FHIR Task": {"draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold", "failed", "completed", "entered-in-error"},
		"BaRS":      {"new active", "update revoked", "update entered-in-error"},
		"BSeR":      {"2.0", "3.0", "4.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.2", "6.0", "7.0"},
		"findhelp": {
			"Not updated", "Needs client action", "Pending", "Referred elsewhere", "Eligible", "Got help", "Couldn't contact",
			"Not eligible", "No capacity", "Couldn't get help", "No longer interested",
		},
	}
	for _, d := range dialects() {
		var in []string
		for _, row := range d.In {
			in = append(in, row.Word)
		}
		require.ElementsMatch(t, words[d.Name], in, "%s: every word is understood, once", d.Name)
		for _, row := range d.Out {
			require.True(t, row.Word == "" || slices.Contains(words[d.Name], row.Word), row.Word)
		}
	}
}

func TestADialectRefusesAWordThatNobodyKnowsAndDoesNotRepeatIt(t *testing.T) {
	for _, d := range dialects() {
		_, _, err := d.Hear("Zebedee Quux rang")
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.NotContains(t, err.Error(), "Zebedee")
	}
	word, lost := crosswalk.Dialect{Name: "empty"}.Say(crosswalk.Status{State: placement.StateStarted, Waiting: true})
	require.Empty(t, word)
	require.NotEmpty(t, lost)
}
