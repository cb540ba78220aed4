package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// MaxDuration bounds durations: a hundred years of days.
const MaxDuration = 36_525

// Durations counts how long things took, in whole units such as days, with
// those that are not over yet. The zero Durations is empty. Two of them can be
// merged, so a large log can be counted in parts.
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
	e := checker("durations")
	e.Check(n >= 0 && n <= MaxDuration, "n", "must be from 0 to 36525")
	if err := e.Err(); err != nil {
		return err
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
	merge := func(into *[]int64, from []int64) {
		*into = grown(*into, len(from))
		for i, n := range from {
			(*into)[i] += n
		}
	}
	merge(&d.ended, o.ended)
	merge(&d.waiting, o.waiting)
}

// Counts returns how many ended and how many are waiting.
func (d *Durations) Counts() (ended, waiting int64) {
	for _, n := range d.ended {
		ended += n
	}
	for _, n := range d.waiting {
		waiting += n
	}
	return ended, waiting
}

// A Step is a point of a [Curve]: a duration at which something ended, or the
// last one if nothing did.
type Step struct {
	Duration int
	AtRisk   int64   // not over, and still in sight, just before
	Ended    int64   // at this duration; 0 where the curve ends with some that are waiting
	Left     float64 // share that takes longer than this
	LogError float64 // standard error of the logarithm of Left; +Inf where that is 0
}

// A Curve is the Kaplan-Meier estimate of the share that takes longer, in order
// of duration. It takes those that are waiting into account for as long as they
// were in sight, and ends where the last of all went out of sight.
//
// Source: Kaplan & Meier 1958, doi 10.1080/01621459.1958.10501452; Greenwood's
// variance.
type Curve []Step

// Curve returns the curve of what was counted.
func (d *Durations) Curve() Curve {
	ended, waiting := d.Counts()
	var c Curve
	left, variance := 1.0, 0.0
	risk := ended + waiting
	for i := range max(len(d.ended), len(d.waiting)) {
		if i < len(d.ended) && d.ended[i] > 0 {
			n := d.ended[i]
			left *= float64(risk-n) / float64(risk)
			variance += float64(n) / (float64(risk) * float64(risk-n))
			c = append(c, Step{Duration: i, AtRisk: risk, Ended: n, Left: left, LogError: math.Sqrt(variance)})
			risk -= n
		}
		if i < len(d.waiting) {
			risk -= d.waiting[i]
		}
	}
	if last := len(d.waiting) - 1; last >= len(d.ended) && len(c) > 0 {
		c = append(c, Step{Duration: last, AtRisk: d.waiting[last], Left: left, LogError: math.Sqrt(variance)})
	}
	return c
}

// Left returns the share that takes longer than n units, and its interval on
// the scale of the logarithm, R's default. Where nobody is left that scale sets no
// limits, and the interval is from 0 to 1. It fails for a level out of range.
func (c Curve) Left(n int, level float64) (float64, Interval, error) {
	e := checker("left")
	checkLevel(e, level)
	if err := e.Err(); err != nil {
		return 0, Interval{}, err
	}
	i, _ := slices.BinarySearchFunc(c, n, func(s Step, n int) int { return s.Duration - n })
	if i == len(c) || c[i].Duration != n {
		i--
	}
	if i < 0 {
		return 1, Interval{1, 1}, nil
	}
	return c[i].Left, c[i].interval(mathext.NormalQuantile((1 + level) / 2)), nil
}

func (s Step) interval(z float64) Interval {
	if s.Left == 0 {
		return Interval{0, 1}
	}
	spread := math.Exp(z * s.LogError)
	return Interval{Lower: s.Left / spread, Upper: min(1, s.Left*spread)}
}

// Quantile returns the duration within which a share p has ended, 0.5 for the
// median, and its interval, found where the limits of the curve cross 1 - p. It
// is +Inf if the curve does not fall so far: too many are still waiting. Where
// the curve runs along 1 - p exactly, it is the middle of that stretch. It fails
// unless p lies between 0 and 1, and for a level out of range.
func (c Curve) Quantile(p, level float64) (float64, Interval, error) {
	e := checker("quantile")
	e.Check(p > 0 && p < 1, "p", "must lie between 0 and 1")
	checkLevel(e, level)
	if err := e.Err(); err != nil {
		return 0, Interval{}, err
	}
	z := mathext.NormalQuantile((1 + level) / 2)
	return c.crosses(1-p, func(s Step) float64 { return s.Left }), Interval{
		Lower: c.crosses(1-p, func(s Step) float64 { return s.interval(z).Lower }),
		Upper: c.crosses(1-p, func(s Step) float64 { return s.interval(z).Upper }),
	}, nil
}

// crosses returns the duration at which height falls to share or below.
func (c Curve) crosses(share float64, height func(Step) float64) float64 {
	const tolerance = 1e-9 // products of fractions do not hit one half exactly
	for i, s := range c {
		h := height(s)
		if h > share+tolerance {
			continue
		}
		if h >= share-tolerance && i+1 < len(c) {
			return float64(s.Duration+c[i+1].Duration) / 2
		}
		return float64(s.Duration)
	}
	return math.Inf(1)
}
