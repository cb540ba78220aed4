package assign

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
)

func BenchmarkSolve(b *testing.B) {
	for _, f := range []family{
		plain(1_000, true), plain(1_000, false), plain(10_000, true), plain(10_000, false), plain(100_000, true), plain(100_000, false),
	} {
		b.Run(f.name(), func(b *testing.B) { benchmark(b, f.generate(1).problem(b), Policy{}, Options{}) })
	}
}

// Time grows with the list, where everybody has as many options.
func BenchmarkGrowth(b *testing.B) {
	for _, geo := range []bool{false, true} {
		for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
			f := plain(n, geo)
			b.Run(f.name(), func(b *testing.B) {
				if n == 1_000_000 {
					tier.Need(b, tier.Long)
				}
				benchmark(b, f.generate(1).problem(b), Policy{}, Options{})
			})
		}
	}
}

// The shapes that are hard for an auction, beside the plain one of their size.
func BenchmarkShapes(b *testing.B) {
	for _, c := range []struct {
		name string
		f    family
	}{
		{"plain", family{20_000, 2_000, 30, .85, false, 1000}},
		{"costs to a million", family{20_000, 2_000, 30, .85, false, 1_000_000}},
		{"mass ties", family{20_000, 2_000, 30, .85, false, 3}},
		{"as many places as people", family{20_000, 2_000, 30, 1, false, 1000}},
		{"few large providers", family{20_000, 100, 30, .85, false, 1000}},
		{"geo", family{20_000, 2_000, 30, .85, true, 0}},
		{"geo, tight", family{20_000, 2_000, 30, .3, true, 0}},
		{"geo, as many places as people", family{20_000, 2_000, 30, 1, true, 0}},
		{"geo, half as many again", family{20_000, 2_000, 30, 1.5, true, 0}},
	} {
		b.Run(c.name, func(b *testing.B) { benchmark(b, c.f.generate(1).problem(b), Policy{}, Options{}) })
	}
}

func benchmark(b *testing.B, p *Problem, policy Policy, o Options) {
	b.Helper()
	b.ReportAllocs()
	var r *Result
	began := processor()
	for b.Loop() {
		var err error
		if r, err = Solve(testContext, p, policy, o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processor()-began).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(len(r.Placements)), "placed")
	if r.Slow {
		b.ReportMetric(1, "slow")
	}
}

// What is alive at the height of solving, with the problem itself.
func BenchmarkHeld(b *testing.B) {
	for _, f := range []family{plain(100_000, true), plain(100_000, false)} {
		b.Run(f.name(), func(b *testing.B) {
			p := f.generate(1).problem(b)
			defer debug.SetGCPercent(debug.SetGCPercent(2))
			var height atomic.Uint64
			done := make(chan bool)
			go func() {
				sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
				for {
					select {
					case <-done:
						return
					default:
						metrics.Read(sample)
						height.Store(max(height.Load(), sample[0].Value.Uint64()))
						time.Sleep(100 * time.Microsecond)
					}
				}
			}()
			runtime.GC()
			height.Store(0)
			for b.Loop() {
				_, err := Solve(testContext, p, Policy{}, Options{})
				require.NoError(b, err)
			}
			close(done)
			b.ReportMetric(float64(height.Load())/1e6, "MB")
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	p := plain(100_000, true).generate(1).problem(b)
	r := solved(b, p, Policy{}, Options{})
	for b.Loop() {
		if err := Verify(p, r); err != nil {
			b.Fatal(err)
		}
	}
}

// Three in a hundred are new since the last run, and one provider in a hundred has lost a place that nobody held.
func BenchmarkAgain(b *testing.B) {
	for _, geo := range []bool{true, false} {
		f := plain(100_000, geo)
		in := f.generate(1)
		before, after := in.churn(b)
		for _, c := range []struct {
			name   string
			policy Policy
			o      Options
		}{
			{"cold", Policy{}, Options{}},
			{"warm", Policy{}, Options{Warm: before}},
			{"from scratch", Policy{Held: Reconsider, MovePenalty: FreeMoves}, Options{}},
		} {
			b.Run(fmt.Sprint(f.name(), "/", c.name), func(b *testing.B) { benchmark(b, after, c.policy, c.o) })
		}
	}
}

// churn returns the result of the first run and the problem of the next.
func (in instance) churn(tb testing.TB) (*Result, *Problem) {
	tb.Helper()
	first := in
	first.options = append([][]generated(nil), in.options...)
	for i := range first.options {
		if uint32(i)*2654435761>>16%100 < 3 {
			first.options[i] = nil // not there yet
		}
	}
	r := solved(tb, first.problem(tb), Policy{}, Options{})
	held := map[string]int{}
	for _, pl := range r.Placements {
		held[pl.Provider]++
	}
	p := in.problem(tb)
	providers := p.Offering()
	for j := range providers {
		if j%100 == 7 && providers[j].Places > held[providers[j].ID] {
			providers[j].Places--
		}
	}
	p, err := New(providers, func(yield func(Request) bool) {
		for q := range p.All() {
			if pl, ok := r.Of(q.ID); ok {
				q.Held = pl.Provider
			}
			if !yield(q) {
				return
			}
		}
	})
	require.NoError(tb, err)
	return r, p
}

// Households among many: one request in a hundred needs two places together, or one in twenty, half of them three.
func BenchmarkHouseholds(b *testing.B) {
	for _, c := range []struct {
		f     family
		every int
	}{
		{plain(1_000, true), 100},
		{plain(1_000, true), 20},
		{plain(2_000, true), 100},
		{plain(2_000, true), 20},
		{plain(10_000, true), 100},
		{plain(10_000, true), 20},
		{plain(2_000, false), 20},
		{plain(100_000, true), 1000},
	} {
		b.Run(fmt.Sprintf("%s/one in %d", c.f.name(), c.every), func(b *testing.B) {
			p := c.f.generate(1).households(b, c.every)
			var r *Result
			for b.Loop() {
				var err error
				r, err = Solve(testContext, p, Policy{}, Options{})
				require.NoError(b, err)
			}
			began := processor()
			require.NoError(b, Verify(p, r))
			b.ReportMetric(float64((processor()-began).Microseconds())/1000, "verify-cpu-ms")
			b.ReportMetric(float64(len(r.Proof.Households)), "proofs")
			b.ReportMetric(float64(r.Proof.Arrangement.Ends()), "cases")
			if r.Unproven != nil {
				b.ReportMetric(float64(len(r.Unproven.Refused)), "unproven")
				b.ReportMetric(float64(r.Score-r.Unproven.Least), "gap")
			}
			b.ReportMetric(float64(r.Score), "score")
		})
	}
}

// households makes a problem in which every so many requests need several places together.
func (in instance) households(tb testing.TB, every int) *Problem {
	tb.Helper()
	p := in.problem(tb)
	k := 0
	p, err := New(p.Offering(), func(yield func(Request) bool) {
		for q := range p.All() {
			if k++; k%every == 0 {
				q.Units = 2 + k/every%2
			}
			if !yield(q) {
				return
			}
		}
	})
	require.NoError(tb, err)
	return p
}
