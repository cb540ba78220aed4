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

	// Tables are needs that were not met, by kind and by reason, as far as they can be shown.
	Tables []disclosure.Released[disclosure.Safe] `json:"-"`
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
	counted, err := d.unmet(ctx)
	if err != nil || counted == nil {
		return f, err
	}
	f.Unmet = *counted
	gaps, err := d.gaps(ctx)
	f.Tables = append([]disclosure.Released[disclosure.Safe]{f.Unmet}, gaps.Tables...)
	return f, err
}

// unmet counts needs that were not met by why, with small counts left out and those from
// which one of them would follow; nil where there are none.
func (d *Desk) unmet(ctx context.Context) (*disclosure.Released[disclosure.Safe], error) {
	kinds := []unmet.Kind{unmet.NothingFound, unmet.Declined, unmet.Lapsed, unmet.Stopped, unmet.StillThere}
	t := disclosure.Table{Title: "Needs that were not met"}
	column := map[unmet.Kind]int{}
	for i, k := range kinds {
		t.Columns, column[k] = append(t.Columns, string(k)), i
	}
	row := map[string]int{}
	for line, err := range unmet.Ledger(d.db.Log(ctx, "", "")) {
		if err != nil {
			return nil, fmt.Errorf("unmet needs: %w", err)
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
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	released, err := disclosure.Release(t, disclosure.HES())
	return &released, err
}
