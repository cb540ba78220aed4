package search_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/internal/tier"
)

// same holds an answer against that of the index which looks at every offer.
func same(t require.TestingT, want directory.Result, got *search.Answer, why any) {
	require.Equal(t, want.Total, got.Total, why)
	require.Len(t, got.Hits, len(want.Hits), why)
	for i, h := range want.Hits {
		require.Equal(t, h.Offer.ID, got.Hits[i].Offer.ID, "hit %d of %+v", i, why)
		require.Equal(t, h.Distance, got.Hits[i].Distance, why)
		require.Equal(t, h.Points, got.Hits[i].Points, why)
	}
}

func TestASnapshotAnswersAsTheIndexThatLooksAtEveryOffer(t *testing.T) {
	if tier.Now() > tier.Fast {
		tier.Unraced(t)
	}
	w := world{rand.New(rand.NewPCG(1, 2))}
	asked := 0
	for _, n := range []int{0, 1, 63, 64, 65, 200, 300, 8000} {
		offers := w.offers(n)
		index, snapshot := directory.NewIndex(offers), search.Build(offers)
		require.Equal(t, n, snapshot.Len())
		var a search.Answer
		queries := tier.Pick(100, 18_500, 20_000) // a hundred thousand beyond the fast tier
		switch {                                  // where the index is slow
		case n > 1000:
			queries = tier.Pick(25, 100, 5000)
		case n > 100:
			queries = tier.Pick(100, 4000, 20_000)
		}
		for i := range queries {
			q := w.query()
			if n > 1000 && i%2 == 0 { // so much is found that the tree is walked
				q = directory.Query{Near: q.Near, Within: q.Within, Limit: q.Limit, Unknown: q.Unknown}
			}
			snapshot.Find(search.Query{Query: q}, &a)
			same(t, index.Find(q), &a, q)
			asked++
		}
	}
	require.GreaterOrEqual(t, asked, tier.Pick(700, 100_000, 100_000))
}

// Days of the week are asked by themselves, where what comes later counts too, and of the
// sessions within dates: not knowing the one says nothing of the other.
func TestASnapshotAsksDaysAndDatesApart(t *testing.T) {
	o := directory.Offer{ID: "bay/1"}
	o.Schedules = []directory.Schedule{
		{Rule: recurrence.Rule{Every: recurrence.Weekly, Interval: 1, Days: []recurrence.Day{{Weekday: time.Sunday}}}, Valid: sp.Period{Start: today.Add(-10), End: today}},
	}
	q := directory.Query{
		Days: []time.Weekday{time.Sunday}, Dates: sp.Period{Start: today.Add(-8), End: today}, At: now,
		Policies: map[string]directory.Policy{"when": directory.ExcludeUnknown},
	}
	var a search.Answer
	search.Build([]directory.Offer{o}).Find(search.Query{Query: q}, &a)
	same(t, directory.NewIndex([]directory.Offer{o}).Find(q), &a, q)
	require.Equal(t, 1, a.Total, "it surely met last week, and nobody knows about the next")
}

func TestPagesAreTheWholeAnswerInOrder(t *testing.T) {
	w := world{rand.New(rand.NewPCG(3, 4))}
	offers := w.offers(300)
	snapshot := search.Build(offers).With([]directory.Offer{w.offer(7), w.offer(1000)}, "bay/00012")
	for range 200 {
		q := search.Query{Query: w.query()}
		q.Limit = 0
		var all, page search.Answer
		snapshot.Find(q, &all)
		require.Zero(t, all.Next)
		q.Limit = 1 + w.IntN(40)
		var hits []search.Hit
		for {
			snapshot.Find(q, &page)
			require.Equal(t, all.Total, page.Total, "whatever the page")
			hits = append(hits, page.Hits...)
			if page.Next.IsZero() {
				break
			}
			require.Len(t, page.Hits, q.Limit)
			text, err := page.Next.MarshalText()
			require.NoError(t, err)
			require.NoError(t, q.After.UnmarshalText(text))
			require.Equal(t, page.Next, q.After)
		}
		require.Equal(t, all.Hits, hits, "%+v", q)
	}
}

func TestACursorHoldsWhenTheOfferIsGone(t *testing.T) {
	at := func(id directory.ID, lat float64) directory.Offer {
		return directory.Offer{ID: id, Point: geo.Point{Lat: lat, Lon: -2.87}}
	}
	offers := []directory.Offer{at("a", 54.1), at("b", 54.1), at("c", 54.2), {ID: "d"}, {ID: "e"}}
	q := search.Query{Query: directory.Query{Near: prom, Limit: 1}}
	var a search.Answer
	var met []directory.ID
	for len(offers) > 0 {
		search.Build(offers).Find(q, &a)
		id := a.Hits[0].Offer.ID
		met, q.After = append(met, id), a.Next
		offers = slices.DeleteFunc(offers, func(o directory.Offer) bool { return o.ID == id })
	}
	require.Equal(t, []directory.ID{"a", "b", "c", "d", "e"}, met)
	require.Zero(t, a.Next)
}

func TestACursorThatNobodyGaveIsRefused(t *testing.T) {
	for _, text := range []string{"?", "AA", "AAE", "AAJ4", "AAEAAAAAAAD4f3g", "AAEAAAAAAADwv3g", "AAEAAAAAAADwPw", "____", "______8BAHg"} {
		var c search.Cursor
		require.ErrorIs(t, c.UnmarshalText([]byte(text)), sp.ErrInvalid, text)
	}
	var c search.Cursor
	require.NoError(t, c.UnmarshalText(nil))
	require.True(t, c.IsZero())
	text, err := c.MarshalText()
	require.NoError(t, err)
	require.Empty(t, text)
}

func TestASnapshotFindsWhatChangedAsIfAllWereBuiltAnew(t *testing.T) {
	w := world{rand.New(rand.NewPCG(5, 6))}
	offers := map[directory.ID]directory.Offer{}
	for _, o := range w.offers(400) {
		offers[o.ID] = o
	}
	snapshot := search.Build(slices.Collect(maps.Values(offers)))
	before := snapshot.Len()
	var a search.Answer
	for round := range tier.Pick(10, 40, 400) {
		next := snapshot
		var changed []directory.Offer
		var gone []directory.ID
		for range w.IntN(4) {
			o := w.offer(w.IntN(500))
			changed, offers[o.ID] = append(changed, o), o
		}
		if w.often() {
			id := directory.ID(fmt.Sprintf("bay/%05d", w.IntN(500)))
			if !slices.ContainsFunc(changed, func(o directory.Offer) bool { return o.ID == id }) {
				gone = append(gone, id)
				delete(offers, id)
			}
		}
		snapshot = next.With(changed, gone...)
		all := slices.Collect(maps.Values(offers))
		require.Equal(t, len(all), snapshot.Len())
		for id := range offers {
			o, ok := snapshot.Offer(id)
			require.True(t, ok)
			require.Equal(t, offers[id], o)
		}
		for _, id := range gone {
			_, ok := snapshot.Offer(id)
			require.False(t, ok)
		}
		index := directory.NewIndex(all)
		for range 40 {
			q := w.query()
			snapshot.Find(search.Query{Query: q}, &a)
			same(t, index.Find(q), &a, q)
		}
		if round == 0 {
			require.Equal(t, before, next.Len(), "the one before is as it was")
		}
	}
}

func TestUnsureCountsThoseThatDoNotSay(t *testing.T) {
	w := world{rand.New(rand.NewPCG(7, 8))}
	offers := w.offers(300)
	snapshot := search.Build(offers[:290]).With(offers[290:])
	var a search.Answer
	for range 500 {
		q := w.query()
		snapshot.Find(search.Query{Query: q}, &a)
		total, unsure := a.Total, a.Unsure
		strict := q
		strict.Unknown, strict.Policies = directory.ExcludeUnknown, nil
		snapshot.Find(search.Query{Query: strict}, &a)
		require.Zero(t, a.Unsure)
		require.Equal(t, total-unsure, a.Total, "%+v", q)
	}
}

func TestCountsAreThoseOfTheOffersThatAreFound(t *testing.T) {
	w := world{rand.New(rand.NewPCG(9, 10))}
	offers := w.offers(300)
	snapshot := search.Build(offers[:290]).With(offers[290:])
	var a, one search.Answer
	for range 100 {
		q := search.Query{Query: w.query(), Facets: []search.Facet{search.Access, search.Charges, search.Topics, search.Languages, search.Routes, search.Groups, search.Delivery}}
		snapshot.Find(q, &a)
		q.Limit = 0
		snapshot.Find(search.Query{Query: q.Query}, &one)
		require.Len(t, a.Counts, 7)
		steps, silent, charges := 0, 0, map[string]int{}
		for _, h := range one.Hits {
			if h.Offer.Access[directory.StepFree] == sp.Yes {
				steps++
			}
			if len(h.Offer.Topics) == 0 {
				silent++
			}
			if c := h.Offer.Cost.Charge; c != "" {
				charges[string(c)]++
			}
		}
		require.Equal(t, steps, a.Counts[0].Of[string(directory.StepFree)])
		require.Equal(t, charges, a.Counts[1].Of)
		require.Equal(t, silent, a.Counts[2].Silent)
	}
	require.Equal(t, []string{"b", "a", "c"}, (&search.Count{Of: map[string]int{"a": 1, "b": 2, "c": 1}}).Values())
}

func TestThePlanSaysWhatEachPartLeft(t *testing.T) {
	w := world{rand.New(rand.NewPCG(11, 12))}
	snapshot := search.Build(w.offers(5000))
	var a search.Answer
	q := search.Query{Query: directory.Query{Near: prom, Within: 8 * geo.Kilometre, Access: []directory.Access{directory.StepFree}, Text: "walking", Limit: 3}}
	snapshot.Find(q, &a)
	require.Equal(t, []string{"access", "text", "within"}, []string{a.Plan.Steps[0].Part, a.Plan.Steps[1].Part, a.Plan.Steps[2].Part})
	require.False(t, a.Plan.Steps[0].Ready)
	require.Equal(t, a.Total, a.Plan.Steps[2].Left)
	snapshot.Find(q, &a)
	require.True(t, a.Plan.Steps[0].Ready)
	require.Regexp(t, `^access \d+ \(\d+ unsure, ready\), text \d+ \(ready\), within \d+ \(\d+ unsure\); \d+ measured$`, a.Plan.String())
	snapshot.Find(search.Query{Query: directory.Query{Near: prom, Limit: 3}}, &a)
	require.Regexp(t, `^\d+ measured in \d+ leaves$`, a.Plan.String())
	require.Less(t, a.Plan.Measured, 2000, "most are never looked at")
}

func TestAnswersAreKeptWithinBounds(t *testing.T) {
	w := world{rand.New(rand.NewPCG(13, 14))}
	offers := w.offers(500)
	index, snapshot := directory.NewIndex(offers), search.Build(offers)
	var a search.Answer
	for n := range 3000 { // more parts than are kept
		q := directory.Query{MaxAge: n + 1, At: now, Unknown: directory.ExcludeUnknown, Limit: 3}
		snapshot.Find(search.Query{Query: q}, &a)
		if n%500 == 0 {
			same(t, index.Find(q), &a, q)
		}
	}
}

func TestASearchAllocatesNothingWithABufferThatHasGrown(t *testing.T) {
	w := world{rand.New(rand.NewPCG(15, 16))}
	snapshot := search.Build(w.offers(5000))
	q := search.Query{Query: directory.Query{
		Near: prom, Within: 20 * geo.Kilometre, Limit: 20, At: now, Text: "walking", Free: true, Age: sp.Know(directory.Years(30)),
		Topics: [][]sp.Code{{{System: "needs", Code: "grief"}}}, Access: []directory.Access{directory.StepFree}, Days: []time.Weekday{time.Tuesday},
	}}
	var a search.Answer
	require.Zero(t, testing.AllocsPerRun(20, func() { snapshot.Find(q, &a) }))
}

func TestManySearchWhileSnapshotsAreSwapped(t *testing.T) {
	w := world{rand.New(rand.NewPCG(17, 18))}
	offers := w.offers(200)
	var current atomic.Pointer[search.Snapshot]
	current.Store(search.Build(offers))
	queries := make([]directory.Query, 50)
	for i := range queries {
		queries[i] = w.query()
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			var a search.Answer
			for _, q := range queries {
				s := current.Load()
				s.Find(search.Query{Query: q}, &a)
				want := a.Total
				s.Find(search.Query{Query: q}, &a)
				assert.Equal(t, want, a.Total)
			}
		})
	}
	for i := range 20 {
		current.Store(current.Load().With(offers[i : i+1]))
	}
	all.Wait()
}
