package matching_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// people returns n people of a county, no two alike: one to three needs each, ages and homes
// anywhere in it, and limits that rule some offers out.
func people(n int) ([]person.Profile, []matching.Request) {
	r := rand.New(rand.NewPCG(2, 2))
	var codes []needs.Code
	for term := range needs.Standard().All() {
		if !term.Strength {
			codes = append(codes, term.Code)
		}
	}
	profiles, requests := make([]person.Profile, n), make([]matching.Request, n)
	for i := range profiles {
		p := profile()
		p.ID = person.ID(fmt.Sprintf("P-%d", i))
		p.Age = sp.Know(directory.Months(12*18 + r.IntN(70*12)))
		p.Home = directory.Home{Point: geo.Point{Lat: 53.8 + r.Float64()/2, Lon: -3.2 + r.Float64()*.8}, Postcode: "LA4 5"}
		p.Ceiling = sp.Know(sp.Pence(int64(r.IntN(20) * 50)))
		p.Transport.Minutes = sp.Known[int]{}
		if r.IntN(4) > 0 {
			p.Modes = nil // anything
		}
		if r.IntN(5) > 0 {
			p.Access = nil
		}
		profiles[i] = p
		requests[i] = matching.Request{Limit: 20}
		for range 1 + r.IntN(3) {
			requests[i].Needs = append(requests[i].Needs, codes[r.IntN(len(codes))])
		}
	}
	return profiles, requests
}

// latencies reports how much processor time half and 99 in a hundred of the calls took at most.
func latencies(b *testing.B, all []time.Duration) {
	b.Helper()
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Nanoseconds())/1000, "p50-us")
	b.ReportMetric(float64(all[len(all)*99/100].Nanoseconds())/1000, "p99-us")
}

func BenchmarkIndex(b *testing.B) {
	profiles, requests := people(4096)
	for _, n := range []int{100_000, tier.Pick(0, 0, 1_000_000)} {
		if n == 0 {
			continue
		}
		offers := county(n)
		first := newSketch(offers)
		index, err := matching.NewIndex(search.Build(offers), matching.Options{})
		require.NoError(b, err)
		var answer matching.Answer
		for _, c := range []struct {
			name string
			ask  func(i int) error
		}{
			{"rank", func(i int) error { return index.Rank(profiles[i], requests[i], &answer) }},
			{"rank by bus", func(i int) error {
				q := requests[i]
				q.Travel, q.Shortest = byBus, func(d geo.Distance) int { return 3 + int(d/400) }
				return index.Rank(profiles[i], q, &answer)
			}},
			{"sketch", func(i int) error { first.rank(&profiles[i], &requests[i]); return nil }},
			{"why so few", func(i int) error { _, err := index.WhySoFew(profiles[i], requests[i], &answer); return err }},
			{"near misses", func(i int) error { return index.NearMisses(profiles[i], requests[i], &answer) }},
		} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				for i := range 512 { // what is kept is there
					require.NoError(b, c.ask(i))
				}
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				took := make([]time.Duration, 0, 1<<20)
				i, asked := 512, 0
				b.ReportAllocs()
				for b.Loop() {
					begun := processor()
					if err := c.ask(i % len(profiles)); err != nil {
						b.Fatal(err)
					}
					took = append(took, processor()-begun)
					i++
					asked += answer.Asked
				}
				latencies(b, took)
				b.ReportMetric(float64(asked)/float64(b.N), "asked/op")
			})
		}
	}
}

func BenchmarkNewIndex(b *testing.B) {
	snapshot := search.Build(county(100_000))
	p := profile()
	for b.Loop() {
		index, err := matching.NewIndex(snapshot, matching.Options{})
		require.NoError(b, err)
		var answer matching.Answer
		require.NoError(b, index.Rank(p, matching.Request{Limit: 20}, &answer))
	}
}
