package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/store"
)

// Precision says how figures are estimated.
type Precision struct {
	Interval stat.Method // of shares: [stat.MethodWilson], the default, or [stat.MethodClopperPearson]
	Level    float64     // of confidence; 0 is 0.95
}

// Figures reads a log, counts, and returns the figures of some indicators: a [Run] that is made,
// read and counted in one call, for whoever has one log and asks once.
func Figures(ctx context.Context, log iter.Seq2[store.RecordedEvent, error], o Options, indicators ...Indicator) ([]Figure, error) {
	run, err := New(o, indicators...)
	if err != nil {
		return nil, err
	}
	if err := run.Read(ctx, log, nil); err != nil {
		return nil, err
	}
	return run.Figures(ctx)
}

// Figures counts, and returns the figures of each group, in order of the groups' names and
// of the indicators; an indicator by code has one for each code, the most frequent first.
// The same events give the same figures, in whatever order and in however many parts
// they were added. It fails as [Run.Count] does.
func (r *Run) Figures(ctx context.Context) ([]Figure, error) {
	counts, err := r.Count(ctx)
	if err != nil {
		return nil, err
	}
	return counts.Figures(Precision{r.options.Interval, r.options.Level}, r.indicators...)
}

// Figures returns the figures that c makes, as [Run.Figures] does. It fails with an error
// that is [sp.ErrInvalid] unless the indicators are those that were counted, in their
// versions, and for a level or a method that suits no share.
func (c *Counts) Figures(p Precision, indicators ...Indicator) ([]Figure, error) {
	p.Interval, p.Level = cmp.Or(p.Interval, stat.MethodWilson), cmp.Or(p.Level, 0.95)
	if !slices.EqualFunc(c.Of, indicators, func(a Counted, b Indicator) bool {
		return a.ID == b.ID && a.Version == b.Version && a.Window == b.Window && a.Statistic == b.Statistic
	}) {
		return nil, fmt.Errorf("evaluation: figures: counts are of other indicators: %w", sp.ErrInvalid)
	}
	var all []Figure
	names := c.groups()
	for _, group := range names {
		for n, i := range indicators {
			if _, one := c.Of[n].Groups[""]; len(names) > 1 && one != (group == "") {
				continue // it has one figure of all, or one of each other group
			}
			figures, err := p.of(i, c.Of[n].Groups[group])
			if err != nil {
				return nil, err
			}
			for _, f := range figures {
				f.Group = group
				if c.Of[n].Unrecorded {
					f.Estimate = unrecorded(f)
				}
				all = append(all, f)
			}
		}
	}
	return all, nil
}

// unrecorded returns the estimate of what nobody wrote down. That there are no cases is so all the
// same.
func unrecorded(f Figure) stat.Estimate {
	e := f.Estimate
	if e.Undefined == stat.NoCases {
		return e
	}
	e.Undefined, e.Value, e.Interval = stat.NotRecorded, 0, stat.Interval{Lower: 0, Upper: 1}
	if f.Unit != Share {
		e.Interval = stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)}
	}
	return e
}

// of returns the figures of an indicator.
func (p Precision) of(i Indicator, t Tally) (figures []Figure, err error) {
	var f Figure
	switch i.Statistic {
	case Shares:
		f, err = newShare(i.Name, i.Of, t[Yes], t[Yes]+t[No], p.Interval, p.Level)
	case Clustered:
		f, err = p.clustered(i, t)
	case Waits:
		f, err = newWait(i.Name, i.Of, t.Ends(), Reached, p.Level)
	case ByCode:
		figures, err = p.byCode(i, t)
	case Means:
		f, err = p.mean(i, t)
	case Changes:
		f, err = p.change(i, t)
	case Rates:
		f, err = p.rate(i, t)
	}
	if err != nil {
		return nil, err
	}
	if figures == nil {
		figures = []Figure{f}
	}
	for n := range figures {
		finish(&figures[n], i, t)
	}
	return figures, nil
}

// finish says what a figure is of, and what is left out.
func finish(f *Figure, i Indicator, t Tally) {
	f.Indicator = i.ID
	f.LeftOut = t.LeftOut()
	for _, n := range f.LeftOut {
		f.Excluded += n
	}
	if f.Estimate.Undefined == stat.NoCases && f.Excluded > 0 {
		f.Estimate.Undefined = stat.AllLeftOut
	}
}

func (p Precision) clustered(i Indicator, t Tally) (Figure, error) {
	var clusters []stat.Cluster
	for _, a := range t.answers() {
		if a.kind == part {
			clusters = append(clusters, slices.Repeat([]stat.Cluster{{Cases: float64(a.a), Of: float64(a.b)}}, int(t[a]))...)
		}
	}
	e, err := stat.Clustered(clusters, p.Level)
	if err != nil {
		return Figure{}, fmt.Errorf("evaluation: %s: %w", i.Name, err)
	}
	e.Of = i.Of
	return Figure{Name: i.Name, Unit: Share, Estimate: e.Estimate}, nil
}

func (p Precision) byCode(i Indicator, t Tally) (all []Figure, err error) {
	var of int64
	codes := slices.DeleteFunc(t.answers(), func(a Answer) bool { return a.kind != category })
	for _, a := range codes {
		of += t[a]
	}
	slices.SortStableFunc(codes, func(a, b Answer) int {
		return cmp.Or(cmp.Compare(t[b], t[a]), strings.Compare(a.text, b.text))
	})
	for _, a := range codes {
		f, err := newShare(i.Name, i.Of, t[a], of, p.Interval, p.Level)
		if err != nil {
			return nil, err
		}
		f.Category = a.text
		all = append(all, f)
	}
	if len(all) == 0 {
		f, err := newShare(i.Name, i.Of, 0, 0, p.Interval, p.Level)
		return []Figure{f}, err
	}
	return all, nil
}

func (p Precision) mean(i Indicator, t Tally) (Figure, error) {
	var values []float64
	for _, a := range t.answers() {
		if a.kind == value {
			values = append(values, slices.Repeat([]float64{float64(a.a) / i.scale()}, int(t[a]))...)
		}
	}
	e, err := stat.Mean(values, p.Level)
	if err != nil {
		return Figure{}, fmt.Errorf("evaluation: %s: %w", i.Name, err)
	}
	e.Of = i.Of
	return Figure{Name: i.Name, Unit: i.In, Estimate: e}, nil
}

func (p Precision) rate(i Indicator, t Tally) (Figure, error) {
	var n, of int64
	for a, times := range t {
		if a.kind == part {
			n, of = n+a.a*times, of+a.b*times
		}
	}
	f, err := newRate(i.Name, n, of, i.scale(), i.In, stat.MethodByar, p.Level)
	f.Estimate.Of = i.Of
	return f, err
}
