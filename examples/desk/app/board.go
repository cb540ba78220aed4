package app

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/referral/unmet"
)

// Figures are what a board sees: headlines with their intervals, and needs that were not
// met, as they may leave the house.
type Figures struct {
	AsOf      sp.Date                              `json:"asOf"`
	Headlines []evaluation.Figure                  `json:"-"`
	Unmet     disclosure.Released[disclosure.Safe] `json:"-"`
}

// fewest is of how many people an indicator is shown at the least.
const fewest = 10

// Board returns how the scheme does, counted from its log.
func (d *Desk) Board(ctx context.Context, by sp.Actor) (Figures, error) {
	if err := only(by, Board, sp.RoleTeamLead); err != nil {
		return Figures{}, err
	}
	f := Figures{AsOf: d.Scheme.Promises.Calendar.Date(d.now())}
	run, err := evaluation.New(evaluation.Options{AsOf: f.AsOf}, catalogue.All(catalogue.Standards{})...)
	if err != nil {
		return Figures{}, err
	}
	if err := run.Read(ctx, d.db.Log(ctx, "", ""), nil); err != nil {
		return Figures{}, fmt.Errorf("figures: %w", err)
	}
	figures, err := run.Figures(ctx)
	if err != nil {
		return Figures{}, err
	}
	headline := map[string]bool{}
	for _, i := range run.Indicators() {
		headline[i.ID] = i.Headline
	}
	for _, x := range figures {
		if headline[x.Indicator] && (x.Estimate.Denominator >= fewest || !x.Defined()) {
			f.Headlines = append(f.Headlines, x)
		}
	}
	f.Unmet, err = d.unmet(ctx)
	return f, err
}

// unmet counts needs that were not met by why, with small counts left out and those from
// which one of them would follow.
func (d *Desk) unmet(ctx context.Context) (disclosure.Released[disclosure.Safe], error) {
	kinds := []unmet.Kind{unmet.NothingFound, unmet.Declined, unmet.Lapsed, unmet.Stopped, unmet.StillThere}
	t := disclosure.Table{Title: "Needs that were not met"}
	column := map[unmet.Kind]int{}
	for i, k := range kinds {
		t.Columns, column[k] = append(t.Columns, string(k)), i
	}
	row := map[string]int{}
	for line, err := range unmet.Ledger(d.db.Log(ctx, "", "")) {
		if err != nil {
			return disclosure.Released[disclosure.Safe]{}, fmt.Errorf("unmet needs: %w", err)
		}
		i, counted := column[line.Kind]
		if !counted {
			continue
		}
		at, known := row[string(line.Need)]
		if !known {
			at = len(t.Rows)
			row[string(line.Need)] = at
			t.Rows = append(t.Rows, disclosure.Row{Name: string(line.Need), Counts: make([]int64, len(kinds))})
		}
		t.Rows[at].Counts[i]++
	}
	if len(t.Rows) == 0 {
		return disclosure.Released[disclosure.Safe]{}, nil
	}
	return disclosure.Release(t, disclosure.HES())
}
