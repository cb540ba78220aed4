package matching_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// A scheme builds an index once and asks it for each person.
func ExampleIndex() {
	walk := offer("bay/S-2", "Walking group")
	walk.Point = home
	snapshot := search.Build([]directory.Offer{offer("bay/S-1", "Choir"), walk})
	index, err := matching.NewIndex(snapshot, matching.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var answer matching.Answer // used again for the next person
	request := matching.Request{Needs: []needs.Code{needs.Loneliness}, Travel: byBus, Limit: 1}
	if err := index.Rank(profile(), request, &answer); err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range answer.Proposals() {
		fmt.Println(p.Offer.Name, p.Terms[0])
	}
	fmt.Println(index.Rank(person.Profile{}, request, &answer))
	fits, nearly, err := index.Find(profile(), request) // what fits, and what would after one change
	fmt.Println(fits[0].Offer.Name, len(nearly), err)
	// Output:
	// Walking group 3 min by bus (3 points)
	// matching: options: invalid: profile.id must be that of somebody: nothing is proposed to a person who is erased
	// Walking group 0 <nil>
}

// pick draws one of some values; the world of a seed is always the same.
func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func maybe(r *rand.Rand) sp.Truth { return pick(r, sp.Unknown, sp.Yes, sp.Yes, sp.No) }

// anOffer draws an offer that states some of everything.
func anOffer(r *rand.Rand, i int) directory.Offer {
	o := directory.Offer{ID: directory.ID(fmt.Sprintf("o%05d", i)), Service: directory.ID(fmt.Sprint("s", i/2)), Organisation: pick[directory.ID](r, "", "a", "b", "c"), Name: pick(r, "Food bank", "Choir")}
	switch r.IntN(12) {
	case 0, 1: // nowhere
	case 2:
		o.Point = home
	default:
		o.Point = geo.Point{Lat: 54 + r.Float64()/3, Lon: -3 + r.Float64()/2}
	}
	o.Status = pick(r, "", directory.Active, directory.Active, directory.Active, directory.Inactive)
	for range r.IntN(3) {
		o.Topics = append(o.Topics, pick(r, needs.Debt.Concept(), needs.Grief.Concept(), needs.Loneliness.Concept(), activity("singing"), sp.Code{System: "x", Code: "d"}, sp.Code{System: "x", Code: "e"}))
	}
	if r.IntN(2) == 0 {
		o.Eligibility.Ages.From = sp.Know(directory.Years(pick(r, 0, 18, 60)))
	}
	if r.IntN(3) == 0 {
		o.Eligibility.Ages.Before = sp.Know(directory.Years(pick(r, 18, 65)))
	}
	o.Eligibility.Restricted = maybe(r)
	if r.IntN(3) == 0 {
		o.Eligibility.Groups = []directory.Group{pick(r, directory.Women, directory.Men, directory.Carers)}
	}
	switch r.IntN(4) {
	case 0:
		o.Area.Everywhere = true
	case 1:
		o.Area.Postcodes = []string{pick(r, "LA", "LA4", "LA5", "LA4 5")}
	}
	o.Cost.Charge = pick(r, "", directory.Free, directory.Paid, directory.Donation)
	for range r.IntN(3) {
		p := directory.Price{}
		if r.IntN(4) > 0 {
			p.Amount = sp.Know(sp.NewMoney(int64(r.IntN(6)*100), pick(r, sp.GBP, sp.GBP, sp.GBP, sp.EUR)))
		}
		o.Cost.Prices = append(o.Cost.Prices, p)
	}
	o.Delivery = directory.Truths[directory.Mode]{}
	for _, m := range []directory.Mode{directory.InPerson, directory.Online, directory.Telephone, directory.HomeVisit} {
		if r.IntN(2) == 0 {
			o.Delivery[m] = maybe(r)
		}
	}
	o.Languages = directory.Truths[directory.Language]{"en": maybe(r), "pl": maybe(r)}
	o.Access = directory.Truths[directory.Access]{directory.StepFree: maybe(r), directory.SignLanguage: maybe(r), directory.Transport: pick(r, sp.Unknown, sp.No, sp.Unknown, sp.Yes), "dogs": maybe(r)}
	o.Routes = directory.Truths[directory.Route]{directory.SelfReferral: maybe(r), directory.LinkWorkerReferral: maybe(r)}
	o.Format, o.DropIn = pick(r, "", directory.GroupFormat, directory.Advice, directory.Befriending), pick(r, sp.Unknown, sp.Unknown, sp.Yes)
	known := func(p, n int) (k sp.Known[int]) {
		if r.IntN(p) == 0 {
			k = sp.Know(r.IntN(n) - 1)
		}
		return k
	}
	o.GroupSize, o.Capacity.Available, o.Capacity.WaitDays, o.Capacity.Maximum = known(4, 20), known(2, 3), known(3, 50), known(3, 20)
	if r.IntN(4) > 0 {
		o.Capacity.Updated = today.In(time.UTC).Add(-time.Duration(r.IntN(40*24)) * time.Hour)
	}
	o.FundedUntil = pick(r, 0, 0, today, today.Add(-1), today.Add(30))
	o.Freshness.Assured = pick(r, 0, today.Add(-r.IntN(400)), today.Add(5))
	if r.IntN(4) == 0 {
		o.Schedules = append(o.Schedules, directory.Schedule{Rule: recurrence.Rule{Every: recurrence.Weekly, Interval: 1, Days: []recurrence.Day{{Weekday: time.Weekday(r.IntN(7))}}}, Until: pick(r, 0, today.Add(10), today.Add(-10))})
	}
	return o
}

// somebody draws a person of whom some of everything is known.
func somebody(r *rand.Rand) person.Profile {
	p := person.Profile{ID: "P", On: pick(r, today, today, today, 0)}
	p.Gender = pick(r, person.Female, person.Male, person.OtherGender, "")
	for _, known := range []func(){
		func() { p.Age = sp.Know(directory.Years(r.IntN(90))) },
		func() {
			p.Home.Point = pick(r, home, geo.Point{Lat: 54 + r.Float64()/3, Lon: -3 + r.Float64()/2})
		},
		func() { p.Home.Postcode = pick(r, "LA4 5", "LA5 1") },
		func() { p.Groups = directory.Truths[directory.Group]{directory.Carers: maybe(r)} },
		func() { p.Contact = map[person.Channel]sp.Truth{person.Phone: maybe(r)} },
		func() { p.Languages = []directory.Language{pick[directory.Language](r, "en", "pl", "ur", "en-GB")} },
		func() { p.Transport.Alone = maybe(r) },
		func() { p.Transport.Minutes = sp.Know(r.IntN(60)) },
		func() { p.Transport.Distance = sp.Know(geo.Distance(r.IntN(15000))) },
		func() { p.Digital = person.Digital{Internet: maybe(r), Device: maybe(r), Skill: sp.Yes} },
		func() { p.Ceiling = sp.Know(sp.NewMoney(int64(r.IntN(6)*100), pick(r, sp.GBP, sp.GBP, sp.EUR))) },
		func() {
			p.Access = directory.Truths[directory.Access]{directory.StepFree: maybe(r), directory.SignLanguage: maybe(r)}
		},
		func() {
			p.Modes = directory.Truths[directory.Mode]{directory.InPerson: maybe(r), directory.Online: maybe(r), directory.Telephone: maybe(r)}
		},
		func() { p.GroupSize = sp.Know(1 + r.IntN(10)) },
		func() { p.Days = map[time.Weekday]sp.Truth{time.Monday: maybe(r), time.Friday: maybe(r)} },
		func() { p.Adjustments = person.Adjustments()[:1] },
		func() {
			p.Interests = []person.Interest{{Activity: pick[person.Activity](r, "singing", "running"), Likes: pick(r, sp.Yes, sp.No), With: pick(r, "", person.SmallGroup)}}
		},
	} {
		if r.IntN(2) == 0 {
			known()
		}
	}
	return p
}

// aScheme draws what a scheme asks, and aRequest what is asked for one person.
func aScheme(r *rand.Rand, services int) matching.Options {
	o := matching.Options{Unknown: pick(r, directory.PassUnknown, directory.PassUnknown, directory.ExcludeUnknown), MaxAge: pick(r, 0, 0, 100), CourseDays: pick(r, 0, 20)}
	if r.IntN(2) == 0 {
		o.Crosswalk.Links = []directory.Link{{From: sp.Code{System: "x", Code: "d"}, To: needs.Debt.Concept()}, {From: sp.Code{System: "x", Code: "e"}, To: needs.Food.Concept()}}
		o.Crosswalk.Words = []taxonomy.Word{{Text: "food bank", To: needs.Food.Concept()}}
	}
	if r.IntN(2) == 0 {
		o.Observed = make(map[directory.ID]directory.Observed)
		for i := range services / 3 {
			o.Observed[directory.ID(fmt.Sprint("s", i*3/2))] = directory.Observed{
				Asked: r.IntN(9), Share: sp.Know(directory.ObservedShare{Value: r.Float64()}), ReplyDays: sp.Know(r.IntN(20)), WaitDays: sp.Know(r.IntN(60)), Begun: r.IntN(6),
				FullInARow: r.IntN(3), FullLast: today.In(time.UTC).Add(time.Duration(12-r.IntN(60*24)) * time.Hour),
			}
		}
	}
	switch r.IntN(6) {
	case 0:
		w := func() matching.Weight {
			return matching.Weight{Points: pick[int64](r, 0, 1, -3, 1<<62), Per: pick[int64](r, 0, 7, -1, 100), Most: pick[int64](r, 0, 50), Unknown: pick[int64](r, 0, 5, -1<<62)}
		}
		o.Weights = matching.Weights{Version: "r", Travel: w(), Distance: w(), Cost: w(), Wait: w(), Acceptance: w(), Need: w(), FirstNeed: w(), Likes: w(), Dislikes: w(), Company: w(), Freshness: w(), Unknown: w(), Continuity: w()}
	case 1:
		o.Rules, o.Factors = []matching.Criterion{dogs}, []matching.Factor{climb}
	}
	return o
}

func aRequest(r *rand.Rand) matching.Request {
	q := matching.Request{Limit: pick(r, 0, 1, 3, 10), Order: pick(r, matching.BasicsFirst, matching.AsGiven)}
	if r.IntN(2) == 0 {
		q.At = today.In(time.UTC).Add(time.Duration(r.IntN(24*60)) * time.Minute)
	}
	for range r.IntN(3) {
		q.Needs = append(q.Needs, pick[needs.Code](r, needs.Debt, needs.Grief, needs.Food, needs.Loneliness, "of-our-own"))
	}
	switch r.IntN(5) {
	case 0:
		q.Travel = func(_ directory.Home, to geo.Point) (matching.Journey, bool) {
			k := int(to.Lat*1000) % 7
			return matching.Journey{Minutes: k*10 - 10, Fare: sp.NewMoney(int64(k*100-100), sp.GBP)}, k != 3
		}
	case 1, 2:
		q.Travel, q.Shortest = byBus, func(d geo.Distance) int { return 3 + int(d/400) }
	}
	if r.IntN(3) == 0 {
		q.Continuity = []directory.ID{"a", "z"}
	}
	if r.IntN(3) == 0 {
		q.Without = []directory.ID{pick[directory.ID](r, "b", "o00003", "s1")}
	}
	return q
}

// whole returns the options of a scheme with what is asked for one person.
func whole(o matching.Options, q matching.Request) matching.Options {
	o.At, o.Limit, o.Needs, o.Order, o.Travel, o.Continuity, o.Without = q.At, q.Limit, q.Needs, q.Order, q.Travel, q.Continuity, q.Without
	return o
}

var knowns = cmpopts.EquateComparable()

// The index gives the answers of the linear pass, reasons included.
func TestIndexAnswersAsRankThatLooksAtEveryOffer(t *testing.T) {
	worlds, people := tier.Pick(12, 60, 4000), tier.Pick(5, 20, 25)
	for seed := range worlds {
		r := rand.New(rand.NewPCG(uint64(seed), 23))
		offers := make([]directory.Offer, pick(r, 0, 1, 60, 200, 400))
		for i := range offers {
			offers[i] = anOffer(r, i)
		}
		if len(offers) > 100 && r.IntN(5) == 0 {
			offers[7].ID = offers[99].ID
		}
		scheme := aScheme(r, len(offers))
		given, snapshot := offers, search.Build(slices.Clone(offers))
		if len(offers) > 60 && r.IntN(3) == 0 {
			changed := anOffer(r, 5)
			given = append(slices.DeleteFunc(slices.Clone(offers), func(o directory.Offer) bool { return o.ID == changed.ID || o.ID == "o00011" }), changed)
			snapshot = snapshot.With([]directory.Offer{changed}, "o00011")
		}
		index, err := matching.NewIndex(snapshot, scheme)
		require.NoError(t, err)
		var answer matching.Answer
		for range people {
			p, q := somebody(r), aRequest(r)
			require.NoError(t, index.Rank(p, q, &answer))
			require.Empty(t, gocmp.Diff(matching.Rank(p, given, whole(scheme, q)), answer.Proposals(), knowns), "seed %d", seed)
			require.NoError(t, index.NearMisses(p, q, &answer))
			require.Empty(t, gocmp.Diff(matching.NearMisses(p, given, whole(scheme, q)), answer.Misses(), knowns), "seed %d", seed)
			fits, nearly, err := index.Find(p, q)
			require.NoError(t, err)
			require.Empty(t, gocmp.Diff(matching.Rank(p, given, whole(scheme, q)), fits, knowns), "seed %d", seed)
			require.Empty(t, gocmp.Diff(answer.Misses(), nearly, knowns), "seed %d", seed)
			few, err := index.WhySoFew(p, q, &answer)
			require.NoError(t, err)
			require.Empty(t, gocmp.Diff(matching.WhySoFew(p, given, whole(scheme, q)), few), "seed %d", seed)
		}
	}
}

// As many people and offers as a borough has: few of each draw are alike, and most of an
// answer comes from columns.
func TestIndexAnswersPeopleOfABoroughAsRankDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 25))
	offers := make([]directory.Offer, 5_000)
	for i := range offers {
		offers[i] = anOffer(r, i)
	}
	usual := matching.UsualOf(offers, nil, today.In(time.UTC))
	index, err := matching.NewIndex(search.Build(slices.Clone(offers)), matching.Options{Usual: usual})
	require.NoError(t, err)
	var answer matching.Answer
	looked := 0
	for range tier.Pick(4, 40, 2_000) {
		p, q := somebody(r), aRequest(r)
		q.Limit = 20
		o := whole(matching.Options{Usual: usual}, q)
		require.NoError(t, index.Rank(p, q, &answer))
		require.Empty(t, gocmp.Diff(matching.Rank(p, offers, o), answer.Proposals(), knowns))
		looked += answer.Asked
		require.NoError(t, index.NearMisses(p, q, &answer))
		require.Empty(t, gocmp.Diff(matching.NearMisses(p, offers, o), answer.Misses(), knowns))
	}
	t.Log("offers looked at one by one:", looked)
}

func TestIndexAllocatesNothingForOneWhoAsksWhatOthersAsked(t *testing.T) {
	index, err := matching.NewIndex(search.Build(county(500)), matching.Options{})
	require.NoError(t, err)
	profiles, requests := people(50)
	var answer matching.Answer
	for i, p := range profiles {
		n := testing.AllocsPerRun(10, func() { // which calls it once before it counts, and rounds down what others allocate
			require.NoError(t, index.Rank(p, requests[i], &answer))
			require.NoError(t, index.NearMisses(p, requests[i], &answer))
		})
		require.Zero(t, n)
	}
}

// Where the bounds hold, so do the answers.
func TestIndexTakesNoOfferToHaveMorePointsThanItHas(t *testing.T) {
	for seed := range tier.Pick(20, 400, 2000) {
		r := rand.New(rand.NewPCG(uint64(seed), 24))
		offers := make([]directory.Offer, 150)
		for i := range offers {
			offers[i] = anOffer(r, i)
		}
		scheme := aScheme(r, len(offers))
		index, err := matching.NewIndex(search.Build(slices.Clone(offers)), scheme)
		require.NoError(t, err)
		for range 5 {
			p, q := somebody(r), aRequest(r)
			q.Limit = 0
			least := matching.Bounds(index, p, q, false)
			for _, x := range matching.Rank(p, offers, whole(scheme, q)) {
				points, found := least[x.Offer.ID]
				require.True(t, found, "seed %d: %s fits", seed, x.Offer.ID)
				require.LessOrEqual(t, points, x.Score, "seed %d: %s %v %v", seed, x.Offer.ID, x.Terms, scheme.Weights)
			}
			least = matching.Bounds(index, p, q, true)
			for _, x := range matching.NearMisses(p, offers, whole(scheme, q)) {
				points, found := least[x.Offer.ID]
				require.True(t, found, "seed %d: %s nearly fits: %s", seed, x.Offer.ID, x.Rule)
				require.LessOrEqual(t, points, x.Score, "seed %d: %s %v", seed, x.Offer.ID, x.Rule)
			}
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		p, offers, options := drawProfile(t), drawOffers(t), drawOptions(t)
		options.Limit = rapid.IntRange(0, 4).Draw(t, "limit")
		index, err := matching.NewIndex(search.Build(slices.Clone(offers)), options)
		require.NoError(t, err)
		q := matching.Request{At: options.At, Limit: options.Limit, Needs: options.Needs, Travel: options.Travel, Continuity: options.Continuity, Without: options.Without}
		var answer matching.Answer
		require.NoError(t, index.Rank(p, q, &answer))
		require.Empty(t, gocmp.Diff(matching.Rank(p, offers, options), answer.Proposals(), knowns))
		require.NoError(t, index.NearMisses(p, q, &answer))
		require.Empty(t, gocmp.Diff(matching.NearMisses(p, offers, options), answer.Misses(), knowns))
	}))
}
