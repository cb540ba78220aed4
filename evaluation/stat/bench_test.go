package stat_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

func BenchmarkBootstrap(b *testing.B) {
	stream := rand.New(rand.NewPCG(1, 1))
	change := make([]float64, 1000)
	for i := range change {
		change[i] = stream.NormFloat64()
	}
	mean := func(cases []int) float64 {
		total := 0.0
		for _, c := range cases {
			total += change[c]
		}
		return total / float64(len(cases))
	}
	for _, workers := range []int{1, 2} {
		b.Run([]string{"", "one worker", "two workers"}[workers], func(b *testing.B) {
			for b.Loop() {
				r, err := stat.Bootstrap(rand.New(rand.NewPCG(1, 2)), len(change), stat.Resampling{Workers: workers}, mean)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := r.Percentile(.95); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("baseline, rand.IntN", func(b *testing.B) {
		source := rand.New(rand.NewPCG(1, 2))
		cases := make([]int, len(change))
		for b.Loop() {
			for range 10_000 {
				for i := range cases {
					cases[i] = source.IntN(len(change))
				}
				_ = mean(cases)
			}
		}
	})
}

func BenchmarkEstimates(b *testing.B) {
	b.Run("Proportion", func(b *testing.B) {
		for b.Loop() {
			_, _ = stat.Proportion(912, 1277, .95)
		}
	})
	b.Run("Rate", func(b *testing.B) {
		for b.Loop() {
			_, _ = stat.Rate(5, 1277, 1000, .95)
		}
	})
	b.Run("Mean of 30", func(b *testing.B) {
		values := make([]float64, 30)
		for i := range values {
			values[i] = float64(i * i)
		}
		for b.Loop() {
			_, _ = stat.Mean(values, .95)
		}
	})
}

// Changes with their effect sizes, of which the limits of SRM are solved for.
func BenchmarkPaired(b *testing.B) {
	for _, n := range []int{30, 1000, 100_000} {
		stream := rand.New(rand.NewPCG(1, 1))
		pairs := make([]stat.Pair, n)
		for i := range pairs {
			before := stream.NormFloat64()
			pairs[i] = stat.Pair{Before: before, After: sp.Know(before + stream.NormFloat64() + .3)}
		}
		b.Run(fmt.Sprint(n, " pairs"), func(b *testing.B) {
			for b.Loop() {
				if _, err := stat.Paired(pairs, .95); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("baseline: the means of 1,000 alone", func(b *testing.B) {
		values := make([]float64, 1000)
		for i := range values {
			values[i] = float64(i)
		}
		for b.Loop() {
			for range 3 {
				if _, err := stat.Mean(values, .95); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
