package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

var (
	now     = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	prom    = geo.Point{Lat: 54.0689, Lon: -2.8741}
	grief   = sp.Code{System: "https://example.org/needs", Code: "grief"}
	foreign = sp.Code{System: "bay-topics", Code: "lunch"}
)

// offer returns an offer of which everything is unknown but what f sets.
func offer(f func(*directory.Offer)) directory.Offer {
	o := directory.Offer{ID: "bay/o", Service: "bay/o", Name: "Offer"}
	f(&o)
	return o
}

func TestEachPartOfAQueryIsYesNoOrUnknown(t *testing.T) {
	type o = *directory.Offer
	for _, tt := range []struct {
		part        string
		query       directory.Query
		yes, no     func(o)
		unknownness func(o) // beside an offer that states nothing
	}{
		{
			part: "within", query: directory.Query{Near: prom, Within: 2 * geo.Kilometre},
			yes: func(x o) { x.Point = geo.Point{Lat: 54.07, Lon: -2.87} }, no: func(x o) { x.Point = geo.Point{Lat: 54.2, Lon: -2.87} },
		},
		{
			part: "topics", query: directory.Query{Topics: [][]sp.Code{{loneliness, grief}}},
			yes: func(x o) { x.Topics = []sp.Code{foreign, grief} }, no: func(x o) { x.Topics = []sp.Code{{System: grief.System, Code: "debt"}} },
			unknownness: func(x o) { x.Topics = []sp.Code{foreign} },
		},
		{
			part: "text", query: directory.Query{Text: "LONG tea"},
			yes: func(x o) { x.Name, x.Description = "The Long Table", "Tea and toast" }, no: func(x o) { x.Name = "The Long Table" },
		},
		{
			part: "age", query: directory.Query{Age: sp.Know(directory.Years(58))},
			yes: func(x o) { x.Eligibility.Ages.From = sp.Know(directory.Years(50)) }, no: func(x o) { x.Eligibility.Ages.From = sp.Know(directory.Years(60)) },
		},
		{
			part: "groups", query: directory.Query{Groups: directory.Truths[directory.Group]{directory.Men: sp.No}},
			yes: func(x o) { x.Eligibility.Restricted = sp.No },
			no: func(x o) {
				x.Eligibility = directory.Eligibility{Restricted: sp.Yes, Groups: []directory.Group{directory.Men}}
			},
		},
		{
			part: "free", query: directory.Query{Free: true, At: now},
			yes: func(x o) { x.Cost.Charge = directory.Free }, no: func(x o) { x.Cost.Charge = directory.Paid },
		},
		{
			part: "maxcost", query: directory.Query{MaxCost: sp.Pounds(5), At: now},
			yes: func(x o) { x.Cost.Prices = []directory.Price{{Amount: sp.Know(sp.Pounds(5))}} },
			no:  func(x o) { x.Cost.Prices = []directory.Price{{Amount: sp.Know(sp.Pounds(6))}} },
		},
		{
			part: "delivery", query: directory.Query{Delivery: []directory.Mode{directory.Online, directory.Telephone}},
			yes: func(x o) { x.Delivery = directory.Truths[directory.Mode]{directory.Telephone: sp.Yes} },
			no: func(x o) {
				x.Delivery = directory.Truths[directory.Mode]{directory.Telephone: sp.No, directory.Online: sp.No}
			},
			unknownness: func(x o) { x.Delivery = directory.Truths[directory.Mode]{directory.InPerson: sp.Yes} },
		},
		{
			part: "languages", query: directory.Query{Languages: []directory.Language{"pl"}},
			yes: func(x o) { x.Languages = directory.Truths[directory.Language]{"pl": sp.Yes} },
			no:  func(x o) { x.Languages = directory.Truths[directory.Language]{"pl": sp.No} },
		},
		{
			part: "access", query: directory.Query{Access: []directory.Access{directory.StepFree, directory.HearingLoop}},
			yes: func(x o) {
				x.Access = directory.Truths[directory.Access]{directory.StepFree: sp.Yes, directory.HearingLoop: sp.Yes}
			},
			no:          func(x o) { x.Access = directory.Truths[directory.Access]{directory.StepFree: sp.No} },
			unknownness: func(x o) { x.Access = directory.Truths[directory.Access]{directory.StepFree: sp.Yes} },
		},
		{
			part: "routes", query: directory.Query{Routes: []directory.Route{directory.SelfReferral}},
			yes: func(x o) { x.Routes = directory.Truths[directory.Route]{directory.SelfReferral: sp.Yes} },
			no:  func(x o) { x.Routes = directory.Truths[directory.Route]{directory.SelfReferral: sp.No} },
		},
		{
			part: "days", query: directory.Query{Days: []time.Weekday{time.Tuesday}, At: now},
			yes: func(x o) { x.Schedules = []directory.Schedule{{}, {Rule: rule(t, "FREQ=WEEKLY;BYDAY=TU")}} },
			no:  func(x o) { x.Schedules = []directory.Schedule{{Rule: rule(t, "FREQ=WEEKLY;BYDAY=MO")}} },
			unknownness: func(x o) {
				x.Schedules = []directory.Schedule{{Rule: rule(t, "FREQ=WEEKLY;BYDAY=MO")}, {Raw: "sometimes"}}
			},
		},
		{
			part: "home", query: directory.Query{Home: directory.Home{Postcode: "LA4 5"}},
			yes: func(x o) { x.Area.Postcodes = []string{"LA4"} }, no: func(x o) { x.Area.Postcodes = []string{"LA5"} },
		},
		{
			part: "maxage", query: directory.Query{MaxAge: 92, At: now},
			yes: func(x o) { x.Freshness.Assured = day("2026-08-23") }, no: func(x o) { x.Freshness.Assured = day("2026-08-22") },
			unknownness: func(x o) { x.Freshness.Modified = now },
		},
		{
			part: "room", query: directory.Query{Room: true, At: now},
			yes: func(x o) { x.Capacity = directory.Capacity{Available: sp.Know(1), Updated: now} },
			no:  func(x o) { x.Capacity = directory.Capacity{Available: sp.Know(0), Updated: now} },
			unknownness: func(x o) {
				x.Capacity = directory.Capacity{Available: sp.Know(0), Updated: now.AddDate(0, -2, 0)}
			},
		},
		{
			part: "open", query: directory.Query{Open: true, At: now},
			yes: func(x o) { x.Status, x.FundedUntil = directory.Active, day("2026-11-23") },
			no:  func(x o) { x.Status, x.FundedUntil = directory.Active, day("2026-11-22") },
		},
		{
			part: "when", query: directory.Query{Dates: sp.Period{Start: day("2026-11-24"), End: day("2026-11-25")}},
			yes:         func(x o) { x.Schedules = []directory.Schedule{{Rule: rule(t, "FREQ=WEEKLY;BYDAY=TU")}} },
			no:          func(x o) { x.Schedules = []directory.Schedule{{Rule: rule(t, "FREQ=WEEKLY;BYDAY=MO")}} },
			unknownness: func(x o) { x.Schedules = []directory.Schedule{{Raw: "sometimes"}} },
		},
		{
			part: "named", query: directory.Query{Named: "sheds"},
			yes: func(x o) { x.Name = "Men's Shed" }, no: func(x o) { x.Name, x.Description = "Long Table", "in a shed" },
		},
		{
			part: "organisations", query: directory.Query{Organisations: []directory.ID{"bay/a"}},
			yes: func(x o) { x.Organisation = "bay/a" }, no: func(x o) { x.Organisation = "bay/b" },
		},
		{
			part: "without", query: directory.Query{Without: []directory.ID{"bay/a"}},
			yes: func(x o) { x.Organisation = "bay/b" }, no: func(x o) { x.Organisation = "bay/a" },
		},
	} {
		t.Run(tt.part, func(t *testing.T) {
			check := func(set func(o), want sp.Truth) {
				x := offer(set)
				require.Equal(t, []directory.Answer{{Part: tt.part, Truth: want}}, tt.query.Explain(x))
				require.Equal(t, want, tt.query.Fits(x))
				pass, strict := tt.query, tt.query
				strict.Unknown = directory.ExcludeUnknown
				index := directory.NewIndex([]directory.Offer{x})
				require.Equal(t, want != sp.No, index.Find(pass).Total == 1)
				require.Equal(t, want == sp.Yes, index.Find(strict).Total == 1)
			}
			check(tt.yes, sp.Yes)
			check(tt.no, sp.No)
			if tt.unknownness != nil {
				check(tt.unknownness, sp.Unknown)
			}
			if tt.part != "text" && tt.part != "named" { // every offer has a text
				check(func(o) {}, sp.Unknown)
			}
		})
	}
}

func TestTheEmptyQueryFindsEverythingInOrderOfID(t *testing.T) {
	offers := []directory.Offer{{ID: "b"}, {ID: "c"}, {ID: "a"}}
	result := directory.NewIndex(offers).Find(directory.Query{})
	require.Equal(t, 3, result.Total)
	require.Equal(t, []directory.ID{"a", "b", "c"}, ids(result))
	require.Equal(t, directory.ID("b"), offers[0].ID, "what was passed in is as it was")
	require.Zero(t, directory.NewIndex(nil).Find(directory.Query{}).Total)
}

func TestTheNearestComeFirstAndThoseWithoutAPlaceLast(t *testing.T) {
	at := func(id directory.ID, lat float64) directory.Offer {
		return directory.Offer{ID: id, Point: geo.Point{Lat: lat, Lon: -2.87}}
	}
	index := directory.NewIndex([]directory.Offer{{ID: "a"}, at("b", 54.3), at("d", 54.1), at("c", 54.1)})
	result := index.Find(directory.Query{Near: prom})
	require.Equal(t, []directory.ID{"c", "d", "b", "a"}, ids(result))
	require.True(t, result.Hits[3].Distance.IsZero())
	for i, lat := range []float64{54.1, 54.1, 54.3} {
		want, ok := prom.DistanceTo(geo.Point{Lat: lat, Lon: -2.87})
		require.True(t, ok)
		require.Equal(t, sp.Know(want), result.Hits[i].Distance)
	}
	require.Len(t, index.Find(directory.Query{Near: prom, Limit: 4}).Hits, 4)
	limited := index.Find(directory.Query{Near: prom, Limit: 2})
	require.Equal(t, []directory.ID{"c", "d"}, ids(limited))
	require.Equal(t, 4, limited.Total, "the total counts what the limit cuts off")
}

func ids(r directory.Result) []directory.ID {
	var found []directory.ID
	for _, o := range r.Offers() {
		found = append(found, o.ID)
	}
	return found
}

// drawOffers draws offers from a small world, so that queries often match.
func drawOffers(t *rapid.T) []directory.Offer {
	truth := rapid.SampledFrom([]sp.Truth{sp.Unknown, sp.Yes, sp.No})
	n := rapid.IntRange(0, 30).Draw(t, "offers")
	offers := make([]directory.Offer, n)
	for i := range offers {
		o := &offers[i]
		o.ID = directory.ID(fmt.Sprintf("bay/%02d", rapid.IntRange(0, 40).Draw(t, "id")))
		o.Organisation = rapid.SampledFrom([]directory.ID{"", "bay/a", "bay/b"}).Draw(t, "organisation")
		o.Name = rapid.SampledFrom([]string{"Long Table", "Men's Shed"}).Draw(t, "name")
		if rapid.Bool().Draw(t, "placed") {
			o.Point = geo.Point{Lat: 54 + float64(rapid.IntRange(0, 4).Draw(t, "lat"))/50, Lon: -2.87}
		}
		o.Access = directory.Truths[directory.Access]{directory.StepFree: truth.Draw(t, "stepFree")}
		o.Eligibility.Restricted = truth.Draw(t, "restricted")
		o.Cost.Charge = rapid.SampledFrom([]directory.Charge{"", directory.Free, directory.Paid}).Draw(t, "charge")
		o.Topics = rapid.SampledFrom([][]sp.Code{nil, {loneliness}, {grief}, {foreign}}).Draw(t, "topics")
	}
	return offers
}

func drawQuery(t *rapid.T) directory.Query {
	q := directory.Query{At: now, Unknown: rapid.SampledFrom([]directory.Policy{directory.PassUnknown, directory.ExcludeUnknown}).Draw(t, "policy")}
	q.Free = rapid.Bool().Draw(t, "free")
	q.Limit = rapid.IntRange(0, 5).Draw(t, "limit")
	if rapid.Bool().Draw(t, "near") {
		q.Near, q.Within = prom, geo.Distance(rapid.IntRange(0, 5).Draw(t, "within"))*geo.Kilometre
	}
	if rapid.Bool().Draw(t, "access") {
		q.Access = []directory.Access{directory.StepFree}
	}
	if rapid.Bool().Draw(t, "topics") {
		q.Topics = [][]sp.Code{{loneliness, grief}}
	}
	if rapid.Bool().Draw(t, "without") {
		q.Without = []directory.ID{"bay/a"}
	}
	if rapid.Bool().Draw(t, "text") {
		q.Text = "table"
	}
	return q
}

func TestFindIsWhatItsExplanationsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offers, q := drawOffers(t), drawQuery(t)
		result := directory.NewIndex(offers).Find(q)
		want := 0
		for _, o := range offers {
			fits := sp.Yes
			for _, a := range q.Explain(o) {
				fits = fits.And(a.Truth)
			}
			if fits == sp.Yes || fits == sp.Unknown && q.Unknown == directory.PassUnknown {
				want++
			}
		}
		require.Equal(t, want, result.Total)
		if q.Limit == 0 {
			require.Len(t, result.Hits, result.Total)
		} else {
			require.Len(t, result.Hits, min(q.Limit, result.Total))
		}
	})
}

func TestTheOrderOfInputAndIrrelevantOffersChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offers, q := drawOffers(t), drawQuery(t)
		slices.SortFunc(offers, func(a, b directory.Offer) int { return strings.Compare(string(a.ID), string(b.ID)) })
		offers = slices.CompactFunc(offers, func(a, b directory.Offer) bool { return a.ID == b.ID })
		want := directory.NewIndex(offers).Find(q)
		shuffled := rapid.Permutation(offers).Draw(t, "shuffled")
		require.Empty(t, cmp.Diff(want, directory.NewIndex(shuffled).Find(q)))
		q.Without = append(q.Without, "bay/irrelevant")
		want = directory.NewIndex(offers).Find(q)
		more := append(shuffled, directory.Offer{ID: "bay/00x", Organisation: "bay/irrelevant", Name: "Table", Point: prom})
		require.Empty(t, cmp.Diff(want, directory.NewIndex(more).Find(q)))
	})
}

func TestAStricterPolicyFindsNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		index, q := directory.NewIndex(drawOffers(t)), drawQuery(t)
		q.Limit, q.Unknown = 0, directory.ExcludeUnknown
		strict := index.Find(q)
		q.Unknown = directory.PassUnknown
		loose := ids(index.Find(q))
		for _, id := range ids(strict) {
			require.Contains(t, loose, id)
		}
	})
}

func TestOffersResolveWhatVenueServiceAndPlaceState(t *testing.T) {
	hours := func(raw string) []directory.Schedule { return []directory.Schedule{{Raw: raw}} }
	service := directory.Service{ID: "bay/s", Organisation: "bay/o", Name: "Table"}
	service.Schedules = hours("service")
	service.Area = directory.ServiceArea{Postcodes: []string{"LA4"}}
	service.Access = directory.Truths[directory.Access]{directory.HearingLoop: sp.Unknown, directory.StepFree: sp.No}
	c := directory.Catalogue{
		Organisations: []directory.Organisation{{ID: "bay/o", Name: "Tidewell"}},
		Services:      []directory.Service{service, {ID: "bay/alone", Name: "Calls"}},
		Places: []directory.Place{
			{ID: "bay/p", Address: directory.Address{Lines: []string{"12 Samphire Road"}}, Point: prom, Schedules: hours("place"), Access: directory.Truths[directory.Access]{directory.HearingLoop: sp.Yes, directory.StepFree: sp.Yes}},
		},
		Venues: []directory.Venue{
			{ID: "bay/s@p", Service: "bay/s", Place: "bay/p", Schedules: hours("venue"), Area: directory.ServiceArea{Text: "here"}},
			{ID: "bay/s@gone", Service: "bay/s", Place: "bay/gone"},
			{ID: "bay/nothing@p", Service: "bay/nothing", Place: "bay/p"},
		},
	}
	offers := c.Offers()
	require.Len(t, offers, 3)
	require.Equal(t, directory.ID("bay/s@p"), offers[0].ID)
	require.Equal(t, "Tidewell", offers[0].Provider)
	require.Equal(t, "12 Samphire Road", offers[0].Where)
	require.Equal(t, prom, offers[0].Point)
	require.Equal(t, hours("venue"), offers[0].Schedules, "the venue goes before the service")
	require.Equal(t, "here", offers[0].Area.Text)
	require.Equal(t, directory.Truths[directory.Access]{directory.HearingLoop: sp.Yes, directory.StepFree: sp.No}, offers[0].Access, "the place completes the service and does not overrule it")
	require.Equal(t, directory.ID("bay/s@gone"), offers[1].ID)
	require.Equal(t, hours("service"), offers[1].Schedules)
	require.True(t, offers[1].Point.IsZero(), "a missing place is unknown")
	require.Equal(t, service.Area, offers[1].Area, "the venue states none of its own")
	require.Equal(t, directory.ID("bay/alone"), offers[2].ID)
	require.Equal(t, []directory.ID{"bay/s", "bay/s", "bay/alone"}, []directory.ID{offers[0].Service, offers[1].Service, offers[2].Service})
	require.Equal(t, []directory.ID{"bay/o", "bay/p"}, []directory.ID{offers[0].Organisation, offers[0].Place})
	require.Equal(t, sp.Unknown, service.Access[directory.HearingLoop], "the service is as it was")

	c.Venues[0].Schedules = nil
	require.Equal(t, hours("service"), c.Offers()[0].Schedules, "and the service before the place")
	c.Services[0].Schedules, c.Places[0].Name = nil, "The Hall"
	require.Equal(t, hours("place"), c.Offers()[0].Schedules, "of which nothing else is known")
	require.Equal(t, "The Hall", c.Offers()[0].Where)

	c.Places[0].Kind = directory.Postal
	require.True(t, c.Offers()[0].Point.IsZero(), "nobody goes to a letter box")
}

func TestTheOffersThatATextFitsBestComeFirst(t *testing.T) {
	at := func(id directory.ID, name, about string, lat float64) directory.Offer {
		return directory.Offer{ID: id, Name: name, Description: about, Point: geo.Point{Lat: lat, Lon: prom.Lon}}
	}
	x := directory.NewIndex([]directory.Offer{
		at("far", "Community garden", "", prom.Lat+0.2), at("near", "Cafe", "Beside the community garden", prom.Lat), at("half", "Garden tools", "For the community", prom.Lat+0.1),
		{ID: "nowhere", Name: "Community Gardens online"},
	})
	q := directory.Query{Near: prom, Text: "community gardens"}
	require.Equal(t, []directory.ID{"near", "half", "far", "nowhere"}, ids(x.Find(q)), "the nearest first")
	q.BestFirst = true
	require.Equal(t, []directory.ID{"nowhere", "far", "half", "near"}, ids(x.Find(q)))
	q.Text = "communitty"
	require.Equal(t, []directory.ID{"far", "nowhere", "near", "half"}, ids(x.Find(q)), "also with a slip")
	q.Text = ""
	require.Equal(t, []directory.ID{"near", "half", "far", "nowhere"}, ids(x.Find(q)), "without words nothing changes")
}
