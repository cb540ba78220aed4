package matching_test

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
)

// A free drop-in round the corner came behind a paid club at 3.3 km, since it states no wait.
func TestRankPutsADropInRoundTheCornerBeforeAClubAcrossTown(t *testing.T) {
	p := profile()
	club := offer("bay/S-1", "Club")
	club.Point = geo.Point{Lat: home.Lat + 0.0297, Lon: home.Lon} // 3.3 km
	club.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(2))}}}
	club.Capacity.WaitDays = sp.Know(0)
	corner := directory.Offer{ID: "bay/S-2", Service: "bay/S-2", Name: "Drop-in", Point: geo.Point{Lat: home.Lat + 0.00058, Lon: home.Lon}} // 65 m
	corner.Cost, corner.DropIn = directory.Cost{Charge: directory.Free}, sp.Yes
	for name, stated := range map[string]sp.Truth{"that says so": sp.Yes, "that does not": sp.Unknown} {
		corner.DropIn = stated
		ranked := matching.Rank(p, []directory.Offer{club, corner}, matching.Options{})
		require.Equal(t, []directory.ID{"bay/S-2", "bay/S-1"}, ids(ranked), name)
	}
}

// thin leaves out of an offer some of what it states.
func thin(t *rapid.T, o directory.Offer) directory.Offer {
	for name, forget := range map[string]func(){
		"status": func() { o.Status = "" }, "wait": func() { o.Capacity = directory.Capacity{} }, "price": func() { o.Cost = directory.Cost{} },
		"ages": func() { o.Eligibility.Ages = directory.Ages{} }, "groups": func() { o.Eligibility = directory.Eligibility{} },
		"area": func() { o.Area = directory.ServiceArea{} }, "languages": func() { o.Languages = nil }, "access": func() { o.Access = nil },
		"routes": func() { o.Routes = nil }, "assurance": func() { o.Freshness = directory.Freshness{} }, "schedules": func() { o.Schedules = nil },
		"format": func() { o.Format = "" }, "size": func() { o.GroupSize = sp.Known[int]{} }, "delivery": func() { o.Delivery = nil },
	} {
		if rapid.Bool().Draw(t, "no "+name) {
			forget()
		}
	}
	return o
}

// What an entry leaves out neither costs nor gains it ten minutes of travel beside one that
// states it: what is unknown counts as is usual, and questions together cost less.
func TestRankNeverLetsThinnessAloneOutrankTenMinutesOfTravel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := profile()
		p.Transport.Minutes = sp.Known[int]{}
		p.Ceiling = sp.Known[sp.Money]{}
		full := offer("bay/S-1", "Choir")
		full.Capacity.WaitDays = sp.Know(rapid.IntRange(0, 200).Draw(t, "wait"))
		full.Freshness.Assured = today.Add(-rapid.IntRange(0, 900).Draw(t, "age"))
		full.Format, full.GroupSize = directory.GroupFormat, sp.Know(12)
		if price := rapid.Int64Range(0, 4000).Draw(t, "price"); price > 0 {
			full.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pence(price))}}}
		}
		bare := thin(t, full)
		bare.ID, bare.Service = "bay/S-2", "bay/S-2"
		minutes := rapid.IntRange(0, 60).Draw(t, "minutes")
		nearer := rapid.Bool().Draw(t, "the thin one is nearer")
		bare.Point = geo.Point{Lat: home.Lat, Lon: home.Lon + 0.01}
		options := matching.Options{Needs: []needs.Code{needs.Loneliness}, Travel: func(_ directory.Home, to geo.Point) (matching.Journey, bool) {
			if (to == bare.Point) == nearer {
				return matching.Journey{Minutes: minutes}, true
			}
			return matching.Journey{Minutes: minutes + 10}, true
		}}
		want := []directory.ID{"bay/S-1", "bay/S-2"}
		if nearer {
			want = []directory.ID{"bay/S-2", "bay/S-1"}
		}
		require.Equal(t, want, ids(matching.Rank(p, []directory.Offer{full, bare}, options)))
	})
}

func TestUsualIsTheMedianOfAKindAndOfAllWhereAKindSaysTooLittle(t *testing.T) {
	at := today.In(time.UTC)
	var offers []directory.Offer
	add := func(format directory.Format, waits ...int) {
		for _, days := range waits {
			o := offer(directory.ID("bay/"+string(rune('a'+len(offers)))), "Choir")
			o.Format, o.Capacity.WaitDays = format, sp.Know(days)
			offers = append(offers, o)
		}
	}
	add(directory.Course, 10, 50, 20, 40, 30)
	add(directory.Advice, 0, 0, 0, 2)
	closed := offer("bay/z", "Closed")
	closed.Status, closed.Format, closed.Capacity.WaitDays = directory.Defunct, directory.Course, sp.Know(9999)
	u := matching.UsualOf(append(offers, closed), nil, at)
	require.Equal(t, sp.Know(30), u.Kinds[directory.Course].WaitDays)
	require.Equal(t, sp.Known[int]{}, u.Kinds[directory.Advice].WaitDays, "four are too few")
	require.Equal(t, sp.Know(10), u.All.WaitDays, "of nine the fifth, and none is closed")
	require.Equal(t, sp.Know(int64(0)), u.All.Price)
	require.Equal(t, sp.Know(60), u.All.EntryDays)
	require.Equal(t, &matching.Usual{Kinds: map[directory.Format]matching.Typical{}}, matching.UsualOf(nil, nil, at))
}

func TestRankShowsAServiceThatSaidThatItIsFullAsSuch(t *testing.T) {
	full, other := offer("bay/S-1", "Choir"), offer("bay/S-2", "Walk")
	full.Capacity.Updated = today.Add(-10).In(time.UTC)
	options := matching.Options{Observed: map[directory.ID]directory.Observed{
		"bay/S-1": {FullInARow: 2, FullLast: today.Add(-3).In(time.UTC)},
	}}
	ranked := matching.Rank(profile(), []directory.Offer{full, other}, options)
	require.Equal(t, []directory.ID{"bay/S-2", "bay/S-1"}, ids(ranked))
	require.Empty(t, ranked[0].Warnings())
	require.Len(t, ranked[1].Warnings(), 1)
	require.Equal(t, "room: unknown, answered 2 times in a row that it is full", ranked[1].Warnings()[0].String())
	require.Equal(t, "54 days wait or more, since it said that it is full (54 points)", term(ranked[1], matching.TermWait).String())
}

func TestRankWarnsOfMoneyThatEndsBeforeHelpWould(t *testing.T) {
	o := offer("bay/S-1", "Choir")
	o.FundedUntil = today.Add(30)
	ranked := matching.Rank(profile(), []directory.Offer{o}, matching.Options{CourseDays: 84})
	require.Len(t, ranked[0].Warnings(), 1)
	require.Equal(t, "funded: unknown, is funded until 2026-12-23, and help would last until 2027-02-15", ranked[0].Warnings()[0].String())
	require.Empty(t, matching.Rank(profile(), []directory.Offer{o}, matching.Options{})[0].Warnings())
	require.Empty(t, matching.Rank(profile(), []directory.Offer{o}, matching.Options{CourseDays: 84, Unknown: directory.ExcludeUnknown}))
}

func TestRankTakesOffersOfOneIDForOneWhateverTheirOrder(t *testing.T) {
	near, far, twin := offer("bay/S-1", "Choir"), offer("bay/S-1", "Choir"), offer("bay/S-2", "Walk")
	far.Point = geo.Point{Lat: 54.1, Lon: -2.8}
	same := twin
	same.Name = "Ramble"
	offers := []directory.Offer{near, far, twin, same}
	want := matching.Rank(profile(), offers, matching.Options{Travel: byBus})
	require.Equal(t, []directory.ID{"bay/S-1", "bay/S-2"}, ids(want))
	rapid.Check(t, func(t *rapid.T) {
		got := matching.Rank(profile(), rapid.Permutation(offers).Draw(t, "order"), matching.Options{Travel: byBus, Limit: rapid.IntRange(0, 2).Draw(t, "limit")})
		require.Empty(t, gocmp.Diff(want[:len(got)], got, cmpopts.EquateComparable()))
	})
}

func TestRankTakesAJourneyThatCanBeNoneForUnknown(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	p.Transport.Minutes, p.Ceiling = sp.Known[int]{}, sp.Known[sp.Money]{}
	for name, c := range map[string]struct {
		journey matching.Journey
		travel  string
		cost    string
	}{
		"fewer minutes than none":    {matching.Journey{Minutes: -1}, "4.5 km (22 points)", "free (0 points)"},
		"what NaN is as a number":    {matching.Journey{Minutes: -1 << 63}, "4.5 km (22 points)", "free (0 points)"},
		"without end":                {matching.Journey{Minutes: 1<<63 - 1}, "4.5 km (22 points)", "free (0 points)"},
		"a fare below nothing":       {matching.Journey{Minutes: 9, Fare: sp.Pence(-400)}, "9 min (9 points)", "unknown cost (30 points)"},
		"a fare beyond all money":    {matching.Journey{Minutes: 9, Fare: sp.Pence(1<<63 - 1)}, "9 min (9 points)", "£92,233,720,368,547,758.07 (100000000 points)"},
		"a fare of another currency": {matching.Journey{Minutes: 9, Fare: sp.NewMoney(100, sp.EUR)}, "9 min (9 points)", "€1.00 (10 points)"},
	} {
		t.Run(name, func(t *testing.T) {
			options := matching.Options{Travel: func(directory.Home, geo.Point) (matching.Journey, bool) { return c.journey, true }}
			ranked := matching.Rank(p, []directory.Offer{o}, options)
			require.Len(t, ranked, 1)
			require.Equal(t, c.travel, term(ranked[0], matching.TermTravel).String())
			require.Equal(t, c.cost, term(ranked[0], matching.TermCost).String())
		})
	}
}
