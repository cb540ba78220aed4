package economics

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
)

// A Step is the discount rate from a year of a project on.
type Step struct {
	From int     // first year that it holds for; the first Step has 1
	Rate float64 // 0.035 for 3.5 %
}

// A Curve is a schedule of discount rates that fall with time. It ages, so it is a
// value with its source and edition.
type Curve struct {
	Name   string
	Source string
	Steps  []Step // in order
}

// GreenBook returns the standard rates of HM Treasury's Green Book, the social time
// preference rate: 3.5 % for 30 years, then falling.
//
// Source: HM Treasury, The Green Book, February 2026, by the table of the Transport
// Analysis Guidance of April 2026. An independent review of the rates was published in
// June 2026: pass another Curve when they change.
func GreenBook() Curve {
	return Curve{
		Name: "Green Book standard", Source: "HM Treasury, The Green Book, February 2026",
		Steps: []Step{{1, .035}, {31, .03}, {76, .025}, {126, .02}, {201, .015}, {301, .01}},
	}
}

// GreenBookHealth returns the rates of the Green Book for effects on health and
// life: 1.5 % for 30 years, then falling.
//
// Source: as [GreenBook].
func GreenBookHealth() Curve {
	return Curve{
		Name: "Green Book health", Source: "HM Treasury, The Green Book, February 2026",
		Steps: []Step{{1, .015}, {31, .0129}, {76, .0107}, {126, .0086}, {201, .0064}, {301, .0043}},
	}
}

// Flat returns a curve of one rate, for a sensitivity analysis.
func Flat(rate float64, source string) Curve {
	return Curve{Name: fmt.Sprintf("flat %g %%", math.Round(rate*1e6)/1e4), Source: source, Steps: []Step{{1, rate}}}
}

// mostYears bounds how far ahead anybody discounts.
const mostYears = 1000

func (c Curve) check(e *sp.InvalidError, path string) {
	e.Check(c.Source != "", path+".source", sp.Missing, "must be given")
	e.Check(len(c.Steps) > 0 && c.Steps[0].From == 1, path+".steps", sp.OutOfRange, "must begin with year 1")
	for i, s := range c.Steps {
		e.Check(i == 0 || s.From > c.Steps[i-1].From, fmt.Sprintf("%s.steps[%d].from", path, i), sp.Untimely, "must be after the step before")
		e.Check(s.Rate > -0.5 && s.Rate < 1, fmt.Sprintf("%s.steps[%d].rate", path, i), sp.OutOfRange, "must be a share above -0.5 and below 1, such as 0.035")
	}
}

// Factor returns what 1 in a year is worth in year 0, which is now: 1 over the
// product of 1 + rate over the years in between. It fails with an error that is
// [sp.ErrInvalid] unless year is from 0 to 1000, and for a curve without a source or
// without sensible steps.
func (c Curve) Factor(year int) (float64, error) {
	e := &sp.InvalidError{Subject: "economics: discount"}
	c.check(e, "curve")
	e.Check(year >= 0 && year <= mostYears, "year", sp.OutOfRange, "must be from 0 to 1000")
	if err := e.Err(); err != nil {
		return 0, err
	}
	return c.factor(year), nil
}

// factor is Factor of a curve and a year that have been checked.
func (c Curve) factor(year int) float64 {
	f := 1.0
	for i, s := range c.Steps {
		to := year
		if i+1 < len(c.Steps) {
			to = min(year, c.Steps[i+1].From-1)
		}
		if years := to - s.From + 1; years > 0 {
			f /= math.Pow(1+s.Rate, float64(years))
		}
	}
	return f
}

// A Flow is money, or any other benefit, in a year of a project: costs negative.
type Flow struct {
	Year   int // 0 is now
	Amount float64
}

// A PresentFlow is a [Flow] with what it is worth now.
type PresentFlow struct {
	Flow
	Factor  float64
	Present float64
}

// A Present is a series of flows with what they are worth now, line by line.
type Present struct {
	Lines []PresentFlow
	Total float64 // net present value
	Curve string  // its name and source
}

// NPV returns the net present value of flows, in any order, with each of its lines.
// It fails as [Curve.Factor] does, and if an amount is not a number from -1e100 to
// 1e100.
//
// Source: HM Treasury, The Green Book, February 2026, annex on discounting.
func NPV(flows []Flow, curve Curve) (Present, error) {
	e := &sp.InvalidError{Subject: "economics: npv"}
	curve.check(e, "curve")
	for i, f := range flows {
		at := fmt.Sprintf("flows[%d]", i)
		e.Check(f.Year >= 0 && f.Year <= mostYears, at+".year", sp.OutOfRange, "must be from 0 to 1000")
		e.Check(finite(f.Amount), at+".amount", sp.OutOfRange, "must be a number from -1e100 to 1e100")
	}
	if err := e.Err(); err != nil {
		return Present{}, err
	}
	p := Present{Curve: curve.Name + " (" + curve.Source + ")"}
	for _, f := range flows {
		factor := curve.factor(f.Year)
		p.Lines = append(p.Lines, PresentFlow{Flow: f, Factor: factor, Present: f.Amount * factor})
		p.Total += f.Amount * factor
	}
	return p, nil
}
