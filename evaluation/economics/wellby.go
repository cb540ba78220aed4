package economics

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A WellbyPrice is what a WELLBY is worth: one point of life satisfaction, on the
// scale from 0 to 10, for one person for one year.
type WellbyPrice struct {
	Low, Central, High Price
}

// HMTWellby returns the values of HM Treasury: £13,000 in 2019 prices, from £10,000
// (by way of the QALY) to £16,000 (by way of income).
//
// Source: HM Treasury, Wellbeing Guidance for Appraisal: Supplementary Green Book
// Guidance, July 2021.
func HMTWellby() WellbyPrice {
	at := func(pounds int64) Price {
		return Price{Amount: sp.Pounds(pounds), Year: 2019, Source: "HM Treasury, Wellbeing Guidance for Appraisal, July 2021"}
	}
	return WellbyPrice{Low: at(10_000), Central: at(13_000), High: at(16_000)}
}

// Wellbys returns how many WELLBYs a mean change of life satisfaction, in points on
// the scale from 0 to 10, makes over person-years, less the share that would have come
// about anyway (deadweight). A change of any other scale has no value in WELLBYs
// without a published mapping. It fails with an error that is [sp.ErrInvalid] unless
// personYears is at least 0, deadweight from 0 to 1, and the change from -10 to 10.
//
// Source: as [HMTWellby].
func Wellbys(change stat.Estimate, personYears, deadweight float64) (stat.Estimate, error) {
	e := &sp.InvalidError{Subject: "economics: wellbys"}
	e.Check(personYears >= 0 && finite(personYears), "personYears", sp.OutOfRange, "must be from 0 to 1e100")
	e.Check(deadweight >= 0 && deadweight <= 1, "deadweight", sp.OutOfRange, "must be a share from 0 to 1")
	e.Check(!change.Defined() || change.Value >= -10 && change.Value <= 10, "change", sp.OutOfRange, "must be from -10 to 10 points")
	if err := e.Err(); err != nil {
		return stat.Estimate{}, err
	}
	factor := personYears * (1 - deadweight)
	w := change
	w.Per, w.Numerator, w.Denominator = 0, 0, personYears
	if factor == 0 {
		w.Value, w.Interval = 0, stat.Interval{}
		return w, nil
	}
	w.Value *= factor
	w.Interval = w.Interval.Times(factor)
	return w, nil
}

// A WellbyValue is what WELLBYs are worth, at three prices. Each interval holds the
// uncertainty of the WELLBYs alone; that of the price lies between the three.
type WellbyValue struct {
	Low, Central, High stat.Estimate
	Prices             WellbyPrice
}

// Value returns what WELLBYs are worth at p. It fails with an error that is
// [sp.ErrInvalid] for a price without year or source, and prices that are not in order.
func (p WellbyPrice) Value(wellbys stat.Estimate) (WellbyValue, error) {
	e := &sp.InvalidError{Subject: "economics: wellby price"}
	for i, price := range []Price{p.Low, p.Central, p.High} {
		path := [...]string{"low", "central", "high"}[i]
		price.check(e, path)
		e.Check(price.Amount.Sign() > 0, path+".amount", sp.OutOfRange, "must be above 0")
	}
	e.Check(p.Low.Amount.Cmp(p.Central.Amount) <= 0 && p.Central.Amount.Cmp(p.High.Amount) <= 0, "prices", sp.Inconsistent, "must be in order")
	if err := e.Err(); err != nil {
		return WellbyValue{}, err
	}
	at := func(price Price) stat.Estimate {
		w := wellbys
		w.Value *= price.value()
		w.Interval = w.Interval.Times(price.value())
		return w
	}
	return WellbyValue{Low: at(p.Low), Central: at(p.Central), High: at(p.High), Prices: p}, nil
}

// A Utility is how good somebody's health was at a time: 1 for full health, 0 for as
// bad as dead, below 0 for worse. Utilities come from a questionnaire such as EQ-5D by
// a value set, which the caller chooses and must name in a report.
type Utility struct {
	Year  float64 // since the start
	Value float64 // at most 1
}

// A QALY is a person's health over time.
type QALY struct {
	Total float64 // quality-adjusted life years: area under the utilities
	Gain  float64 // more than if the first utility had stayed; compare groups by it, as they rarely start alike
	Years float64
}

// QALYs returns the area under straight lines between utilities. It fails with an
// error that is [sp.ErrInvalid] unless there are at least two, in order of time, each
// from -2 to 1.
//
// Source: Manca, Hawkins & Sculpher 2005, doi 10.1002/hec.944 (on the baseline).
func QALYs(utilities []Utility) (QALY, error) {
	e := &sp.InvalidError{Subject: "economics: qalys"}
	e.Check(len(utilities) >= 2, "utilities", sp.WrongLength, "needs at least two")
	for i, u := range utilities {
		at := fmt.Sprintf("utilities[%d]", i)
		e.Check(u.Value >= -2 && u.Value <= 1, at+".value", sp.OutOfRange, "must be from -2 to 1")
		e.Check(u.Year >= 0 && u.Year <= mostYears, at+".year", sp.OutOfRange, "must be from 0 to 1000")
		e.Check(i == 0 || u.Year > utilities[i-1].Year, at+".year", sp.Untimely, "must be after the one before")
	}
	if err := e.Err(); err != nil {
		return QALY{}, err
	}
	var q QALY
	for i := 1; i < len(utilities); i++ {
		a, b := utilities[i-1], utilities[i]
		q.Total += (a.Value + b.Value) / 2 * (b.Year - a.Year)
	}
	q.Years = utilities[len(utilities)-1].Year - utilities[0].Year
	q.Gain = q.Total - utilities[0].Value*q.Years
	return q, nil
}
