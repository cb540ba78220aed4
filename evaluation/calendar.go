package evaluation

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// A calendar counts working days: Monday to Friday without the holidays.
type calendar struct{ holidays []sp.Date } // sorted, without those at weekends

func newCalendar(holidays []sp.Date) calendar {
	days := slices.DeleteFunc(slices.Clone(holidays), weekend)
	slices.Sort(days)
	return calendar{slices.Compact(days)}
}

func weekend(d sp.Date) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

// after returns the nth working day after d.
func (c calendar) after(d sp.Date, n int) sp.Date {
	// Whole weeks first, then the holidays that fell in between, until none is left to make up for.
	for n > 0 {
		from := d
		d = weekdaysAfter(d, n)
		lo, _ := slices.BinarySearch(c.holidays, from+1)
		hi, _ := slices.BinarySearch(c.holidays, d+1)
		n = hi - lo
	}
	return d
}

// weekdaysAfter returns the nth day after d that is no Saturday or Sunday.
func weekdaysAfter(d sp.Date, n int) sp.Date {
	for weekend(d) {
		d--
	}
	weekday := int(d.Weekday()) // from 1 for Monday to 5
	return d.Add(n + 2*((weekday-1+n)/5))
}
