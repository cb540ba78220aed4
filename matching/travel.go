package matching

import (
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
	distance geo.Distance
	measured bool // the distance is known
}

// travel estimates the trip to the place of o. It remembers the last one, since
// several rules ask for it.
func (j *judge) travel(o *directory.Offer) *trip {
	if j.trip.offer == o {
		return &j.trip
	}
	j.trip = trip{offer: o}
	j.trip.distance, j.trip.measured = j.home.Point.DistanceTo(o.Point)
	if j.options.Travel != nil && !o.Point.IsZero() {
		if journey, ok := j.options.Travel(j.person.Home, o.Point); ok {
			j.trip.Journey, j.trip.timed = journey, true
		}
	}
	return &j.trip
}

// reach reports whether the person can get to the place of o: within the limits
// that they state of time, distance and money, and not alone if they cannot.
func (j *judge) reach(o *directory.Offer) sp.Truth {
	if o.Access[directory.Transport] == sp.Yes {
		return sp.Yes
	}
	limits, t := j.person.Transport, j.travel(o)
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
	return answer.And(j.affords(o))
}

// affords reports whether the fare leaves enough of the ceiling for the price.
// Where the price alone is too much, or unknown, the rule on cost has said so,
// and the fare is not held against the offer as well.
func (j *judge) affords(o *directory.Offer) sp.Truth {
	ceiling, known := j.person.Ceiling.Lookup()
	fare := j.travel(o).Fare
	if !known || fare.IsZero() {
		return sp.Yes
	}
	left, err := ceiling.Sub(fare)
	switch {
	case err != nil:
		return sp.Unknown
	case left.Sign() < 0:
		return sp.No
	case o.Cost.Within(ceiling, j.on) != sp.Yes:
		return sp.Yes
	}
	return o.Cost.Within(left, j.on)
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
