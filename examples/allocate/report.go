package main

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// report writes the tables.
func (t *task) report(w *bytes.Buffer, before, after *funding.Allocation) error {
	areas := after.Areas()
	if _, err := areas.People(""); err != nil {
		return err
	}
	people, err := areas.Floats(areas.Population())
	if err != nil {
		return err
	}
	var all float64
	for _, n := range people {
		all += n
	}
	fmt.Fprintf(w, "%v over %s areas and %s people, by %s\n", after.Total(), grouped(areas.Len()), grouped(int(all+0.5)), after.Rule())
	if err := t.groups(w, before, after); err != nil {
		return err
	}
	if err := t.unevenness(w, before, after, people); err != nil {
		return err
	}
	return movement(w, before, after)
}

// groups writes the subtotals of the groups.
func (t *task) groups(w *bytes.Buffer, before, after *funding.Allocation) error {
	by := t.by
	for _, name := range after.Areas().OfKind(area.Group) {
		if s, err := after.By(name); err == nil && by == "" && len(s) <= 50 {
			by = name
		}
	}
	if by == "" {
		return nil
	}
	then, err := before.By(by)
	if err != nil {
		return err
	}
	now, err := after.By(by)
	if err != nil {
		return err
	}
	names, err := t.namesOf()
	if err != nil {
		return err
	}
	widest := 12
	for _, s := range now {
		widest = max(widest, utf8.RuneCountInString(s.Group))
	}
	fmt.Fprintf(w, "\n%-*s %7s %12s %18s %9s %18s\n", widest, by, "areas", "people", "money", "per head", "difference")
	for i, s := range now {
		difference, err := s.Amount.Sub(then[i].Amount)
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%-*s %7s %12s %18v %9s %18s  %s", widest, s.Group, grouped(s.Areas), grouped(int(s.People+0.5)), s.Amount, perHead(s.Amount, s.People), signed(difference), names[s.Group])
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
	return nil
}

// namesOf reads the names of groups.
func (t *task) namesOf() (map[string]string, error) {
	names := map[string]string{}
	if t.names == "" {
		return names, nil
	}
	i := strings.LastIndexByte(t.names, ':')
	if i < 0 {
		return nil, errors.New("-names must be a file and the column of the names, such as icb24_names.csv:icb24_name")
	}
	f, err := os.Open(t.names[:i])
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	column := t.names[i+1:]
	groups, _, err := area.Read(f, area.Layout{Fields: []area.Field{{Name: column, Meaning: area.Meaning{Kind: area.Label}}}})
	if err != nil {
		return nil, err
	}
	labels, err := groups.Group(column)
	if err != nil {
		return nil, err
	}
	for i, code := range groups.Codes() {
		names[code] = labels[i]
	}
	return names, nil
}

// unevenness writes how unequal the money per head is, before and after.
func (t *task) unevenness(w *bytes.Buffer, before, after *funding.Allocation, people []float64) error {
	if before.Total().Sign() <= 0 || after.Total().Sign() <= 0 {
		fmt.Fprintln(w, "\n(inequality is measured only where there is money to give)")
		return nil
	}
	var byDeprivation *inequality.Ranking
	if name := overall(after.Areas(), area.Rank, t.ranks, "imd_rank"); name != "" {
		ranks, err := after.Areas().Floats(name)
		if err != nil {
			return err
		}
		if byDeprivation, err = inequality.Rank(ranks, people); err != nil {
			return err
		}
	}
	var columns [2][]measure
	for k, a := range []*funding.Allocation{before, after} {
		var err error
		if columns[k], err = measures(a, people, byDeprivation); err != nil {
			return err
		}
	}
	name := before.Policy().Name
	fmt.Fprintf(w, "\n%-44s %12s %12s\n", "inequality of money per head", "before", "after")
	for i, m := range columns[0] {
		fmt.Fprintf(w, "%-44s %12s %12s\n", m.label, m.text, columns[1][i].text)
	}
	fmt.Fprintf(w, "(before: %s)\n", name)
	return nil
}

// A measure is one of inequality, in words and as it is printed.
type measure struct{ label, text string }

// measures returns how unequal the money per head of an allocation is.
func measures(a *funding.Allocation, people []float64, byDeprivation *inequality.Ranking) ([]measure, error) {
	var out []measure
	put := func(label, format string, value float64) {
		text := fmt.Sprintf(format, value)
		if strings.Trim(text, "+-0.") == "" {
			text = strings.TrimLeft(text, "+-") // nothing has no sign
		}
		out = append(out, measure{label, text})
	}
	perHead, err := a.PerHead()
	if err != nil {
		return nil, err
	}
	d, err := inequality.NewDistribution(perHead, people)
	if err != nil {
		return nil, err
	}
	put("Gini coefficient", "%.4f", d.Gini())
	put("Hoover index, the part to move for equality", "%.4f", d.Hoover())
	put("Theil's T", "%.4f", d.Theil())
	if byDeprivation == nil {
		return out, nil
	}
	c, err := byDeprivation.Concentration(perHead)
	if err != nil {
		return nil, err
	}
	slope, err := byDeprivation.Slope(perHead, nil, inequality.SlopeOptions{})
	if err != nil {
		return nil, err
	}
	put("concentration, below 0 for the deprived", "%+.4f", c.Index)
	put("SII: pounds a head, least less most deprived", "%+.2f", slope.SII.Value)
	put("  95 % limits, by how far areas scatter: from", "%+.2f", slope.SII.Interval.Lower)
	put("  to", "%+.2f", slope.SII.Interval.Upper)
	for label, value := range slopeRatio(slope.RII) {
		out = append(out, measure{label, value})
	}
	return out, nil
}

// slopeRatio returns the lines of the relative index of inequality.
func slopeRatio(rii stat.Estimate) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		texts := [...]string{"undefined", "", ""}
		if rii.Defined() {
			texts = [...]string{fmt.Sprintf("%.3f", rii.Value), fmt.Sprintf("%.3f", rii.Interval.Lower), fmt.Sprintf("%.3f", rii.Interval.Upper)}
		}
		for i, label := range []string{"RII: the same as a ratio", "  95 % limits: from", "  to"} {
			if !yield(label, texts[i]) {
				return
			}
		}
	}
}

// movement writes who gains and who loses.
func movement(w *bytes.Buffer, before, after *funding.Allocation) error {
	c, err := funding.Compare(before, after)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s areas gain %v, %s lose %v, %s stay\n", grouped(c.Gainers), c.Gained, grouped(c.Losers), c.Lost, grouped(c.Same))
	if c.New > 0 {
		fmt.Fprintf(w, "(of %s of them it is not known what they had)\n", grouped(c.New))
	}
	show := func(title string, changes []funding.Change) {
		if len(changes) == 0 {
			return
		}
		fmt.Fprintf(w, "\n%-12s %18s %18s %18s\n", title, "before", "after", "difference")
		for _, change := range changes {
			fmt.Fprintf(w, "%-12s %18v %18v %18s\n", change.Code, change.Before, change.After, signed(change.Difference))
		}
	}
	show("most gained", c.Changes[:min(5, c.Gainers)])
	losers := slices.Clone(c.Changes[len(c.Changes)-min(5, c.Losers):])
	slices.Reverse(losers)
	show("most lost", losers)
	return nil
}

// bounded reports whether a step is one that differs from area to area.
func bounded(step string) bool {
	switch step {
	case "floor", "cap", "bounds of others", "bounds within groups", "damping":
		return true
	}
	return strings.HasPrefix(step, "floor of ") || strings.HasPrefix(step, "cap of ") || strings.HasPrefix(step, "bounds beside ")
}

func percent(part float64, defined sp.Truth) string {
	if defined != sp.Yes {
		return ""
	}
	text := strconv.FormatFloat(part*100, 'f', 2, 64)
	if text == "-0.00" {
		return "0.00"
	}
	return text
}

func perHead(m sp.Money, people float64) string {
	if people == 0 {
		return ""
	}
	return sp.Pence(int64(math.Round(float64(m.Minor()) / people))).String()
}

func signed(m sp.Money) string {
	if m.Sign() > 0 {
		return "+" + m.String()
	}
	return m.String()
}

// grouped returns n with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
