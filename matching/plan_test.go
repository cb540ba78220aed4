package matching_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
)

// lunch helps with loneliness and food, bank and choir with one of them each.
func tables() (lunch, bank, choir directory.Offer) {
	lunch, bank, choir = offer("bay/S-1", "Lunch club"), offer("bay/S-2", "Food bank"), offer("bay/S-3", "Choir")
	lunch.Topics = []sp.Code{needs.Loneliness.Concept(), needs.Food.Concept()}
	bank.Topics = []sp.Code{needs.Food.Concept()}
	return lunch, bank, choir
}

var both = matching.Options{Needs: []needs.Code{needs.Loneliness, needs.Food}, Travel: byBus}

// One outing meets two needs; and what comes next if the person would rather not.
func ExampleMakePlan() {
	lunch, bank, choir := tables()
	o := matching.PlanOptions{Ask: both}
	plan, err := matching.MakePlan(profile(), []directory.Offer{lunch, bank, choir}, o)
	fmt.Println(plan, err)
	o.Ask.Without = []directory.ID{"bay/S-1"} // declined
	plan, err = matching.MakePlan(profile(), []directory.Offer{lunch, bank, choir}, o)
	fmt.Println(plan, err)
	// Output:
	// 1. for food, loneliness: Lunch club: 14 min by bus, free, 21 days wait, entry assured 60 days ago
	// going to each once costs nothing <nil>
	// 1. for food: Food bank: 14 min by bus, free, 21 days wait, entry assured 60 days ago
	// 2. for loneliness: Choir: 14 min by bus, free, 21 days wait, entry assured 60 days ago
	// going to each once costs nothing <nil>
}

func TestMakePlanUsesWhatMakesAnOfferFit(t *testing.T) {
	lunch, _, _ := tables()
	fee := func(o *directory.Offer, p sp.Money) {
		o.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(p)}}}
	}
	for _, c := range []struct {
		name    string
		set     func(*directory.Offer, *matching.PlanOptions)
		alone   sp.Truth
		support matching.SupportKind
		cost    sp.Money
	}{
		{"a voucher for what costs too much", func(o *directory.Offer, p *matching.PlanOptions) {
			fee(o, sp.Pounds(7))
			p.Supports = []matching.Support{{Name: "v", Kind: matching.Voucher, Left: 1, Worth: sp.Pounds(4)}}
		}, sp.Unknown, matching.Voucher, sp.Pounds(3)},
		{"a lift to what is too far", func(o *directory.Offer, p *matching.PlanOptions) {
			o.Point = geo.Point{Lat: 54.3, Lon: -2.8}
			p.Supports = []matching.Support{{Name: "car", Kind: matching.Lift, Left: 1, Offer: "bay/S-9"}}
		}, sp.Unknown, matching.Lift, sp.Money{}},
		{"somebody who comes along", func(_ *directory.Offer, p *matching.PlanOptions) {
			p.Ask.Unknown = directory.ExcludeUnknown
			p.Supports = []matching.Support{{Name: "vol-1", Kind: matching.Escort, Left: 1}}
		}, sp.No, matching.Escort, sp.Money{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, o, options := profile(), lunch, matching.PlanOptions{Ask: both}
			p.Transport.Alone = c.alone
			c.set(&o, &options)
			plan, err := matching.MakePlan(p, []directory.Offer{o}, options)
			require.NoError(t, err)
			require.Len(t, plan.Steps, 1)
			require.Len(t, plan.Steps[0].Supports, 1)
			require.Equal(t, c.support, plan.Steps[0].Supports[0].Kind)
			require.Equal(t, c.cost.Minor(), plan.Cost.Minor())
			require.Empty(t, plan.Unmet)

			options.Supports[0].Left = 0
			plan, err = matching.MakePlan(p, []directory.Offer{o}, options)
			require.NoError(t, err)
			require.Empty(t, plan.Steps, "none is left")
			require.Equal(t, []needs.Code{needs.Food, needs.Loneliness}, plan.Unmet)
		})
	}
}

// Transport that the directory offers makes a joint offer with what is too far away.
func TestMakePlanFindsTransportByItself(t *testing.T) {
	lunch, _, _ := tables()
	lunch.Point = geo.Point{Lat: 54.3, Lon: -2.8}
	fee := func(o *directory.Offer, p sp.Money) {
		o.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(p)}}}
	}
	cars := offer("bay/S-9", "Bay Cars")
	cars.Topics, cars.Eligibility.Ages = []sp.Code{needs.Transport.Concept()}, directory.Ages{}
	fee(&cars, sp.Pounds(3))
	plan, err := matching.MakePlan(profile(), []directory.Offer{lunch, cars}, matching.PlanOptions{Ask: both})
	require.NoError(t, err)
	require.Len(t, plan.Steps, 1)
	require.Equal(t, directory.ID("bay/S-9"), plan.Steps[0].Supports[0].Offer)
	require.Equal(t, sp.Pounds(3), plan.Cost)
	require.Contains(t, plan.String(), "; with a lift by Bay Cars; ask Bay Cars whether it takes people of that age\n")

	for name, change := range map[string]func(){
		"cars that take other people": func() { cars.Eligibility.Ages.Before = sp.Know(directory.Years(60)) },
		"a fare beside the price that is more than they can pay": func() {
			cars.Eligibility.Ages = directory.Ages{}
			fee(&lunch, sp.Pounds(4))
		},
	} {
		change()
		plan, err = matching.MakePlan(profile(), []directory.Offer{lunch, cars}, matching.PlanOptions{Ask: both})
		require.NoError(t, err)
		require.Empty(t, plan.Steps, name)
	}
}

func TestMakePlanTakesAVoucherBesideALift(t *testing.T) {
	lunch, _, _ := tables()
	lunch.Point = geo.Point{Lat: 54.3, Lon: -2.8}
	lunch.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(7))}}}
	o := matching.PlanOptions{Ask: both, Supports: []matching.Support{
		{Name: "v", Kind: matching.Voucher, Left: 1, Worth: sp.Pounds(4)}, {Name: "car", Kind: matching.Lift, Left: 1},
	}}
	plan, err := matching.MakePlan(profile(), []directory.Offer{lunch}, o)
	require.NoError(t, err)
	require.Len(t, plan.Steps, 1)
	require.Equal(t, o.Supports, plan.Steps[0].Supports)
	require.Equal(t, sp.Pounds(3), plan.Cost)
	require.Contains(t, plan.String(), "; with a voucher; with a lift\n")
	lunch.Point = home
	plan, err = matching.MakePlan(profile(), []directory.Offer{lunch}, o)
	require.NoError(t, err)
	require.Len(t, plan.Steps[0].Supports, 1, "what is near needs no lift")
}

func TestMakePlanStaysUnderTheCeilingAndSaysWhatIsUnmet(t *testing.T) {
	_, bank, choir := tables()
	choir.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(2))}}}
	bank.Cost = choir.Cost
	o := matching.PlanOptions{Ask: both, Ceiling: sp.Know(sp.Pounds(4))}
	plan, err := matching.MakePlan(profile(), []directory.Offer{bank, choir}, o)
	require.NoError(t, err)
	require.Len(t, plan.Steps, 2)
	require.Equal(t, sp.Pounds(4), plan.Cost)
	o.Ceiling = sp.Know(sp.Pounds(3))
	plan, err = matching.MakePlan(profile(), []directory.Offer{bank, choir}, o)
	require.NoError(t, err)
	require.Equal(t, []needs.Code{needs.Loneliness}, plan.Unmet, "food comes first")
	require.Contains(t, plan.String(), "nothing for loneliness")
	choir.Cost = directory.Cost{}
	plan, err = matching.MakePlan(profile(), []directory.Offer{bank, choir}, o)
	require.NoError(t, err)
	require.True(t, plan.Unpriced)
	require.Contains(t, plan.String(), "going to each once costs £2.00, and what is not stated")
}

func TestMakePlanNamesWhatComesNextIfAStepIsDeclined(t *testing.T) {
	lunch, bank, choir := tables()
	far := lunch
	far.ID, far.Name, far.Point = "bay/S-7", "Far lunch", geo.Point{Lat: 54.03, Lon: -2.80}
	plan, err := matching.MakePlan(profile(), []directory.Offer{lunch, bank, choir, far}, matching.PlanOptions{Ask: both})
	require.NoError(t, err)
	require.Len(t, plan.Steps, 1)
	require.Equal(t, directory.ID("bay/S-1"), plan.Steps[0].Proposal.Offer.ID)
	require.Equal(t, []directory.ID{"bay/S-7"}, ids(plan.Steps[0].Next))
}

func TestMakePlanSaysWhatCannotBeMeant(t *testing.T) {
	for name, o := range map[string]matching.PlanOptions{
		"no need":                        {},
		"nine needs":                     {Ask: matching.Options{Needs: make([]needs.Code, 9)}},
		"a support of no kind":           {Ask: both, Supports: []matching.Support{{Name: "x"}}},
		"less than none left":            {Ask: both, Supports: []matching.Support{{Kind: matching.Lift, Left: -1}}},
		"a bonus":                        {Ask: both, Supports: []matching.Support{{Kind: matching.Lift, Points: -1}}},
		"a voucher of less than nothing": {Ask: both, Supports: []matching.Support{{Kind: matching.Voucher, Worth: sp.Pence(-1)}}},
		"a width below none":             {Ask: both, Width: -1},
		"a limit below none":             {Ask: matching.Options{Needs: both.Needs, MaxAge: -1}},
	} {
		_, err := matching.MakePlan(profile(), nil, o)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	plan, err := matching.MakePlan(profile(), nil, matching.PlanOptions{Ask: both})
	require.NoError(t, err)
	require.Equal(t, []needs.Code{needs.Food, needs.Loneliness}, plan.Unmet, "an empty directory has nothing")
}

// Among few offers no choice of any of them has fewer points than the plan.
func TestMakePlanIsTheBestOfAllChoices(t *testing.T) {
	wanted := []needs.Code{needs.Debt, needs.Grief, needs.Loneliness}
	rapid.Check(t, func(t *rapid.T) {
		var offers []directory.Offer
		for i := range rapid.IntRange(0, 5).Draw(t, "offers") {
			o := offer(directory.ID(fmt.Sprintf("bay/S-%d", i)), "Choir")
			o.Topics, o.Capacity.WaitDays = nil, sp.Know(rapid.IntRange(0, 90).Draw(t, "wait"))
			for _, n := range wanted {
				if rapid.Bool().Draw(t, "helps") {
					o.Topics = append(o.Topics, n.Concept())
				}
			}
			o.Topics = append(o.Topics, needs.Food.Concept()) // so that it says what it helps with
			offers = append(offers, o)
		}
		options := matching.Options{Needs: wanted, Travel: byBus, Weights: matching.Weights{Version: "t", Wait: matching.Weight{Points: 1}, Need: matching.Weight{Points: 60}}}
		plan, err := matching.MakePlan(profile(), offers, matching.PlanOptions{Ask: options})
		require.NoError(t, err)
		best := int64(1 << 40)
		for chosen := range 1 << len(offers) {
			met, points := map[needs.Code]bool{}, int64(0)
			for i := range offers {
				if chosen>>i&1 == 0 {
					continue
				}
				points += int64(offers[i].Capacity.WaitDays.Or(0))
				for _, n := range wanted {
					for _, topic := range offers[i].Topics {
						met[n] = met[n] || topic.Is(n.Concept())
					}
				}
			}
			for _, n := range wanted {
				if !met[n] {
					points += 60
				}
			}
			best = min(best, points)
		}
		require.Equal(t, best, plan.Points)
	})
}

// Of 88 offers for eight needs there are more choices than anybody could go through: those
// that cannot be the best are left alone.
func TestMakePlanFindsTheBestOfManyOffersForEightNeeds(t *testing.T) {
	wanted := []needs.Code{needs.Loneliness, needs.Food, needs.Housing, needs.Debt, needs.Grief, "energy", "home-conditions", "safety"}
	var offers []directory.Offer
	add := func(wait int, helps ...needs.Code) {
		o := offer(directory.ID(fmt.Sprintf("bay/S-%d", len(offers))), "Choir")
		o.Topics, o.Capacity.WaitDays = nil, sp.Know(wait)
		for _, n := range helps {
			o.Topics = append(o.Topics, n.Concept())
		}
		offers = append(offers, o)
	}
	for i, n := range wanted {
		for k := range 10 {
			add(10+k, n)
		}
		add(15, n, wanted[(i+1)%len(wanted)])
	}
	options := matching.Options{Needs: wanted, Travel: byBus, Weights: matching.Weights{Version: "t", Wait: matching.Weight{Points: 1}, Need: matching.Weight{Points: 60}}}
	plan, err := matching.MakePlan(profile(), offers, matching.PlanOptions{Ask: options})
	require.NoError(t, err)
	require.Len(t, plan.Steps, 4, "each of them helps with two needs")
	require.Equal(t, int64(4*15), plan.Points)
	require.Empty(t, plan.Unmet)
}

// Whether a choice hangs on the weights is said, not left to be guessed.
func ExampleSensitivity() {
	near, quick := offer("bay/S-1", "Walk"), offer("bay/S-2", "Choir")
	near.Point = home
	quick.Capacity.WaitDays = sp.Know(12)
	for _, s := range matching.Sensitivity(profile(), []directory.Offer{near, quick}, matching.Options{Travel: byBus}) {
		if s.Kind == matching.TermTravel || s.Kind == matching.TermWait {
			fmt.Println(s)
		}
	}
	// Output:
	// if travel counted double, Walk would still be first
	// if travel counted half, Choir would be first
	// if wait counted double, Choir would be first
	// if wait counted half, Walk would still be first
}

// What people read names its order, and no points.
func ExampleList() {
	walk := offer("bay/S-2", "Walking group")
	walk.Point, walk.Languages, walk.FundedUntil = home, nil, today.Add(30)
	fmt.Println(matching.List(matching.Rank(profile(), []directory.Offer{offer("bay/S-1", "Choir"), walk}, matching.Options{Travel: byBus, CourseDays: 84})))
	fmt.Println(matching.List(nil))
	// Output:
	// nearest to what was asked first
	// 1. Walking group: 3 min by bus, free, 21 days wait, entry assured 60 days ago; note that it is funded until 2026-12-23, and help would last until 2027-02-15; ask whether it can speak with them
	// 2. Choir: 14 min by bus, free, 21 days wait, entry assured 60 days ago
	// nothing fits
}

func TestSensitivityOfNothingIsNothing(t *testing.T) {
	require.Empty(t, matching.Sensitivity(profile(), nil, matching.Options{}))
}
