package matching

import (
	"math"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// A trip is the way from the person's home to an offer, as far as it is known.
type trip struct {
	offer *directory.Offer
	Journey
	timed    bool // the journey is known
	unpriced bool // what it costs is not: the fare is none
	distance geo.Distance
	measured bool // the distance is known
}

// travel estimates the trip to the place of o. It remembers the last one, since
// several rules ask for it.
func (c *Case) travel(o *directory.Offer) *trip {
	if c.trip.offer == o {
		return &c.trip
	}
	c.trip = trip{offer: o}
	c.trip.distance, c.trip.measured = c.home.Point.DistanceTo(o.Point)
	if d := float64(c.trip.distance); math.IsNaN(d) { // of coordinates that are none
		c.trip.distance, c.trip.measured = 0, false
	}
	if c.options.Travel == nil || o.Point.IsZero() {
		return &c.trip
	}
	journey, ok := c.options.Travel(c.Person.Home, o.Point)
	if !ok || journey.Minutes < 0 || journey.Minutes > mostMinutes {
		return &c.trip
	}
	if journey.Fare.Sign() < 0 {
		journey.Fare, c.trip.unpriced = sp.Money{}, true
	}
	c.trip.Journey, c.trip.timed = journey, true
	return &c.trip
}

// mostMinutes is a week. A journey beyond it, like one of fewer minutes than none, is a
// fault of the function that says so, such as a number that was none: it is unknown.
const mostMinutes = 7 * 24 * 60

// reach reports whether the person can get to the place of o: within the limits
// that they state of time, distance and money, and not alone if they cannot.
func (c *Case) reach(o *directory.Offer) sp.Truth {
	if o.Access[directory.Transport] == sp.Yes {
		return sp.Yes
	}
	limits, t := c.Person.Transport, c.travel(o)
	answer := sp.Yes
	if limits.Alone == sp.No {
		answer = sp.Unknown // whether somebody comes along
	}
	if farthest, ok := limits.Distance.Lookup(); ok {
		answer = answer.And(atMost(t.measured, t.distance <= farthest))
	}
	if longest, ok := limits.Minutes.Lookup(); ok {
		answer = answer.And(atMost(t.timed, t.Minutes <= longest))
	}
	return answer.And(c.affords(o))
}

// affords reports whether the fare leaves enough of the ceiling for the price.
// Where the price alone is too much, or unknown, the rule on cost has said so,
// and the fare is not held against the offer as well.
func (c *Case) affords(o *directory.Offer) sp.Truth {
	ceiling, known := c.Person.Ceiling.Lookup()
	fare := c.travel(o).Fare
	switch {
	case known && c.travel(o).unpriced:
		return sp.Unknown
	case !known || fare.IsZero():
		return sp.Yes
	}
	left, err := ceiling.Sub(fare)
	switch {
	case err != nil:
		return sp.Unknown
	case left.Sign() < 0:
		return sp.No
	case o.Cost.Within(ceiling, c.On) != sp.Yes:
		return sp.Yes
	}
	return o.Cost.Within(left, c.On)
}

// atMost answers whether something is within a limit, which is unknown if it is.
func atMost(known, within bool) sp.Truth {
	if !known {
		return sp.Unknown
	}
	return sp.TruthOf(within)
}

func minutes(t Journey) string {
	s := strconv.Itoa(t.Minutes) + " min"
	if t.How != "" {
		s += " " + t.How
	}
	return s
}
