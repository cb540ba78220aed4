package flat_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/flat"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/internal/tier"
)

// harmful is how many bytes an input has that is meant to do harm.
var harmful = tier.Pick(1<<14, 1<<16, 1<<20)

func TestReadTakesLittleMemoryForSheetsThatAreMeantToDoHarm(t *testing.T) {
	importertest.Bounded(t, harmful, importertest.Tables(), readSheet)
}

func readSheet(tb testing.TB, text string) any {
	tb.Helper()
	m := flat.Mapping{Separator: ",", Columns: []flat.Column{
		{Column: "id", To: "id"},
		{Column: "name", To: "name"},
		{Column: "name", To: "location.name"},
		{Column: "location_id", To: "attribute.topic"},
		{Column: "description", To: "description"},
		{Column: "taxonomy_ids", To: "attribute.topic"},
	}}
	c, _, err := flat.Read(tb.Context(), strings.NewReader(text), "sheet.csv", m, feed.Options{Feed: "x", Room: 18})
	require.NoError(tb, err)
	return c
}

// Nothing is built of a row for which there is no room, or that tells of a record too often,
// and each is counted all the same.
func TestReadCountsEachRowOfWhichNothingIsMade(t *testing.T) {
	for records, row := range map[string]string{"services": "h%d,Hall,\n", "organizations": "h%d,Hall,\n", "locations": ",h%d,\n"} {
		t.Run(records, func(t *testing.T) {
			text := importertest.Repeated("id,name,description\n1,Tea,\n", row, "1,Tea,Warm\n")(1 << 19)
			rows := strings.Count(text, "h")
			m := flat.Mapping{Records: records, Columns: []flat.Column{{Column: "id", To: "id"}, {Column: "name", To: "name"}, {Column: "description", To: "description"}}}
			c, issues, err := flat.Read(t.Context(), strings.NewReader(text), "halls.csv", m, feed.Options{Feed: "x", Room: 8})
			require.NoError(t, err)
			made := len(c.Services) + len(c.Organisations) + len(c.Places)
			require.Less(t, made, rows)
			require.Equal(t, 1+rows-made, importertest.Codes(issues)["error no-room"], "the last completes the first, and needs no room")
		})
	}
}

func TestReadCountsEachRowThatTellsOfARecordTooOften(t *testing.T) {
	text := importertest.Repeated("id,name,fees\n", "1,Tea,%d pounds\n", "")(1 << 16)
	m := flat.Mapping{Columns: []flat.Column{{Column: "id", To: "id"}, {Column: "name", To: "name"}, {Column: "fees", To: "fees"}}}
	c, issues, err := flat.Read(t.Context(), strings.NewReader(text), "teas.csv", m, feed.Options{Feed: "x"})
	require.NoError(t, err)
	require.Len(t, c.Services, 1)
	require.Equal(t, strings.Count(text, "Tea")-200, importertest.Codes(issues)["error told-too-often"])
}

// A service of a thousand places is none of any sheet, and one of a hundred thousand takes a
// second to read.
func TestReadTakesAThousandRowsThatContinueOneAndCountsTheOthers(t *testing.T) {
	m := flat.Mapping{Parent: "parent", Columns: []flat.Column{{Column: "id", To: "id"}, {Column: "name", To: "name"}, {Column: "place", To: "location.name"}}}
	text := importertest.Repeated("id,parent,name,place\n1,,Tea,Hall\n", ",1,,Hall %d\n", "2,,Choir,Church\n")(1 << 15)
	c, issues, err := flat.Read(t.Context(), strings.NewReader(text), "teas.csv", m, feed.Options{Feed: "x"})
	require.NoError(t, err)
	require.Len(t, c.Services, 2)
	require.Len(t, c.Places, 1+1000+1)
	require.Equal(t, strings.Count(text, "\n,1,")-1000, importertest.Codes(issues)["error too-many"])
}

// Rows that wait for those which continue them tell how many there will be.
func TestReadTakesLittleMemoryForRowsThatWaitForOthers(t *testing.T) {
	importertest.Bounded(t, harmful, groups, readGroups)
}

var groups = []importertest.Hostile{
	{Name: "rows beneath one", Of: importertest.Repeated("id,parent,name\n1,,x\n", "r%d,1,y%[1]d\n", "")},
	{Name: "rows beneath nobody", Of: importertest.Repeated("id,parent,name\n", "r%d,x,y\n", "")},
	{Name: "rows of their own", Of: importertest.Repeated("id,parent,name\n", ",,y%d\n", "")},
}

func readGroups(tb testing.TB, text string) any {
	tb.Helper()
	m := flat.Mapping{Parent: "parent", Columns: []flat.Column{{Column: "id", To: "id"}, {Column: "name", To: "name"}, {Column: "name", To: "location.name"}}}
	c, _, err := flat.Read(tb.Context(), strings.NewReader(text), "sheet.csv", m, feed.Options{Feed: "x", Room: 18})
	require.NoError(tb, err)
	return c
}

// A sheet of which the size is known has its room at once, so that lists are not moved again
// and again while it grows.
func TestReadTakesTwiceTheMemoryForASheetTwiceAsLong(t *testing.T) {
	tier.Unraced(t)
	allocated := func(size int) uint64 {
		text := importertest.Repeated("id,location_id,name,description\n", "%d,,x\n", "")(size)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		readSheet(t, text)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	require.Less(t, allocated(1<<21), 3*allocated(1<<20))
}

func BenchmarkHostile(b *testing.B) { importertest.Harm(b, importertest.Tables(), readSheet) }

func BenchmarkHostileGroups(b *testing.B) { importertest.Harm(b, groups, readGroups) }
