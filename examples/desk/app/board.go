package app

import (
	"context"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/gap"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/store"
)

// Figures are what a board sees: headlines with their intervals, needs that were not met, as
// they may leave the house, and which services lose money within a year if nothing is renewed.
type Figures struct {
	AsOf      sp.Date             `json:"asOf"`
	Headlines []evaluation.Figure `json:"-"`

	Cliffs []contract.Cliff `json:"-"` // the earliest first

	// Tables are needs that were not met, by reason, area and age, as far as they can be shown.
	Tables []disclosure.Released[disclosure.Safe] `json:"-"`
}

// A history is the log of a scheme.
type history = iter.Seq2[store.RecordedEvent, error]

// fewest is of how many people an indicator is shown at the least.
const fewest = 10

// Board returns how the scheme does. It is counted from the log once the log has gone on.
func (d *Desk) Board(ctx context.Context, by sp.Actor) (Figures, error) {
	if err := only(by, Board, sp.RoleTeamLead); err != nil {
		return Figures{}, err
	}
	today := d.Scheme.Promises.Calendar.Date(d.now())
	f, err := d.figures.Of(ctx, d.db, today.String(), func(log history) (Figures, error) { return count(ctx, today, log) })
	f.Cliffs = d.shelf.Load().book.Cliffs(today, today.AddMonths(12), nil)
	return f, err
}

// count counts a log until a day.
func count(ctx context.Context, asOf sp.Date, log history) (Figures, error) {
	f := Figures{AsOf: asOf}
	figures, err := evaluation.Figures(ctx, log, evaluation.Options{AsOf: asOf}, catalogue.Headlines(catalogue.Standards{})...)
	if err != nil {
		return Figures{}, fmt.Errorf("figures: %w", err)
	}
	for _, x := range figures {
		if x.Estimate.Denominator >= fewest || !x.Defined() {
			f.Headlines = append(f.Headlines, x)
		}
	}
	gaps, err := gap.Read(log, disclosure.HES())
	f.Tables = gaps.Tables
	return f, err
}
