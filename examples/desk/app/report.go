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
	"github.com/socialprescribing/sp/evaluation/gap"
	"github.com/socialprescribing/sp/evaluation/report"
	"github.com/socialprescribing/sp/referral/unmet"
)

// gaps returns what is missing, by need and reason, as it may leave the house.
func (d *Desk) gaps(ctx context.Context) (gap.Report, error) {
	lacks, err := gap.Lacks(unmet.Ledger(d.db.Log(ctx, "", "")))
	if err != nil {
		return gap.Report{}, fmt.Errorf("gaps: %w", err)
	}
	return gap.Make(gap.Sources{Lacks: lacks}, disclosure.HES())
}

// Report returns the report of a scheme, whole: the 25 barriers of the study, what is missing,
// and what the indicators mean.
func (d *Desk) Report(ctx context.Context, by sp.Actor) (report.Page, error) {
	f, err := d.Board(ctx, by)
	if err != nil {
		return report.Page{}, err
	}
	plan := barrier.Plan{Groups: evaluation.By("age", facts.AgeBand)}
	barriers, err := plan.Read(ctx, d.db.Log(ctx, "", ""), evaluation.Options{AsOf: f.AsOf}, barrier.Sources{}, disclosure.HES())
	if err != nil {
		return report.Page{}, fmt.Errorf("barriers: %w", err)
	}
	picture, err := chart.Barriers(barriers, chart.About{Of: "people referred", Source: "the log of " + d.Scheme.Name})
	if err != nil {
		return report.Page{}, fmt.Errorf("picture of barriers: %w", err)
	}
	missing := report.Section{Title: "What is missing"}
	for _, t := range f.Tables {
		missing.Parts = append(missing.Parts, report.Table(t))
	}
	if len(missing.Parts) == 0 {
		missing.Parts = []report.Part{report.Text("There is nothing to count yet, or too little to be shown.")}
	}
	return report.Page{
		Title: d.Scheme.Name, About: "Until " + f.AsOf.String() + ".",
		Sections: []report.Section{
			{Title: "The 25 barriers", Parts: []report.Part{report.Picture(picture), report.Barriers(barriers)}},
			missing,
			{Title: "What the indicators mean", Parts: []report.Part{report.Meanings(catalogue.Headlines(catalogue.Standards{})...)}},
		},
		Basis: []report.Term{{Name: "Last day that counts", Meaning: f.AsOf.String()}, {Name: "Small numbers", Meaning: barriers.Policy}},
	}, nil
}
