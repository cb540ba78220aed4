package funding_test

import (
	"math/big"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/funding/apportion"
)

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
