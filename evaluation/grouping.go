package evaluation

import (
	"fmt"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
)

// A Grouping says which group a row is in. It reads facts of the row, or of what that
// belongs to; people, and others that the rows of these facts belong to, are in the group of their first row
// of the period. What is not known is a group of its own, so that nobody is lost. An
// indicator whose rows have none of these facts, such as of statements that nobody
// signed, has one figure of all, without a group.
type Grouping struct {
	Name  string
	Reads []Fact
	Of    func(Row) string
}

// By groups by codes: the practice, the age band, or a fact of your own that looks up the
// quintile of the person in [Text].
func By(name string, codes ...CodeFact) Grouping {
	g := Grouping{Name: name}
	for _, c := range codes {
		g.Reads = append(g.Reads, c)
	}
	g.Of = func(r Row) string {
		if len(codes) == 1 {
			return stated(r, codes[0])
		}
		texts := make([]string, len(codes))
		for i, c := range codes {
			texts[i] = stated(r, c)
		}
		return strings.Join(texts, ", ")
	}
	return g
}

// stated returns what a code says in the name of a group.
func stated(r Row, c CodeFact) string {
	if text := strings.Join(r.Codes(c), " and "); text != "" {
		return text
	}
	return UnknownGroup
}

// ByMonth groups by the month of a day, as "2026-04": cohorts.
func ByMonth(name string, day DayFact) Grouping {
	return Grouping{name, []Fact{day}, func(r Row) string {
		d := r.Day(day)
		if d == 0 {
			return UnknownGroup
		}
		year, month, _ := d.Civil()
		var text [len("2006-01")]byte
		for i, n := len(text)-1, year*1000+int(month); i >= 0; i, n = i-1, n/10 {
			text[i] = byte('0' + n%10)
		}
		text[len("2006")] = '-'
		return string(text[:])
	}}
}

// ByYear groups by the financial year of a day, from April on, as "2026/27".
func ByYear(name string, day DayFact) Grouping {
	month := ByMonth(name, day)
	return Grouping{name, month.Reads, func(r Row) string {
		d := r.Day(day)
		if d == 0 {
			return UnknownGroup
		}
		year := d.FinancialYear(time.April)
		return fmt.Sprintf("%d/%02d", year, (year+1)%100)
	}}
}

// Suits reports whether the rows of an indicator have the facts of g.
func (g Grouping) Suits(i Indicator) bool {
	for _, read := range g.Reads {
		f := read.declared()
		if i.Unit != nil && f != nil && (i.Unit.below(f.table) || i.Cohort.fact != nil && i.Cohort.table.below(i.Unit) && i.Cohort.table.below(f.table)) {
			continue
		}
		return false
	}
	return true
}

// check fails for a grouping that is half declared.
func (g Grouping) check() error {
	if g.Of == nil {
		return nil
	}
	e := &sp.InvalidError{Subject: "grouping " + g.Name}
	e.Check(g.Name != "", "Name", sp.Missing, "must not be empty")
	for _, read := range g.Reads {
		e.Check(read.declared() != nil, "Reads", sp.Missing, "must be declared")
	}
	return e.Err()
}
