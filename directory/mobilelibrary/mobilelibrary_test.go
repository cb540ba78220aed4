package mobilelibrary_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/mobilelibrary"
	"github.com/stretchr/testify/require"
)

var fetched = time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)

func ExampleRead() {
	files := importertest.Folder(
		"organisations.csv", "authority,code\nBay,E07000121\n",
		"bay.csv", "organisation,stop,postcode,geox,geoy,day,arrival,departure,frequency,start\n"+
			"Bay,Hestwick Church,LA4 9ZA,-2.86,54.07,Tuesday,09:40,10:20,FREQ=WEEKLY;INTERVAL=2,2026-11-24\n",
	)
	catalogue, _, err := mobilelibrary.Read(context.Background(), files, feed.Options{Feed: "mobile"})
	if err != nil {
		panic(err)
	}
	for _, offer := range catalogue.Offers() {
		next := importertest.Day("2026-12-08")
		fmt.Println(offer.Name, "at", offer.Where, offer.Schedules[0].Opens, next, offer.Schedules[0].Occurs(next))
	}
	// Output: Bay mobile library at Hestwick Church 09:40 2026-12-08 yes
}

func TestStopsOfMobileLibraries(t *testing.T) {
	const header = "organisation,mobile,route,community,stop,address,postcode,geox,geoy,day,type,arrival,departure,frequency,start,end,exceptions,timetable\n"
	stop := func(postcode, rule, start string) string {
		return "Bay,Van,1,Hestwick,Church,\"Church, Hestwick\"," + postcode + ",-2.86,54.07,Tuesday,Public,9:40,10:20," + rule + "," + start + ",,,https://example.org\n"
	}
	c, issues, err := mobilelibrary.Read(t.Context(), importertest.Folder(
		"organisations.csv", "authority,code,website\nBay,E07000121,https://bay.example.org\n",
		"bay.csv", header+stop("LA49ZA", "FREQ=WEEKLY;INTERVAL=3", "2026-11-24")+stop("", "FREQ=HOURLY", "2026-11-25"),
		"dale.csv", header+"Dale,Van,1,,,,ZZ,,,,,,,,never,,,\n",
	), feed.Options{Feed: "mobile"})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(map[string]int{
		"note postal_code postcode-form": 1, "note schedules[0].opens_at short-time-of-day": 2, "note postcode no-postcode": 1, "note postal_code odd-postcode": 1,
		"warning schedules[0].freq bad-rule": 2, "note day start-off-day": 1, "note organization_id dangling-reference": 1,
		"warning stop missing-name": 1, "note latitude no-coordinates": 1, "warning schedules[0].dtstart bad-date": 1,
	}, importertest.Counts(issues)))
	importertest.Sound(t, c)
	offers := c.Offers()
	require.Len(t, offers, 3)
	require.Equal(t, "Church, Hestwick", offers[0].Where)
	require.Equal(t, "Bay", offers[0].Provider)
	require.Equal(t, "LA4 9ZA", c.Places[0].Address.Postcode)
	require.Equal(t, sp.Yes, offers[0].Schedules[0].Occurs(importertest.Day("2026-12-15")))
	require.Equal(t, sp.Unknown, offers[1].Schedules[0].Occurs(importertest.Day("2026-12-15")))
	for column, want := range map[string]string{"mobile": "Van", "route": "1", "day": "Tuesday", "type": "Public", "timetable": "https://example.org"} {
		require.JSONEq(t, strconv.Quote(want), string(c.Venues[0].Extra[column]), "%s, for which there is no place", column)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("organisation,stop,geox,geoy,frequency,start,arrival\nBay,Church,-2,54,FREQ=WEEKLY,2026-11-24,9:40\n"))
	f.Fuzz(func(t *testing.T, stops []byte) {
		c, _, err := mobilelibrary.Read(t.Context(), importertest.Folder("bay.csv", string(stops)), feed.Options{})
		require.NoError(t, err)
		importertest.Sound(t, c)
	})
}

func TestMobileLibraries(t *testing.T) {
	c, issues, err := mobilelibrary.Read(t.Context(), os.DirFS(importertest.Data(t, "uk-mobile-libraries")), feed.Options{Feed: "mobile", Fetched: fetched})
	require.NoError(t, err)
	require.Len(t, c.Services, 25)
	require.Len(t, c.Places, 5151)
	require.Len(t, c.Venues, 5151)
	require.Empty(t, cmp.Diff(map[string]int{
		"note postcode no-postcode":      3839,
		"note postal_code postcode-form": 506,
		// The README counts rows, of which 36 have a short time of arrival; 15 of
		// those have a short departure too.
		"note schedules[0].opens_at short-time-of-day":  36,
		"note schedules[0].closes_at short-time-of-day": 15,
		"note day start-off-day":                        10,
		// The README says 22, which is what comparing "9:40" and "10:00" as texts
		// gives; as times one stop ends before it begins.
		"note schedules[0].closes_at closes-before-opens": 1,
		// The README says 18 duplicates by a shorter key, under which different
		// village halls are one. Twelve differ in route alone, or route and postcode.
		"note route duplicate-stop": 12,
	}, importertest.Counts(issues)))
	offers := c.Offers()
	require.Len(t, offers, 5151)
	for _, o := range offers {
		require.False(t, o.Point.IsZero())
		require.False(t, o.Schedules[0].Rule.IsZero())
		require.Equal(t, sp.Unknown, o.Cost.Within(sp.Money{}, 0), "nothing is said about cost")
	}
}

func size(b *testing.B, pattern string) int64 {
	b.Helper()
	files, err := filepath.Glob(importertest.Data(b, pattern))
	require.NoError(b, err)
	total := int64(0)
	for _, name := range files {
		info, err := os.Stat(name)
		require.NoError(b, err)
		total += info.Size()
	}
	return total
}

func BenchmarkRead(b *testing.B) {
	const folder = "uk-mobile-libraries"
	b.SetBytes(size(b, folder+"/*.csv"))
	b.ReportAllocs()
	for b.Loop() {
		c, _, err := mobilelibrary.Read(b.Context(), os.DirFS(importertest.Data(b, folder)), feed.Options{})
		if err != nil || len(c.Places) != 5151 {
			b.Fatal(len(c.Places), err)
		}
	}
}

func BenchmarkSpeed(b *testing.B) {
	folder := importertest.Data(b, "uk-mobile-libraries")
	var tables [][]byte
	files, err := filepath.Glob(folder + "/*.csv")
	require.NoError(b, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(b, err)
		tables = append(tables, text)
	}
	importertest.Speed(b, tables, func() {
		_, _, err := mobilelibrary.Read(b.Context(), os.DirFS(folder), feed.Options{})
		require.NoError(b, err)
	})
}

func TestReadMakesNoStopsOfATableThatIsNoTimetable(t *testing.T) {
	folder := fstest.MapFS{"shops.csv": {Data: []byte("id,name,address\n1,Bakery,1 High Street\n2,Chemist,2 High Street\n,,\n")}}
	c, issues, err := mobilelibrary.Read(t.Context(), folder, feed.Options{Feed: "mobile"})
	require.NoError(t, err)
	require.Empty(t, c.Services)
	require.Empty(t, c.Places)
	codes := map[string]int{}
	for _, issue := range issues {
		codes[issue.Code]++
	}
	require.GreaterOrEqual(t, codes["no-record"], 2, "each row is told of")
}
