package pathway_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/pathway"
)

func TestAResultSaysOfWhichNeedsItIsAndNoMore(t *testing.T) {
	one, two := []needs.Code{needs.Debt}, []needs.Code{needs.Debt, needs.Grief}
	for _, tt := range []struct {
		name    string
		outcome pathway.Outcome
		unmet   []needs.Code
		of      []needs.Code
		rule    string // empty: it is allowed
	}{
		{"all were met", pathway.Met, nil, two, ""},
		{"all, and one was not", pathway.Met, one, two, "must be empty where every need was met"},
		{"some were met", pathway.PartlyMet, one, two, ""},
		{"some, and nobody says which", pathway.PartlyMet, nil, two, "must name some of the needs"},
		{"some, and all were not", pathway.PartlyMet, two, two, "must name some of the needs"},
		{"the only one was met in part", pathway.PartlyMet, one, one, ""},
		{"none was met", pathway.NotMet, nil, two, ""},
		{"none, each by name", pathway.NotMet, two, two, ""},
		{"none, but only one was not", pathway.NotMet, one, two, "may be left out where no need was met"},
		{"none, and one of them twice", pathway.NotMet, []needs.Code{needs.Debt, needs.Debt}, two, "must not name a need twice"},
		{"some, and one of them twice", pathway.PartlyMet, []needs.Code{needs.Debt, needs.Debt}, append(two, needs.Food), "must not name a need twice"},
		{"nobody knows", pathway.UnknownOutcome, nil, two, ""},
		{"nobody knows, and one was not", pathway.UnknownOutcome, one, two, "must be empty where nobody knows"},
		{"a need of somebody else", pathway.PartlyMet, []needs.Code{needs.Food}, two, "must be among the needs that it was for"},
		{"an outcome of its own", "splendid", nil, two, "must be met, partly-met, not-met or unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var e sp.InvalidError
			pathway.Result{Outcome: tt.outcome, Unmet: tt.unmet}.Check(&e, tt.of)
			if tt.rule == "" {
				require.NoError(t, e.Err())
				return
			}
			require.ErrorContains(t, e.Err(), tt.rule)
		})
	}
	unmet := []needs.Code{needs.Debt}
	complete := pathway.Result{Outcome: pathway.PartlyMet, Unmet: unmet}.Complete(two)
	unmet[0] = "changed"
	require.Equal(t, one, complete.Unmet, "the caller's list is their own")
	require.Equal(t, two, pathway.Result{Outcome: pathway.NotMet}.Complete(two).Unmet)
}
