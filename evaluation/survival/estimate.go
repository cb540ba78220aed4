package survival

import (
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// checker collects what is wrong with the arguments of a function.
func checker(function string) *sp.InvalidError {
	return &sp.InvalidError{Subject: "survival: " + function}
}

func checkLevel(e *sp.InvalidError, level float64) {
	e.Check(level >= 0.1 && level <= 0.9999, "level", sp.OutOfRange, "must be from 0.1 to 0.9999, such as 0.95")
}

// undefined returns e without a value, and with the interval of what is known still.
func undefined(e stat.Estimate, why stat.Undefined, still stat.Interval) (stat.Estimate, error) {
	e.Value, e.Undefined, e.Interval = 0, why, still
	return e, nil
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func between(lower, upper float64) stat.Interval {
	return stat.Interval{Lower: lower, Upper: upper}
}

// positive is the interval of what the data do not limit and cannot be negative.
func positive() stat.Interval { return between(0, math.Inf(1)) }
