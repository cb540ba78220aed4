package inequality

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// EstimateGini returns the Gini coefficient with a normal interval, if the items are a
// random sample of people and populations their sampling weights. Areas that are all
// there is have no sampling error. The standard error is that of the linearised
// coefficient: how much each item pulls at it. It is undefined for fewer than two items
// and where all have the same. It fails with an error that is [sp.ErrInvalid] for a
// level out of range. It takes O(n).
//
// Source: Langel & Tillé 2013, doi 10.1111/j.1467-985X.2012.01048.x.
func (d *Distribution) EstimateGini(level float64) (stat.Estimate, error) {
	gini := d.Gini()
	mean, n := d.Mean(), float64(len(d.items))
	var below, held, sum float64 // shares of the population and of the total that stand lower
	for from := 0; from < len(d.items); {
		to, tied := from, 0.0
		for ; to < len(d.items) && d.items[to].value == d.items[from].value; to++ {
			tied += d.items[to].population / d.population
		}
		r := d.items[from].value / mean
		rank := 2*below + tied - 1 // from -1 to 1, the middle of those who have the same
		pull := r*(rank-gini) + 1 - 2*held - tied*r - gini
		for _, it := range d.items[from:to] {
			p := it.population / d.population * pull
			sum += float64(p * p)
		}
		below, held = below+tied, held+tied*r
		from = to
	}
	e, err := d.sampled(gini, math.Sqrt(sum*n/(n-1)), level, "linearisation")
	e.Interval.Lower, e.Interval.Upper = max(0, e.Interval.Lower), min(1, e.Interval.Upper)
	return e, err
}

// Jackknife returns any measure with a normal interval, if the items are a random sample
// of people and populations their sampling weights: the measure is taken again without
// each item in turn.
//
//	e, err := d.Jackknife((*inequality.Distribution).Theil, 0.95)
//
// A measure that returns NaN has no value. The result is undefined where the measure has
// no value for all or without one of the items, for fewer than two items, and where all
// have the same. It fails with an error that is [sp.ErrInvalid] for a level out of range.
// It takes O(n^2): for a large sample, the bootstrap of package stat with fewer
// replicates than items is faster.
//
// Source: Efron & Stein 1981, doi 10.1214/aos/1176345462.
func (d *Distribution) Jackknife(measure func(*Distribution) float64, level float64) (stat.Estimate, error) {
	n := len(d.items)
	without := make([]float64, n)
	part := &Distribution{firstZero: -1, items: append([]item{}, d.items[min(1, n):]...)}
	var mean float64
	for i := range without {
		if i > 0 {
			part.items[i-1] = d.items[i-1]
		}
		part.population, part.total = 0, 0
		for _, it := range part.items {
			part.population += it.population
			part.total += float64(it.value * it.population)
		}
		without[i] = math.NaN()
		if part.total > 0 {
			if part.firstZero = -1; part.items[0].value == 0 {
				part.firstZero = 0
			}
			without[i] = measure(part)
		}
		mean += without[i] / float64(n)
	}
	var squares float64
	for _, v := range without {
		squares += (v - mean) * (v - mean)
	}
	return d.sampled(measure(d), math.Sqrt(squares*float64(n-1)/float64(n)), level, "jackknife")
}

// sampled returns a measure of a sample with a normal interval.
func (d *Distribution) sampled(value, standardError, level float64, method stat.Method) (stat.Estimate, error) {
	if !(level >= 0.1 && level <= 0.9999) {
		return stat.Estimate{}, invalid("level", sp.OutOfRange, "must be from 0.1 to 0.9999")
	}
	e := stat.Estimate{Level: level, Method: method, Denominator: float64(len(d.items)), Of: "items", Interval: stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)}}
	half := special.Normal(level) * standardError
	switch {
	case len(d.items) < 2:
		e.Undefined = stat.TooFewValues
	case d.items[0].value == d.items[len(d.items)-1].value:
		e.Undefined = stat.NoSpread
	case math.IsNaN(value+half) || math.IsInf(value, 0) || math.IsInf(half, 0):
		e.Undefined = stat.Unbounded
	default:
		e.Value, e.Interval = value, stat.Interval{Lower: value - half, Upper: value + half}
	}
	return e, nil
}
