package flat_test

import (
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

func BenchmarkHostile(b *testing.B) { importertest.Harm(b, importertest.Tables(), readSheet) }
