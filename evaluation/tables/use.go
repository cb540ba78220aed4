package tables

import (
	"fmt"
	"io"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/quasi"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/person"
)

// Uses are how often people used a service, such as their GP, before and after.
type Uses struct {
	Source string
	Rows   []Use
}

// A Use is that of one person. A number that is not known leaves them out.
type Use struct {
	Person     person.ID
	Comparison bool // was not helped, and is to be compared with
	Before     Cell // contacts
	BeforeDays Cell // over how many days
	After      Cell
	AfterDays  Cell
}

// ReadUses reads the use of services from CSV: the columns person, before, before days, after,
// after days, and comparison where there are people to compare with, which holds yes or no.
// The source must not be empty. It fails as [ReadList] does, and for numbers that are none.
func ReadUses(r io.Reader, name, source string) (Uses, error) {
	if err := checkSource(source); err != nil {
		return Uses{}, err
	}
	rows, into, err := lines(r, name, "person", "before", "before days", "after", "after days", "comparison?")
	if err != nil {
		return Uses{}, err
	}
	u, seen := Uses{Source: source}, map[person.ID]bool{}
	for _, l := range rows {
		one := Use{Person: person.ID(l.text("person")), Before: into.cell(l, "before"), BeforeDays: into.cell(l, "before days"), After: into.cell(l, "after"), AfterDays: into.cell(l, "after days")}
		switch said := l.text("comparison"); said {
		case "yes", "no", "":
			one.Comparison = said == "yes"
		default:
			into.fault(l, "comparison", "bad-answer", "must be yes, no or empty")
		}
		switch {
		case !sp.ValidID(one.Person):
			into.fault(l, "person", "missing-id", sp.IDRule)
		case seen[one.Person]:
			into.fault(l, "person", "duplicate-id", "stands twice")
		}
		seen[one.Person] = true
		u.Rows = append(u.Rows, one)
	}
	return u, into.err(name)
}

// known returns the numbers of a use, or why it is left out.
func (u Use) known() (n [4]int64, why string) {
	for i, c := range []Cell{u.Before, u.BeforeDays, u.After, u.AfterDays} {
		if n[i], _ = c.Number.Lookup(); c.why() != "" {
			return n, c.why()
		}
	}
	if n[1] == 0 || n[3] == 0 {
		return n, "observed on no day before, or after"
	}
	return n, ""
}

// A Regression is what is known of people like these without any help: their mean use for
// each year, and how far the use of one year goes with that of another (a correlation, from 0
// to 1). Both must come from elsewhere.
type Regression struct {
	Mean, Retest float64
	Source       string
}

// A UseChange is how the use of a service changed.
type UseChange struct {
	// Ratio is the rate after divided by that before of those who were helped: uncontrolled
	// before and after, so no effect of anything.
	Ratio evaluation.Figure
	// Difference is by how much more the use of those who were helped changed than that of the
	// others, in contacts for each person-year; nil if there are no others.
	Difference *evaluation.Figure
	// Beyond is the change beyond what was to be expected of people who were referred when
	// their use was high, in contacts for each person-year; nil if no regression was given.
	Beyond *evaluation.Figure
}

// ServiceUseChange returns indicator 50. People are referred when they use services most, and
// use less of them a year later whatever is done: so a change without anything to hold it
// against is refused with an error that is [sp.ErrInvalid]. Give it people to compare with
// ([Use.Comparison]), or a [Regression] with its source.
func ServiceUseChange(u Uses, r Regression) (UseChange, error) {
	out := leaving{}
	var sums [4]int64
	var pairs []stat.Pair
	var seen []quasi.Observation
	compared := false
	for _, one := range u.Rows {
		n, why := one.known()
		if why != "" {
			out.add(why, 1)
			continue
		}
		before, after := float64(n[0])*year/float64(n[1]), float64(n[2])*year/float64(n[3])
		seen = append(seen,
			quasi.Observation{Unit: string(one.Person), Period: "before", Joined: !one.Comparison, Y: before},
			quasi.Observation{Unit: string(one.Person), Period: "after", Joined: !one.Comparison, After: true, Y: after})
		if one.Comparison {
			compared = true
			continue
		}
		for i := range sums {
			sums[i] += n[i]
		}
		pairs = append(pairs, stat.Pair{Before: before, After: sp.Know(after)})
	}
	if !compared && r.Source == "" {
		return UseChange{}, sp.Invalid("tables: change in the use of services", "", sp.Missing, "must have people to compare with, or a regression to the mean with its source: by itself a change says nothing")
	}
	all, err := u.ratio(out, sums)
	if err != nil {
		return UseChange{}, err
	}
	const unit = evaluation.Unit("contacts per person-year")
	if compared {
		d, err := quasi.DifferenceInDifferences(seen, Level)
		if err != nil {
			return UseChange{}, fmt.Errorf("tables: change in the use of services: %w", err)
		}
		e := d.Term.Estimate
		e.Of = "observations, two of each person"
		f := out.figure("service-use-difference", "difference in the change of use, helped less others", "", unit, e)
		all.Difference = &f
	}
	if r.Source != "" {
		change, err := stat.Paired(pairs, Level)
		if err != nil {
			return UseChange{}, fmt.Errorf("tables: change in the use of services: %w", err)
		}
		shift, err := stat.RegressionToMean(change, r.Mean, r.Retest)
		if err != nil {
			return UseChange{}, fmt.Errorf("tables: change in the use of services: %w", err)
		}
		e := shift.Beyond
		e.Of = "people"
		f := out.figure("service-use-beyond", "change of use beyond regression to the mean", "", unit, e)
		all.Beyond = &f
	}
	return all, nil
}

func (Uses) ratio(out leaving, n [4]int64) (UseChange, error) {
	e := stat.Estimate{Level: Level, Undefined: stat.NoCases}
	if n[1] > 0 && n[3] > 0 {
		c, err := stat.RateRatio(float64(n[2]), float64(n[3])/year, float64(n[0]), float64(n[1])/year, Level)
		if err != nil {
			return UseChange{}, fmt.Errorf("tables: change in the use of services: %w", err)
		}
		e = c.Estimate
		e.Of = "contacts before"
	}
	return UseChange{Ratio: out.figure("service-use-ratio", "use of services after, to before (uncontrolled)", "", "times", e)}, nil
}
