package needs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
)

func TestAResultSaysOfWhichNeedsItIsAndNoMore(t *testing.T) {
	one, two := []needs.Code{needs.Debt}, []needs.Code{needs.Debt, needs.Grief}
	for _, tt := range []struct {
		name    string
		outcome needs.Outcome
		unmet   []needs.Code
		of      []needs.Code
		rule    string // empty: it is allowed
	}{
		{"all were met", needs.Met, nil, two, ""},
		{"all, and one was not", needs.Met, one, two, "must be empty where every need was met"},
		{"some were met", needs.PartlyMet, one, two, ""},
		{"some, and nobody says which", needs.PartlyMet, nil, two, "must name some of the needs"},
		{"some, and all were not", needs.PartlyMet, two, two, "must name some of the needs"},
		{"the only one was met in part", needs.PartlyMet, one, one, ""},
		{"none was met", needs.NotMet, nil, two, ""},
		{"none, each by name", needs.NotMet, two, two, ""},
		{"none, but only one was not", needs.NotMet, one, two, "may be left out where no need was met"},
		{"none, and one of them twice", needs.NotMet, []needs.Code{needs.Debt, needs.Debt}, two, "must not name a need twice"},
		{"some, and one of them twice", needs.PartlyMet, []needs.Code{needs.Debt, needs.Debt}, append(two, needs.Food), "must not name a need twice"},
		{"nobody knows", needs.UnknownOutcome, nil, two, ""},
		{"nobody knows, and one was not", needs.UnknownOutcome, one, two, "must be empty where nobody knows"},
		{"a need of somebody else", needs.PartlyMet, []needs.Code{needs.Food}, two, "must be among the needs that it was for"},
		{"an outcome of its own", "splendid", nil, two, "must be met, partly-met, not-met, unknown, signposted or self-referred"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var e sp.InvalidError
			needs.Result{Outcome: tt.outcome, Unmet: tt.unmet}.Check(&e, tt.of)
			if tt.rule == "" {
				require.NoError(t, e.Err())
				return
			}
			require.ErrorContains(t, e.Err(), tt.rule)
		})
	}
	unmet := []needs.Code{needs.Debt}
	complete := needs.Result{Outcome: needs.PartlyMet, Unmet: unmet}.Complete(two)
	unmet[0] = "changed"
	require.Equal(t, one, complete.Unmet, "the caller's list is their own")
	require.Equal(t, two, needs.Result{Outcome: needs.NotMet}.Complete(two).Unmet)
}
