package matching_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

func TestTheWayWithLeastTravelIsThatUnderAnyWeights(t *testing.T) {
	o := directory.Offer{ID: "o", Service: "o", Point: geo.Point{Lat: 54.001, Lon: -2}} // 111 m away
	o.Status = directory.Active
	o.Delivery = directory.Truths[directory.Mode]{directory.InPerson: sp.Yes, directory.Telephone: sp.Yes}
	p := person.Profile{ID: "P", On: sp.NewDate(2026, 3, 2), Contact: map[person.Channel]sp.Truth{person.Phone: sp.Yes}}
	p.Home.Point = geo.Point{Lat: 54, Lon: -2}
	free := matching.DefaultWeights()
	free.Travel, free.Distance = matching.Weight{}, matching.Weight{}
	for name, w := range map[string]matching.Weights{"by default": {}, "for nothing": free} {
		ranked := matching.Rank(p, []directory.Offer{o}, matching.Options{Weights: w})
		require.Equal(t, directory.Telephone, ranked[0].Mode, name)
	}
	o.Point = p.Home.Point
	require.Equal(t, directory.InPerson, matching.Rank(p, []directory.Offer{o}, matching.Options{})[0].Mode, "next door it is no journey")
}

func TestWeightsRoundABonusDownToo(t *testing.T) {
	o := directory.Offer{ID: "o", Service: "o"}
	o.Status, o.Capacity = directory.Active, directory.Capacity{WaitDays: sp.Know(7), Updated: sp.NewDate(2026, 3, 2).In(time.UTC)}
	p := person.Profile{ID: "P", On: sp.NewDate(2026, 3, 2)}
	for per, want := range map[int64]int64{1: -7, 2: -4, 7: -1, 8: -1, math.MaxInt64: -1} {
		ranked := matching.Rank(p, []directory.Offer{o}, matching.Options{Weights: matching.Weights{Version: "t", Wait: matching.Weight{Points: -1, Per: per}}})
		require.Equal(t, want, ranked[0].Score, "-7 days by %d", per)
	}
}

func TestWeightsDoNotOverflowByAFeedsSlipOfThePen(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	p.Ceiling = sp.Known[sp.Money]{}
	o.Capacity.WaitDays = sp.Know(1 << 62)
	o.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pence(1 << 62))}}}
	o.Topics = nil
	proposals := matching.Rank(p, []directory.Offer{o}, matching.Options{})
	require.Len(t, proposals, 1)
	require.Positive(t, proposals[0].Score)
}

func TestWeightsAreData(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	weights := matching.Weights{Version: "bay-1", Wait: matching.Weight{Points: 10, Per: 7, Most: 25}}
	proposals := matching.Rank(p, []directory.Offer{o}, matching.Options{Weights: weights, Continuity: []directory.ID{"bay/O-1"}})
	require.Len(t, proposals, 1)
	require.Equal(t, int64(25), proposals[0].Score)
	require.Equal(t, "bay-1", proposals[0].Weights)

	known := matching.Rank(p, []directory.Offer{o}, matching.Options{Continuity: []directory.ID{"bay/O-1"}})
	unknown := matching.Rank(p, []directory.Offer{o}, matching.Options{})
	require.Equal(t, matching.DefaultWeights().Continuity.Points, known[0].Score-unknown[0].Score)
	require.Equal(t, "sp-2026-12", known[0].Weights)
}

func TestTermsPriceWhatTheWeightsSay(t *testing.T) {
	two := []needs.Code{needs.Loneliness, needs.Debt}
	for _, c := range []struct {
		name   string
		kind   matching.TermKind
		set    func(*directory.Offer, *matching.Options)
		points int64
		text   string
	}{
		{"a point for a minute", matching.TermTravel, func(_ *directory.Offer, o *matching.Options) { o.Travel = byBus }, 14, "14 min by bus"},
		{"a point for each whole 200 m where no journey is known", matching.TermTravel, func(*directory.Offer, *matching.Options) {}, 22, "4.5 km"},
		{"an unknown distance is not none", matching.TermTravel, func(f *directory.Offer, _ *matching.Options) { f.Point = geo.Point{} }, 30, "unknown distance"},
		{"who is fetched travels for nothing", matching.TermTravel, func(f *directory.Offer, _ *matching.Options) {
			f.Access = directory.Truths[directory.Access]{directory.Transport: sp.Yes}
		}, 0, "transport is provided"},
		{"a point for each whole 10 p", matching.TermCost, func(f *directory.Offer, _ *matching.Options) {
			f.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pence(89))}}}
		}, 8, "£0.89"},
		{"an unknown price is not none", matching.TermCost, func(f *directory.Offer, _ *matching.Options) { f.Cost = directory.Cost{} }, 30, "unknown cost"},
		{"a point for a day", matching.TermWait, func(f *directory.Offer, _ *matching.Options) { f.Capacity.WaitDays = sp.Know(1) }, 1, "1 day wait"},
		{"room is no wait", matching.TermWait, func(f *directory.Offer, _ *matching.Options) {
			f.Capacity.WaitDays, f.Capacity.Available = sp.Known[int]{}, sp.Know(1)
		}, 0, "0 days wait"},
		{"a wait that nobody states is what people have waited", matching.TermWait, func(f *directory.Offer, o *matching.Options) {
			f.Capacity = directory.Capacity{}
			o.Observed = map[directory.ID]directory.Observed{f.Service: {Begun: 5, WaitDays: sp.Know(12)}}
		}, 12, "12 days wait, as 5 people had"},
		{"two people do not make a wait", matching.TermWait, func(f *directory.Offer, o *matching.Options) {
			f.Capacity = directory.Capacity{}
			o.Observed = map[directory.ID]directory.Observed{f.Service: {Begun: 2, WaitDays: sp.Know(12)}}
		}, 28, "unknown wait"},
		{"a wait that is stated stands", matching.TermWait, func(f *directory.Offer, o *matching.Options) {
			f.Capacity.WaitDays = sp.Know(1)
			o.Observed = map[directory.ID]directory.Observed{f.Service: {Begun: 5, WaitDays: sp.Know(12)}}
		}, 1, "1 day wait"},
		{"nobody waits for a drop-in", matching.TermWait, func(f *directory.Offer, _ *matching.Options) {
			f.Capacity, f.DropIn = directory.Capacity{}, sp.Yes
		}, 0, "no wait, people drop in"},
		{"nobody begins before they are answered", matching.TermWait, func(f *directory.Offer, o *matching.Options) {
			f.Capacity = directory.Capacity{}
			o.Observed = map[directory.ID]directory.Observed{f.Service: {ReplyDays: sp.Know(9)}}
		}, 9, "9 days wait, as its answers take"},
		{"full is a wait until it may have passed", matching.TermWait, func(f *directory.Offer, o *matching.Options) {
			f.Capacity = directory.Capacity{}
			o.Observed = map[directory.ID]directory.Observed{f.Service: {FullInARow: 1, FullLast: today.Add(-8).In(time.UTC)}}
		}, 21, "21 days wait or more, since it said that it is full"},
		{"what is unknown counts as is usual", matching.TermWait, func(f *directory.Offer, o *matching.Options) {
			f.Capacity = directory.Capacity{}
			o.Usual = &matching.Usual{All: matching.Typical{WaitDays: sp.Know(11)}}
		}, 11, "unknown wait, counted as 11 days as is usual"},
		{"what is usual of its kind goes first", matching.TermCost, func(f *directory.Offer, o *matching.Options) {
			f.Cost, f.Format = directory.Cost{}, directory.Course
			o.Usual = &matching.Usual{All: matching.Typical{Price: sp.Know(int64(100))}, Kinds: map[directory.Format]matching.Typical{directory.Course: {Price: sp.Know(int64(350))}}}
		}, 35, "unknown cost, counted as is usual"},
		{"how often a service says yes", matching.TermAcceptance, func(f *directory.Offer, o *matching.Options) {
			o.Observed = map[directory.ID]directory.Observed{f.Service: {Asked: 20, Share: sp.Know(directory.ObservedShare{Value: 0.4, Lower: 0.219, Upper: 0.613})}}
		}, 12, "said yes to 40 % of 20 requests (22 to 61)"},
		{"or what is usual", matching.TermAcceptance, func(_ *directory.Offer, o *matching.Options) {
			o.Usual = &matching.Usual{All: matching.Typical{Accepted: sp.Know(75)}}
		}, 5, "unknown how often it says yes, counted as 75 % as is usual"},
		{"somebody lonely goes without company on a screen", matching.TermCompany, func(f *directory.Offer, o *matching.Options) {
			o.Needs = []needs.Code{needs.Loneliness}
			f.Format = directory.Advice
		}, 30, "little company"},
		{"an unknown wait is not none", matching.TermWait, func(f *directory.Offer, _ *matching.Options) { f.Capacity = directory.Capacity{} }, 28, "unknown wait"},
		{"a need that is left", matching.TermNeed, func(_ *directory.Offer, o *matching.Options) { o.Needs = two }, 60, "1 need not met"},
		{"needs that nobody knows about", matching.TermNeed, func(f *directory.Offer, o *matching.Options) { o.Needs, f.Topics = two, nil }, 60, "0 needs not met, 2 perhaps"},
		{"an entry grows old", matching.TermFreshness, func(f *directory.Offer, _ *matching.Options) { f.Freshness.Assured = today.Add(-59) }, 1, "entry assured 59 days ago"},
		{"but not without end", matching.TermFreshness, func(f *directory.Offer, _ *matching.Options) { f.Freshness.Assured = today.Add(-5000) }, 12, "entry assured 5000 days ago"},
		{"an entry of unknown age", matching.TermFreshness, func(f *directory.Offer, _ *matching.Options) { f.Freshness = directory.Freshness{} }, 6, "entry of unknown age"},
		{"each open question", matching.TermUnknown, func(f *directory.Offer, _ *matching.Options) { f.Access, f.Languages = nil, nil }, 6, "2 open questions"},
		{"a familiar face", matching.TermContinuity, func(_ *directory.Offer, o *matching.Options) { o.Continuity = []directory.ID{"bay/O-1"} }, -20, "a familiar organisation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, o, options := profile(), offer("bay/S-1", "Choir"), matching.Options{}
			p.Transport.Minutes = sp.Known[int]{}
			c.set(&o, &options)
			proposals := matching.Rank(p, []directory.Offer{o}, options)
			require.Len(t, proposals, 1)
			for _, term := range proposals[0].Terms {
				if term.Kind == c.kind {
					require.Equal(t, c.points, term.Points)
					require.Equal(t, c.text, term.Text)
					return
				}
			}
			require.Fail(t, "no such term", "%v", proposals[0].Terms)
		})
	}
}

func TestAModeThatNobodyIsSureOfSavesNoJourney(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	p.Modes = map[directory.Mode]sp.Truth{directory.InPerson: sp.No, directory.HomeVisit: sp.Yes}
	o.Delivery = nil
	proposals := matching.Rank(p, []directory.Offer{o}, matching.Options{Travel: byBus})
	require.Len(t, proposals, 1)
	require.Equal(t, directory.HomeVisit, proposals[0].Mode)
	require.Equal(t, "unknown travel, perhaps in people's homes (30 points)", proposals[0].Terms[0].String())

	o.Delivery = directory.Truths[directory.Mode]{directory.HomeVisit: sp.Yes}
	proposals = matching.Rank(p, []directory.Offer{o}, matching.Options{Travel: byBus})
	require.Len(t, proposals, 1)
	require.Equal(t, "no travel, in people's homes (0 points)", proposals[0].Terms[0].String())
}

func TestRankNeitherChangesNorPrintsAProfile(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	matching.Rank(p, []directory.Offer{o}, matching.Options{})
	require.Equal(t, profile().Access, p.Access)
	o.Eligibility.Ages.Before = sp.Know(directory.Years(60))
	text := matching.Judge(p, o, matching.Options{}).String()
	require.NotContains(t, text, "67")
	require.NotContains(t, text, "LA4 5")
}

func TestWeightsWithoutMeasureDoNotOverflow(t *testing.T) {
	heavy := matching.Weight{Points: math.MaxInt64, Unknown: math.MaxInt64}
	weights := matching.Weights{Version: "heavy", Travel: heavy, Distance: heavy, Cost: heavy, Wait: heavy, Need: heavy, Freshness: heavy, Unknown: heavy, Continuity: heavy}
	proposals := matching.Rank(person.Profile{}, []directory.Offer{{ID: "bay/1"}}, matching.Options{Weights: weights, Needs: []needs.Code{needs.Debt}})
	require.Len(t, proposals, 1)
	var sum int64
	for _, term := range proposals[0].Terms {
		require.Positive(t, term.Points, term)
		sum += term.Points
	}
	require.Equal(t, sum, proposals[0].Score)
}

func TestAProposalThatWasStoredWithFewerWaysHasItsQuestions(t *testing.T) {
	ways := matching.Verdict{Rule: matching.Way, Truth: sp.Unknown, Parts: []matching.Verdict{{Rule: matching.InPerson, Truth: sp.Unknown}}}
	for _, mode := range []directory.Mode{directory.InPerson, directory.Online, directory.Telephone, directory.HomeVisit} {
		questions := matching.Proposal{Mode: mode, Verdict: matching.Verdict{Parts: []matching.Verdict{ways}}}.Questions()
		require.LessOrEqual(t, len(questions), 1)
	}
}
