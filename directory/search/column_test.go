package search_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/geo"
)

// A field that a query gains is no part of a search until somebody adds it here and there.
func TestASearchKnowsEveryFieldOfAQuery(t *testing.T) {
	var fields []string
	for f := range reflect.TypeFor[directory.Query]().Fields() {
		fields = append(fields, f.Name)
	}
	require.Equal(t, []string{
		"Near", "Within", "Home", "Topics", "Text", "Named", "BestFirst", "Age", "Groups", "Free", "MaxCost", "Delivery", "Languages", "Access", "Routes", "Days", "Dates", "Hours",
		"At", "MaxAge", "Room", "Open", "CapacityLife", "Organisations", "Without", "Unknown", "Policies", "Limit",
	}, fields)
}

// Two offers that differ in one fact must not be taken for one statement.
func TestEveryFactOfAnOfferCounts(t *testing.T) {
	weekly := func(d ...time.Weekday) recurrence.Rule {
		r := recurrence.Rule{Every: recurrence.Weekly, Interval: 1}
		for _, day := range d {
			r.Days = append(r.Days, recurrence.Day{Weekday: day})
		}
		return r
	}
	full := func() directory.Offer {
		o := directory.Offer{ID: "a", Organisation: "bay/a", Name: "Shed"}
		o.Status, o.FundedUntil, o.Freshness.Assured = directory.Active, today.Add(3), today
		o.Topics = []sp.Code{{System: "needs", Code: "grief"}}
		o.Eligibility = directory.Eligibility{Ages: directory.Ages{From: sp.Know(directory.Years(16)), Before: sp.Know(directory.Years(60))}, Groups: []directory.Group{directory.Men}, Restricted: sp.Yes}
		o.Area = directory.ServiceArea{Postcodes: []string{"LA4"}, Areas: []geo.Area{{Code: "E07000121", Boundary: 2021}}, Centre: geo.Point{Lat: 54, Lon: -2.9}, Radius: geo.Kilometre}
		o.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(2)), Valid: sp.Period{Start: today.Add(-5), End: today.Add(5)}}}}
		o.Delivery = directory.Truths[directory.Mode]{directory.Online: sp.Yes}
		o.Languages = directory.Truths[directory.Language]{"pl": sp.Yes, "en": sp.Yes}
		o.Access = directory.Truths[directory.Access]{directory.StepFree: sp.Yes}
		o.Routes = directory.Truths[directory.Route]{directory.SelfReferral: sp.Yes}
		o.Schedules = []directory.Schedule{{
			Rule: weekly(time.Tuesday), Start: today.Add(-50), Until: today.Add(9), Valid: sp.Period{End: today.Add(30)},
			Opens: sp.Know(directory.TimeOfDay(600)), Closes: sp.Know(directory.TimeOfDay(720)),
		}}
		o.Capacity = directory.Capacity{Available: sp.Know(1), Updated: now}
		return o
	}
	morning := directory.Query{Hours: directory.Hours{From: 590, Until: 730}, At: now}
	tuesday := directory.Query{Days: []time.Weekday{time.Tuesday}, At: now}
	for name, c := range map[string]struct {
		change func(*directory.Offer)
		query  directory.Query
	}{
		"status":       {func(o *directory.Offer) { o.Status = directory.Defunct }, directory.Query{Open: true, At: now}},
		"funded until": {func(o *directory.Offer) { o.FundedUntil = today.Add(-1) }, directory.Query{Open: true, At: now}},
		"over":         {func(o *directory.Offer) { o.Schedules[0].Until = today.Add(-1) }, directory.Query{Open: true, At: now}},
		"assured":      {func(o *directory.Offer) { o.Freshness.Assured = today.Add(-99) }, directory.Query{MaxAge: 92, At: now}},
		"system":       {func(o *directory.Offer) { o.Topics[0].System = "bay" }, directory.Query{Topics: [][]sp.Code{{{System: "needs", Code: "grief"}}}}},
		"code":         {func(o *directory.Offer) { o.Topics[0].Code = "debt" }, directory.Query{Topics: [][]sp.Code{{{System: "needs", Code: "grief"}}}}},
		"from":         {func(o *directory.Offer) { o.Eligibility.Ages.From = sp.Know(directory.Years(50)) }, directory.Query{Age: sp.Know(directory.Years(40))}},
		"before":       {func(o *directory.Offer) { o.Eligibility.Ages.Before = sp.Know(directory.Years(40)) }, directory.Query{Age: sp.Know(directory.Years(40))}},
		"incomplete":   {func(o *directory.Offer) { o.Eligibility.Ages.Incomplete = true }, directory.Query{Age: sp.Know(directory.Years(40))}},
		"groups":       {func(o *directory.Offer) { o.Eligibility.Groups[0] = directory.Women }, directory.Query{Groups: directory.Truths[directory.Group]{directory.Men: sp.Yes}}},
		"excluded":     {func(o *directory.Offer) { o.Eligibility.Excluded = []directory.Group{directory.Men} }, directory.Query{Groups: directory.Truths[directory.Group]{directory.Men: sp.Yes}}},
		"restricted":   {func(o *directory.Offer) { o.Eligibility.Restricted = sp.No }, directory.Query{Groups: directory.Truths[directory.Group]{directory.Men: sp.No}}},
		"postcodes":    {func(o *directory.Offer) { o.Area.Postcodes[0] = "LA5" }, directory.Query{Home: directory.Home{Postcode: "LA5"}}},
		"areas":        {func(o *directory.Offer) { o.Area.Areas[0].Code = "E07000122" }, directory.Query{Home: directory.Home{Areas: []geo.Area{{Code: "E07000121", Boundary: 2021}}}}},
		"boundaries":   {func(o *directory.Offer) { o.Area.Areas[0].Boundary = 2011 }, directory.Query{Home: directory.Home{Areas: []geo.Area{{Code: "E07000121", Boundary: 2021}}}}},
		"centre":       {func(o *directory.Offer) { o.Area.Centre = prom }, directory.Query{Home: directory.Home{Point: prom}}},
		"radius":       {func(o *directory.Offer) { o.Area.Radius = 90 * geo.Kilometre }, directory.Query{Home: directory.Home{Point: prom}}},
		"more areas":   {func(o *directory.Offer) { o.Area.Incomplete = true }, directory.Query{Home: directory.Home{Postcode: "M1 1AE", Point: prom, Areas: []geo.Area{{Code: "E07000100", Boundary: 2021}}}}},
		"everywhere":   {func(o *directory.Offer) { o.Area.Everywhere = true }, directory.Query{Home: directory.Home{Postcode: "M1 1AE"}}},
		"charge":       {func(o *directory.Offer) { o.Cost.Charge = directory.Free }, directory.Query{Free: true, At: now}},
		"amount":       {func(o *directory.Offer) { o.Cost.Prices[0].Amount = sp.Know(sp.Pounds(9)) }, directory.Query{MaxCost: sp.Pounds(5), At: now}},
		"currency":     {func(o *directory.Offer) { o.Cost.Prices[0].Amount = sp.Know(sp.NewMoney(200, "EUR")) }, directory.Query{MaxCost: sp.Pounds(5), At: now}},
		"no amount":    {func(o *directory.Offer) { o.Cost.Prices[0].Amount = sp.Known[sp.Money]{} }, directory.Query{MaxCost: sp.Pounds(5), At: now}},
		"price from":   {func(o *directory.Offer) { o.Cost.Prices[0].Valid.Start = today.Add(1) }, directory.Query{MaxCost: sp.Pounds(5), At: now}},
		"price to":     {func(o *directory.Offer) { o.Cost.Prices[0].Valid.End = today }, directory.Query{MaxCost: sp.Pounds(5), At: now}},
		"delivery":     {func(o *directory.Offer) { o.Delivery[directory.Online] = sp.No }, directory.Query{Delivery: []directory.Mode{directory.Online}}},
		"a language":   {func(o *directory.Offer) { o.Languages["pl"] = sp.No }, directory.Query{Languages: []directory.Language{"pl"}}},
		"access":       {func(o *directory.Offer) { o.Access = nil }, directory.Query{Access: []directory.Access{directory.StepFree}}},
		"route":        {func(o *directory.Offer) { o.Routes[directory.SelfReferral] = sp.Unknown }, directory.Query{Routes: []directory.Route{directory.SelfReferral}}},
		"weekday":      {func(o *directory.Offer) { o.Schedules[0].Rule = weekly(time.Monday) }, tuesday},
		"day of a month": {func(o *directory.Offer) {
			o.Schedules[0].Rule = recurrence.Rule{Every: recurrence.Monthly, Interval: 1, MonthDays: []int{2}}
		}, tuesday},
		"months":          {func(o *directory.Offer) { o.Schedules[0].Rule.Months = []time.Month{time.February} }, tuesday},
		"interval":        {func(o *directory.Offer) { o.Schedules[0].Rule.Interval = 7 }, tuesday},
		"frequency":       {func(o *directory.Offer) { o.Schedules[0].Rule.Every = "HOURLY" }, tuesday},
		"series begins":   {func(o *directory.Offer) { o.Schedules[0].Start = today.Add(9) }, tuesday},
		"series ends":     {func(o *directory.Offer) { o.Schedules[0].Until = today }, tuesday},
		"except":          {func(o *directory.Offer) { o.Schedules[0].Except = []sp.Date{today.Add(1), today.Add(8)} }, tuesday},
		"valid":           {func(o *directory.Offer) { o.Schedules[0].Valid.End = today }, tuesday},
		"unclear":         {func(o *directory.Offer) { o.Schedules[0].Unclear = true }, tuesday},
		"opens":           {func(o *directory.Offer) { o.Schedules[0].Opens = sp.Know(directory.TimeOfDay(540)) }, morning},
		"closes":          {func(o *directory.Offer) { o.Schedules[0].Closes = sp.Know(directory.TimeOfDay(840)) }, morning},
		"within the week": {func(o *directory.Offer) { o.Schedules[0].Rule = weekly(time.Monday) }, directory.Query{Dates: sp.Period{Start: today.Add(1), End: today.Add(2)}}},
		"in the name":     {func(o *directory.Offer) { o.Name = "Allotment" }, directory.Query{Named: "allotments"}},
		"postcode":        {func(o *directory.Offer) { o.Postcode = "LA4 5AA" }, directory.Query{Text: "la45aa"}},
		"telephone":       {func(o *directory.Offer) { o.Phones = []directory.Phone{{Number: "(01632) 960123"}} }, directory.Query{Text: "+44 1632 960 123"}},
		"available":       {func(o *directory.Offer) { o.Capacity.Available = sp.Know(0) }, directory.Query{Room: true, At: now}},
		"updated":         {func(o *directory.Offer) { o.Capacity.Updated = now.AddDate(0, -2, 0) }, directory.Query{Room: true, At: now}},
		"organisation":    {func(o *directory.Offer) { o.Organisation = "bay/b" }, directory.Query{Organisations: []directory.ID{"bay/b"}}},
		"provider's word": {func(o *directory.Offer) { o.Provider = "Tidewell" }, directory.Query{Text: "tidewell"}},
	} {
		t.Run(name, func(t *testing.T) {
			base, changed := full(), full()
			c.change(&changed)
			changed.ID = "b"
			for _, c.query.Unknown = range []directory.Policy{directory.PassUnknown, directory.ExcludeUnknown} {
				var a search.Answer
				offers := []directory.Offer{base, changed}
				search.Build(offers).Find(search.Query{Query: c.query}, &a)
				same(t, directory.NewIndex(offers).Find(c.query), &a, name)
			}
			pass, strict := c.query.Fits(base), c.query.Fits(changed)
			require.NotEqual(t, pass, strict, "the case shows nothing")
		})
	}
}
