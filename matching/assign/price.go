package assign

import "cmp"

// A price is what a place costs those who would rather have it: in units of cost, and
// among placements of equal cost in units of the tie-break. Prices are compared by the
// first, then by the second, so that one proof covers both.
type price struct{ cost, tie int64 }

func (x price) plus(y price) price  { return price{x.cost + y.cost, x.tie + y.tie} }
func (x price) minus(y price) price { return price{x.cost - y.cost, x.tie - y.tie} }
func (x price) less(y price) bool   { return x.compare(y) < 0 }

func (x price) compare(y price) int {
	return cmp.Or(cmp.Compare(x.cost, y.cost), cmp.Compare(x.tie, y.tie))
}
