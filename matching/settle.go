package matching

import (
	"math"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
)

// Of most rows columns tell all that decides: how every rule is answered, and what each term
// costs. Such an offer need not be looked at, which would take many times as long.

// settle returns the offer of a row that is plain as a candidate, as [Case.consider] does, and
// false if it has to be looked at after all.
func (b *bounds) settle(f bound) (x candidate, ok bool) {
	a, weights := b.a, &b.a.c.weights
	w, bit := int(f.row>>6), int(f.row&63)
	mode, here := b.mode(w, bit)
	x.score = a.today.least[f.row] + weights.Unknown.points(int64(f.questions)) + b.needs(w, bit) + b.pleasures(&f, w, 1<<bit)
	if b.company != [2]int64{} {
		x.score += weights.Company.points(a.today.company(f.row, mode))
	}
	if here {
		points, ok := b.way(f.row)
		switch {
		case !ok:
			return candidate{}, false
		case mode == directory.InPerson:
			x.score += points
		}
	}
	x.offer, x.taking = b.x.snapshot.At(search.Row(f.row)), Taking{mode, f.questions}
	return x, true
}

// way returns the points of the journey to a row, and false if there is none, which may leave
// another way to be taken, or if it costs something, which is more than a term.
func (b *bounds) way(row uint32) (points int64, ok bool) {
	c, to := &b.a.c, b.x.snapshot.Point(row)
	if c.options.Travel != nil && !to.IsZero() {
		switch j, known := c.options.Travel(c.home, to); {
		case !known || j.Minutes < 0 || j.Minutes > mostMinutes:
		case j.Minutes == 0 || !j.Fare.IsZero():
			return 0, false
		default:
			return c.weights.Travel.points(int64(j.Minutes)), true
		}
	}
	d, measured := c.home.Point.DistanceTo(to)
	if !measured || math.IsNaN(float64(d)) {
		return c.weights.Distance.Unknown, true
	}
	return c.weights.Distance.points(int64(math.Round(float64(d)))), d != 0
}

// mode returns how an offer is taken of which some way is certain: in person, unless another
// way that is certain saves the journey. It also reports whether in person takes a journey.
func (b *bounds) mode(w, bit int) (m directory.Mode, here bool) {
	for i := range b.a.ways {
		way := &b.a.ways[i]
		if _, _, sure := way.of(w, b.a.c.options.Unknown); sure>>bit&1 == 0 {
			continue
		}
		m = ways[way.way].mode
		if m != directory.InPerson || b.a.fetched[w]>>bit&1 == 1 {
			break
		}
		here = true
	}
	return m, here
}
