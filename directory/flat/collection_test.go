package flat_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/flat"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// foodBank maps the columns of both lists of food banks. Opening times are in
// words that are no rule, so they stay words.
var foodBank = flat.Mapping{Columns: []flat.Column{
	{Column: "name", To: "name"},
	{Column: "referral method", To: "application_process"},
	{Column: "opening times", To: "schedule.description"},
	{Column: "address", To: "location.address_1"},
	{Column: "postcode", To: "location.postal_code"},
	{Column: "contact", To: "email"},
	{Column: "website", To: "website"},
}}

// charities maps the columns of an extract of the register of charities.
var charities = flat.Mapping{Records: "organizations", Columns: []flat.Column{
	{Column: "registered_charity_number", To: "id"},
	{Column: "charity_name", To: "name"},
	{Column: "charity_activities", To: "description"},
	{Column: "charity_contact_phone", To: "phone.number"},
	{Column: "charity_contact_email", To: "email"},
	{Column: "charity_contact_web", To: "website"},
}}

// The community assets of Greater Manchester are sheets of eight shapes. What
// becomes of each is counted: services, organisations, places, and issues by code.
func TestReadTakesTheSheetsOfGreaterManchester(t *testing.T) {
	for _, tt := range []struct {
		file                            string
		mapping                         flat.Mapping
		services, organisations, places int
		placed                          int // places with coordinates
		issues                          map[string]int
	}{
		{file: "gm_food_banks.csv", services: 171, places: 171, issues: map[string]int{"note no-coordinates": 171, "note placeholder": 11, "note url-form": 7, "warning bad-email": 58, "warning bad-url": 7, "warning missing-id": 171}, mapping: foodBank},
		{file: "trafford_food_banks.csv", services: 7, places: 7, issues: map[string]int{"note no-coordinates": 7, "warning missing-id": 7}, mapping: foodBank},
		{file: "gm_libraries.csv", services: 141, places: 141, placed: 141, issues: map[string]int{"note placeholder": 7, "note url-form": 16, "warning missing-id": 141}, mapping: flat.Mapping{Columns: []flat.Column{
			{Column: "name", To: "name"},
			{Column: "email", To: "email"},
			{Column: "website", To: "website"},
			{Column: "name", To: "location.name"},
			{Column: "address", To: "location.address_1"},
			{Column: "postcode", To: "location.postal_code"},
			{Column: "lat", To: "location.latitude"},
			{Column: "lon", To: "location.longitude"},
		}}},
		{file: "sports_clubs.csv", services: 140, places: 107, issues: map[string]int{"note no-coordinates": 107, "warning missing-id": 140}, mapping: flat.Mapping{Taxonomy: "trafford/sports", Columns: []flat.Column{
			{Column: "name", To: "name"}, {Column: "category", To: "attribute.topic"}, {Column: "address", To: "location.address_1"}, {Column: "postcode", To: "location.postal_code"},
		}}},
		{file: "sports_facilities.csv", places: 171, placed: 171, issues: map[string]int{"note placeholder": 49}, mapping: flat.Mapping{Records: "locations", Columns: []flat.Column{
			{Column: "site_id", To: "id"},
			{Column: "site_name", To: "name"},
			{Column: "street", To: "address_1"},
			{Column: "town", To: "city"},
			{Column: "postcode", To: "postal_code"},
			{Column: "lat", To: "latitude"},
			{Column: "lon", To: "longitude"},
			{Column: "telephone", To: "phone.number"},
			{Column: "disability_parking", To: "attribute.access", When: "yes", Value: "accessible-parking"},
			{Column: "disability_toilets", To: "attribute.access", When: "yes", Value: "accessible-toilet"},
		}}},
		{file: "trafford_mental_health_services.csv", services: 60, places: 53, issues: map[string]int{"note no-coordinates": 53, "note odd-postcode": 1, "warning missing-id": 60}, mapping: flat.Mapping{Columns: []flat.Column{
			{Column: "name", To: "name"},
			{Column: "description", To: "description"},
			{Column: "address", To: "location.address_1"},
			{Column: "postcode", To: "location.postal_code"},
			{Column: "telephone", To: "phone.number"},
			{Column: "website", To: "website"},
		}}},
		{file: "charities_operating_in_trafford.csv", organisations: 736, issues: map[string]int{"note placeholder": 361, "note url-form": 407, "warning bad-url": 4}, mapping: charities},
	} {
		t.Run(tt.file, func(t *testing.T) {
			f, err := os.Open(importertest.Data(t, "trafford-ogl/"+tt.file))
			require.NoError(t, err)
			defer f.Close()
			c, issues, err := flat.Read(t.Context(), f, tt.file, tt.mapping, feed.Options{Feed: "gm"})
			require.NoError(t, err)
			importertest.Sound(t, c)
			placed := 0
			for _, p := range c.Places {
				if !p.Point.IsZero() {
					placed++
				}
			}
			require.Equal(t, []int{tt.services, tt.organisations, tt.places, placed}, []int{len(c.Services), len(c.Organisations), len(c.Places), placed})
			require.Empty(t, cmp.Diff(tt.issues, importertest.Codes(issues)))
		})
	}
}

func BenchmarkRead(b *testing.B) {
	text, err := os.ReadFile(importertest.Data(b, "trafford-ogl/charities_operating_in_trafford.csv"))
	require.NoError(b, err)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		c, _, err := flat.Read(b.Context(), bytes.NewReader(text), "charities.csv", charities, feed.Options{Feed: "gm"})
		if err != nil || len(c.Organisations) != 736 {
			b.Fatal(len(c.Organisations), err)
		}
	}
}

func BenchmarkSpeed(b *testing.B) {
	text, err := os.ReadFile(importertest.Data(b, "trafford-ogl/charities_operating_in_trafford.csv"))
	require.NoError(b, err)
	importertest.Speed(b, [][]byte{text}, func() {
		_, _, err := flat.Read(b.Context(), bytes.NewReader(text), "charities.csv", charities, feed.Options{Feed: "gm"})
		require.NoError(b, err)
	})
}
