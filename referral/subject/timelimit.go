package subject

import (
	"slices"

	"github.com/socialprescribing/sp"
)

// A TimeLimit is the time within which somebody who asks for what is kept of them is owed it
// (subject access). It runs from the day of receipt, working day or not, to the same day of the next month,
// or the last day of a month that has none; it stops while it is asked who they are or
// what they mean; and an end that is no working day moves to the next. Source: Information
// Commissioner's Office; Data (Use and Access) Act 2025 for the stops.
type TimeLimit struct {
	Received sp.Date
	Stops    []sp.Period // each from the question until the day of the answer; one without an end still runs
	Extended bool        // by two months, where it is complex or there are many: said within the first month

	// Calendar has the working days. The zero one has no holidays.
	Calendar sp.Calendar
}

// Due returns the day by which it is owed, and false while a question is open or
// nobody knows when it was received.
func (c TimeLimit) Due() (sp.Date, bool) {
	if c.Received.IsZero() {
		return 0, false
	}
	months := 1
	if c.Extended {
		months = 3
	}
	due := c.Received.AddMonths(months)
	for _, s := range merged(c.Stops) {
		if s.End.IsZero() {
			return 0, false
		}
		if n := s.End.Sub(max(s.Start, c.Received)); n > 0 && s.Start <= due {
			due = due.Add(n)
		}
	}
	due = c.Calendar.AddWorkdays(due.Add(-1), 1)
	return due, !due.IsZero()
}

// merged returns periods in order, without days that two of them share.
func merged(all []sp.Period) []sp.Period {
	all = slices.SortedFunc(slices.Values(all), func(a, b sp.Period) int { return a.Start.Sub(b.Start) })
	var out []sp.Period
	for _, s := range all {
		if n := len(out); n > 0 && (out[n-1].End.IsZero() || s.Start <= out[n-1].End) {
			if s.End.IsZero() || !out[n-1].End.IsZero() && s.End > out[n-1].End {
				out[n-1].End = s.End
			}
			continue
		}
		out = append(out, s)
	}
	return out
}
