package search

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/words"
)

// isSlip reports whether no offer has a word, given the rows that have it.
func (s *Snapshot) isSlip(having set, scope int, word string) bool {
	for w, rows := range having {
		if s.gone != nil {
			rows &^= s.gone[w]
		}
		if rows != 0 {
			return false
		}
	}
	return !slices.ContainsFunc(s.extra, func(o *directory.Offer) bool { return words.In(textOf(o, scope), word) })
}

// addExtra adds to an answer the offers that have changed since the snapshot was built.
func (s *Snapshot) addExtra(q *Query, a *Answer) {
	if len(s.extra) == 0 {
		return
	}
	plain := q.Query
	plain.Text, plain.Named = "", ""
	asking := plain.Ask()
	for i, o := range s.extra {
		fits, found := asking.Of(o)
		if !found || !a.reads(o) {
			continue
		}
		a.extra = append(a.extra, i)
		a.Total++
		if fits == sp.Unknown {
			a.Unsure++
		}
		for n, f := range q.Facets {
			a.Counts[n].add(f, o, 1)
		}
		h := Hit{Offer: o}
		if d, ok := q.Near.DistanceTo(o.Point); ok {
			h.Distance = sp.Know(d)
		}
		if q.BestFirst {
			h.Points = a.asked[inText].points(o)
		}
		if q.After.before(h) {
			at, _ := slices.BinarySearchFunc(a.Hits, h, compareHits)
			a.Hits = slices.Insert(a.Hits, at, h)
		}
	}
}

// reads reports whether the texts of an offer have the words of the query.
func (a *Answer) reads(o *directory.Offer) bool {
	for scope := range a.asked {
		if q := &a.asked[scope]; len(q.words) > 0 && !q.in(textOf(o, scope)) {
			return false
		}
	}
	return true
}

// compareHits orders hits as answers do.
func compareHits(a, b Hit) int {
	if a.Points != b.Points {
		return cmp.Compare(b.Points, a.Points)
	}
	p, known := a.Distance.Lookup()
	q, knownToo := b.Distance.Lookup()
	one, other := candidate{distance: p, unknown: !known}, candidate{distance: q, unknown: !knownToo}
	return cmp.Or(one.compare(other), cmp.Compare(a.Offer.ID, b.Offer.ID))
}
