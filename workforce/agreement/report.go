package agreement

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// An Outcome is what a figure says of a target.
type Outcome string

// What a figure can say of a target, its interval taken into account.
const (
	Reached Outcome = "reached" // the value is on the good side of the target, or on it
	Short   Outcome = "short"   // it is on the other side
	TooFew  Outcome = "too-few" // fewer people than [Agreement.Small]: the report holds no figures
	Unknown Outcome = "unknown" // the data allow no figure
)

// A Report is what an indicator said of a period, held against a target. Figures of too few
// people are not in it.
type Report struct {
	On      sp.Date   `json:"on"`
	Of      sp.Period `json:"of"` // what the figure is of
	Outcome Outcome   `json:"outcome"`
	Sure    bool      `json:"sure,omitempty"`   // the whole interval is on the same side of the target
	Missed  bool      `json:"missed,omitempty"` // the day of the target has come and it is not reached: [Agreement.IfMissed] is to happen

	Value       sp.Known[float64] `json:"value,omitzero"`
	Lower       sp.Known[float64] `json:"lower,omitzero"` // of the interval; unknown if it has no limit
	Upper       sp.Known[float64] `json:"upper,omitzero"`
	Numerator   sp.Known[float64] `json:"numerator,omitzero"`
	Denominator sp.Known[float64] `json:"denominator,omitzero"`
}

// String returns the outcome in its code, with its figures, for a log or a test: "short: 0.6
// (0.5 to 0.7), 60 of 100". The words for people are in package referral/words.
func (r Report) String() string {
	said := string(r.Outcome)
	if v, ok := r.Value.Lookup(); ok {
		said += fmt.Sprintf(": %.3g (%s to %s), %.4g of %.4g", v, limit(r.Lower), limit(r.Upper), r.Numerator.Or(0), r.Denominator.Or(0))
		if !r.Sure {
			said += ", not sure"
		}
	}
	if r.Missed {
		said += ", missed"
	}
	return said
}

func limit(k sp.Known[float64]) string {
	if v, ok := k.Lookup(); ok {
		return fmt.Sprintf("%.3g", v)
	}
	return "no limit"
}

// Report holds the figure of a period against the target on a day, and returns the agreement
// with the report as its last. The agreement that it is called on stays as it is.
//
// The value decides whether the target is reached, and Sure says whether the interval agrees.
// The outcome is [TooFew] where the figure counts fewer people than [Agreement.Small]: in the
// numerator or in the rest of the denominator of a share, as events of a rate, or as values of
// a mean.
func (a Agreement) Report(e stat.Estimate, of sp.Period, on sp.Date) (Agreement, Report) {
	r := Report{On: on, Of: of}
	switch {
	case a.few(e):
		r.Outcome = TooFew
	case !e.Defined() || !number(e.Value):
		r.Outcome = Unknown
	default:
		r.Outcome = Short
		if a.good(e.Value) {
			r.Outcome = Reached
		}
		r.Sure = a.good(e.Interval.Lower) == a.good(e.Value) && a.good(e.Interval.Upper) == a.good(e.Value)
		r.Value, r.Lower, r.Upper = finite(e.Value), finite(e.Interval.Lower), finite(e.Interval.Upper)
		r.Numerator, r.Denominator = finite(e.Numerator), finite(e.Denominator)
	}
	r.Missed = on >= a.By && r.Outcome != Reached
	a.Reports = append(slices.Clone(a.Reports), r)
	return a, r
}

func (a Agreement) good(v float64) bool {
	if a.Good == AtMost {
		return v <= a.Target
	}
	return v >= a.Target
}

// few reports whether a figure is of too few to be told: fewer than Small on either side of a
// share, as many events of a rate, or as many values of a mean.
func (a Agreement) few(e stat.Estimate) bool {
	small := float64(a.Small)
	some := func(n float64) bool { return n > 0 && n < small }
	switch {
	case e.Per == 1 && e.Numerator <= e.Denominator:
		return e.Denominator < small || some(e.Numerator) || some(e.Denominator-e.Numerator)
	case e.Numerator > 0:
		return some(e.Numerator)
	}
	return e.Denominator < small
}

func finite(v float64) sp.Known[float64] {
	if !number(v) {
		return sp.Known[float64]{}
	}
	return sp.Know(v)
}
