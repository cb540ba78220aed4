package sp

import (
	"database/sql/driver"
	"encoding/json"
	"strings"
	"time"

	"github.com/socialprescribing/sp/internal/column"
)

// A Period is a half-open range of days: Start belongs to it, End does not. A
// zero Start reaches back without limit, a zero End forward. A Period whose End
// does not come after its Start, which [NewPeriod] refuses, holds no day.
type Period struct {
	Start Date `json:"start,omitzero"`
	End   Date `json:"end,omitzero"`
}

// NewPeriod returns the days from start to before end. It fails if end does not
// come after start; an unknown start or end leaves that side open.
func NewPeriod(start, end Date) (Period, error) {
	if !start.IsZero() && !end.IsZero() && end <= start {
		return Period{}, invalidValue("period", Inconsistent, "must end after it starts; the end is the first day that no longer belongs to it")
	}
	return Period{Start: start, End: end}, nil
}

// FinancialYear returns the financial year that starts on 1 April of year, as
// public bodies in the United Kingdom keep it.
func FinancialYear(year int) Period { return NewDate(year, time.April, 1).Months(12) }

// Contains reports whether d, a known date, lies in p.
func (p Period) Contains(d Date) bool {
	return !d.IsZero() && d >= p.Start && (p.End.IsZero() || d < p.End)
}

// Intersect returns the days that p and q share, and whether there are any.
func (p Period) Intersect(q Period) (Period, bool) {
	both := Period{Start: max(p.Start, q.Start), End: p.End}
	if both.End.IsZero() || !q.End.IsZero() && q.End < both.End {
		both.End = q.End
	}
	if !both.End.IsZero() && both.End <= both.Start {
		return Period{}, false
	}
	return both, true
}

// Overlaps reports whether p and q share a day.
func (p Period) Overlaps(q Period) bool {
	_, ok := p.Intersect(q)
	return ok
}

// Days returns the number of days in p, and false if p is open on either side.
func (p Period) Days() (int, bool) {
	if p.Start.IsZero() || p.End.IsZero() {
		return 0, false
	}
	return max(0, p.End.Sub(p.Start)), true
}

// String returns p as 2026-04-01/2027-04-01, the end being exclusive; an open
// side is written as two dots.
func (p Period) String() string {
	side := func(d Date) string {
		if d.IsZero() {
			return ".."
		}
		return d.String()
	}
	return side(p.Start) + "/" + side(p.End)
}

// MarshalText writes what [Period.String] returns.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes, and nothing as the period without limits.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	from, to, found := strings.Cut(string(text), "/")
	start, startErr := parseSide(from)
	end, endErr := parseSide(to)
	if !found || startErr != nil || endErr != nil {
		return invalidValue("period", Malformed, "must be two days with a slash between them, written as 2026-04-01/2027-04-01, or two dots for an open side")
	}
	v, err := NewPeriod(start, end)
	if err != nil {
		return err
	}
	*p = v
	return nil
}

func parseSide(s string) (Date, error) {
	if s == ".." {
		return 0, nil
	}
	return ParseDate(s)
}

// MarshalJSON writes an object with start and end, of which an open side is left out.
func (p Period) MarshalJSON() ([]byte, error) {
	type object Period // without the methods, lest they call themselves
	return json.Marshal(object(p))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Period) UnmarshalJSON(data []byte) error {
	type object Period
	var v object
	if err := json.Unmarshal(data, &v); err != nil {
		return invalidValue("period", WrongType, "must be an object with the days start and end, written as 2026-04-01")
	}
	*p = Period(v)
	return nil
}

// Value implements [driver.Valuer]: what MarshalText writes.
func (p Period) Value() (driver.Value, error) { return column.Value(p, false) }

// Scan implements sql.Scanner and reads what MarshalText writes. NULL is the period
// without limits.
func (p *Period) Scan(src any) error { return scanText("period", src, p) }
