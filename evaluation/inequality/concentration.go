package inequality

import (
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/internal/special"
	"github.com/socialprescribing/sp/evaluation/stat"
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
// sampling weights. A complete set of areas has no sampling error. Errors
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

// A ConcentrationEstimate is a concentration index with its limits.
type ConcentrationEstimate struct {
	Index    stat.Estimate
	Absolute stat.Estimate // in the unit of the values

	// IndexOfMean is Index with limits that allow for the mean being estimated as well. It
	// is Index itself where standard errors are given, which do so.
	IndexOfMean stat.Estimate
}

// EstimateConcentration returns the concentration index of groups or areas with normal
// limits. If the values were estimated, each on its own, standardErrors are theirs, in
// the unit of the values. If it is nil, the limits say how far items scatter around the
// line of the convenient regression, as those of WHO's healthequal do, and with the mean
// taken as known, or estimated (IndexOfMean). For a random sample of people, take [Ranking.ConcentrationError]. It
// fails as [Ranking.Concentration] does, for standard errors as [Ranking.GradientError],
// and with an [*UndefinedError] for fewer than three items without standard errors.
//
// Source: Kakwani, Wagstaff & van Doorslaer 1997, doi 10.1016/S0304-4076(96)01807-6; for
// the mean, O'Donnell, van Doorslaer, Wagstaff & Lindelow 2008, Analysing Health Equity
// Using Household Survey Data, chapter 8.
func (r *Ranking) EstimateConcentration(values, standardErrors []float64, level float64) (ConcentrationEstimate, error) {
	if !(level >= 0.1 && level <= 0.9999) {
		return ConcentrationEstimate{}, invalid("level", sp.OutOfRange, "must be from 0.1 to 0.9999")
	}
	c, err := r.Concentration(values)
	if err != nil {
		return ConcentrationEstimate{}, err
	}
	var ofIndex, ofAbsolute, ofMean float64
	method := stat.MethodDelta
	if standardErrors == nil {
		if r.Len() < 3 || r.variance == 0 {
			return ConcentrationEstimate{}, &UndefinedError{Measure: "concentration index", Reason: "there are fewer than three items, or all share one position"}
		}
		method = "convenient regression"
		ofAbsolute = r.convenient(values, c)
		ofIndex = ofAbsolute / c.Mean
		ofMean = c.Index * ofAbsolute / (2 * math.Sqrt(r.variance) * c.Mean)
	} else {
		if err := r.checkErrors(standardErrors); err != nil {
			return ConcentrationEstimate{}, err
		}
		for i, se := range standardErrors {
			a, b := r.tilt[i]*se, (r.tilt[i]-c.Index*r.share[i])/c.Mean*se
			ofAbsolute, ofIndex = ofAbsolute+float64(a*a), ofIndex+float64(b*b)
		}
		ofAbsolute, ofIndex = math.Sqrt(ofAbsolute), math.Sqrt(ofIndex)
	}
	e := ConcentrationEstimate{Index: r.normal(c.Index, ofIndex, level, method), Absolute: r.normal(c.Absolute(), ofAbsolute, level, method)}
	e.IndexOfMean = r.normal(c.Index, math.Hypot(ofIndex, ofMean), level, stat.MethodDelta)
	return e, nil
}

// convenient returns the standard error of the slope of 2 var(R) values over position,
// which is the absolute index, by least squares weighted by population.
func (r *Ranking) convenient(values []float64, c Concentration) float64 {
	slope := c.Absolute() / 2 / r.variance // of the values over position
	var rest float64
	for i, v := range values {
		off := v - c.Mean - slope*r.rank[i]/2
		rest += float64(r.share[i] * off * off)
	}
	return 2 * math.Sqrt(r.variance*rest/float64(r.Len()-2))
}

// normal returns an estimate with normal limits.
func (r *Ranking) normal(value, standardError, level float64, method stat.Method) stat.Estimate {
	e := stat.Estimate{Level: level, Method: method, Denominator: float64(r.Len()), Of: "items", Interval: stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)}}
	half := special.Normal(level) * standardError
	if math.IsNaN(value+half) || math.IsInf(value, 0) || math.IsInf(half, 0) {
		e.Undefined = stat.Unbounded
		return e
	}
	e.Value, e.Interval = value, stat.Interval{Lower: value - half, Upper: value + half}
	return e
}
