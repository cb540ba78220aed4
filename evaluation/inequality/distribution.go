package inequality

import (
	"math"
	"slices"
)

// A Distribution is how something is spread over a population: an amount per
// head for each person, area or group. Build it with [NewDistribution], or fill
// one again and again with [Distribution.Reset], which reuses its memory. Its
// measures may be read by several goroutines at once.
//
// All its measures are relative: they do not change when every value is
// multiplied by the same factor, nor when the whole population is. They do not
// depend on the order of the items, down to the last bit.
type Distribution struct {
	items      []item // of positive population, by value
	scratch    []item
	population float64
	total      float64 // sum of value times population
	firstZero  int     // index of the first item with value 0, or -1
}

// NewDistribution returns the distribution of values, in any unit per head,
// over items of the given population; nil counts every item once. It fails with
// an [*ItemError] if an entry is negative or not a finite number, with an
// [*UndefinedError] if there is no population or nobody has anything, and with
// an error that is [sp.ErrInvalid] if the columns differ in length or are empty.
func NewDistribution(values, population []float64) (*Distribution, error) {
	d := new(Distribution)
	if err := d.Reset(values, population); err != nil {
		return nil, err
	}
	return d, nil
}

// Reset fills d as [NewDistribution] does. It allocates nothing once d has held
// as many items, and copies what it needs. After an error d is as it was. It
// takes O(n log n), and nearly O(n) where few values are equal.
func (d *Distribution) Reset(values, population []float64) error {
	if err := checkColumns(values, population); err != nil {
		return err
	}
	var people, total float64
	firstZero := -1
	for i, v := range values {
		w := weight(population, i)
		people += w
		total += float64(v * w)
		if v == 0 && w > 0 && firstZero < 0 {
			firstZero = i
		}
	}
	if err := checkTotals("distribution", people, total); err != nil {
		return err
	}
	d.firstZero = firstZero
	items := d.items[:0]
	for i, v := range values {
		if w := weight(population, i); w > 0 {
			items = append(items, item{v + 0, w}) // a negative zero becomes a zero
		}
	}
	d.items, d.scratch = sortItems(items, slices.Grow(d.scratch[:0], len(items))[:len(items)])
	// Summed again in sorted order, so that the order of the input leaves no trace.
	d.population, d.total = 0, 0
	for _, it := range d.items {
		d.population += it.population
		d.total += float64(it.value * it.population)
	}
	return nil
}

// checkColumns checks values that must not be negative, and their population.
func checkColumns(values, population []float64) error {
	if err := checkPopulation(population, len(values)); err != nil {
		return err
	}
	if err := checkLength("value", len(values), len(values)); err != nil {
		return err
	}
	return checkItems("value", values, unsigned)
}

// checkPopulation checks the weights of so many items; nil counts each once.
func checkPopulation(population []float64, items int) error {
	if population == nil {
		return nil
	}
	if err := checkLength("population", len(population), items); err != nil {
		return err
	}
	return checkItems("population", population, unsigned)
}

// checkTotals fails for sums that leave a relative measure undefined.
func checkTotals(measure string, people, total float64) error {
	if err := checkSum("population", people); err != nil {
		return err
	}
	if err := checkSum("value", total); err != nil {
		return err
	}
	switch {
	case people == 0:
		return &UndefinedError{Measure: measure, Reason: "there is no population"}
	case total/people == 0:
		return &UndefinedError{Measure: measure, Reason: "nobody has anything"}
	}
	return nil
}

// weight returns the population of item i.
func weight(population []float64, i int) float64 {
	if population == nil {
		return 1
	}
	return population[i]
}

// Mean returns the mean value per head.
func (d *Distribution) Mean() float64 { return d.total / d.population }

// Gini returns the Gini coefficient: 0 if all have the same, and towards 1 if
// one has everything. It is twice the covariance of value and rank over the
// mean, the population formula; for a sample of n people multiply by n/(n-1).
func (d *Distribution) Gini() float64 {
	mean := d.Mean()
	var below, sum float64
	for _, it := range d.items {
		// Centred, so that near equality no digits are lost.
		sum += float64(it.population * (it.value - mean) / d.total * ((below + it.population/2) / d.population))
		below += it.population
	}
	return max(0, 2*sum)
}

// Hoover returns the Hoover or Robin Hood index: the share of the total that
// would have to change hands for all to have the same, from 0 to below 1.
func (d *Distribution) Hoover() float64 {
	mean := d.Mean()
	var sum float64
	for _, it := range d.items {
		sum += float64(it.population * math.Abs(it.value-mean) / d.total)
	}
	return sum / 2
}

// Lorenz returns the share of the total that the poorest part p of the
// population holds, for p from 0 to 1: the Lorenz curve. Within an item all
// hold the same, so the item at the boundary is split.
func (d *Distribution) Lorenz(p float64) float64 {
	left := p * d.population
	var held float64
	for _, it := range d.items {
		if left <= it.population {
			return min(1, (held+float64(max(0, left)*it.value))/d.total)
		}
		left -= it.population
		held += float64(it.population * it.value)
	}
	return 1
}

// Palma returns the share of the richest tenth over that of the poorest two
// fifths. It fails with an [*UndefinedError] if the latter hold nothing.
func (d *Distribution) Palma() (float64, error) { return d.ratio("palma ratio", 0.4, 0.9) }

// Ratio2020 returns the mean of the richest fifth over that of the poorest. It
// fails with an [*UndefinedError] if the latter hold nothing.
func (d *Distribution) Ratio2020() (float64, error) { return d.ratio("20:20 ratio", 0.2, 0.8) }

// ratio returns the share of those above the quantile rich over the share of
// those below the quantile poor.
func (d *Distribution) ratio(measure string, poor, rich float64) (float64, error) {
	poorest := d.Lorenz(poor)
	// Populations with fractions add up to a little more or less than they are,
	// which must not put a crumb of those who have something among the poorest.
	rounding := float64(len(d.items)) * 0x1p-52
	if d.destitute() >= poor*d.population*(1-rounding) {
		poorest = 0
	}
	r := (1 - d.Lorenz(rich)) / poorest
	if math.IsInf(r, 0) || math.IsNaN(r) {
		return 0, &UndefinedError{Measure: measure, Reason: "the poorest part of the population holds nothing"}
	}
	return r, nil
}

// destitute returns the population that has nothing.
func (d *Distribution) destitute() float64 {
	var people float64
	for _, it := range d.items {
		if it.value > 0 {
			break
		}
		people += it.population
	}
	return people
}
