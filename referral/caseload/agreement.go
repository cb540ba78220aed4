package caseload

import (
	"math"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/referral"
)

// An Observed is a case with the minutes that somebody noted for it.
type Observed struct {
	Points  int // its weight, in hundredths
	Minutes int
}

// MinutesOf returns the minutes of the conversations with a person in the 28 days before a
// moment, which are those that [FactsOf] counts. It is false if nobody noted how long one
// of them was: then nobody knows how much work the case was.
func MinutesOf(r *referral.Referral, at time.Time) (minutes int, known bool) {
	for e := range r.History() {
		talk, spoken := e.Event.(referral.Contacted)
		if !spoken || !recent(e.Stamp.At, at) {
			continue
		}
		if talk.Minutes == 0 {
			return 0, false
		}
		minutes += talk.Minutes
	}
	return minutes, true
}

// An Agreement says how well the weights of a scale agree with the minutes that were noted.
type Agreement struct {
	// Explained is the share of the variance of minutes that weights explain, R squared,
	// with the interval that follows from Fisher's z for the correlation: from 0 where that
	// may be none, or the wrong way.
	Explained stat.Estimate `json:"explained"`

	PerPoint float64 `json:"perPoint"` // minutes for one point more, by least squares; 0 where Explained is undefined
	Wrong    bool    `json:"wrong"`    // the heavier the case, the less time it took
}

// Agree compares weights with the minutes that were noted of the same cases. It needs four
// cases that are not all alike; otherwise what is explained is [stat.Undefined].
func Agree(cases []Observed, level float64) (Agreement, error) {
	e := sp.InvalidError{Subject: "caseload: agree"}
	e.Check(level >= 0.1 && level <= 0.9999, "level", sp.OutOfRange, "must be from 0.1 to 0.9999")
	for _, c := range cases {
		if c.Minutes < 0 || c.Points < 0 {
			e.Check(false, "cases", sp.OutOfRange, "must have points and minutes of 0 or more")
			break
		}
	}
	if err := e.Err(); err != nil {
		return Agreement{}, err
	}
	n := float64(len(cases))
	share := stat.Estimate{Level: level, Method: stat.MethodFisher, Denominator: n, Of: "cases", Interval: stat.Interval{Lower: 0, Upper: 1}}
	var mx, my, xx, yy, xy float64
	for _, c := range cases {
		mx += float64(c.Points) / 100 / n
		my += float64(c.Minutes) / n
	}
	for _, c := range cases {
		x, y := float64(c.Points)/100-mx, float64(c.Minutes)-my
		xx, yy, xy = xx+x*x, yy+y*y, xy+x*y
	}
	switch {
	case n == 0:
		share.Undefined = stat.NoCases
	case n < 4:
		share.Undefined = stat.TooFewValues
	case xx == 0 || yy == 0:
		share.Undefined = stat.NoSpread
	}
	if share.Undefined != "" {
		return Agreement{Explained: share}, nil
	}
	r := max(-1, min(1, xy/math.Sqrt(xx*yy)))
	share.Value = r * r
	half := math.Sqrt2 * math.Erfinv(level) / math.Sqrt(n-3)
	lower, upper := math.Tanh(math.Atanh(r)-half), math.Tanh(math.Atanh(r)+half)
	share.Interval = stat.Interval{Lower: min(lower*lower, upper*upper), Upper: max(lower*lower, upper*upper)}
	if lower < 0 && upper > 0 {
		share.Interval.Lower = 0
	}
	return Agreement{share, xy / xx, r < 0}, nil
}
