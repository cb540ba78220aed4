package matching

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// ruleSets are the sets of one rule.
type ruleSets struct {
	sets
	second     sets // of a rule that asks two things, the other
	changeable bool // somebody can turn a no into a yes
}

// of returns the rows of a leaf that answer a rule with yes, that do not answer it with no,
// and that pass.
func (r *ruleSets) of(w int, p directory.Policy) (yes, maybe, fits uint64) {
	yes, maybe = r.yes[w], r.maybe[w]
	if r.second.yes != nil {
		yes, maybe = yes&r.second.yes[w], maybe&r.second.maybe[w]
	}
	if p.Passes(sp.Unknown) {
		return yes, maybe, maybe
	}
	return yes, maybe, yes
}

// waySets are the sets of one way.
type waySets struct {
	offered    sets
	accessible sets
	asksAccess bool
	person     sp.Truth // what of the way is the person's
}

// A leafSets is what is known of the 64 rows of a leaf, a bit each.
type leafSets struct {
	left     uint64    // that may be among the answers
	here     uint64    // of these, those that may be taken in person
	fetched  uint64    // whom the service fetches
	remote   uint64    // that may be taken without a journey
	stated   uint64    // of these, those that state it
	sure     uint64    // whose way is no question
	visit    uint64    // that may be taken in person or at home
	unknowns [5]uint64 // how many rules are unknown, as binary digits
}

// A part is which rows of a leaf are looked at.
type part int

const (
	everything part = iota
	journeys
	others
)

// leaf works out what is known of a leaf: of all its rows, or where the map is walked of
// those that take a journey and nothing else, or of the others.
func (b *bounds) leaf(w int, part part) (l leafSets) {
	p := b.a.c.options.Unknown
	l.fetched = b.a.fetched[w]
	l.left = b.ways(&l, w, p) &^ b.x.snapshot.Gone(w)
	if rest := b.x.rows - w<<6; rest < 64 {
		l.left &= 1<<rest - 1
	}
	switch walk := l.here &^ (l.remote | l.fetched) & b.onEarth(w); part {
	case journeys:
		l.left &= walk
	case others:
		l.left &= l.remote | l.fetched | ^b.onEarth(w)
	case everything:
	}
	if l.left == 0 {
		return l
	}
	var ones, twos uint64 // rules that fail, of those that somebody can change
	for i := range b.a.rules {
		r := &b.a.rules[i]
		yes, maybe, fits := r.of(w, p)
		if b.nearly {
			twos |= ones &^ fits
			ones |= ^fits
			if !r.changeable {
				l.left &= maybe
			}
		} else {
			l.left &= fits
		}
		if l.left == 0 {
			return l
		}
		l.add(fits &^ yes)
	}
	if full := b.a.today.full[w]; b.nearly {
		twos |= ones & full
		ones |= full
	} else {
		l.left &^= full
	}
	if len(b.a.needs) > 0 {
		var yes, maybe uint64
		for i := range b.a.needs {
			yes |= b.a.needs[i].yes[w]
			maybe |= b.a.needs[i].maybe[w]
		}
		fits := maybe
		if !p.Passes(sp.Unknown) {
			fits = yes
		}
		if b.nearly {
			twos |= ones &^ fits // the last that counts
			l.left &= maybe
		} else {
			l.left &= fits
		}
		l.add(fits &^ yes)
	}
	if p.Passes(sp.Unknown) {
		l.add(b.a.today.unsure[w])
	}
	l.left &^= twos
	return l
}

// add counts one more unknown rule of some rows.
func (l *leafSets) add(rows uint64) {
	for i := range l.unknowns {
		l.unknowns[i], rows = l.unknowns[i]^rows, l.unknowns[i]&rows
	}
}

// ways notes how the offers of a leaf may be taken, and returns those that may. Where in
// person is certain, another way is taken only if it is certain too.
func (b *bounds) ways(l *leafSets, w int, p directory.Policy) (fits uint64) {
	var here, remote uint64 // certain
	for i := range b.a.ways {
		way := &b.a.ways[i]
		may, yes := way.offered.maybe[w], way.offered.yes[w]
		if way.asksAccess && !b.nearly {
			may, yes = may&way.accessible.maybe[w], yes&way.accessible.yes[w]
		}
		if way.person != sp.Yes {
			yes = 0
		}
		if !b.nearly && !p.Passes(way.person) {
			may = 0
		}
		if !p.Passes(sp.Unknown) && !b.nearly {
			may &= yes
		}
		fits |= may
		l.sure |= yes
		switch ways[i].mode { //nolint:exhaustive // the others have nobody move
		case directory.InPerson:
			l.here = may
			l.visit |= may
			if b.reached {
				here = yes
			}
			continue
		case directory.HomeVisit:
			l.visit |= may
		}
		l.remote |= may
		remote |= yes
		l.stated |= way.offered.yes[w]
	}
	l.remote &= ^here | remote
	l.visit |= here
	return fits
}
