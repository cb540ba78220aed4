package matching

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
)

// A coverage finds which needs an offer helps with. It must not be used by
// several goroutines at once.
type coverage struct {
	concepts []sp.Code
	systems  []system            // those that know a need
	words    directory.Crosswalk // those that lead to a need, and nothing else
	met      []uint32            // for each need, the last round that met it
	tagged   []uint32            // and the last round that could have
	round    uint32

	of   *directory.Offer // the last that was counted
	last tally
}

// A tally is how an offer stands to the needs.
type tally struct {
	unmet   int
	unknown int
	spoken  []sp.Code // of the unknown ones, those that its name or description speaks of
}

// A system is what a code system has to say about the needs.
type system struct {
	name   string
	needs  []int            // that it has topics for
	topics map[string][]int // the needs that each topic meets
}

func newCoverage(codes []needs.Code, taxonomy *needs.Taxonomy, crosswalk directory.Crosswalk) *coverage {
	if taxonomy == nil {
		taxonomy = needs.Standard()
	}
	c := &coverage{}
	for _, code := range codes {
		concept := taxonomy.Concept(code)
		if slices.ContainsFunc(c.concepts, concept.Is) {
			continue
		}
		n := len(c.concepts)
		c.concepts = append(c.concepts, concept)
		c.link(concept, n)
		for _, link := range crosswalk.Links {
			if link.To.Is(concept) {
				c.link(link.From, n)
			}
		}
		for _, word := range crosswalk.Words {
			if word.To.Is(concept) {
				c.words.Words = append(c.words.Words, word)
			}
		}
	}
	c.met, c.tagged = make([]uint32, len(c.concepts)), make([]uint32, len(c.concepts))
	return c
}

// link notes that a topic meets a need.
func (c *coverage) link(from sp.Code, need int) {
	s := c.system(from.System)
	if s == nil {
		c.systems = append(c.systems, system{name: from.System, topics: map[string][]int{}})
		s = &c.systems[len(c.systems)-1]
	}
	s.topics[from.Code] = append(s.topics[from.Code], need)
	if !slices.Contains(s.needs, need) {
		s.needs = append(s.needs, need)
	}
}

func (c *coverage) system(name string) *system {
	for i := range c.systems {
		if c.systems[i].name == name {
			return &c.systems[i]
		}
	}
	return nil
}

// count returns how many needs the offer does not help with, and of how many that is
// unknown, because it has no topic in a code system that knows the need.
func (c *coverage) count(o *directory.Offer) tally {
	if c.of == o { // a score, its text and the answer to the rule ask one after the other
		return c.last
	}
	c.round++
	for i := range o.Topics {
		s := c.system(o.Topics[i].System)
		if s == nil {
			continue
		}
		for _, n := range s.needs {
			c.tagged[n] = c.round
		}
		for _, n := range s.topics[o.Topics[i].Code] {
			c.met[n] = c.round
		}
	}
	var t tally
	for n := range c.met {
		switch c.round {
		case c.met[n]:
		case c.tagged[n]:
			t.unmet++
		default:
			t.unknown++
		}
	}
	if t.unknown > 0 && len(c.words.Words) > 0 {
		t.spoken = slices.DeleteFunc(c.words.Suggest(*o), func(code sp.Code) bool {
			n := slices.IndexFunc(c.concepts, code.Is)
			return c.met[n] == c.round || c.tagged[n] == c.round
		})
	}
	c.of, c.last = o, t
	return t
}

// truth reports whether the offer helps with one of the needs. Words are a guess, and
// make no fact of what is unknown.
func (c *coverage) truth(o *directory.Offer) sp.Truth {
	t := c.count(o)
	switch {
	case t.unmet+t.unknown < len(c.met):
		return sp.Yes
	case t.unknown > 0:
		return sp.Unknown
	}
	return sp.No
}

// label returns what people call a concept.
func label(c sp.Code) string { return cmp.Or(c.Display, c.Code) }
