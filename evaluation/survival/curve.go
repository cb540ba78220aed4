package survival

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// MaxDuration bounds durations: a hundred years of days.
const MaxDuration = 36_525

// Durations counts how long things took, in whole units such as days, including
// those that are not over yet. The zero Durations is empty. Two of them can be
// merged, so a large log can be counted in parts.
//
// They answer how long a wait lasts if everybody stays until it is over. Where
// some leave (competing risks), use [Ends].
type Durations struct {
	ended   []int64 // by duration
	waiting []int64
}

// Ended counts one that took n units. It fails unless n is from 0 to [MaxDuration].
func (d *Durations) Ended(n int) error { return add(&d.ended, n) }

// Waiting counts one that is not over after n units, or was lost sight of. It
// fails unless n is from 0 to [MaxDuration].
func (d *Durations) Waiting(n int) error { return add(&d.waiting, n) }

func add(counts *[]int64, n int) error {
	if n < 0 || n > MaxDuration { // without a list of errors for each of a million
		return sp.Invalid("survival: durations", "n", sp.OutOfRange, "must be from 0 to 36525")
	}
	*counts = grown(*counts, n+1)
	(*counts)[n]++
	return nil
}

func grown(counts []int64, n int) []int64 {
	if n <= len(counts) {
		return counts
	}
	return append(counts, make([]int64, n-len(counts))...)
}

// Merge adds the counts of o.
func (d *Durations) Merge(o Durations) {
	mergeCounts(&d.ended, o.ended)
	mergeCounts(&d.waiting, o.waiting)
}

func mergeCounts(into *[]int64, from []int64) {
	*into = grown(*into, len(from))
	for i, n := range from {
		(*into)[i] += n
	}
}

// Counts returns how many ended and how many are waiting.
func (d *Durations) Counts() (ended, waiting int64) { return total(d.ended), total(d.waiting) }

func total(counts []int64) (all int64) {
	for _, n := range counts {
		all += n
	}
	return all
}

// at returns the count of a duration, of which there may be none.
func at(counts []int64, n int) int64 {
	if n < len(counts) {
		return counts[n]
	}
	return 0
}

// A Step is a duration at which something ended or went out of sight.
type Step struct {
	Duration int
	AtRisk   int64   // not over, and still in sight, just before
	Ended    int64   // at this duration
	Censored int64   // went out of sight at this duration, after what ended: the marks on the curve
	Left     float64 // share that takes longer than this
	LogError float64 // standard error of the logarithm of Left; +Inf where that is 0
}

// A Scale says on which transformation of the share the limits of a curve are symmetric
// about it.
type Scale int8

// The scales.
const (
	LogScale    Scale = iota // of the logarithm, R's default
	LogLogScale              // of the logarithm of the negative logarithm: never beyond 0 or 1
	PlainScale               // of the share itself, cut off at 0 and 1
)

// A Curve is the Kaplan-Meier estimate of the share that takes longer. Those that
// are still waiting count for as long as they were observed (right censoring). It
// says nothing beyond the last duration at which anybody was observed.
//
// Source: Kaplan & Meier 1958, doi 10.1080/01621459.1958.10501452; Greenwood's
// variance.
type Curve struct {
	Steps []Step // in order of duration; none if nobody was counted
	Scale Scale  // of the intervals
}

// Curve returns the curve of what was counted, with limits on [LogScale].
func (d *Durations) Curve() Curve {
	var c Curve
	left, variance := 1.0, 0.0
	risk := total(d.ended) + total(d.waiting)
	for n := range max(len(d.ended), len(d.waiting)) {
		ended, censored := at(d.ended, n), at(d.waiting, n)
		if ended == 0 && censored == 0 {
			continue
		}
		if ended > 0 {
			left *= float64(risk-ended) / float64(risk)
			variance += float64(ended) / (float64(risk) * float64(risk-ended))
		}
		c.Steps = append(c.Steps, Step{Duration: n, AtRisk: risk, Ended: ended, Censored: censored, Left: left, LogError: math.Sqrt(variance)})
		risk -= ended + censored
	}
	return c
}

// On returns c with its intervals on another scale.
func (c Curve) On(s Scale) Curve {
	c.Scale = s
	return c
}

// Last returns the last duration at which anybody was seen, and false if nobody
// was counted.
func (c Curve) Last() (n int, ok bool) {
	if len(c.Steps) == 0 {
		return 0, false
	}
	return c.Steps[len(c.Steps)-1].Duration, true
}

// Cases returns how many were counted, and how many of them ended.
func (c Curve) Cases() (all, ended int64) {
	for _, s := range c.Steps {
		ended += s.Ended
	}
	if len(c.Steps) > 0 {
		all = c.Steps[0].AtRisk
	}
	return all, ended
}

// AtRisk returns how many were not over, and still in sight, just before n units:
// the numbers that belong below a plot of the curve.
func (c Curve) AtRisk(n int) int64 {
	i, _ := slices.BinarySearchFunc(c.Steps, n, func(s Step, n int) int { return s.Duration - n })
	if i == len(c.Steps) {
		return 0
	}
	return c.Steps[i].AtRisk
}

// before returns the last step at or before n, and false if there is none.
func (c Curve) before(n int) (Step, bool) {
	i, found := slices.BinarySearchFunc(c.Steps, n, func(s Step, n int) int { return s.Duration - n })
	if found {
		i++
	}
	if i == 0 {
		return Step{Left: 1}, false
	}
	return c.Steps[i-1], true
}

func (c Curve) estimate(level float64) stat.Estimate {
	all, ended := c.Cases()
	return stat.Estimate{Level: level, Method: stat.MethodKaplanMeier, Numerator: float64(ended), Denominator: float64(all), Of: "people"}
}

// Left returns the share that takes longer than n units. Where nobody is left the
// scale sets no limits, and the interval is from 0 to 1. It is [stat.Undefined] if
// nobody was counted, and beyond the last duration at which anybody was seen. It
// fails unless n is at least 0, and for a level out of range.
func (c Curve) Left(n int, level float64) (stat.Estimate, error) {
	k := checker("left")
	k.Check(n >= 0, "n", sp.OutOfRange, "must be at least 0")
	k.Check(c.Scale >= LogScale && c.Scale <= PlainScale, "scale", sp.NotListed, "must be one of the constants")
	checkLevel(k, level)
	if err := k.Err(); err != nil {
		return stat.Estimate{}, err
	}
	e := c.estimate(level)
	e.Per = 1
	last, ok := c.Last()
	switch {
	case !ok:
		return undefined(e, stat.NoCases, between(0, 1))
	case n > last:
		return undefined(e, stat.NotSeen, between(0, c.Steps[len(c.Steps)-1].Left))
	}
	s, _ := c.before(n)
	e.Value, e.Interval = s.Left, s.interval(special.Normal(level), c.Scale)
	e.Numerator = s.Left * e.Denominator
	return e, nil
}

func (s Step) interval(z float64, scale Scale) stat.Interval {
	switch {
	case s.Left == 0:
		return between(0, 1)
	case s.Left == 1:
		return between(1, 1)
	case scale == LogLogScale:
		half := z * s.LogError / math.Log(s.Left) // negative
		return between(math.Pow(s.Left, math.Exp(-half)), math.Pow(s.Left, math.Exp(half)))
	case scale == PlainScale:
		half := z * s.LogError * s.Left
		return between(max(0, s.Left-half), min(1, s.Left+half))
	}
	spread := math.Exp(z * s.LogError)
	return between(s.Left/spread, min(1, s.Left*spread))
}

// Quantile returns the duration within which a share p has ended, 0.5 for the
// median, and its interval, found where the limits of the curve cross 1 - p. If
// the curve does not fall so far it is [stat.Undefined] ([stat.NotReached]): too many are
// still waiting; the lower limit may stand all the same. Where the curve runs along
// 1 - p exactly, it is the middle of that stretch. It fails unless p lies between
// 0 and 1, and for a level out of range.
//
// Source: Brookmeyer & Crowley 1982, doi 10.2307/2530286.
func (c Curve) Quantile(p, level float64) (stat.Estimate, error) {
	k := checker("quantile")
	k.Check(p > 0 && p < 1, "p", sp.OutOfRange, "must lie between 0 and 1")
	k.Check(c.Scale >= LogScale && c.Scale <= PlainScale, "scale", sp.NotListed, "must be one of the constants")
	checkLevel(k, level)
	if err := k.Err(); err != nil {
		return stat.Estimate{}, err
	}
	e := c.estimate(level)
	if e.Denominator == 0 {
		return undefined(e, stat.NoCases, positive())
	}
	z := special.Normal(level)
	e.Value = c.crosses(1-p, func(s Step) float64 { return s.Left })
	e.Interval = stat.Interval{
		Lower: c.crosses(1-p, func(s Step) float64 { return s.interval(z, c.Scale).Lower }),
		Upper: c.crosses(1-p, func(s Step) float64 { return s.interval(z, c.Scale).Upper }),
	}
	if math.IsInf(e.Value, 1) {
		e.Value, e.Undefined = 0, stat.NotReached
		if math.IsInf(e.Interval.Lower, 1) {
			last, _ := c.Last()
			e.Interval.Lower = float64(last)
		}
	}
	return e, nil
}

// crosses returns the duration at which height falls to share or below.
func (c Curve) crosses(share float64, height func(Step) float64) float64 {
	return crossing(len(c.Steps), share, func(i int) (int, bool, float64) {
		s := c.Steps[i]
		return s.Duration, s.Ended > 0, height(s)
	})
}

// crossing returns the first duration at which one of n steps at which something ended
// is at a share or below, the middle of the stretch if it is exactly there, and +Inf if
// there is none. The last step is where anybody was last seen.
func crossing(n int, share float64, step func(i int) (duration int, ended bool, height float64)) float64 {
	const tolerance = 1e-9 // products of fractions do not hit one half exactly
	for i := range n {
		duration, ended, height := step(i)
		if !ended || height > share+tolerance {
			continue
		}
		if height < share-tolerance {
			return float64(duration)
		}
		for next := i + 1; next < n; next++ {
			if later, ended, _ := step(next); ended || next == n-1 {
				return float64(duration+later) / 2
			}
		}
		return float64(duration)
	}
	return math.Inf(1)
}

// RestrictedMean returns the mean duration if no more than so many units of each count: the
// restricted mean survival time, which exists where a median or a mean does not.
// Half of those still waiting after twelve weeks say as little as all of them; a
// mean of at most twelve weeks says what they lost within them. It is [stat.Undefined]
// if nobody was counted or nobody was seen for so long, unless all were over by
// then. It fails unless until is from 1 to [MaxDuration], and for a level out of range.
//
// Source: Royston & Parmar 2013, doi 10.1186/1471-2288-13-152.
func (c Curve) RestrictedMean(until int, level float64) (stat.Estimate, error) {
	k := checker("restricted mean")
	k.Check(until >= 1 && until <= MaxDuration, "until", sp.OutOfRange, "must be from 1 to 36525")
	checkLevel(k, level)
	if err := k.Err(); err != nil {
		return stat.Estimate{}, err
	}
	e := c.estimate(level)
	last, ok := c.Last()
	switch {
	case !ok:
		return undefined(e, stat.NoCases, between(0, float64(until)))
	case until > last && c.Steps[len(c.Steps)-1].Left > 0:
		return undefined(e, stat.NotSeen, between(0, float64(until)))
	}
	// From the last step back: the area under the curve beyond a step is what an
	// end at that step costs.
	area, variance, end := 0.0, 0.0, float64(until)
	for _, s := range slices.Backward(c.Steps) {
		if s.Duration >= until {
			continue
		}
		area += s.Left * (end - float64(s.Duration))
		end = float64(s.Duration)
		if s.Ended > 0 && s.Ended < s.AtRisk {
			variance += area * area * float64(s.Ended) / (float64(s.AtRisk) * float64(s.AtRisk-s.Ended))
		}
	}
	e.Value = area + end
	half := special.Normal(level) * math.Sqrt(variance)
	e.Interval = between(max(0, e.Value-half), min(float64(until), e.Value+half))
	return e, nil
}
