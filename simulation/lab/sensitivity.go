package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
)

// A Sensitivity says on which assumptions a choice hangs.
type Sensitivity struct {
	Study   string
	Measure Measure // that decides
	Choice  string  // the policy with the best mean, as the study assumes
	Base    []Difference
	Turns   []Turn // one for each range of the study
	Grids   []Grid // two parameters together

	info   Info
	values []float64 // of the parameters in the study
}

// A Turn is a parameter at both ends of its range.
type Turn struct {
	Range
	AtLow, AtHigh             []Difference // of each policy
	ChoiceAtLow, ChoiceAtHigh string

	// At is the value at which the choice turns between the value of the study and the nearer of
	// the ends where it differs, found by halving; unknown if it turns at neither.
	At sp.Known[float64]
}

// Turned reports whether the choice is another at one of the ends.
func (t *Turn) Turned(choice string) bool {
	return t.ChoiceAtLow != choice || t.ChoiceAtHigh != choice
}

// A Grid is two parameters, each at its low end, as in the study, and at its high end.
type Grid struct {
	A, B    Range
	Choices [3][3]string // of A, then of B
	Cells   [3][3][]Difference
}

// halvings is how often the interval is halved in which a choice turns: to a 64th.
const halvings = 6

// Vary plays the study at both ends of each of its ranges, one after the other, for the same
// people, and finds where the choice turns; then pairs of ranges together, which are named by their
// parameters. The choice is the policy whose mean of the measure is the best. With a journal, what
// was played is not played again. It fails as [Compare] does, and for a measure for which nothing is
// better.
func Vary(ctx context.Context, s Study, o Options, m Measure, pairs ...[2]Parameter) (*Sensitivity, error) {
	info, known := InfoOf(m)
	e := &sp.InvalidError{Subject: "lab"}
	e.Check(known && info.Better != evaluation.Neither, "measure", sp.NotListed, "must be one of Measures of which more or less is better")
	e.Check(len(s.Ranges) > 0, "ranges", sp.Missing, "must have at least one")
	find := func(p Parameter) int {
		return slices.IndexFunc(s.Ranges, func(r Range) bool { return r.Parameter == p })
	}
	for i, pair := range pairs {
		e.Check(find(pair[0]) >= 0 && find(pair[1]) >= 0 && pair[0] != pair[1], fmt.Sprintf("pairs[%d]", i), sp.NotListed, "must be two parameters that have a range")
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	v := varying{ctx: ctx, study: &s, o: o, info: info}
	v.o.Until = Enough{} // all cells rest on the same pairs
	return v.all(find, pairs)
}

// varying is a sensitivity analysis that goes on.
type varying struct {
	ctx   context.Context
	study *Study
	o     Options
	info  Info
}

func (v *varying) all(find func(Parameter) int, pairs [][2]Parameter) (*Sensitivity, error) {
	out := &Sensitivity{Study: v.study.Name, Measure: v.info.Measure, info: v.info}
	var err error
	if out.Base, out.Choice, err = v.at(*v.study); err != nil {
		return nil, err
	}
	for _, r := range v.study.Ranges {
		out.values = append(out.values, v.study.value(r.Parameter))
		turn, err := v.turn(r, out.Choice)
		if err != nil {
			return nil, err
		}
		out.Turns = append(out.Turns, turn)
	}
	for _, pair := range pairs {
		grid, err := v.grid(v.study.Ranges[find(pair[0])], v.study.Ranges[find(pair[1])])
		if err != nil {
			return nil, err
		}
		out.Grids = append(out.Grids, grid)
	}
	return out, nil
}

// at plays a study and returns the differences of the measure, and the choice.
func (v *varying) at(s Study) ([]Difference, string, error) {
	c, err := Compare(v.ctx, s, v.o)
	if err != nil {
		return nil, "", err
	}
	var found []Difference
	for _, d := range c.Differences {
		if d.Measure == v.info.Measure && d.By == "" {
			found = append(found, d)
		}
	}
	return found, choice(c.policies[0], found, v.info.Better), nil
}

// choice returns the policy with the best mean: of those that are equal, the first.
func choice(first string, all []Difference, better evaluation.Direction) string {
	best, by := first, 0.0
	for _, d := range all {
		gain := d.Constant.Or(d.Mean.Value)
		if better == evaluation.Lower {
			gain = -gain
		}
		if _, constant := d.Constant.Lookup(); (constant || d.Mean.Defined()) && gain > by {
			best, by = d.Policy, gain
		}
	}
	return best
}

// atValue plays the study with another value of a parameter.
func (v *varying) atValue(p Parameter, value float64) ([]Difference, string, error) {
	s, err := v.study.with(p, value)
	if err != nil {
		return nil, "", err
	}
	return v.at(s)
}

func (v *varying) turn(r Range, base string) (t Turn, err error) {
	t.Range = r
	if t.AtLow, t.ChoiceAtLow, err = v.atValue(r.Parameter, r.Low); err != nil {
		return t, err
	}
	if t.AtHigh, t.ChoiceAtHigh, err = v.atValue(r.Parameter, r.High); err != nil {
		return t, err
	}
	from, to := v.study.value(r.Parameter), r.High
	if t.ChoiceAtLow != base && (t.ChoiceAtHigh == base || from-r.Low < r.High-from) {
		to = r.Low
	}
	if !t.Turned(base) {
		return t, nil
	}
	for range halvings {
		middle := (from + to) / 2
		_, choice, err := v.atValue(r.Parameter, middle)
		if err != nil {
			return t, err
		}
		if choice == base {
			from = middle
		} else {
			to = middle
		}
	}
	t.At = sp.Know((from + to) / 2)
	return t, nil
}

func (v *varying) grid(a, b Range) (g Grid, err error) {
	g.A, g.B = a, b
	for i, x := range []float64{a.Low, v.study.value(a.Parameter), a.High} {
		s, err := v.study.with(a.Parameter, x)
		if err != nil {
			return g, err
		}
		for k, y := range []float64{b.Low, v.study.value(b.Parameter), b.High} {
			both, err := s.with(b.Parameter, y)
			if err != nil {
				return g, err
			}
			if g.Cells[i][k], g.Choices[i][k], err = v.at(both); err != nil {
				return g, err
			}
		}
	}
	return g, nil
}

// String says for people on what the choice hangs.
func (s *Sensitivity) String() string {
	var rows strings.Builder
	fmt.Fprintf(&rows, "assumption\tlow\tin the study\thigh\tchoice at low\tat high\tturns at\t\n")
	for i, t := range s.Turns {
		at := "no value in its range"
		if v, is := t.At.Lookup(); is {
			at = "about " + short(v)
		}
		fmt.Fprintf(&rows, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", t.Parameter, short(t.Low), short(s.values[i]), short(t.High), t.ChoiceAtLow, t.ChoiceAtHigh, at)
	}
	return fmt.Sprintf("By %s the choice is: %s.\n", s.info.Name, s.Choice) + aligned(rows.String())
}

func short(v float64) string { return fmt.Sprintf("%.3g", v) }

// Tables returns the differences at the ends of each range, and of the grids, as tidy data.
func (s *Sensitivity) Tables() []Table {
	one := Table{Name: "sensitivity", Header: []string{"study", "measure", "parameter", "source", "end", "at", "policy", "value", "lower", "upper", "level", "pairs", "undefined", "verdict", "choice", "turns_at"}}
	for _, t := range s.Turns {
		for _, end := range []struct {
			name   string
			at     float64
			all    []Difference
			choice string
		}{{"low", t.Low, t.AtLow, t.ChoiceAtLow}, {"high", t.High, t.AtHigh, t.ChoiceAtHigh}} {
			for _, d := range end.all {
				row := append([]string{s.Study, string(s.Measure), string(t.Parameter), t.Source, end.name, number(end.at), d.Policy}, estimate(d.Mean, d.Constant)...)
				one.Rows = append(one.Rows, append(row, string(d.Verdict), end.choice, known(t.At)))
			}
		}
	}
	two := Table{Name: "sensitivity-two-way", Header: []string{"study", "measure", "parameter_a", "end_a", "parameter_b", "end_b", "policy", "value", "lower", "upper", "level", "pairs", "undefined", "verdict", "choice"}}
	ends := []string{"low", "study", "high"}
	for _, g := range s.Grids {
		for i := range g.Cells {
			for k, cell := range g.Cells[i] {
				for _, d := range cell {
					row := append([]string{s.Study, string(s.Measure), string(g.A.Parameter), ends[i], string(g.B.Parameter), ends[k], d.Policy}, estimate(d.Mean, d.Constant)...)
					two.Rows = append(two.Rows, append(row, string(d.Verdict), g.Choices[i][k]))
				}
			}
		}
	}
	return []Table{one, two}
}
