package hsds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// What feeds write in other words is read where it has one reading, with a note, and is
// unknown with a warning elsewhere. The original stays.
func TestReadJSONReadsWordsThatHaveOneReading(t *testing.T) {
	is := func(s directory.Status) func(*directory.Service) any {
		return func(x *directory.Service) any { return [2]any{s, x.Status} }
	}
	ages := func(want string) func(*directory.Service) any {
		return func(x *directory.Service) any { return [2]any{want, x.Eligibility.Ages.String()} }
	}
	price := func(want, per string) func(*directory.Service) any {
		return func(x *directory.Service) any {
			amount, _ := x.Cost.Prices[0].Amount.Lookup()
			return [2]any{want + " " + per, amount.String() + " " + x.Cost.Prices[0].Per}
		}
	}
	phones := func(want ...string) func(*directory.Service) any {
		return func(x *directory.Service) any {
			var got []string
			for _, p := range x.Phones {
				got = append(got, p.Number)
			}
			return [2]any{want, got}
		}
	}
	text := func(want string, of func(*directory.Service) string) func(*directory.Service) any {
		return func(x *directory.Service) any { return [2]any{want, of(x)} }
	}
	url := func(x *directory.Service) string { return x.URL }
	email := func(x *directory.Service) string { return x.Email }
	charge := func(x *directory.Service) string { return string(x.Cost.Charge) }
	hours := func(want ...string) func(*directory.Service) any {
		return func(x *directory.Service) any {
			opens, _ := x.Schedules[0].Opens.Lookup()
			closes, _ := x.Schedules[0].Closes.Lookup()
			got := []string{opens.String(), closes.String()}
			if x.Schedules[0].Opens.IsZero() {
				got[0] = ""
			}
			if x.Schedules[0].Closes.IsZero() {
				got[1] = ""
			}
			return [2]any{want, got}
		}
	}
	for name, tt := range map[string]struct {
		fields string
		want   func(*directory.Service) any
		code   string
	}{
		"a status with an underscore":         {`"status":"temporarily_closed"`, is(directory.TemporarilyClosed), "note status-form"},
		"a status of a publisher":             {`"status":"Published"`, is(directory.Active), "note status-form"},
		"a status that ends":                  {`"status":"closed"`, is(directory.Inactive), "note status-form"},
		"a yes":                               {`"is_active":"yes"`, is(directory.Active), "note status-form"},
		"a no":                                {`"active":false`, is(directory.Inactive), "note status-form"},
		"something deleted that is active":    {`"status":"active","deleted":true`, is(directory.Inactive), "warning contradicting-fact"},
		"a status that means nothing":         {`"status":"phase 2"`, is("phase 2"), "warning unlisted-code"},
		"two ages in one field":               {`"minimum_age":"5-11"`, ages("5 to 11"), "note text-for-number"},
		"two ages in the other":               {`"maximum_age":"ages 5 to 11"`, ages("5 to 11"), "note text-for-number"},
		"an age with a plus in words":         {`"minimum_age":"50 plus"`, ages("50 and over"), "note text-for-number"},
		"a first age that is not served":      {`"maximum_age":"under 5s"`, ages("under 5"), "note text-for-number"},
		"two ages beside another":             {`"minimum_age":"5-11","maximum_age":16`, ages("under 17"), "warning wrong-type"},
		"a price for something":               {`"cost_options":[{"amount":"£2.50 per session"}]`, price("£2.50", "per session"), "note text-for-number"},
		"a price with a code":                 {`"cost_options":[{"amount":"GBP 2.50"}]`, price("£2.50", ""), "note text-for-number"},
		"a currency as a sign":                {`"cost_options":[{"amount":2.5,"currency":"£"}]`, price("£2.50", ""), ""},
		"a price that is the least":           {`"cost_options":[{"amount":"from £3"}]`, price("0", ""), "warning wrong-type"},
		"two numbers in a text":               {`"phones":"0117 496 0000 / 0117 496 0001"`, phones("0117 496 0000", "0117 496 0001"), "note text-for-object"},
		"one number that is no list":          {`"phone":{"number":"0117 496 0000"}`, phones("0117 496 0000"), "note object-for-list"},
		"a number as a link":                  {`"telephone":"tel:+441174960000"`, phones("+441174960000"), "note text-for-object"},
		"a list of numbers that has none":     {`"phones":"see website"`, phones(), "warning wrong-type"},
		"two addresses":                       {`"email":"a@x.org; b@x.org"`, text("a@x.org", email), "note email-form"},
		"an address and words":                {`"email":"a@x.org (Ann)"`, text("", email), "warning bad-email"},
		"a link with its markup":              {`"url":"<a href='https://x.example'>Site</a>"`, text("https://x.example", url), "note url-form"},
		"a program with its markup":           {`"url":"<a href='javascript:x()'>Site</a>"`, text("", url), "warning bad-url"},
		"a text in a section of XML":          {`"description":"<![CDATA[Tea &amp; cake]]>"`, text("Tea & cake", func(x *directory.Service) string { return x.Description }), "note markup"},
		"somebody to speak to who is no list": {`"contact":{"title":"Host"}`, text("Host", func(x *directory.Service) string { return x.Contacts[0].Title }), "note object-for-list"},
		"languages with semicolons": {`"languages":"English; Welsh"`, func(x *directory.Service) any {
			return [2]any{directory.Truths[directory.Language]{"en": sp.Yes, "cy": sp.Yes}, x.Languages}
		}, ""},
		"a number in a list":           {`"minimum_age":[18]`, ages("18 and over"), "note list-for-value"},
		"two numbers in a list":        {`"minimum_age":[5,11]`, ages("unknown"), "warning wrong-type"},
		"a word for nothing in a list": {`"minimum_age":16,"maximum_age":["n/a"]`, ages("16 and over"), "note placeholder"},
		"an age that is not told":      {`"minimum_age":16,"maximum_age":"n/a"`, ages("16 and over"), "note placeholder"},
		"a text in a list":             {`"description":["Tea"]`, text("Tea", func(x *directory.Service) string { return x.Description }), "note list-for-value"},
		"a number of a database":       {`"minimum_age":{"$numberInt":"18"}`, ages("18 and over"), "note list-for-value"},
		"a text in two languages":      {`"description":{"cy":"Te","en":"Tea"}`, text("Tea", func(x *directory.Service) string { return x.Description }), "note list-for-value"},
		"a text in Welsh":              {`"description":{"en":"","cy":"Te"}`, text("Te", func(x *directory.Service) string { return x.Description }), "note list-for-value"},
		"an object that is no text":    {`"description":{"en":{"x":"Tea"}}`, text("", func(x *directory.Service) string { return x.Description }), "warning wrong-type"},
		"an organisation filled in":    {`"organization_id":{"id":"p","name":"Trust"}`, text("bay/p", func(x *directory.Service) string { return string(x.Organisation) }), ""},
		"ages in a band":               {`"age_band":"5-11"`, ages("5 to 11"), "note text-for-number"},
		"a band in words":              {`"age_band":"Older people (65+)"`, ages("unknown"), "warning bad-age"},
		"a cost in words":              {`"cost":"Free"`, text("free", charge), ""},
		"a cost in figures":            {`"price":0`, text("", charge), ""},
		"a yes to being free":          {`"is_free":true`, text("free", charge), "note text-for-object"},
		"a no to being free":           {`"is_free":false`, text("", charge), ""},
		"words against a yes":          {`"is_free":true,"fees":"£5"`, text("", charge), ""},
		"an amount against a nought":   {`"fees":"£5","cost_options":[{"amount":0}]`, text("", charge), "warning contradicting-cost"},
		"a summary":                    {`"summary":"Tea"`, text("Tea", func(x *directory.Service) string { return x.Description }), ""},
		"two times in one field":       {`"schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"10am - noon"}]`, hours("10:00", "12:00"), "note time-of-day-form"},
		"two times that may be either": {`"schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"2-4"}]`, hours("", ""), "warning bad-time-of-day"},
		"a half of the day unsaid":     {`"schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"2.30","closes_at":"16:00"}]`, hours("", "16:00"), "warning bad-time-of-day"},
		"an hour before seven":         {`"schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"02:30","closes_at":"4:15pm"}]`, hours("02:30", "16:15"), "note time-of-day-form"},
		"a gift":                       {`"fees":"Donations accepted"`, func(x *directory.Service) any { return [2]any{directory.Donation, x.Cost.Charge} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, `{"id":"s","name":"Table","organization_id":"o",`+tt.fields+`}`)
			pair, ok := tt.want(&c.Services[0]).([2]any)
			require.True(t, ok)
			require.Equal(t, pair[0], pair[1])
			if tt.code != "" {
				require.Equal(t, 1, importertest.Codes(issues)[tt.code], "%v", issues)
				if !strings.HasSuffix(tt.code, "object-for-list") && !strings.HasSuffix(tt.code, "list-for-value") && !strings.HasSuffix(tt.code, "contradicting-cost") && !strings.HasSuffix(tt.code, "unlisted-code") {
					require.NotEmpty(t, c.Services[0].Extra, "the original is kept")
				}
			}
			comesBack(t, c, feed.Options{Feed: "bay", Fetched: fetched})
		})
	}
}

func TestReadJSONHidesWhateverSaysThatItIsNotForEverybody(t *testing.T) {
	for fields, hidden := range map[string]bool{
		`"address_visibility":"private"`: true, `"visibility":"Hidden"`: true, `"refuge":true`: true, `"show_on_map":false`: true, `"publish_address":"no"`: true, `"hide_from_map":1`: true,
		`"private_address":true`: true, `"sensitive":"yes"`: true, `"location_type":"Confidential"`: true, `"isPublic":false`: true,
		`"visibility":"public"`: false, `"show_on_map":true`: false, `"refuge":false`: false, `"hide_from_map":"no"`: false,
	} {
		c, _ := parse(t, service(`"locations":[{"id":"L","name":"House","latitude":51.45,"longitude":-2.58,"address_1":"1 Secret Road",`+fields+`}]`))
		o := c.Offers()[0]
		require.Equal(t, hidden, o.Where == "" && o.Point.IsZero(), fields)
	}
}

// A day is no certain yes if the words of a schedule say that it does not happen in holidays
// that are not listed.
func TestReadJSONTakesNoHolidayForACertainDay(t *testing.T) {
	for words, want := range map[string]sp.Truth{
		`"description":"Tuesdays, term time only"`:      sp.Unknown,
		`"description":"Termtime Tuesdays"`:             sp.Unknown,
		`"notes":"except school holidays"`:              sp.Unknown,
		`"notes":"Not during the summer holidays"`:      sp.Unknown,
		`"notes":"closed for half-term"`:                sp.Unknown,
		`"notes":"excluding school and bank holidays"`:  sp.Unknown,
		`"notes":"closed on bank holidays"`:             sp.Yes,
		`"notes":"excluding bank and public holidays"`:  sp.Yes,
		`"notes":"also in the school holidays"`:         sp.Yes,
		`"notes":"Not for under 16s. Fun in holidays."`: sp.Yes,
		`"description":"Every Tuesday"`:                 sp.Yes,
	} {
		c, issues := parse(t, service(`"schedules":[{"freq":"WEEKLY","byday":"TU",`+words+`}]`))
		s := c.Services[0].Schedules[0]
		require.Equal(t, want, s.Occurs(sp.NewDate(2026, 8, 4)), words)
		require.Equal(t, sp.No, s.Occurs(sp.NewDate(2026, 8, 5)), words)
		require.Equal(t, want == sp.Unknown, importertest.Codes(issues)["note unclear-days"] == 1, words)
		comesBack(t, c, feed.Options{Feed: "bay", Fetched: fetched})
	}
}

// The exporter writes an empty name for a term that has none, whose identifier is its code.
func TestReadJSONTakesATermWithAnEmptyNameByItsCode(t *testing.T) {
	c, issues := parse(t, service(`"taxonomy_terms":[{"id":"T8","name":"","description":""}]`))
	require.Len(t, c.Services[0].Topics, 1)
	require.Equal(t, "T8", c.Services[0].Topics[0].Code)
	require.Zero(t, importertest.Codes(issues)["note unknown-term"])
	comesBack(t, c, feed.Options{Feed: "bay", Fetched: fetched})
}

// Where a term stands by its identifier alone in a service, it is the one of the input that
// has it, and no code by itself.
func TestReadJSONTakesTermsByTheirIdentifiersOnly(t *testing.T) {
	for field, topics := range map[string]int{
		`"taxonomy_terms":["T1",{"id":"T2"}]`:       2,
		`"taxonomies":["T1","T2"]`:                  2,
		`"categories":[{"id":"T1"},{"id":"T9"}]`:    1,
		`"categories":["T1","Loneliness"]`:          1,
		`"categories":[{"name":"Tea"},"T1"]`:        1,
		`"taxonomy_terms":[{"id":"T8","name":"x"}]`: 1,
	} {
		c, issues := parse(t, `{"services":[`+service(field)+`],"taxonomy_terms":[{"id":"T1","name":"Loneliness","taxonomy":"needs"},{"id":"T2","name":"Debt","taxonomy":"needs"}]}`)
		s := c.Services[0]
		require.Len(t, s.Topics, topics, field)
		for _, topic := range s.Topics {
			require.NotEmpty(t, topic.Display, field)
		}
		require.Equal(t, strings.Contains(field, "T9") || strings.Contains(field, `"Lon`), importertest.Codes(issues)["note unknown-term"] > 0, field)
		comesBack(t, c, feed.Options{Feed: "bay", Fetched: fetched})
	}
}
