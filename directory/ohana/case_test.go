package ohana_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/geo"
)

// with returns a folder with an organisation and a place, and more files, of
// which each replaces one that is there.
func with(pairs ...string) fstest.MapFS {
	return importertest.Folder(append([]string{
		"organizations.csv", "id,name\nO,Vestry\n",
		"locations.csv", "id,organization_id,name,latitude,longitude,virtual\nL,O,Green,51.45,-2.58,false\n",
	}, pairs...)...)
}

func TestHSDS3TablesAreReadInFull(t *testing.T) {
	c, issues, err := hsds.ReadTables(t.Context(), importertest.Folder(
		"organizations.csv", "id,name,description\nO,Vestry,Lends rooms\n",
		"locations.csv", "id,location_type,name,latitude,longitude\nL,physical,Green,51.45,-2.58\n",
		"services.csv", "id,organization_id,name,status,minimum_age,maximum_age\nS,O,Bowls,active,18,65\n",
		"service_at_location.csv", "id,service_id,location_id\nV,S,L\n",
		"schedules.csv", "id,service_id,service_at_location_id,freq,byday,opens_at,closes_at\nR,S,,WEEKLY,TU,10:00,12:00\nR2,,V,WEEKLY,FR,10:00,12:00\n",
		"cost_options.csv", "id,service_id,option,amount,currency\nC,S,Adult,2.50,GBP\n",
		"languages.csv", "id,service_id,name,code\nG,S,Welsh,cy\n",
		"attributes.csv", "id,link_id,link_entity,link_type,taxonomy_term_id\nA,S,service,topic,calm\n",
		"taxonomies.csv", "id,name,uri\nX,Needs,https://needs.example\n", "taxonomy_terms.csv", "id,code,name,taxonomy_id\ncalm,calm,Company,X\n",
		"phones.csv", "id,service_id,contact_id,number,type\nP,S,,0117 496 0000,voice\nP2,,K,0117 496 0001,text\n",
		"contacts.csv", "id,service_id,name\nK,S,Ann Persona\n",
		"addresses.csv", "id,location_id,address_1,city,postal_code,country,address_type\nD,L,3 Quay,Bristol,BS1 1AA,GB,physical\n",
		"accessibility.csv", "id,location_id,description\nB,L,Hearing loop\n",
	), feed.Options{Feed: "bay"})
	require.NoError(t, err)
	require.Empty(t, issues)
	o := c.Offers()[0]
	require.Equal(t, []string{"Vestry", "Green"}, []string{o.Provider, o.Where})
	require.Equal(t, geo.Point{Lat: 51.45, Lon: -2.58}, o.Point)
	require.Equal(t, "18 to 65", o.Eligibility.Ages.String())
	require.Equal(t, sp.Yes, o.Schedules[0].Occurs(importertest.Day("2026-11-27")), "the venue's own")
	require.Equal(t, sp.Yes, c.Services[0].Schedules[0].Occurs(importertest.Day("2026-11-24")))
	require.Equal(t, sp.Yes, o.Cost.Within(sp.Pence(250), 0))
	require.Equal(t, sp.Yes, o.Languages["cy"])
	require.Equal(t, []sp.Code{{System: "https://needs.example", Code: "calm", Display: "Company"}}, o.Topics)
	require.Equal(t, "voice", c.Services[0].Phones[0].Kind)
	require.Equal(t, "0117 496 0001", c.Services[0].Contacts[0].Phones[0].Number)
	require.Equal(t, "BS1 1AA", c.Places[0].Address.Postcode)
	require.Equal(t, sp.Yes, o.Access[directory.HearingLoop])
}

func TestReadMakesSchedulesOfHoursAndClosures(t *testing.T) {
	c, issues := read(t, with(
		"services.csv", "id,location_id,name,status\nS,L,Bowls,active\n",
		"regular_schedules.csv", "id,service_id,location_id,weekday,opens_at,closes_at\nR,S,,Friday,10:00,12:00\n",
		"holiday_schedules.csv", "id,service_id,location_id,closed,start_date,end_date,opens_at,closes_at\nH,S,,true,12/24/2026,12/26/2026,,\nH2,S,,false,12/31/2026,12/31/2026,14:00,15:00\n",
	))
	require.Empty(t, issues)
	for day, want := range map[string]sp.Truth{"2026-12-18": sp.Yes, "2026-12-25": sp.No, "2026-12-31": sp.Yes, "2027-01-01": sp.Yes, "2026-12-17": sp.No} {
		answer := sp.No
		for _, s := range c.Services[0].Schedules {
			answer = answer.Or(s.Occurs(importertest.Day(day)))
		}
		require.Equal(t, want, answer, day)
	}
}

func TestReadGivesAServiceToTheOrganisationThatItNames(t *testing.T) {
	c, _ := read(t, with(
		"organizations.csv", "id,name\nO,Vestry\nO2,Bowls Club\n",
		"services.csv", "id,location_id,organization_id,name\nS,L,O2,Bowls\nS2,,O2,Line\nS3,L,,Tea\n",
	))
	var providers []string
	for _, o := range c.Offers() {
		providers = append(providers, o.Provider)
	}
	require.Equal(t, []string{"Bowls Club", "Bowls Club", "Vestry"}, providers, "or else of that of its place")
}

func TestReadTakesTablesOfOtherPrograms(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files fstest.MapFS
		check func(*require.Assertions, directory.Catalogue)
		want  map[string]int
	}{
		{
			"words for nothing", with("locations.csv", "id,organization_id,name,latitude,longitude\nL,O,Green,NULL,NULL\n", "services.csv", "id,location_id,name,description,website,fees,eligibility\nS,L,Bowls,NULL,NULL,NULL,nan\n"),
			func(is *require.Assertions, c directory.Catalogue) {
				s := c.Services[0]
				is.Empty(s.Description + s.URL + s.Cost.Text + s.Eligibility.Text)
			},
			map[string]int{
				"note latitude placeholder": 1, "note longitude placeholder": 1, "note description placeholder": 1, "note website placeholder": 1,
				"note fees placeholder": 1, "note eligibility placeholder": 1, "note latitude no-coordinates": 1,
			},
		},
		{
			"the code page of Windows", with("services.csv", "id,location_id,name,fees\nS,L,Caf\xe9 \x96 bowls,\xa35\n"),
			func(is *require.Assertions, c directory.Catalogue) {
				is.Equal([]string{"Café – bowls", "£5"}, []string{c.Services[0].Name, c.Services[0].Cost.Text})
			},
			map[string]int{"note  windows-1252": 1},
		},
		{
			"semicolons", with("services.csv", "id;location_id;name;status\nS;L;Bowls;active\n"),
			func(is *require.Assertions, c directory.Catalogue) { is.Equal("Vestry", c.Offers()[0].Provider) },
			map[string]int{"note  separator": 1},
		},
		{
			"rows without anything", with("services.csv", "id,location_id,name,status\nS,L,Bowls,active\n,,,\n, ,,\n"),
			func(is *require.Assertions, c directory.Catalogue) { is.Len(c.Services, 1) },
			map[string]int{"note  empty-rows": 1},
		},
		{
			"quotation marks that stand for themselves", with("services.csv", "id,location_id,name\nS,L,The \"Green\" Bowls\nS2,L,Tea\n"),
			func(is *require.Assertions, c directory.Catalogue) {
				is.Len(c.Services, 2)
				is.Equal(`The "Green" Bowls`, c.Services[0].Name)
			},
			map[string]int{"note  bare-quote": 1},
		},
		{
			"columns written for people", with("locations.csv", "Id,Organization Id,Name,Latitude,Longitude\nL,O,Green,51.45,-2.58\n", "services.csv", "ID,Location-ID,Name\nS,L,Bowls\n"),
			func(is *require.Assertions, c directory.Catalogue) {
				is.Equal([]string{"Vestry", "Green"}, []string{c.Offers()[0].Provider, c.Offers()[0].Where})
			},
			map[string]int{},
		},
		{
			"numbers of more and fewer than ten digits", with("services.csv", "id,location_id,name\nS,L,Bowls\n", "phones.csv", "id,service_id,number,type,description,extension\nP,S,0117 496 0000,voice,Reception,5\nP2,S,116 123,,,\nP3,S,111,,,\nP4,S,ask Ann,,,\n"),
			func(is *require.Assertions, c directory.Catalogue) {
				is.Equal(directory.Phone{ID: "P", Number: "0117 496 0000", Extension: "5", Kind: "voice", Note: "Reception"}, c.Services[0].Phones[0])
			},
			map[string]int{"note number odd-phone": 1},
		},
		{
			"codes of access", with("locations.csv", "id,organization_id,name,latitude,longitude,accessibility\nL,O,Green,51.45,-2.58,\"wheelchair,disabled_parking,restroom,deaf_interpreter,tty\"\n", "services.csv", "id,location_id,name\nS,L,Bowls\n"),
			func(is *require.Assertions, c directory.Catalogue) {
				is.Equal(sp.Yes, c.Places[0].Access.All(directory.StepFree, directory.AccessibleParking, directory.AccessibleToilet, directory.SignLanguage))
				is.Equal("tty", c.Places[0].AccessText)
			},
			map[string]int{},
		},
		{
			"line breaks written out", with("services.csv", "id,location_id,name,description\nS,L,Bowls,\"Open:\\n\\nMonday\"\n"),
			func(is *require.Assertions, c directory.Catalogue) {
				is.Equal("Open:\n\nMonday", c.Services[0].Description)
			},
			map[string]int{"note description escaped-breaks": 1},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := read(t, tt.files)
			importertest.Sound(t, c)
			tt.check(require.New(t), c)
			require.Equal(t, tt.want, importertest.Counts(issues))
		})
	}
}
