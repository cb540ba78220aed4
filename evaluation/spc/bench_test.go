package spc_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/socialprescribing/sp/evaluation/spc"
)

// A thousand series of five years of months.
func BenchmarkXmR(b *testing.B) {
	stream := rand.New(rand.NewPCG(1, 1))
	series := make([][]float64, 1000)
	for i := range series {
		for range 60 {
			series[i] = append(series[i], 100+10*stream.NormFloat64())
		}
	}
	b.Run("charts", func(b *testing.B) {
		for b.Loop() {
			for _, s := range series {
				if _, err := spc.XmR(s, spc.Options{Better: spc.Higher}); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("baseline, the mean and the mean moving range alone", func(b *testing.B) {
		for b.Loop() {
			for _, s := range series {
				mean, ranges := 0.0, 0.0
				for i, v := range s {
					mean += v / float64(len(s))
					if i > 0 {
						ranges += math.Abs(v - s[i-1])
					}
				}
				if mean+ranges < 0 {
					b.Fatal("never")
				}
			}
		}
	})
}

func BenchmarkFunnel(b *testing.B) {
	stream := rand.New(rand.NewPCG(1, 1))
	units := make([]spc.Count, 6500) // as many as there are practices in England
	for i := range units {
		units[i] = spc.Count{Events: float64(stream.IntN(200)), Of: 5000 + float64(stream.IntN(10_000))}
	}
	for b.Loop() {
		if _, err := spc.NewFunnel(spc.FunnelRates, units, spc.FunnelOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
