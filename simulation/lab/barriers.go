package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

// Barriers are what each policy does to each of the 25 barriers of package barrier.
type Barriers struct {
	Study string
	Pairs int
	Lines []BarrierLine // the 25, in the order of the study of barriers

	policies []string
}

// A BarrierLine is one barrier under all policies.
type BarrierLine struct {
	barrier.Barrier
	Effects []Effect
	// Untold says why there is no effect: nothing that a simulation makes happen speaks of it.
	Untold string
}

// An Effect is what a policy changes in one thing that measures a barrier.
type Effect struct {
	Policy    string
	Indicator string // of package catalogue, or a [Measure]
	Name      string
	Unit      evaluation.Unit
	Better    evaluation.Direction
	Mean      stat.Estimate
	Constant  sp.Known[float64] // the difference, where it is the same in all pairs
	Verdict   Verdict
	Counted   bool // by package evaluation, from the events; else by the simulation itself
}

// silent is what nothing that is simulated can speak of.
const silent = "nothing that these policies change in the simulation speaks of it: measure it, or ask people"

// Barriers plays every policy and counts the events as those of a real scheme are counted: for
// each barrier, the indicators of package catalogue that measure it, and the measures of the lab
// that do. Intervals hold for all policies of an indicator at once, and not for all indicators: of
// many, one in twenty seems to change by chance. It fails as [Compare] does; it keeps no journal,
// since it counts events anew.
func (s *Study) Barriers(ctx context.Context, o Options) (*Barriers, error) {
	o.Until, o.Journal = Enough{}, nil
	progress := o.Progress
	half := func(from int) func(Progress) {
		if progress == nil {
			return nil
		}
		return func(p Progress) { progress(Progress{Done: from + p.Done, Of: 2 * p.Of}) }
	}
	o.Progress = half(0)
	c, err := Compare(ctx, *s, o)
	if err != nil {
		return nil, err
	}
	t, err := newTrial(s, o)
	if err != nil {
		return nil, err
	}
	t.o.Progress = half(o.Pairs * len(s.Policies))
	counted, err := t.counted(ctx)
	if err != nil {
		return nil, err
	}
	out := &Barriers{Study: s.Name, Pairs: o.Pairs, policies: c.policies}
	for _, b := range barrier.All() {
		line := BarrierLine{Barrier: b}
		for _, id := range b.Figures {
			line.Effects = append(line.Effects, counted[id]...)
		}
		line.Effects = append(line.Effects, c.effects(b.No)...)
		if !slices.ContainsFunc(line.Effects, func(e Effect) bool { return e.Verdict != Same }) {
			line.Effects, line.Untold = nil, silent // what is always the same tells nothing
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// effects returns the differences of the measures that speak of a barrier.
func (c *Comparison) effects(no string) (all []Effect) {
	for _, info := range Measures() {
		if !slices.Contains(info.Barrier, no) {
			continue
		}
		for _, d := range c.Groups(info.Measure, "") {
			if d.Verdict != Untold {
				all = append(all, Effect{Policy: d.Policy, Indicator: string(info.Measure), Name: info.Name, Unit: info.Unit, Better: info.Better, Mean: d.Mean, Constant: d.Constant, Verdict: d.Verdict})
			}
		}
	}
	return all
}

// counted returns the differences of the indicators that have a value in a simulation, by ID.
func (t *trial) counted(ctx context.Context) (map[string][]Effect, error) {
	indicators := measuring()
	policies := len(t.Policies)
	values, err := queue.Replicate(ctx, t.o.Pairs*policies, t.o.Workers, func(ctx context.Context, i int) (map[string]evaluation.Figure, error) {
		return t.countEvents(ctx, &t.Policies[i%policies], i/policies, indicators)
	}, func(done int) {
		if t.o.Progress != nil {
			t.o.Progress(Progress{Done: done, Of: t.o.Pairs * policies})
		}
	})
	if err != nil {
		return nil, err
	}
	all := map[string][]Effect{}
	for _, indicator := range indicators {
		for k := 1; k < policies; k++ {
			e := Effect{Policy: t.Policies[k].Name, Indicator: indicator.ID, Name: indicator.Name, Better: indicator.Better, Counted: true}
			var gaps []float64
			for i := range t.o.Pairs {
				before, known := values[i*policies][indicator.ID]
				after, also := values[i*policies+k][indicator.ID]
				if known && also {
					gaps = append(gaps, after.Estimate.Value-before.Estimate.Value)
					e.Unit = after.Unit
				}
			}
			if e.Mean, e.Constant, err = meanOf(gaps, 1-(1-t.o.Level)/float64(max(1, policies-1))); err != nil {
				return nil, err
			}
			d := Difference{Mean: e.Mean, Constant: e.Constant}
			if e.Verdict = d.judge(e.Better); e.Verdict != Untold {
				all[indicator.ID] = append(all[indicator.ID], e)
			}
		}
	}
	return all, nil
}

// measuring returns the indicators that measure some barrier and have one figure each.
func measuring() []evaluation.Indicator {
	wanted := map[string]bool{}
	for _, b := range barrier.All() {
		for _, id := range b.Figures {
			wanted[id] = true
		}
	}
	return slices.DeleteFunc(catalogue.All(catalogue.Standards{}), func(i evaluation.Indicator) bool {
		return !wanted[i.ID] || i.Statistic == evaluation.ByCode
	})
}

// countEvents plays one run and returns the indicators that have a value. Those of which nothing is
// recorded, or nobody is asked, have none.
func (t *trial) countEvents(ctx context.Context, p *Policy, replication int, indicators []evaluation.Indicator) (map[string]evaluation.Figure, error) {
	end := t.Scenario.Start.Add(t.Scenario.Days)
	counting, err := evaluation.New(evaluation.Options{AsOf: end}, indicators...)
	if err != nil {
		return nil, err
	}
	world, match := t.under(p, t.o.Seed, replication)
	_, err = simulation.Run(ctx, world, p.Policy, simulation.Options{Seed: t.o.Seed, Replication: replication, Match: match, Log: func(e store.RecordedEvent) error { return counting.Add(e) }})
	if err != nil {
		return nil, fmt.Errorf("lab: policy %q: %w", p.Name, err)
	}
	figures, err := counting.Figures(ctx)
	if err != nil {
		return nil, err
	}
	values := map[string]evaluation.Figure{}
	for _, f := range figures {
		if f.Defined() {
			values[f.Indicator] = f
		}
	}
	return values, nil
}

// String says for people what each policy does to each barrier: the most telling effect of each.
func (b *Barriers) String() string {
	var rows strings.Builder
	rows.WriteString("\t\tby\t" + strings.Join(b.policies[1:], "\t") + "\t\n")
	for _, l := range b.Lines {
		if l.Untold != "" {
			fmt.Fprintf(&rows, "%s\t%s\tnothing that is simulated\t%s\n", l.No, l.Name, strings.Repeat("\t", len(b.policies)-1))
			continue
		}
		first := l.telling()
		fmt.Fprintf(&rows, "%s\t%s\t%s", l.No, l.Name, first)
		for _, p := range b.policies[1:] {
			cell := "not told"
			for _, e := range l.Effects {
				if e.Policy == p && e.Name == first {
					d := Difference{Mean: e.Mean, Constant: e.Constant, Verdict: e.Verdict}
					cell = d.cell(Info{Unit: e.Unit})
				}
			}
			rows.WriteString("\t" + cell)
		}
		rows.WriteString("\t\n")
	}
	return aligned(rows.String())
}

// telling returns the name of the first thing that some policy changes, and of the first of all where
// nothing does.
func (l *BarrierLine) telling() string {
	for _, e := range l.Effects {
		if e.Verdict != Same && e.Verdict != Unsure {
			return e.Name
		}
	}
	return l.Effects[0].Name
}

// Tables returns all effects as tidy data.
func (b *Barriers) Tables() []Table {
	t := Table{Name: "barriers", Header: []string{"study", "barrier", "name", "policy", "indicator", "measured_by", "unit", "counted_from_events", "value", "lower", "upper", "level", "pairs", "undefined", "verdict"}}
	for _, l := range b.Lines {
		if l.Untold != "" {
			t.Rows = append(t.Rows, append([]string{b.Study, l.No, l.Name}, slices.Concat(make([]string, 10), []string{l.Untold, string(Untold)})...))
		}
		for _, e := range l.Effects {
			row := append([]string{b.Study, l.No, l.Name, e.Policy, e.Indicator, e.Name, string(e.Unit), fmt.Sprint(e.Counted)}, estimate(e.Mean, e.Constant)...)
			t.Rows = append(t.Rows, append(row, string(e.Verdict)))
		}
	}
	return []Table{t}
}
