package funding_test

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/internal/tier"
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

// share divides pence by weights; keys decide ties and the order of a cascade.
func share(total int64, keys []string, w []*big.Rat, m apportion.Method) []int64 {
	out := make([]int64, len(w))
	sum := sumOf(w)
	if sum.Sign() == 0 {
		if total == 0 {
			return out
		}
		return nil
	}
	order := make([]int, len(w))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(keys[a], keys[b]) })
	quota := func(i int) *big.Rat { return over(times(whole(total), w[i]), sum) }
	switch m {
	case apportion.Cascade:
		before, running := int64(0), new(big.Rat)
		for _, i := range order {
			running.Add(running, quota(i))
			out[i] = floorOf(running) - before
			before += out[i]
		}
	case apportion.Webster:
		for range total {
			best := -1
			var most *big.Rat
			for _, i := range order {
				if average := over(w[i], whole(2*out[i]+1)); w[i].Sign() > 0 && (most == nil || average.Cmp(most) > 0) {
					best, most = i, average
				}
			}
			out[best]++
		}
	default:
		left := total
		for i := range w {
			out[i] = floorOf(quota(i))
			left -= out[i]
		}
		slices.SortStableFunc(order, func(a, b int) int {
			return minus(quota(b), whole(out[b])).Cmp(minus(quota(a), whole(out[a])))
		})
		for _, i := range order[:left] {
			out[i]++
		}
	}
	return out
}

// clamp divides within bounds: clamp(lambda x weight, floor, cap) with one lambda,
// and the pennies of those between their bounds by largest remainder. It tells who
// they are.
func clamp(total int64, keys []string, w []*big.Rat, low, high []int64) (out []int64, free []bool) {
	var lambdas []*big.Rat
	for i := range w {
		if w[i].Sign() > 0 {
			lambdas = append(lambdas, over(whole(low[i]), w[i]), over(whole(high[i]), w[i]))
		}
	}
	lambdas = append(lambdas, new(big.Rat))
	slices.SortFunc(lambdas, func(a, b *big.Rat) int { return a.Cmp(b) })
	at := func(lambda *big.Rat) *big.Rat {
		sum := new(big.Rat)
		for i := range w {
			sum.Add(sum, within(times(lambda, w[i]), low[i], high[i]))
		}
		return sum
	}
	if at(lambdas[0]).Cmp(whole(total)) > 0 || at(lambdas[len(lambdas)-1]).Cmp(whole(total)) < 0 {
		return nil, nil
	}
	lambda := lambdas[0]
	for k, above := range lambdas {
		if at(above).Cmp(whole(total)) < 0 {
			continue
		}
		if lambda = above; k > 0 && at(above).Cmp(whole(total)) > 0 { // between two, where it rises in a line
			below := lambdas[k-1]
			part := over(minus(whole(total), at(below)), minus(at(above), at(below)))
			lambda = plus(below, times(part, minus(above, below)))
		}
		break
	}
	out, free = make([]int64, len(w)), make([]bool, len(w))
	rest := total
	var freeKeys []string
	var weights []*big.Rat
	for i := range w {
		money := times(lambda, w[i])
		switch {
		case money.Cmp(whole(low[i])) <= 0:
			out[i] = low[i]
		case money.Cmp(whole(high[i])) >= 0:
			out[i] = high[i]
		default:
			free[i] = true
			freeKeys, weights = append(freeKeys, keys[i]), append(weights, w[i])
			continue
		}
		rest -= out[i]
	}
	shares := share(rest, freeKeys, weights, apportion.Hamilton)
	for i, k := 0, 0; i < len(w); i++ {
		if free[i] {
			out[i] = shares[k]
			k++
		}
	}
	return out, free
}

func within(r *big.Rat, low, high int64) *big.Rat {
	if r.Cmp(whole(low)) < 0 {
		return whole(low)
	}
	if r.Cmp(whole(high)) > 0 {
		return whole(high)
	}
	return r
}

// through divides through levels of groups.
func (p plainly) through(total int64, rows []int, levels []string, w []*big.Rat, low, high []int64, m apportion.Method, dst []int64) bool {
	pick := func(values []int64) (out []int64) {
		for _, i := range rows {
			out = append(out, values[i])
		}
		return out
	}
	var keys []string
	var weights []*big.Rat
	for _, i := range rows {
		keys, weights = append(keys, p.rows[i].code), append(weights, w[i])
	}
	var shares []int64
	var free []bool
	switch {
	case low != nil:
		shares, free = clamp(total, keys, weights, pick(low), pick(high))
	case len(levels) == 0:
		shares = share(total, keys, weights, m)
	default:
		shares, free = make([]int64, len(rows)), make([]bool, len(rows))
		for k := range free {
			free[k] = true
		}
	}
	if shares == nil {
		return false
	}
	if len(levels) == 0 {
		for k, i := range rows {
			dst[i] = shares[k]
		}
		return true
	}
	// What those at their bounds get is known; the others share the rest by group.
	var groups []string
	members, kept, sums := map[string][]int{}, map[string]int64{}, map[string]*big.Rat{}
	rest := total
	for k, i := range rows {
		g := map[string]string{"region": p.rows[i].region, "icb": p.rows[i].icb}[levels[0]]
		if members[g] == nil {
			groups, sums[g] = append(groups, g), new(big.Rat)
		}
		members[g] = append(members[g], i)
		if free[k] {
			sums[g] = plus(sums[g], w[i])
		} else {
			kept[g] += shares[k]
			rest -= shares[k]
		}
	}
	var groupWeights []*big.Rat
	for _, g := range groups {
		groupWeights = append(groupWeights, sums[g])
	}
	parts := share(rest, groups, groupWeights, m)
	if parts == nil {
		return false
	}
	for k, g := range groups {
		if !p.through(kept[g]+parts[k], members[g], levels[1:], w, low, high, m, dst) {
			return false
		}
	}
	return true
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

// A maker makes random tables and policies.
type maker struct{ *rand.Rand }

func (m maker) one(of ...string) string { return of[m.IntN(len(of))] }

func (m maker) rows() []row {
	rows := make([]row, 1+m.IntN(7))
	for i := range rows {
		region := m.IntN(2)
		people := 1 + m.Int64N(50)
		rows[i] = row{
			code: fmt.Sprintf("A%03d", (i*37+11)%97), region: fmt.Sprintf("R%d", region), icb: fmt.Sprintf("I%d%d", region, m.IntN(2)),
			people: people, decile: 1 + m.Int64N(10), rank: 1 + m.Int64N(int64(len(rows))), opening: m.Int64N(60) * m.Int64N(4),
			fixed: m.Int64N(9), mff: 8000 + m.Int64N(4000), young: m.Int64N(people + 1),
		}
	}
	return rows
}

func (m maker) factors() []funding.Factor {
	table := map[string]string{}
	for d := 1; d <= 10; d++ {
		table[fmt.Sprint(d)] = m.one("0", "1", "1.5", "2.25", "0.001")
	}
	all := []funding.Factor{
		{Column: "decile", DecileGradient: m.one("0.5", "1", "-1", "0.333", "12")},
		{Column: "rank", RankGradient: m.one("0.5", "1.25", "-0.9", "0.000000001")},
		{Column: "rank", Core20: m.one("1.1", "3", "0")},
		{Column: "mff"},
		{Column: "mff", ScoreGradient: m.one("0.5", "0.123456789", "-0.5")},
		{Name: "steps", Column: "decile", Table: table},
		{Name: "age", AgeSex: map[string]string{"young": m.one("0.85", "0"), "old": m.one("1.2", "0.7")}},
		{Name: "need", AboveMinimum: map[string]string{"mff": m.one("1", "0.5"), "decile": "0.1"}},
	}
	m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:m.IntN(4)]
}

func (m maker) bound(floor bool) funding.Bound {
	var b funding.Bound
	for range 1 + m.IntN(2) {
		switch m.IntN(6) {
		case 0:
			b.Growth = m.one("0.01", "-0.05", "0.5", "-1")
		case 1:
			b.Pace = []funding.Pace{{Distance: "-0.1", Growth: m.one("0.2", "0.01")}, {Distance: "0", Growth: "0.01"}, {Distance: "0", Growth: "0"}, {Distance: "0.25", Growth: m.one("-0.1", "0")}}
		case 2:
			b.PerHead = m.one("0.01", "0.025")
		case 3:
			b.OfFlat = m.one("0.5", "0.9")
		case 4:
			b.Amount = sp.Pence(1 + m.Int64N(20))
		default:
			b.Column = "fixed"
		}
	}
	if !floor { // caps that leave some room
		if b.Growth != "" {
			b.Growth = m.one("0.5", "3")
		}
		if b.PerHead != "" {
			b.PerHead = m.one("0.10", "1")
		}
		if b.OfFlat != "" {
			b.OfFlat = m.one("1.2", "2.5")
		}
		b.Column = ""
		if !b.Amount.IsZero() {
			b.Amount = sp.Pence(50 + m.Int64N(200))
		}
	}
	return b
}

func (m maker) policy() funding.Policy {
	f := funding.Formula{Base: m.one("", "", "old"), Factors: m.factors(), Alpha: m.one("", "", "", "1", "2", "2.5", "infinity")}
	if m.IntN(4) == 0 {
		f.Programmes = []funding.Programme{{Name: "a", Share: "0.7", Factors: m.factors()}, {Name: "b", Share: "0.3", Base: m.one("old", "young", "")}}
	}
	if m.IntN(4) == 0 {
		f.Fixed = "fixed"
	}
	p := funding.Policy{Formula: f, Opening: "opening"}
	p.Levels = [][]string{nil, nil, {"region"}, {"region", "icb"}, {"icb"}}[m.IntN(5)]
	switch m.IntN(8) {
	case 0, 1:
		p.Floor = m.bound(true)
	case 2:
		p.Cap = m.bound(false)
	case 3, 4:
		p.Floor, p.Cap = m.bound(true), m.bound(false)
	case 5:
		p.Floor, p.Damped = m.bound(true), true
	case 6:
		p.Method = []apportion.Method{apportion.Cascade, apportion.Webster}[m.IntN(2)]
	}
	return p
}

// Every policy divides as an independent program in rationals does, or neither can.
func TestManyPoliciesAllocateAsAnIndependentExactProgram(t *testing.T) {
	tier.Unraced(t)
	divided := 0
	policies := tier.Pick[uint64](500, 2000, 5000)
	for seed := range policies {
		m := maker{rand.New(rand.NewPCG(seed, 10))}
		rows, policy := m.rows(), m.policy()
		total := m.Int64N(1000)
		want := plainly{rows, total}.divide(policy)
		a, err := funding.Allocate(sp.Pence(total), tableOf(t, rows), policy)
		if want == nil {
			require.Error(t, err, "policy %d: %+v of %+v", seed, policy, rows)
			require.ErrorIs(t, err, sp.ErrInvalid)
			continue
		}
		require.NoError(t, err, "policy %d: %+v of %+v", seed, policy, rows)
		require.Equal(t, want, a.Minor(), "policy %d: %+v of %d over %+v", seed, policy, total, rows)
		divided++
	}
	require.Greater(t, divided, int(policies)*7/10)
}
