package evaluation

import (
	"context"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// CountAs counts the facts that r holds once more: other indicators, such as another
// definition of the same, for another period, by another grouping. No event is read again, so it takes
// a few hundredths of the time that reading the log does; and r counts as before.
//
//	counts, err := run.CountAs(ctx, evaluation.Options{Period: year, By: evaluation.By("provider", facts.Provider)}, mine)
//	figures, err := counts.Figures(evaluation.Precision{}, mine)
//
// The indicators and the grouping may read what those of r read, and nothing else. The last day is
// that of r, whether AsOf is it or zero, and the zone of the calendar is that of r, since they
// decide what an event says; the holidays may be others. It fails, with an error that is
// [sp.ErrInvalid], for other facts, another day or zone, and as [New] and [Run.Count] do.
func (r *Run) CountAs(ctx context.Context, o Options, indicators ...Indicator) (*Counts, error) {
	o, err := o.check(indicators)
	if err != nil {
		return nil, err
	}
	if o.AsOf == 0 {
		o.AsOf = r.options.AsOf
	}
	e := &sp.InvalidError{Subject: "options"}
	e.Check(o.AsOf == r.options.AsOf, "AsOf", sp.Unsupported, "must be the last day of the run")
	e.Check(sp.NewCalendar(o.Calendar.Zone()).Equal(sp.NewCalendar(r.options.Calendar.Zone())), "Calendar", sp.Unsupported, "must have the zone of the run")
	for _, i := range indicators {
		e.Check(r.tables[i.Unit] != nil, i.ID, sp.Unsupported, "must be of a table of the run")
		for _, read := range o.reads(i) {
			f := read.declared()
			e.Check(f != nil && r.columns[f] != nil, i.ID, sp.Unsupported, "must read facts that the run reads")
		}
	}
	if err := e.Err(); err != nil {
		return nil, fmt.Errorf("evaluation: count again: %w", err)
	}
	again := &Run{
		options: o, indicators: slices.Clone(indicators), tables: r.tables, columns: r.columns, order: r.order, last: r.last,
		frozen: r.freeze(),
	}
	return again.Count(ctx)
}
