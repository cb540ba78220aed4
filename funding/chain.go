package funding

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// Growing returns the totals of 1 to 100 years. The first is given; each of the others is the
// one before it grown by a decimal from -1 to 1000, such as "0.03" for 3 %, rounded down to the
// penny. It fails with an [*sp.InvalidError] if a number is out of range.
func Growing(first sp.Money, growth string, years int) ([]sp.Money, error) {
	factor, err := growthFactor(growth)
	if err != nil {
		return nil, err
	}
	if years < 1 || years > 100 {
		return nil, invalid("years", sp.OutOfRange, "must be from 1 to 100")
	}
	totals := []sp.Money{first}
	var q exact.Quotient
	for range years - 1 {
		last := totals[len(totals)-1]
		next := q.Down(new(big.Int).Mul(big.NewInt(last.Minor()), big.NewInt(factor)), big.NewInt(exact.Nano))
		if !next.IsInt64() {
			return nil, invalid("growth", sp.OutOfRange, "must leave the totals within the range of money")
		}
		totals = append(totals, sp.NewMoney(next.Int64(), last.Currency()))
	}
	return totals, nil
}

// Chain divides the totals of several years by one policy. What the areas get in one year is
// the opening amount of the next: the policy must name its Opening, and its floors, caps and
// pace of change move with it from year to year. The need stays as it is. An error names the
// year, counted from 1. When the context ends, so does Chain, with the error of the context.
func Chain(ctx context.Context, totals []sp.Money, areas *area.Table, p Policy) ([]*Allocation, error) {
	if p.Opening == "" {
		return nil, invalid(named("policy", p.Name), sp.Missing, "must have a column of opening amounts to go from year to year")
	}
	var chain []*Allocation
	for year, total := range totals {
		err := ctx.Err()
		var a *Allocation
		if err == nil {
			a, err = Allocate(total, areas, p)
		}
		if err == nil && year < len(totals)-1 {
			areas, err = areas.Replace(p.Opening, total.Currency().Digits(), a.amounts)
		}
		if err != nil {
			return nil, fmt.Errorf("funding: year %d of %d: %w", year+1, len(totals), err)
		}
		chain = append(chain, a)
	}
	return chain, nil
}

// An Arrival says when an area below target reaches it.
type Arrival struct {
	Code   string
	Before float64 // its distance from target at the beginning, as a share of the target, below 0
	After  float64 // its distance from target at the end
	// Year is the year, counted from 1, from which on it is no further below target than the
	// tolerance; 0 if it does not get there in these years.
	Year int
}

// Arrivals returns the areas of a [Chain] that begin below target by more than a tolerance,
// such as 0.01 for 1 %, and when each reaches it; the furthest below come first. The target of
// a year is that of its total. Areas that are new, or whose target is nothing, have no distance
// from target and are left out.
func Arrivals(chain []*Allocation, tolerance float64) ([]Arrival, error) {
	var arrivals []Arrival
	at := map[string]int{}
	for year, a := range chain {
		distances, err := a.Distances()
		if err != nil {
			return nil, fmt.Errorf("funding: year %d: %w", year+1, err)
		}
		for _, d := range distances {
			if year == 0 && d.Defined == sp.Yes && d.New == sp.No && d.Before < -tolerance {
				at[d.Code] = len(arrivals)
				arrivals = append(arrivals, Arrival{Code: d.Code, Before: d.Before})
			}
			k, below := at[d.Code]
			if !below {
				continue
			}
			r := &arrivals[k]
			if r.After = d.After; d.After < -tolerance {
				r.Year = 0
			} else if r.Year == 0 {
				r.Year = year + 1
			}
		}
	}
	sortArrivals(arrivals)
	return arrivals, nil
}

// sortArrivals puts the furthest below target first, and then by code.
func sortArrivals(arrivals []Arrival) {
	slices.SortFunc(arrivals, func(a, b Arrival) int {
		return cmp.Or(cmp.Compare(a.Before, b.Before), strings.Compare(a.Code, b.Code))
	})
}
