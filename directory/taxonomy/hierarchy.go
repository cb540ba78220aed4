// Package taxonomy leads from one term to others: to those that it is a kind of, and to the needs
// of a scheme that a service tagged with it helps with. Directories tag a service
// with the narrowest term that fits, such as help with bailiffs, and people look for the
// broader one, such as help with money.
//
// Feeds say so in the parents of their terms, which an import keeps as
// [directory.Catalogue.Broader]. A [Hierarchy] rolls terms up before a directory is
// searched:
//
//	h, err := taxonomy.New(catalogue.Broader)
//	snapshot := search.Build(h.Offers(catalogue.Offers()))
//
// A [Crosswalk] leads from the terms of a directory to the needs that a scheme works with.
package taxonomy

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Hierarchy says which terms of a taxonomy are kinds of others: help with debts is
// help with money. Whoever asks for the broader term means its kinds too, and so a term
// is rolled up: what is tagged with it is found by all that it is a kind of.
//
// The zero Hierarchy knows no terms.
type Hierarchy struct{ above map[term][]sp.Code }

// A term is what makes a code the same as another, see [sp.Code.Is].
type term struct{ system, code string }

func termOf(c sp.Code) term { return term{c.System, c.Code} }

// New returns the hierarchy in which From of each link is a kind of To. A term may be a
// kind of several. It fails with an error that is [sp.ErrInvalid] for a term that would
// be a kind of itself.
func New(links []directory.Link) (Hierarchy, error) {
	parents := map[term][]sp.Code{}
	for _, l := range links {
		if t := termOf(l.From); !slices.ContainsFunc(parents[t], l.To.Is) {
			parents[t] = append(parents[t], l.To)
		}
	}
	h := Hierarchy{map[term][]sp.Code{}}
	e := &sp.InvalidError{Subject: "taxonomy: hierarchy"}
	for i, l := range links {
		above, ok := climb(parents, l.From)
		e.Check(ok, fmt.Sprintf("links[%d]", i), sp.Inconsistent, "must not make a term a kind of itself")
		h.above[termOf(l.From)] = above
	}
	if err := e.Err(); err != nil {
		return Hierarchy{}, err
	}
	return h, nil
}

// climb returns all above a term, the nearest first, and false if it is among them.
func climb(parents map[term][]sp.Code, from sp.Code) ([]sp.Code, bool) {
	var above []sp.Code
	next := parents[termOf(from)]
	for len(next) > 0 {
		var higher []sp.Code
		for _, c := range next {
			if c.Is(from) {
				return nil, false
			}
			if !slices.ContainsFunc(above, c.Is) {
				above = append(above, c)
				higher = append(higher, parents[termOf(c)]...)
			}
		}
		next = higher
	}
	return above, true
}

// Above returns the terms that c is a kind of, the nearest first. The caller must not
// change the slice.
func (h Hierarchy) Above(c sp.Code) []sp.Code { return h.above[termOf(c)] }

// Tag returns topics and after them all that they are kinds of, each once. It returns
// topics themselves if there is nothing to add.
func (h Hierarchy) Tag(topics []sp.Code) []sp.Code {
	tagged := slices.Clip(topics)
	for _, t := range topics {
		for _, above := range h.Above(t) {
			if !slices.ContainsFunc(tagged, above.Is) {
				tagged = append(tagged, above)
			}
		}
	}
	return tagged
}

// Offers returns copies of offers with their topics rolled up, to be searched:
//
//	snapshot := search.Build(hierarchy.Offers(catalogue.Offers()))
//
// The services themselves stay tagged as they are.
func (h Hierarchy) Offers(offers []directory.Offer) []directory.Offer {
	rolled := slices.Clone(offers)
	for i := range rolled {
		rolled[i].Topics = h.Tag(rolled[i].Topics)
	}
	return rolled
}
