package stat

import (
	"math"

	"github.com/socialprescribing/sp"
)

// Uncontrolled is the design of a change in people whom nobody is compared with. It shows
// no effect, since nobody knows what would have become of them otherwise.
const Uncontrolled = "uncontrolled before-after"

// BeforeAfter is a change with what a reader has to know of it: by what design it was
// found, how many had no follow-up and how they began, and how much of it would have come
// about without any help.
type BeforeAfter struct {
	Design string // [Uncontrolled]
	Scores Change // before and after, of those with both; attrition; effect sizes

	// Regression is what is known from elsewhere of such scores; without a source nothing is.
	Regression Regression
	// Expected is the change that regression to the mean explains, in points. It is zero, and
	// Beyond undefined for the reason [NoRegression], where Regression has no source.
	Expected float64
	// Beyond is the change less what was expected. It still is uncontrolled.
	Beyond Estimate
}

// A Regression is what is known, from elsewhere, of how scores behave in people like
// these without any help. People are referred when they feel worst, and feel better another
// day whatever is done: how much better is worked out from it, by [RegressionToMean].
type Regression struct {
	Mean   float64 // of the population, in the unit of the scores: points, contacts for each person-year
	Retest float64 // correlation of two measurements without help in between, from 0 to 1
	Source string  // where both are from; without one nothing is known
}

// Err returns an error that is [sp.ErrInvalid] for numbers without a source, for a mean that is
// not from -1e100 to 1e100 and for a correlation that is none, and nil otherwise.
func (r Regression) Err() error {
	e := &sp.InvalidError{Subject: "regression to the mean"}
	e.Check(r.Source != "" || r == Regression{}, "Source", sp.Missing, "must be named")
	e.Check(math.Abs(r.Mean) <= 1e100, "Mean", sp.OutOfRange, "must be a number")
	e.Check(r.Retest >= 0 && r.Retest <= 1, "Retest", sp.OutOfRange, "must be from 0 to 1")
	return e.Err()
}

// NewBeforeAfter returns the change over pairs, as [Paired] does, and what of it regression to
// the mean explains. It fails as [Paired] does, and as [Regression.Err].
func NewBeforeAfter(pairs []Pair, r Regression, level float64) (BeforeAfter, error) {
	if err := r.Err(); err != nil {
		return BeforeAfter{}, err
	}
	scores, err := Paired(pairs, level)
	if err != nil {
		return BeforeAfter{}, err
	}
	b := BeforeAfter{Design: Uncontrolled, Scores: scores, Regression: r, Beyond: scores.Mean}
	if r.Source == "" {
		b.Beyond.Undefined = NoRegression
		return b, nil
	}
	shift, err := RegressionToMean(scores, r.Mean, r.Retest)
	if err != nil {
		return BeforeAfter{}, err
	}
	b.Expected, b.Beyond = shift.Expected, shift.Beyond
	return b, nil
}
