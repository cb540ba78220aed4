package funding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// A Comparison says who gains and who loses from one allocation to another.
type Comparison struct {
	Gainers, Losers, Same int // areas
	New                   int // areas of which it is not known what they had before; they are gainers too if they get something
	Gained, Lost          sp.Money
	Changes               []Change // of every area, from the largest gain to the largest loss, and then by code
}

// A Change is what one area gets before and after.
type Change struct {
	Code          string
	Before, After sp.Money
	Difference    sp.Money // positive for a gain
	New           sp.Truth // Yes if it is not known what the area had; Before is then zero
}

// Compare compares two allocations over the same areas, of the same boundaries,
// in the same currency. The totals may differ. An area that only one of them has
// is an error that names it.
func Compare(before, after *Allocation) (Comparison, error) {
	if before.areas != after.areas {
		if err := before.areas.Matches(after.areas); err != nil {
			return Comparison{}, err
		}
	}
	var c Comparison
	for i, code := range after.areas.Codes() {
		had, _ := before.areas.Place(code)
		change := Change{Code: code, After: after.money(i), Before: before.money(had), New: sp.No}
		if before.unknown != nil && before.unknown[had] {
			change.New = sp.Yes
			c.New++
		}
		var err error
		if change.Difference, err = change.After.Sub(change.Before); err != nil {
			return Comparison{}, fmt.Errorf("funding: compare %s: %w", code, err)
		}
		switch change.Difference.Sign() {
		case 1:
			c.Gainers++
			c.Gained, err = c.Gained.Add(change.Difference)
		case -1:
			c.Losers++
			c.Lost, err = c.Lost.Sub(change.Difference)
		default:
			c.Same++
		}
		if err != nil {
			return Comparison{}, fmt.Errorf("funding: compare %s: %w", code, err)
		}
		c.Changes = append(c.Changes, change)
	}
	slices.SortFunc(c.Changes, func(x, y Change) int {
		if order := y.Difference.Cmp(x.Difference); order != 0 {
			return order
		}
		return strings.Compare(x.Code, y.Code)
	})
	return c, nil
}
