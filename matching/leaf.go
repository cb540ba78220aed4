package matching

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// ruleSets are the sets of one rule.
type ruleSets struct {
	sets
	rule *Criterion
}

// waySets are the sets of one way.
type waySets struct {
	way        int // of ways
	offered    sets
	accessible sets     // empty if access is not asked
	person     sp.Truth // what of the way is the person's
	hurdles    int      // of these, how many do not pass
}

// of returns the rows of a leaf that may take the way as far as the offer states it, those
// that may pass, and those that surely do.
func (s *waySets) of(w int, p directory.Policy) (offered, pass, sure uint64) {
	offered = s.offered.maybe[w]
	if !p.Passes(s.person) {
		return offered, 0, 0
	}
	pass, sure = offered, s.offered.yes[w]
	if s.accessible.yes != nil {
		pass, sure = pass&s.accessible.maybe[w], sure&s.accessible.yes[w]
	}
	if s.person != sp.Yes {
		sure = 0
	}
	if !p.Passes(sp.Unknown) {
		pass = sure
	}
	return offered, pass, sure
}

// misses returns the rows of a leaf that one change may let pass.
func (s *waySets) misses(w int, p directory.Policy) uint64 {
	switch {
	case s.hurdles > 1:
		return 0
	case s.hurdles == 1 && s.accessible.yes != nil:
		return s.offered.maybe[w] & s.accessible.fits(p)[w]
	}
	return s.offered.maybe[w]
}

// A leafSets is what is known of the 64 rows of a leaf, a bit each.
type leafSets struct {
	looked   bool      // whether anything is known yet
	fits     uint64    // of which some way may pass
	passes   uint64    // of which some way surely passes
	misses   uint64    // of which some way may pass after one change
	here     uint64    // those that may be taken in person
	fetched  uint64    // whom the service fetches
	remote   uint64    // that may be taken without a journey
	stated   uint64    // of these, those that state it
	sure     uint64    // whose way is no question
	visit    uint64    // that may be taken in person or at home
	counted  bool      // whether the unknowns are
	unknowns [5]uint64 // how many rules are unknown, as binary digits
}

// afoot returns the rows of a leaf that take a journey from a place on the map, and nothing else.
func (b *bounds) afoot(l *leafSets, w int) uint64 {
	rows := l.here &^ (l.remote | l.fetched)
	switch n := b.x.placed - w<<6; {
	case n >= 64:
		return rows
	case n <= 0:
		return 0
	default:
		return rows & (1<<n - 1)
	}
}

// ways notes how the offers of a leaf may be taken. Where in person is no no, another way is
// taken only if it is certain. Of an offer that one change in its ways may let pass it is not
// known which these are.
func (b *bounds) ways(l *leafSets, w int) {
	l.looked = true
	p := b.a.c.options.Unknown
	passing := ^uint64(0) // whose ways pass as they are
	if b.nearly {
		passing = b.a.ones[w]
	}
	var block, certain uint64
	l.fetched = b.a.fetched[w]
	for i := range b.a.ways {
		way := &b.a.ways[i]
		offered, pass, sure := way.of(w, p)
		here := ways[way.way].mode == directory.InPerson
		l.fits |= pass
		l.sure |= sure
		if !here || b.arrives {
			l.passes |= pass
		}
		if b.nearly {
			l.misses |= way.misses(w, p)
		}
		taken := pass&passing | offered&^passing
		if here || ways[way.way].mode == directory.HomeVisit {
			l.visit |= taken
		}
		if here {
			l.here = taken
			if b.open {
				block = pass & passing
			}
			continue
		}
		l.remote |= taken
		certain |= sure
		l.stated |= way.offered.yes[w]
	}
	l.remote &= ^block | certain
}

// unknown returns how many rules of a row are unknown, without those on area and ways.
func (b *bounds) unknown(l *leafSets, w, bit int) (n int64) {
	if !l.counted {
		b.count(l, w)
	}
	for i, digit := range l.unknowns {
		n += int64(digit>>bit&1) << i
	}
	return n
}

func (b *bounds) count(l *leafSets, w int) {
	l.counted = true
	if !b.a.c.options.Unknown.Passes(sp.Unknown) {
		return
	}
	for i := range b.a.rules {
		r := &b.a.rules[i]
		l.add(r.maybe[w] &^ r.yes[w])
	}
	var yes, maybe uint64
	for i := range b.a.needs {
		yes |= b.a.needs[i].yes[w]
		maybe |= b.a.needs[i].maybe[w]
	}
	l.add(maybe &^ yes)
	l.add(b.a.today.unsure[w])
}

// add counts one more unknown rule of some rows.
func (l *leafSets) add(rows uint64) {
	for i := 0; rows != 0 && i < len(l.unknowns); i++ {
		l.unknowns[i], rows = l.unknowns[i]^rows, l.unknowns[i]&rows
	}
}
