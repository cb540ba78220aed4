package hsds_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
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
