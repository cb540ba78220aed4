package assign

import (
	"cmp"
	"context"
)

// reverse is what the reverse part of an auction works with. It is made when it is first
// needed, which on most lists it is not.
type reverse struct {
	users  users   // of parts; rows that are not of the auction may be among them
	worth  []int64 // of rows: what their place costs them, with its price
	queue  []int32
	queued []bool
	offers []bid
}

// reverse lets every part that is not full and has a price lower it, until it is full or its price is gone.
func (a *auction) reverse(ctx context.Context) error {
	b := &a.back
	b.queue = b.queue[:0]
	for t := range a.used {
		if a.slack(int32(t)) {
			b.queue = append(b.queue, int32(t))
		}
	}
	if len(b.queue) == 0 {
		return nil
	}
	a.prepareReverse()
	for h := 0; h < len(b.queue); h++ {
		if h > 1<<12 && h > len(b.queue)/2 {
			b.queue = b.queue[:copy(b.queue, b.queue[h:])]
			h = 0
		}
		if a.budget--; a.budget < 0 {
			return errBudget
		}
		if a.budget&255 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		t := b.queue[h]
		b.queued[t] = false
		if !a.slack(t) {
			continue
		}
		if err := a.lower(t); err != nil {
			return err
		}
	}
	return nil
}

// slack reports whether a part has places left over, and a price that they must not have.
func (a *auction) slack(t int32) bool {
	return a.used[t] < a.base[t+1]-a.base[t] && (a.price[t] > 0 || a.must != nil && a.must[t])
}

func (a *auction) prepareReverse() {
	b := &a.back
	if b.users.first == nil {
		b.users = usersOf(a.rows, len(a.room), a.of)
	}
	if b.worth == nil {
		b.worth, b.queued = make([]int64, len(a.at)), make([]bool, len(a.room))
	}
	for _, i := range a.rows {
		b.worth[i] = int64(a.own[i])*a.scale + a.price[a.at[i]]
	}
	for _, t := range b.queue {
		b.queued[t] = true
	}
}

// lower gives part t the largest price at which it is full, and the rows that then win.
func (a *auction) lower(t int32) error {
	b := &a.back
	free := int(a.base[t+1] - a.base[t] - a.used[t])
	must := a.must != nil && a.must[t]
	b.offers = b.offers[:0]
	rows := b.users.of(t)
	a.budget -= int64(len(rows)) / 32
	for _, i := range rows {
		if at := a.at[i]; at == t || at < 0 {
			continue
		}
		o, _ := find(a.of(i), t)
		amount := b.worth[i] - int64(o.cost)*a.scale
		if amount <= a.eps && !must {
			continue
		}
		b.offer(bid{amount, i}, free+1)
	}
	price := int64(0)
	switch {
	case len(b.offers) > free: // the smallest sets the price, and wins nothing
		price = b.offers[0].amount - a.eps
		b.offers = b.offers[1:]
	case must && len(b.offers) < free:
		return errBudget
	case must:
		price = b.offers[0].amount - a.eps
	}
	if !must {
		price = max(0, price)
	}
	if price < -tooMuch/4 {
		return errBudget
	}
	if price < a.price[t] {
		for _, h := range a.bids[a.base[t] : a.base[t]+a.used[t]] {
			b.worth[h.row] -= a.price[t] - price
		}
		a.price[t] = price
		a.floor = min(a.floor, price)
		for _, i := range rows { // it may be better than what they have looked at
			a.near[i].bound = 0
		}
	}
	for _, o := range b.offers {
		a.win(t, o.row)
	}
	return nil
}

// offer keeps the best offers, at most so many, as a heap with the smallest first. Equal ones
// are told apart by the row.
func (b *reverse) offer(o bid, most int) {
	less := func(x, y bid) bool {
		return cmp.Or(cmp.Compare(x.amount, y.amount), cmp.Compare(y.row, x.row)) < 0
	}
	if n := len(b.offers); n < most {
		b.offers = append(b.offers, o)
		for n > 0 {
			up := (n - 1) / 2
			if !less(o, b.offers[up]) {
				break
			}
			b.offers[n], b.offers[up] = b.offers[up], o
			n = up
		}
		return
	}
	if less(o, b.offers[0]) {
		return
	}
	c, n := 0, len(b.offers)
	for {
		down := 2*c + 1
		if down >= n {
			break
		}
		if down+1 < n && less(b.offers[down+1], b.offers[down]) {
			down++
		}
		if !less(b.offers[down], o) {
			break
		}
		b.offers[c] = b.offers[down]
		c = down
	}
	b.offers[c] = o
}

// win moves row i to a place that part t has left over.
func (a *auction) win(t, i int32) {
	b, from := &a.back, a.at[i]
	held := a.bids[a.base[from] : a.base[from]+a.used[from]]
	for k := range held {
		if held[k].row == i {
			held[k] = held[len(held)-1]
			break
		}
	}
	a.used[from]--
	if !b.queued[from] && a.slack(from) {
		b.queued[from] = true
		b.queue = append(b.queue, from)
	}
	o, _ := find(a.of(i), t)
	a.at[i], a.own[i] = t, o.cost
	b.worth[i] = int64(o.cost)*a.scale + a.price[t]
	a.bids[a.base[t]+a.used[t]] = bid{a.price[t], i}
	a.used[t]++
}
