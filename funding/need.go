package funding

import (
	"math"
	"math/big"

	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// memory is working memory for weights, which one allocation after another uses.
type memory struct {
	product  []int64 // weights after the last factor
	values   []int64 // of an index with a value for each area
	distinct [256]int64
}

// need returns the weights of the areas under a formula, step by step: the base
// population, the programmes, the factors, the aversion to inequality. It tells
// observe, unless that is nil, the weights after each.
func need(m *memory, t *area.Table, f Formula, observe func(step string, w weights)) (weights, error) {
	base, err := t.People(f.Base)
	if err != nil {
		return weights{}, err
	}
	w := weights{small: base.Values, bits: base.Bits}
	told := func(step string) {
		if observe != nil {
			observe(step, w)
		}
	}
	told(baseName(t, f))
	if len(f.Programmes) > 0 {
		if w, err = mix(m, t, f); err != nil {
			return weights{}, err
		}
		told("need by programme")
	}
	for _, factor := range f.Factors {
		x, err := index(m, t, factor)
		if err != nil {
			return weights{}, err
		}
		w = m.times(w, x)
		told(factor.name())
	}
	if f.Alpha != "" && f.Alpha != "1" {
		if w, err = fair(base, w, f.Alpha); err != nil {
			return weights{}, err
		}
		told("aversion to inequality")
	}
	return w, nil
}

// baseName returns the name of the column that a formula multiplies.
func baseName(t *area.Table, f Formula) string {
	if f.Base != "" {
		return f.Base
	}
	return t.Population()
}

// mix returns the sum of the programmes' weights, each divided by its own sum and
// multiplied by its share, in whole numbers of a common unit.
func mix(m *memory, t *area.Table, f Formula) (weights, error) {
	shares, err := sharesOf(f.Programmes)
	if err != nil {
		return weights{}, err
	}
	parts, sums := make([]weights, len(shares)), make([]*big.Int, len(shares))
	for s, p := range f.Programmes {
		if p.Base == "" {
			p.Base = f.Base
		}
		w, err := need(m, t, Formula{Base: p.Base, Factors: p.Factors}, nil)
		if err != nil {
			return weights{}, err
		}
		parts[s], sums[s] = w.clone(), w.sum()
		if sums[s].Sign() == 0 {
			return weights{}, invalid(named("programme", p.Name), "must have an area with a need")
		}
	}
	common := new(big.Int)
	for s := range shares {
		for other, sum := range sums {
			if other != s {
				shares[s].Mul(shares[s], sum)
			}
		}
		common.GCD(nil, nil, common, shares[s])
	}
	out := make([]*big.Int, t.Len())
	for i := range out {
		out[i] = new(big.Int)
	}
	part := new(big.Int)
	for s, w := range parts {
		shares[s].Quo(shares[s], common)
		for i := range out {
			out[i].Add(out[i], part.Mul(shares[s], w.at(i)))
		}
	}
	return weights{big: out}, nil
}

// sharesOf returns the shares of programmes in a common unit.
func sharesOf(programmes []Programme) ([]*big.Int, error) {
	values, places := make([]int64, len(programmes)), make([]int, len(programmes))
	most := 0
	for s, p := range programmes {
		var ok bool
		if values[s], places[s], ok = exact.Parse(p.Share); !ok || values[s] < 0 || places[s] > 9 {
			return nil, invalid(named("programme", p.Name), "must have a share that is a decimal number from 0 to 1")
		}
		most = max(most, places[s])
	}
	shares, whole := make([]*big.Int, len(values)), new(big.Int)
	for s, v := range values {
		shares[s] = new(big.Int).Mul(big.NewInt(v), big.NewInt(exact.Pow10(most-places[s])))
		whole.Add(whole, shares[s])
	}
	if whole.Cmp(big.NewInt(exact.Pow10(most))) != 0 {
		return nil, invalid("programmes", "must have shares that add up to 1")
	}
	return shares, nil
}

// times returns w x index. The result may lie in m.
func (m *memory) times(w weights, x multipliers) weights {
	if w.big == nil {
		if w.bits+x.bits > 63 {
			w.bits = width(w.small) // the product of two bounds is a loose one
		}
		if w.bits+x.bits <= 63 {
			m.product = resize(m.product, len(w.small))
			x.multiply(m.product, w.small)
			return weights{small: m.product, bits: w.bits + x.bits}
		}
	}
	out := make([]*big.Int, w.len())
	for i := range out {
		out[i] = new(big.Int).Mul(w.at(i), big.NewInt(x.at(i)))
	}
	return weights{big: out}
}

// fair returns base x (need relative to the mean)^(1/alpha).
func fair(base *area.Column, w weights, alpha string) (weights, error) {
	everybody := small(base.Values).sum()
	if alpha == "infinity" || everybody.Sign() == 0 {
		return weights{small: base.Values, bits: base.Bits}, nil
	}
	aversion, places, ok := exact.Parse(alpha)
	if !ok || aversion <= 0 {
		return weights{}, invalid("alpha", "must be a decimal number above 0, or infinity")
	}
	power := float64(exact.Pow10(places)) / float64(aversion)
	needed := w.sum()
	if needed.Sign() == 0 {
		return w, nil // nobody needs anything, and equally so
	}
	mean := new(big.Rat).SetFrac(needed, everybody)
	out := make([]*big.Int, w.len())
	for i := range out {
		var relative int64
		if people := big.NewInt(base.Values[i]); people.Sign() > 0 {
			r := exact.Float(new(big.Rat).Quo(new(big.Rat).SetFrac(w.at(i), people), mean))
			rounded := math.RoundToEven(math.Pow(r, power) * exact.Nano)
			if rounded > 1<<62 {
				return weights{}, invalid("alpha", "must be larger for needs that differ so much")
			}
			relative = int64(rounded)
		}
		out[i] = new(big.Int).Mul(big.NewInt(base.Values[i]), big.NewInt(relative))
	}
	return weights{big: out}, nil
}
