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

// Uses say how often people used a service, such as their GP, before and after they were
// helped.
type Uses struct {
	Source string // where the numbers are from
	Rows   []Use  // one for each person
}

// A Use is how often one person used a service. A person of whom a number is not known is left
// out of the figures.
type Use struct {
	Person     person.ID
	Comparison bool // whether the person was not helped, and those who were are compared with them
	Before     Cell // contacts before
	BeforeDays Cell // the days over which these were counted
	After      Cell // contacts after
	AfterDays  Cell // the days over which these were counted
}

// ReadUses reads the use of services from CSV: the columns person, before, before days, after,
// after days, and comparison where there are people to compare with, which holds yes or no.
// The source must not be empty. It fails as [ReadList] does, and for numbers that cannot be
// read.
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

// A Regression is what is known, from elsewhere, of how people like these use the service
// without any help: contacts for each person and year, and the correlation of the use of one year
// with that of another.
type Regression = stat.Regression

// A UseChange says how the use of a service changed.
type UseChange struct {
	// Ratio is the rate of use after, divided by that before, of those who were helped. It is an
	// uncontrolled comparison, and does not show an effect.
	Ratio evaluation.Figure
	// Difference is by how much more the use of those who were helped changed than that of the
	// others, in contacts for each person-year; nil if there are no others.
	Difference *evaluation.Figure
	// Beyond is the change beyond regression to the mean, which is to be expected of people who
	// were referred when their use was high, in contacts for each person-year; nil if no
	// regression was given.
	Beyond *evaluation.Figure
}

// ServiceUseChange returns indicator 50, the change in the use of a service. People are
// referred when they use services most, and use less of them a year later whatever is done. So
// it needs people to compare with ([Use.Comparison]) or a [Regression] with its source, and
// fails with an error that is [sp.ErrInvalid] if it has neither.
func ServiceUseChange(u Uses, r Regression) (UseChange, error) {
	s := u.sum()
	if !s.compared && r.Source == "" {
		return UseChange{}, sp.Invalid("tables: change in the use of services", "", sp.Missing, "must have people to compare with, or a regression to the mean with its source: by itself a change says nothing")
	}
	all, err := s.ratio()
	if err == nil && s.compared {
		all.Difference, err = s.difference()
	}
	if err == nil && r.Source != "" {
		all.Beyond, err = s.beyond(r)
	}
	if err != nil {
		return UseChange{}, fmt.Errorf("tables: change in the use of services: %w", err)
	}
	return all, nil
}

// perYear is the unit of a use of services.
const perYear = evaluation.Unit("contacts per person-year")

// A used is what is summed of uses.
type used struct {
	out      leaving
	n        [4]int64 // of those who were helped: contacts and days before, contacts and days after
	pairs    []stat.Pair
	seen     []quasi.Observation
	compared bool // whether somebody was not helped
}

func (u Uses) sum() used {
	s := used{out: leaving{}}
	for _, one := range u.Rows {
		n, why := one.known()
		if why != "" {
			s.out.add(why, 1)
			continue
		}
		before, after := float64(n[0])*year/float64(n[1]), float64(n[2])*year/float64(n[3])
		s.seen = append(s.seen,
			quasi.Observation{Unit: string(one.Person), Period: "before", Joined: !one.Comparison, Y: before},
			quasi.Observation{Unit: string(one.Person), Period: "after", Joined: !one.Comparison, After: true, Y: after})
		if one.Comparison {
			s.compared = true
			continue
		}
		for i := range s.n {
			s.n[i] += n[i]
		}
		s.pairs = append(s.pairs, stat.Pair{Before: before, After: sp.Know(after)})
	}
	return s
}

func (s used) difference() (*evaluation.Figure, error) {
	d, err := quasi.DifferenceInDifferences(s.seen, Level)
	if err != nil {
		return nil, err
	}
	e := d.Term.Estimate
	e.Of = "observations, two of each person"
	f := s.out.figure("service-use-difference", "difference in the change of use, helped less others", "", perYear, e)
	return &f, nil
}

func (s used) beyond(r Regression) (*evaluation.Figure, error) {
	change, err := stat.Paired(s.pairs, Level)
	if err != nil {
		return nil, err
	}
	shift, err := stat.RegressionToMean(change, r.Mean, r.Retest)
	if err != nil {
		return nil, err
	}
	e := shift.Beyond
	e.Of = "people"
	f := s.out.figure("service-use-beyond", "change of use beyond regression to the mean", "", perYear, e)
	return &f, nil
}

func (s used) ratio() (UseChange, error) {
	n := s.n
	e := stat.Estimate{Level: Level, Undefined: stat.NoCases}
	if n[1] > 0 && n[3] > 0 {
		c, err := stat.RateRatio(float64(n[2]), float64(n[3])/year, float64(n[0]), float64(n[1])/year, Level)
		if err != nil {
			return UseChange{}, err
		}
		e = c.Estimate
		e.Of = "contacts before"
	}
	return UseChange{Ratio: s.out.figure("service-use-ratio", "use of services after, to before (uncontrolled)", "", "times", e)}, nil
}
