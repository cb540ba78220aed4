package postgres_test

import (
	"testing"

	"github.com/socialprescribing/sp/internal/lives"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

func BenchmarkLives(b *testing.B) {
	lives.Bench(b, func(b *testing.B) store.Driver {
		b.Helper()
		s, _ := open(b, 2, postgres.Options{})
		return s
	})
}
