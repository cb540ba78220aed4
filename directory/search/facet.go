package search

import (
	"cmp"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Facet is a property of offers whose values are counted among all that a query
// finds, such as how many of them are in each language.
type Facet string

// The facets. Each is named after the field of [directory.Query] that asks for it.
const (
	Topics    Facet = "topics" // "system|code"
	Groups    Facet = "groups" // named as those that a service is for
	Charges   Facet = "charges"
	Delivery  Facet = "delivery"
	Languages Facet = "languages"
	Access    Facet = "access"
	Routes    Facet = "routes"
)

// A Count says of a facet how many offers state each of its values.
type Count struct {
	Facet  Facet
	Of     map[string]int // offers by value
	Silent int            // offers that state none of its values
}

var facets = map[Facet]struct {
	fact   Fact
	values func(o *directory.Offer, state func(value string))
}{
	Topics: {Topic, func(o *directory.Offer, state func(string)) {
		for i, t := range o.Topics {
			if !slices.ContainsFunc(o.Topics[:i], t.Is) {
				state(t.String())
			}
		}
	}},
	Groups: {Eligibility, func(o *directory.Offer, state func(string)) {
		for i, g := range o.Eligibility.Groups {
			if !slices.Contains(o.Eligibility.Groups[:i], g) {
				state(string(g))
			}
		}
	}},
	Charges: {Cost, func(o *directory.Offer, state func(string)) {
		if o.Cost.Charge != "" {
			state(string(o.Cost.Charge))
		}
	}},
	Delivery:  {Modes, func(o *directory.Offer, state func(string)) { stated(o.Delivery, state) }},
	Languages: {Spoken, func(o *directory.Offer, state func(string)) { stated(o.Languages, state) }},
	Access:    {Accessibility, func(o *directory.Offer, state func(string)) { stated(o.Access, state) }},
	Routes:    {WaysIn, func(o *directory.Offer, state func(string)) { stated(o.Routes, state) }},
}

func stated[K ~string](t directory.Truths[K], state func(string)) {
	for k, v := range t {
		if v == sp.Yes {
			state(string(k))
		}
	}
}

// add counts n offers that state the same.
func (c *Count) add(f Facet, o *directory.Offer, n int) {
	silent := true
	if known, ok := facets[f]; ok {
		known.values(o, func(value string) {
			c.Of[value] += n
			silent = false
		})
	}
	if silent {
		c.Silent += n
	}
}

// Values returns the values, the most frequent first.
func (c *Count) Values() []string {
	return slices.SortedFunc(maps.Keys(c.Of), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.Of[b], c.Of[a]), strings.Compare(a, b))
	})
}

// count counts the facets of a query among what is left: once for each statement.
func (s *Snapshot) count(q *Query, a *Answer) {
	for _, f := range q.Facets {
		count := Count{Facet: f, Of: map[string]int{}}
		c := &s.columns[facets[f].fact]
		numbers := make([]int, len(c.examples))
		for w, left := range a.left {
			for ; left != 0; left &= left - 1 {
				numbers[c.of[w<<6+bits.TrailingZeros64(left)]]++
			}
		}
		for n, row := range c.examples {
			if numbers[n] > 0 {
				count.add(f, s.offer(row), numbers[n])
			}
		}
		a.Counts = append(a.Counts, count)
	}
}

// A Plan says how an answer was found.
type Plan struct {
	Steps    []Step
	Measured int // offers whose distance was measured exactly to put them in order
	Walked   int // leaves of the tree, of 64 offers each, that were looked at; 0 where none was
}

// A Step is what one part of a query left.
type Step struct {
	Part   string // as in [directory.Answer]
	Left   int    // offers behind this step, without those that [Snapshot.With] added
	Unsure int    // of these, those that do not say what the part asks for
	Ready  bool   // the answers to this part were known from an earlier query
}

// String returns the plan on one line: "age 61203 (412 unsure), topics 2914 (ready); 2914 measured".
func (p Plan) String() string {
	var b strings.Builder
	for i, s := range p.Steps {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %d", s.Part, s.Left)
		switch {
		case s.Unsure > 0 && s.Ready:
			fmt.Fprintf(&b, " (%d unsure, ready)", s.Unsure)
		case s.Unsure > 0:
			fmt.Fprintf(&b, " (%d unsure)", s.Unsure)
		case s.Ready:
			b.WriteString(" (ready)")
		}
	}
	if b.Len() > 0 {
		b.WriteString("; ")
	}
	fmt.Fprintf(&b, "%d measured", p.Measured)
	if p.Walked > 0 {
		fmt.Fprintf(&b, " in %d leaves", p.Walked)
	}
	return b.String()
}
