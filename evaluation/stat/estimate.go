package stat

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
)

// An Estimate is a number with its uncertainty and with the counts that it was
// made from, so that no percentage stands alone.
//
// Where the data allow no value, Undefined says why, and Value is meaningless.
// The interval of an undefined estimate holds what the data say all the same:
// that a median is at least 18 days although it was not reached, or 0 to 1 for a
// share about which they say nothing.
type Estimate struct {
	Value    float64
	Interval Interval
	Level    float64 // of confidence: 0.95
	Method   Method

	Numerator   float64 // cases or events that were counted; 0 where nothing is counted
	Denominator float64 // how many, or how much, Value is a share, a rate or a mean of
	Of          string  // what Denominator counts, in the plural: "referrals", "person-years", "pairs"; a caller who knows better may say so
	Per         float64 // 1 for a share; for a rate, what it is per, such as 100,000; 0 for any other quantity

	Undefined Undefined // why there is no value; empty if there is one
}

// A Method names how an estimate and its interval were found, in the words of
// the field.
type Method string

// The methods.
const (
	MethodWilson         Method = "Wilson"
	MethodClopperPearson Method = "Clopper-Pearson"
	MethodByar           Method = "Byar"
	MethodExact          Method = "exact Poisson"
	MethodStudent        Method = "Student's t"
	MethodWelch          Method = "Welch, of different people"
	MethodDobson         Method = "Dobson"
	MethodDobsonRepeated Method = "Dobson, adjusted for repeated events"
	MethodNewcombe       Method = "Newcombe"
	MethodKatz           Method = "Katz logarithm"
	MethodConditional    Method = "exact conditional"
	MethodEffective      Method = "Wilson at effective size"
	MethodNeweyWest      Method = "Newey-West"
	MethodCluster        Method = "cluster-robust"
	MethodQuasiPoisson   Method = "quasi-Poisson"
	MethodNoncentral     Method = "noncentral t"
	MethodDelta          Method = "delta method"
	MethodPercentile     Method = "bootstrap percentile"
	MethodBCa            Method = "bootstrap BCa"
	MethodKaplanMeier    Method = "Kaplan-Meier"
	MethodAalenJohansen  Method = "Aalen-Johansen"
	MethodFieller        Method = "Fieller"
	MethodFisher         Method = "Fisher's z"
	MethodNormal         Method = "normal"
	MethodOrder          Method = "order statistics"
	MethodFeldt          Method = "Feldt"
	MethodLogarithm      Method = "normal logarithm"
)

// Undefined is why an estimate or a test has no value, although nothing is
// wrong with the input. As an error it is [sp.ErrInvalid].
type Undefined string

// The reasons.
const (
	NoCases      Undefined = "there are no cases"
	NotRecorded  Undefined = "not recorded"
	AllLeftOut   Undefined = "every case is left out"
	NoExposure   Undefined = "there is nobody and no time that it could be counted over"
	NoExpected   Undefined = "no event is expected"
	TooFewEvents Undefined = "there are fewer than ten events"
	TooFewValues Undefined = "there are too few values for an interval"
	NoSpread     Undefined = "all values are the same"
	NoComparison Undefined = "what it is compared with had no event"
	NoEvents     Undefined = "one side had no event"
	NotReached   Undefined = "too many are still waiting"
	NotSeen      Undefined = "nobody was in sight for so long"
	Unbounded    Undefined = "the data do not bound it"
	Collinear    Undefined = "the terms of the model cannot be told apart"
	OneGroup     Undefined = "there are fewer than two groups to compare"
	NoRegression Undefined = "nobody said what scores of such people do without help"
)

// Error returns the reason.
func (u Undefined) Error() string { return "stat: undefined: " + string(u) }

// Unwrap returns [sp.ErrInvalid].
func (u Undefined) Unwrap() error { return sp.ErrInvalid }

// Defined reports whether e has a value.
func (e Estimate) Defined() bool { return e.Undefined == "" }

// String returns e for people:
//
//	71.4 % (68.9 to 73.8), 912 of 1277 cases, Wilson 95 %
//	12.5 per 1000 (8.1 to 19.2), Byar 95 %
//	undefined: there are no cases
func (e Estimate) String() string {
	if !e.Defined() {
		return "undefined: " + string(e.Undefined)
	}
	scale, unit, of := 1.0, "", ""
	switch e.Per {
	case 0:
	case 1:
		scale, unit = 100, " %"
		of = strings.TrimRight(", "+digits(e.Numerator)+" of "+digits(e.Denominator)+" "+e.Of, " ")
	default:
		unit = " per " + digits(e.Per)
	}
	to := "(" + digits(scale*e.Interval.Lower) + " to " + digits(scale*e.Interval.Upper) + ")"
	switch {
	case e.Interval.OpenBelow() && e.Interval.OpenAbove():
		to = "(without limits)"
	case e.Interval.OpenAbove():
		to = "(" + digits(scale*e.Interval.Lower) + " or more)"
	case e.Interval.OpenBelow():
		to = "(" + digits(scale*e.Interval.Upper) + " or less)"
	}
	return fmt.Sprintf("%s%s %s%s, %s %s %%", digits(scale*e.Value), unit, to, of, e.Method, percent(e.Level))
}

// percent writes a level: 95, 99.8, 99.99.
func percent(level float64) string {
	return strconv.FormatFloat(math.Round(level*1e6)/1e4, 'f', -1, 64)
}

// digits writes v with three significant digits, or all before the point.
func digits(v float64) string {
	a := math.Abs(v)
	switch {
	case v == math.Trunc(v) && a < 1<<53:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case a >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case a >= 1:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// record is how an Estimate stands in JSON.
type record struct {
	Value       *float64  `json:"value"`
	Interval    *Interval `json:"interval"`
	Level       float64   `json:"level"`
	Method      Method    `json:"method"`
	Numerator   float64   `json:"numerator"`
	Denominator float64   `json:"denominator"`
	Of          string    `json:"of,omitempty"`
	Per         float64   `json:"per,omitempty"`
	Undefined   Undefined `json:"undefined,omitempty"`
}

// MarshalJSON writes e with null for the value of an undefined estimate and for
// an open limit.
func (e Estimate) MarshalJSON() ([]byte, error) {
	r := record{&e.Value, &e.Interval, e.Level, e.Method, e.Numerator, e.Denominator, e.Of, e.Per, e.Undefined}
	if !e.Defined() {
		r.Value = nil
	}
	return json.Marshal(r)
}

// UnmarshalJSON reads what [Estimate.MarshalJSON] writes. It fails with an error
// that is [sp.ErrInvalid] for anything else, such as a value that is missing
// without a reason.
func (e *Estimate) UnmarshalJSON(data []byte) error {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return sp.Invalid("stat: estimate", "", sp.WrongType, "must be an object with value, interval, level and method")
	}
	bad := &sp.InvalidError{Subject: "stat: estimate"}
	bad.Check((r.Value == nil) == (r.Undefined != ""), "value", sp.Inconsistent, "must be there exactly if undefined is not")
	bad.Check(r.Interval != nil, "interval", sp.Missing, "must be there")
	if err := bad.Err(); err != nil {
		return err
	}
	*e = Estimate{0, *r.Interval, r.Level, r.Method, r.Numerator, r.Denominator, r.Of, r.Per, r.Undefined}
	if r.Value != nil {
		e.Value = *r.Value
	}
	return nil
}

// A Test is the result of a test of significance.
type Test struct {
	Statistic float64   // of chi-squared, z, t or whatever Name says; 0 for an exact test of counts
	DF        float64   // degrees of freedom; 0 where there are none
	P         float64   // how often chance alone would show as much, if there were no difference
	Name      string    // such as "log-rank"
	Undefined Undefined // why there is no result; empty if there is one
}

// Defined reports whether t has a result.
func (t Test) Defined() bool { return t.Undefined == "" }
