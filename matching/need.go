package matching

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
)

// A coverage finds which needs an offer helps with. It must not be used by
// several goroutines at once.
type coverage struct {
	systems []system // those that know a need
	met     []uint32 // for each need, the last round that met it
	tagged  []uint32 // and the last round that could have
	round   uint32
}

// A system is what a code system has to say about the needs.
type system struct {
	name   string
	needs  []int            // that it has topics for
	topics map[string][]int // the needs that each topic meets
}

func newCoverage(codes []needs.Code, crosswalk directory.Crosswalk) *coverage {
	c := &coverage{}
	var concepts []sp.Code
	for _, code := range codes {
		concept := code.Concept()
		if slices.ContainsFunc(concepts, concept.Is) {
			continue
		}
		n := len(concepts)
		concepts = append(concepts, concept)
		c.link(concept, n)
		for _, link := range crosswalk.Links {
			if link.To.Is(concept) {
				c.link(link.From, n)
			}
		}
	}
	c.met, c.tagged = make([]uint32, len(concepts)), make([]uint32, len(concepts))
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

// count returns how many needs the offer does not help with, and of how many
// that is unknown, because it has no topic in a code system that knows the need.
func (c *coverage) count(o *directory.Offer) (unmet, unknown int) {
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
	for n := range c.met {
		switch c.round {
		case c.met[n]:
		case c.tagged[n]:
			unmet++
		default:
			unknown++
		}
	}
	return unmet, unknown
}

// truth reports whether the offer helps with one of the needs.
func (c *coverage) truth(o *directory.Offer) sp.Truth {
	unmet, unknown := c.count(o)
	switch {
	case unmet+unknown < len(c.met):
		return sp.Yes
	case unknown > 0:
		return sp.Unknown
	}
	return sp.No
}
