package sqlite_test

import (
	"testing"

	"github.com/socialprescribing/sp/internal/lives"
	"github.com/socialprescribing/sp/store"
)

// Nobody is given a case beyond the cap, and no case is without an owner.
func TestCaseloadsOverStore(t *testing.T) {
	lives.Caseloads(t, func(t *testing.T) store.Driver {
		t.Helper()
		return open(t, handle(t, file(t)))
	})
}

func BenchmarkLives(b *testing.B) {
	lives.Bench(b, func(b *testing.B) store.Driver {
		b.Helper()
		return open(b, handle(b, file(b)))
	})
}

func TestAStoreKeepsReadsOutAndErasesEverythingAboutAPerson(t *testing.T) {
	lives.Run(t, func(tb testing.TB) store.Driver {
		tb.Helper()
		return open(tb, handle(tb, file(tb)))
	})
}

func TestAnswersAreKeptOverStore(t *testing.T) {
	lives.Answers(t, func(t *testing.T) store.Driver {
		t.Helper()
		return open(t, handle(t, file(t)))
	})
}
