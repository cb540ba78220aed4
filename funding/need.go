package funding

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// memory is working memory for weights, which one allocation after another uses.
type memory struct {
	scratch
	product    []int64      // weights after the last factor
	products   exact.Vector // ... which do not fit 64 bits
	values     []int64      // of an index with a value for each area
	distinct   [256]int64
	sums       exact.Vector // of columns with weights
	programmes []part
	mixed      exact.Vector // weights by programme
	sum, other sum
}

// A part is a programme that is being mixed with others.
type part struct {
	share  big.Int // and then what its weights are multiplied by
	need   weights
	small  []int64 // memory of its weights
	big    exact.Vector
	summed sum
}

// need returns the weights of the areas under a formula, step by step: the base
// population, the programmes, the factors, the aversion to inequality. It tells
// observe, unless that is nil, the weights after each.
func need(m *memory, t *area.Table, f Formula, observe func(step string, w weights)) (weights, error) {
	base, err := t.People(f.Base)
	if err != nil {
		return weights{}, err
	}
	w := weightsOf(base)
	told := func(step string) {
		if observe != nil {
			observe(step, w)
		}
	}
	told(baseName(t, f))
	if len(f.Programmes) > 0 {
		if w, err = m.mix(t, f); err != nil {
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
		if w, err = m.fair(base, w, f.Alpha); err != nil {
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

// weightsOf returns a column as weights.
func weightsOf(c *area.Column) weights { return weights{small: c.Values, bits: c.Bits} }

// mix returns the sum of the programmes' weights, each divided by its own sum and
// multiplied by its share, in whole numbers of a common unit: those of each programme
// are multiplied by its share and by the sums of the others.
func (m *memory) mix(t *area.Table, f Formula) (weights, error) {
	parts, err := m.parts(t, f)
	if err != nil {
		return weights{}, err
	}
	most := 0
	for k := range parts {
		share := &parts[k].share
		for other := range parts {
			if other != k {
				share.Set(m.a.Mul(share, parts[other].summed.value()))
			}
		}
		most = max(most, share.BitLen()+parts[k].need.bits)
	}
	most += bits.Len(uint(len(parts)))
	out := m.mixed.Resize(t.Len(), most)
	for _, n := range out {
		n.SetInt64(0)
	}
	for k := range parts {
		share, w := &parts[k].share, parts[k].need
		for i, n := range out {
			n.Add(n, m.a.Mul(share, w.at(i, &m.b)))
		}
	}
	return weights{big: out, bits: most}, nil
}

// parts returns the needs of the programmes, and their shares in a common unit.
func (m *memory) parts(t *area.Table, f Formula) ([]part, error) {
	for len(m.programmes) < len(f.Programmes) {
		m.programmes = append(m.programmes, part{})
	}
	parts := m.programmes[:len(f.Programmes)]
	if err := m.shares(parts, f.Programmes); err != nil {
		return nil, err
	}
	for k, p := range f.Programmes {
		if p.Base == "" {
			p.Base = f.Base
		}
		w, err := need(m, t, Formula{Base: p.Base, Factors: p.Factors}, nil)
		if err != nil {
			return nil, err
		}
		parts[k].keep(w)
		if w.sum(&parts[k].summed).Sign() == 0 {
			return nil, invalid(named("programme", p.Name), sp.Missing, "must have an area with a need")
		}
	}
	return parts, nil
}

// keep copies weights, whose memory the next programme uses.
func (p *part) keep(w weights) {
	if w.big == nil {
		p.small = append(p.small[:0], w.small...)
		p.need = weights{small: p.small, bits: w.bits}
		return
	}
	numbers := p.big.Resize(len(w.big), w.bits)
	for i, n := range w.big {
		numbers[i].Set(n)
	}
	p.need = weights{big: numbers, bits: w.bits}
}

// shares writes the shares of programmes in a common unit, nine decimals, to parts.
func (m *memory) shares(parts []part, programmes []Programme) error {
	const most = 9
	whole := m.a.SetInt64(0)
	for k, p := range programmes {
		v, places, ok := exact.Parse(p.Share)
		if !ok || v < 0 || places > most {
			return invalid(named("programme", p.Name), sp.Malformed, "must have a share that is a decimal number from 0 to 1")
		}
		parts[k].share.Mul(m.b.SetInt64(v), m.c.SetInt64(exact.Pow10(most-places)))
		whole.Add(whole, &parts[k].share)
	}
	if whole.Cmp(m.b.SetInt64(exact.Pow10(most))) != 0 {
		return invalid("programmes", sp.OutOfRange, "must have shares that add up to 1")
	}
	return nil
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
	out := m.products.Resize(w.len(), w.bits+x.bits)
	for i, n := range out {
		n.Set(m.a.Mul(w.at(i, &m.b), m.c.SetInt64(x.at(i)))) // w may be what is written to
	}
	return weights{big: out, bits: w.bits + x.bits}
}

// fair returns base x (need relative to the mean)^(1/alpha).
func (m *memory) fair(base *area.Column, w weights, alpha string) (weights, error) {
	everybody := weightsOf(base).sum(&m.sum)
	if alpha == "infinity" || everybody.Sign() == 0 {
		return weightsOf(base), nil
	}
	aversion, places, ok := exact.Parse(alpha)
	if !ok || aversion <= 0 {
		return weights{}, invalid("alpha", sp.Malformed, "must be a decimal number above 0, or infinity")
	}
	power := float64(exact.Pow10(places)) / float64(aversion)
	needed := w.sum(&m.other)
	if needed.Sign() == 0 {
		return w, nil // nobody needs anything, and equally so
	}
	m.values = resize(m.values, w.len())
	for i, people := range base.Values {
		m.values[i] = 0
		if people == 0 {
			continue
		}
		// Of those who live here, in units of the mean of all.
		need, expected := m.a.Mul(w.at(i, &m.b), everybody), m.c.Mul(m.d.SetInt64(people), needed)
		rounded := math.RoundToEven(math.Pow(m.quotient.Float(need, expected), power) * exact.Nano)
		if rounded > 1<<62 {
			return weights{}, invalid("alpha", sp.OutOfRange, "must be larger for needs that differ so much")
		}
		m.values[i] = int64(rounded)
	}
	return m.times(weightsOf(base), multipliers{values: m.values, bits: width(m.values)}), nil
}
