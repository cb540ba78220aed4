package funding

import (
	"fmt"
	"math/big"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// A Formula says what each area needs, as data: a base population, multiplied by
// indices, mixed over programmes by their share of spending, and fixed sums on
// top. That is the one pattern behind the NHS allocations of England, Scotland's
// NRAC, the Carr-Hill formula and the relative needs of local government.
//
// Numbers are written as decimals in strings, so that they are exact and can be
// stored: "0.5". The zero Formula is equal money for each person.
type Formula struct {
	Base       string      `json:"base,omitempty"`       // column of people that is multiplied; empty for the population
	Programmes []Programme `json:"programmes,omitempty"` // if any, what the base is replaced by
	Factors    []Factor    `json:"factors,omitempty"`    // multiplied, in order
	// Alpha is the aversion to inequality of alpha-fair shares: base x need^(1/Alpha),
	// where need is the product of the programmes and factors. It is a decimal above
	// 0; empty or "1" gives shares in proportion to need. "infinity" gives every
	// person the same whatever the need, which with caps is max-min fairness. Any
	// other rounds the need of each area to nine decimals.
	Alpha string `json:"alpha,omitempty"`
	Fixed string `json:"fixed,omitempty"` // column of sums of money that each area gets before anything is divided
}

// A Programme is a part of the spending with a need of its own, such as community
// care. Its weighted population is normalised, so that only Share decides how much
// of the money follows it.
type Programme struct {
	Name    string   `json:"name"`
	Share   string   `json:"share"`             // of spending; the shares of all programmes add up to 1
	Base    string   `json:"base,omitempty"`    // column, such as a published weighted population; empty for that of the formula
	Factors []Factor `json:"factors,omitempty"` // multiplied with the base
}

// Weighted returns areas with one more column, the weighted population under f to
// six decimals. It adds up to the base population exactly. Divided by the base
// population of an area it is the area's need index, of which the average is 1. The
// column can be the base of another formula.
func (f Formula) Weighted(areas *area.Table, name string) (*area.Table, error) {
	w, err := need(&memory{}, areas, f, nil)
	if err != nil {
		return nil, err
	}
	base, err := areas.People(f.Base)
	if err != nil {
		return nil, err
	}
	const places = 6
	var everybody sum
	people := weightsOf(base).sum(&everybody)
	people.Mul(people, big.NewInt(exact.Pow10(places)))
	people.Quo(people, big.NewInt(exact.Pow10(base.Places))) // beyond six decimals nobody is counted
	if !people.IsInt64() {
		return nil, invalid("population", sp.OutOfRange, "must be below nine million million")
	}
	weighted, err := share(areas.Divider(), nil, people.Int64(), w, nil, nil, apportion.Hamilton)
	if err != nil {
		return nil, fmt.Errorf("funding: weighted population: %w", err)
	}
	return areas.With(name, area.Meaning{Kind: area.Weighted}, places, weighted)
}
