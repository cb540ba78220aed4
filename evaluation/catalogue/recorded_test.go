package catalogue_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

// That nobody wrote down what a referrer read is no 0 %.
func TestTheCatalogueTellsNotRecordedFromNever(t *testing.T) {
	events := world(t)
	for id, without := range map[string]store.Event{
		catalogue.FeedbackReadID:  referral.FeedbackAcknowledged{},
		catalogue.FeedbackCodedID: referral.FeedbackCoded{},
		catalogue.BaselineID:      needs.Measured{},
		catalogue.PlanID:          needs.GoalSet{},
	} {
		i, o := find(t, id), evaluation.Options{AsOf: evaluationtest.End}
		some, err := countAll(t, o, []evaluation.Indicator{i}, events, "").Figures(evaluation.Precision{}, i)
		require.NoError(t, err)
		require.True(t, some[0].Defined(), id)
		none, err := countAll(t, o, []evaluation.Indicator{i}, events, without.EventType()).Figures(evaluation.Precision{}, i)
		require.NoError(t, err)
		require.Equal(t, stat.NotRecorded, none[0].Estimate.Undefined, id)
		require.Equal(t, stat.Interval{Upper: 1}, none[0].Estimate.Interval, "nothing is known")
		require.Contains(t, none[0].String(), "undefined: not recorded")
		require.Positive(t, none[0].Estimate.Denominator, "what it would be a share of is told")
	}
}

// A shard that holds no record of a step takes nothing from one that does.
func TestTheCatalogueMergesWhatIsRecordedWithWhatIsNot(t *testing.T) {
	events := world(t)
	i, o := find(t, catalogue.FeedbackReadID), evaluation.Options{AsOf: evaluationtest.End}
	with := countAll(t, o, []evaluation.Indicator{i}, events, "")
	without := countAll(t, o, []evaluation.Indicator{i}, slices.Clone(events), referral.FeedbackAcknowledged{}.EventType())
	data, err := without.MarshalBinary()
	require.NoError(t, err)
	var read evaluation.Counts
	require.NoError(t, read.UnmarshalBinary(data))
	require.Equal(t, without, &read)
	text, err := without.MarshalJSON()
	require.NoError(t, err)
	require.Contains(t, string(text), `"unrecorded":true`)
	read = evaluation.Counts{}
	require.NoError(t, read.UnmarshalJSON(text))
	require.Equal(t, without, &read)
	require.NoError(t, read.Merge(with))
	merged, err := read.Figures(evaluation.Precision{}, i)
	require.NoError(t, err)
	require.True(t, merged[0].Defined())
}
