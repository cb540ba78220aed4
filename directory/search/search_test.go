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

var (
	now   = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	today = sp.DateOf(now)
	prom  = geo.Point{Lat: 54.0689, Lon: -2.8741}
)

// A world draws offers and queries of a small world, so that they often meet.
type world struct{ *rand.Rand }

func one[T any](w world, of ...T) T { return of[w.IntN(len(of))] }

// some returns values in an order and number of chance.
func some[T any](w world, of ...T) []T {
	w.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
	return of[:w.IntN(len(of)+1)]
}

func (w world) often() bool  { return w.IntN(4) > 0 }
func (w world) seldom() bool { return w.IntN(6) == 0 }

func (w world) point() geo.Point {
	switch w.IntN(20) {
	case 0, 1, 2:
		return geo.Point{}
	case 3:
		return geo.Point{Lat: 54, Lon: -2.9} // where many are
	case 4:
		return one(w, geo.Point{Lat: 89.9, Lon: 10}, geo.Point{Lat: -33, Lon: 179.99}, geo.Point{Lat: -33, Lon: -179.99}, geo.Point{Lat: 120, Lon: 7})
	}
	return geo.Point{Lat: 54 + w.Float64()/5, Lon: -2.9 + w.Float64()/5}
}

func (w world) code() sp.Code {
	return sp.Code{System: one(w, "needs", "bay"), Code: one(w, "grief", "debt", "lunch"), Version: one(w, "", "2")}
}

func truths[K ~string](w world, keys ...K) directory.Truths[K] {
	if w.seldom() {
		return nil
	}
	t := directory.Truths[K]{}
	for _, k := range some(w, keys...) {
		t[k] = one(w, sp.Yes, sp.No, sp.Unknown)
	}
	return t
}

func (w world) months() sp.Known[directory.Months] {
	if w.IntN(3) == 0 {
		return sp.Known[directory.Months]{}
	}
	return sp.Know(one(w, directory.Months(6), directory.Years(16), directory.Years(18), directory.Years(60)))
}

func (w world) schedule() directory.Schedule {
	s := directory.Schedule{Unclear: w.seldom()}
	if w.often() {
		s.Rule = recurrence.Rule{Every: one(w, recurrence.Weekly, recurrence.Monthly), Interval: 1 + w.IntN(2)}
		for _, d := range some(w, time.Monday, time.Tuesday, time.Sunday) {
			s.Rule.Days = append(s.Rule.Days, recurrence.Day{Weekday: d})
		}
	}
	s.Start = one(w, 0, today.Add(-100), today.Add(3))
	s.Until = one(w, 0, 0, today.Add(-1), today.Add(20))
	s.Except = some(w, today, today.Add(1))
	s.Valid = one(w, sp.Period{}, sp.Period{}, sp.Period{Start: today.Add(-10), End: today.Add(10)}, sp.Period{Start: today.Add(2), End: today.Add(5)})
	for _, at := range []*sp.Known[directory.TimeOfDay]{&s.Opens, &s.Closes} {
		if w.often() {
			*at = sp.Know(one[directory.TimeOfDay](w, 0, 9*60, 10*60, 12*60, 22*60, 23*60+59))
		}
	}
	return s
}

func (w world) offer(n int) directory.Offer {
	o := directory.Offer{
		ID: directory.ID(fmt.Sprintf("bay/%05d", n)), Organisation: one[directory.ID](w, "", "bay/a", "bay/b"), Point: w.point(),
		Name:        one(w, "Long Table", "Men's Shed", "Gardening for grief", "Café Pêche"),
		Description: one(w, "", "Walks &amp; talks on Mondays. Ring 01524 400400.", "Well-being caf&eacute;", "A drop-in for carers; careers advice", "Help with debts"),
		Provider:    one(w, "", "Tidewell"), Where: one(w, "", "LA4 5AA", "The Hall"), Postcode: one(w, "", "LA4 5AA", "LA5"),
	}
	if w.seldom() {
		o.Phones = []directory.Phone{{Number: one(w, "01524 400400", "+44 (0)1524 400 401", "111")}}
	}
	o.Status = one[directory.Status](w, "", directory.Active, directory.Defunct)
	o.FundedUntil = one(w, 0, 0, today, today.Add(-1))
	for range w.IntN(3) {
		o.Topics = append(o.Topics, w.code())
		o.Schedules = append(o.Schedules, w.schedule())
	}
	o.Eligibility = directory.Eligibility{
		Ages:   directory.Ages{From: w.months(), Before: w.months(), Incomplete: w.seldom()},
		Groups: some(w, directory.Men, directory.Carers, directory.Veterans), Restricted: one(w, sp.Yes, sp.No, sp.Unknown), Excluded: some(w, directory.Women),
	}
	o.Area = directory.ServiceArea{
		Everywhere: w.seldom(), Incomplete: w.seldom(), Postcodes: some(w, "LA4", "LA5", "LA4 5"),
		Areas: some(w, geo.Area{Code: "E07000121", Boundary: 2021}, geo.Area{Code: "E05009500"}),
	}
	if w.seldom() {
		o.Area.Centre, o.Area.Radius = prom, 5*geo.Kilometre
	}
	o.Cost.Charge = one(w, "", directory.Free, directory.Paid, directory.Donation)
	for range w.IntN(3) {
		p := directory.Price{Unclear: w.seldom(), Valid: one(w, sp.Period{}, sp.Period{End: today})}
		if w.often() {
			p.Amount = sp.Know(one(w, sp.Pounds(2), sp.Pounds(8), sp.NewMoney(300, "EUR"), sp.Money{}))
		}
		o.Cost.Prices = append(o.Cost.Prices, p)
	}
	o.Delivery = truths(w, directory.InPerson, directory.Online)
	o.Languages = truths[directory.Language](w, "en", "pl", "PL", "cy")
	o.Access = truths(w, directory.StepFree, directory.HearingLoop)
	o.Routes = truths(w, directory.SelfReferral, directory.Professional)
	if w.often() {
		o.Capacity = directory.Capacity{Available: sp.Know(w.IntN(2)), Updated: now.Add(-time.Duration(w.IntN(40)) * 24 * time.Hour)}
	}
	o.Freshness.Assured = one(w, 0, today.Add(-10), today.Add(-200))
	return o
}

func (w world) offers(n int) []directory.Offer {
	offers := make([]directory.Offer, n)
	for i := range offers {
		offers[i] = w.offer(i)
	}
	w.Shuffle(n, func(i, j int) { offers[i], offers[j] = offers[j], offers[i] })
	return offers
}

// query draws a query of two or three parts on average.
func (w world) query() directory.Query {
	q := directory.Query{Unknown: one(w, directory.PassUnknown, directory.PassUnknown, directory.ExcludeUnknown), Limit: one(w, 0, 1, 3, 20)}
	q.At = one(w, now, now.Add(-24*time.Hour), time.Time{})
	if w.often() {
		q.Near = one(w, prom, w.point(), w.point())
	}
	for _, ask := range []func(){
		func() { q.Within = one[geo.Distance](w, 1, 3, 12, 40000) * geo.Kilometre },
		func() { q.Home = directory.Home{Point: w.point(), Postcode: one(w, "", "LA4 5AA", "LA5")} },
		func() {
			for range 1 + w.IntN(2) {
				q.Topics = append(q.Topics, []sp.Code{w.code(), w.code()})
			}
		},
		func() {
			q.Text = one(w, "garden", "Shed mens", "cafe peche", "walking", "gardenning", "debt", "gardners", "hall, la4", "talsk", "..",
				"wellbeing", "drop in", "dropin", "Caf&eacute;", "la45aa", "01524400400", "+44 1524 400401", "400400", "11")
		},
		func() {
			q.BestFirst, q.Text = true, one(w, "garden", "mens shed", "gardenning", "talsk", "hall", "a", "walks table", "long t", "la4 table", "cafe a e", "01524400400", "debt")
		},
		func() { q.Named = one(w, "shed", "mens shed", "gardens", "tabel", "walks") },
		func() {
			q.Dates.Start = one(w, 0, today.Add(-3), today.Add(2))
			q.Dates.End = one(w, 0, today.Add(3), today.Add(9))
		},
		func() {
			q.Hours = directory.Hours{From: one[directory.TimeOfDay](w, 0, 8*60, 11*60, 21*60), Until: one[directory.TimeOfDay](w, 0, 7*60, 12*60, 13*60)}
		},
		func() {
			q.Policies = map[string]directory.Policy{}
			for _, part := range some(w, "within", "home", "topics", "age", "days", "when", "text", "free", "open", "room") {
				q.Policies[part] = one(w, directory.PassUnknown, directory.ExcludeUnknown)
			}
		},
		func() { q.Age = sp.Know(directory.Months(w.IntN(900))) },
		func() { q.Groups = truths(w, directory.Men, directory.Carers, directory.Women) },
		func() { q.Free = true },
		func() { q.MaxCost = one(w, sp.Pounds(2), sp.Pounds(5)) },
		func() { q.Delivery = some(w, directory.Online, directory.InPerson, directory.HomeVisit) },
		func() { q.Languages = some[directory.Language](w, "pl", "EN", "fr") },
		func() { q.Access = some(w, directory.StepFree, directory.HearingLoop) },
		func() { q.Routes = some(w, directory.SelfReferral, directory.LinkWorkerReferral) },
		func() { q.Days = some(w, time.Tuesday, time.Sunday) },
		func() { q.MaxAge = 92 },
		func() { q.Room, q.CapacityLife = true, one(w, 0, 24*time.Hour*time.Duration(w.IntN(40))) },
		func() { q.Open = true },
		func() { q.Organisations = some[directory.ID](w, "bay/a", "bay/c") },
		func() { q.Without = some[directory.ID](w, "bay/b") },
	} {
		if w.IntN(7) == 0 {
			ask()
		}
	}
	return q
}

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
