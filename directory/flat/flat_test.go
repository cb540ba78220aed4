package flat_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/flat"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/geo"
)

// council maps a sheet in the form in which British councils load their
// directories: rows that name a parent add places, prices and hours to it.
const council = `{
  "source": "template of a council", "parent": "continues", "noUpperAge": 100, "currency": "GBP", "taxonomy": "bay/suitability",
  "columns": [
    {"column": "ref", "to": "id"}, {"column": "title", "to": "name"}, {"column": "run by", "to": "organization.name"},
    {"column": "visible", "to": "status", "when": "yes", "value": "active"}, {"column": "visible", "to": "status", "when": "no", "value": "inactive"},
    {"column": "referral needed", "to": "attribute.referral-route", "when": "no", "value": "self"},
    {"column": "from age", "to": "minimum_age"}, {"column": "to age", "to": "maximum_age"},
    {"column": "venue", "to": "location.name"}, {"column": "lat", "to": "location.latitude"}, {"column": "lon", "to": "location.longitude"},
    {"column": "postcode", "to": "location.postal_code"}, {"column": "hide address", "to": "location.mask_exact_address"}, {"column": "access", "to": "location.accessibility"},
    {"column": "free", "to": "fees", "when": "yes", "value": "Free"}, {"column": "price for", "to": "cost.option"}, {"column": "price", "to": "cost.amount"},
    {"column": "opens", "to": "schedule.opens_at"}, {"column": "closes", "to": "schedule.closes_at"}, {"column": "weekday", "to": "schedule.byday"},
    {"column": "suits", "to": "attribute.topic"}
  ]
}`

func ExampleRead() {
	const sheet = "Group,Postcode,Tuesdays,Fridays,Starts\n" +
		"Men's Shed,LA4 9ZA,yes,,10:00\n" +
		"Choir,LA3 1AA,yes,yes,19:00\n"
	mapping := flat.Mapping{Columns: []flat.Column{
		{Column: "Group", To: "id"},
		{Column: "Group", To: "name"},
		{Column: "Postcode", To: "location.postal_code"},
		{Column: "Tuesdays", To: "schedule.byday", When: "yes", Value: "TU"},
		{Column: "Fridays", To: "schedule.byday", When: "yes", Value: "FR"},
		{Column: "Starts", To: "schedule.opens_at"},
	}}
	catalogue, _, err := flat.Read(context.Background(), strings.NewReader(sheet), "groups.csv", mapping, feed.Options{Feed: "groups"})
	if err != nil {
		panic(err)
	}
	for _, offer := range catalogue.Offers() {
		fmt.Println(offer.ID, offer.Name, offer.Schedules[0].Rule, offer.Schedules[0].Opens)
	}
	// Output:
	// groups/Men%27s%20Shed@LA4%209ZA Men's Shed FREQ=WEEKLY;BYDAY=TU 10:00
	// groups/Choir@LA3%201AA Choir FREQ=WEEKLY;BYDAY=TU,FR 19:00
}

func read(tb testing.TB, sheet, mapping string) (directory.Catalogue, []sp.Issue) {
	tb.Helper()
	m, err := flat.ParseMapping([]byte(mapping))
	require.NoError(tb, err)
	c, issues, err := flat.Read(tb.Context(), strings.NewReader(sheet), "sheet.csv", m, feed.Options{Feed: "bay"})
	require.NoError(tb, err)
	importertest.Sound(tb, c)
	return c, issues
}

func TestReadGivesRowsThatContinueAnotherToItsService(t *testing.T) {
	const header = "ref,continues,title,run by,visible,referral needed,from age,to age,venue,lat,lon,postcode,hide address,access,free,price for,price,opens,closes,weekday,suits,notes\n"
	rows := []string{
		"7,,Bowls,Vestry,TRUE,FALSE,18,100,Green,51.45,-2.58,BS1 1AA,FALSE,Hearing loop;Wheelchair accessible entrance,FALSE,Adult,2.50,10:00:00,12:00:00,tuesday,Older people;Dementia,ring first\n",
		"8,7,,,,,,,Annex,51.46,-2.59,BS1 2BB,FALSE,,,,,,,,,\n",
		"9,7,,,,,,,,,,,,,,Pensioner,0,13:00:00,15:00:00,thursday,,\n",
	}
	for name, sheet := range map[string]string{"in order": header + rows[0] + rows[1] + rows[2], "the parent last": header + rows[1] + rows[2] + rows[0]} {
		t.Run(name, func(t *testing.T) {
			c, issues := read(t, sheet, council)
			require.Len(t, c.Services, 1)
			s := c.Services[0]
			require.Equal(t, directory.ID("bay/7"), s.ID)
			require.Equal(t, "Vestry", c.Organisations[0].Name)
			require.Equal(t, directory.Active, s.Status)
			require.Equal(t, "18 and over", s.Eligibility.Ages.String())
			require.Equal(t, sp.Yes, s.Routes[directory.SelfReferral])
			offers := c.Offers()
			require.Len(t, offers, 2)
			where := map[string]geo.Point{}
			for _, o := range offers {
				where[o.Where] = o.Point
			}
			require.Equal(t, map[string]geo.Point{"Green": {Lat: 51.45, Lon: -2.58}, "Annex": {Lat: 51.46, Lon: -2.59}}, where)
			require.Len(t, s.Cost.Prices, 2)
			require.Equal(t, sp.Yes, s.Cost.Within(sp.Pence(250), 0))
			require.Equal(t, sp.Unknown, s.Cost.Within(sp.Money{}, 0), "it depends on who pays")
			for day, want := range map[string]sp.Truth{"2026-11-24": sp.Yes, "2026-11-26": sp.Yes, "2026-11-25": sp.No} {
				answer := sp.No
				for _, x := range s.Schedules {
					answer = answer.Or(x.Occurs(importertest.Day(day)))
				}
				require.Equal(t, want, answer, day)
			}
			for _, p := range c.Places {
				if p.Name == "Green" {
					require.Equal(t, directory.Truths[directory.Access]{directory.HearingLoop: sp.Yes, directory.StepFree: sp.Yes}, p.Access)
				}
			}
			require.Equal(t, []sp.Code{
				{System: "bay/suitability", Code: "Older people", Display: "Older people"}, {System: "bay/suitability", Code: "Dementia", Display: "Dementia"},
			}, s.Topics)
			require.JSONEq(t, `"ring first"`, string(s.Extra["notes"]), "what is not mapped is kept")
			require.Equal(t, map[string]int{"note maximum_age no-upper-age": 2, "note schedules[0].byday rule-form": 1, "note schedules[1].byday rule-form": 1}, importertest.Counts(issues))
		})
	}
}

func TestReadReportsARowWhoseParentIsNotThere(t *testing.T) {
	c, issues := read(t, "ref,continues,title\n1,,Choir\n2,9,\n", `{"parent":"continues","columns":[{"column":"ref","to":"id"},{"column":"title","to":"name"}]}`)
	require.Len(t, c.Services, 1)
	require.Equal(t, map[string]int{"note location_id no-location": 1, "error continues dangling-reference": 1}, importertest.Counts(issues))
}

func TestReadTakesARegisterAsOneOfOrganisations(t *testing.T) {
	c, issues := read(t, "Charity Number,Name,Website,Income\n1012345,Vestry,www.vestry.example,1200\n", `{"records":"organizations","columns":[
		{"column":"charity number","to":"id"},{"column":"name","to":"name"},{"column":"website","to":"website"}]}`)
	require.Len(t, c.Organisations, 1)
	require.Empty(t, c.Services)
	require.Equal(t, "http://www.vestry.example", c.Organisations[0].Website)
	require.JSONEq(t, `"1200"`, string(c.Organisations[0].Extra["income"]))
	require.Equal(t, map[string]int{"note website url-form": 1}, importertest.Counts(issues))
}

func TestMappingsThatAreNoneAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON": `columns`, "no columns": `{}`, "an unknown field": `{"columns":[{"column":"a","to":"price"}]}`, "a field that no mapping has": `{"colums":[]}`,
		"a value without when": `{"columns":[{"column":"a","to":"name","value":"x"}]}`, "other records": `{"records":"people","columns":[{"column":"a","to":"name"}]}`,
	} {
		_, err := flat.ParseMapping([]byte(text))
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	_, _, err := flat.Read(t.Context(), strings.NewReader("a\n"), "x.csv", flat.Mapping{}, feed.Options{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.Contains(t, flat.Fields(), "schedule.byday")
}

func TestNoServiceIsMadeOfColumnsThatSayNothing(t *testing.T) {
	c, issues := read(t, "title,other\n,x\n", `{"columns":[{"column":"title","to":"name"}]}`)
	require.Empty(t, c.Offers())
	require.Equal(t, map[string]int{"error  no-record": 1}, importertest.Counts(issues))
}

// The food banks of Greater Manchester, which have a name and an address and
// nothing else.
func TestReadTakesTheListOfFoodBanks(t *testing.T) {
	f, err := os.Open(importertest.Data(t, "trafford-ogl/gm_food_banks.csv"))
	require.NoError(t, err)
	defer f.Close()
	m := flat.Mapping{Columns: []flat.Column{
		{Column: "name", To: "name"}, {Column: "address", To: "location.address_1"}, {Column: "postcode", To: "location.postal_code"},
	}}
	c, _, err := flat.Read(t.Context(), f, "gm_food_banks.csv", m, feed.Options{Feed: "gm"})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(c.Services), 160)
	for _, s := range c.Services {
		require.NotEmpty(t, s.Name)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("ref,continues,title\n1,,Choir\n2,1,\n")
	m, err := flat.ParseMapping([]byte(council))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, sheet string) {
		c, _, err := flat.Read(t.Context(), strings.NewReader(sheet), "fuzz.csv", m, feed.Options{})
		require.NoError(t, err)
		importertest.Sound(t, c)
		for _, o := range c.Offers() {
			require.NotEmpty(t, o.ID)
		}
	})
}

func TestReadTakesNoSumForAService(t *testing.T) {
	c, issues := read(t, "name,price\nTea,2.50\nTotal:,2.50\n", `{"columns":[{"column":"name","to":"name"},{"column":"price","to":"cost.amount"}]}`)
	require.Len(t, c.Services, 1)
	require.Equal(t, 1, importertest.Codes(issues)["note summary-row"])
}

// What is mapped to parts that a row's kind of record has not here stays with it.
func TestReadKeepsWhatIsMappedToPartsThatOnlyServicesHave(t *testing.T) {
	m := flat.Mapping{Records: "organizations", Columns: []flat.Column{{Column: "name", To: "name"}, {Column: "Street", To: "location.address_1"}, {Column: "Fee", To: "cost.amount"}}}
	c, _, err := flat.Read(t.Context(), strings.NewReader("name,Street,Fee\nTrust,1 High Street,2.50\n"), "register.csv", m, feed.Options{})
	require.NoError(t, err)
	require.Len(t, c.Organisations, 1)
	extra, err := json.Marshal(c.Organisations[0].Extra)
	require.NoError(t, err)
	require.Contains(t, string(extra), "1 High Street")
	require.Contains(t, string(extra), "2.50")
}
