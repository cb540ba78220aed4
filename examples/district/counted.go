package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/report"
)

// counting is of the whole log, up to the last day that was played.
func (d *district) counting() evaluation.Options {
	return evaluation.Options{AsOf: start.Add(d.days - 1)}
}

// indicators counts the log, and prints the headlines with their intervals.
func (d *district) indicators(ctx context.Context) error {
	run, err := evaluation.New(d.counting(), catalogue.All(catalogue.Standards{})...)
	if err != nil {
		return err
	}
	if err := run.Read(ctx, d.db.Log(ctx, "", ""), d.bar.Count("events")); err != nil {
		return err
	}
	figures, err := run.Figures(ctx)
	if err != nil {
		return err
	}
	defined := 0
	for _, f := range figures {
		if f.Defined() {
			defined++
		}
	}
	d.say("\nINDICATORS  %d of %d have a figure; the headlines:", defined, len(figures))
	for _, i := range catalogue.Headlines(catalogue.Standards{}) {
		k := slices.IndexFunc(figures, func(f evaluation.Figure) bool { return f.Indicator == i.ID })
		if k >= 0 { // one without a figure says why
			d.say("  %v", figures[k])
		}
	}
	d.run = run
	return nil
}

// report measures the 25 barriers, and writes them with all indicators as a page for a board.
func (d *district) report(ctx context.Context) error {
	plan := barrier.Plan{Over: barrier.Quarters, Groups: evaluation.By("practice", facts.Practice)}
	barriers, err := plan.Read(ctx, d.db.Log(ctx, "", ""), d.counting(), barrier.Sources{}, disclosure.HES())
	if err != nil {
		return err
	}
	page, err := d.page(ctx, barriers)
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(d.folder, "report.html"))
	if err != nil {
		return err
	}
	if err := errors.Join(page.Write(file), file.Close()); err != nil {
		return err
	}
	info, err := os.Stat(file.Name())
	if err != nil {
		return err
	}
	d.say("\nBARRIERS  four of the 25, as this log has them; nobody was asked, and counts are to the nearest five, as they may leave the house:")
	for _, line := range barriers.Lines {
		if slices.Contains([]string{"1-1", "6-1", "6-2", "8-3"}, line.No) {
			d.say("  %v", line)
		}
	}
	d.say("  the page for the board has %d sections, and %d kilobytes without a script", len(page.Sections), info.Size()/1000)
	return nil
}

// page is what the board reads.
func (d *district) page(ctx context.Context, barriers barrier.Report) (report.Page, error) {
	counts, err := d.run.Count(ctx)
	if err != nil {
		return report.Page{}, err
	}
	figures, err := export.Figures(counts, export.About{Policy: disclosure.HES()}, d.run.Indicators()...)
	if err != nil {
		return report.Page{}, err
	}
	about := chart.About{Of: "people referred in an invented district", During: sp.Period{Start: start, End: start.Add(d.days)}, Source: "the log of the district"}
	every := report.Section{Title: "All indicators", Parts: []report.Part{report.Numbers(figures)}}
	page, err := report.Standard("How the district did", barriers, about, d.run.Indicators(), every)
	page.About = "People referred until " + barriers.AsOf.String() + ". They are invented."
	return page, err
}
