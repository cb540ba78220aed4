package assign

// An arranging looks for the cheapest arrangement of the households that have a place. If they may
// split, what everybody costs together is a bound, and prices prove it; so a case need not be
// looked at further once that is no less than what has been found (branch and bound, Land and Doig 1960).
type arranging struct {
	*together
	budget int64
	left   int // cases that may still be told apart

	best  price // what the cheapest so far costs
	at    []int32
	price []price
	slow  bool
	ends  map[*Case]end
}

// An end is what a case costs at least if households may split, and the prices that prove it.
type end struct {
	value price
	price []price
}

// arrange returns the cheapest placing of everybody who has a place in f, with the proof.
func (s *together) arrange(f *filling, options Options) (*arranging, *Case, error) {
	a := &arranging{together: s, budget: options.Budget, left: options.cases(len(s.whole.p.rows)), ends: map[*Case]end{}}
	// What is found is no worse than where they are now.
	w, err := a.relaxed(f, s.whole.pricesOf(options.Warm))
	if err != nil {
		return nil, nil, err
	}
	a.best, a.at, a.price = w.value(), w.at, w.price
	x := f.clone()
	s.repair(x)
	proof, err := a.look(x, w.whole())
	return a, proof, err
}

// look looks at a case, beginning with everybody where x has them.
func (a *arranging) look(x *filling, warm []int64) (*Case, error) {
	if err := a.ctx.Err(); err != nil {
		return nil, err
	}
	w, err := a.relaxed(x, warm)
	if err != nil {
		return nil, err
	}
	value := w.value()
	leaf := &Case{}
	a.ends[leaf] = end{value, w.price}
	if !value.less(a.best) {
		return leaf, nil
	}
	k, t := a.split(w.at)
	if k < 0 {
		a.best, a.at, a.price = value, w.at, w.price
		return leaf, nil
	}
	if a.left--; a.left < 0 {
		return leaf, nil
	}
	node := a.node(k, t)
	if node.There, err = a.weigh(a.be, k, t, w); err != nil {
		return nil, err
	}
	if node.Elsewhere, err = a.weigh(a.ban, k, t, w); err != nil {
		return nil, err
	}
	if !value.less(a.best) {
		return leaf, nil // it was the best all along, together or not
	}
	return node, nil
}

// weigh looks at a case within one that w answers as if households could split.
func (a *arranging) weigh(suppose supposition, k int, t int32, w *placing) (*Case, error) {
	defer suppose(k, t)()
	x := a.filling()
	for i, t := range w.at {
		if t >= 0 {
			x.put(int32(i), t)
		}
	}
	if within, fits := a.repair(x); !fits {
		return a.whole.within(within), nil
	}
	return a.look(x, w.whole())
}

// relaxed answers where, as if households could split.
func (a *arranging) relaxed(x *filling, warm []int64) (*placing, error) {
	a.loose.tail(x.units)
	w := a.loose.where(x.at)
	slow, err := w.solve(a.ctx, warm, a.budget)
	a.slow = a.slow || slow
	return w, err
}

// value returns what a placing costs, and the sum of its ties.
func (w *placing) value() (sum price) {
	for _, i := range w.rows {
		own, _ := w.g.arcTo(i, w.at[i])
		sum = sum.plus(price{int64(own.cost), int64(w.g.tie(i, own.to))})
	}
	return sum
}

// whole returns the prices in units of cost.
func (w *placing) whole() []int64 {
	prices := make([]int64, len(w.price))
	for t, p := range w.price {
		prices[t] = p.cost
	}
	return prices
}

// tell writes down the prices of a proof, as far as they are others than those of the result, and
// returns what nothing in any case can be below.
func (a *arranging) tell(c *Case) (least price) {
	if c.Household != "" {
		least = a.tell(c.There)
		if other := a.tell(c.Elsewhere); other.less(least) {
			least = other
		}
		return least
	}
	w, priced := a.ends[c]
	if !priced { // nothing is possible here at all
		return price{cost: tooMuch}
	}
	for t, p := range w.price {
		if p != a.price[t] {
			c.Prices = append(c.Prices, PartPrice{a.whole.ref(int32(t)), p.cost, p.tie})
		}
	}
	return w.value
}
