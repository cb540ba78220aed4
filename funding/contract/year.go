package contract

import (
	"fmt"
	"strconv"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
)

// A Year is a financial year, named by the calendar year in which it starts: 2025 is
// 2025/26. The month in which years start is given separately; 0 is April, as public
// bodies in the United Kingdom keep it. [Year.Label] prints both together.
type Year int

// YearOf returns the financial year that d belongs to, where years start with
// first. It is 0 for an unknown date.
func YearOf(d sp.Date, first time.Month) Year {
	return Year(d.FinancialYear(april(first)))
}

// Period returns the days of y, where years start with first.
func (y Year) Period(first time.Month) sp.Period {
	return sp.NewDate(int(y), april(first), 1).Months(12)
}

// Label returns how a year that starts with a month is written: "2025/26", or
// "2025" where it is the calendar year, as it starts in January.
func (y Year) Label(first time.Month) string {
	if first == time.January {
		return strconv.Itoa(int(y))
	}
	return y.String()
}

// String returns "2025/26", for years that start in any month but January.
func (y Year) String() string { return fmt.Sprintf("%d/%02d", int(y), (int(y)+1)%100) }

// MarshalText writes the calendar year in which y starts, "2025".
func (y Year) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(y), 10), nil }

// UnmarshalText reads what [Year.MarshalText] writes.
func (y *Year) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > 9998 {
		return sp.Invalid("contract: year", "", sp.OutOfRange, "must be the calendar year in which it starts, such as 2025")
	}
	*y = Year(n)
	return nil
}

func april(first time.Month) time.Month {
	if first == 0 {
		return time.April
	}
	return first
}

// closed reports whether p has a start and a later end, both of the calendar.
func closed(p sp.Period) bool {
	days, ok := p.Days()
	return ok && days > 0 && !p.Start.Add(0).IsZero() && !p.End.Add(0).IsZero()
}

// checkPeriod notes in e what keeps an amount from being spread over a period.
func checkPeriod(e *sp.InvalidError, p sp.Period, by Basis) {
	if !closed(p) {
		e.Check(false, "period", sp.Missing, "must have a known start and a known end after it")
		return
	}
	_, rest, _ := months(p)
	e.Check(by != ByMonths || rest == 0, "period", sp.Inconsistent, "must be of whole months to be spread by months")
}

func checkFirst(e *sp.InvalidError, first time.Month) {
	e.Check(first >= 0 && first <= time.December, "first", sp.NotListed, "must be a month, or 0 for April")
}

// A Part is the part of an amount that belongs to one financial year.
type Part struct {
	Year   Year     `json:"year"`
	Amount sp.Money `json:"amount"`
	// First is January where the years are those of the calendar, so that a part can
	// print its year, and 0 otherwise. It is not stored.
	First time.Month `json:"-"`
}

// String returns "2025/26 £13,248.18", or "2025 £13,248.18" for a calendar year.
func (p Part) String() string { return p.Year.Label(p.First) + " " + p.Amount.String() }

// ifCalendar returns January, or 0 for years that start in another month.
func ifCalendar(first time.Month) time.Month {
	if first == time.January {
		return first
	}
	return 0
}

// A Basis says how an amount is divided over financial years.
type Basis string

// The bases. By days or by months the cost stands in the year in which the work
// is done; by payments it stands in the year in which it is paid.
const (
	ByDays     Basis = "days"     // in proportion to the days; an empty Basis means this
	ByMonths   Basis = "months"   // in proportion to the months, each counted where it starts
	ByPayments Basis = "payments" // by the dates on which instalments are due
)

// Spread divides amount over the financial years that p touches, in proportion
// to its days, or, [ByMonths], to the months counted from its first day. The
// parts add up to amount: fractions of a penny go by largest remainder, and of
// equal ones to the earlier year. Years start with first, where 0 is April.
//
// A period that is open on a side, or for ByMonths not of whole months, is an
// [*sp.InvalidError], as is [ByPayments], for which see [Terms.Years].
func Spread(amount sp.Money, p sp.Period, first time.Month, by Basis) ([]Part, error) {
	e := sp.InvalidError{Subject: "contract: spread"}
	checkPeriod(&e, p, by)
	checkFirst(&e, first)
	e.Check(by == "" || by == ByDays || by == ByMonths, "basis", sp.NotListed, "must be days or months")
	if err := e.Err(); err != nil {
		return nil, err
	}
	count := daysByYear
	if by == ByMonths {
		count = monthsByYear
	}
	weights := count(p, first)
	begin := YearOf(p.Start, first)
	parts, ids := make([]Part, len(weights)), make([]string, len(weights))
	for i := range weights {
		parts[i].Year, parts[i].First = begin+Year(i), ifCalendar(first)
		ids[i] = fmt.Sprintf("%05d", parts[i].Year) // of equal fractions, the earlier year's goes up
	}
	shares, err := apportion.Divide(amount.Minor(), ids, weights, apportion.Hamilton)
	if err != nil {
		return nil, fmt.Errorf("contract: spread: %w", err)
	}
	for i, share := range shares {
		parts[i].Amount = sp.NewMoney(share, amount.Currency())
	}
	return parts, nil
}

// daysByYear counts the days of p in each financial year that it touches.
func daysByYear(p sp.Period, first time.Month) []int64 {
	var days []int64
	for y := YearOf(p.Start, first); y <= YearOf(p.End.Add(-1), first); y++ {
		end := y.Period(first).End
		if end.IsZero() || end > p.End { // the calendar ends in the year 9999
			end = p.End
		}
		days = append(days, int64(end.Sub(max(p.Start, y.Period(first).Start))))
	}
	return days
}

// monthsByYear counts the months of p by the financial year in which they start.
func monthsByYear(p sp.Period, first time.Month) []int64 {
	whole, _, _ := months(p)
	begin := YearOf(p.Start, first)
	counts := make([]int64, YearOf(p.End.Add(-1), first)-begin+1)
	for n := range whole {
		counts[YearOf(p.Start.AddMonths(n), first)-begin]++
	}
	if last := len(counts) - 1; counts[last] == 0 { // the last month only reaches into it
		counts = counts[:last]
	}
	return counts
}

// months returns how many whole months p has, how many days beyond them, and
// how many days the month has that those lie in.
func months(p sp.Period) (whole, days, length int) {
	y0, m0, _ := p.Start.Civil()
	y1, m1, _ := p.End.Civil()
	whole = (y1-y0)*12 + int(m1-m0)
	for p.Start.AddMonths(whole) > p.End {
		whole--
	}
	last, next := p.Start.AddMonths(whole), p.Start.AddMonths(whole+1)
	if next.IsZero() { // the calendar ends with December 9999
		return whole, p.End.Sub(last), 31
	}
	return whole, p.End.Sub(last), next.Sub(last)
}
