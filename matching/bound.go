package matching

import (
	"math"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/geo"
)

// A bound is a row with points that its offer does not have fewer of.
type bound struct {
	least int64
	row   uint32
}

// bounds looks for rows that may be among the answers, and how few points each has at
// least: those with at most so many points, nearest first.
type bounds struct {
	a      *Answer
	x      *Index
	nearly bool // near misses are looked for
	most   int64
	margin int64
	above  int64 // what has that many points or fewer is known already
	k      int   // how many are wanted, 0 for all

	origin  search.Origin
	placed  bool // the home of the person is
	anyhow  bool // weights give no bounds
	company [2]int64
	likes   int64 // points of something that they like
	always  int64 // points that any offer may be below nothing by
	plain   bool  // nothing else can be below nothing
	reached bool  // nothing keeps the person from a place
}

// bounds makes ready for a search.
func (a *Answer) bounds(x *Index, nearly bool) *bounds {
	b, w := &a.b, &a.c.weights
	*b = bounds{a: a, x: x, nearly: nearly, most: math.MaxInt64, above: math.MinInt64, margin: 3, k: a.c.options.Limit}
	b.anyhow = w.unbounded()
	b.origin, b.placed = x.snapshot.From(a.c.home.Point)
	if a.c.needs.company() {
		half := min(w.Company.points(50), w.Company.points(100))
		b.company = [2]int64{min(0, half), half}
	}
	if len(a.c.likes) > 0 {
		b.always, b.likes = min(0, w.Dislikes.points(1)), min(0, w.Likes.points(1))
	}
	for i := range a.c.options.Factors {
		b.always += min(0, max(a.c.options.Factors[i].Least, -mostPoints))
	}
	b.plain = min(w.Unknown.Points, w.Need.Points, w.Need.Unknown, w.FirstNeed.Points, w.FirstNeed.Unknown, w.Company.Points, w.Travel.Unknown, w.Distance.Unknown) >= 0
	t := &a.profile.Transport
	b.reached = !nearly && t.Alone != sp.No && t.Minutes.IsZero() && t.Distance.IsZero() && a.profile.GroupSize.IsZero() &&
		(a.profile.Ceiling.IsZero() || a.options.Travel == nil)
	a.c.needs.of, a.firsts = nil, a.firsts[:0]
	return b
}

// run finds the bounds of all rows that have no more than b.most points, or so many more
// than the first k that they may be asked too.
func (b *bounds) run() {
	b.a.found = b.a.found[:0]
	walked := b.placed && !b.anyhow && !b.nearly
	if walked {
		b.origin.Walk(b.tooFar, b.near)
	}
	for w := range (b.x.rows + 63) / 64 {
		part := everything
		if walked {
			part = others
		}
		l := b.leaf(w, part)
		b.rows(&l, w)
	}
}

// near finds the bounds of the rows of a leaf that take a journey and nothing else.
func (b *bounds) near(w int) {
	l := b.leaf(w, journeys)
	b.rows(&l, w)
}

// onEarth returns the rows of a leaf that have a point on the earth.
func (b *bounds) onEarth(w int) uint64 {
	switch n := b.x.placed - w<<6; {
	case n >= 64:
		return ^uint64(0)
	case n <= 0:
		return 0
	default:
		return 1<<n - 1
	}
}

// tooFar reports whether the journey alone to anything so far away has too many points.
func (b *bounds) tooFar(atLeast geo.Distance) bool {
	return b.plain && b.most < math.MaxInt64 && b.journey(atLeast)+b.a.today.floor+b.always+b.bonus() > b.most
}

// bonus returns the points that what they like, and whom they know, take off at most.
func (b *bounds) bonus() int64 {
	if len(b.a.familiar) == 0 {
		return b.likes
	}
	return b.likes + min(0, b.a.c.weights.Continuity.points(1))
}

// journey returns the points of a journey over a distance at least.
func (b *bounds) journey(atLeast geo.Distance) int64 {
	w, o := &b.a.c.weights, &b.a.c.options
	straight := w.Distance.points(int64(math.Round(float64(atLeast))))
	if o.Travel == nil {
		return straight
	}
	if o.Shortest == nil {
		return min(straight, w.Travel.points(0))
	}
	return min(straight, w.Travel.points(int64(o.Shortest(atLeast))))
}

// rows adds the bounds of some rows of a leaf.
func (b *bounds) rows(l *leafSets, w int) {
	for rows := l.left; rows != 0; rows &= rows - 1 {
		bit := bits.TrailingZeros64(rows)
		row := uint32(w<<6 + bit)
		least := int64(math.MinInt64)
		if !b.anyhow {
			var ok bool
			if least, ok = b.least(l, w, bit, row); !ok {
				continue
			}
		}
		if least > b.most || least <= b.above && !b.anyhow {
			continue
		}
		b.a.found = append(b.a.found, bound{least, row})
		b.closer(least)
	}
}

// closer notes the points of one more row, and lowers what is still looked for when there
// are enough with fewer.
func (b *bounds) closer(least int64) {
	if b.k == 0 || b.above > math.MinInt64 {
		return
	}
	h := b.a.firsts
	if len(h) < b.k {
		h = append(h, least)
		for i := len(h) - 1; i > 0 && h[(i-1)/2] < h[i]; i = (i - 1) / 2 {
			h[(i-1)/2], h[i] = h[i], h[(i-1)/2]
		}
	} else if least < h[0] {
		h[0] = least
		for i := 0; ; {
			child := 2*i + 1
			if child+1 < len(h) && h[child+1] > h[child] {
				child++
			}
			if child >= len(h) || h[i] >= h[child] {
				break
			}
			h[i], h[child] = h[child], h[i]
			i = child
		}
	}
	b.a.firsts = h
	if len(h) == b.k && h[0] < math.MaxInt64-b.margin {
		b.most = min(b.most, h[0]+b.margin)
	}
}

// least returns the points that the offer of a row does not have fewer of, and false if it
// cannot be among the answers after all.
func (b *bounds) least(l *leafSets, w, bit int, row uint32) (int64, bool) {
	one := uint64(1) << bit
	c := &b.a.c
	unknowns := int64(0)
	for i, digit := range l.unknowns {
		unknowns += int64(digit>>bit&1) << i
	}
	sum := b.a.today.least[row] + b.always
	if b.plain && sum+b.bonus() > b.most {
		return 0, false
	}
	if b.a.area != nil {
		switch t := b.a.lives(b.x, row); {
		case t == sp.No || !b.nearly && !c.passes(t):
			return 0, false
		case t == sp.Unknown && c.passes(t):
			unknowns++
		}
	}
	if l.sure&one == 0 && !b.nearly {
		unknowns++
	}
	points := c.weights.Unknown.points(unknowns)
	if c.weights.Unknown.Points < 0 { // more of them would be fewer points
		points = c.weights.Unknown.points(int64(len(c.asked) + mostParts))
	}
	sum += points + b.needs(w, bit)
	if b.company != [2]int64{} {
		sum += b.company[l.visit>>bit&1^1]
	}
	for _, tagged := range b.a.tagged {
		if tagged[w]&one != 0 {
			sum += b.likes
			break
		}
	}
	if len(b.a.familiar) > 0 && slices.Contains(b.a.familiar, b.a.orgs[row]) {
		sum += c.weights.Continuity.points(1)
	}
	travel, ok := b.travel(l, one, row)
	return sum + travel, ok
}

// travel returns the points of the way to the offer of a row at least.
func (b *bounds) travel(l *leafSets, one uint64, row uint32) (points int64, ok bool) {
	w := &b.a.c.weights
	points = math.MaxInt64
	if l.fetched&one != 0 || l.remote&l.stated&one != 0 {
		points = 0
	}
	if l.remote&one != 0 {
		points = min(points, w.Travel.Unknown)
	}
	if l.here&one == 0 {
		return points, points < math.MaxInt64
	}
	switch {
	case b.x.snapshot.Point(row).IsZero():
		points = min(points, w.Distance.Unknown)
	case b.a.c.home.Point.IsZero():
		points = min(points, w.Distance.Unknown)
		if b.a.c.options.Travel != nil { // which may know the home by other means
			points = min(points, w.Travel.points(0))
		}
	case b.placed && int(row) < b.x.placed:
		d := b.origin.AtLeast(row)
		if b.nearly || b.inReach(d) || l.fetched&one != 0 {
			points = min(points, b.journey(d))
		}
	default:
		points = min(points, 0, w.Distance.Unknown) // coordinates that are none
	}
	return points, points < math.MaxInt64
}

// inReach reports whether a person may get as far as that.
func (b *bounds) inReach(d geo.Distance) bool {
	farthest, limited := b.a.c.Person.Transport.Distance.Lookup()
	return !limited || d <= farthest
}

// needs returns the points for the needs that the offer of a row does not help with.
func (b *bounds) needs(w, bit int) int64 {
	a := b.a
	weights := &a.c.weights
	if len(a.needs) == 0 {
		return 0
	}
	unmet, unknown := int64(0), int64(0)
	first := int64(0)
	for i := range a.needs {
		met, maybe := a.needs[i].yes[w]>>bit&1, a.needs[i].maybe[w]>>bit&1
		unmet += int64(1 - maybe)
		unknown += int64(maybe &^ met)
		if i == 0 && len(a.needs) > 1 {
			switch {
			case met == 1:
				first = 0
			case maybe == 0:
				first = weights.FirstNeed.points(1)
			default:
				first = weights.FirstNeed.Unknown
			}
		}
	}
	each := weights.Need.Unknown
	if a.c.needs.heard {
		each = min(each, each/2)
	}
	return weights.Need.points(unmet) + unknown*each + first
}
