package stat

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
)

// Better says which way a score improves.
type Better int8

// The directions.
const (
	Higher Better = iota // wellbeing, say
	Lower                // anxiety, say
)

// A Reliability says how exactly a questionnaire measures, and so which change of
// a score is more than measurement error.
type Reliability struct {
	SEM       float64 // standard error of measurement
	SEDiff    float64 // standard error of the difference of two measurements
	Threshold float64 // a change of more is reliable
}

// NewReliability returns what follows from the standard deviation of scores before
// and the questionnaire's reliability, such as Cronbach's [Alpha] or a test-retest
// correlation. A change is reliable if chance alone would show as much less often
// than 1 - level: at 0.95 beyond 1.96 standard errors of the difference, which is
// also the minimal detectable change. It fails unless sd is above 0 and the
// reliability from 0 to below 1.
//
// Source: Jacobson & Truax 1991, doi 10.1037/0022-006X.59.1.12.
func NewReliability(sd, reliability, level float64) (Reliability, error) {
	c := checker("reliability")
	c.Check(sd > 0 && sd <= maxValue, "sd", sp.OutOfRange, "must be above 0")
	c.Check(reliability >= 0 && reliability < 1, "reliability", sp.OutOfRange, "must be from 0 to below 1")
	checkLevel(c, level)
	if err := c.Err(); err != nil {
		return Reliability{}, err
	}
	sem := sd * math.Sqrt(1-reliability)
	return Reliability{SEM: sem, SEDiff: math.Sqrt2 * sem, Threshold: special.Normal(level) * math.Sqrt2 * sem}, nil
}

// A Verdict is what became of a person by two scores.
type Verdict string

// The verdicts.
const (
	Recovered    Verdict = "recovered"          // improved reliably, and crossed the cut-off into the range of the well
	Improved     Verdict = "improved"           // reliably, but is on the same side of the cut-off as before
	Unchanged    Verdict = "no reliable change" // the change is no larger than measurement error explains
	Deteriorated Verdict = "deteriorated"       // reliably
)

// Judge returns whether a person's change is reliable and clinically significant.
// The cut-off is the first score in the range of the well: with [Higher], scores
// of at least the cut-off are in it; with [Lower], scores of at most it. A zero
// Known means that there is no cut-off, and nobody recovers. Scores that are no
// numbers are [Unchanged].
func (r Reliability) Judge(before, after float64, cutoff sp.Known[float64], better Better) Verdict {
	gain, well := after-before, func(score, cut float64) bool { return score >= cut }
	if better == Lower {
		gain, well = -gain, func(score, cut float64) bool { return score <= cut }
	}
	cut, hasCut := cutoff.Lookup()
	switch {
	case gain < -r.Threshold:
		return Deteriorated
	case gain > r.Threshold && hasCut && !well(before, cut) && well(after, cut):
		return Recovered
	case gain > r.Threshold:
		return Improved
	}
	return Unchanged
}

// Alpha returns Cronbach's alpha, the reliability of a sum of items from how
// people answered them: a row for each person, an entry for each item. It is no
// more than 1, and below 0 where items contradict one another. Where all people have the
// same sum it is [Undefined]. It fails unless there are at least two people and two
// items, and every person answered every item.
//
// Sources: Cronbach 1951, doi 10.1007/BF02310555; limits: Feldt 1965, doi
// 10.1007/BF02289499.
func Alpha(answers [][]float64, level float64) (Estimate, error) {
	c := checker("alpha")
	checkLevel(c, level)
	c.Check(len(answers) >= 2 && len(answers[0]) >= 2, "answers", sp.WrongLength, "need at least two people and two items")
	for i, row := range answers {
		c.Check(len(row) == len(answers[0]), fmt.Sprintf("answers[%d]", i), sp.Inconsistent, "must have an entry for each item")
		checkValues(c, fmt.Sprintf("answers[%d]", i), row)
	}
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	column, totals := make([]float64, len(answers)), make([]float64, len(answers))
	var within float64
	for item := range answers[0] {
		for i, row := range answers {
			column[i] = row[item]
			totals[i] += row[item]
		}
		_, squares := special.Moments(column)
		within += squares
	}
	_, all := special.Moments(totals)
	k, people := float64(len(answers[0])), float64(len(answers))
	e := Estimate{Level: level, Method: MethodFeldt, Denominator: people, Of: "people"}
	if all == 0 {
		return undefined(e, NoSpread, Interval{math.Inf(-1), 1}, "alpha")
	}
	e.Value = k / (k - 1) * (1 - within/all)
	beyond := func(p float64) float64 { return 1 - (1-e.Value)*special.Fisher(p, people-1, (people-1)*(k-1)) }
	e.Interval = Interval{beyond((1 + level) / 2), beyond((1 - level) / 2)}
	return e, nil
}

// A McNemarTest compares a yes or no before with one after.
type McNemarTest struct {
	Exact       Test // binomial, right for any number of people
	Corrected   Test // chi-squared with the continuity correction
	Uncorrected Test // chi-squared without
}

// McNemar tests whether as many people changed from yes to no as from no to yes:
// loneliness before and after, say. People who did not change say nothing about
// it. If nobody changed, the tests are [Undefined]. It fails unless both are whole
// numbers, together at most 1e9.
//
// Source: McNemar 1947, doi 10.1007/BF02295996; Edwards's correction.
func McNemar(yesToNo, noToYes float64) (McNemarTest, error) {
	c := checker("mcnemar")
	n := yesToNo + noToYes
	c.Check(whole(yesToNo) && whole(noToYes) && n <= maxExact, "counts", sp.Malformed, "must be whole numbers, together at most 1e9")
	if err := c.Err(); err != nil {
		return McNemarTest{}, err
	}
	t := McNemarTest{Exact: Test{Name: "McNemar, exact"}, Corrected: Test{Name: "McNemar, corrected"}, Uncorrected: Test{Name: "McNemar"}}
	if n == 0 {
		t.Exact.Undefined, t.Corrected.Undefined, t.Uncorrected.Undefined = NoCases, NoCases, NoCases
		return t, nil
	}
	d := math.Abs(yesToNo - noToYes)
	t.Exact.P = binomialP(yesToNo, n, 0.5)
	corrected := max(0, d-1)
	t.Corrected.Statistic, t.Corrected.DF = corrected*corrected/n, 1
	t.Corrected.P = special.ChiSquaredP(t.Corrected.Statistic, 1)
	t.Uncorrected.Statistic, t.Uncorrected.DF = d*d/n, 1
	t.Uncorrected.P = special.ChiSquaredP(t.Uncorrected.Statistic, 1)
	return t, nil
}
