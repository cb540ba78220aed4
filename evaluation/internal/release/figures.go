package release

import (
	"cmp"
	"math"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Shares lets out shares of the same kind, and that of all of them together. Each
// has a group of its own.
func (g *Gate) Shares(key string, all []evaluation.Figure) (each []evaluation.Figure, total evaluation.Figure, err error) {
	if each, is := unrecorded(all); is {
		total = each[0]
		total.Group = ""
		return each, total, nil
	}
	var parts []part
	names := map[string]bool{}
	for _, f := range all {
		name := cmp.Or(f.Group, "all")
		if name == disclosure.Total {
			name = "total"
		}
		if names[name] {
			continue
		}
		names[name] = true
		parts = append(parts, part{name, int64(f.Estimate.Numerator), int64(f.Estimate.Denominator), designEffect(f.Estimate)})
	}
	shown, err := g.parts(key, parts)
	if err != nil {
		return nil, total, err
	}
	figure := func(f evaluation.Figure, s shownPart) (evaluation.Figure, error) {
		e, err := g.share(s, f.Estimate.Of, cmp.Or(f.Estimate.Level, Level))
		f.Estimate, f.Excluded, f.LeftOut = e, 0, nil
		return f, err
	}
	for i, p := range parts {
		f, err := figure(all[i], shown[p.name])
		if err != nil {
			return nil, total, err
		}
		each = append(each, f)
	}
	total = all[0]
	total.Group = ""
	whole := shown[disclosure.Total]
	if whole.why == Withheld && len(parts) > 1 { // then that of all alone
		alone, err := g.parts(key+" at once", []part{{"all", whole.exact.x, whole.exact.n, whole.exact.effect}})
		if err != nil {
			return nil, total, err
		}
		if whole = alone[disclosure.Total]; whole.why == "" {
			for i := range each {
				each[i], _ = figure(each[i], shownPart{why: Withheld}) //nolint:errcheck // what is not shown cannot fail
			}
		}
	}
	total, err = figure(total, whole)
	return each, total, err
}

// unrecorded returns figures of a step that nobody recorded, without the counts that say nothing of
// it, and whether they are such.
func unrecorded(all []evaluation.Figure) (each []evaluation.Figure, is bool) {
	for _, f := range all {
		is = is || f.Estimate.Undefined == stat.NotRecorded
		f.Estimate = stat.Estimate{Interval: stat.Interval{Lower: 0, Upper: 1}, Level: cmp.Or(f.Estimate.Level, Level), Of: f.Estimate.Of, Per: f.Estimate.Per, Undefined: stat.NotRecorded}
		f.Excluded, f.LeftOut = 0, nil
		each = append(each, f)
	}
	return each, is
}

// Other lets out what is no share of people: a wait, a mean, a change, a rate, an index. What counts
// nobody goes out as it is. How many were left out is for the caller to show.
func (g *Gate) Other(f evaluation.Figure, impersonal bool, s evaluation.Statistic) evaluation.Figure {
	if each, is := unrecorded([]evaluation.Figure{f}); is {
		return each[0]
	}
	if impersonal {
		return f
	}
	e := &f.Estimate
	n, of := int64(e.Numerator), int64(e.Denominator)
	counted := of // a mean is of so many
	if s == evaluation.Waits || s == evaluation.Rates {
		counted = n
	}
	if g.policy.Small(counted) || g.policy.Small(of) || counted == 0 {
		if !e.Defined() { // its limits tell of as few
			e.Interval = stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)}
			return f
		}
		*e = stat.Estimate{Interval: stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)}, Level: e.Level, Of: e.Of, Undefined: Withheld}
		return f
	}
	step := 0.1
	switch {
	case f.Unit == evaluation.Days:
		step = 1
	case s == "": // of elsewhere, such as an index
		step = 0.01
	}
	*e = coarse(*e, step)
	e.Numerator, e.Denominator = float64(g.Count(n).Or(0)), float64(g.Count(of).Or(0))
	return f
}

// Codes lets out the figures of an indicator that has one for each code, of one group.
func (g *Gate) Codes(key, title string, figures []evaluation.Figure) (all []evaluation.Figure, err error) {
	if each, is := unrecorded(figures); is {
		return each[:1], nil
	}
	t := disclosure.Table{Title: title, Columns: []string{"all"}}
	for _, f := range figures {
		if f.Category != "" && f.Category != disclosure.Total {
			t.Rows = append(t.Rows, disclosure.Row{Name: f.Category, Counts: []int64{int64(f.Estimate.Numerator)}})
		}
	}
	if len(t.Rows) == 0 {
		return figures[:1], nil
	}
	safe, why, err := g.Table(key, t)
	if err != nil {
		return nil, err
	}
	counts := map[string]sp.Known[int64]{}
	for _, row := range safe.Rows {
		counts[row.Name] = row.Cells[0].Count
	}
	of, known := counts[disclosure.Total].Lookup()
	for _, f := range figures {
		n, shown := counts[f.Category].Lookup()
		s := shownPart{x: float64(n), n: float64(max(of, n)), why: why}
		if why == "" && (!shown || !known || n == 0 || n >= of) {
			s.why = Withheld
		}
		if f.Estimate, err = g.share(s, f.Estimate.Of, cmp.Or(f.Estimate.Level, Level)); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// People returns how many people the rows of a clustered share are of.
func People(t evaluation.Tally) (n int64) {
	for answer, times := range t {
		if strings.HasPrefix(answer.String(), "part ") { // one for each person
			n += times
		}
	}
	return n
}
