package barrier

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/voice"
)

// A Sample says how sure a share has to be that is asked for. The zero Sample is within 10 points,
// at 95 % confidence.
type Sample struct {
	Margin float64 // half the width of the interval, as a share; 0 is 0.1
	Level  float64 // of confidence; 0 is 0.95
}

// An Ask is how many have to answer, where the log cannot tell.
type Ask struct {
	Whom   voice.Speaker   `json:"whom"`
	N      int             `json:"n"`      // how many have to answer
	Of     sp.Known[int64] `json:"of"`     // how many there are, as it may be shown; unknown if nobody said so
	Level  float64         `json:"level"`  // of confidence
	Within float64         `json:"within"` // the margin
}

// String returns "ask 23 of 30 link workers".
func (a Ask) String() string {
	if of, known := a.Of.Lookup(); known {
		if int64(a.N) >= of {
			return fmt.Sprintf("ask all %d %s", of, plural(a.Whom))
		}
		return fmt.Sprintf("ask %d of %d %s", a.N, of, plural(a.Whom))
	}
	return fmt.Sprintf("ask %d %s, or all if there are fewer", a.N, plural(a.Whom))
}

// SampleSize returns how many of a population have to answer so that a share of it is known within a margin, at a
// level of confidence, whatever the share is: z^2/4e^2 for an endless population, and with the correction for a finite
// one n0 / (1 + (n0 - 1)/N), rounded up. A population of 0 is one of unknown size. It fails with an error that is
// [sp.ErrInvalid] unless the margin is above 0 and at most 0.5, the population is not negative, and the
// level is one that package stat takes.
//
// Source: Cochran 1977, Sampling Techniques, 3rd ed., 4.4, formulas 4.1 and 4.2.
func SampleSize(population int, s Sample) (int, error) {
	if s.Margin == 0 {
		s.Margin = 0.1
	}
	if s.Level == 0 {
		s.Level = 0.95
	}
	e := &sp.InvalidError{Subject: "barrier: sample size"}
	e.Check(s.Margin > 0 && s.Margin <= 0.5, "Margin", sp.OutOfRange, "must be above 0 and at most 0.5")
	e.Check(population >= 0, "population", sp.OutOfRange, "must not be negative")
	if err := e.Err(); err != nil {
		return 0, err
	}
	z, err := quantile(s.Level)
	if err != nil {
		return 0, fmt.Errorf("barrier: sample size: %w", err)
	}
	n := z * z / (4 * s.Margin * s.Margin)
	if population > 0 {
		n /= 1 + (n-1)/float64(population)
	}
	n = math.Ceil(n - 1e-9) // so that 217.0000000001 is 217
	if population > 0 {
		n = min(n, float64(population))
	}
	return int(n), nil
}

// quantile returns the quantile of the normal distribution for a two-sided level: Wilson's
// interval of none of n ends at z^2/(n + z^2).
func quantile(level float64) (float64, error) {
	i, err := stat.Wilson(0, 1, level)
	if err != nil {
		return 0, err
	}
	return math.Sqrt(i.Upper / (1 - i.Upper)), nil
}
