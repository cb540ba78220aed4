package evaluation

import (
	"fmt"
	"math"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
)

// An Estimate is a number with its uncertainty, and with the counts that it was
// made from.
type Estimate struct {
	Indicator string // ID of the [Definition]
	Name      string // in words, to stand before the value
	Category  string // such as a reason, for an indicator with an estimate for each
	Group     string // of referrals, from [Run.EstimatesBy]

	Value    float64 // in Unit; meaningless unless Undefined is empty
	Interval stat.Interval
	Level    float64 // of confidence: 0.95
	Method   Method
	Unit     Unit

	Numerator   int64
	Denominator int64
	Excluded    int64 // cases of the period that the definition leaves out

	Undefined Undefined // why there is no value; empty if there is one
}

// A Unit says what a value counts.
type Unit string

// The units.
const (
	Share Unit = "share" // from 0 to 1, written in percent
	Days  Unit = "days"
)

// A Method names how an interval was computed.
type Method string

// The methods of package stat.
const (
	Wilson         Method = "Wilson"
	ClopperPearson Method = "Clopper-Pearson"
	Byar           Method = "Byar"
	Poisson        Method = "Poisson"
	KaplanMeier    Method = "Kaplan-Meier median"
	AalenJohansen  Method = "Aalen-Johansen median"
)

// Undefined is why an estimate has no value.
type Undefined string

// The reasons.
const (
	NoCases    Undefined = "there are no cases"
	AllLeftOut Undefined = "every case is left out"
	NotReached Undefined = "too many are still waiting"
)

// NewShare returns x of n as an estimate with a [Wilson] or [ClopperPearson]
// interval; none of none is [Undefined]. It fails with an error that is
// [sp.ErrInvalid] unless 0 <= x <= n, for another method and for a level or
// numbers out of the range of package stat.
func NewShare(name string, x, n int64, method Method, level float64) (Estimate, error) {
	e := Estimate{Name: name, Level: level, Method: method, Unit: Share, Numerator: x, Denominator: n}
	none := x == 0 && n == 0
	of := float64(n)
	if none {
		of = 1 // method and level are checked all the same
	}
	var err error
	switch method {
	case Wilson:
		e.Interval, err = stat.Wilson(float64(x), of, level)
	case ClopperPearson:
		e.Interval, err = stat.ClopperPearson(float64(x), of, level)
	default:
		err = unsuitable(method)
	}
	if err != nil {
		return Estimate{}, fmt.Errorf("evaluation: %s: %w", name, err)
	}
	if none {
		e.Interval, e.Undefined = stat.Interval{}, NoCases
		return e, nil
	}
	e.Value = float64(x) / float64(n)
	return e, nil
}

// NewRate returns x events over an exposure of n as events per so many, with a
// [Byar] or [Poisson] interval: incidents per 1,000 referrals, say. Unit says
// what it is: "per 1,000 referrals". Over nothing it is [Undefined]. It fails
// with an error that is [sp.ErrInvalid] unless x and n are at least 0 and per
// is above it, for another method and for a level or a count out of the range
// of package stat.
func NewRate(name string, x, n int64, per float64, unit Unit, method Method, level float64) (Estimate, error) {
	e := Estimate{Name: name, Level: level, Method: method, Unit: unit, Numerator: x, Denominator: n}
	none := x == 0 && n == 0
	var err error
	switch method {
	case Byar:
		e.Interval, err = stat.Byar(float64(x), level)
	case Poisson:
		e.Interval, err = stat.Poisson(float64(x), level)
	default:
		err = unsuitable(method)
	}
	if n <= 0 && !none || !(per > 0) || math.IsInf(per, 0) {
		err = sp.Invalid("rate", "exposure", sp.OutOfRange, "must be above 0, and what it is per a finite number above 0")
	}
	if err != nil {
		return Estimate{}, fmt.Errorf("evaluation: %s: %w", name, err)
	}
	if none {
		e.Interval, e.Undefined = stat.Interval{}, NoCases
		return e, nil
	}
	e.Value = float64(x) / float64(n) * per
	e.Interval = e.Interval.Times(per / float64(n))
	if math.IsInf(e.Value, 0) || math.IsInf(e.Interval.Upper, 0) {
		return Estimate{}, fmt.Errorf("evaluation: %s: %w", name, sp.Invalid("rate", "per", sp.OutOfRange, "must not be so large that the rate is no number"))
	}
	return e, nil
}

// NewWait returns the duration, in days, within which half of all have ended in
// one way, such as [Begun], where others end in another way: the median of the
// cumulative incidence. It is Undefined if there is nobody, or if fewer than half
// have ended in that way. Numerator is how many have, Denominator how many there
// are. It fails as NewMedian does.
func NewWait(name string, ends *survival.Ends, way string, level float64) (Estimate, error) {
	thus, ended, waiting := ends.Counts(way)
	e := Estimate{Name: name, Level: level, Method: AalenJohansen, Unit: Days, Numerator: thus, Denominator: ended + waiting}
	median, err := ends.Incidence(way).Quantile(0.5, level)
	return e.halfWithin(median, err)
}

// NewMedian returns the median duration, in days, of what is counted in d, by
// Kaplan-Meier: the median if nobody ever left before the end. Where some leave,
// use [NewWait]. It is [Undefined] if there are none, or if too many are still
// waiting. The upper limit is +Inf where the data set none. Numerator is how many
// have ended, Denominator how many there are. It fails with an error that is
// [sp.ErrInvalid] for a level out of the range of package stat.
func NewMedian(name string, d *survival.Durations, level float64) (Estimate, error) {
	ended, waiting := d.Counts()
	e := Estimate{Name: name, Level: level, Method: KaplanMeier, Unit: Days, Numerator: ended, Denominator: ended + waiting}
	median, err := d.Curve().Quantile(0.5, level)
	return e.halfWithin(median, err)
}

// halfWithin completes the estimate of a median.
func (e Estimate) halfWithin(median stat.Estimate, err error) (Estimate, error) {
	switch {
	case err != nil:
		return Estimate{}, fmt.Errorf("evaluation: %s: %w", e.Name, err)
	case e.Denominator == 0:
		e.Undefined = NoCases
	case median.Undefined == stat.NotReached:
		e.Undefined = NotReached
	default:
		e.Value, e.Interval = median.Value, median.Interval
	}
	return e, nil
}

func unsuitable(m Method) error {
	return sp.Invalid("method "+string(m), "", sp.Unsupported, "does not suit this kind of number")
}

// Defined reports whether e has a value.
func (e Estimate) Defined() bool { return e.Undefined == "" }

// String returns e for people:
//
//	contacted within 10 working days 71.4 % (68.9 to 73.8), 912 of 1,277, Wilson 95 %
//	needs met undefined: there are no cases
func (e Estimate) String() string {
	s := e.Name
	if e.Category != "" {
		s += ": " + e.Category
	}
	if e.Group != "" {
		s += " in " + e.Group
	}
	if e.Defined() {
		s += fmt.Sprintf(" %s (%s), %s of %s, %s %s %%", e.value(), e.limits(),
			grouped(e.Numerator), grouped(e.Denominator), e.Method, plain(100*e.Level))
	} else {
		s += " undefined: " + string(e.Undefined)
	}
	if e.Excluded > 0 {
		s += ", " + grouped(e.Excluded) + " left out"
	}
	return s
}

func (e Estimate) value() string {
	switch e.Unit {
	case Share:
		return fmt.Sprintf("%.1f %%", 100*e.Value)
	case Days:
		return plain(e.Value) + " days"
	default:
		return fmt.Sprintf("%.2f %s", e.Value, e.Unit)
	}
}

func (e Estimate) limits() string {
	format := func(v float64) string {
		switch e.Unit {
		case Share:
			return fmt.Sprintf("%.1f", 100*v)
		case Days:
			return plain(v)
		default:
			return fmt.Sprintf("%.2f", v)
		}
	}
	if math.IsInf(e.Interval.Upper, 1) {
		return format(e.Interval.Lower) + " or more"
	}
	return format(e.Interval.Lower) + " to " + format(e.Interval.Upper)
}

// plain writes v with as few decimals as it needs: 12, 99.8.
func plain(v float64) string {
	return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64)
}

// grouped writes n with commas between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
