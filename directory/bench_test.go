package directory_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/internal/shared"
)

// realOffers returns the 1,876 offers of a real directory, n of them: they are
// repeated under other IDs, each copy moved by some kilometres and given the
// facts that this directory does not state.
func realOffers(b *testing.B, n int) []directory.Offer {
	b.Helper()
	folder := os.DirFS(filepath.Join(shared.Dir(b), "data/directory/baltimore-icarol-ohana-csv"))
	c, _, err := ohana.Read(b.Context(), folder, feed.Options{Feed: "baltimore"})
	require.NoError(b, err)
	one := c.Offers()
	random := rand.New(rand.NewPCG(1, 2))
	offers := make([]directory.Offer, n)
	for i := range offers {
		o := one[i%len(one)]
		o.ID = directory.ID(fmt.Sprintf("%s-%06d", o.ID, i))
		if !o.Point.IsZero() {
			o.Point.Lat += random.NormFloat64() / 4
			o.Point.Lon += random.NormFloat64() / 4
		}
		o.Topics = []sp.Code{{System: "needs", Code: fmt.Sprint(random.IntN(40))}}
		o.Eligibility.Ages.From = sp.Know(directory.Years([]int{0, 16, 18, 50, 60}[random.IntN(5)]))
		o.Access = directory.Truths[directory.Access]{directory.StepFree: []sp.Truth{sp.Yes, sp.No, sp.Unknown}[random.IntN(3)]}
		o.Schedules = []directory.Schedule{{Rule: recurrence.Rule{Every: recurrence.Weekly, Interval: 1, Days: []recurrence.Day{{Weekday: time.Weekday(random.IntN(7))}}}}}
		offers[i] = o
	}
	return offers
}

func BenchmarkFind(b *testing.B) {
	baltimore := geo.Point{Lat: 39.2904, Lon: -76.6122}
	queries := []struct {
		name  string
		query directory.Query
	}{
		{"near", directory.Query{Near: baltimore, Within: 5 * geo.Kilometre, Limit: 20}},
		{"four filters", directory.Query{
			Near: baltimore, Limit: 20, Topics: [][]sp.Code{{{System: "needs", Code: "7"}, {System: "needs", Code: "8"}}},
			Age: sp.Know(directory.Years(58)), Access: []directory.Access{directory.StepFree}, Days: []time.Weekday{time.Tuesday},
		}},
		{"text", directory.Query{Text: "food pantry", Limit: 20}},
		{"everything", directory.Query{Near: baltimore, Limit: 20}},
	}
	for _, n := range []int{1_876, 100_000} {
		offers := realOffers(b, n)
		index := directory.NewIndex(offers)
		for _, q := range queries {
			b.Run(fmt.Sprintf("%d/%s", n, q.name), func(b *testing.B) {
				b.ReportAllocs()
				total := 0
				for b.Loop() {
					total = index.Find(q.query).Total
				}
				b.ReportMetric(float64(total), "found")
			})
		}
	}
}

// BenchmarkDistances is the least that looking at every offer can cost, and so
// the baseline of [BenchmarkFind].
func BenchmarkDistances(b *testing.B) {
	baltimore := geo.Point{Lat: 39.2904, Lon: -76.6122}
	for _, n := range []int{1_876, 100_000} {
		offers := realOffers(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			near := 0
			for b.Loop() {
				for i := range offers {
					if d, ok := baltimore.DistanceTo(offers[i].Point); ok && d <= 5*geo.Kilometre {
						near++
					}
				}
			}
			b.ReportMetric(float64(near/b.N), "found")
		})
	}
}

func BenchmarkNewIndex(b *testing.B) {
	offers := realOffers(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		directory.NewIndex(offers)
	}
}
