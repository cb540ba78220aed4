package postgres_test

import (
	"testing"

	"github.com/socialprescribing/sp/internal/lives"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// Nobody is given a case beyond the cap, and no case is without an owner.
func TestCaseloadsOverStore(t *testing.T) {
	lives.Caseloads(t, func(t *testing.T) store.Driver {
		t.Helper()
		s, _ := open(t, 5, postgres.Options{})
		return s
	})
}

func BenchmarkLives(b *testing.B) {
	lives.Bench(b, func(b *testing.B) store.Driver {
		b.Helper()
		s, _ := open(b, 5, postgres.Options{})
		return s
	})
}

func TestAStoreKeepsReadsOutAndErasesEverythingAboutAPerson(t *testing.T) {
	lives.Run(t, func(tb testing.TB) store.Driver {
		tb.Helper()
		s, _ := open(tb, 2, postgres.Options{})
		return s
	})
}

func TestAnswersAreKeptOverStore(t *testing.T) {
	lives.Answers(t, func(t *testing.T) store.Driver {
		t.Helper()
		s, _ := open(t, 2, postgres.Options{})
		return s
	})
}
