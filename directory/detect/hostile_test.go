package detect_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/internal/tier"
)

// harmful is how many bytes an input has that is meant to do harm.
var harmful = tier.Pick(1<<14, 1<<16, 1<<20)

func TestReadTakesLittleMemoryForFilesThatAreMeantToDoHarm(t *testing.T) {
	importertest.Bounded(t, harmful, append(importertest.Documents(), importertest.Tables()...), find)
}

func find(tb testing.TB, text string) any {
	tb.Helper()
	found, err := detect.Find(importertest.Folder("file", text), "file")
	require.NoError(tb, err)
	return found
}

func BenchmarkHostile(b *testing.B) {
	importertest.Harm(b, append(importertest.Documents(), importertest.Tables()...), find)
}
