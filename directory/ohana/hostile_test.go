package ohana_test

import (
	"testing"

	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func TestTablesThatAreMeantToDoHarmTakeLittleMemory(t *testing.T) {
	importertest.Bounded(t, importertest.Tables(), readTable)
}

func readTable(tb testing.TB, text string) any {
	tb.Helper()
	c, _ := read(tb, importertest.Folder("services.csv", text))
	return c
}

func BenchmarkHostile(b *testing.B) { importertest.Harm(b, importertest.Tables(), readTable) }
