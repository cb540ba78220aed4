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
		"a gift": {`"fees":"Donations accepted"`, func(x *directory.Service) any { return [2]any{directory.Donation, x.Cost.Charge} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, `{"id":"s","name":"Table","organization_id":"o",`+tt.fields+`}`)
			pair, ok := tt.want(&c.Services[0]).([2]any)
			require.True(t, ok)
			require.Equal(t, pair[0], pair[1])
			if tt.code != "" {
				require.Equal(t, 1, importertest.Codes(issues)[tt.code], "%v", issues)
				if !strings.HasSuffix(tt.code, "object-for-list") && !strings.HasSuffix(tt.code, "unlisted-code") {
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
