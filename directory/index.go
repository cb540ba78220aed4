package directory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/internal/words"
	"github.com/socialprescribing/sp/geo"
)

// An Index answers queries about a set of offers. It never changes, so any number
// of goroutines may search it at once; to update it, build another and replace
// it. A search looks at every offer, which takes about ten milliseconds for a
// hundred thousand, and several times that for a text; package search answers in
// a fraction of it, and has to give the same answers.
type Index struct {
	entries []entry // in order of ID
}

// NewIndex returns an index of offers. It copies the slice, but not the maps and
// slices within the offers, which must not be changed afterwards.
func NewIndex(offers []Offer) *Index {
	order := make([]int, len(offers)) // entries are too large to be sorted themselves
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return strings.Compare(string(offers[a].ID), string(offers[b].ID))
	})
	x := &Index{entries: make([]entry, len(offers))}
	var r words.Reader
	for i, from := range order {
		e := &x.entries[i]
		e.Offer = offers[from]
		e.text = e.searchable(&r)
	}
	return x
}

// Offer returns the offer with an ID, and false if there is none.
func (x *Index) Offer(id ID) (Offer, bool) {
	i, ok := slices.BinarySearchFunc(x.entries, id, func(e entry, id ID) int {
		return strings.Compare(string(e.ID), string(id))
	})
	if !ok {
		return Offer{}, false
	}
	return x.entries[i].Offer, true
}

// A Result is the answer to a query.
type Result struct {
	Hits  []Hit
	Total int // of all offers that were found, whatever the limit
}

// A Hit is an offer that was found.
type Hit struct {
	Offer    Offer
	Distance sp.Known[geo.Distance] // from Query.Near, where both points are known

	// Points say how well the text of the query fits, where [Query.BestFirst] asks; otherwise they are
	// 0. Each word of the text counts in its best place: the name of the service 3, the
	// provider and the place 2, the description 1; times 4 where it stands there as it was asked,
	// 3 in another form ("gardens" for "gardening"), 2 at the beginning of a longer word, and 1 within
	// one or where it is taken for a slip. A word that few offers have counts as any other.
	Points int
}

// Offers returns the offers of all hits, in their order.
func (r Result) Offers() []Offer {
	offers := make([]Offer, len(r.Hits))
	for i := range r.Hits {
		offers[i] = r.Hits[i].Offer
	}
	return offers
}

// Find answers q: the offers that fit, nearest first and then by ID; those whose
// distance is unknown come last. [Query.BestFirst] goes before the distance. The same
// query always gives the same answer.
func (x *Index) Find(q Query) Result {
	slips := slips{
		text:  x.slips(q.Text, func(e *entry) string { return e.text }),
		named: x.slips(q.Named, func(e *entry) string { return words.Text(e.Name) }),
	}
	parts := q.parts(slips)
	var best []string // words by which the order begins
	if q.BestFirst {
		best = words.Query(q.Text)
	}
	var found []place
	for i := range x.entries {
		e := &x.entries[i]
		if finds(e, parts) {
			d, ok := q.Near.DistanceTo(e.Point)
			found = append(found, place{i, d, ok, e.points(best, slips.text)})
		}
	}
	slices.SortFunc(found, place.compare)
	r := Result{Total: len(found)}
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	for _, f := range found {
		h := Hit{Offer: x.entries[f.entry].Offer, Points: f.points}
		if f.known {
			h.Distance = sp.Know(f.distance)
		}
		r.Hits = append(r.Hits, h)
	}
	return r
}

// slips returns the words of a query that no offer has.
func (x *Index) slips(text string, of func(*entry) string) []string {
	return slices.DeleteFunc(words.Query(text), func(w string) bool {
		for i := range x.entries {
			if words.In(of(&x.entries[i]), w) {
				return true
			}
		}
		return false
	})
}

func finds(e *entry, parts []part) bool {
	for _, p := range parts {
		if !p.policy.Passes(p.ask(e)) {
			return false
		}
	}
	return true
}

// A place is that of an entry in the answer; entries are in order of ID.
type place struct {
	entry    int
	distance geo.Distance
	known    bool
	points   int // more are better
}

func (p place) compare(o place) int {
	switch {
	case p.points != o.points:
		return cmp.Compare(o.points, p.points)
	case p.known && !o.known:
		return -1
	case !p.known && o.known:
		return 1
	}
	if c := cmp.Compare(p.distance, o.distance); c != 0 {
		return c
	}
	return cmp.Compare(p.entry, o.entry)
}
