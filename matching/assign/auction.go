package assign

import (
	"context"
	"errors"
	"slices"
)

// errBudget is that the auction has used up its bids, or that a price became too large.
var errBudget = errors.New("out of bids")

// An auction places all of its rows at the least total cost: rows bid for places, and the
// price of a part is the smallest bid that holds one of its places (similar objects;
// Bertsekas and Castanon 1989). Bids rise by at least eps, which shrinks from phase to
// phase until it is less than one unit of cost divided among all rows, and then the result
// is exact. Places that are left over must not have a price: after every phase parts
// that are not full lower theirs and win rows back (forward and reverse; Bertsekas,
// Castanon and Tsaknakis 1993).
//
// That all rows have a place together is for the caller to know. Costs are multiplied by
// scale, which is larger than the number of rows and of parts.
type auction struct {
	first []int32
	arcs  []arc
	rows  []int32
	room  []int32
	must  []bool // parts that must be full, whose price may be below nothing; nil for none
	max   int64  // the largest cost

	scale, eps int64
	theta      int64   // by which eps shrinks
	floor      int64   // no price is below this
	cold       bool    // prices change too much as to remember which arcs are near
	budget     int64   // bids and looks that are left
	at, own    []int32 // of rows: the part, or -1, and what it costs
	price      []int64 // of parts, times scale, and of no part, which nobody pays
	near       []near  // of rows

	base  []int32 // of parts: their first slot
	bids  []bid   // of parts: a heap of the bids that hold their places
	used  []int32
	queue []int32 // rows that must bid

	back reverse
}

// near are the arcs of a row that were the best when it last looked at all of them, and
// what the best of the others was worth then. Prices only rise while rows bid, so as
// long as the second of these is no worse than that, the others need no look. It fills a
// line of the cache.
type near struct {
	arcs  [7]arc
	bound int64 // 0 is that nobody has looked
}

// A bid is what a row offers for a place.
type bid struct {
	amount int64
	row    int32
}

const (
	tooMuch = int64(1) << 60 // a price that is never paid
)

func (a *auction) prepare(n int) {
	m := len(a.room)
	a.scale = int64(max(len(a.rows), m) + 2)
	a.at, a.own, a.near = make([]int32, n), make([]int32, n), make([]near, n)
	for i := range a.at {
		a.at[i] = -1
	}
	a.price = make([]int64, m+1)
	a.price[m] = tooMuch
	a.base, a.used = starts(a.room, a.arcs), make([]int32, m)
	for t, room := range a.room {
		if room == 0 {
			a.price[t] = tooMuch
		}
	}
	a.bids = make([]bid, a.base[m])
	if a.theta = 12; a.max < 32 {
		a.theta = 5 // where most costs are the same, large steps disturb what was found before them
	}
	a.eps, a.cold = max(1, a.max*a.scale/a.theta), true
}

// warm begins with prices of a similar problem, and as many units of cost as it may be off.
func (a *auction) warm(prices []int64, off int64) {
	for t, p := range prices {
		if a.room[t] > 0 && p >= 0 && p < tooMuch/a.scale/4 {
			a.price[t] = p * a.scale
		}
	}
	a.eps, a.cold = max(1, min(a.eps, off*a.scale)), false
}

// start lets rows begin where they are, of which none are more than there are places.
func (a *auction) start(at []int32) {
	for _, i := range a.rows {
		own, _ := find(a.of(i), at[i])
		a.at[i], a.own[i] = at[i], own.cost
	}
}

// run runs phases until the result is exact.
func (a *auction) run(ctx context.Context) error {
	a.queue = make([]int32, 0, len(a.rows))
	for ; ; a.cold = false {
		a.begin()
		if err := a.forward(ctx); err != nil {
			return err
		}
		if err := a.reverse(ctx); err != nil {
			return err
		}
		if a.eps == 1 {
			return nil
		}
		a.eps = max(1, a.eps/a.theta)
	}
}

func (a *auction) of(i int32) []arc { return a.arcs[a.first[i]:a.first[i+1]] }

// begin keeps the rows that are within eps of the best that they can have, and lets the others bid.
func (a *auction) begin() {
	a.queue = a.queue[:0]
	clear(a.used)
	for _, i := range a.rows {
		if t := a.at[i]; t >= 0 {
			if best, _, _ := a.look(i); int64(a.own[i])*a.scale+a.price[t] <= best+a.eps {
				a.push(t, bid{a.price[t], i})
				continue
			}
		}
		a.at[i] = -1
		a.queue = append(a.queue, i)
	}
}

// look returns what the best part is worth to a row, what the second best is, and the best.
func (a *auction) look(i int32) (first, second int64, best arc) {
	if a.cold {
		return a.glance(i)
	}
	n := &a.near[i]
	if n.bound != 0 {
		if first, second, best = a.best(&n.arcs); second <= n.bound {
			return first, second, best
		}
	}
	return a.search(i)
}

// glance looks at the arcs of a row, as far as they can be any good.
func (a *auction) glance(i int32) (first, second int64, best arc) {
	first, second = tooMuch, tooMuch
	arcs, scale, at := a.of(i), a.scale, 0
	for k, o := range arcs {
		c := int64(o.cost) * scale
		if c+a.floor >= second {
			break
		}
		v := c + a.price[o.to]
		second = min(second, max(first, v))
		if v < first {
			at = k
		}
		first = min(first, v)
	}
	return first, second, arcs[at]
}

// search does what glance does, and remembers the arcs that are near.
func (a *auction) search(i int32) (first, second int64, best arc) {
	n := &a.near[i]
	var worth [len(n.arcs) + 1]int64
	for k := range worth {
		worth[k] = tooMuch
	}
	for k := range n.arcs {
		n.arcs[k] = arc{int32(len(a.price) - 1), 0}
	}
	last := len(n.arcs)
	for _, o := range a.of(i) {
		c := int64(o.cost) * a.scale
		if c+a.floor >= worth[last] {
			break
		}
		v := c + a.price[o.to]
		if v >= worth[last] {
			continue
		}
		k := last
		for ; k > 0 && worth[k-1] > v; k-- {
			if worth[k] = worth[k-1]; k < last {
				n.arcs[k] = n.arcs[k-1]
			}
		}
		if worth[k] = v; k < last {
			n.arcs[k] = o
		}
	}
	n.bound = worth[last]
	return worth[0], worth[1], n.arcs[0]
}

func (a *auction) best(arcs *[7]arc) (first, second int64, best arc) {
	first, second = tooMuch, tooMuch
	at := 0
	for k := range arcs {
		v := int64(arcs[k].cost)*a.scale + a.price[arcs[k].to]
		second = min(second, max(first, v))
		if v < first {
			at = k
		}
		first = min(first, v)
	}
	return first, second, arcs[at]
}

// forward lets rows bid until all of them have a place.
func (a *auction) forward(ctx context.Context) error {
	for h := 0; h < len(a.queue); h++ {
		if h > 1<<16 && h > len(a.queue)/2 {
			a.queue = a.queue[:copy(a.queue, a.queue[h:])]
			h = 0
		}
		if a.budget--; a.budget < 0 {
			return errBudget
		}
		if a.budget&4095 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		out, err := a.bid(a.queue[h])
		if err != nil {
			return err
		}
		if out >= 0 {
			a.queue = append(a.queue, out)
		}
	}
	return nil
}

// bid lets a row bid, and returns the row that has lost its place by that, or -1.
func (a *auction) bid(i int32) (out int32, err error) {
	first, second, best := a.look(i)
	if first >= tooMuch {
		return -1, errBudget
	}
	to := best.to
	if second >= tooMuch { // nowhere else to go: enough to hold it
		second = first + 2*a.max*a.scale
	}
	amount := a.price[to] + second - first + a.eps
	if amount > tooMuch/4 {
		return -1, errBudget
	}
	a.at[i], a.own[i] = to, best.cost
	if a.used[to] == a.base[to+1]-a.base[to] {
		out = a.replace(to, bid{amount, i})
		a.price[to] = a.bids[a.base[to]].amount
		a.at[out] = -1
		return out, nil
	}
	a.push(to, bid{amount, i})
	if a.used[to] == a.base[to+1]-a.base[to] {
		a.price[to] = a.bids[a.base[to]].amount
	}
	return -1, nil
}

// push adds a bid to the heap of a part that has room for it.
func (a *auction) push(t int32, b bid) {
	h := a.bids[a.base[t]:a.base[t+1]]
	c := a.used[t]
	a.used[t]++
	for c > 0 {
		up := (c - 1) / 2
		if h[up].amount <= b.amount {
			break
		}
		h[c] = h[up]
		c = up
	}
	h[c] = b
}

// replace puts a bid in the place of the smallest one, and returns the row of that.
func (a *auction) replace(t int32, b bid) int32 {
	h := a.bids[a.base[t] : a.base[t]+a.used[t]]
	out := h[0].row
	c := 0
	for {
		down := 2*c + 1
		if down >= len(h) {
			break
		}
		if down+1 < len(h) && h[down+1].amount < h[down].amount {
			down++
		}
		if h[down].amount >= b.amount {
			break
		}
		h[c] = h[down]
		c = down
	}
	h[c] = b
	return out
}

// duals returns exact whole prices. With every row within one scaled unit of its best, and
// the rest of dividing by scale cut where no price stands, rounding changes no comparison:
// costs are multiples of scale, so only a price at the cut could come out on the wrong side.
// Such a cut exists since there are fewer parts than remainders.
func (a *auction) duals() []int64 {
	rest := make([]int64, 0, len(a.room))
	for t, room := range a.room {
		if room > 0 {
			rest = append(rest, ((a.price[t]%a.scale)+a.scale)%a.scale)
		}
	}
	slices.Sort(rest)
	cut := int64(1)
	for _, r := range rest {
		if r == cut {
			cut++
		}
	}
	whole := make([]int64, len(a.room))
	for t, room := range a.room {
		if room > 0 {
			whole[t] = floor(a.price[t]+a.scale-cut, a.scale)
		}
	}
	return whole
}

// floor returns x/y rounded down.
func floor(x, y int64) int64 {
	q := x / y
	if x%y < 0 {
		q--
	}
	return q
}
