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
	"github.com/socialprescribing/sp/internal/tier"
)

// harmful is how many bytes an input has that is meant to do harm.
var harmful = tier.Pick(1<<14, 1<<16, 1<<20)

func readDocument(tb testing.TB, text string) any {
	tb.Helper()
	c, _, err := hsds.ReadJSON(tb.Context(), strings.NewReader(text), "x.json", feed.Options{Feed: "x"})
	require.NoError(tb, err)
	return c
}

func readTable(tb testing.TB, text string) any {
	tb.Helper()
	c, _, err := hsds.ReadTables(tb.Context(), importertest.Folder("services.csv", text), feed.Options{Feed: "x"})
	require.NoError(tb, err)
	return c
}

func TestReadJSONTakesLittleMemoryForDocumentsThatAreMeantToDoHarm(t *testing.T) {
	importertest.Bounded(t, harmful, importertest.Documents(), readDocument)
}

func TestReadTablesTakesLittleMemoryForTablesThatAreMeantToDoHarm(t *testing.T) {
	importertest.Bounded(t, harmful, importertest.Tables(), readTable)
	for _, rows := range importertest.Rows() {
		importertest.Bounded(t, harmful, []importertest.Hostile{rows}, func(tb testing.TB, text string) any {
			tb.Helper()
			c, _, err := hsds.ReadTables(tb.Context(), importertest.Beside(rows.Name, text), feed.Options{Feed: "x"})
			require.NoError(tb, err)
			return c
		})
	}
}

// BenchmarkHostile reads half a megabyte, one and two of what is meant to do harm,
// in each of the ways by which readers of other kinds were brought down.
func BenchmarkHostile(b *testing.B) { importertest.Harm(b, importertest.Documents(), readDocument) }

func BenchmarkHostileTables(b *testing.B) { importertest.Harm(b, importertest.Tables(), readTable) }

// A megabyte of names would be a hundred megabytes of services.
func TestReadJSONMakesNoMoreRecordsThanAnInputHasRoomFor(t *testing.T) {
	const each = 40_000
	for _, list := range []string{"services", "organizations", "locations"} {
		t.Run(list, func(t *testing.T) {
			var text strings.Builder
			text.WriteString(`{"` + list + `":[{"name":"a"}`)
			for i := range each - 1 {
				fmt.Fprintf(&text, `,{"name":"%d"}`, i)
			}
			text.WriteString("]}")
			made := func(o feed.Options) (int, []sp.Issue) {
				c, issues, err := hsds.ReadJSON(t.Context(), strings.NewReader(text.String()), "x.json", o)
				require.NoError(t, err)
				return len(c.Services) + len(c.Organisations) + len(c.Places), issues
			}
			n, issues := made(feed.Options{Feed: "x"})
			require.Less(t, n, 30_000)
			require.Greater(t, n, 1_000)
			require.Equal(t, each-n, importertest.Codes(issues)["error no-room"], "each that is not made is counted")
			more, _ := made(feed.Options{Feed: "x", Room: 64})
			require.Greater(t, more, n)
			all, issues := made(feed.Options{Feed: "x", Room: -1})
			require.Equal(t, each, all)
			require.Zero(t, importertest.Codes(issues)["error no-room"])
		})
	}
}

// What is told once more needs no room, so it still completes what is there.
func TestReadJSONCompletesRecordsWhereNoneHasRoomAnyMore(t *testing.T) {
	var text strings.Builder
	text.WriteString(`{"services":[{"id":"first","name":"Tea"}`)
	for i := range 20_000 {
		fmt.Fprintf(&text, `,{"name":"%d"}`, i)
	}
	text.WriteString(`,{"id":"first","name":"Tea","description":"Every Tuesday."}]}`)
	c, _, err := hsds.ReadJSON(t.Context(), strings.NewReader(text.String()), "x.json", feed.Options{Feed: "x"})
	require.NoError(t, err)
	require.Equal(t, "Every Tuesday.", c.Services[0].Description)
}

// Where records clash for which there is no room, none is believed all the same.
func TestReadJSONBelievesNoneOfRecordsThatClashWhereNoneHasRoomAnyMore(t *testing.T) {
	var text strings.Builder
	text.WriteString(`{"services":[{"id":"cake","name":"Cake","organization_id":"O1"}],"organizations":[{"id":"O1","name":"Hall Trust"}`)
	for i := range 40_000 {
		fmt.Fprintf(&text, `,{"name":"%d"}`, i)
	}
	text.WriteString(`,{"id":"O1","name":"Bristol Club"}]}`)
	c, issues, err := hsds.ReadJSON(t.Context(), strings.NewReader(text.String()), "x.json", feed.Options{Feed: "x"})
	require.NoError(t, err)
	require.Empty(t, c.Services[0].Organisation)
	require.NotZero(t, importertest.Codes(issues)["error no-room"])
}

// Places are read before services, and say less.
func TestReadTablesMakesRoomForAllTablesOfAFolderAtOnce(t *testing.T) {
	var places, services strings.Builder
	places.WriteString("id,name,latitude,longitude\n")
	services.WriteString("id,name,location_id,description\n")
	for i := range 25_000 {
		fmt.Fprintf(&places, "%d,Hall %[1]d,54,-2\n", i)
	}
	services.WriteString("1,Tea,1," + strings.Repeat("Come and have tea. ", 100_000) + "\n")
	folder := importertest.Folder("locations.csv", places.String(), "services.csv", services.String())
	c, issues, err := hsds.ReadTables(t.Context(), folder, feed.Options{Feed: "x"})
	require.NoError(t, err)
	require.Len(t, c.Places, 25_000)
	require.Zero(t, importertest.Codes(issues)["error no-room"])

	delete(folder, "services.csv")
	c, issues, err = hsds.ReadTables(t.Context(), folder, feed.Options{Feed: "x"})
	require.NoError(t, err)
	require.Equal(t, 25_000-len(c.Places), importertest.Codes(issues)["error no-room"], "so few bytes have no room for as many places")
	require.NotEqual(t, 25_000, len(c.Places))
}

// A list of halls says hardly more of each than a flood does.
func TestReadTablesReadsADenseListInFull(t *testing.T) {
	const each = 20_000
	var rows, records strings.Builder
	rows.WriteString("id,name,latitude,longitude\n")
	for i := range each {
		fmt.Fprintf(&rows, "%d,Hall,54.1,-2.9\n", i)
		fmt.Fprintf(&records, `{"id":"%d","name":"Hall","latitude":54.1,"longitude":-2.9}`+"\n", i)
	}
	require.Less(t, rows.Len(), 1<<19)
	for name, read := range map[string]func() (directory.Catalogue, []sp.Issue, error){
		"a table": func() (directory.Catalogue, []sp.Issue, error) {
			return hsds.ReadTables(t.Context(), importertest.Folder("locations.csv", rows.String()), feed.Options{Feed: "x"})
		},
		"records": func() (directory.Catalogue, []sp.Issue, error) {
			return hsds.ReadJSON(t.Context(), strings.NewReader(records.String()), "x.json", feed.Options{Feed: "x"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, issues, err := read()
			require.NoError(t, err)
			require.Empty(t, issues)
			require.Len(t, c.Places, each)
		})
	}
}
