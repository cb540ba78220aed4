package hsds_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
)

func TestReadJSONReadsAgesThatMeanNoLimitOrNothing(t *testing.T) {
	months := func(years int) directory.Months { return directory.Years(years) }
	for _, tt := range []struct {
		name, fields string
		age          int
		want         sp.Truth
	}{
		{"999 is no limit", `"minimum_age":18,"maximum_age":999`, 90, sp.Yes},
		{"and says nothing about the young", `"minimum_age":18,"maximum_age":999`, 8, sp.No},
		{"999 alone is everybody", `"maximum_age":999`, 8, sp.Yes},
		{"0 as a maximum is unknown", `"minimum_age":18,"maximum_age":0`, 90, sp.Unknown},
		{"with a minimum that holds", `"minimum_age":18,"maximum_age":0`, 8, sp.No},
		{"0 and 0 is nothing", `"minimum_age":0,"maximum_age":0`, 8, sp.Unknown},
		{"an end that cannot be read lets nobody in", `"minimum_age":18,"maximum_age":"pension"`, 40, sp.Unknown},
		{"a minimum that cannot be read", `"minimum_age":"adults","maximum_age":65`, 40, sp.Unknown},
		{"with a maximum that holds", `"minimum_age":"adults","maximum_age":65`, 70, sp.No},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := parse(t, service(tt.fields))
			require.Equal(t, tt.want, c.Services[0].Eligibility.Ages.Include(months(tt.age)))
			require.NotEmpty(t, faults(issues))
		})
	}
	_, issues := parse(t, service(`"minimum_age":18,"maximum_age":0`))
	require.Equal(t, map[string]int{"warning maximum_age bad-age": 1}, faults(issues), "the end that is at fault")
}

func TestReadJSONReadsFreeInSetPhrasesOnly(t *testing.T) {
	for fields, want := range map[string]directory.Charge{
		`"fees":"Free to everyone"`: directory.Free, `"fees":"FREE!"`: directory.Free, `"fees":"£0.00"`: directory.Free, `"fees":"free of charge."`: directory.Free,
		`"cost_options":[{"option":"Free"}]`: directory.Free, `"cost_options":[{"option":"Free"},{"option":"Lunch"}]`: "",
		`"fees":"Free to members, £5 otherwise"`: "", `"fees":"Free to eligible persons"`: "",
		`"cost_options":[{"option":"Free","amount":"ask"}]`: "", `"cost_options":[{"option":"Free","valid_to":"soon"}]`: "",
		`"cost_options":[{"amount":0},{"amount":"half"}]`: "", `"cost_options":[{"amount":"£2.50"}]`: directory.Paid, `"cost_options":[{"amount":0,"valid_to":"soon"}]`: "",
	} {
		c, _ := parse(t, service(fields))
		require.Equal(t, want, c.Services[0].Cost.Charge, fields)
	}
}

func TestHSDSReadsAgesAndAmountsInOtherForms(t *testing.T) {
	for fields, want := range map[string]string{
		`"minimum_age":"18+"`: "18 and over", `"minimum_age":"18 years"`: "18 and over", `"minimum_age":-1,"maximum_age":65`: "under 66", `"minimum_age":18,"maximum_age":-1`: "18 and over",
	} {
		c, issues := parse(t, service(fields))
		require.Equal(t, want, c.Services[0].Eligibility.Ages.String(), fields)
		require.Len(t, faults(issues), 1, fields)
	}
	for amount, want := range map[string]sp.Money{`"50p"`: sp.Pence(50), `"£2,50"`: sp.Pence(250), `"2,50"`: sp.Pence(250), `"free"`: sp.Pence(0)} {
		c, _ := parse(t, service(`"cost_options":[{"amount":`+amount+`}]`))
		got, ok := c.Services[0].Cost.Prices[0].Amount.Lookup()
		require.True(t, ok, amount)
		require.Equal(t, want, got, amount)
	}
	for _, amount := range []string{`"None"`, `"1,234"`, `"5p each"`, `"2.50 - 5"`} {
		c, _ := parse(t, service(`"cost_options":[{"amount":`+amount+`}]`))
		require.True(t, c.Services[0].Cost.Prices[0].Amount.IsZero(), amount)
		require.Empty(t, c.Services[0].Cost.Charge, amount)
	}
}

func TestHSDSReadsWhetherPeopleMayDropInFromHoursThatSayNothingElse(t *testing.T) {
	for fields, want := range map[string]sp.Truth{
		`"schedules":[{"description":"Drop-in"}]`:                                                               sp.Yes,
		`"schedules":[{"description":"No appointment necessary.","byday":"TU","freq":"WEEKLY"}]`:                sp.Yes,
		`"application_process":"By appointment only"`:                                                           sp.No,
		`"application_process":"Booking essential","schedules":[{"description":"Drop-ins welcome!"}]`:           sp.Unknown,
		`"schedules":[{"description":"Drop-in on the first Tuesday, otherwise ring"}]`:                          sp.Unknown,
		`"schedules":[{"description":"Drop-in"}],"attributes":[{"link_type":"drop-in","value":"no"}]`:           sp.No,
		`"schedules":[{"description":"Ring first"}],"application_process":"Drop in or write to us for a place"`: sp.Unknown,
	} {
		c, _ := parse(t, service(fields))
		require.Equal(t, want, c.Services[0].DropIn, fields)
	}
}

func TestHSDSReadsWhichTermsAreKindsOfOthers(t *testing.T) {
	term := func(system, code, name string) sp.Code { return sp.Code{System: system, Code: code, Display: name} }
	debt, money := term("bay", "1", "Debt"), term("bay", "2", "Money")
	for name, tt := range map[string]struct {
		text string
		want []directory.Link
	}{
		"of a list of terms": {
			`{"services":[{"id":"s","name":"A"}],"taxonomy_terms":[{"id":"1","name":"Debt","taxonomy":"bay","parent_id":"2"},{"id":"2","name":"Money","taxonomy":"bay"}]}`,
			[]directory.Link{{From: debt, To: money}},
		},
		"of terms that services are tagged with": {
			service(`"attributes":[{"taxonomy_term":{"id":"2","name":"Money","taxonomy":"bay"}},{"taxonomy_term":{"id":"1","name":"Debt","taxonomy":"bay","parent_id":"2"}}]`),
			[]directory.Link{{From: debt, To: money}},
		},
		"of a parent that is nowhere": {`{"services":[{"id":"s","name":"A"}],"taxonomy_terms":[{"id":"1","name":"Debt","taxonomy":"bay","parent_id":"9"}]}`, nil},
		"of a term that names itself": {`{"services":[{"id":"s","name":"A"}],"taxonomy_terms":[{"id":"1","name":"Debt","taxonomy":"bay","parent_id":"1"}]}`, nil},
	} {
		c, _ := parse(t, tt.text)
		require.Equal(t, tt.want, c.Broader, name)
		comesBack(t, c, feed.Options{Feed: "bay", Fetched: fetched})
	}
}

func TestExporterSaysHowExactAPointIs(t *testing.T) {
	c, _ := parse(t, `{"id":"l","location_type":"physical","latitude":54,"longitude":-2}`)
	require.Empty(t, c.Places[0].Precision, "no standard has a field for it")
	c.Places[0].Precision = directory.ByPostcode
	comesBack(t, c, feed.Options{Feed: "bay", Fetched: fetched})
}
