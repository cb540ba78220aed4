package hsds_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// closed are two halls, of which the first is closed for Christmas, as records of JSON.
func closed(services, venues, days string) string {
	return `{"locations":[{"id":"A","name":"Hall","holiday_schedules":[` + days + `]},{"id":"B","name":"Barn"}],"services":[` + services + `],"service_at_locations":[` + venues + `]}`
}

func TestReadJSONTakesTheClosuresOfAPlaceOutOfWhatHappensThere(t *testing.T) {
	const christmas = `{"closed":true,"start_date":"2026-12-24","end_date":"2026-12-26"}`
	const fridays = `"schedules":[{"id":"R","freq":"WEEKLY","byday":"FR","opens_at":"10:00"}]`
	const tea = `{"id":"S","name":"Tea","status":"active",` + fridays + `}`
	const atA, atB = `{"id":"VA","service_id":"S","location_id":"A"}`, `{"id":"VB","service_id":"S","location_id":"B"}`
	for _, tt := range []struct {
		name, text     string
		inHall, inBarn sp.Truth
	}{
		{"a service that happens there alone", closed(tea, atA, christmas), sp.No, sp.Unknown},
		{"a service that happens elsewhere too", closed(tea, atA+","+atB, christmas), sp.No, sp.Yes},
		{"a service with hours of its own there", closed(`{"id":"S","name":"Tea","status":"active"}`, strings.Replace(atA, `"S"`, `"S",`+fridays, 1)+","+atB, christmas), sp.No, sp.Unknown},
		{"a closure of which the days cannot be read", closed(tea, atA+","+atB, `{"closed":true,"start_date":"Christmas"}`), sp.Unknown, sp.Yes},
		{"a place that stands in the service", `{"id":"S","name":"Tea","status":"active",` + fridays + `,"service_at_locations":[
			{"id":"VA","location":{"id":"A","name":"Hall","holiday_schedules":[` + christmas + `]}},{"id":"VB","location":{"id":"B","name":"Barn"}}]}`, sp.No, sp.Yes},
		{"a closure that stands by itself", strings.Replace(closed(tea, atA+","+atB, ""), `{"locations"`, `{"holiday_schedules":[{"location_id":"A","closed":true,"start_date":"2026-12-25"}],"locations"`, 1), sp.No, sp.Yes},
		{"a closure of the service where its places have hours of their own", closed(
			strings.Replace(tea, `"schedules"`, `"holiday_schedules":[`+christmas+`],"schedules"`, 1), strings.Replace(atA, `"S"`, `"S",`+fridays, 1)+","+atB, ""), sp.No, sp.No},
		{"another day", closed(tea, atA+","+atB, `{"closed":true,"start_date":"2026-12-24"}`), sp.Yes, sp.Yes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := parse(t, tt.text)
			got := map[string]sp.Truth{}
			for _, o := range c.Offers() {
				for i := range o.Schedules {
					got[o.Where] = o.Schedules[i].Occurs(importertest.Day("2026-12-25"))
				}
				for i := range o.Schedules {
					require.NotEqual(t, sp.No, o.Schedules[i].Occurs(importertest.Day("2026-12-18")), "a Friday on which nothing is closed")
				}
			}
			require.Equal(t, tt.inHall, got["Hall"])
			require.Equal(t, tt.inBarn, got["Barn"])
			comesBack(t, c, feed.Options{Feed: "bay", Fetched: fetched})
		})
	}
}

// A service with a thousand schedules in a thousand places that are all closed would have a
// million of them.
func TestReadJSONMakesNoMoreSchedulesThanThereIsRoomFor(t *testing.T) {
	var text strings.Builder
	text.WriteString(`{"id":"S","name":"Tea","status":"active","schedules":[{}` + strings.Repeat(`,{"freq":"WEEKLY","byday":"FR"}`, 999) + "]}\n")
	for i := range 3000 {
		fmt.Fprintf(&text, `{"service_id":"S","location":{"id":"%d","name":"Hall","holiday_schedules":[{"closed":true,"start_date":"2026-12-25"}]}}`+"\n", i)
	}
	c, _, err := hsds.ReadJSON(t.Context(), strings.NewReader(text.String()), "x.json", feed.Options{})
	require.NoError(t, err)
	n := 0
	for i := range c.Venues {
		n += len(c.Venues[i].Schedules)
	}
	require.Less(t, n, 40_000)
	require.Equal(t, sp.Unknown, c.Services[0].Schedules[0].Occurs(importertest.Day("2026-12-25")), "so that it is unknown when it happens")
	require.Equal(t, directory.ID("x/S"), c.Services[0].ID)
}
