package inequality

import (
	"math"

	"github.com/socialprescribing/sp"
)

// A Concentration says whether something is concentrated among the advantaged
// or the disadvantaged.
type Concentration struct {
	// Index is the concentration index, from -1 to 1: negative if the
	// disadvantaged have more, and 0 if position makes no difference.
	Index float64
	Mean  float64 // per head
}

// Absolute returns the generalised or absolute concentration index, in the unit
// of the values.
func (c Concentration) Absolute() float64 { return c.Index * c.Mean }

// Erreygers returns the index of a quantity that lies between low and high,
// such as 0 and 1 for a proportion: 4 mean C / (high - low). It gives the same
// magnitude for having and for lacking. It fails unless low < high enclose the mean.
//
// Source: Erreygers 2009, doi 10.1016/j.jhealeco.2008.02.003.
func (c Concentration) Erreygers(low, high float64) (float64, error) {
	if err := c.checkBounds(low, high); err != nil {
		return 0, err
	}
	return 4 * c.Absolute() / (high - low), nil
}

// Wagstaff returns the index of a bounded quantity normalised to the range that
// it can take at this mean: mean (high - low) C / ((high - mean)(mean - low)).
// It fails unless low < high enclose the mean.
//
// Source: Wagstaff 2005, doi 10.1002/hec.953.
func (c Concentration) Wagstaff(low, high float64) (float64, error) {
	if err := c.checkBounds(low, high); err != nil {
		return 0, err
	}
	return c.Absolute() * (high - low) / ((high - c.Mean) * (c.Mean - low)), nil
}

func (c Concentration) checkBounds(low, high float64) error {
	if low < c.Mean && c.Mean < high && !math.IsInf(high-low, 0) {
		return nil
	}
	return invalid("bounds", sp.OutOfRange, "must be finite and enclose the mean")
}

// Concentration returns the concentration index of values, in any unit per
// head: twice their covariance with position over their mean. It fails as
// [NewDistribution] does, but takes values of any size. It allocates nothing.
//
// Source: Kakwani, Wagstaff & van Doorslaer 1997, doi 10.1016/S0304-4076(96)01807-6.
func (r *Ranking) Concentration(values []float64) (Concentration, error) {
	if err := checkLength("value", len(values), r.Len()); err != nil {
		return Concentration{}, err
	}
	mean, tilt, negative := r.sums(values)
	if negative || math.IsNaN(mean) || math.IsInf(mean, 0) {
		if err := checkItems("value", values, unsigned); err != nil {
			return Concentration{}, err
		}
	}
	if err := checkTotals("concentration index", 1, mean); err != nil {
		return Concentration{}, err
	}
	return Concentration{Index: tilt / mean, Mean: mean}, nil
}

// ConcentrationOf returns the concentration index of whole amounts that items
// receive, such as pence for each area, instead of values per head. It fails
// with an [*ItemError] if an amount is negative, with an [*UndefinedError] if
// all are zero, and with an error that is [sp.ErrInvalid] if there is not one
// amount for each item. It allocates nothing.
func (r *Ranking) ConcentrationOf(amounts []int64) (float64, error) {
	if err := checkLength("value", len(amounts), r.Len()); err != nil {
		return 0, err
	}
	var total, tilt float64
	for i, a := range amounts {
		if a < 0 {
			return 0, &ItemError{Index: i, Column: "value", Rule: "must not be negative"}
		}
		total += float64(a)
		tilt += float64(float64(a) * r.rank[i])
	}
	if total == 0 {
		return 0, &UndefinedError{Measure: "concentration index", Reason: "nobody has anything"}
	}
	return tilt / total, nil
}

// ConcentrationError returns the standard error of the index of values, if the
// items are a random sample of n = [Ranking.Len] people, with populations as
// sampling weights. Areas that are all there is have no sampling error. Errors
// are those of [Ranking.Concentration].
//
// Source: Kakwani, Wagstaff & van Doorslaer 1997, for individual data.
func (r *Ranking) ConcentrationError(values []float64) (float64, error) {
	c, err := r.Concentration(values)
	if err != nil {
		return 0, err
	}
	var below, sum float64 // below: the share of the total held by those ranked lower
	for from := 0; from < len(r.order); {
		to := int(r.end[from])
		var held float64
		for _, i := range r.order[from:to] {
			held += float64(r.share[i] * values[i] / c.Mean)
		}
		for _, i := range r.order[from:to] {
			a := values[i]/c.Mean*(r.rank[i]-c.Index) + 2 - 2*below - held
			sum += float64(r.share[i] * a * a)
		}
		below += held
		from = to
	}
	variance := (sum - (1+c.Index)*(1+c.Index)) / float64(len(values))
	return math.Sqrt(max(0, variance)), nil
}
