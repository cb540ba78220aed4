package matching_test

import (
	"cmp"
	"fmt"
	"math"
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
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// The generators leave much unknown, and draw from so few values that offers fit
// often enough.
func truth() *rapid.Generator[sp.Truth] {
	return rapid.SampledFrom([]sp.Truth{sp.Unknown, sp.Yes, sp.Yes, sp.No})
}

func truths[K comparable](t *rapid.T, label string, keys ...K) map[K]sp.Truth {
	m := map[K]sp.Truth{}
	for _, k := range keys {
		if answer := truth().Draw(t, label); answer.Known() {
			m[k] = answer
		}
	}
	return m
}

func some[T comparable](t *rapid.T, label string, g *rapid.Generator[T]) sp.Known[T] {
	if rapid.Bool().Draw(t, label+" is stated") {
		return sp.Know(g.Draw(t, label))
	}
	return sp.Known[T]{}
}

var points = rapid.SampledFrom([]geo.Point{{}, home, {Lat: 54.1, Lon: -2.8}, {Lat: 54.5, Lon: -3}})

func drawProfile(t *rapid.T) person.Profile {
	return person.Profile{
		ID: "P-1", On: today,
		Age:     some(t, "age", rapid.Map(rapid.IntRange(0, 90), directory.Years)),
		Home:    directory.Home{Point: points.Draw(t, "home"), Postcode: rapid.SampledFrom([]string{"", "LA4 5", "LA1 1"}).Draw(t, "sector")},
		Contact: truths(t, "contact", person.Phone),
		Circumstances: person.Circumstances{
			Gender:    rapid.SampledFrom([]person.Gender{"", person.Female, person.Male, person.OtherGender}).Draw(t, "gender"),
			Groups:    truths(t, "groups", directory.Carers),
			Languages: rapid.SliceOfN(rapid.SampledFrom([]directory.Language{"en", "pl"}), 0, 2).Draw(t, "languages"),
			Transport: person.Transport{
				Alone:    truth().Draw(t, "alone"),
				Minutes:  some(t, "minutes", rapid.IntRange(0, 90)),
				Distance: some(t, "distance", rapid.SampledFrom([]geo.Distance{0, 10 * geo.Kilometre})),
			},
			Digital:   person.Digital{Internet: truth().Draw(t, "internet"), Device: sp.Yes, Skill: sp.Yes},
			Ceiling:   some(t, "ceiling", rapid.Map(rapid.Int64Range(0, 600), sp.Pence)),
			Access:    truths(t, "access", directory.StepFree, directory.SignLanguage),
			Modes:     truths(t, "modes", directory.InPerson, directory.Online, directory.Telephone),
			GroupSize: some(t, "group size", rapid.IntRange(1, 20)),
			Days:      truths(t, "days", time.Monday, time.Tuesday),
		},
	}
}

func drawOffer(t *rapid.T, n int) directory.Offer {
	id := directory.ID(fmt.Sprintf("bay/S-%d", n))
	o := directory.Offer{
		ID: id, Service: id, Organisation: rapid.SampledFrom([]directory.ID{"", "bay/O-1", "bay/O-2"}).Draw(t, "organisation"),
		Point: points.Draw(t, "point"),
		Facts: directory.Facts{
			Status: rapid.SampledFrom([]directory.Status{"", directory.Active, directory.Active, directory.Inactive}).Draw(t, "status"),
			Eligibility: directory.Eligibility{
				Ages:       directory.Ages{From: some(t, "from", rapid.SampledFrom([]directory.Months{0, 216})), Before: some(t, "before", rapid.SampledFrom([]directory.Months{312, 1200}))},
				Groups:     rapid.SliceOfN(rapid.SampledFrom([]directory.Group{directory.Carers, directory.Women}), 0, 1).Draw(t, "groups"),
				Restricted: truth().Draw(t, "restricted"),
			},
			Area:        directory.ServiceArea{Postcodes: rapid.SliceOfN(rapid.SampledFrom([]string{"LA4", "LA"}), 0, 1).Draw(t, "area")},
			Cost:        directory.Cost{Charge: rapid.SampledFrom([]directory.Charge{"", directory.Free, directory.Paid}).Draw(t, "charge")},
			Delivery:    truths(t, "delivery", directory.InPerson, directory.Online, directory.Telephone, directory.HomeVisit),
			Languages:   truths(t, "speaks", directory.Language("en"), directory.Language("pl")),
			Access:      truths(t, "has", directory.StepFree, directory.SignLanguage),
			Routes:      truths(t, "routes", directory.SelfReferral, directory.LinkWorkerReferral),
			Capacity:    directory.Capacity{Available: some(t, "available", rapid.IntRange(0, 2)), WaitDays: some(t, "wait", rapid.IntRange(-1, 60)), Maximum: some(t, "maximum", rapid.IntRange(1, 20)), Updated: today.In(time.UTC)},
			FundedUntil: rapid.SampledFrom([]sp.Date{0, 0, today.Add(9), today.Add(-9)}).Draw(t, "funded"),
			Freshness:   directory.Freshness{Assured: rapid.SampledFrom([]sp.Date{0, today, today.Add(-100)}).Draw(t, "assured")},
		},
	}
	for _, n := range rapid.SliceOfN(rapid.SampledFrom([]needs.Code{needs.Debt, needs.Grief, needs.Food}), 0, 2).Draw(t, "topics") {
		o.Topics = append(o.Topics, n.Concept())
	}
	if o.Cost.Charge == directory.Paid {
		o.Cost.Prices = []directory.Price{{Amount: some(t, "price", rapid.Map(rapid.Int64Range(0, 900), sp.Pence))}}
	}
	if rapid.Bool().Draw(t, "scheduled") {
		o.Schedules = []directory.Schedule{{Rule: recurrence.Rule{Every: recurrence.Weekly, Interval: 1, Days: []recurrence.Day{{Weekday: time.Tuesday}}}}}
	}
	return o
}

func drawOffers(t *rapid.T) []directory.Offer {
	offers := make([]directory.Offer, rapid.IntRange(0, 20).Draw(t, "offers"))
	for i := range offers {
		offers[i] = drawOffer(t, i)
	}
	return offers
}

func drawOptions(t *rapid.T) matching.Options {
	o := matching.Options{
		Needs:      rapid.SliceOfN(rapid.SampledFrom([]needs.Code{needs.Debt, needs.Grief, needs.Debt}), 0, 2).Draw(t, "needs"),
		Continuity: []directory.ID{"bay/O-1"},
		MaxAge:     rapid.SampledFrom([]int{0, 30}).Draw(t, "max age"),
		Unknown:    rapid.SampledFrom([]directory.Policy{directory.PassUnknown, directory.PassUnknown, directory.ExcludeUnknown}).Draw(t, "unknown"),
	}
	if rapid.Bool().Draw(t, "by bus") {
		o.Travel = func(from directory.Home, to geo.Point) (matching.Journey, bool) {
			j, ok := byBus(from, to)
			j.Fare = sp.Pence(150)
			return j, ok
		}
	}
	if rapid.Bool().Draw(t, "without") {
		o.Without = []directory.ID{"bay/O-2"}
	}
	return o
}

func ids(proposals []matching.Proposal) (all []directory.ID) {
	for _, p := range proposals {
		all = append(all, p.Offer.ID)
	}
	return all
}

// passes is the policy on unknowns, in plain words.
func passes(t sp.Truth, policy directory.Policy) bool {
	if policy == directory.ExcludeUnknown {
		return t == sp.Yes
	}
	return t != sp.No
}

func TestRankProposesWhatTheVerdictsPass(t *testing.T) { rapid.Check(t, ranksWhatPasses) }

func FuzzRank(f *testing.F) { f.Fuzz(rapid.MakeFuzz(ranksWhatPasses)) }

func ranksWhatPasses(t *rapid.T) {
	p, offers, options := drawProfile(t), drawOffers(t), drawOptions(t)
	var want []directory.ID
	for _, o := range offers {
		if passes(matching.Judge(p, o, options).Truth, options.Unknown) {
			want = append(want, o.ID)
			require.Empty(t, matching.WhyNot(p, o, options))
		} else {
			require.NotEmpty(t, matching.WhyNot(p, o, options))
		}
	}
	proposals := matching.Rank(p, offers, options)
	got := ids(proposals)
	slices.Sort(got)
	slices.Sort(want)
	require.Equal(t, want, got, "a no is never overruled, and what passes is never lost")
	for _, proposal := range proposals {
		sum := int64(0)
		for _, term := range proposal.Terms {
			sum += term.Points
			require.NotEmpty(t, term.Text)
		}
		require.Equal(t, proposal.Score, sum, "terms add up")
		require.Equal(t, proposal.Verdict.Truth == sp.Unknown, len(proposal.Questions()) > 0)
		require.NotEmpty(t, proposal.Mode)
	}
	require.True(t, slices.IsSortedFunc(proposals, func(a, b matching.Proposal) int {
		return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.Offer.ID, b.Offer.ID))
	}))
}

func TestVerdictsFollowFromTheirParts(t *testing.T) {
	var check func(t *rapid.T, v matching.Verdict)
	check = func(t *rapid.T, v matching.Verdict) {
		if len(v.Parts) == 0 {
			require.False(t, v.Truth == sp.Yes && v.Change.Possible())
			return
		}
		truth := v.Parts[0].Truth
		for _, part := range v.Parts[1:] {
			if v.Rule == matching.Way {
				truth = truth.Or(part.Truth)
			} else {
				truth = truth.And(part.Truth)
			}
		}
		require.Equal(t, truth, v.Truth)
		for _, part := range v.Parts {
			check(t, part)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, matching.Judge(drawProfile(t), drawOffer(t, 1), drawOptions(t)))
	})
}

func TestNearMissesAreWhatOneChangeWouldMend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, offers, options := drawProfile(t), drawOffers(t), drawOptions(t)
		want := map[directory.ID]matching.Verdict{}
		for _, o := range offers {
			if why := matching.WhyNot(p, o, options); len(why) == 1 && why[0].Change.Possible() {
				want[o.ID] = why[0]
			}
		}
		misses := matching.NearMisses(p, offers, options)
		require.Len(t, misses, len(want))
		for _, m := range misses {
			require.Equal(t, want[m.Offer.ID].Rule, m.Rule)
			require.Equal(t, want[m.Offer.ID].Change, m.Change)
		}
	})
}

func TestANearMissScoresWhatTheOfferIsNow(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	o.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(6))}}}
	o.Languages = nil
	options := matching.Options{Travel: func(directory.Home, geo.Point) (matching.Journey, bool) {
		return matching.Journey{Minutes: 10, How: "by bus", Fare: sp.Pounds(2)}, true
	}}
	misses := matching.NearMisses(p, []directory.Offer{o}, options)
	require.Len(t, misses, 1)
	require.Equal(t, matching.Cost, misses[0].Rule)
	p.Ceiling = sp.Know(sp.Pounds(8))
	proposals := matching.Rank(p, []directory.Offer{o}, options)
	require.Len(t, proposals, 1)
	require.Equal(t, proposals[0].Score, misses[0].Score)
	require.Equal(t, int64(10+80+21+2+3), misses[0].Score, "minutes, £8.00, days of waiting, freshness and a question")

	full := offer("bay/S-2", "Choir")
	full.Capacity = directory.Capacity{Available: sp.Know(0), Updated: today.In(time.UTC)}
	misses = matching.NearMisses(profile(), []directory.Offer{full}, matching.Options{Weights: matching.Weights{Wait: matching.Weight{Unknown: 28}}})
	require.Len(t, misses, 1)
	require.Equal(t, matching.Room, misses[0].Rule)
	require.Equal(t, int64(28), misses[0].Score, "nobody knows how long until a place becomes free")
}

func TestANearMissPricesTheQuestionsOfItsWay(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	o.Access = nil // one question, of the way in person
	o.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(6))}}}
	journey := matching.Journey{Minutes: 10}
	options := matching.Options{Travel: func(directory.Home, geo.Point) (matching.Journey, bool) { return journey, true }}
	misses := matching.NearMisses(p, []directory.Offer{o}, options)
	require.Len(t, misses, 1)
	require.Equal(t, int64(10+60+21+2+3), misses[0].Score)

	o.Cost = directory.Cost{Charge: directory.Free}
	journey.Minutes = 40
	misses = matching.NearMisses(p, []directory.Offer{o}, options)
	require.Len(t, misses, 1)
	require.Equal(t, matching.Reachable, misses[0].Rule)
	require.Equal(t, int64(40+0+21+2+3), misses[0].Score)
}

func TestAFareIsPaidOnlyOnAJourneyThatIsMade(t *testing.T) {
	o := offer("bay/S-1", "Choir")
	for _, c := range []struct {
		name     string
		provided sp.Truth // transport
		known    bool     // the journey
		want     string   // what it costs
	}{
		{"by bus", sp.Unknown, true, "£4.00 (40 points)"},
		{"transport that is provided costs nothing", sp.Yes, true, "free (0 points)"},
		{"nor does a journey that nobody knows", sp.Unknown, false, "free (0 points)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o.Access = directory.Truths[directory.Access]{directory.StepFree: sp.Yes, directory.Transport: c.provided}
			options := matching.Options{Travel: func(directory.Home, geo.Point) (matching.Journey, bool) {
				return matching.Journey{Minutes: 10, How: "by bus", Fare: sp.Pounds(4)}, c.known
			}}
			p := profile()
			p.Transport.Minutes = sp.Known[int]{}
			proposals := matching.Rank(p, []directory.Offer{o}, options)
			require.Len(t, proposals, 1)
			require.Equal(t, c.want, proposals[0].Terms[1].String())
		})
	}
}

func TestOrderAndLimitDoNotChangeTheRanking(t *testing.T) {
	equal := cmpopts.EquateComparable()
	rapid.Check(t, func(t *rapid.T) {
		p, offers, options := drawProfile(t), drawOffers(t), drawOptions(t)
		want := matching.Rank(p, offers, options)
		misses := matching.NearMisses(p, offers, options)
		shuffled := rapid.Permutation(offers).Draw(t, "order")
		require.Empty(t, gocmp.Diff(want, matching.Rank(p, shuffled, options), equal))
		require.Empty(t, gocmp.Diff(misses, matching.NearMisses(p, shuffled, options), equal))

		options.Limit = rapid.IntRange(1, 5).Draw(t, "limit")
		require.Equal(t, ids(want)[:min(options.Limit, len(want))], ids(matching.Rank(p, shuffled, options)))
	})
}

func TestAnIrrelevantOfferChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, offers, options := drawProfile(t), drawOffers(t), drawOptions(t)
		want := matching.Rank(p, offers, options)
		closed := drawOffer(t, 99)
		closed.Status = directory.Defunct
		require.Empty(t, gocmp.Diff(want, matching.Rank(p, append(slices.Clone(offers), closed), options), cmpopts.EquateComparable()))
	})
}

func TestRankWithALimitReturnsTheFirstOfAll(t *testing.T) {
	p := profile()
	offers := make([]directory.Offer, 1000)
	for i := range offers {
		offers[i] = offer(directory.ID(fmt.Sprintf("bay/S-%03d", i)), "Choir")
		offers[i].Capacity.WaitDays = sp.Know(i * 7919 % 100)
	}
	all := matching.Rank(p, offers, matching.Options{})
	require.Len(t, all, 1000)
	require.Equal(t, ids(all)[:20], ids(matching.Rank(p, offers, matching.Options{Limit: 20})))
	require.Equal(t, ids(all), ids(matching.Rank(p, offers, matching.Options{Limit: math.MaxInt})))
}

// More to spend, more time and more trust in strangers never lose an offer.
func TestRankLosesNoOfferToFewerLimitsOfAProfile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, offers, options := drawProfile(t), drawOffers(t), drawOptions(t)
		before := ids(matching.Rank(p, offers, options))
		p.Ceiling = sp.Known[sp.Money]{}
		p.Transport = person.Transport{}
		p.Days = nil
		after := ids(matching.Rank(p, offers, options))
		for _, id := range before {
			require.Contains(t, after, id)
		}
	})
}

func TestTheQueryOfAProfileFindsAllThatMatchingKeeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, offers, options := drawProfile(t), drawOffers(t), drawOptions(t)
		q := p.Query()
		q.Unknown = options.Unknown
		found := directory.NewIndex(offers).Find(q).Offers()
		for _, offer := range offers {
			if options.Unknown.Passes(matching.Judge(p, offer, options).Truth) {
				require.True(t, slices.ContainsFunc(found, func(o directory.Offer) bool { return o.ID == offer.ID }), "%s fits and is not found", offer.ID)
			}
		}
	})
}
