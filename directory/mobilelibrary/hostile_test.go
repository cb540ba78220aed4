package mobilelibrary_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/mobilelibrary"
	"github.com/socialprescribing/sp/internal/tier"
)

// harmful is how many bytes an input has that is meant to do harm.
var harmful = tier.Pick(1<<14, 1<<16, 1<<20)

func TestReadTakesLittleMemoryForTimetablesThatAreMeantToDoHarm(t *testing.T) {
	importertest.Bounded(t, harmful, importertest.Tables(), readTimetable)
}

func readTimetable(tb testing.TB, text string) any {
	tb.Helper()
	c, _, err := mobilelibrary.Read(tb.Context(), importertest.Folder("bay.csv", text), feed.Options{Feed: "x"})
	require.NoError(tb, err)
	return c
}

func BenchmarkHostile(b *testing.B) { importertest.Harm(b, importertest.Tables(), readTimetable) }
