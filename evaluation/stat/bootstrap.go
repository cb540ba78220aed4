package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
)

// Resampling says how many bootstrap samples are drawn, by how many goroutines.
// The zero Resampling draws 10,000 in one.
type Resampling struct {
	Replicates int // 0 is 10,000; at least 100 and at most 1,000,000
	Workers    int // 0 is 1; the result is the same for any number
}

// Replicas are the values of a statistic in bootstrap samples.
type Replicas struct {
	Value float64   // in the sample itself
	N     int       // cases in the sample
	Draws []float64 // in the order in which they were drawn
}

// Bootstrap draws n cases of n with replacement, again and again, and returns the
// statistic of each sample. It is called with the indices of the cases, which it
// must not keep, and by several goroutines at once if there are several workers;
// it should be NaN where it has no value. The stream gives each replicate a seed
// of its own, in order: the same stream gives the same replicas whatever the number
// of workers. It fails unless n is above 0 and the numbers are in range.
//
// Source: Efron 1979, doi 10.1214/aos/1176344552.
func Bootstrap(stream *rand.Rand, n int, o Resampling, statistic func(cases []int) float64) (Replicas, error) {
	c := checker("bootstrap")
	c.Check(n > 0 && n <= math.MaxInt32, "n", sp.OutOfRange, "must be from 1 to 2^31-1")
	if err := c.Err(); err != nil {
		return Replicas{}, err
	}
	o = o.orDefault()
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	r := Replicas{Value: statistic(all), N: n, Draws: make([]float64, max(0, min(o.Replicates, maxReplicates)))}
	err := Replicate(stream, o, func() func(i int, draw Draw) {
		cases := make([]int, n)
		return func(i int, draw Draw) {
			draw(cases)
			r.Draws[i] = statistic(cases)
		}
	})
	if err != nil {
		return Replicas{}, err
	}
	return r, nil
}

const maxReplicates = 1_000_000

func (o Resampling) orDefault() Resampling {
	if o.Replicates == 0 {
		o.Replicates = 10_000
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	return o
}

// A Draw fills cases with a bootstrap sample: len(cases) indices from 0 to len(cases)-1,
// drawn with replacement.
type Draw func(cases []int)

// Replicate is [Bootstrap] for statistics of more than one sample or of more than
// one number: worker is called once for each worker and returns what it does for
// replicate i, drawing whatever samples it needs. It fails unless the numbers are in
// range.
func Replicate(stream *rand.Rand, o Resampling, worker func() func(i int, draw Draw)) error {
	o = o.orDefault()
	c := checker("bootstrap")
	c.Check(stream != nil, "stream", sp.Missing, "must be given")
	c.Check(o.Replicates >= 100 && o.Replicates <= maxReplicates, "replicates", sp.OutOfRange, "must be from 100 to 1,000,000")
	c.Check(o.Workers > 0 && o.Workers <= 1024, "workers", sp.OutOfRange, "must be from 1 to 1024")
	if err := c.Err(); err != nil {
		return err
	}
	seeds := make([][2]uint64, o.Replicates)
	for i := range seeds {
		seeds[i] = [2]uint64{stream.Uint64(), stream.Uint64()}
	}
	var wait sync.WaitGroup
	for w := range o.Workers {
		wait.Go(func() {
			replicate := worker()
			var source rand.PCG
			for i := w; i < len(seeds); i += o.Workers {
				source.Seed(seeds[i][0], seeds[i][1])
				replicate(i, func(cases []int) { draw(&source, cases) })
			}
		})
	}
	wait.Wait()
	return nil
}

// draw fills cases with indices, two from each 64 random bits. A multiplication
// spreads 32 bits over n indices: none is more than n/2^32 likelier than another.
func draw(source *rand.PCG, cases []int) {
	n := uint64(len(cases))
	for i := 0; i < len(cases); i += 2 {
		bits := source.Uint64()
		cases[i] = int(bits >> 32 * n >> 32)
		if i+1 < len(cases) {
			cases[i+1] = int(bits & math.MaxUint32 * n >> 32)
		}
	}
}

// Percentile returns the value in the sample itself with the percentiles of the
// replicas as limits: the order statistics at (R+1) times the tails, and between
// two of them on the scale of the normal distribution, as boot.ci of R. It is
// [Undefined] where the statistic had no value, in the sample itself or in any
// replica: leaving such replicas out would hide why there are any.
//
// Source: Davison & Hinkley 1997, Bootstrap Methods and their Application, 5.2, 5.3.
func (r Replicas) Percentile(level float64) (Estimate, error) {
	e := Estimate{Level: level, Method: MethodPercentile, Denominator: float64(r.N), Of: "cases"}
	return r.limits(e, (1-level)/2, (1+level)/2)
}

// BCa returns the value in the sample itself with limits that are corrected for bias
// and skewness (bias-corrected and accelerated). Left are the values of the statistic
// when each case in turn is left out. It is [Undefined] where Percentile is, and also
// if those are all the same, or if all replicas lie to one side of the value.
//
// Source: Efron 1987, doi 10.1080/01621459.1987.10478410.
func (r Replicas) BCa(level float64, left []float64) (Estimate, error) {
	e := Estimate{Level: level, Method: MethodBCa, Denominator: float64(r.N), Of: "cases"}
	c := checker("bca")
	checkLevel(c, level)
	checkValues(c, "left", left)
	c.Check(len(left) > 1, "left", sp.Inconsistent, "needs a value for each case")
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	mean, squares := special.Moments(left)
	var below float64
	for _, v := range r.Draws {
		if v < r.Value {
			below++
		}
	}
	if squares == 0 || below == 0 || below == float64(len(r.Draws)) {
		return undefined(e, NoSpread, anything(), "bca")
	}
	var cubes special.Sum
	for _, v := range left {
		d := mean - v
		cubes.Add(d * d * d)
	}
	acceleration := cubes.Value() / (6 * math.Pow(squares, 1.5))
	z0 := special.NormalQuantile(below / float64(len(r.Draws)))
	adjusted := func(z float64) float64 {
		w := z0 + z
		return special.NormalBelow(z0 + w/(1-acceleration*w))
	}
	z := special.Normal(level)
	return r.limits(e, adjusted(-z), adjusted(z))
}

func (r Replicas) limits(e Estimate, low, high float64) (Estimate, error) {
	c := checker("bootstrap")
	checkLevel(c, e.Level)
	c.Check(len(r.Draws) >= 100, "draws", sp.WrongLength, "needs at least 100")
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	sorted := slices.Clone(r.Draws)
	slices.Sort(sorted) // NaN first
	last := sorted[len(sorted)-1]
	if r.Value != r.Value || sorted[0] != sorted[0] || math.IsInf(r.Value, 0) || math.IsInf(sorted[0], 0) || math.IsInf(last, 0) {
		return undefined(e, Unbounded, anything(), "bootstrap")
	}
	e.Value = r.Value
	e.Interval = Interval{betweenOrders(sorted, low), betweenOrders(sorted, high)}
	return e, nil
}

// betweenOrders returns the quantile of replicas in rising order. Beyond the outermost
// order statistic it is that one.
func betweenOrders(sorted []float64, p float64) float64 {
	replicates := float64(len(sorted))
	rank := (replicates + 1) * p
	k := math.Floor(rank + 1e-9)
	switch {
	case k < 1:
		return sorted[0]
	case k >= replicates:
		return sorted[len(sorted)-1]
	case math.Abs(rank-k) < 1e-9:
		return sorted[int(k)-1]
	}
	at := special.NormalQuantile
	from, to := at(k/(replicates+1)), at((k+1)/(replicates+1))
	low, high := sorted[int(k)-1], sorted[int(k)]
	return low + (at(p)-from)/(to-from)*(high-low)
}
