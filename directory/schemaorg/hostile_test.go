package schemaorg_test

import (
	"testing"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/schemaorg"
	"github.com/socialprescribing/sp/internal/tier"
)

// harmful is how many bytes an input has that is meant to do harm.
var harmful = tier.Pick(1<<14, 1<<16, 1<<20)

func TestSchedulesTakeLittleMemoryForHoursThatAreMeantToDoHarm(t *testing.T) {
	importertest.Bounded(t, harmful, append(importertest.Documents(), importertest.Hours()...), readHours)
}

func readHours(_ testing.TB, text string) any {
	schedules, _, err := schemaorg.Schedules([]byte(text), feed.Options{Feed: "x"})
	if err != nil {
		return nil // it is no JSON
	}
	return directory.Catalogue{Services: []directory.Service{{Facts: directory.Facts{Schedules: schedules}}}}
}

func BenchmarkHostile(b *testing.B) {
	importertest.Harm(b, append(importertest.Documents(), importertest.Hours()...), readHours)
}
