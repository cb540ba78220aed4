package tables

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Level is the confidence of every interval: 95 %.
const Level = 0.95

// Denominators returns the denominators of an indicator by group: how many rows it counted, such
// as the referrals received in each area. Rows that it left out are not among them.
func Denominators(figures []evaluation.Figure, indicator string) map[string]int64 {
	all := map[string]int64{}
	for _, f := range figures {
		if f.Indicator == indicator && f.Category == "" {
			all[f.Group] = int64(f.Estimate.Denominator)
		}
	}
	return all
}

// Numerators returns the numerators of an indicator by code, over all groups: how many statements
// there are of each kind, say.
func Numerators(figures []evaluation.Figure, indicator string) map[string]int64 {
	all := map[string]int64{}
	for _, f := range figures {
		if f.Indicator == indicator && f.Category != "" {
			all[f.Category] += int64(f.Estimate.Numerator)
		}
	}
	return all
}

// A leaving counts what is left out, by reason.
type leaving map[string]int64

func (l leaving) add(why string, n int64) {
	if n > 0 {
		l[why] += n
	}
}

// figure returns an estimate as a figure, with what was left out.
func (l leaving) figure(id, name, group string, unit evaluation.Unit, e stat.Estimate) evaluation.Figure {
	f := evaluation.Figure{Indicator: id, Name: name, Group: group, Unit: unit, Estimate: e, LeftOut: map[string]int64(l)}
	for _, n := range l {
		f.Excluded += n
	}
	if e.Undefined == stat.NoCases && f.Excluded > 0 {
		f.Estimate.Undefined = stat.AllLeftOut
	}
	return f
}

func (l leaving) share(id, name, group, of string, yes, all int64) (evaluation.Figure, error) {
	e, err := stat.Proportion(float64(yes), float64(all), Level)
	if err != nil {
		return evaluation.Figure{}, fmt.Errorf("tables: %s: %w", name, err)
	}
	e.Of = of
	return l.figure(id, name, group, evaluation.Share, e), nil
}

// rate returns events over person-years, or over another exposure, per 1,000.
func (l leaving) rate(id, name, group, of string, events int64, exposure float64) (evaluation.Figure, error) {
	e, err := stat.Rate(float64(events), exposure, 1000, Level)
	if err != nil {
		return evaluation.Figure{}, fmt.Errorf("tables: %s: %w", name, err)
	}
	e.Of = of
	return l.figure(id, name, group, evaluation.Unit("per 1,000 "+of), e), nil
}

func (l leaving) median(id, name, of string, unit evaluation.Unit, values []float64) (evaluation.Figure, error) {
	e, err := stat.Quantile(values, 0.5, Level)
	if err != nil {
		return evaluation.Figure{}, fmt.Errorf("tables: %s: %w", name, err)
	}
	e.Of = of
	return l.figure(id, name, "", unit, e), nil
}

// year is how many days a year has on average.
const year = 365.25

// yearsOf returns the length of a period in years.
func yearsOf(during sp.Period) (float64, error) {
	days, closed := during.Days()
	if !closed || days <= 0 {
		return 0, sp.Invalid("tables: rate", "during", sp.OutOfRange, "must have a first day and an end after it")
	}
	return float64(days) / year, nil
}

// keys returns the keys of a map in order.
func keys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// checkCounts fails for a count below 0.
func checkCounts(counts map[string]int64) error {
	for _, group := range keys(counts) {
		if counts[group] < 0 {
			return sp.Invalid("tables: counts of "+group, "", sp.OutOfRange, "must not be negative")
		}
	}
	return nil
}
