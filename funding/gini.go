package funding

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/inequality"
)

// A lorenz works out Gini coefficients of money per head, for one policy after another. Sorting
// the areas anew for each policy would take several times as long as dividing the money: areas of
// the same deprivation get the same to within a rounded penny, so that their order is another one
// each time.
type lorenz struct {
	steps        [manySteps]step
	distribution *inequality.Distribution // for what the steps are too coarse for
}

// A step is the areas whose money per head lies in one of many intervals of equal width.
type step struct {
	people float64
	money  float64 // of theirs, beyond what they would have at the low end of the interval
	spread float64 // the sum of the squares of that per head, by population
	_      float64 // so that a step lies in one cache line
}

const (
	manySteps = 1 << 12
	fewAreas  = 512 // are sorted faster
	// exactEnough is how far a coefficient may be above the exact one.
	exactEnough = 1e-7
)

// gini returns the Gini coefficient of values per head that lie from low to high. It is the exact
// one, or above it by at most exactEnough.
//
// Between steps it is exact. Within a step of a share w of the population it adds w^2 D/(2 mean),
// where D is the mean difference of two people of that step. D is 4 times the covariance of value
// and rank, and so, as the standard deviation of a rank is at most 1/sqrt(12), at most 2/sqrt(3)
// times the standard deviation of the values, and just that where they are spread evenly. That is
// what is taken; where it might matter, the areas are sorted.
func (l *lorenz) gini(values, population []float64, low, high float64) Index {
	if len(values) >= fewAreas && low >= 0 && low < high && !math.IsInf(high, 1) {
		if between, within, ok := l.stepwise(values, population, low, high); ok && within <= exactEnough {
			return Index{Value: between + within}
		}
	}
	var err error
	if l.distribution == nil {
		l.distribution, err = inequality.NewDistribution(values, population)
	} else {
		err = l.distribution.Reset(values, population)
	}
	if err != nil {
		return Index{Missing: err.Error()}
	}
	return Index{Value: l.distribution.Gini()}
}

// stepwise returns the inequality between steps and the most that there may be within them, and
// false where there is nobody or nothing.
func (l *lorenz) stepwise(values, population []float64, low, high float64) (between, within float64, ok bool) {
	width := (high - low) / manySteps * (1 + 0x1p-40) // a trace more, so that the highest value lies in the last
	perWidth := 1 / width
	clear(l.steps[:])
	population = population[:len(values)]
	for i, v := range values {
		v -= low
		k := int64(v * perWidth)
		v -= float64(k) * width
		s, p := &l.steps[k&(manySteps-1)], population[i]
		s.people += p
		p *= v
		s.money += p
		s.spread += p * v
	}
	var people, money float64
	for k := range l.steps {
		s := &l.steps[k]
		people += s.people
		money += s.people*(low+float64(k)*width) + s.money
	}
	if !(people > 0 && money > 0) || math.IsInf(people*money, 1) {
		return 0, 0, false
	}
	mean, below := money/people, 0.0
	for k := range l.steps {
		s := &l.steps[k]
		if s.people == 0 {
			continue
		}
		share, beyond := s.people/people, s.money/s.people
		between += share * (low + float64(k)*width + beyond - mean) * (below + share/2) // centred, so that near equality no digits are lost
		within += share * share * math.Sqrt(max(0, s.spread/s.people-beyond*beyond))
		below += share
	}
	return max(0, 2*between/mean), within / mean / math.Sqrt(3), true
}
