package directory

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// A Query asks for offers. Every field that is set narrows the answer, and the
// zero Query asks for everything. An offer answers each part of a query with yes,
// no or unknown; one that answers any part with no is not found.
type Query struct {
	Near   geo.Point    // the answer is in order of the distance from here; zero is in order of ID
	Within geo.Distance // at most so far from Near; zero is any distance
	Home   Home         // where the person lives: the offer must serve that area; the zero Home asks for no area

	Topics    [][]sp.Code // the offer has at least one topic of each inner slice; topics as [Crosswalk.Tag] adds them
	Text      string      // each of its words occurs in name, description, provider or place, also within longer words; case, accents, apostrophes and hyphens are ignored
	Age       sp.Known[Months]
	Groups    Truths[Group]  // to which the person does or does not belong
	Free      bool           // costs nothing; a donation may be asked for
	MaxCost   sp.Money       // zero is no ceiling
	Delivery  []Mode         // one of these
	Languages []Language     // one of these
	Access    []Access       // all of these
	Routes    []Route        // one of these
	Days      []time.Weekday // happens on one of these

	At           time.Time     // the moment of the query, by which freshness, capacity, prices, funding and schedules are judged
	MaxAge       int           // most days since the record was assured; zero is any number
	Room         bool          // has room for one more
	Open         bool          // takes new people: not closed, not over, and still funded
	CapacityLife time.Duration // for how long a statement about capacity is believed; zero is [CapacityLife]

	Organisations []ID // only these; empty is all
	Without       []ID // not these organisations

	Unknown Policy // whether an offer that leaves a part unknown is found
	Limit   int    // at most so many hits; zero is all
}

// A Policy decides about the offers of which nobody knows whether they fit.
type Policy int8

// The policies. The default finds them, since feeds leave out so much that a
// strict search would find next to nothing.
const (
	PassUnknown    Policy = iota // they are found
	ExcludeUnknown               // they are left out
)

// Passes reports whether p finds an offer. The argument is the answer to whether
// the offer fits: Yes always passes, No never, and Unknown if p is PassUnknown.
func (p Policy) Passes(t sp.Truth) bool {
	return t == sp.Yes || t == sp.Unknown && p == PassUnknown
}
