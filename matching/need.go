package matching

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/needs"
)

// A coverage finds which needs an offer helps with. It must not be used by
// several goroutines at once.
type coverage struct {
	topics  map[topic][]int  // the needs that a topic meets
	systems map[string][]int // the needs that a code system has topics for
	met     []uint32         // for each need, the last round that met it
	tagged  []uint32         // and the last round that could have
	round   uint32
}

// A topic is the part of a code that makes it the same concept.
type topic struct{ system, code string }

func newCoverage(codes []needs.Code, crosswalk directory.Crosswalk) *coverage {
	c := &coverage{topics: map[topic][]int{}, systems: map[string][]int{}}
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
	key := topic{from.System, from.Code}
	c.topics[key] = append(c.topics[key], need)
	if !slices.Contains(c.systems[from.System], need) {
		c.systems[from.System] = append(c.systems[from.System], need)
	}
}

// count returns how many needs the offer does not help with, and of how many
// that is unknown, because it has no topic in a code system that knows the need.
func (c *coverage) count(o *directory.Offer) (unmet, unknown int) {
	c.round++
	for i := range o.Topics {
		t := &o.Topics[i]
		for _, n := range c.systems[t.System] {
			c.tagged[n] = c.round
		}
		for _, n := range c.topics[topic{t.System, t.Code}] {
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
