package evaluation

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// maxYear is as long as anybody is followed.
const maxYear = 100

// InYear returns the indicator of a year of follow-up, from 1: its ID and its name say so, and
// its rule sees the year in [Row.Year]. What a year shows stands beside the others and
// beside the indicator of all years, whose Year is 0:
//
//	run, err := evaluation.New(o, wellbeing, wellbeing.InYear(1), wellbeing.InYear(2), wellbeing.InYear(3))
//
// The rule has to ask for it, by [Row.Changed] or [Row.FollowUp]; one that does not
// counts the same in every year.
func (i Indicator) InYear(n int) Indicator {
	i.ID += fmt.Sprintf("-year-%d", n)
	i.Name += fmt.Sprintf(", year %d of follow-up", n)
	i.Year = n
	return i
}

// Year returns the year of follow-up that the indicator is about, 0 for all.
func (r Row) Year() int { return r.v.year }

// FollowUp returns the days of the year of follow-up that the indicator is about, for
// somebody who began on a day: from the day after each anniversary to the next one. Of
// an indicator of all years it is every later day up to the last day of the run. It
// is over once its last day has come.
func (r Row) FollowUp(since sp.Date) (days sp.Period, over bool) {
	if r.Year() == 0 {
		return sp.Period{Start: since.Add(1), End: r.AsOf().Add(1)}, true
	}
	last := since.AddMonths(12 * r.Year())
	return sp.Period{Start: since.AddMonths(12 * (r.Year() - 1)).Add(1), End: last.Add(1)}, last <= r.AsOf()
}

// Changed answers how a score changed from the first entry to the last in the year of
// follow-up that the indicator is about ([Row.FollowUp]), the entries being in order of
// their days: [Change]; [Lost] where there is none in that year; [NotYet] where that year is
// not over, however early somebody was measured in it; [Absent] without any entry.
func (r Row) Changed(scores []Entry) Answer {
	if len(scores) == 0 {
		return Absent
	}
	before := scores[0]
	days, over := r.FollowUp(before.On)
	if !over {
		return NotYet
	}
	for n := len(scores) - 1; n > 0; n-- {
		if days.Contains(scores[n].On) {
			return Change(before.Number, scores[n].Number)
		}
	}
	return Lost(before.Number)
}

// change returns the figure of a tally of changes.
func (p Precision) change(i Indicator, t Tally) (Figure, error) {
	var pairs []stat.Pair
	for _, a := range t.answers() {
		before := float64(a.a) / i.scale()
		one := stat.Pair{Before: before}
		switch a.kind {
		case pair:
			one.After = sp.Know(float64(a.b) / i.scale())
		case lost:
		default:
			continue
		}
		for range t[a] {
			pairs = append(pairs, one)
		}
	}
	c, err := stat.NewBeforeAfter(pairs, i.Regression, p.Level)
	if err != nil {
		return Figure{}, fmt.Errorf("evaluation: %s: %w", i.Name, err)
	}
	e := c.Scores.Mean
	e.Of = i.Of
	return Figure{Name: i.Name, Unit: i.In, Estimate: e, Change: &c}, nil
}

// changed says of a change what its mean does not, for people.
func changed(c *stat.BeforeAfter, unit Unit) string {
	s := ", " + c.Design
	switch {
	case c.Regression.Source == "":
		return s + ", regression to the mean not known"
	case c.Beyond.Defined():
		f := Figure{Unit: unit, Estimate: c.Beyond}
		return s + fmt.Sprintf(", %.2f of it expected by regression to the mean and %s (%s) beyond (%s)", c.Expected, f.value(), f.limits(), c.Regression.Source)
	default:
		return s
	}
}
