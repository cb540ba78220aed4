package chart

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// NewAim releases a figure that is a share of people under a policy, for [Targets]. It fails for a figure that is none.
func NewAim(f evaluation.Figure, p disclosure.Policy) (Aim, error) {
	yes, all, err := counts(f, "figure")
	if err != nil {
		return Aim{}, err
	}
	share, err := disclosure.ReleaseShare(yes, all, p)
	return Aim{Name: f.Name, Share: share}, err
}

// Shares returns the table of an indicator that is a share of people, by its groups: by month for [Control], by tenth for
// [Gradient], by practice. A row is a group, and its columns are those who count and the rest. Release it, and draw it by
// the column that counts.
//
// It fails for figures that are no shares, of several indicators, or with a group twice.
func Shares(title string, figures []evaluation.Figure) (disclosure.Table, error) {
	t := disclosure.Table{Title: title, Columns: []string{"yes", "no"}}
	seen := map[string]bool{}
	for i, f := range figures {
		at := fmt.Sprintf("figures[%d]", i)
		if f.Indicator != figures[0].Indicator || f.Category != figures[0].Category {
			return disclosure.Table{}, sp.Invalid("chart: shares", at+".indicator", sp.Inconsistent, "must be the same for all")
		}
		if seen[f.Group] || f.Group == "" {
			return disclosure.Table{}, sp.Invalid("chart: shares", at+".group", sp.Duplicate, "must be there once, and not be empty")
		}
		seen[f.Group] = true
		yes, all, err := counts(f, at)
		if err != nil {
			return disclosure.Table{}, err
		}
		t.Rows = append(t.Rows, disclosure.Row{Name: f.Group, Counts: []int64{yes, all - yes}})
	}
	return t, nil
}

// counts returns how many of how many a figure is; a figure of nobody is none of none.
func counts(f evaluation.Figure, path string) (yes, all int64, err error) {
	x, n := f.Estimate.Numerator, f.Estimate.Denominator
	whole := x == math.Trunc(x) && n == math.Trunc(n) && 0 <= x && x <= n && n <= 1e12
	if f.Unit != evaluation.Share || !whole {
		return 0, 0, sp.Invalid("chart: figure", path, sp.Unsupported, "must be a share of people")
	}
	return int64(x), int64(n), nil
}
