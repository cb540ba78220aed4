package workforce

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Why is why somebody can be given no work.
type Why string

// The reasons for which somebody can be given no work on a day.
const (
	NotBegun      Why = "not-begun"      // the contract has not begun
	OnLeave       Why = "on-leave"       // and back on the day that is named
	ContractEnded Why = "contract-ended" // or they have left
	NoRole        Why = "no-role"        // they are no link worker
)

// An Unavailable says that a worker can be given no work on a day. It is [sp.ErrDenied].
// It says until when, and not which kind of leave.
type Unavailable struct {
	Worker WorkerID
	Why    Why
	On     sp.Date
	Until  sp.Date // the first day on which that changes; zero is that it does not
}

// Error names the worker by their ID, and the day.
func (u *Unavailable) Error() string {
	said := "workforce: " + string(u.Worker) + " cannot be given work on " + u.On.String() + ": " + string(u.Why)
	if !u.Until.IsZero() {
		said += " until " + u.Until.String()
	}
	return said
}

// Is reports whether target is [sp.ErrDenied].
func (u *Unavailable) Is(target error) bool { return target == sp.ErrDenied }

// Available returns nil if the worker can be given cases on a day, and otherwise an
// [*Unavailable]. Where one leave follows another, Until is the end of the last.
// Somebody whose contract is unknown counts as there.
func (w Worker) Available(on sp.Date) error {
	m := w.Employment.Reveal()
	u := &Unavailable{Worker: w.ID, On: on}
	end := m.end()
	switch {
	case !w.Has(sp.RoleLinkWorker):
		u.Why = NoRole
	case !end.IsZero() && on >= end:
		u.Why = ContractEnded
	case on < m.Contract.Start:
		u.Why, u.Until = NotBegun, m.Contract.Start
	default:
		back := on
		for changed := true; changed; {
			changed = false
			for _, l := range m.Leave {
				if l.Contains(back) {
					back, changed = l.End, true
				}
			}
		}
		if back == on {
			return nil
		}
		u.Why, u.Until = OnLeave, back
		if !end.IsZero() && back >= end {
			u.Until = 0
		}
	}
	return u
}

// there reports whether somebody is employed on a day and not on leave. Who is of unknown
// contract counts as employed.
func (m Employment) there(on sp.Date) bool {
	if end := m.end(); !end.IsZero() && on >= end || on < m.Contract.Start {
		return false
	}
	return !slices.ContainsFunc(m.Leave, func(l sp.Period) bool { return l.Contains(on) })
}

// Employed reports whether a day lies within the contract, on leave or not. Somebody whose
// contract is unknown counts as employed.
func (w Worker) Employed(on sp.Date) bool {
	end := w.Ends()
	return (end.IsZero() || on < end) && on >= w.Began()
}

// EmployedIn reports whether somebody is employed on any day of a period, on leave or not.
func (w Worker) EmployedIn(during sp.Period) bool {
	return sp.Period{Start: w.Began(), End: w.Ends()}.Overlaps(during)
}

// There reports whether the worker is employed on a day and not on leave, whatever their role.
func (w Worker) There(on sp.Date) bool { return w.Employment.Reveal().there(on) }

// DaysThere returns on how many days of a period, which must have both ends, the worker was
// employed and not on leave. A period without both has none.
func (w Worker) DaysThere(during sp.Period) int {
	m, n := w.Employment.Reveal(), 0
	if _, ok := during.Days(); !ok {
		return 0
	}
	for d := during.Start; d < during.End; d = d.Add(1) {
		if m.there(d) {
			n++
		}
	}
	return n
}

// MinutesOn returns how many minutes the worker was to work on a day, and false if their
// hours are unknown. On leave, or outside the contract, that is none.
func (w Worker) MinutesOn(on sp.Date) (int, bool) {
	m := w.Employment.Reveal()
	if len(m.Hours) == 0 {
		return 0, false
	}
	n := 0
	for _, h := range m.Hours {
		if m.there(on) && h.Day == weekdays[on.Weekday()] {
			n += h.End - h.Start
		}
	}
	return n, true
}

// weekdays are the names of days in a [Shift], by [time.Weekday].
var weekdays = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// A Notice says that somebody's contract ends, so that their people are handed over, and
// the place is filled, in time.
type Notice struct {
	Worker WorkerID `json:"worker"`
	Ends   sp.Date  `json:"ends"` // the first day on which they are gone
	Days   int      `json:"days"` // until then; 0 or less if they are gone already
}

// NoticeDays is how early the end of a contract is told where a scheme does not say: twelve
// weeks, to fill the place and to hand people over. It is this library's own choice.
const NoticeDays = 84

// Notices returns a notice for each worker whose contract ends within so many days, or has
// ended, the earliest first. How early is early enough is for the scheme, as no figure for
// link workers could be found; [NoticeDays] is this library's choice.
func Notices(team []Worker, today sp.Date, within int) []Notice {
	var all []Notice
	for _, w := range team {
		if end := w.Ends(); !end.IsZero() && end.Sub(today) <= within {
			all = append(all, Notice{w.ID, end, end.Sub(today)})
		}
	}
	slices.SortFunc(all, func(a, b Notice) int { return cmp.Or(cmp.Compare(a.Ends, b.Ends), cmp.Compare(a.Worker, b.Worker)) })
	return all
}
