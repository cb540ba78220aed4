package evaluation

import (
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
)

// Merge takes into account everything that o has seen. It fails with an error that is
// [sp.ErrInvalid], and leaves r as it is, if o is nil, or has other options or indicators.
func (r *Run) Merge(o *Run) error {
	if o == nil {
		return sp.Invalid("evaluation: merge", "", sp.Missing, "must be given a run")
	}
	a, b := r.options, o.options
	same := a.Period == b.Period && a.AsOf == b.AsOf && a.Calendar.Equal(b.Calendar) && a.By.Name == b.By.Name &&
		a.Interval == b.Interval && a.Level == b.Level &&
		slices.EqualFunc(r.indicators, o.indicators, func(x, y Indicator) bool {
			return x.ID == y.ID && x.Version == y.Version && x.Window == y.Window && x.Year == y.Year
		}) && len(r.columns) == len(o.columns)
	for f := range o.columns {
		same = same && r.columns[f] != nil
	}
	if !same {
		return fmt.Errorf("evaluation: merge: runs have different options or indicators: %w", sp.ErrInvalid)
	}
	r.queue.flush()
	o.queue.flush()
	moved := map[*Table]func(uint32) uint32{}
	for _, t := range r.order {
		moved[t.Table] = t.merge(o.tables[t.Table], moved[t.up0()])
	}
	for f, c := range r.columns {
		c.merge(moved[f.table], o.columns[f])
	}
	r.last = max(r.last, o.last)
	r.report.merge(o.report)
	for _, name := range slices.Sorted(maps.Keys(o.byEvent)) {
		into, reads := r.byEvent[name], o.byEvent[name]
		if into == nil {
			into = r.unread(name)
			into.unsure = true // r has seen none of them
		}
		into.ignored += reads.ignored
	}
	r.frozen = nil
	return nil
}

// up0 returns the table above, nil if there is none.
func (t *rows) up0() *Table { return t.Table.up }
