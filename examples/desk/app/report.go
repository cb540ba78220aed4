package app

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/report"
)

// Report returns the report of a scheme, whole: the 25 barriers of the study, what is missing,
// and what the indicators mean.
func (d *Desk) Report(ctx context.Context, by sp.Actor) (report.Page, error) {
	f, err := d.Board(ctx, by)
	if err != nil {
		return report.Page{}, err
	}
	return d.report.Of(ctx, d.db, f.AsOf.String(), func(log history) (report.Page, error) { return d.reported(ctx, f, log) })
}

// reported makes the report of some figures, and of the log that they are from.
func (d *Desk) reported(ctx context.Context, f Figures, log history) (report.Page, error) {
	plan := barrier.Plan{Groups: evaluation.By("age", facts.AgeBand)}
	barriers, err := plan.Read(ctx, log, evaluation.Options{AsOf: f.AsOf}, barrier.Sources{}, disclosure.HES())
	if err != nil {
		return report.Page{}, fmt.Errorf("barriers: %w", err)
	}
	about := chart.About{Of: "people referred", Source: "the log of " + d.Scheme.Name}
	missing := report.Section{Title: "What is missing", Parts: report.Tables(f.Tables...)}
	return report.Standard(d.Scheme.Name, barriers, about, catalogue.Headlines(catalogue.Standards{}), missing)
}
