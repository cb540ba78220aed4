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
	least     int64
	row       uint32
	questions int  // rules whose answer is unknown
	plain     bool // columns tell everything of it: see [bounds.settle]
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
	away   int64 // points of the journey to the leaf that is walked at least
	lower  int64 // points below nothing that what a row is found without may add
	k      int   // how many are wanted, 0 for all

	origin  search.Origin
	placed  bool // the home of the person is
	anyhow  bool // weights give no bounds
	company [2]int64
	likes   int64 // points of something that they like
	always  int64 // points that any offer may be below nothing by
	bonus   int64 // what they like, and whom they know, take off at most
	plain   bool  // nothing else can be below nothing
	open    bool  // no journey is a no, whatever it takes
	arrives bool  // every journey passes
	settles bool  // columns may tell everything of a row

	walks  []uint64                // rows that take a journey from a place on the map, and nothing else
	beyond func(geo.Distance) bool // tooFar
	visit  func(int)               // near
}

// bounds makes ready for a search.
func (a *Answer) bounds(x *Index, nearly bool) *bounds {
	b, w := &a.b, &a.c.weights
	beyond, visit := b.beyond, b.visit
	if b.a != a { // which is another's if the answer was copied
		beyond, visit = b.tooFar, b.near
	}
	*b = bounds{
		a: a, x: x, nearly: nearly, most: math.MaxInt64, above: math.MinInt64, margin: 8, k: a.c.options.Limit,
		beyond: beyond, visit: visit, anyhow: w.unbounded(),
	}
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
	b.bonus = b.likes
	if len(a.familiar) > 0 {
		b.bonus += min(0, w.Continuity.points(1))
	}
	b.plain = min(w.Unknown.Points, w.Need.Points, w.Need.Unknown, w.FirstNeed.Points, w.FirstNeed.Unknown, w.Company.Points, w.Travel.Unknown, w.Distance.Unknown) >= 0
	t := &a.profile.Transport
	unlimited := t.Minutes.IsZero() && t.Distance.IsZero() && a.profile.GroupSize.IsZero()
	b.open = unlimited && (a.profile.Ceiling.IsZero() || a.options.Travel == nil)
	b.arrives = b.open && (t.Alone != sp.No || a.c.passes(sp.Unknown))
	b.settles = !nearly && b.plain && !b.anyhow && unlimited && t.Alone != sp.No && w.small() &&
		!a.unasked && len(a.options.Without)+len(a.options.Factors) == 0
	if !b.plain { // terms may be below nothing that are not known where a row is found
		b.lower = min(0, w.Unknown.points(int64(len(a.c.asked)+mostParts))) + min(0, b.company[0], b.company[1])
	}
	b.lower += b.bonus
	b.margin += max(0, w.Unknown.points(3)) - b.lower // so that a second run is seldom needed
	a.c.needs.of, a.firsts = nil, a.firsts[:0]
	b.sift()
	return b
}

// run finds the bounds of all rows that have no more than b.most points, or so many more
// than the first k that they may be asked too.
func (b *bounds) run() {
	b.a.found = b.a.found[:0]
	walked := b.placed && !b.anyhow
	b.away = 0
	if walked {
		b.origin.Walk(b.beyond, b.visit)
	}
	for w, rows := range b.a.left {
		if walked {
			rows &^= b.walks[w]
		}
		if rows != 0 {
			b.others(w, rows)
		}
	}
}

// near finds the bounds of the rows of a leaf that take a journey and nothing else.
func (b *bounds) near(w int) {
	for rows := b.a.left[w] & b.walks[w]; rows != 0; rows &= rows - 1 {
		bit := bits.TrailingZeros64(rows)
		row := uint32(w<<6 + bit)
		least := b.a.today.least[row] + b.always
		if b.hopeless(least + b.away) {
			continue
		}
		d := b.origin.AtLeast(row)
		least += b.journey(d)
		if !b.hopeless(least) && (b.nearly || b.inReach(d)) {
			b.find(row, least+b.needs(w, bit))
		}
	}
}

// others finds the bounds of other rows of a leaf.
func (b *bounds) others(w int, rows uint64) {
	var l leafSets
	for ; rows != 0; rows &= rows - 1 {
		bit := bits.TrailingZeros64(rows)
		row := uint32(w<<6 + bit)
		if b.anyhow {
			b.a.found = append(b.a.found, bound{least: math.MinInt64, row: row})
			continue
		}
		least := b.a.today.least[row] + b.always
		if b.hopeless(least) {
			continue
		}
		if !l.looked {
			b.ways(&l, w)
		}
		if travel, ok := b.travel(&l, 1<<bit, row); ok {
			b.find(row, least+travel+b.needs(w, bit))
		}
	}
}

// find notes a row, with points for the day, the way and the needs, if it may be among the
// answers.
func (b *bounds) find(row uint32, least int64) {
	if least += b.lower; least > b.most || least <= b.above {
		return
	}
	b.a.found = append(b.a.found, bound{least: least, row: row})
	b.closer(least)
}

// hopeless reports whether some terms alone are more points than are looked for.
func (b *bounds) hopeless(points int64) bool { return b.plain && points+b.bonus > b.most }

// tooFar reports whether the journey alone to anything so far away has too many points.
func (b *bounds) tooFar(atLeast geo.Distance) bool {
	b.away = b.journey(atLeast)
	return b.most < math.MaxInt64 && b.hopeless(b.away+b.a.today.floor+b.always)
}

// journey returns the points of a journey over a distance at least.
func (b *bounds) journey(atLeast geo.Distance) int64 {
	w, o := &b.a.c.weights, &b.a.c.options
	straight := min(w.Distance.points(int64(math.Round(float64(atLeast)))), mostPoints)
	if o.Travel == nil {
		return straight
	}
	if o.Shortest == nil {
		return min(straight, w.Travel.points(0))
	}
	return min(straight, w.Travel.points(int64(o.Shortest(atLeast))), mostPoints)
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

// refine adds to the points of the rows that were found what else each has at least, and drops
// those that cannot be among the answers after all.
func (b *bounds) refine() {
	if b.anyhow {
		return
	}
	b.a.found = slices.DeleteFunc(b.a.found, func(x bound) bool { return x.least > b.most })
	rest := b.a.found[:0]
	for _, x := range b.a.found {
		if b.rest(&x) {
			rest = append(rest, x)
		}
	}
	b.a.found = rest
}

func (b *bounds) rest(x *bound) bool {
	w, bit := int(x.row>>6), int(x.row&63)
	c, one := &b.a.c, uint64(1)<<bit
	unknowns := int64(0)
	if b.a.area != nil {
		switch t := b.a.lives(b.x, x.row); {
		case t == sp.No || !b.nearly && !c.passes(t):
			return false
		case t == sp.Unknown && c.passes(t):
			unknowns++
		}
	}
	var l leafSets
	b.ways(&l, w)
	unknowns += b.unknown(&l, w, bit)
	x.questions = int(unknowns)
	x.plain = b.settles && l.sure&b.a.today.steady[w]&one != 0 && (!c.needs.heard || b.helpful(w, bit))
	if l.sure&one == 0 && !b.nearly {
		unknowns++
	}
	points := c.weights.Unknown.points(unknowns)
	if c.weights.Unknown.Points < 0 { // more of them would be fewer points
		points = c.weights.Unknown.points(int64(len(c.asked) + mostParts))
	}
	x.least += points + b.pleasures(x, w, one) - b.lower
	if b.company != [2]int64{} {
		x.least += b.company[l.visit>>bit&1^1]
	}
	return true
}

// pleasures returns the points that a row has for what they like and whom they know.
func (b *bounds) pleasures(x *bound, w int, one uint64) (points int64) {
	for _, liked := range b.a.liked {
		if liked[w]&one != 0 {
			points += b.likes
			break
		}
	}
	for _, spotted := range b.a.spotted {
		x.plain = x.plain && spotted[w]&one == 0
	}
	if len(b.a.familiar) > 0 && slices.Contains(b.a.familiar, b.a.orgs[x.row]) {
		points += b.a.c.weights.Continuity.points(1)
	}
	return points
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
	case b.placed && int(row) < b.x.placed:
		d := b.origin.AtLeast(row)
		if b.nearly || b.inReach(d) || l.fetched&one != 0 {
			points = min(points, b.journey(d))
		}
	case int(row) >= b.x.placed && b.x.snapshot.Point(row).IsZero():
		points = min(points, w.Distance.Unknown)
	case b.a.c.home.Point.IsZero():
		points = min(points, w.Distance.Unknown)
		if b.a.c.options.Travel != nil { // which may know the home by other means
			points = min(points, w.Travel.points(0))
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

// needs returns the points for the needs that the offer of a row does not help with: at least,
// if its words may speak of those of which it says nothing.
func (b *bounds) needs(w, bit int) (points int64) {
	a := b.a
	weights := &a.c.weights
	unmet, unknown := int64(0), int64(0)
	for i := range a.needs {
		met, maybe := a.needs[i].yes[w]>>bit&1, a.needs[i].maybe[w]>>bit&1
		unmet += int64(1 - maybe)
		unknown += int64(maybe &^ met)
		if i > 0 || len(a.needs) == 1 || met == 1 {
			continue
		}
		if points = weights.FirstNeed.Unknown; maybe == 0 {
			points = weights.FirstNeed.points(1)
		}
	}
	each := weights.Need.Unknown
	if a.c.needs.heard {
		each = min(each, each/2)
	}
	return points + weights.Need.points(unmet) + unknown*each
}

// helpful reports whether the offer of a row says of every need whether it helps.
func (b *bounds) helpful(w, bit int) bool {
	for i := range b.a.needs {
		if (b.a.needs[i].maybe[w]&^b.a.needs[i].yes[w])>>bit&1 == 1 {
			return false
		}
	}
	return true
}
