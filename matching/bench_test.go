package matching_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
)

// county returns n offers in an area of about 50 by 50 km. Each helps with one to
// three of the 48 needs of the standard taxonomy; half of the facts are stated.
func county(n int) []directory.Offer {
	r := rand.New(rand.NewPCG(1, 1))
	var codes []sp.Code
	for term := range needs.Standard().All() {
		if !term.Strength {
			codes = append(codes, term.Code.Concept())
		}
	}
	half := func() sp.Truth { return []sp.Truth{sp.Unknown, sp.Unknown, sp.Yes, sp.No}[r.IntN(4)] }
	offers := make([]directory.Offer, n)
	for i := range offers {
		o := offer(directory.ID(fmt.Sprintf("bay/S-%06d", i)), "Group")
		o.Point = geo.Point{Lat: 53.8 + r.Float64()/2, Lon: -3.2 + r.Float64()*.8}
		o.Topics = nil
		for range 1 + r.IntN(3) {
			o.Topics = append(o.Topics, codes[r.IntN(len(codes))])
		}
		o.Delivery = directory.Truths[directory.Mode]{directory.InPerson: sp.Yes, directory.Online: half()}
		o.Access = directory.Truths[directory.Access]{directory.StepFree: half()}
		o.Eligibility.Ages.From = sp.Know(directory.Years([]int{0, 18, 55, 65, 70}[r.IntN(5)]))
		o.Capacity.WaitDays = sp.Know(r.IntN(200))
		o.Capacity.Updated = today.Add(-r.IntN(60)).In(time.UTC)
		if r.IntN(3) > 0 {
			o.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pence(r.Int64N(1000)))}}}
		}
		offers[i] = o
	}
	return offers
}

var benchmarks = []struct {
	name    string
	options matching.Options
}{
	{"two needs", matching.Options{Needs: []needs.Code{needs.Loneliness, needs.Debt}, Limit: 20}},
	{"any need", matching.Options{Limit: 20}},
}

func perOffer(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/offer")
}

func BenchmarkRank(b *testing.B) {
	offers, p := county(100_000), profile()
	for _, c := range benchmarks {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				matching.Rank(p, offers, c.options)
			}
			perOffer(b, len(offers))
		})
	}
}

// The plain way, with the whole tree of reasons for every offer.
func BenchmarkJudgeAll(b *testing.B) {
	offers, p := county(10_000), profile()
	for b.Loop() {
		for _, o := range offers {
			matching.Judge(p, o, benchmarks[0].options)
		}
	}
	perOffer(b, len(offers))
}

func BenchmarkNearMisses(b *testing.B) {
	offers, p := county(100_000), profile()
	for _, c := range benchmarks {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				matching.NearMisses(p, offers, c.options)
			}
			perOffer(b, len(offers))
		})
	}
}
