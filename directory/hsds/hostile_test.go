package hsds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

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
