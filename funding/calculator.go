package funding

import (
	"fmt"
	"math"
	"math/big"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
)

// A calculator holds the working memory of allocations over the same areas. It
// serves one goroutine.
type calculator struct {
	areas   *Areas
	divider *apportion.Divider
	product []int64 // weights after the last factor
	levels  map[string]*node
}

func newCalculator(a *Areas) *calculator {
	return &calculator{areas: a, divider: a.divider.Clone(), levels: map[string]*node{}}
}

func (c *calculator) baseName(f Formula) string {
	if f.Base != "" {
		return f.Base
	}
	return c.areas.population
}

func (c *calculator) base(f Formula) (*column, error) { return c.areas.natural(c.baseName(f)) }

// allocate divides total by p, and tells in money why it cannot.
func (c *calculator) allocate(total sp.Money, p Policy) (*Allocation, error) {
	a, err := c.divide(total, p)
	return a, inMoney(err, total.Currency())
}

func (c *calculator) divide(total sp.Money, p Policy) (*Allocation, error) {
	if err := p.check(total); err != nil {
		return nil, fmt.Errorf("funding: allocate: %w", err)
	}
	if p.Opening != "" && c.areas.numbers[p.Opening] == nil {
		return nil, c.areas.missing(p.Opening, "numbers")
	}
	w, err := p.Formula.weigh(c, nil)
	if err != nil {
		return nil, err
	}
	fixed, rest, err := c.fixed(total, p)
	if err != nil {
		return nil, err
	}
	low, high, err := c.bounds(total, rest, fixed, w, p)
	if err != nil {
		return nil, err
	}
	root, err := c.root(p.Levels, p.Method)
	if err != nil {
		return nil, err
	}
	a := &Allocation{areas: c.areas, policy: p.clone(), total: total, amounts: make([]int64, c.areas.Len())}
	if p.Damped {
		w, rest, err = damp(rest, w, low)
		if err != nil {
			return nil, err
		}
		err = root.divide(a.amounts, rest, w, nil, nil, p.Method)
		add(a.amounts, low)
	} else {
		err = root.divide(a.amounts, rest, w, low, high, p.Method)
	}
	if err != nil {
		return nil, fmt.Errorf("funding: allocate: %w", err)
	}
	add(a.amounts, fixed)
	return a, nil
}

// add adds more, if there is any, to dst.
func add(dst, more []int64) {
	for i, v := range more {
		dst[i] += v
	}
}

// fixed returns the fixed sums, nil if there are none, and what they leave.
func (c *calculator) fixed(total sp.Money, p Policy) (fixed []int64, rest int64, err error) {
	rest = total.Minor()
	if p.Formula.Fixed == "" {
		return nil, rest, nil
	}
	if fixed, err = c.areas.money(p.Formula.Fixed, total.Currency()); err != nil {
		return nil, 0, err
	}
	sum := small(fixed).sum()
	if sum.Cmp(big.NewInt(max(rest, 0))) > 0 {
		return nil, 0, invalid("fixed sums", fmt.Sprintf("must add up to no more than the total, and pass it by %v", sp.NewMoney(saturated(sum.Sub(sum, big.NewInt(rest))), total.Currency())))
	}
	return fixed, rest - sum.Int64(), nil
}

// bounds returns the floors and caps of what is divided beside the fixed sums.
// Both are nil if there are none.
func (c *calculator) bounds(total sp.Money, rest int64, fixed []int64, w weights, p Policy) (low, high []int64, err error) {
	if p.Floor.isZero() && p.Cap.isZero() {
		return nil, nil, nil
	}
	in := limits{areas: c.areas, total: total}
	if in.people, err = c.areas.natural(c.areas.population); err != nil {
		return nil, nil, err
	}
	if p.Opening != "" {
		if in.opening, err = c.areas.money(p.Opening, total.Currency()); err != nil {
			return nil, nil, err
		}
		in.distance = distances(in.opening, targets(rest, fixed, w))
	}
	if low, err = p.Floor.amounts(in, up); err != nil {
		return nil, nil, fmt.Errorf("funding: floor: %w", err)
	}
	if high, err = p.Cap.amounts(in, down); err != nil {
		return nil, nil, fmt.Errorf("funding: cap: %w", err)
	}
	for i, sum := range fixed {
		if low != nil {
			low[i] = max(low[i]-sum, 0)
		}
		if high != nil {
			if high[i] -= sum; high[i] < 0 {
				infeasible := &apportion.InfeasibleError{ID: c.areas.codes[i], Total: total.Minor(), Floor: sum, Cap: high[i] + sum}
				return nil, nil, &boundsError{infeasible, total.Currency(), "fixed sum"}
			}
		}
	}
	return low, high, c.disorder(rest, low, high)
}

// disorder returns the error of the first area whose bounds are negative or the
// wrong way round, by its code, which a divider of levels does not know.
func (c *calculator) disorder(rest int64, low, high []int64) error {
	for i, code := range c.areas.codes {
		switch {
		case low != nil && low[i] < 0 || high != nil && high[i] < 0:
			return invalid(code, "must have bounds that are not negative")
		case low != nil && high != nil && low[i] > high[i]:
			return &apportion.InfeasibleError{ID: code, Total: rest, Floor: low[i], Cap: high[i]}
		}
	}
	return nil
}

// targets returns what each area would get without bounds, exactly, in minor units.
func targets(rest int64, fixed []int64, w weights) func(i int) *big.Rat {
	sum := w.sum()
	return func(i int) *big.Rat {
		t := new(big.Rat)
		if sum.Sign() > 0 {
			t.SetFrac(new(big.Int).Mul(big.NewInt(rest), w.at(i)), sum)
		}
		if fixed != nil {
			t.Add(t, new(big.Rat).SetInt64(fixed[i]))
		}
		return t
	}
}

// distances returns (opening - target) / target of each area: nil, infinitely
// far above, where the target is nothing and there was money.
func distances(opening []int64, target func(i int) *big.Rat) func(i int) *big.Rat {
	return func(i int) *big.Rat {
		t, was := target(i), new(big.Rat).SetInt64(opening[i])
		switch {
		case t.Sign() != 0:
			return was.Quo(was.Sub(was, t), t)
		case was.Sign() == 0:
			return was
		default:
			return nil
		}
	}
}

// damp returns the weights by which what the floors leave is divided, which are
// the gains above the floors: max(0, rest x w - floor x sum of w).
func damp(rest int64, w weights, low []int64) (gains weights, left int64, err error) {
	floors := small(low).sum()
	if floors.Cmp(big.NewInt(rest)) > 0 {
		return weights{}, 0, &apportion.InfeasibleError{Total: rest, Floor: saturated(floors), Cap: math.MaxInt64}
	}
	sum, total := w.sum(), big.NewInt(rest)
	gains.big = make([]*big.Int, len(low))
	for i, floor := range low {
		gain := new(big.Int).Mul(total, w.at(i))
		gain.Sub(gain, new(big.Int).Mul(big.NewInt(floor), sum))
		if gain.Sign() < 0 {
			gain.SetInt64(0)
		}
		gains.big[i] = gain
	}
	return gains, rest - floors.Int64(), nil
}
