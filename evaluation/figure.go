package evaluation

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
)

// A Figure is what an indicator found: an estimate, and what it is one of.
type Figure struct {
	Indicator string // ID of the [Indicator]
	Name      string // in words, to stand before the value
	Category  string // such as a reason, for an indicator with a figure for each
	Group     string // of a [Grouping]

	Estimate stat.Estimate // its value in Unit, its interval, and the counts that it was made from
	Unit     Unit
	// Change is, of a change, its design, its attrition, and what would have come about anyway; nil of others.
	Change *stat.BeforeAfter

	Excluded int64            // rows of the period that are left out
	LeftOut  map[string]int64 // the same by reason
}

// A Unit says what a value counts.
type Unit string

// The units.
const (
	Share Unit = "share" // from 0 to 1, written in percent
	Days  Unit = "days"
)

// newShare returns x of n, where of says n what: "needs assessed". It has the interval of [stat.Wilson] or [stat.ClopperPearson],
// as [stat.MethodWilson] or [stat.MethodClopperPearson] says; none of none is
// [stat.Undefined]. It fails with an error that is [sp.ErrInvalid] unless 0 <= x <= n,
// for another method and for a level or numbers out of the range of package stat.
func newShare(name, of string, x, n int64, method stat.Method, level float64) (Figure, error) {
	f := Figure{Name: name, Unit: Share}
	trials := float64(n)
	if x == 0 && n == 0 {
		trials = 1 // method and level are checked all the same
	}
	e, err := stat.Proportion(float64(x), trials, level)
	switch {
	case err != nil || method == stat.MethodWilson:
	case method == stat.MethodClopperPearson:
		e.Method = method
		e.Interval, err = stat.ClopperPearson(float64(x), trials, level)
	default:
		err = unsuitable(method)
	}
	f.Estimate, f.Estimate.Of = e, of
	return f.counted(x, n, stat.Interval{Lower: 0, Upper: 1}, err)
}

// newRate returns x events over an exposure of n as events per so many, with the
// interval of [stat.Byar] or [stat.Poisson], as [stat.MethodByar] or [stat.MethodExact]
// says: incidents per 1,000 referrals, say. Unit says what it is: "per 1,000 referrals".
// Over nothing it is [stat.Undefined]. It fails with an error that is [sp.ErrInvalid]
// unless x and n are at least 0 and per is above it, for another method and for a level
// or a count out of the range of package stat.
func newRate(name string, x, n int64, per float64, unit Unit, method stat.Method, level float64) (Figure, error) {
	f := Figure{Name: name, Unit: unit, Estimate: stat.Estimate{Level: level, Method: method, Per: per}}
	var i stat.Interval
	var err error
	switch method {
	case stat.MethodByar:
		i, err = stat.Byar(float64(x), level)
	case stat.MethodExact:
		i, err = stat.Poisson(float64(x), level)
	default:
		err = unsuitable(method)
	}
	if n <= 0 && (x != 0 || n != 0) || !(per > 0) || math.IsInf(per, 0) {
		err = sp.Invalid("rate", "exposure", sp.OutOfRange, "must be above 0, and what it is per a finite number above 0")
	}
	if n > 0 {
		f.Estimate.Value, f.Estimate.Interval = float64(x)/float64(n)*per, i.Times(per/float64(n))
	}
	if err == nil && (math.IsInf(f.Estimate.Value, 0) || math.IsInf(f.Estimate.Interval.Upper, 0)) {
		err = sp.Invalid("rate", "per", sp.OutOfRange, "must not be so large that the rate is no number")
	}
	return f.counted(x, n, stat.Interval{Lower: 0, Upper: math.Inf(1)}, err)
}

// counted completes a figure of x of n. None of none has no value, and the interval of
// what is possible.
func (f Figure) counted(x, n int64, possible stat.Interval, err error) (Figure, error) {
	if err != nil {
		return Figure{}, fmt.Errorf("evaluation: %s: %w", f.Name, err)
	}
	f.Estimate.Numerator, f.Estimate.Denominator = float64(x), float64(n)
	if n == 0 {
		f.Estimate.Value, f.Estimate.Interval, f.Estimate.Undefined = 0, possible, stat.NoCases
	}
	return f, nil
}

// newWait returns the duration, in days, within which half of all have ended in
// one way, where others end in another way: the median of the
// cumulative incidence. It is [stat.Undefined] if there is nobody, or if fewer than half
// have ended in that way; the lower limit may stand all the same. The numerator is how
// many have, the denominator how many there are. It fails with an error that is
// [sp.ErrInvalid] for a level out of the range of package stat.
func newWait(name, of string, ends *survival.Ends, way string, level float64) (Figure, error) {
	thus, ended, waiting := ends.Counts(way)
	median, err := ends.Incidence(way).Quantile(0.5, level)
	if err != nil {
		return Figure{}, fmt.Errorf("evaluation: %s: %w", name, err)
	}
	median.Numerator, median.Denominator, median.Of = float64(thus), float64(ended+waiting), of
	return Figure{Name: name, Unit: Days, Estimate: median}, nil
}

func unsuitable(m stat.Method) error {
	return sp.Invalid("method "+string(m), "", sp.Unsupported, "does not suit this kind of number")
}

// Defined reports whether f has a value.
func (f Figure) Defined() bool { return f.Estimate.Defined() }

// String returns f for people:
//
//	contacted within 10 working days: 71.4 % (68.9 to 73.8), 912 of 1,277 referrals received, Wilson 95 %
//	needs met: undefined: there are no cases
func (f Figure) String() string {
	e, s := f.Estimate, f.Name
	if f.Category != "" {
		s += ": " + f.Category
	}
	if f.Group != "" {
		s += " in " + f.Group
	}
	if f.Defined() {
		method := string(e.Method)
		if f.Unit == Days {
			method += " median"
		}
		s += fmt.Sprintf(": %s (%s), %s, %s %s %%", f.value(), f.limits(), f.counts(), method, plain(100*e.Level))
	} else {
		s += ": undefined: " + string(e.Undefined)
	}
	if f.Change != nil && f.Defined() {
		s += changed(f.Change, f.Unit)
	}
	if f.Excluded > 0 {
		s += ", " + grouped(f.Excluded) + " left out"
	}
	return s
}

// counts writes what a figure was made of: "912 of 1,277 referrals received"; for a mean,
// of how many: "38 pairs".
func (f Figure) counts() string {
	of := strings.TrimSpace(grouped(int64(f.Estimate.Denominator)) + " " + f.Estimate.Of)
	if f.Estimate.Per == 0 && f.Unit != Days {
		return of
	}
	return grouped(int64(f.Estimate.Numerator)) + " of " + of
}

func (f Figure) value() string {
	switch v := f.Estimate.Value; f.Unit {
	case Share:
		return fmt.Sprintf("%.1f %%", 100*v)
	case Days:
		if v == 1 {
			return "1 day"
		}
		return plain(v) + " days"
	default:
		return fmt.Sprintf("%.2f %s", v, f.Unit)
	}
}

func (f Figure) limits() string {
	format := func(v float64) string {
		switch f.Unit {
		case Share:
			return fmt.Sprintf("%.1f", 100*v)
		case Days:
			return plain(v)
		default:
			return fmt.Sprintf("%.2f", v)
		}
	}
	i := f.Estimate.Interval
	if i.OpenAbove() {
		return format(i.Lower) + " or more"
	}
	return format(i.Lower) + " to " + format(i.Upper)
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
