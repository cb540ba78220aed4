package matching

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/needs"
)

// An Order says which of several needs comes first. By [Weights].FirstNeed, a service that
// helps with that need comes before one that helps with another need only.
type Order string

// The orders.
const (
	// BasicsFirst puts what nobody can do without before everything else: food, warmth,
	// shelter, safety (see [Basic]). Beyond that the needs stand as they are given.
	BasicsFirst Order = ""

	AsGiven Order = "as-given" // the order of Options.Needs, where the person has said that it is theirs
)

// basics are the needs without which nobody can live, by the standard taxonomy: food;
// warmth (energy, and the repair of a damp or cold home); shelter; safety.
var basics = []needs.Code{needs.Food, "energy", "home-conditions", "homelessness", needs.Housing, needs.DomesticAbuse, "safety"}

// Basic reports whether a need of the standard taxonomy is one that nobody can do without.
// The list is a choice of this library, after the two lowest steps of Maslow 1943.
func Basic(c needs.Code) bool { return slices.Contains(basics, c) }

// lonely are the needs that company itself meets.
var lonely = []needs.Code{needs.Loneliness, "isolation"}

// A wanted is one need, and what meets it. It never changes.
type wanted struct {
	code    needs.Code
	concept sp.Code
	systems []system
}

// A system is what a code system has to say about a need: if it says anything, a service
// that is tagged in it and with none of the topics does not help.
type system struct {
	name   string
	topics []string // that meet the need
}

// wantedOf returns the needs of some options, each once.
func wantedOf(o *Options) (all []*wanted) {
	for _, code := range o.Needs {
		all = append(all, newWanted(code, o))
	}
	return all
}

func newWanted(code needs.Code, o *Options) *wanted {
	w := &wanted{code: code, concept: o.taxonomy().Concept(code)}
	w.link(w.concept)
	for _, link := range o.Crosswalk.Links {
		if link.To.Is(w.concept) {
			w.link(link.From)
		}
	}
	return w
}

// link notes that a topic meets the need.
func (w *wanted) link(topic sp.Code) {
	i := slices.IndexFunc(w.systems, func(s system) bool { return s.name == topic.System })
	if i < 0 {
		i = len(w.systems)
		w.systems = append(w.systems, system{name: topic.System})
	}
	w.systems[i].topics = append(w.systems[i].topics, topic.Code)
}

// met reports whether topics meet the need: unknown if none of them is of a code system that
// knows it.
func (w *wanted) met(topics []sp.Code) sp.Truth {
	answer := sp.Unknown
	for i := range topics {
		for k := range w.systems {
			if w.systems[k].name != topics[i].System {
				continue
			}
			if slices.Contains(w.systems[k].topics, topics[i].Code) {
				return sp.Yes
			}
			answer = sp.No
		}
	}
	return answer
}

// A coverage finds which needs an offer helps with.
type coverage struct {
	wants []*wanted // what comes first is first
	words taxonomy.Crosswalk
	heard bool // whether some words lead to a need

	of   *directory.Offer // the last that was counted
	last tally
}

// A tally is how an offer stands to the needs.
type tally struct {
	unmet   int
	unknown int
	first   sp.Truth  // of the need that comes first
	spoken  []sp.Code // of the unknown ones, those that its name or description speaks of
}

// begin makes c ready for some needs.
func (c *coverage) begin(wants []*wanted, o *Options) {
	c.of, c.wants, c.words.Words, c.heard = nil, c.wants[:0], c.words.Words[:0], false
	for _, basic := range [...]bool{true, false} {
		for _, w := range wants {
			known := slices.ContainsFunc(c.wants, func(k *wanted) bool { return k.concept.Is(w.concept) })
			if first := o.Order == BasicsFirst && Basic(w.code); first == basic && !known {
				c.wants = append(c.wants, w)
			}
		}
	}
	for _, word := range o.Crosswalk.Words {
		if slices.ContainsFunc(c.wants, func(w *wanted) bool { return w.concept.Is(word.To) }) {
			c.words.Words = append(c.words.Words, word)
			c.heard = true
		}
	}
}

// count returns how many needs the offer does not help with, and of how many that is
// unknown, because it has no topic in a code system that knows the need.
func (c *coverage) count(o *directory.Offer) tally {
	if c.of == o { // a score, its text and the answer to the rule ask one after the other
		return c.last
	}
	var t tally
	for i, w := range c.wants {
		met := w.met(o.Topics)
		if i == 0 {
			t.first = met
		}
		switch met {
		case sp.No:
			t.unmet++
		case sp.Unknown:
			t.unknown++
		case sp.Yes:
		}
	}
	if t.unknown > 0 && c.heard {
		t.spoken = slices.DeleteFunc(c.words.Suggest(*o), func(code sp.Code) bool {
			return !slices.ContainsFunc(c.wants, func(w *wanted) bool { return w.concept.Is(code) && w.met(o.Topics) == sp.Unknown })
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
	case t.unmet+t.unknown < len(c.wants):
		return sp.Yes
	case t.unknown > 0:
		return sp.Unknown
	}
	return sp.No
}

// company reports whether one of the needs is met by company itself.
func (c *coverage) company() bool {
	return slices.ContainsFunc(c.wants, func(w *wanted) bool { return slices.Contains(lonely, w.code) })
}

// label returns what people call a concept.
func label(c sp.Code) string { return cmp.Or(c.Display, c.Code) }
