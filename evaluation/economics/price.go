package economics

import (
	"fmt"
	"math"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
)

// A Price is an amount of money at the prices of a year, and who says so.
type Price struct {
	Amount sp.Money
	Year   int    // the year of the price level, such as 2019; of a financial year, the calendar year in which it begins
	Source string // such as "HM Treasury, Wellbeing Guidance for Appraisal, July 2021"
}

// String returns "£13,000.00 at 2019 prices (HM Treasury)".
func (p Price) String() string {
	return fmt.Sprintf("%v at %d prices (%s)", p.Amount, p.Year, p.Source)
}

// check adds what p lacks.
func (p Price) check(e *sp.InvalidError, path string) {
	e.Check(p.Year >= 1900 && p.Year <= 2200, path+".year", sp.OutOfRange, "must be from 1900 to 2200")
	e.Check(p.Source != "", path+".source", sp.Missing, "must be given")
}

// value returns the amount in whole units, such as pounds.
func (p Price) value() float64 { return p.Amount.Decimal().InexactFloat64() }

// A Deflator is an index of prices by year, such as the GDP deflator. It is revised
// every quarter, so none is shipped.
type Deflator struct {
	Index  map[int]float64 // by year, above 0
	Source string          // with the date of its release
}

// Uprate returns p at the prices of another year, to the nearest penny and half a
// penny away from zero. It fails with an error that is [sp.ErrNotFound] if the index
// lacks a year, and with one that is [sp.ErrInvalid] for an index that is not above 0,
// a price or deflator without a source, and an amount that does not fit.
func (d Deflator) Uprate(p Price, year int) (Price, error) {
	e := &sp.InvalidError{Subject: "economics: uprate"}
	p.check(e, "price")
	e.Check(d.Source != "", "deflator.source", sp.Missing, "must be given")
	for _, y := range []int{p.Year, year} {
		index, ok := d.Index[y]
		if !ok {
			return Price{}, fmt.Errorf("economics: uprate: the deflator has no %d: %w", y, sp.ErrNotFound)
		}
		e.Check(index >= 1e-9 && index <= 1e9, fmt.Sprintf("deflator.index[%d]", y), sp.OutOfRange, "must be from 1e-9 to 1e9")
	}
	if err := e.Err(); err != nil {
		return Price{}, err
	}
	to, from := decimal.NewFromFloat(d.Index[year]), decimal.NewFromFloat(d.Index[p.Year])
	scaled := p.Amount.Decimal().Mul(to).DivRound(from, 12)
	amount, err := p.Amount.Currency().Of(scaled, sp.HalfUp)
	if err != nil {
		return Price{}, fmt.Errorf("economics: uprate: %w", err)
	}
	return Price{Amount: amount, Year: year, Source: p.Source + ", uprated by " + d.Source}, nil
}

// finite reports whether v is a number of a sensible size.
func finite(v float64) bool { return math.Abs(v) <= 1e100 }
