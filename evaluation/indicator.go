package evaluation

import (
	"errors"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// An Indicator is one value: what is counted, in words that a reader can check, and the
// rule that counts it. One of your own is written as those of package catalogue are.
type Indicator struct {
	ID      string // stable
	Version string // of the definition
	Number  int    // in the list of package catalogue; 0 has none there
	Name    string

	Unit        *Table // the table whose rows are counted
	Of          string // what the denominator counts, in the plural, to stand behind the counts: "needs assessed"
	Numerator   string
	Denominator string
	Excluded    string // which rows of the period are left out

	// Cohort is the day by which a row belongs to a period (cohort entry): of the row
	// itself, or of one that it belongs to. For people and others above its table it is
	// the first of theirs, and of the rows of that table a rule sees those of the period
	// alone. Without it all rows count in any period.
	Cohort DayFact
	// Window is how long a row is given before it counts: see [Row.Within].
	Window Window
	// Year is the year of follow-up that it is about, from 1; 0 is all of them. See
	// [Indicator.InYear].
	Year int

	Reads []Fact // all that the rule reads; to read another is an error
	// Recorded is the step that the numerator needs, if it is one that a scheme may leave
	// unrecorded. Where the whole log holds none, the figure is [stat.NotRecorded]: that
	// nobody wrote it down does not say that nobody did it.
	Recorded  Fact
	Rule      func(Row) Answer
	Statistic Statistic
	In        Unit  // of a mean, a change or a ratio: "points", "per 1,000 referrals"
	Scale     int64 // how many whole units make one of In, or what a ratio is per; 0 is 1
	// Regression is what is known, from elsewhere, of how the scores of a change behave without
	// any help; without it the figure says that nobody knows.
	Regression stat.Regression

	Headline   bool // says how a scheme is doing by itself; the others say what happened on the way
	Better     Direction
	Impersonal bool     // counts nobody, such as listings or money, so that small numbers tell nothing about one person
	Frame      string   // the part of the RE-AIM framework, or of process evaluation, that it belongs to
	Source     string   // of the definition, or of the practice that it follows
	Themes     []string // the reasons why social prescribing fails that it measures: sub-themes of the research
}

// A Window is a number of days, or of working days.
type Window struct{ Days, Workdays int }

// A Statistic says which answers a rule gives, and what is made of them.
type Statistic string

// The statistics.
const (
	Shares    Statistic = "share"           // [Yes] of Yes and [No]
	Clustered Statistic = "clustered share" // the same, where one person has several rows, or [Part]
	Waits     Statistic = "wait"            // [Ended], as [Reached] or otherwise, and [Waiting]: the median of all
	ByCode    Statistic = "share by code"   // [Of]: a share for each category
	Means     Statistic = "mean"            // [Value]: the mean
	Changes   Statistic = "paired change"   // [Change]: the mean change of those with both; [Lost] is attrition. See [Figure.Change]
	Rates     Statistic = "ratio"           // [Part]: the sum of parts over the sum of wholes
)

// takes reports whether an answer suits a statistic. What is left out suits all.
func (s Statistic) takes(a Answer) bool {
	switch a.kind {
	case absent, unknown, notYet, out:
		return true
	case yes, no:
		return s == Shares || s == Clustered
	case lost:
		return s == Changes
	case ended, waiting:
		return s == Waits
	case category:
		return s == ByCode
	case value:
		return s == Means
	case pair:
		return s == Changes
	case part:
		return s == Rates || s == Clustered
	default:
		return false
	}
}

// A Direction says what is better, for control charts.
type Direction string

// The directions.
const (
	Neither Direction = ""
	Higher  Direction = "higher"
	Lower   Direction = "lower"
)

// Words of this package that stand in counts, figures and reports.
const (
	Reached      = "reached"    // how a wait ends when what was waited for came
	UnknownGroup = "not stated" // the group of rows whose group is not known

	// OtherTypes is under which a [Report] has the events of types past the first thousand that no
	// indicator reads, so that a log that makes up its types takes no more room.
	OtherTypes = "other types"
)

// check fails for an indicator that is not complete.
func (i Indicator) check() error {
	e := &sp.InvalidError{Subject: "indicator " + i.ID}
	for name, text := range map[string]string{"ID": i.ID, "Version": i.Version, "Name": i.Name, "Numerator": i.Numerator, "Denominator": i.Denominator, "Source": i.Source} {
		e.Check(text != "", name, sp.Missing, "must not be empty")
	}
	e.Check(i.Unit != nil, "Unit", sp.Missing, "must be a table")
	e.Check(i.Rule != nil, "Rule", sp.Missing, "must be a function")
	e.Check(i.Statistic.known(), "Statistic", sp.Unsupported, "must be one of this package")
	e.Check(i.Window.Days >= 0 && i.Window.Days <= maxWindow && i.Window.Workdays >= 0 && i.Window.Workdays <= maxWindow, "Window", sp.OutOfRange, "must be from 0 to 36525 days")
	e.Check(i.Year >= 0 && i.Year <= maxYear, "Year", sp.OutOfRange, "must be from 0 to 100")
	if i.Recorded != nil {
		e.Check(slices.ContainsFunc(i.Reads, func(f Fact) bool { return f.declared() == i.Recorded.declared() }), "Recorded", sp.Inconsistent, "must be one of the facts that it reads")
		e.Check(i.Statistic == Shares || i.Statistic == Clustered, "Recorded", sp.Unsupported, "is for shares")
	}
	if i.Unit != nil && i.Cohort.fact != nil {
		e.Check(i.Unit.below(i.Cohort.table) || i.Cohort.table.below(i.Unit), "Cohort", sp.Unsupported, "must be of the unit, of what it belongs to, or of what belongs to it")
	}
	return errors.Join(e.Err(), i.Regression.Err())
}

// maxWindow is a hundred years: a deadline beyond would count everybody as late.
const maxWindow = 36_525

func (s Statistic) known() bool {
	switch s {
	case Shares, Clustered, Waits, ByCode, Means, Changes, Rates:
		return true
	}
	return false
}

func (i Indicator) scale() float64 { return float64(max(i.Scale, 1)) }
