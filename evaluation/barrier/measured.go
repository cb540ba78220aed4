package barrier

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/internal/release"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// measured returns what is measured of a barrier: the figures of the log in the order of the
// table, then those of the caller. Those that have a value come first.
func (m *maker) measured(b Barrier, l *Line) (all []Measured, err error) {
	for _, id := range b.Figures {
		x, err := m.let(id)
		if err != nil {
			return nil, err
		}
		all = append(all, x...)
	}
	for _, id := range slices.Concat(b.Outside, b.Figures) {
		for _, f := range m.beside[id] {
			x, err := m.letBeside(f)
			if err != nil {
				return nil, err
			}
			all = append(all, x)
		}
	}
	for _, n := range b.Numbers {
		for _, f := range m.Team {
			if f.Number != n {
				continue
			}
			x, err := m.letBeside(evaluation.Figure{Indicator: strconv.Itoa(n), Name: f.Name, Unit: unitOf(f.Estimate), Estimate: f.Estimate, Excluded: int64(f.Excluded)})
			if err != nil {
				return nil, err
			}
			all = append(all, x)
		}
	}
	slices.SortStableFunc(all, func(x, y Measured) int {
		return -cmp.Compare(b2i(x.Defined()), b2i(y.Defined()))
	})
	for _, x := range all {
		if u := x.Estimate.Undefined; u == Withheld || u == Told {
			l.Lacks = append(l.Lacks, x.Name+" is withheld: "+string(u))
		}
	}
	if len(b.Figures) == 0 && len(all) == 0 {
		l.Lacks = append(l.Lacks, "the log holds nothing of it, and no figures of elsewhere were given")
	}
	return all, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// unitOf returns the unit of a figure of the team.
func unitOf(e stat.Estimate) evaluation.Unit {
	if e.Per == 1 {
		return evaluation.Share
	}
	return evaluation.Unit(e.Of)
}

// let lets out an indicator of the log, once for all barriers that it measures.
func (m *maker) let(id string) ([]Measured, error) {
	i := m.indicator[id]
	if i.Statistic == evaluation.ByCode {
		return m.letByCode(i)
	}
	if x, known := m.released[id]; known {
		return []Measured{x}, nil
	}
	x := Measured{Figure: m.all[id][0], Better: i.Better}
	var err error
	if share := i.Statistic == evaluation.Shares || i.Statistic == evaluation.Clustered; share && !i.Impersonal {
		err = m.letShare(&x)
	} else {
		m.letOther(&x, i)
	}
	if err != nil {
		return nil, err
	}
	m.compare(&x)
	m.released[id] = x
	return []Measured{x}, nil
}

// letShare lets out a share with its spans and groups.
func (m *maker) letShare(x *Measured) error {
	over, groups := m.over[x.Indicator], m.grouped[x.Indicator]
	if len(over) == 0 {
		over = []evaluation.Figure{x.Figure}
	}
	whole := x.Figure
	spans, total, err := m.gate.Shares("barrier/"+x.Indicator+"/"+string(m.Over), over)
	if err != nil {
		return err
	}
	x.Figure = total
	few := whole.Estimate.Method == stat.MethodEffective && m.gate.Policy().Small(m.clusters[x.Indicator])
	if few && x.Defined() {
		x.Estimate.Undefined, spans, groups = Withheld, nil, nil // many rows of few people
	}
	if len(m.over[x.Indicator]) > 1 {
		x.Over = spans
	}
	if len(groups) > 1 && !few {
		if x.Groups, _, err = m.gate.Shares("barrier/"+x.Indicator+"/by "+m.Groups.Name, groups); err != nil {
			return err
		}
	}
	m.leave(&x.Figure, whole)
	return nil
}

// leave says how many were left out, as it may be shown.
func (m *maker) leave(f *evaluation.Figure, whole evaluation.Figure) {
	f.Excluded = m.gate.Count(whole.Excluded).Or(0)
	f.LeftOut = nil
}

// letOther lets out what is no share of people: a wait, a mean, a change, a rate, or what counts
// nobody.
func (m *maker) letOther(x *Measured, i evaluation.Indicator) {
	out := func(f evaluation.Figure) evaluation.Figure { return m.other(f, i.Impersonal, i.Statistic) }
	x.Figure = out(x.Figure)
	if over := m.over[i.ID]; len(over) > 1 {
		for _, f := range over {
			x.Over = append(x.Over, out(f))
		}
	}
	if groups := m.grouped[i.ID]; len(groups) > 1 {
		for _, f := range groups {
			x.Groups = append(x.Groups, out(f))
		}
	}
}

func (m *maker) other(f evaluation.Figure, impersonal bool, s evaluation.Statistic) evaluation.Figure {
	out := m.gate.Other(f, impersonal, s)
	if !impersonal {
		m.leave(&out, f)
	}
	return out
}

// letByCode lets out an indicator that has a figure for each code.
func (m *maker) letByCode(i evaluation.Indicator) (all []Measured, err error) {
	shown, err := m.gate.Codes("barrier/"+i.ID, i.Name, m.all[i.ID])
	if err != nil {
		return nil, err
	}
	for _, f := range shown {
		if f.Category != "" {
			m.leave(&f, m.all[i.ID][0])
		}
		all = append(all, Measured{Figure: f, Better: i.Better, Change: change(nil, i.Better, release.Level), Gap: gapOf(nil, m.Ordered, release.Level)})
	}
	return all, nil
}

// letBeside lets out a figure that the caller gave.
func (m *maker) letBeside(f evaluation.Figure) (Measured, error) {
	x := Measured{Figure: f}
	e := f.Estimate
	whole := e.Numerator >= 0 && e.Numerator <= e.Denominator && e.Denominator < 1e12
	if f.Unit == evaluation.Share && e.Defined() && whole {
		key := "barrier/beside/" + f.Indicator + "/" + f.Name + "/" + f.Group
		_, total, err := m.gate.Shares(key, []evaluation.Figure{{Indicator: f.Indicator, Name: f.Name, Unit: f.Unit, Estimate: e}})
		if err != nil {
			return x, err
		}
		total.Group, total.Category = f.Group, f.Category
		m.leave(&total, f)
		x.Figure = total
	} else {
		x.Figure = m.other(f, false, "")
	}
	m.compare(&x)
	m.released[f.Indicator] = x
	return x, nil
}

// compare holds a figure against its target, its first span against its last, and its groups
// against each other.
func (m *maker) compare(x *Measured) {
	if t, ok := m.Targets[x.Indicator]; ok {
		x.Target = &Judged{Target: t, Verdict: verdict(x.Estimate.Interval.Lower-t.Value, x.Estimate.Interval.Upper-t.Value, x.Better)}
		if !x.Defined() {
			x.Target.Verdict = Silent
		}
	}
	x.Change = change(x.Over, x.Better, release.Level)
	x.Gap = gapOf(x.Groups, m.Ordered, release.Level)
}

// verdict says what a difference from lower to upper means.
func verdict(lower, upper float64, better evaluation.Direction) Verdict {
	switch {
	case better == evaluation.Neither || math.IsNaN(lower) || math.IsNaN(upper):
		return Silent
	case lower > 0 && better == evaluation.Higher || upper < 0 && better == evaluation.Lower:
		return Better
	case lower > 0 || upper < 0:
		return Worse
	default:
		return Unsure
	}
}

// change compares the first span that has a value with the last.
func change(over []evaluation.Figure, better evaluation.Direction, level float64) Change {
	var first, last *evaluation.Figure
	for i := range over {
		if f := &over[i]; f.Defined() && f.Group != evaluation.UnknownGroup {
			if first == nil {
				first = f
			}
			last = f
		}
	}
	if first == nil || first == last {
		return Change{By: stat.Estimate{Undefined: stat.NoComparison}}
	}
	c := Change{First: first.Group, Last: last.Group}
	a, b := first.Estimate, last.Estimate
	effective := a.Method == stat.MethodEffective || b.Method == stat.MethodEffective
	if first.Unit == evaluation.Share && !effective {
		d, err := stat.RiskDifference(b.Numerator, b.Denominator, a.Numerator, a.Denominator, level)
		if err == nil {
			c.By = d
		}
	} else { // by both intervals, which is wider than need be
		c.By = stat.Estimate{Value: b.Value - a.Value, Interval: stat.Interval{Lower: b.Interval.Lower - a.Interval.Upper, Upper: b.Interval.Upper - a.Interval.Lower}, Level: level}
	}
	c.Verdict = verdict(c.By.Interval.Lower, c.By.Interval.Upper, better)
	return c
}
