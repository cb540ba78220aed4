package survival

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Ends counts how long things took and how they ended, where they can end in more
// than one way (competing risks): help began, or the person left before it did.
// The zero Ends is empty. Two of them can be merged.
//
// Counting those who left as if they were still waiting ([Durations]) answers what
// would happen if nobody ever left. Of 600 people of whom 38 in a hundred began
// and the others left, that says that 42 in a hundred "still wait" after twelve
// weeks, where nobody does.
type Ends struct {
	ended   map[string][]int64 // by how they ended
	waiting []int64
}

// Ended counts one that ended in a way, such as "begun" or "left", after n units.
// It fails unless the way has a name and n is from 0 to [MaxDuration].
func (e *Ends) Ended(way string, n int) error {
	if way == "" || n < 0 || n > MaxDuration {
		c := checker("ends")
		c.Check(way != "", "way", sp.Missing, "must not be empty")
		c.Check(n >= 0 && n <= MaxDuration, "n", sp.OutOfRange, "must be from 0 to 36525")
		return c.Err()
	}
	if e.ended == nil {
		e.ended = map[string][]int64{}
	}
	counts := e.ended[way]
	if n >= len(counts) {
		counts = grown(counts, n+1)
		e.ended[way] = counts
	}
	counts[n]++
	return nil
}

// Waiting counts one that has not ended after n units, or was lost sight of. It
// fails unless n is from 0 to [MaxDuration].
func (e *Ends) Waiting(n int) error { return add(&e.waiting, n) }

// Merge adds the counts of o.
func (e *Ends) Merge(o Ends) {
	if e.ended == nil {
		e.ended = map[string][]int64{}
	}
	for way, counts := range o.ended {
		into := e.ended[way]
		mergeCounts(&into, counts)
		e.ended[way] = into
	}
	mergeCounts(&e.waiting, o.waiting)
}

// Ways returns the ways in which anything ended, in order of their names.
func (e *Ends) Ways() []string { return slices.Sorted(maps.Keys(e.ended)) }

// Counts returns how many ended in a way, in any way, and how many are waiting.
func (e *Ends) Counts(way string) (thus, ended, waiting int64) {
	for _, counts := range e.ended {
		ended += total(counts)
	}
	return total(e.ended[way]), ended, total(e.waiting)
}

// Waits returns what was counted as the input of a Kaplan-Meier [Curve] of one way to
// end: everything that ended in another way counts as still waiting (censored).
func (e *Ends) Waits(way string) *Durations {
	d := new(Durations)
	for name, counts := range e.ended {
		if name == way {
			mergeCounts(&d.ended, counts)
		} else {
			mergeCounts(&d.waiting, counts)
		}
	}
	mergeCounts(&d.waiting, e.waiting)
	return d
}

// An IncidenceStep is a duration at which something ended or went out of sight.
type IncidenceStep struct {
	Duration int
	AtRisk   int64   // not over, and still in sight, just before
	Ended    int64   // in the way that is followed, at this duration
	Others   int64   // that ended in another way
	Censored int64   // went out of sight
	Share    float64 // that has ended in the way that is followed by this duration
	Free     float64 // that has not ended in any way
	Error    float64 // standard error of Share
}

// An Incidence is the cumulative incidence of one way to end: the Aalen-Johansen
// estimate of the share of all that has ended in that way. The incidences of all
// ways and the share that has not ended add up to 1.
//
// Source: Aalen & Johansen 1978; its variance: Aalen 1978, doi
// 10.1214/aos/1176344247, in the form of Braun & Yuan 2007, doi 10.1002/sim.2696.
type Incidence struct {
	Way   string
	Steps []IncidenceStep // in order of duration
}

// Incidence returns the cumulative incidence of a way to end. Nothing may have
// ended in it yet.
func (e *Ends) Incidence(way string) Incidence {
	r := Incidence{Way: way}
	all, longest := total(e.waiting), len(e.waiting)
	for _, counts := range e.ended {
		all += total(counts)
		longest = max(longest, len(counts))
	}
	risk, free, share := all, 1.0, 0.0
	var v variance
	for n := range longest {
		thus, censored := at(e.ended[way], n), at(e.waiting, n)
		var others int64
		for name, counts := range e.ended {
			if name != way {
				others += at(counts, n)
			}
		}
		if thus+others+censored == 0 {
			continue
		}
		share = min(1, share+free*float64(thus)/float64(risk))
		v.add(float64(risk), float64(thus), float64(thus+others), free, share)
		free *= float64(risk-thus-others) / float64(risk)
		r.Steps = append(r.Steps, IncidenceStep{n, risk, thus, others, censored, share, free, v.error(share)})
		risk -= thus + others + censored
	}
	return r
}

// A variance gathers the variance of a cumulative incidence by the delta method.
// Every time t contributes (F - F(t))^2 a - 2 (F - F(t)) b + c, where F is the share
// at the end; as F grows, the sums of a, a F(t), a F(t)^2, b, b F(t) and c give it at
// any time without going through the times again.
type variance struct{ a, af, aff, b, bf, c float64 }

func (v *variance) add(risk, thus, ended, free, share float64) {
	if ended == 0 {
		return
	}
	if ended < risk {
		a := ended / (risk * (risk - ended))
		v.a += a
		v.af += a * share
		v.aff += a * share * share
	}
	b := free * thus / (risk * risk)
	v.b += b
	v.bf += b * share
	v.c += free * free * thus * (risk - thus) / (risk * risk * risk)
}

func (v *variance) error(share float64) float64 {
	return math.Sqrt(max(0, share*share*v.a-2*share*v.af+v.aff-2*(share*v.b-v.bf)+v.c))
}

// Last returns the last duration at which anybody was seen, and false if nobody
// was counted.
func (r Incidence) Last() (n int, ok bool) {
	if len(r.Steps) == 0 {
		return 0, false
	}
	return r.Steps[len(r.Steps)-1].Duration, true
}

// By returns the share of all that has ended in the way within n units, with
// limits on the scale of the logarithm of the negative logarithm. Where nothing has
// ended so, or everything, that scale sets no limits, and the interval is from 0 to
// 1. It is [stat.Undefined] if nobody was counted, and beyond the last duration at which
// anybody was seen, unless all have ended by then: what became of everybody is known, and
// stays. It fails unless n is at least 0, and for a level out of range.
func (r Incidence) By(n int, level float64) (stat.Estimate, error) {
	c := checker("incidence")
	c.Check(n >= 0, "n", sp.OutOfRange, "must be at least 0")
	checkLevel(c, level)
	if err := c.Err(); err != nil {
		return stat.Estimate{}, err
	}
	e := stat.Estimate{Level: level, Method: stat.MethodAalenJohansen, Of: "people", Per: 1}
	last, ok := r.Last()
	if !ok {
		return undefined(e, stat.NoCases, between(0, 1))
	}
	e.Denominator = float64(r.Steps[0].AtRisk)
	if end := r.Steps[len(r.Steps)-1]; n > last && end.Free > 0 {
		return undefined(e, stat.NotSeen, between(end.Share, 1))
	}
	i, found := slices.BinarySearchFunc(r.Steps, n, func(s IncidenceStep, n int) int { return s.Duration - n })
	if found {
		i++
	}
	e.Interval = between(0, 1)
	if i == 0 {
		return e, nil
	}
	s := r.Steps[i-1]
	e.Value, e.Numerator, e.Interval = s.Share, s.Share*e.Denominator, s.interval(special.Normal(level))
	return e, nil
}

// Quantile returns the duration within which a share p of all has ended in the way, 0.5
// for the median of all, those who ended otherwise included, and its interval, found
// where the limits of the incidence cross p. If it does not rise so far it is [stat.Undefined]
// ([stat.NotReached]); the lower limit may stand all the same. Where the incidence stays at p
// exactly, it is the middle of that stretch, as in [Curve.Quantile]. It fails unless p
// lies between 0 and 1, and for a level out of range.
func (r Incidence) Quantile(p, level float64) (stat.Estimate, error) {
	c := checker("incidence quantile")
	c.Check(p > 0 && p < 1, "p", sp.OutOfRange, "must lie between 0 and 1")
	checkLevel(c, level)
	if err := c.Err(); err != nil {
		return stat.Estimate{}, err
	}
	e := stat.Estimate{Level: level, Method: stat.MethodAalenJohansen, Of: "people"}
	last, ok := r.Last()
	if !ok {
		return undefined(e, stat.NoCases, positive())
	}
	for _, s := range r.Steps {
		e.Numerator += float64(s.Ended)
	}
	e.Denominator = float64(r.Steps[0].AtRisk)
	z := special.Normal(level)
	reaches := func(height func(IncidenceStep) float64) float64 { // one less an incidence falls like a curve
		return crossing(len(r.Steps), 1-p, func(i int) (int, bool, float64) {
			s := r.Steps[i]
			return s.Duration, s.Ended > 0, 1 - height(s)
		})
	}
	e.Value = reaches(func(s IncidenceStep) float64 { return s.Share })
	e.Interval = stat.Interval{
		Lower: reaches(func(s IncidenceStep) float64 { return s.interval(z).Upper }),
		Upper: reaches(func(s IncidenceStep) float64 { return s.interval(z).Lower }),
	}
	if math.IsInf(e.Value, 1) {
		e.Value, e.Undefined = 0, stat.NotReached
		e.Interval.Lower = min(e.Interval.Lower, float64(last))
	}
	return e, nil
}

// interval returns the limits of the share at a step.
func (s IncidenceStep) interval(z float64) stat.Interval {
	if s.Share <= 0 || s.Share >= 1 || s.Error == 0 {
		return between(0, 1)
	}
	half := z * s.Error / (s.Share * math.Log(s.Share)) // negative
	return between(math.Pow(s.Share, math.Exp(-half)), math.Pow(s.Share, math.Exp(half)))
}

// String returns the way and how many are behind it.
func (r Incidence) String() string { return fmt.Sprintf("cumulative incidence of %s", r.Way) }
