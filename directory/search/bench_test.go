package search_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/internal/shared"
)

// towns are where the made offers lie, and whence people ask.
var towns = func() []geo.Point {
	random := rand.New(rand.NewPCG(3, 4))
	all := make([]geo.Point, 30)
	for i := range all {
		all[i] = geo.Point{Lat: 50.5 + 5*random.Float64(), Lon: -3.5 + 4*random.Float64()}
	}
	return all
}()

func around(random *rand.Rand) geo.Point {
	if random.IntN(5) == 0 {
		return geo.Point{Lat: 50.5 + 5*random.Float64(), Lon: -3.5 + 4*random.Float64()}
	}
	town := towns[random.IntN(len(towns))]
	return geo.Point{Lat: town.Lat + random.NormFloat64()/20, Lon: town.Lon + random.NormFloat64()/12}
}

// realOffers returns n offers with the words of a real directory, spread over thirty
// towns and the land between them, with the facts that this directory does not state.
func realOffers(tb testing.TB, n int) []directory.Offer {
	tb.Helper()
	folder := os.DirFS(filepath.Join(shared.Dir(tb), "data/directory/baltimore-icarol-ohana-csv"))
	c, _, err := ohana.Read(tb.Context(), folder, feed.Options{Feed: "baltimore"})
	require.NoError(tb, err)
	given := c.Offers()
	random := rand.New(rand.NewPCG(1, 2))
	offers := make([]directory.Offer, n)
	for i := range offers {
		o := given[i%len(given)]
		o.ID = directory.ID(fmt.Sprintf("%s-%07d", o.ID, i))
		o.Point = around(random)
		o.Topics = []sp.Code{{System: "needs", Code: fmt.Sprint(random.IntN(40))}}
		if random.IntN(10_000) == 0 {
			o.Topics[0].Code = "rare"
		}
		o.Eligibility.Ages.From = sp.Know(directory.Years([]int{0, 16, 18, 50, 60}[random.IntN(5)]))
		o.Access = directory.Truths[directory.Access]{directory.StepFree: []sp.Truth{sp.Yes, sp.No, sp.Unknown}[random.IntN(3)]}
		o.Schedules = []directory.Schedule{{Rule: recurrence.Rule{Every: recurrence.Weekly, Interval: 1, Days: []recurrence.Day{{Weekday: time.Weekday(random.IntN(7))}}}}}
		offers[i] = o
	}
	return offers
}

// asked are queries that leave about so much of all offers.
func asked() []struct {
	name  string
	query directory.Query
} {
	needs := func(codes ...string) [][]sp.Code {
		group := make([]sp.Code, len(codes))
		for i, c := range codes {
			group[i] = sp.Code{System: "needs", Code: c}
		}
		return [][]sp.Code{group}
	}
	days := []time.Weekday{time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	q := func(topics [][]sp.Code, access []directory.Access, days []time.Weekday) directory.Query {
		return directory.Query{Topics: topics, Age: sp.Know(directory.Years(58)), Access: access, Days: days, Limit: 20}
	}
	step := []directory.Access{directory.StepFree}
	return []struct {
		name  string
		query directory.Query
	}{
		{"four filters, 5 %", q(needs("1", "2", "3", "4", "5", "6", "7"), step, days)},
		{"four filters, 0.4 %", q(needs("7"), step, days[:2])},
		{"four filters, 0.01 %", q(needs("rare"), step, days)},
		{"no filter", directory.Query{Limit: 20}},
		{"10 km", directory.Query{Within: 10 * geo.Kilometre, Limit: 20}},
		{"a text, 10 km", directory.Query{Text: "food pantry", Within: 10 * geo.Kilometre, Limit: 20}},
		{"a text, 10 km, best first", directory.Query{Text: "food pantry", Within: 10 * geo.Kilometre, Limit: 20, BestFirst: true}},
	}
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		if n > 100_000 && testing.Short() {
			continue
		}
		offers := realOffers(b, n)
		s := search.Build(offers)
		random := rand.New(rand.NewPCG(5, 6))
		for _, c := range asked() {
			b.Run(fmt.Sprintf("%d/%s", n, c.name), func(b *testing.B) {
				var a search.Answer
				q := search.Query{Query: c.query}
				q.Near = towns[0]
				s.Find(q, &a)
				var took []time.Duration
				b.ReportAllocs()
				for b.Loop() {
					q.Near = around(random)
					begun := time.Now()
					s.Find(q, &a)
					if len(took) < 100_000 {
						took = append(took, time.Since(begun))
					}
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-us")
				b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-us")
				b.ReportMetric(float64(a.Total), "found")
			})
		}
	}
}

// BenchmarkLinear is the index that looks at every offer.
func BenchmarkLinear(b *testing.B) {
	index := directory.NewIndex(realOffers(b, 100_000))
	for _, c := range asked() {
		b.Run(c.name, func(b *testing.B) {
			q := c.query
			q.Near = towns[0]
			for b.Loop() {
				index.Find(q)
			}
		})
	}
}

func BenchmarkWithOneChanged(b *testing.B) {
	offers := realOffers(b, 100_000)
	s := search.Build(offers)
	for b.Loop() {
		s.With(offers[7:8])
	}
}

// BenchmarkFirst answers parts that nobody has asked for yet.
func BenchmarkFirst(b *testing.B) {
	s := search.Build(realOffers(b, 100_000))
	var a search.Answer
	i := 0
	for b.Loop() {
		i++
		s.Find(search.Query{Query: directory.Query{Near: towns[0], Limit: 20, MaxAge: i, At: now}}, &a)
	}
}
