package matching

import (
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/person"
)

// WhySoFew counts by which rules the offers of the index are left out, as the function
// [WhySoFew] does, for 64 offers at a time. It asks one by one only the offers of which
// columns do not tell: those that the person may not be able to reach, and where a scheme asks
// rules of its own. The offers that [Request].Limit would leave out count as any other. It
// fails with an [*sp.InvalidError] as [Options.Check] does.
func (x *Index) WhySoFew(p person.Profile, r Request, a *Answer) (Exclusions, error) {
	if err := x.begin(p, r, a); err != nil {
		return Exclusions{}, err
	}
	a.gather(x)
	a.know(x)
	b := a.bounds(x, false)
	var t exclusions
	t.begin(&a.c)
	alive, failed := b.countRules(&t)
	for w, rows := range alive {
		b.countWays(&t, w, rows)
	}
	for i, rows := range failed { // of those that fail this rule alone, as many as some way lets pass
		t.rules[i].Alone = b.pass(rows, a.twos)
	}
	t.ask(&a.c, func(yield func(*directory.Offer) bool) {
		for i := range x.snapshot.Changed() {
			if !yield(x.snapshot.At(search.Row(x.rows + i))) {
				return
			}
		}
	})
	return t.counts(&a.c), nil
}

// countRules counts by the first rule that each row fails, and returns the rows that fail none
// and, for each rule, those that fail it. What is known of those that fail two is not all.
func (b *bounds) countRules(t *exclusions) (alive []uint64, failed [][]uint64) {
	a, n := b.a, b.x.leaves()
	alive = make([]uint64, n)
	for w := range alive {
		alive[w] = ^b.x.snapshot.Gone(w)
	}
	if rest := b.x.rows & 63; rest != 0 {
		alive[n-1] &= 1<<rest - 1
	}
	for _, rows := range alive {
		t.offers += bits.OnesCount64(rows)
	}
	a.ones, a.twos = slices.Grow(a.ones[:0], n)[:n], slices.Grow(a.twos[:0], n)[:n]
	clear(a.ones)
	clear(a.twos)
	for i, rule := range a.c.asked {
		fails, fits := make([]uint64, n), b.fitting(rule)
		for w := range fails {
			rows := (alive[w] | a.ones[w]) &^ a.twos[w]
			if fits != nil {
				fails[w] = rows &^ fits[w]
			} else {
				fails[w] = b.fails(rule, w, rows)
			}
			t.rules[i].Out += bits.OnesCount64(fails[w] & alive[w])
			a.twos[w] |= a.ones[w] & fails[w]
			a.ones[w] |= fails[w]
			alive[w] &^= fails[w]
		}
		failed = append(failed, fails)
	}
	return alive, failed
}

// fitting returns the rows that pass a rule, and nil if columns do not tell.
func (b *bounds) fitting(rule *Criterion) []uint64 {
	if rule.Rule == Need {
		return b.helps()
	}
	for i := range b.a.rules {
		if b.a.rules[i].rule == rule {
			return b.a.rules[i].fits(b.a.c.options.Unknown)
		}
	}
	return nil
}

// fails returns which of some rows of a leaf fail a rule of which columns do not tell.
func (b *bounds) fails(rule *Criterion, w int, rows uint64) uint64 {
	a, unclear := b.a, rows
	if rule.Rule == Room {
		unclear &^= a.today.steady[w]
		rows &= unclear | a.roomless(w)
	}
	for ; unclear != 0; unclear &= unclear - 1 {
		row := uint32(w<<6 + bits.TrailingZeros64(unclear))
		var t sp.Truth
		if rule.Rule == Area {
			t = a.lives(b.x, row)
		} else {
			t = rule.ask(&a.c, b.x.snapshot.At(search.Row(row)))
		}
		if a.c.passes(t) {
			rows &^= 1 << (row & 63)
		}
	}
	return rows
}

// countWays counts rows that pass every rule: those that some way lets pass, and what keeps
// the others out.
func (b *bounds) countWays(t *exclusions, w int, rows uint64) {
	if rows == 0 {
		return
	}
	a := b.a
	var l leafSets
	b.ways(&l, w)
	t.fit += bits.OnesCount64(rows & l.passes)
	for rows &^= l.passes; rows != 0; rows &= rows - 1 {
		bit := bits.TrailingZeros64(rows)
		o := b.x.snapshot.At(search.Row(w<<6 + bit))
		if answers, _ := a.c.ask(o, 0); l.fits>>bit&1 == 1 && a.c.passes(answers.way) {
			t.fit++
		} else {
			t.ways[a.c.wayBlocker(o)]++
		}
	}
}

// pass counts the rows of a set, without those of another, that some way lets pass.
func (b *bounds) pass(set, without []uint64) (n int) {
	a := b.a
	for w, rows := range set {
		if rows &^= without[w]; rows == 0 {
			continue
		}
		var l leafSets
		b.ways(&l, w)
		n += bits.OnesCount64(rows & l.passes)
		for rows &= l.fits &^ l.passes; rows != 0; rows &= rows - 1 {
			o := b.x.snapshot.At(search.Row(w<<6 + bits.TrailingZeros64(rows)))
			if answers, all := a.c.ask(o, 1); all && a.c.passes(answers.way) {
				n++
			}
		}
	}
	return n
}
