package directory_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

func years(s string) *decimal.Decimal {
	if s == "" {
		return nil
	}
	d := decimal.RequireFromString(s)
	return &d
}

func TestAges(t *testing.T) {
	for _, tt := range []struct {
		name             string
		youngest, oldest string
		age              directory.Months
		want             sp.Truth
		text             string
	}{
		{"a stated minimum leaves the other end open", "18", "", directory.Years(90), sp.Yes, "18 and over"},
		{"a month before the minimum is too young", "18", "", directory.Years(18) - 1, sp.No, "18 and over"},
		{"somebody of 25 and eleven months is 25", "11", "25", directory.Years(26) - 1, sp.Yes, "11 to 25"},
		{"the 26th birthday is past 25", "11", "25", directory.Years(26), sp.No, "11 to 25"},
		{"a minimum of nought is stated", "0", "4", 0, sp.Yes, "under 5"},
		{"half years count in months", "2.5", "17.5", 30, sp.Yes, "2.5 to 17.5"},
		{"and end with their month", "2.5", "17.5", 211, sp.No, "2.5 to 17.5"},
		{"a third of a year is rounded to the month after", "0.3", "", 3, sp.No, "4 months and over"},
		{"an age of one month with a fraction is that month", "5.3", "5.3", 63, sp.Yes, "63 months to 63 months"},
		{"and no other", "5.3", "5.3", 64, sp.No, "63 months to 63 months"},
		{"as are two within one", "5.26", "5.32", 63, sp.Yes, "63 months to 63 months"},
		{"an age of one whole year is that year", "5", "5", 71, sp.Yes, "5 to 5"},
		{"all ages", "0", "", directory.Years(40), sp.Yes, "all ages"},
		{"what is not stated is unknown", "", "", directory.Years(40), sp.Unknown, "unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ages, err := directory.NewAges(years(tt.youngest), years(tt.oldest))
			require.NoError(t, err)
			require.Equal(t, tt.want, ages.Include(tt.age))
			require.Equal(t, tt.text, ages.String())
		})
	}
	for _, bad := range [][2]string{{"-1", ""}, {"", "151"}, {"30", "20"}, {"1e30", ""}} {
		_, err := directory.NewAges(years(bad[0]), years(bad[1]))
		require.ErrorIs(t, err, sp.ErrInvalid, bad)
	}
}

func TestARangeOfAgesIsForSomebody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ages := rapid.SliceOfN(rapid.IntRange(0, 15000), 2, 2).Draw(t, "hundredths")
		youngest, oldest := decimal.New(int64(min(ages[0], ages[1])), -2), decimal.New(int64(max(ages[0], ages[1])), -2)
		a, err := directory.NewAges(&youngest, &oldest)
		require.NoError(t, err)
		from, _ := a.From.Lookup()
		require.Equal(t, sp.Yes, a.Include(from), "from %s to %s is %s", youngest, oldest, a)
	})
}

func TestLanguagesAreTheSameInAnyCase(t *testing.T) {
	f := directory.Facts{Languages: directory.Truths[directory.Language]{"en": sp.Yes, "PL": sp.No, "cy": sp.Unknown}}
	for language, want := range map[directory.Language]sp.Truth{"en": sp.Yes, "EN": sp.Yes, "pl": sp.No, "cy": sp.Unknown, "ur": sp.Unknown} {
		require.Equal(t, want, f.Speaks(language), language)
		q := directory.Query{Languages: []directory.Language{language}}
		require.Equal(t, want, q.Fits(directory.Offer{Facts: f}), "%s, in a search", language)
	}
	require.Equal(t, sp.Unknown, f.Speaks("pl", "ur"))
}

func TestFactsAreOverWhenEveryScheduleHasEnded(t *testing.T) {
	until := sp.NewDate(2025, 6, 30)
	over, open := directory.Schedule{Until: until}, directory.Schedule{}
	for name, tt := range map[string]struct {
		schedules []directory.Schedule
		on        sp.Date
		want      bool
	}{
		"a course of last summer":    {[]directory.Schedule{over}, until + 1, true},
		"on its last day":            {[]directory.Schedule{over}, until, false},
		"on a day that nobody knows": {[]directory.Schedule{over}, 0, false},
		"without a schedule":         {nil, until + 1, false},
		"with another that goes on":  {[]directory.Schedule{over, open}, until + 1, false},
	} {
		f := directory.Facts{Status: directory.Active, Schedules: tt.schedules}
		require.Equal(t, tt.want, f.Over(tt.on), name)
		q := directory.Query{Open: true}
		if tt.on > 0 {
			q.At = tt.on.In(time.UTC)
		}
		require.Equal(t, sp.TruthOf(!tt.want), q.Fits(directory.Offer{Facts: f}), name)
	}
}

func TestEligibilityAdmits(t *testing.T) {
	woman := directory.Truths[directory.Group]{directory.Women: sp.Yes, directory.Men: sp.No}
	women, men := []directory.Group{directory.Women}, []directory.Group{directory.Men}
	for _, tt := range []struct {
		name string
		e    directory.Eligibility
		want sp.Truth
	}{
		{"nothing stated is unknown", directory.Eligibility{}, sp.Unknown},
		{"anybody means anybody", directory.Eligibility{Restricted: sp.No, Groups: men}, sp.Yes},
		{"a member is admitted", directory.Eligibility{Restricted: sp.Yes, Groups: women}, sp.Yes},
		{"others are not", directory.Eligibility{Restricted: sp.Yes, Groups: men}, sp.No},
		{"one group is enough", directory.Eligibility{Restricted: sp.Yes, Groups: []directory.Group{directory.Men, directory.Women}}, sp.Yes},
		{"not knowing whether somebody belongs is unknown", directory.Eligibility{Restricted: sp.Yes, Groups: []directory.Group{directory.Carers}}, sp.Unknown},
		{"a restriction to nobody knows whom is unknown", directory.Eligibility{Restricted: sp.Yes}, sp.Unknown},
		{"a group named without a restriction admits its members", directory.Eligibility{Groups: women}, sp.Yes},
		{"and leaves others unknown", directory.Eligibility{Groups: men}, sp.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.e.Admits(woman)) })
	}
}

func TestCostWithin(t *testing.T) {
	price := func(pounds int64) directory.Price { return directory.Price{Amount: sp.Know(sp.Pounds(pounds))} }
	paid := func(prices ...directory.Price) directory.Cost {
		return directory.Cost{Charge: directory.Paid, Prices: prices}
	}
	old := price(1)
	old.Valid = sp.Period{End: day("2026-01-01")}
	for _, tt := range []struct {
		name  string
		cost  directory.Cost
		limit sp.Money
		want  sp.Truth
	}{
		{"no cost row is not free", directory.Cost{}, sp.Money{}, sp.Unknown},
		{"free is free", directory.Cost{Charge: directory.Free}, sp.Money{}, sp.Yes},
		{"a donation need not be given", directory.Cost{Charge: directory.Donation}, sp.Money{}, sp.Yes},
		{"a price within the limit", paid(price(5)), sp.Pounds(5), sp.Yes},
		{"a price above it", paid(price(6)), sp.Pounds(5), sp.No},
		{"which of two prices applies is unknown", paid(price(3), price(6)), sp.Pounds(5), sp.Unknown},
		{"a price that is not stated is unknown", paid(price(3), directory.Price{}), sp.Pounds(5), sp.Unknown},
		{"another currency is unknown", paid(directory.Price{Amount: sp.Know(sp.NewMoney(300, sp.EUR))}), sp.Pounds(5), sp.Unknown},
		{"paid without a price is not free", paid(), sp.Money{}, sp.No},
		{"paid without a price may be within a limit", paid(), sp.Pounds(5), sp.Unknown},
		{"a price that has run out does not count", paid(old, price(6)), sp.Pounds(5), sp.No},
		{"an open list keeps charges it does not know", directory.Cost{Charge: "means-tested"}, sp.Pounds(5), sp.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.cost.Within(tt.limit, day("2026-11-23"))) })
	}
	least, ok := paid(price(6), price(3), directory.Price{}).Least(0)
	require.True(t, ok)
	require.Equal(t, sp.Pounds(3), least)
	_, ok = directory.Cost{}.Least(0)
	require.False(t, ok)
	for _, charge := range []directory.Charge{directory.Free, directory.Donation} {
		least, ok = directory.Cost{Charge: charge, Prices: []directory.Price{price(6)}}.Least(0)
		require.True(t, ok)
		require.True(t, least.IsZero(), "%s costs nothing, whatever else is written there", charge)
	}
	least, ok = paid(old, price(6)).Least(day("2026-11-23"))
	require.True(t, ok)
	require.Equal(t, sp.Pounds(6), least, "what has run out does not apply")
	euros := directory.Price{Amount: sp.Know(sp.NewMoney(100, "EUR"))}
	_, ok = paid(price(6), euros).Least(0)
	require.False(t, ok, "nobody can say which of two currencies is less")
	least, ok = paid(price(6), euros, price(0)).Least(0)
	require.True(t, ok)
	require.True(t, least.IsZero(), "nothing is nothing in any currency")
}

func TestCapacityAgesOutToUnknown(t *testing.T) {
	said := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	c := directory.Capacity{Unit: "place", Available: sp.Know(0), WaitDays: sp.Know(21), Updated: said}
	require.Equal(t, sp.No, c.At(said.AddDate(0, 0, 28), 0).HasRoom())
	late := c.At(said.AddDate(0, 0, 29), 0)
	require.Equal(t, sp.Unknown, late.HasRoom())
	require.True(t, late.WaitDays.IsZero())
	require.Equal(t, sp.Unknown, c.At(said.AddDate(0, 0, 2), 24*time.Hour).HasRoom(), "a life of one day")
	require.Equal(t, sp.Unknown, c.At(time.Time{}, 0).HasRoom(), "nobody knows when it is")
	c.Updated = time.Time{}
	require.Equal(t, sp.Unknown, c.At(said, 0).HasRoom(), "nobody knows when it was said")
}

func TestServiceAreaCovers(t *testing.T) {
	home := directory.Home{
		Point: geo.Point{Lat: 54.07, Lon: -2.86}, Postcode: "LA4 5AB",
		Areas: []geo.Area{{Code: "E07000121", Boundary: 2021}, {Code: "E05009999", Boundary: 2021}},
	}
	areas := func(code string, year int) directory.ServiceArea {
		return directory.ServiceArea{Areas: []geo.Area{{Code: code, Boundary: year}}}
	}
	postcodes := func(p ...string) directory.ServiceArea { return directory.ServiceArea{Postcodes: p} }
	circle := func(lat float64, km geo.Distance) directory.ServiceArea {
		return directory.ServiceArea{Centre: geo.Point{Lat: lat, Lon: -2.86}, Radius: km * geo.Kilometre}
	}
	for _, tt := range []struct {
		name string
		area directory.ServiceArea
		want sp.Truth
	}{
		{"nothing stated is unknown", directory.ServiceArea{Text: "the whole district"}, sp.Unknown},
		{"everywhere is everywhere", directory.ServiceArea{Everywhere: true}, sp.Yes},
		{"a postcode area", postcodes("LA"), sp.Yes},
		{"a district", postcodes("LA4"), sp.Yes},
		{"a sector, in any case", postcodes("la4 5"), sp.Yes},
		{"another sector", postcodes("LA4 6"), sp.No},
		{"a district that begins alike", postcodes("LA40"), sp.No},
		{"a letter is not a postcode area that begins with it", postcodes("L"), sp.No},
		{"one of several is enough", postcodes("M1", "LA4"), sp.Yes},
		{"a circle around nowhere states nothing", directory.ServiceArea{Radius: geo.Kilometre}, sp.Unknown},
		{"the same district", areas("E07000121", 2021), sp.Yes},
		{"the same code without a year", areas("E07000121", 0), sp.Yes},
		{"another district", areas("E07000122", 2021), sp.No},
		{"another year cannot be compared", areas("E07000122", 2011), sp.Unknown},
		{"another kind of area cannot be compared", areas("E10000017", 2021), sp.Unknown},
		{"within the circle", circle(54.08, 5), sp.Yes},
		{"outside the circle", circle(55, 5), sp.No},
		{"inside what is understood of an incomplete area", directory.ServiceArea{Postcodes: []string{"LA4"}, Incomplete: true}, sp.Yes},
		{"outside what is understood of an incomplete area is unknown", directory.ServiceArea{Postcodes: []string{"M1"}, Incomplete: true}, sp.Unknown},
		{"outside one and inside another", directory.ServiceArea{Postcodes: []string{"M1"}, Centre: home.Point, Radius: 1}, sp.Yes},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.area.Covers(home)) })
	}
	require.Equal(t, sp.Unknown, postcodes("LA4").Covers(directory.Home{}))
	require.Equal(t, sp.Unknown, postcodes("LA4 5").Covers(directory.Home{Postcode: "LA4"}), "the sector is not known")
	require.Equal(t, sp.No, postcodes("LA4 5").Covers(directory.Home{Postcode: "LA3"}))
	require.Equal(t, sp.No, postcodes("LA4").Covers(directory.Home{Postcode: "L"}), "the area L is another than LA")
	require.Equal(t, sp.Yes, postcodes("SL").Covers(directory.Home{Postcode: "SL0 9AA"}), "a district may be 0")
	require.Equal(t, sp.Yes, postcodes("SL").Covers(directory.Home{Postcode: "SL9"}))
	require.Equal(t, sp.Unknown, circle(54.08, 5).Covers(directory.Home{Postcode: "LA4"}))
}

func TestAnAreaStatesSomethingByAnyOneOfItsParts(t *testing.T) {
	require.True(t, directory.ServiceArea{}.IsZero())
	for name, area := range map[string]directory.ServiceArea{
		"everywhere": {Everywhere: true}, "postcodes": {Postcodes: []string{"LA4"}}, "areas": {Areas: []geo.Area{{Code: "E07000121"}}},
		"a circle": {Centre: geo.Point{Lat: 54, Lon: -2}, Radius: 1}, "that something was not understood": {Incomplete: true}, "text": {Text: "here"},
	} {
		require.False(t, area.IsZero(), name)
	}
	require.True(t, directory.ServiceArea{Centre: geo.Point{Lat: 54, Lon: -2}}.IsZero(), "a circle of no size")
	require.True(t, directory.ServiceArea{Radius: 1}.IsZero(), "a circle around nowhere")
}

func TestTheTimesOfFreshnessNeverStandInForEachOther(t *testing.T) {
	old := directory.Freshness{Assured: day("2026-01-10"), Seen: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	again := directory.Freshness{Modified: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), Seen: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	both := old.Merge(again)
	require.Equal(t, directory.Freshness{Assured: old.Assured, Modified: again.Modified, Seen: again.Seen}, both)
	require.Equal(t, both, again.Merge(old), "the order of imports makes no difference")
	days, ok := both.Age(day("2026-01-20"))
	require.True(t, ok)
	require.Equal(t, 10, days)
	for on, want := range map[string]int{"2026-01-09": 0, "2026-01-10": 0, "2026-01-11": 1} {
		days, ok = both.Age(day(on))
		require.True(t, ok)
		require.Equal(t, want, days, on)
	}
	_, ok = both.Age(0)
	require.False(t, ok, "an unknown day")
	_, ok = again.Age(day("2026-01-20"))
	require.False(t, ok, "an edit is no assurance")
}

func TestTruthsLeaveUnknownWhatTheyDoNotMention(t *testing.T) {
	var none directory.Truths[directory.Access]
	require.Equal(t, sp.Unknown, none[directory.StepFree])
	require.Equal(t, sp.Unknown, none.Any(directory.StepFree))
	require.Equal(t, sp.Unknown, none.All(directory.StepFree))
	require.Equal(t, sp.No, none.Any())
	require.Equal(t, sp.Yes, none.All())
	some := directory.Truths[directory.Access]{directory.StepFree: sp.Yes, directory.HearingLoop: sp.No}
	require.Equal(t, sp.Yes, some.Any(directory.HearingLoop, directory.StepFree))
	require.Equal(t, sp.No, some.All(directory.HearingLoop, directory.QuietSpace))
}

func TestIDsTellRecordsApart(t *testing.T) {
	require.Equal(t, directory.ID("bay/S-12"), directory.NewID("bay", "S-12"))
	require.Equal(t, directory.ID("bay/S-12@L-3"), directory.VenueID("bay/S-12", "bay/L-3"))
	require.Equal(t, directory.ID("bay/S-12@other/L-3"), directory.VenueID("bay/S-12", "other/L-3"))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z~/@%]{0,80}`))
		feed1, source1 := text.Draw(t, "feed"), text.Draw(t, "source")
		feed2, source2 := text.Draw(t, "other feed"), text.Draw(t, "other source")
		a, b := directory.NewID(feed1, source1), directory.NewID(feed2, source2)
		require.Equal(t, feed1 == feed2 && source1 == source2, a == b)
		require.LessOrEqual(t, len(directory.VenueID(a, b)), 196)
		require.Equal(t, 1, strings.Count(string(a), "/"))
	})
}

func TestParseTimeOfDay(t *testing.T) {
	for s, want := range map[string]string{"9:40": "09:40", "09:40": "09:40", "09:40:59": "09:40", "24:00": "24:00", "0:00": "00:00"} {
		c, err := directory.ParseTimeOfDay(s)
		require.NoError(t, err, s)
		require.Equal(t, want, c.String())
	}
	for _, s := range []string{"", "9", "940", "9:4", "009:40", "24:01", "25:00", "12:60", "12:30:60", "12:30:5", "10:00Z", "10:00+01:00", "-1:00", ":30", "10:", "10:00:", "10:00:00:00", "24:00:01", "9 :40"} {
		_, err := directory.ParseTimeOfDay(s)
		require.ErrorIs(t, err, sp.ErrInvalid, s)
	}
}

func FuzzParseTimeOfDay(f *testing.F) {
	f.Add("9:40")
	f.Add("10:00:00")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := directory.ParseTimeOfDay(s)
		if err != nil {
			return
		}
		back, err := directory.ParseTimeOfDay(c.String())
		require.NoError(t, err)
		require.Equal(t, c, back)
	})
}

func TestExtraFieldsArePrintedByTheirNamesAlone(t *testing.T) {
	o := directory.Organisation{Extra: directory.Extra{"logo": []byte(`"x"`), "contacts": []byte(`[{"name":"Ann Persona"}]`)}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%x"} {
		require.Equal(t, "[contacts logo]", fmt.Sprintf(verb, o.Extra), verb)
	}
	require.Contains(t, fmt.Sprint(o), "[contacts logo]", "within a record too")
	data, err := json.Marshal(o.Extra)
	require.NoError(t, err)
	require.JSONEq(t, `{"logo":"x","contacts":[{"name":"Ann Persona"}]}`, string(data))
}

func TestAgesWithAnExponentOfABillionAreRefusedAtOnce(t *testing.T) {
	for _, exponent := range []int32{1 << 30, -(1 << 30), math.MaxInt32, math.MinInt32} {
		age := decimal.New(1, exponent)
		_, err := directory.NewAges(&age, nil)
		require.ErrorIs(t, err, sp.ErrInvalid)
		_, err = directory.NewAges(nil, &age)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestAnOfferSaysHowExactItsPointIs(t *testing.T) {
	c := directory.Catalogue{
		Services: []directory.Service{{ID: "s"}},
		Places: []directory.Place{
			{ID: "hall", Point: prom, Precision: directory.Exact},
			{ID: "refuge", Point: prom, Precision: directory.Exact, Shown: directory.ShownDistrict},
			{ID: "secret", Point: prom, Shown: directory.ShownNothing},
			{ID: "box", Kind: directory.Postal, Point: prom, Precision: directory.Exact},
		},
		Venues: []directory.Venue{
			{ID: "v1", Service: "s", Place: "hall"},
			{ID: "v2", Service: "s", Place: "refuge"},
			{ID: "v3", Service: "s", Place: "secret"},
			{ID: "v4", Service: "s", Place: "box"},
		},
	}
	got := map[directory.ID]directory.Precision{}
	for _, o := range c.Offers() {
		got[o.ID] = o.Precision
		require.Equal(t, o.ID == "v1", !o.Point.IsZero())
	}
	require.Equal(t, map[directory.ID]directory.Precision{"v1": directory.Exact, "v2": directory.Masked, "v3": directory.Masked, "v4": ""}, got)
}
