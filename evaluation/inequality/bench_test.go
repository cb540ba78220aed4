package inequality_test

import (
	"testing"

	"github.com/socialprescribing/sp/evaluation/inequality"
)

// areas is the number of lower layer super output areas in England.
const areas = 33_755

// columns returns populations of 1,000 to 3,000, positions that are a
// permutation, and values per head that depend on both.
func columns(n int) (position, population, values []float64) {
	position, population, values = make([]float64, n), make([]float64, n), make([]float64, n)
	state := uint64(1)
	for i := range n {
		state = state*6364136223846793005 + 1442695040888963407
		position[i] = float64(i * 7919 % n)
		population[i] = 1000 + float64(state>>33%2000)
		values[i] = 14 + 7*(1-position[i]/float64(n)) + float64(state>>55)/100
	}
	return position, population, values
}

func perArea(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/area")
}

func BenchmarkConcentration(b *testing.B) {
	position, population, values := columns(areas)
	r := ranking(b, position, population)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Concentration(values); err != nil {
			b.Fatal(err)
		}
	}
	perArea(b, areas)
}

func BenchmarkConcentrationOf(b *testing.B) {
	position, population, values := columns(areas)
	r := ranking(b, position, population)
	pence := make([]int64, areas)
	for i, v := range values {
		pence[i] = int64(100 * v * population[i])
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.ConcentrationOf(pence); err != nil {
			b.Fatal(err)
		}
	}
	perArea(b, areas)
}

func BenchmarkGradient(b *testing.B) {
	position, population, values := columns(areas)
	r := ranking(b, position, population)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Gradient(values); err != nil {
			b.Fatal(err)
		}
	}
	perArea(b, areas)
}

func BenchmarkRank(b *testing.B) {
	position, population, _ := columns(areas)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := inequality.Rank(position, population); err != nil {
			b.Fatal(err)
		}
	}
	perArea(b, areas)
}

func BenchmarkReset(b *testing.B) {
	_, population, values := columns(areas)
	var d inequality.Distribution
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Reset(values, population); err != nil {
			b.Fatal(err)
		}
	}
	perArea(b, areas)
}

func BenchmarkGini(b *testing.B) {
	_, population, values := columns(areas)
	d := distribution(b, values, population)
	for b.Loop() {
		d.Gini()
	}
	perArea(b, areas)
}

func BenchmarkTheil(b *testing.B) {
	_, population, values := columns(areas)
	d := distribution(b, values, population)
	for b.Loop() {
		d.Theil()
	}
	perArea(b, areas)
}

// What a report of England's small areas asks for: ranking and both indices with limits.
func BenchmarkSlopeWithRanking(b *testing.B) {
	position, population, values := columns(areas)
	for b.Loop() {
		r, err := inequality.Rank(position, population)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Slope(values, nil, inequality.SlopeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
