package funding

import (
	"fmt"
	"math"
	"math/big"

	"github.com/socialprescribing/sp/funding/apportion"
)

// A Formula says what each area needs, as data: a base population, multiplied by
// indices, mixed over programmes by their share of spending, and fixed sums on
// top. That is the one pattern behind the NHS allocations of England, Scotland's
// NRAC, the Carr-Hill formula and the relative needs of local government.
//
// Numbers are written as decimals in strings, so that they are exact and can be
// stored: "0.5". The zero Formula is equal money for each person.
type Formula struct {
	Base       string      `json:"base,omitempty"`       // column that is multiplied; empty for the population
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
// six decimals. It adds up to the base population exactly, and over it is the
// need of an area relative to the average. As a column it can be a base itself.
func (f Formula) Weighted(areas *Areas, name string) (*Areas, error) {
	c := newCalculator(areas)
	w, err := f.weigh(c, nil)
	if err != nil {
		return nil, err
	}
	base, err := c.base(f)
	if err != nil {
		return nil, err
	}
	const places = 6
	people := small(base.values).sum()
	people.Mul(people, big.NewInt(pow10(places)))
	people.Quo(people, big.NewInt(pow10(base.places))) // beyond six decimals nobody is counted
	if !people.IsInt64() {
		return nil, invalid("population", "must be below nine million million")
	}
	weighted, err := share(c.divider, nil, people.Int64(), w, nil, nil, apportion.Hamilton)
	if err != nil {
		return nil, fmt.Errorf("funding: weighted population: %w", err)
	}
	return areas.With(name, places, weighted)
}

// weigh returns the weights of the areas under f, and tells observe the weights
// after each step; observe may be nil, and must not keep them.
func (f Formula) weigh(c *calculator, observe func(name string, w weights)) (weights, error) {
	if observe == nil {
		observe = func(string, weights) {}
	}
	base, err := c.base(f)
	if err != nil {
		return weights{}, err
	}
	w := weights{small: base.values, bits: base.bits}
	observe(c.baseName(f), w)
	if len(f.Programmes) > 0 {
		if w, err = f.mix(c); err != nil {
			return weights{}, err
		}
		observe("need by programme", w)
	}
	for _, factor := range f.Factors {
		if w, err = c.multiply(w, factor); err != nil {
			return weights{}, err
		}
		observe(factor.name(), w)
	}
	if f.Alpha != "" && f.Alpha != "1" {
		if w, err = fair(base, w, f.Alpha); err != nil {
			return weights{}, err
		}
		observe("aversion to inequality", w)
	}
	return w, nil
}

// mix returns the sum of the programmes' weights, each divided by its own sum
// and multiplied by its share, in whole numbers of a common unit.
func (f Formula) mix(c *calculator) (weights, error) {
	shares, places := make([]int64, len(f.Programmes)), make([]int, len(f.Programmes))
	parts, sums := make([]weights, len(f.Programmes)), make([]*big.Int, len(f.Programmes))
	most := 0
	for s, p := range f.Programmes {
		var ok bool
		if shares[s], places[s], ok = parseNumber(p.Share); !ok || shares[s] < 0 || places[s] > 9 {
			return weights{}, invalid(named("programme", p.Name), "must have a share that is a decimal number from 0 to 1")
		}
		most = max(most, places[s])
		if p.Base == "" {
			p.Base = f.Base
		}
		w, err := Formula{Base: p.Base, Factors: p.Factors}.weigh(c, nil)
		if err != nil {
			return weights{}, err
		}
		parts[s], sums[s] = w.clone(), w.sum()
		if sums[s].Sign() == 0 {
			return weights{}, invalid(named("programme", p.Name), "must have an area with a need")
		}
	}
	whole, one := new(big.Int), big.NewInt(pow10(most))
	factors := make([]*big.Int, len(parts))
	for s := range parts {
		factors[s] = new(big.Int).Mul(big.NewInt(shares[s]), big.NewInt(pow10(most-places[s])))
		whole.Add(whole, factors[s])
		for t, sum := range sums {
			if t != s {
				factors[s].Mul(factors[s], sum)
			}
		}
	}
	if whole.Cmp(one) != 0 {
		return weights{}, invalid("programmes", "must have shares that add up to 1")
	}
	common := new(big.Int)
	for _, factor := range factors {
		common.GCD(nil, nil, common, factor)
	}
	out := make([]*big.Int, c.areas.Len())
	for i := range out {
		out[i] = new(big.Int)
	}
	part := new(big.Int)
	for s, w := range parts {
		factors[s].Quo(factors[s], common)
		for i := range out {
			out[i].Add(out[i], part.Mul(factors[s], w.at(i)))
		}
	}
	return weights{big: out}, nil
}

// multiply returns w x factor. The result may lie in working memory of c.
func (c *calculator) multiply(w weights, factor Factor) (weights, error) {
	index, err := factor.index(c.areas)
	if err != nil {
		return weights{}, err
	}
	if w.big == nil {
		if w.bits+index.bits > 63 {
			w.bits = width(w.small) // the product of two bounds is a loose one
		}
		if w.bits+index.bits <= 63 {
			c.product = resize(c.product, len(w.small))
			index.multiply(c.product, w.small)
			return weights{small: c.product, bits: w.bits + index.bits}, nil
		}
	}
	out := make([]*big.Int, w.len())
	for i := range out {
		out[i] = new(big.Int).Mul(w.at(i), big.NewInt(index.at(i)))
	}
	return weights{big: out}, nil
}

// fair returns base x (need relative to the mean)^(1/alpha).
func fair(base *column, w weights, alpha string) (weights, error) {
	everybody := small(base.values).sum()
	if alpha == "infinity" || everybody.Sign() == 0 {
		return weights{small: base.values, bits: base.bits}, nil
	}
	aversion, places, ok := parseNumber(alpha)
	if !ok || aversion <= 0 {
		return weights{}, invalid("alpha", "must be a decimal number above 0, or infinity")
	}
	power := float64(pow10(places)) / float64(aversion)
	needed := w.sum()
	if needed.Sign() == 0 {
		return w, nil // nobody needs anything, and equally so
	}
	mean := new(big.Rat).SetFrac(needed, everybody)
	out := make([]*big.Int, w.len())
	for i := range out {
		need := int64(0)
		if people := big.NewInt(base.values[i]); people.Sign() > 0 {
			r := float(new(big.Rat).Quo(new(big.Rat).SetFrac(w.at(i), people), mean))
			relative := math.RoundToEven(math.Pow(r, power) * nano)
			if relative > 1<<62 {
				return weights{}, invalid("alpha", "must be larger for needs that differ so much")
			}
			need = int64(relative)
		}
		out[i] = new(big.Int).Mul(big.NewInt(base.values[i]), big.NewInt(need))
	}
	return weights{big: out}, nil
}
