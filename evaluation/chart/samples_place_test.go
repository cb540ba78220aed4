package chart

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/gap"
	"github.com/socialprescribing/sp/voice"
)

// barrierReport is that of an invented scheme.
func barrierReport(tb testing.TB) barrier.Report {
	tb.Helper()
	plan := barrier.Plan{Over: barrier.Years, Groups: evaluation.By("age", facts.AgeBand)}
	world := evaluationtest.World{Seed: 1, Referrals: 600, Heard: true}
	r, err := plan.Read(context.Background(), world.Log(), evaluation.Options{AsOf: evaluationtest.End}, barrier.Sources{
		Asked: map[barrier.Asking]int{{Kind: voice.Diary, Of: voice.LinkWorker}: 150},
	}, disclosure.HES())
	require.NoError(tb, err)
	return r
}

// gapTable is what is missing by need and area, as package gap has it.
func gapTable(tb testing.TB) disclosure.Released[disclosure.Safe] {
	tb.Helper()
	return released(tb, disclosure.Table{
		Title: "Referrals with an unmet need, by need and area", Columns: []string{"Bay", "Dale", "Mill", "Moor", "Quay", gap.Unknown},
		Rows: []disclosure.Row{
			{Name: "debt", Counts: []int64{31, 12, 14, 9, 3, 8}},
			{Name: "housing", Counts: []int64{40, 22, 16, 11, 2, 10}},
			{Name: "loneliness", Counts: []int64{88, 55, 32, 20, 4, 12}},
		},
	})
}
