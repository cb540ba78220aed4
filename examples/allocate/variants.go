package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// report writes the table of variants.
func (c *contest) report(w *bytes.Buffer, areas *area.Table, before *funding.Allocation, outcomes []funding.Outcome) error {
	fmt.Fprintf(w, "%v over %s areas, %d policies beside %s\n\n", c.total, grouped(areas.Len()), len(outcomes), before.Policy().Name)
	widest := len("policy")
	for _, o := range outcomes {
		widest = max(widest, utf8.RuneCountInString(o.Policy))
	}
	fmt.Fprintf(w, "%-*s %7s %7s %16s %16s %7s %8s %7s %8s %9s %7s\n", widest, "policy", "gain", "lose", "gained", "lost", "Gini", "of need", "conc.", "of need", "SII", "Core20")
	missing := map[string][]string{}
	for _, o := range outcomes {
		index := func(name, format string, i funding.Index, factor float64) string {
			if i.Missing != "" {
				if !slices.Contains(missing[i.Missing], name) {
					missing[i.Missing] = append(missing[i.Missing], name)
				}
				return "-"
			}
			text := fmt.Sprintf(format, i.Value*factor)
			if strings.Trim(text, "+-0.%") == "" {
				text = strings.TrimLeft(text, "+-") // nothing has no sign
			}
			return text
		}
		fmt.Fprintf(w, "%-*s %7s %7s %16v %16v %7s %8s %7s %8s %9s %7s\n", widest, o.Policy, grouped(o.Gainers), grouped(o.Losers), o.Gained, o.Lost,
			index("Gini", "%.4f", o.Gini, 1), index("Gini of need", "%.4f", o.GiniOfNeed, 1), index("concentration", "%+.3f", o.Concentration, 1),
			index("concentration of need", "%+.3f", o.OfNeed, 1), index("SII", "%+.2f", o.SII, 1), index("Core20", "%.1f%%", o.Core20, 100))
	}
	if len(outcomes) <= 20 {
		fmt.Fprintln(w)
		for _, o := range outcomes {
			fmt.Fprintf(w, "%-*s  most gained: %s; most lost: %s\n", widest, o.Policy, affected(o.MostGained), affected(o.MostLost))
		}
	}
	fmt.Fprintln(w, "\n(Gini of money a head, and of money a head of need: 0 is equal. Concentration by deprivation: below 0 if the deprived get more.")
	fmt.Fprintln(w, "SII: pounds a head, least less most deprived. Core20: part of the money of the most deprived fifth of areas.)")
	for _, reason := range slices.Sorted(maps.Keys(missing)) {
		fmt.Fprintf(w, "missing: %s, as %s\n", strings.Join(missing[reason], ", "), reason)
	}
	return nil
}

func affected(c funding.Change) string {
	if c.Code == "" {
		return "nobody"
	}
	return c.Code + " " + signed(c.Difference)
}

// perNeed writes what each group gets by the head, and by the head of need.
func (c *contest) perNeed(w *bytes.Buffer, areas *area.Table, before *funding.Allocation, all []*funding.Allocation) error {
	by := c.group(before)
	if by == "" || len(all) == 0 || len(all) > 6 {
		return nil
	}
	var columns [][]funding.Subtotal
	for _, a := range all {
		s, err := a.By(by)
		if err != nil {
			return err
		}
		columns = append(columns, s)
	}
	heads := make([]float64, len(columns[0]))
	what := "a head"
	for k, s := range columns[0] {
		heads[k] = s.People
	}
	if c.need != "" {
		what = "a head of need"
		groups, err := areas.By(by)
		if err != nil {
			return err
		}
		if heads, err = groups.Floats(c.need); err != nil {
			return err
		}
	}
	widest := len(by)
	for _, s := range columns[0] {
		widest = max(widest, utf8.RuneCountInString(s.Group))
	}
	fmt.Fprintf(w, "\nmoney %s\n%-*s %12s", what, widest, by, "people")
	for _, a := range all {
		fmt.Fprintf(w, "  %12s", a.Policy().Name)
	}
	fmt.Fprintln(w)
	for k, s := range columns[0] {
		fmt.Fprintf(w, "%-*s %12s", widest, s.Group, grouped(int(s.People+0.5)))
		for j, column := range columns {
			fmt.Fprintf(w, "  %*s", max(12, utf8.RuneCountInString(all[j].Policy().Name)), perHead(column[k].Amount, heads[k]))
		}
		fmt.Fprintln(w)
	}
	return nil
}

// paths writes who is below target and when each reaches it.
func (c *contest) paths(ctx context.Context, w *bytes.Buffer, areas *area.Table) error {
	if c.years == 0 {
		return nil
	}
	totals, err := funding.Growing(c.total, c.growth, c.years)
	if err != nil {
		return fmt.Errorf("-years and -growth: %w", err)
	}
	const tolerance = 0.01
	for k, p := range c.policies {
		if p.Opening == "" {
			return fmt.Errorf("%s: policy %s: must have an opening column to go from year to year", c.from[k], p.Name)
		}
		chain, err := funding.Chain(ctx, totals, areas, p)
		if err != nil {
			return fmt.Errorf("%s: policy %s: %w", c.from[k], p.Name, err)
		}
		arrivals, err := funding.Arrivals(chain, tolerance)
		if err != nil {
			return err
		}
		within := 0
		for _, a := range arrivals {
			if a.Year > 0 {
				within++
			}
		}
		fmt.Fprintf(w, "\n%s: %d areas are more than 1 %% below target; %d reach it within %d years\n", p.Name, len(arrivals), within, c.years)
		for _, a := range arrivals[:min(5, len(arrivals))] {
			when := fmt.Sprintf("does not reach it: %s %% at the end", percent(a.After, sp.Yes))
			if a.Year > 0 {
				when = fmt.Sprintf("reaches it in year %d", a.Year)
			}
			fmt.Fprintf(w, "  %-12s %7s %%, %s\n", a.Code, percent(a.Before, sp.Yes), when)
		}
	}
	return nil
}
