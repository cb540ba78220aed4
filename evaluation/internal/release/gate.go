// Package release lets the figures of an evaluation out: as counts under a policy of disclosure
// control show them, with intervals made of what is shown. Reports and exports share it, so that
// one of them shows nothing that the other withholds.
package release

import (
	"errors"
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Why a figure has no value, beside the reasons of package stat.
const (
	Withheld stat.Undefined = "it is of few people, or of none or all of them, so it is not shown"
	Told     stat.Undefined = "together with an earlier report it would tell about few people, so it is not shown"
)

// leastRounding is to what counts are rounded at least. The figures of an evaluation are parts of
// each other in more ways than any audit of single tables sees.
const leastRounding = 5

// A Gate lets out what a policy permits.
type Gate struct {
	policy disclosure.Policy
	ledger *disclosure.Ledger // nil remembers nothing
	on     sp.Date
}

// New returns a gate for releases of a day. The ledger, which may be nil, remembers them.
func New(p disclosure.Policy, l *disclosure.Ledger, on sp.Date) *Gate {
	if p.Midpoint == 0 && p.RoundTo < leastRounding {
		p.RoundTo, p.Name = leastRounding, fmt.Sprintf("%s, rounded to %d", p.Name, leastRounding)
	}
	return &Gate{p, l, on}
}

// A part is so many of so many.
type part struct {
	name   string
	x, n   int64
	effect float64 // design effect of a clustered share; 0 is 1
}

// A shownPart is a part as it may be shown: counts as the policy shows them.
type shownPart struct {
	x, n  float64
	why   stat.Undefined // why it is not shown, empty if it is
	exact part
}

// parts lets out parts of the same kind, such as those of each span of time, and that of all of
// them under the name [disclosure.Total]. What is left out says why. Only a fault of the policy is
// an error.
func (g *Gate) parts(key string, all []part) (map[string]shownPart, error) {
	t := disclosure.Table{Title: key, Columns: []string{"yes", "no"}}
	exact := map[string]part{}
	total := part{name: disclosure.Total}
	for _, p := range all {
		if p.x < 0 || p.x > p.n {
			return nil, fmt.Errorf("release: %s: %w", key, sp.Invalid("share", p.name, sp.OutOfRange, "must not be more than all"))
		}
		t.Rows = append(t.Rows, disclosure.Row{Name: p.name, Counts: []int64{p.x, p.n - p.x}})
		exact[p.name] = p
		total.x, total.n, total.effect = total.x+p.x, total.n+p.n, max(total.effect, p.effect)
	}
	exact[disclosure.Total] = total
	out := map[string]shownPart{}
	if len(t.Rows) == 0 {
		out[disclosure.Total] = shownPart{why: stat.NoCases, exact: total}
		return out, nil
	}
	safe, why, err := g.Table(key, t)
	if err != nil {
		return nil, err
	}
	for name, p := range exact {
		s := shownPart{why: why, exact: p}
		if p.n == 0 {
			s.why = stat.NoCases
		}
		out[name] = s
	}
	for _, row := range safe.Rows {
		s := out[row.Name]
		x, shownX := row.Cells[0].Count.Lookup()
		_, shownRest := row.Cells[1].Count.Lookup()
		n, shownN := row.Cells[2].Count.Lookup()
		switch {
		case s.why != "":
		case !shownX || !shownRest || !shownN || s.exact.x == 0 || s.exact.x == s.exact.n || n == 0:
			s.why = Withheld // a share of none or all tells about everybody
		default:
			s.x, s.n = float64(x), float64(max(n, x))
		}
		out[row.Name] = s
	}
	return out, nil
}

// Table lets out a table, or says why not. Key names what is counted, the same for every date.
func (g *Gate) Table(key string, t disclosure.Table) (disclosure.Safe, stat.Undefined, error) {
	release := func() (disclosure.Released[disclosure.Safe], error) { return disclosure.Release(t, g.policy) }
	if g.ledger != nil {
		release = func() (disclosure.Released[disclosure.Safe], error) { return g.ledger.Release(key, g.on, t, g.policy) }
	}
	released, err := release()
	if _, before := errors.AsType[*disclosure.DifferenceError](err); before {
		return disclosure.Safe{}, Told, nil
	}
	if _, unsafe := errors.AsType[*disclosure.UnsafeError](err); unsafe {
		return disclosure.Safe{}, Withheld, nil
	}
	if err != nil {
		return disclosure.Safe{}, "", fmt.Errorf("release: %s: %w", key, err)
	}
	safe, err := released.Public()
	return safe, "", err
}

// One lets out one share, x of n.
func (g *Gate) One(key string, x, n int64, of string) (stat.Estimate, error) {
	shown, err := g.parts(key, []part{{name: "all", x: x, n: n}})
	if err != nil {
		return stat.Estimate{}, err
	}
	return g.share(shown["all"], of, Level)
}

// Level is the confidence of figures that do not say their own.
const Level = 0.95

// share returns the estimate of a shown part: of the counts that are shown, so that it tells
// no more than they do.
func (g *Gate) share(s shownPart, of string, level float64) (stat.Estimate, error) {
	if s.why != "" {
		return stat.Estimate{Interval: stat.Interval{Lower: 0, Upper: 1}, Level: level, Of: of, Per: 1, Undefined: s.why}, nil
	}
	effect := max(1, s.exact.effect)
	e, err := stat.Proportion(s.x/effect, s.n/effect, level)
	e.Numerator, e.Denominator, e.Of = s.x, s.n, of
	if effect > 1 {
		e.Method = stat.MethodEffective
	}
	return e, err
}

// Policy returns the policy, as strict as it is made here.
func (g *Gate) Policy() disclosure.Policy { return g.policy }

// Count shows a count of people by itself, unknown if it is small.
func (g *Gate) Count(n int64) sp.Known[int64] { return g.policy.Show(n).Count }

// coarse rounds what is no share to as much as counts that are rounded bear out.
func coarse(e stat.Estimate, step float64) stat.Estimate {
	round := func(v float64, to func(float64) float64) float64 {
		if math.IsInf(v, 0) {
			return v
		}
		return to(v/step) * step
	}
	e.Value = round(e.Value, math.Round)
	e.Interval = stat.Interval{Lower: round(e.Interval.Lower, math.Floor), Upper: round(e.Interval.Upper, math.Ceil)}
	return e
}

// designEffect returns by how much fewer cases an interval is as wide as that of a clustered
// share, to one decimal and never too small.
func designEffect(e stat.Estimate) float64 {
	if !e.Defined() || e.Denominator == 0 {
		return 1
	}
	plain, err := stat.Wilson(e.Numerator, e.Denominator, e.Level)
	if err != nil || plain.Upper <= plain.Lower {
		return 1
	}
	ratio := (e.Interval.Upper - e.Interval.Lower) / (plain.Upper - plain.Lower)
	return min(e.Denominator, max(1, math.Ceil(ratio*ratio*10)/10))
}
