package lab

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A Comparison is what the policies of a study came to.
type Comparison struct {
	Study   string
	Seed    string
	Pairs   int
	Looks   int     // that were planned
	Look    int     // the one after which it stopped
	Level   float64 // at which all intervals of a measure hold together
	Partial bool    // it was cancelled before it was done

	Outcomes    []Outcome
	Differences []Difference
	Stress      []Item

	policies []string
}

// An Outcome is what a policy came to, by itself.
type Outcome struct {
	Policy   string
	Measure  Measure
	By       string // such as deprivation; empty is everybody
	Group    string // of that, such as the most deprived fifth
	Mean     stat.Estimate
	Constant sp.Known[float64] // the value, where it was the same in all runs
}

// A Difference is what a policy changes, beside the first one, for the same people.
type Difference struct {
	Policy  string
	Measure Measure
	By      string
	Group   string

	// Mean is that of the pairs. Where every pair differs by the same, nothing says how sure that
	// is: Mean is undefined, and Constant is the difference, 0 where policies are equal.
	Mean     stat.Estimate
	Constant sp.Known[float64]

	// P is that of the paired t test, corrected stepwise for policies (Holm) and for looks
	// (Bonferroni). It may find a difference whose interval, which holds for all policies at once,
	// still holds 0; Verdict goes by the interval.
	P        float64
	Verdict  Verdict
	Without  int               // pairs in which one side has no value, and which are left out
	Variance sp.Known[float64] // of the difference, as a part of that of independent runs
}

// A Verdict says whether a difference is good.
type Verdict string

// The verdicts.
const (
	Better Verdict = "better"
	Worse  Verdict = "worse"
	Higher Verdict = "higher" // where neither is better
	Lower  Verdict = "lower"
	Unsure Verdict = "cannot tell"
	Same   Verdict = "the same"
	Untold Verdict = "not told" // too few pairs have a value
)

// compare tells what is known at a look.
func (t *trial) compare(look int, looks []int) (*Comparison, error) {
	c := &Comparison{Study: t.Name, Seed: t.o.Seed, Pairs: t.pairs(), Looks: len(looks), Look: look, Level: t.o.Level}
	for k, p := range t.Policies {
		c.policies = append(c.policies, p.Name)
		for s, scope := range t.scopes {
			for m, info := range t.infos {
				if s > 0 && info.of == nil {
					continue
				}
				values, _, _ := t.columns(k, k, t.at(s, m))
				mean, constant, err := meanOf(values, t.o.Level)
				if err != nil {
					return nil, err
				}
				c.Outcomes = append(c.Outcomes, Outcome{Policy: p.Name, Measure: info.Measure, By: scope.By, Group: scope.Group, Mean: mean, Constant: constant})
			}
		}
	}
	for _, family := range t.families() {
		all, err := t.differences(family, len(looks))
		if err != nil {
			return nil, err
		}
		c.Differences = append(c.Differences, all...)
	}
	c.Stress = t.stress(c)
	return c, nil
}

// A family is the differences that are corrected for each other: one measure, of everybody or of
// the groups of one kind, under all policies.
type family struct {
	measure int
	scopes  []int
}

func (t *trial) families() (all []family) {
	for m, info := range t.infos {
		for s := 0; s < len(t.scopes); {
			f := family{measure: m}
			for by := t.scopes[s].By; s < len(t.scopes) && t.scopes[s].By == by; s++ {
				f.scopes = append(f.scopes, s)
			}
			if info.of != nil || f.scopes[0] == 0 {
				all = append(all, f)
			}
		}
	}
	return all
}

// differences returns those of a family.
func (t *trial) differences(f family, looks int) (all []Difference, err error) {
	info, n := t.infos[f.measure], len(f.scopes)*(len(t.Policies)-1)
	level := 1 - (1-t.o.Level)/float64(max(1, n)*looks)
	var ps []float64
	for k := 1; k < len(t.Policies); k++ {
		for _, s := range f.scopes {
			before, after, without := t.columns(0, k, t.at(s, f.measure))
			d := Difference{Policy: t.Policies[k].Name, Measure: info.Measure, By: t.scopes[s].By, Group: t.scopes[s].Group, Without: without, P: 1}
			gaps := minus(after, before)
			if d.Mean, d.Constant, err = meanOf(gaps, level); err != nil {
				return nil, err
			}
			d.Variance = relative(variance(gaps), variance(before)+variance(after))
			p := 1.0
			if d.Mean.Defined() {
				if p, err = paired(before, after, level); err != nil {
					return nil, err
				}
			}
			all, ps = append(all, d), append(ps, p)
		}
	}
	for i, p := range holm(ps) {
		all[i].P = min(1, p*float64(looks))
		all[i].Verdict = all[i].judge(info.Better)
	}
	return all, nil
}

// columns returns the values of two policies in the pairs in which both are known.
func (t *trial) columns(a, b, at int) (before, after []float64, without int) {
	for i := range t.pairs() {
		x, known := t.runs[a][i][at].Lookup()
		y, also := t.runs[b][i][at].Lookup()
		if !known || !also {
			without++
			continue
		}
		before, after = append(before, x), append(after, y)
	}
	return before, after, without
}

func minus(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

// meanOf returns the mean with its interval, or the one value that all are.
func meanOf(values []float64, level float64) (stat.Estimate, sp.Known[float64], error) {
	e, err := stat.Mean(values, level)
	e.Of = "pairs of runs"
	if err == nil && e.Undefined == stat.NoSpread {
		return e, sp.Know(values[0]), nil
	}
	return e, sp.Known[float64]{}, err
}

// paired returns p of the paired t test.
func paired(before, after []float64, level float64) (float64, error) {
	pairs := make([]stat.Pair, len(before))
	for i := range before {
		pairs[i] = stat.Pair{Before: before[i], After: sp.Know(after[i])}
	}
	change, err := stat.Paired(pairs, level)
	if err != nil || !change.Test.Defined() {
		return 1, err
	}
	return change.Test.P, nil
}

// holm corrects the p of several tests, so that the chance of any wrong verdict is no more than
// the level (Holm 1979, Scandinavian Journal of Statistics 6: 65-70).
func holm(ps []float64) []float64 {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case ps[a] < ps[b]:
			return -1
		case ps[a] > ps[b]:
			return 1
		default:
			return 0
		}
	})
	out, most := make([]float64, len(ps)), 0.0
	for rank, i := range order {
		most = max(most, min(1, ps[i]*float64(len(ps)-rank)))
		out[i] = most
	}
	return out
}

// judge says what the interval shows: it holds 0, or lies on one side of it.
func (d Difference) judge(better evaluation.Direction) Verdict {
	by := d.Mean.Value
	if c, is := d.Constant.Lookup(); is {
		if c == 0 {
			return Same
		}
		return Unsure
	}
	switch {
	case !d.Mean.Defined():
		return Untold
	case d.Mean.Interval.Lower <= 0 && d.Mean.Interval.Upper >= 0:
		return Unsure
	case better == evaluation.Neither && by > 0:
		return Higher
	case better == evaluation.Neither:
		return Lower
	case by > 0 == (better == evaluation.Higher):
		return Better
	default:
		return Worse
	}
}

func variance(values []float64) float64 {
	n, mean := float64(len(values)), 0.0
	for _, v := range values {
		mean += v / n
	}
	sum := 0.0
	for _, v := range values {
		sum += float64((v - mean) * (v - mean))
	}
	return sum / (n - 1)
}

func relative(part, of float64) sp.Known[float64] {
	if !(of > 0) || math.IsNaN(part) {
		return sp.Known[float64]{}
	}
	return sp.Know(part / of)
}

// enough reports whether all differences of the measure that decides are known well enough.
func (t *trial) enough(c *Comparison) bool {
	for _, d := range c.Differences {
		if d.Measure != t.o.Until.Measure || d.By != "" || d.Constant != (sp.Known[float64]{}) {
			continue
		}
		if !d.Mean.Defined() || (d.Mean.Interval.Upper-d.Mean.Interval.Lower)/2 > t.o.Until.Within {
			return false
		}
	}
	return true
}

// Difference returns what a policy changes in a measure, for everybody.
func (c *Comparison) Difference(policy string, m Measure) (Difference, bool) {
	i := slices.IndexFunc(c.Differences, func(d Difference) bool { return d.Policy == policy && d.Measure == m && d.By == "" })
	if i < 0 {
		return Difference{}, false
	}
	return c.Differences[i], true
}

// Choice returns the policy with the best mean of a measure, of those that are equal the first, and
// whether the intervals show it: where it is not the first policy, that it is better than that; where it is, that all
// others are worse. The measure must be one of which more or less is better; of others the choice is the first.
func (c *Comparison) Choice(m Measure) (policy string, shown bool) {
	info, known := InfoOf(m)
	all := c.Groups(m, "")
	if !known || info.Better == evaluation.Neither {
		return c.policies[0], false
	}
	policy = choice(c.policies[0], all, info.Better)
	if d, is := c.Difference(policy, m); is {
		return policy, d.Verdict == Better
	}
	return policy, !slices.ContainsFunc(all, func(d Difference) bool { return d.Verdict != Worse })
}

// Groups returns what each policy changes in a measure for the groups of a kind, such as age or
// [Distance]: who gains and who loses. Of kind "" it is everybody.
func (c *Comparison) Groups(m Measure, by string) (all []Difference) {
	for _, d := range c.Differences {
		if d.Measure == m && d.By == by {
			all = append(all, d)
		}
	}
	return all
}

// Kinds returns by what groups are told apart, in order.
func (c *Comparison) Kinds() (kinds []string) {
	for _, d := range c.Differences {
		if d.By != "" && !slices.Contains(kinds, d.By) {
			kinds = append(kinds, d.By)
		}
	}
	return kinds
}

// String says a difference with its interval, in the unit of its measure: "+12.3 (10.1 to 14.5)". A "?"
// behind it is that the interval holds 0.
func (d Difference) String() string {
	info, known := InfoOf(d.Measure)
	if !known {
		return "unknown"
	}
	return d.cell(info)
}
