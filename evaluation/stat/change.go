package stat

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
)

// A Pair is a person's score before and, if there was a follow-up, after.
type Pair struct {
	Before float64
	After  sp.Known[float64]
}

// A Change is how scores changed from before to after in people who have both.
// People without a follow-up are counted, and their scores at the start are
// compared with those of the others: where they differ, the change speaks for
// the others alone. A change without a comparison group is no effect.
type Change struct {
	Mean   Estimate // of after less before; Denominator is the number of pairs
	Before Estimate // of the pairs, at the start
	After  Estimate
	Test   Test // paired t

	BeforeSD, AfterSD, ChangeSD float64  // standard deviations
	Correlation                 Estimate // Pearson's, of before and after; undefined where one of them does not vary

	SRM    Estimate // standardised response mean, Cohen's d_z: mean change over its standard deviation
	Effect Estimate // effect size, Glass's delta: mean change over the standard deviation before
	DAv    Estimate // Cohen's d_av: over the mean of both standard deviations
	DRm    Estimate // Cohen's d_rm: d_z corrected for the correlation
	Hedges float64  // factor that corrects any of them for small samples: 1 - 3/(4 df - 1)

	Lost       int      // had no follow-up
	LostBefore Estimate // mean score at the start of those; undefined for fewer than two
}

// Paired returns the change over pairs. Mean, Test and effect sizes are [Undefined] for
// fewer than two pairs, Mean, Test and SRM where all changed alike, and the other
// effect sizes where what they are divided by is 0. The limits of SRM are exact for
// changes that are normal; those of the other effect sizes and of the correlation hold
// for large samples of scores that are normal together. It fails if a score is not a number from -1e100 to
// 1e100.
//
// Sources: Student's t; SRM: Liang, Fossel & Larson 1990, doi
// 10.1097/00005650-199007000-00008; effect sizes and Hedges's correction: Lakens
// 2013, doi 10.3389/fpsyg.2013.00863; limits: Cumming & Finch 2001, doi
// 10.1177/0013164401614002 (SRM), and Bonett 2008, doi 10.1037/1082-989X.13.2.99 (the
// delta method, for Effect; the same for the other standardisers); Fisher 1921, On the
// "probable error" of a coefficient of correlation.
func Paired(pairs []Pair, level float64) (Change, error) {
	var before, after, change, lost []float64
	for _, p := range pairs {
		if a, ok := p.After.Lookup(); ok {
			before, after, change = append(before, p.Before), append(after, a), append(change, a-p.Before)
		} else {
			lost = append(lost, p.Before)
		}
	}
	r := Change{Lost: len(lost)}
	for _, m := range []struct {
		into *Estimate
		of   []float64
	}{{&r.Mean, change}, {&r.Before, before}, {&r.After, after}, {&r.LostBefore, lost}} {
		var err error
		if *m.into, err = Mean(m.of, level); err != nil {
			return Change{}, err
		}
	}
	r.Test = Test{Name: "paired t", Undefined: r.Mean.Undefined}
	if len(change) < 2 {
		few := Estimate{Level: level, Denominator: float64(len(change)), Of: "pairs", Method: MethodDelta, Interval: anything(), Undefined: TooFewValues}
		r.SRM, r.Effect, r.DAv, r.DRm = few, few, few, few
		r.Correlation = few
		r.Correlation.Method, r.Correlation.Interval = MethodFisher, Interval{-1, 1}
		return r, nil
	}
	n, df := float64(len(change)), float64(len(change)-1)
	sd := func(values []float64) (mean, deviation float64) {
		mean, squares := special.Moments(values)
		return mean, math.Sqrt(squares / df)
	}
	var meanBefore, meanAfter, meanChange float64
	meanBefore, r.BeforeSD = sd(before)
	meanAfter, r.AfterSD = sd(after)
	meanChange, r.ChangeSD = sd(change)
	var products special.Sum
	for i := range before {
		products.Add((before[i] - meanBefore) * (after[i] - meanAfter))
	}
	r.Correlation = correlation(products.Value()/df, r.BeforeSD*r.AfterSD, n, level)
	r.Hedges = 1 - 3/(4*df-1)
	effects(&r, meanChange, level)
	if r.Test.Defined() {
		r.Test.Statistic, r.Test.DF = meanChange/(r.ChangeSD/math.Sqrt(n)), df
		r.Test.P = special.StudentP(r.Test.Statistic, df)
	}
	return r, nil
}

// String returns c for people, with the name of its design and never as an effect, since nobody knows
// what would have happened otherwise: "uncontrolled before-after change 2.1 (1.2 to 3.1), Student's t 95 %, 38 with both scores, 12 without follow-up".
func (c Change) String() string {
	return fmt.Sprintf("uncontrolled before-after change %s, %g with both scores, %d without follow-up", c.Mean, c.Mean.Denominator, c.Lost)
}

// Unpaired returns the mean of scores after less that of scores before, where nobody knows which are of
// the same person. It has to be asked for by this name, since it is not how people changed:
// those who were worst off may have left, or others come, without anybody changing. Where people have both
// scores, use [Paired]. Its limits are those of Welch's t. With fewer than two scores on either side, or none that differ, it is
// [Undefined]. It fails if a score is not a number from -1e100 to 1e100.
//
// Source: Welch 1947, doi 10.1093/biomet/34.1-2.28.
func Unpaired(before, after []float64, level float64) (Estimate, error) {
	c := checker("unpaired change")
	checkLevel(c, level)
	checkValues(c, "before", before)
	checkValues(c, "after", after)
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	n, m := float64(len(before)), float64(len(after))
	e := Estimate{Level: level, Method: MethodWelch, Denominator: n + m, Of: "scores of people who may differ"}
	if n < 2 || m < 2 {
		return undefined(e, TooFewValues, anything(), "unpaired change")
	}
	first, squares := special.Moments(before)
	second, more := special.Moments(after)
	a, b := squares/(n-1)/n, more/(m-1)/m // squared standard errors of the means
	if a+b == 0 {
		return undefined(e, NoSpread, anything(), "unpaired change")
	}
	df := (a + b) * (a + b) / (a*a/(n-1) + b*b/(m-1))
	e.Value = second - first
	e.Interval = around(e.Value, special.Student(level, df)*math.Sqrt(a+b))
	return e, nil
}

// correlation returns Pearson's correlation of n pairs with the limits of Fisher's z,
// which takes four pairs: of fewer, the data set none.
func correlation(covariance, deviations, n, level float64) Estimate {
	e := Estimate{Level: level, Method: MethodFisher, Denominator: n, Of: "pairs", Interval: Interval{-1, 1}}
	if !(deviations > 0) {
		e.Undefined = NoSpread
		return e
	}
	e.Value = min(1, max(-1, covariance/deviations))
	if n > 3 {
		z, half := math.Atanh(e.Value), special.Normal(level)/math.Sqrt(n-3)
		e.Interval = Interval{min(e.Value, math.Tanh(z-half)), max(e.Value, math.Tanh(z+half))}
	}
	return e
}

// A Shift is what regression to the mean explains of a change.
type Shift struct {
	Expected float64  // change that would have been seen if nothing had been done
	Observed Estimate // change that was seen
	Beyond   Estimate // observed less expected
}

// RegressionToMean returns how much of a change is to be expected without any
// help, because people were chosen for a score far from the population's: those
// who feel worst on the day they are asked will feel better another day. The
// population's mean and the correlation of two measurements without help in
// between (test-retest, from 0 to 1) must come from elsewhere; as they are taken
// as known, the interval of Beyond is as wide as that of the change. Without pairs
// both estimates are [Undefined].
//
// Source: Barnett, van der Pols & Dobson 2005, doi 10.1093/ije/dyh299.
func RegressionToMean(change Change, populationMean, retest float64) (Shift, error) {
	c := checker("regression to the mean")
	c.Check(retest >= 0 && retest <= 1, "retest", sp.OutOfRange, "must be from 0 to 1")
	checkValues(c, "populationMean", []float64{populationMean})
	if err := c.Err(); err != nil {
		return Shift{}, err
	}
	s := Shift{Observed: change.Mean, Beyond: change.Mean}
	if change.Mean.Denominator == 0 || !change.Before.Defined() && !change.Mean.Defined() {
		return s, nil
	}
	start := change.Before.Value
	if !change.Before.Defined() { // all began alike
		start = change.After.Value - change.Mean.Value
	}
	s.Expected = (1 - retest) * (populationMean - start)
	if s.Beyond.Defined() {
		s.Beyond.Value -= s.Expected
		s.Beyond.Interval = s.Beyond.Interval.plus(-s.Expected)
	}
	return s, nil
}
