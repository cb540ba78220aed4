package ohana_test

import (
	"testing"

	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/internal/tier"
)

// harmful is how many bytes an input has that is meant to do harm.
var harmful = tier.Pick(1<<14, 1<<16, 1<<20)

func TestReadTakesLittleMemoryForTablesThatAreMeantToDoHarm(t *testing.T) {
	importertest.Bounded(t, harmful, importertest.Tables(), readTable)
}

func readTable(tb testing.TB, text string) any {
	tb.Helper()
	c, _ := read(tb, importertest.Folder("services.csv", text))
	return c
}

func BenchmarkHostile(b *testing.B) { importertest.Harm(b, importertest.Tables(), readTable) }
