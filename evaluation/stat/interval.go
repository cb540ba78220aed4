package stat

import (
	"encoding/json"
	"math"

	"github.com/socialprescribing/sp"
)

// An Interval is a range of values that the data are compatible with, at some
// level of confidence. Where the data set no limit it is open: -Inf below, +Inf
// above. JSON has no infinity, so an open limit is null there.
type Interval struct{ Lower, Upper float64 }

// Times returns i with both limits multiplied by a positive factor.
func (i Interval) Times(factor float64) Interval {
	return Interval{i.Lower * factor, i.Upper * factor}
}

// Contains reports whether v lies in i, limits included.
func (i Interval) Contains(v float64) bool { return i.Lower <= v && v <= i.Upper }

// OpenBelow reports whether the data set no lower limit.
func (i Interval) OpenBelow() bool { return math.IsInf(i.Lower, -1) }

// OpenAbove reports whether the data set no upper limit.
func (i Interval) OpenAbove() bool { return math.IsInf(i.Upper, 1) }

// plus returns i moved by v.
func (i Interval) plus(v float64) Interval { return Interval{i.Lower + v, i.Upper + v} }

// around returns the interval half a width to either side of v.
func around(v, half float64) Interval { return Interval{v - half, v + half} }

// limits is how an Interval stands in JSON.
type limits struct {
	Lower *float64 `json:"lower"`
	Upper *float64 `json:"upper"`
}

// MarshalJSON writes {"lower": 0.1, "upper": null}, null for an open limit.
func (i Interval) MarshalJSON() ([]byte, error) {
	l := limits{&i.Lower, &i.Upper}
	if i.OpenBelow() {
		l.Lower = nil
	}
	if i.OpenAbove() {
		l.Upper = nil
	}
	return json.Marshal(l)
}

// UnmarshalJSON reads what [Interval.MarshalJSON] writes. It fails with an error
// that is [sp.ErrInvalid] for anything else, and for limits in the wrong order.
func (i *Interval) UnmarshalJSON(data []byte) error {
	var l limits
	if err := json.Unmarshal(data, &l); err != nil {
		return sp.Invalid("stat: interval", "", sp.WrongType, "must be an object with lower and upper, each a number or null")
	}
	read := Interval{math.Inf(-1), math.Inf(1)}
	if l.Lower != nil {
		read.Lower = *l.Lower
	}
	if l.Upper != nil {
		read.Upper = *l.Upper
	}
	if read.Lower > read.Upper {
		return sp.Invalid("stat: interval", "lower", sp.Inconsistent, "must not be above upper")
	}
	*i = read
	return nil
}
