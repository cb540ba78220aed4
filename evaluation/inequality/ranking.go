package inequality

import "math"

// A Ranking puts a population on a scale of social position, from 0 for the
// most disadvantaged to 1 for the least. Each item stands at the middle of the
// stretch that its population takes up, and items of equal position share the
// middle of theirs. It is computed once and then measures any number of columns
// of values; several goroutines may share it.
type Ranking struct {
	order    []int32   // items by position
	end      []int32   // for each place in order, the place after its ties
	share    []float64 // of the population
	rank     []float64 // 2R - 1, from -1 to 1
	tilt     []float64 // share times rank
	variance float64   // of R
}

// Rank returns the ranking of items by position, which rises with advantage: a
// deprivation rank or decile whose 1 is the most deprived, or an income. Negate
// a score that rises with deprivation. A nil population counts every item once.
// It fails with an [*ItemError] if a position is not a finite number or a
// population is negative or not finite, with an [*UndefinedError] if there is no
// population, and with an error that is [sp.ErrInvalid] if the columns differ in
// length or are empty. It takes nearly linear time.
func Rank(position, population []float64) (*Ranking, error) {
	n := len(position)
	if err := checkLength("position", n, n); err != nil {
		return nil, err
	}
	if err := checkItems("position", position, signed); err != nil {
		return nil, err
	}
	if err := checkPopulation(population, n); err != nil {
		return nil, err
	}
	r := &Ranking{order: make([]int32, n), end: make([]int32, n), share: make([]float64, n), rank: make([]float64, n), tilt: make([]float64, n)}
	var people float64
	for i := range n {
		r.order[i] = int32(i)
		people += weight(population, i)
	}
	if err := checkSum("population", people); err != nil {
		return nil, err
	}
	if people == 0 {
		return nil, &UndefinedError{Measure: "ranking", Reason: "there is no population"}
	}
	sortPositions(r.order, position)
	var below float64
	for from := 0; from < n; {
		to, tied := from, 0.0
		for ; to < n && position[r.order[to]] == position[r.order[from]]; to++ {
			tied += weight(population, int(r.order[to]))
		}
		rank := (below - (people - below - tied)) / people
		for place := from; place < to; place++ {
			i := r.order[place]
			r.end[place] = int32(to)
			r.rank[i] = rank
			r.share[i] = weight(population, int(i)) / people
			r.tilt[i] = r.share[i] * rank
			r.variance += float64(r.tilt[i] * rank / 4)
		}
		below += tied
		from = to
	}
	return r, nil
}

// Len returns the number of items.
func (r *Ranking) Len() int { return len(r.order) }

// At returns the position of item i on the scale from 0, the most
// disadvantaged, to 1. It panics, like a slice, if there is no item i.
func (r *Ranking) At(i int) float64 { return (r.rank[i] + 1) / 2 }

// sums returns the population mean of values and their covariance with 2R - 1
// in one pass, and whether an entry may be negative. Four sums run side by side
// because one would wait for each addition.
func (r *Ranking) sums(values []float64) (mean, tilt float64, negative bool) {
	share, tilts := r.share[:len(values)], r.tilt[:len(values)]
	var m0, m1, t0, t1 float64
	var bits uint64
	i := 0
	for ; i+1 < len(values); i += 2 {
		a, b := values[i], values[i+1]
		bits |= math.Float64bits(a) | math.Float64bits(b)
		m0 += float64(share[i] * a)
		m1 += float64(share[i+1] * b)
		t0 += float64(tilts[i] * a)
		t1 += float64(tilts[i+1] * b)
	}
	if i < len(values) {
		bits |= math.Float64bits(values[i])
		m0 += float64(share[i] * values[i])
		t0 += float64(tilts[i] * values[i])
	}
	return m0 + m1, t0 + t1, bits>>63 != 0
}
