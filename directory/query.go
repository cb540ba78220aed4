package directory

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// A Query asks for offers. Every field that is set narrows the answer, and the
// zero Query asks for everything. Each part of it can be answered yes, no or
// unknown by an offer; an offer with a No is not in the answer.
type Query struct {
	Near   geo.Point    // orders the answer by distance from here; zero orders by ID
	Within geo.Distance // from Near; zero does not ask
	Home   Home         // must not lie outside the area served; the zero Home does not ask

	Topics    [][]sp.Code // one of each group, as offers are tagged: see [Crosswalk.Tag]
	Text      string      // all of its words stand in name, description, provider or place, be it within longer words; case, accents, apostrophes and hyphens do not matter
	Age       sp.Known[Months]
	Groups    Truths[Group]  // what is known of the person
	Free      bool           // costs nothing that has to be paid
	MaxCost   sp.Money       // zero is no ceiling
	Delivery  []Mode         // one of these
	Languages []Language     // one of these
	Access    []Access       // all of these
	Routes    []Route        // one of these
	Days      []time.Weekday // happens on one of these

	At           time.Time     // of asking: for freshness, capacity, prices, funding and schedules
	MaxAge       int           // days since the record was assured; zero does not ask
	Room         bool          // has room for one more
	Open         bool          // takes people: not closed, not over, and still funded
	CapacityLife time.Duration // how long capacity is believed; zero is [CapacityLife]

	Organisations []ID // only these; empty is all
	Without       []ID // not these organisations

	Unknown Policy // what becomes of an offer that leaves a part unknown
	Limit   int    // at most so many hits; zero is all
}

// A Policy says what becomes of an offer of which it is unknown whether it fits.
type Policy int8

// The policies. Passing is the default, since feeds leave out so much that a
// strict search would find next to nothing.
const (
	PassUnknown    Policy = iota // it is found
	ExcludeUnknown               // it is not
)

// Passes reports whether an offer is found of which it is t whether it fits.
func (p Policy) Passes(t sp.Truth) bool {
	return t == sp.Yes || t == sp.Unknown && p == PassUnknown
}
