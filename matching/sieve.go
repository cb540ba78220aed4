package matching

import (
	"slices"

	"github.com/socialprescribing/sp"
)

// sift finds the rows that may be among the answers, as far as the rules tell that depend on
// facts and not on the way there: a word of 64 rows at a time, a rule at a time.
func (b *bounds) sift() {
	a := b.a
	n := b.x.leaves()
	a.left = slices.Grow(a.left[:0], n)[:n]
	for w := range a.left {
		a.left[w] = ^b.x.snapshot.Gone(w)
	}
	if rest := b.x.rows & 63; rest != 0 {
		a.left[n-1] &= 1<<rest - 1
	}
	if b.nearly {
		b.siftMisses()
		return
	}
	p := a.c.options.Unknown
	for i := range a.rules {
		keep(a.left, a.rules[i].fits(p))
	}
	for w := range a.left {
		a.left[w] &^= a.roomless(w)
	}
	if len(a.needs) > 0 {
		keep(a.left, b.helps())
	}
	ways := b.passable()
	keep(a.left, ways.maybe)
	b.walks = ways.yes
}

// passable returns the rows of which some way may pass, and as yes those that take a journey
// from a place on the map and nothing else.
func (b *bounds) passable() sets {
	a := b.a
	a.key = append(a.keyOf('v'), byte(sp.TruthOf(b.open)))
	for i := range a.ways {
		a.key = append(a.key, byte(a.ways[i].person))
	}
	a.key = texts(a.key, a.c.access)
	return b.x.keepSets(a.key, func() sets {
		s := b.x.noSets()
		for w := range s.yes {
			var l leafSets
			b.ways(&l, w)
			s.yes[w], s.maybe[w] = b.afoot(&l, w), l.fits
		}
		return s
	})
}

// keep leaves of some rows those that are in a set.
func keep(rows, set []uint64) {
	set = set[:len(rows)]
	for w := range rows {
		rows[w] &= set[w]
	}
}

// helps returns the rows that pass because they help, or may help, with one of the needs.
func (b *bounds) helps() []uint64 {
	a, p := b.a, b.a.c.options.Unknown
	if len(a.needs) == 1 {
		return a.needs[0].fits(p)
	}
	a.helps = append(a.helps[:0], a.needs[0].fits(p)...)
	for i := range a.needs[1:] {
		more := a.needs[i+1].fits(p)[:len(a.helps)]
		for w := range a.helps {
			a.helps[w] |= more[w]
		}
	}
	return a.helps
}

// siftMisses finds the rows that may be near misses. It counts the rules that fail, for all
// rows at once and no further than two: exactly one is what ones has and twos has not.
func (b *bounds) siftMisses() {
	a, n, p := b.a, len(b.a.left), b.a.c.options.Unknown
	a.ones, a.twos = slices.Grow(a.ones[:0], n)[:n], slices.Grow(a.twos[:0], n)[:n]
	clear(a.ones)
	clear(a.twos)
	for i := range a.rules {
		r := &a.rules[i]
		a.fail(r.fits(p))
		if !r.rule.No.Possible() {
			keep(a.left, r.maybe)
		}
	}
	for w := range a.ones {
		full := a.roomless(w)
		a.twos[w] |= a.ones[w] & full
		a.ones[w] |= full
	}
	if len(a.needs) > 0 {
		a.fail(b.helps())
		for w := range a.left {
			maybe := uint64(0)
			for i := range a.needs {
				maybe |= a.needs[i].maybe[w]
			}
			a.left[w] &= maybe
		}
	}
	a.walks = slices.Grow(a.walks[:0], n)[:n]
	b.walks = a.walks
	doubtful := a.unasked || a.area != nil && !p.Passes(sp.Unknown)
	for w := range a.left {
		if a.left[w] &^= a.twos[w]; a.left[w] == 0 {
			continue
		}
		var l leafSets
		b.ways(&l, w)
		doubt := ^a.today.steady[w]
		if doubtful {
			doubt = ^uint64(0)
		}
		a.walks[w] = b.afoot(&l, w)
		a.left[w] &= a.ones[w]&l.fits | l.misses&^(a.ones[w]|l.passes) | doubt&l.fits&^a.ones[w]
	}
}

// roomless returns the rows of a leaf that do not pass all day by the rule on room.
func (a *Answer) roomless(w int) uint64 {
	if a.c.options.Unknown.Passes(sp.Unknown) {
		return a.today.full[w]
	}
	return a.today.full[w] | a.today.unsure[w]
}

// fail counts one more rule as failed of the rows that are not in a set.
func (a *Answer) fail(fits []uint64) {
	for w, rows := range fits {
		a.twos[w] |= a.ones[w] &^ rows
		a.ones[w] |= ^rows
	}
}
