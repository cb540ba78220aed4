package export

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/release"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// About says how figures are released.
type About struct {
	Policy disclosure.Policy // of disclosure control; the zero Policy is [disclosure.HES]
	// Ledger holds what was released before. With it a figure that together with an earlier
	// one would tell about few people is withheld. What is released is added.
	Ledger *disclosure.Ledger
	// Beside are figures of elsewhere for the same period, such as those of package
	// evaluation/tables. They have no version.
	Beside    []evaluation.Figure
	Precision evaluation.Precision
}

// The states of a figure, in the column status. One without a value has another: the reason,
// such as [stat.NoCases].
const (
	Estimated   = "estimated"
	OpenAbove   = "no upper limit"
	OpenBelow   = "no lower limit"
	Unlimited   = "no limits"
	Withheld    = "withheld"                          // it is of few people, or of none or all of a group
	ToldBefore  = "withheld after an earlier release" // which would tell about few people together with this one
	NoPrecision = "no interval"                       // what it was made of says nothing of its precision
)

// FigureSchema says what the columns of figures are.
func FigureSchema() Schema {
	return Schema{Name: "figures", Title: "What an evaluation found", Key: []string{"indicator", "name", "category", "group"}, Fields: []Field{
		{Name: "indicator", Type: Text, Meaning: "ID of the indicator, which does not change"},
		{Name: "version", Type: Text, Meaning: "Version of its definition; empty for a figure of elsewhere"},
		{Name: "name", Type: Text, Meaning: "The indicator in words"},
		{Name: "category", Type: Text, Meaning: "Category, such as a reason, of an indicator that has a row for each; empty for others"},
		{Name: "group", Type: Text, Meaning: "Group of people; empty for everybody"},
		{Name: "start", Type: Day, Meaning: "First day on which somebody was referred who counts; empty if there is none"},
		{Name: "end", Type: Day, Meaning: "Last day that counts"},
		{Name: "unit", Type: Text, Meaning: "What value, lower and upper are in: share is from 0 to 1"},
		{Name: "value", Type: Number, Meaning: "The estimate; empty if there is none, for which status says why"},
		{Name: "lower", Type: Number, Meaning: "Lower limit of the interval; empty if it is open"},
		{Name: "upper", Type: Number, Meaning: "Upper limit of the interval; empty if it is open"},
		{Name: "level", Type: Number, Meaning: "Confidence of the interval: 0.95"},
		{Name: "method", Type: Text, Meaning: "How the interval was found"},
		{Name: "numerator", Type: Number, Meaning: "Cases or events that were counted, as disclosure control shows them; empty if it does not"},
		{Name: "denominator", Type: Number, Meaning: "How many, or how much, the value is of; empty if it is not shown"},
		{Name: "excluded", Type: Integer, Meaning: "Rows of the period that are left out, as disclosure control shows them; empty if it does not"},
		{Name: "status", Type: Text, Meaning: "estimated; no upper limit, no lower limit or no limits; or why there is no value"},
	}}
}

// Figures returns the figures that counts make, as the public may see them, with a row for each
// indicator, category and group. What the policy withholds has a row too, that says so; each
// value and interval is made of the counts that are shown, so that it tells no more than they
// do. It fails as [evaluation.Counts.Figures] does, and for a policy that is malformed.
func Figures(counts *evaluation.Counts, about About, indicators ...evaluation.Indicator) (Table, error) {
	if counts == nil {
		return Table{}, sp.Invalid("export: figures", "counts", sp.Missing, "must be given")
	}
	if about.Policy == (disclosure.Policy{}) {
		about.Policy = disclosure.HES()
	}
	figures, err := counts.Figures(about.Precision, indicators...)
	if err != nil {
		return Table{}, fmt.Errorf("export: %w", err)
	}
	l := letter{gate: release.New(about.Policy, about.Ledger, counts.AsOf), counts: counts}
	for n, i := range indicators {
		if err := l.indicator(i, counts.Of[n], of(figures, i.ID)); err != nil {
			return Table{}, fmt.Errorf("export: %w", err)
		}
	}
	for _, f := range about.Beside {
		if err := l.beside(f); err != nil {
			return Table{}, fmt.Errorf("export: %w", err)
		}
	}
	rows := func(yield func([]Value, error) bool) {
		for _, row := range l.rows {
			if !yield(row, nil) {
				return
			}
		}
	}
	return Table{FigureSchema(), rows, "Small numbers are not shown (" + l.gate.Policy().Name + ")."}, nil
}

func of(figures []evaluation.Figure, indicator string) (all []evaluation.Figure) {
	for _, f := range figures {
		if f.Indicator == indicator {
			all = append(all, f)
		}
	}
	return all
}

// A letter lets figures out, row by row.
type letter struct {
	gate   *release.Gate
	counts *evaluation.Counts
	rows   [][]Value
}

// indicator adds the rows of an indicator.
func (l *letter) indicator(i evaluation.Indicator, counted evaluation.Counted, figures []evaluation.Figure) (err error) {
	key := strings.Join([]string{"export", i.ID, i.Version, l.counts.By}, "/")
	var shown []evaluation.Figure
	switch share := i.Statistic == evaluation.Shares || i.Statistic == evaluation.Clustered; {
	case share && !i.Impersonal:
		shown, _, err = l.gate.Shares(key, figures)
		l.few(shown, counted)
	case i.Statistic == evaluation.ByCode && !i.Impersonal:
		shown, err = l.codes(key, i.Name, figures)
	default:
		for _, f := range figures {
			shown = append(shown, l.gate.Other(f, i.Impersonal, i.Statistic))
		}
	}
	if err != nil {
		return err
	}
	for n, f := range shown {
		excluded := sp.Know(figures[n].Excluded)
		if !i.Impersonal {
			excluded = l.gate.Count(figures[n].Excluded)
		}
		l.add(f, i.Version, excluded)
	}
	return nil
}

// codes lets out the figures of an indicator with one for each code, group by group.
func (l *letter) codes(key, title string, figures []evaluation.Figure) (all []evaluation.Figure, err error) {
	for from := 0; from < len(figures); {
		to := from + 1
		for to < len(figures) && figures[to].Group == figures[from].Group {
			to++
		}
		shown, err := l.gate.Codes(key+"/"+figures[from].Group, title, figures[from:to])
		if err != nil {
			return nil, err
		}
		all, from = append(all, shown...), to
	}
	return all, nil
}

// few withholds shares of many rows of few people.
func (l *letter) few(shown []evaluation.Figure, counted evaluation.Counted) {
	if counted.Statistic != evaluation.Clustered {
		return
	}
	for n := range shown {
		if f := &shown[n]; f.Defined() && l.gate.Policy().Small(release.People(counted.Groups[f.Group])) {
			f.Estimate = stat.Estimate{Interval: stat.Interval{Lower: 0, Upper: 1}, Level: f.Estimate.Level, Undefined: release.Withheld}
		}
	}
}

// beside adds a figure of elsewhere.
func (l *letter) beside(f evaluation.Figure) error {
	var shown evaluation.Figure
	e := f.Estimate
	if f.Unit == evaluation.Share && e.Defined() && e.Numerator >= 0 && e.Numerator <= e.Denominator && e.Per == 1 {
		each, _, err := l.gate.Shares(strings.Join([]string{"export/beside", f.Indicator, f.Name, f.Category, f.Group}, "/"), []evaluation.Figure{f})
		if err != nil {
			return err
		}
		shown = each[0]
	} else {
		shown = l.gate.Other(f, false, "")
	}
	l.add(shown, "", l.gate.Count(f.Excluded))
	return nil
}

// add adds the row of a figure that is let out.
func (l *letter) add(f evaluation.Figure, version string, excluded sp.Known[int64]) {
	e := f.Estimate
	var value, lower, upper, numerator, denominator, out Value
	how := status(e)
	if e.Defined() {
		value, denominator = Real(e.Value), Real(e.Denominator)
		if e.Per != 0 || f.Unit == evaluation.Days { // a mean counts nothing above the line
			numerator = Real(e.Numerator)
		}
	}
	if e.Defined() && how != NoPrecision || f.Unit == evaluation.Days { // a median that was not reached has a limit all the same
		lower, upper = Real(e.Interval.Lower), Real(e.Interval.Upper)
	}
	if n, known := excluded.Lookup(); known {
		out = Whole(n)
	}
	l.rows = append(l.rows, []Value{
		String(f.Indicator), String(version), String(f.Name), String(f.Category), String(f.Group),
		On(l.counts.Period.Start), On(l.counts.AsOf), String(string(f.Unit)), value, lower, upper,
		Real(e.Level), String(string(e.Method)), numerator, denominator, out, String(how),
	})
}

func status(e stat.Estimate) string {
	above, below := e.Interval.OpenAbove(), e.Interval.OpenBelow()
	switch {
	case e.Undefined == release.Withheld:
		return Withheld
	case e.Undefined == release.Told:
		return ToldBefore
	case !e.Defined():
		return string(e.Undefined)
	case e.Interval == (stat.Interval{}) && e.Method == "":
		return NoPrecision
	case above && below:
		return Unlimited
	case above:
		return OpenAbove
	case below:
		return OpenBelow
	default:
		return Estimated
	}
}
