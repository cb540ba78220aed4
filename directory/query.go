package directory

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// A Query asks for offers. Every field that is set narrows the answer, and the
// zero Query asks for everything. An offer answers each part of a query with yes,
// no or unknown; one that answers any part with no is not found.
//
// In Text and Named case, accents, apostrophes, hyphens and entities of HTML make no
// difference, nor does the form of a word ("gardening" finds "gardens"), how a telephone
// number or a postcode is spaced, and one slip of the finger in a word that no offer has.
type Query struct {
	Near   geo.Point    // the answer is in order of the distance from here; zero is in order of ID
	Within geo.Distance // at most so far from Near; zero is any distance
	Home   Home         // where the person lives: the offer must serve that area; the zero Home asks for no area

	Topics    [][]sp.Code // the offer has at least one topic of each inner slice; topics as a crosswalk of package directory/taxonomy adds them
	Text      string      // each of its words occurs in name, description, provider, place, postcode or telephone numbers, also within longer words; see below
	Named     string      // each of its words occurs in the name of the service
	BestFirst bool        // of what Text finds, what it fits best comes first, by [Hit.Points], and then what is nearest
	Age       sp.Known[Months]
	Groups    Truths[Group]  // to which the person does or does not belong
	Free      bool           // costs nothing; a donation may be asked for
	MaxCost   sp.Money       // zero is no ceiling
	Delivery  []Mode         // one of these
	Languages []Language     // one of these
	Access    []Access       // all of these
	Routes    []Route        // one of these
	Days      []time.Weekday // happens on one of these
	Dates     sp.Period      // happens on one of these days, as its schedules have it: a short validity precedes a long one. [WindowDays] are looked at; zero is any day
	Hours     Hours          // happens within these hours, by the clock on the wall; on one of Days and of Dates, if they are set; zero is any hour

	At           time.Time     // the moment of the query, by which freshness, capacity, prices, funding and schedules are judged
	MaxAge       int           // most days since the record was assured; zero is any number
	Room         bool          // has room for one more
	Open         bool          // takes new people: not closed, not over, and still funded
	CapacityLife time.Duration // for how long a statement about capacity is believed; zero is [CapacityLife]

	Organisations []ID // only these; empty is all
	Without       []ID // not these organisations

	Unknown  Policy            // whether an offer that leaves a part unknown is found
	Policies map[string]Policy // of parts, by their names in [Answer], for which something else than Unknown holds
	Limit    int               // at most so many hits; zero is all
}

// Hours are a part of a day, such as 09:30 to 14:30 for somebody with children at school.
// If Until is not later than From, they go on past midnight. The zero Hours is all day.
type Hours struct {
	From  TimeOfDay `json:"from"`
	Until TimeOfDay `json:"until"`
}

// PolicyOf returns what q does with offers that leave a part unknown.
func (q Query) PolicyOf(part string) Policy {
	if p, ok := q.Policies[part]; ok {
		return p
	}
	return q.Unknown
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
