package funding_test

import (
	"cmp"
	"math"
	"math/big"
	"slices"

	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
)

// plainly divides as the policies are defined, in rationals and in no time at all
// for a few areas. It shares nothing with the engine but the types of policies.
type plainly struct {
	rows  []row
	total int64
}

func ratOf(s string) *big.Rat { r, _ := new(big.Rat).SetString(s); return r }

func whole(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

func over(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

func plus(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }

func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }

func sumOf(values []*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, v := range values {
		sum.Add(sum, v)
	}
	return sum
}

func floorOf(r *big.Rat) int64 {
	return new(big.Int).Div(r.Num(), r.Denom()).Int64() // Euclidean, which is the floor for a positive divisor
}

func ceilOf(r *big.Rat) int64 { return -floorOf(new(big.Rat).Neg(r)) }

// even rounds to places, halves to even.
func even(r *big.Rat, places int64) *big.Rat {
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(places), nil))
	scaled := times(r, unit)
	n := floorOf(scaled)
	switch off := minus(scaled, whole(n)).Cmp(big.NewRat(1, 2)); {
	case off > 0, off == 0 && n%2 != 0:
		n++
	}
	return over(whole(n), unit)
}

// number returns a column of an area.
func (r row) number(column string) *big.Rat {
	switch column {
	case "", "population":
		return whole(r.people)
	case "decile":
		return whole(r.decile)
	case "rank":
		return whole(r.rank)
	case "mff":
		return big.NewRat(r.mff, 10_000)
	case "young":
		return whole(r.young)
	case "old":
		return whole(r.people - r.young)
	}
	panic(column)
}

// indexOf returns what a factor multiplies an area by.
func (p plainly) indexOf(f funding.Factor, r row) *big.Rat {
	one := whole(1)
	n := int64(len(p.rows))
	switch {
	case f.Table != nil:
		for value, m := range f.Table {
			if ratOf(value).Cmp(r.number(f.Column)) == 0 {
				return ratOf(m)
			}
		}
		return nil
	case f.DecileGradient != "":
		raised := times(ratOf(f.DecileGradient), big.NewRat(1000*(10-r.decile), 9))
		return plus(one, big.NewRat(floorOf(raised), 1000))
	case f.RankGradient != "":
		return plus(one, even(times(ratOf(f.RankGradient), big.NewRat(n-r.rank, max(n-1, 1))), 9))
	case f.ScoreGradient != "":
		return plus(one, times(ratOf(f.ScoreGradient), r.number(f.Column)))
	case f.Core20 != "":
		if r.rank*5 <= n {
			return ratOf(f.Core20)
		}
		return one
	case f.AgeSex != nil:
		sum := new(big.Rat)
		for column, weight := range f.AgeSex {
			sum.Add(sum, times(ratOf(weight), r.number(column)))
		}
		return even(over(sum, whole(r.people)), 9)
	case f.AboveMinimum != nil:
		sum := new(big.Rat)
		for column, weight := range f.AboveMinimum {
			least := r.number(column)
			for _, other := range p.rows {
				if v := other.number(column); v.Cmp(least) < 0 {
					least = v
				}
			}
			sum.Add(sum, times(ratOf(weight), minus(r.number(column), least)))
		}
		return sum
	default:
		return r.number(f.Column)
	}
}

// needs returns the weights of the areas, or nil where one has no multiplier.
func (p plainly) needs(f funding.Formula) []*big.Rat {
	w := make([]*big.Rat, len(p.rows))
	for i, r := range p.rows {
		w[i] = r.number(f.Base)
	}
	if len(f.Programmes) > 0 {
		for i := range w {
			w[i] = new(big.Rat)
		}
		for _, part := range f.Programmes {
			v := p.needs(funding.Formula{Base: cmp.Or(part.Base, f.Base), Factors: part.Factors})
			if v == nil || sumOf(v).Sign() == 0 {
				return nil
			}
			for i := range w {
				w[i] = plus(w[i], times(ratOf(part.Share), over(v[i], sumOf(v))))
			}
		}
	}
	for _, factor := range f.Factors {
		for i, r := range p.rows {
			x := p.indexOf(factor, r)
			if x == nil || x.Sign() < 0 {
				return nil
			}
			w[i] = times(w[i], x)
		}
	}
	if f.Alpha == "" || f.Alpha == "1" || sumOf(w).Sign() == 0 && f.Alpha != "infinity" {
		return w
	}
	people := make([]*big.Rat, len(w))
	for i, r := range p.rows {
		people[i] = r.number(f.Base)
	}
	if f.Alpha == "infinity" {
		return people
	}
	alpha, _ := ratOf(f.Alpha).Float64()
	mean := over(sumOf(w), sumOf(people))
	for i := range w {
		if people[i].Sign() == 0 {
			w[i] = new(big.Rat)
			continue
		}
		relative, _ := over(over(w[i], people[i]), mean).Float64()
		w[i] = times(people[i], big.NewRat(int64(math.RoundToEven(math.Pow(relative, 1/alpha)*1e9)), 1e9))
	}
	return w
}

// bound returns a bound of each area, or nil if there is none.
func (p plainly) bound(b funding.Bound, targets []*big.Rat, floor bool) []int64 {
	var all [][]*big.Rat
	none := whole(0)
	if !floor {
		none = whole(p.total)
	}
	each := func(f func(i int, r row) *big.Rat) {
		bounds := make([]*big.Rat, len(p.rows))
		for i, r := range p.rows {
			bounds[i] = f(i, r)
		}
		all = append(all, bounds)
	}
	grown := func(growth func(i int, r row) *big.Rat) {
		each(func(i int, r row) *big.Rat {
			if r.opening == 0 {
				return none
			}
			return times(whole(r.opening), plus(whole(1), growth(i, r)))
		})
	}
	if b.Growth != "" {
		grown(func(int, row) *big.Rat { return ratOf(b.Growth) })
	}
	if b.Pace != nil {
		grown(func(i int, r row) *big.Rat { return paceAt(b.Pace, whole(r.opening), targets[i]) })
	}
	if b.PerHead != "" {
		each(func(_ int, r row) *big.Rat { return times(times(ratOf(b.PerHead), whole(100)), whole(r.people)) })
	}
	if b.OfFlat != "" {
		var everybody int64
		for _, r := range p.rows {
			everybody += r.people
		}
		each(func(_ int, r row) *big.Rat {
			return times(ratOf(b.OfFlat), over(times(whole(p.total), whole(r.people)), whole(everybody)))
		})
	}
	if !b.Amount.IsZero() {
		each(func(int, row) *big.Rat { return whole(b.Amount.Minor()) })
	}
	if b.Column != "" {
		each(func(_ int, r row) *big.Rat { return whole(r.fixed) })
	}
	if all == nil {
		return nil
	}
	out := make([]int64, len(p.rows))
	for i := range out {
		for k, bounds := range all {
			v := floorOf(bounds[i])
			if floor {
				v = ceilOf(bounds[i])
			}
			switch {
			case k == 0:
				out[i] = v
			case floor:
				out[i] = max(out[i], v)
			default:
				out[i] = min(out[i], v)
			}
		}
	}
	return out
}

// paceAt returns the growth at the distance of what was from the target.
func paceAt(points []funding.Pace, was, target *big.Rat) *big.Rat {
	last := points[len(points)-1]
	if target.Sign() == 0 && was.Sign() > 0 {
		return ratOf(last.Growth) // infinitely far above
	}
	distance := new(big.Rat)
	if target.Sign() != 0 {
		distance = over(minus(was, target), target)
	}
	if distance.Cmp(ratOf(points[0].Distance)) < 0 {
		return ratOf(points[0].Growth)
	}
	for k := 1; k < len(points); k++ {
		from, to := points[k-1], points[k]
		if distance.Cmp(ratOf(to.Distance)) < 0 {
			part := over(minus(distance, ratOf(from.Distance)), minus(ratOf(to.Distance), ratOf(from.Distance)))
			return even(plus(ratOf(from.Growth), times(part, minus(ratOf(to.Growth), ratOf(from.Growth)))), 9)
		}
	}
	return ratOf(last.Growth)
}

// divide returns what each area gets, or nil if the policy cannot be met.
func (p plainly) divide(policy funding.Policy) []int64 {
	w := p.needs(policy.Formula)
	if w == nil {
		return nil
	}
	fixed, rest := make([]int64, len(p.rows)), p.total
	if policy.Formula.Fixed != "" {
		for i, r := range p.rows {
			fixed[i] = r.fixed
			rest -= r.fixed
		}
		if rest < 0 {
			return nil
		}
	}
	sum := sumOf(w)
	targets := make([]*big.Rat, len(w))
	for i := range w {
		targets[i] = whole(fixed[i])
		if sum.Sign() > 0 {
			targets[i] = plus(targets[i], over(times(whole(rest), w[i]), sum))
		}
	}
	low, high := p.bound(policy.Floor, targets, true), p.bound(policy.Cap, targets, false)
	all := make([]int, len(w))
	for i := range all {
		all[i] = i
		if low != nil {
			low[i] = max(low[i]-fixed[i], 0)
		}
		if high != nil {
			if high[i] -= fixed[i]; high[i] < 0 {
				return nil
			}
		}
	}
	out := make([]int64, len(w))
	switch {
	case policy.Damped:
		gains, left := make([]*big.Rat, len(w)), rest
		for i := range w {
			left -= low[i]
			gains[i] = new(big.Rat)
			if sum.Sign() > 0 {
				if gain := minus(over(times(whole(rest), w[i]), sum), whole(low[i])); gain.Sign() > 0 {
					gains[i] = gain
				}
			}
		}
		if left < 0 || !p.through(left, all, policy.Levels, gains, nil, nil, apportion.Hamilton, out) {
			return nil
		}
		for i := range out {
			out[i] += low[i]
		}
	case policy.Method == apportion.Cascade:
		keys := make([]string, len(w))
		for i, r := range p.rows {
			for _, level := range policy.Levels {
				keys[i] += map[string]string{"region": r.region, "icb": r.icb}[level] + "\x00"
			}
			keys[i] += r.code
		}
		if out = share(rest, keys, w, apportion.Cascade); out == nil {
			return nil
		}
	default:
		if low != nil || high != nil {
			for i := range w {
				if low == nil {
					low = make([]int64, len(w))
				}
				if high == nil {
					high = slices.Repeat([]int64{1 << 40}, len(w))
				}
				if low[i] > high[i] {
					return nil
				}
			}
		}
		if !p.through(rest, all, policy.Levels, w, low, high, policy.Method, out) {
			return nil
		}
	}
	for i := range out {
		out[i] += fixed[i]
	}
	return out
}
