package schemaorg_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/schemaorg"
)

// In whatever field of hours markup stands, none of it comes out of the reader.
func TestSchedulesAreOfPlainTexts(t *testing.T) {
	importertest.Leaves(t, []byte(`{"@type":"Place","name":"Hall","description":"Warm","openingHours":"Mo-Fr 09:00-17:00","openingHoursSpecification":[
		{"dayOfWeek":"Monday","opens":"09:00","closes":"17:00","validFrom":"2026-01-01","validThrough":"2026-12-31","description":"term"}],
		"eventSchedule":{"repeatFrequency":"P1W","byDay":"schema:Tuesday","startDate":"2026-01-06","endDate":"2026-11-17","startTime":"10:00","exceptDate":["2026-02-03"],"repeatCount":3},
		"subEvent":[{"startDate":"2026-11-24T10:00:00+00:00","endDate":"2026-11-24T11:00:00Z","name":"x","url":"https://bay.example"}]}`),
		func(what string, changed []byte) {
			schedules, _, err := schemaorg.Schedules(changed, feed.Options{Feed: "x"})
			require.NoError(t, err)
			importertest.Plain(t, directory.Catalogue{Services: []directory.Service{{Facts: directory.Facts{Schedules: schedules}}}}, what)
		})
}
