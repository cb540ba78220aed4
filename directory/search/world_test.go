package search_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/geo"
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
